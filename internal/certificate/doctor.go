package certificate

import (
	"context"
	"encoding/json"
)

// CheckStored compares every stored PDF, and the frozen facts of every
// certificate, with their hashes, and the row around them with the facts and
// with the history, one at a time. It returns how many PDFs there are and the
// numbers of the certificates that differ.
func (s *Service) CheckStored(ctx context.Context) (n int, damaged []string, err error) {
	after := ""
	for {
		r, ok, err := s.nextStored(ctx, after)
		if err != nil || !ok {
			return n, damaged, err
		}
		events, err := s.Events(ctx, r.ID)
		if err != nil {
			return n, damaged, err
		}
		sound := digest([]byte(r.Facts)) == r.FactsHash && r.bears() && r.follows(events)
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

// bears reports whether the row says what the facts say: lists and addresses go
// by the row, the pages print the facts.
func (r stored) bears() bool {
	var f Facts
	err := json.Unmarshal([]byte(r.Facts), &f)
	return err == nil && f.Number == r.Number && f.HolderName == r.HolderName && f.Title == r.CourseTitle
}

// follows reports whether the state, with its reason, is where the history ends.
func (r stored) follows(history []Event) bool {
	state, reason, issued := State(""), "", false
	for _, e := range history {
		switch e.Kind {
		case WasReserved:
			state = Preparing
		case WasIssued:
			state, issued = Issued, true
		case WasSuperseded:
			state = Superseded
		case WasRevoked:
			state, reason = Revoked, e.Reason
		}
	}
	return r.State == state && r.RevokedReason == reason && issued == (r.PDFHash != "")
}
