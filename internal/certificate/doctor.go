package certificate

import "context"

// CheckStored compares every stored PDF, and the frozen facts of every
// certificate, with their hashes, one at a time. It returns how many PDFs there
// are and the numbers of the certificates that differ.
func (s *Service) CheckStored(ctx context.Context) (n int, damaged []string, err error) {
	after := ""
	for {
		r, ok, err := s.nextStored(ctx, after)
		if err != nil || !ok {
			return n, damaged, err
		}
		sound := digest([]byte(r.Facts)) == r.FactsHash
		if r.PDFHash != "" {
			n++
			sound = sound && digest(r.PDF) == r.PDFHash
		}
		if !sound {
			damaged = append(damaged, r.Number)
		}
		after = r.ID
	}
}
