package account

// Hashes counts the password computations so far: answers that must not tell
// whether an account exists spend the same number either way.
func (s *Service) Hashes() int64 { return s.hasher.Spent() }
