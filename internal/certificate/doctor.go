package certificate

import "context"

// CheckStored compares every stored PDF with its hash, one at a time. It
// returns how many there are and the numbers of those that differ.
func (s *Service) CheckStored(ctx context.Context) (n int, damaged []string, err error) {
	after := ""
	for {
		r, ok, err := s.nextStored(ctx, after)
		if err != nil || !ok {
			return n, damaged, err
		}
		n++
		if digest(r.PDF) != r.PDFHash {
			damaged = append(damaged, r.Number)
		}
		after = r.ID
	}
}
