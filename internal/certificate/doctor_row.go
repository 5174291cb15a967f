package certificate

import (
	"bytes"
	"encoding/hex"
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/certificate/credential"
	"github.com/atmacena/cocare/internal/certificate/pades"
	"github.com/atmacena/cocare/internal/certificate/pdfread"
)

// carries reports whether the badge is the one inside the PDF, in both its forms, and
// whether keys of ours signed them. Whether those are trusted today is another
// question.
func (r stored) carries(badge credential.Report, known Known) bool {
	file, err := pdfread.Open(r.PDF)
	if err != nil {
		return false
	}
	inside, err := file.Attachments()
	if err != nil {
		return false
	}
	signature := pades.Verify(r.PDF)
	ours := signature.SignedWith(known.Documents...)
	if r.Badge == nil {
		return len(inside) == 0 && (ours || signature.Verdict == pades.Unsigned)
	}
	if !ours || len(inside) != 1 || !bytes.Equal(inside[0].Data, r.Badge) {
		return false
	}
	token := credential.Verify([]byte(r.Token), credential.Options{})
	return badge.Intact() && token.Intact() && token.FactsHash == badge.FactsHash && token.Key == badge.Key && slices.Contains(known.Badges, badge.Key)
}

// bears reports whether the row says what the facts say: lists and addresses go
// by the row, the pages print the facts.
func (r stored) bears(f Facts) bool {
	return f.Number == r.Number && f.HolderName == r.HolderName && f.Title == r.CourseTitle
}

// states reports whether the badge states these facts. The log has their hash
// (DECISIONS 7), so whoever rewrites a row cannot rewrite them.
func (r stored) states(f Facts, badge credential.Report) bool {
	if r.Badge == nil {
		return true
	}
	record, err := f.Record().JSON()
	if err != nil {
		return false
	}
	sum, err := credential.FactsHash(record)
	return err == nil && hex.EncodeToString(sum[:]) == badge.FactsHash
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
		case WasIssued:
			issued, dated = true, at(r.IssuedAt, e)
		}
	}
	return dated && r.State == state && r.RevokedReason == reason && issued == (r.PDFHash != "")
}

// dated reports whether reservation and revocation have the instants of the history.
func (r stored) dated(history []Event) bool {
	if len(history) == 0 || !at(&r.ReservedAt, history[0]) || (r.State == Revoked) != (r.RevokedAt != nil) {
		return false
	}
	return r.State != Revoked || at(r.RevokedAt, history[len(history)-1])
}

// at reports whether an instant is that of an event, which was written in the same
// transaction, by one clock.
func at(t *time.Time, e Event) bool { return t != nil && t.Sub(e.At).Abs() < time.Minute }

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
		entries = slices.Delete(slices.Clone(entries), i, i+1)
	}
	// The facts are logged before there is a file, and anew where a try was given up
	// by a version of this program that stated them in another form.
	return !slices.ContainsFunc(entries, func(e LogEntry) bool { return e.Kind != Stated })
}

// placed reports whether the log has the badge's facts, at the place that the
// certificate has in the status lists: elsewhere nobody would learn that it was
// revoked.
func (r stored) placed(badge credential.Report, entries []LogEntry) bool {
	if r.Badge == nil {
		return true
	}
	return r.LogPosition != nil && slices.Contains(entries, LogEntry{Stated, *r.LogPosition, badge.FactsHash})
}

// linked reports whether a certificate and the one that it replaces know of each
// other. What was never issued nobody has seen, so it is not named.
func (r stored) linked(f Facts) bool {
	named := ""
	if r.Supersedes != "" {
		if r.BeforeState != Superseded || r.BeforeEnrollment != r.EnrollmentID {
			return false
		}
		if r.BeforeIssued != nil {
			named = r.BeforeNumber
		}
	}
	return f.Replaces == named && (r.State == Superseded) == (r.NextID != "")
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
