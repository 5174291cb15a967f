package certificate

import (
	"context"
	"encoding/json"
	"time"
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

// follows reports whether the state, with its reason, is what the history says:
// reserved once, issued at most once, ended at most once.
func (r stored) follows(history []Event) bool {
	times, reason, dated := map[string]int{}, "", r.IssuedAt == nil
	for _, e := range history {
		switch times[e.Kind]++; e.Kind {
		case WasRevoked:
			reason = e.Reason
		case WasIssued: // written in the same transaction, by one clock
			dated = r.IssuedAt != nil && r.IssuedAt.Sub(e.At).Abs() < time.Minute
		}
	}
	state, issued := Preparing, times[WasIssued] == 1
	switch {
	case times[WasRevoked] > 0:
		state = Revoked
	case times[WasSuperseded] > 0:
		state = Superseded
	case issued:
		state = Issued
	}
	once := times[WasReserved] == 1 && times[WasIssued] <= 1 && times[WasSuperseded]+times[WasRevoked] <= 1
	return once && dated && r.State == state && r.RevokedReason == reason && issued == (r.PDFHash != "")
}
