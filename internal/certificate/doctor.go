package certificate

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/certificate/credential"
	"github.com/atmacena/cocare/internal/certificate/pdfread"
)

// CheckStored compares every stored PDF, and the frozen facts of every
// certificate, with their hashes, the badge that is handed out with the one inside
// the PDF, the row around them with the facts and with the history, and that with
// the transparency log, one at a time. It returns how many PDFs there are and the
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
		entries, err := s.log.Entries(ctx, r.ID)
		if err != nil {
			return n, damaged, err
		}
		sound := digest([]byte(r.Facts)) == r.FactsHash && r.bears() && r.follows(events) && r.told(events, entries)
		if r.PDFHash != "" {
			n++
			sound = sound && digest(r.PDF) == r.PDFHash && r.carries()
		}
		if !sound {
			damaged = append(damaged, r.Number)
		}
		after = r.ID
	}
}

// carries reports whether the badge is the one inside the PDF, in both its forms.
// Who signed it was judged when it was issued; here it is enough that nothing
// changed since.
func (r stored) carries() bool {
	file, err := pdfread.Open(r.PDF)
	if err != nil {
		return false
	}
	inside, err := file.Attachments()
	if err != nil {
		return false
	}
	if r.Badge == nil {
		return len(inside) == 0
	}
	if len(inside) != 1 || !bytes.Equal(inside[0].Data, r.Badge) {
		return false
	}
	badge, token := credential.Verify(r.Badge, credential.Options{}), credential.Verify([]byte(r.Token), credential.Options{})
	return token.Intact() && token.FactsHash == badge.FactsHash
}

// bears reports whether the row says what the facts say: lists and addresses go
// by the row, the pages print the facts.
func (r stored) bears() bool {
	var f Facts
	err := json.Unmarshal([]byte(r.Facts), &f)
	return err == nil && f.Number == r.Number && f.HolderName == r.HolderName && f.Title == r.CourseTitle
}

// follows reports whether the state, with its reason and the day of issue, is what
// the history leads to.
func (r stored) follows(history []Event) bool {
	var state State
	reason, issued, dated := "", false, r.IssuedAt == nil
	for _, e := range history {
		next, ok := then(state, e.Kind, issued)
		if !ok {
			return false
		}
		state, reason = next, ""
		switch e.Kind {
		case WasRevoked:
			reason = e.Reason
		case WasIssued: // written in the same transaction, by one clock
			issued, dated = true, r.IssuedAt != nil && r.IssuedAt.Sub(e.At).Abs() < time.Minute
		}
	}
	return dated && r.State == state && r.RevokedReason == reason && issued == (r.PDFHash != "")
}

// told reports whether the log has what the history says that it has, and nothing
// else: whoever turns a certificate's row and its history cannot turn the log. What
// happened before there was a log has no entry.
func (r stored) told(history []Event, entries []LogEntry) bool {
	for _, e := range history {
		if e.LogPosition == nil {
			continue
		}
		i := slices.Index(entries, LogEntry{e.Kind, *e.LogPosition, r.PDFHash})
		if i < 0 {
			return false
		}
		entries = slices.Delete(entries, i, i+1)
	}
	// The facts are logged before there is a file, and anew where a try was given up
	// by a version of this program that stated them in another form.
	if slices.ContainsFunc(entries, func(e LogEntry) bool { return e.Kind != Stated }) {
		return false
	}
	facts := credential.Verify(r.Badge, credential.Options{}).FactsHash
	return r.Badge == nil || slices.ContainsFunc(entries, func(e LogEntry) bool { return e.Hash == facts })
}

// then is the state of a certificate once something happened to it; issued says
// that it was printed before. Not everything can happen in every state.
func then(s State, kind string, issued bool) (State, bool) {
	switch {
	case kind == WasReserved && s == "":
		return Preparing, true
	case kind == WasIssued && s == Preparing:
		return Issued, true
	case kind == WasSuperseded && (s == Issued || s == Preparing):
		return Superseded, true
	case kind == WasRevoked && (s == Issued || s == Preparing):
		return Revoked, true
	case kind == WasReinstated && s == Revoked && issued:
		return Issued, true
	case kind == WasReinstated && s == Revoked:
		return Preparing, true
	}
	return "", false
}
