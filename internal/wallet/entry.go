package wallet

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/credit"
)

// Entry is something that was completed, as it stands for one license.
type Entry struct {
	Record      *Record                  // from elsewhere, or
	Certificate *certificate.Certificate // issued here
	Title, By   string                   // By: who granted the hours, "" if nobody or not entered
	CompletedOn string
	SelfPaced   bool
	Category    string
	Centihours  int64  // that it counts as, or would
	Unit        string // of whoever granted them
	Counts      bool
	Revoked     bool   // it was valid, and is no longer
	Own         bool   // by the person's own judgment
	Open        bool   // several lines could count, and the person has not chosen
	Why         string // it does not count, or what to know about it
	Options     []Option
	Chosen      Choice // what the person chose; Kind is "" for nothing
}

// Option is a credit line of a certificate as it stands for one license.
type Option struct {
	certificate.CreditLine
	Usable   bool   // it may count for this license
	Accepted bool   // the board lists the accreditor, or no list of the board is known
	Note     string // why not
}

// Amount is what the entry earns, with its unit.
func (e Entry) Amount() string { return credit.Amount(e.Centihours, cmp.Or(e.Unit, "hour")) }

// Elsewhere reports whether the holder added it by hand.
func (e Entry) Elsewhere() bool { return e.Record != nil }

// bench is what entries are judged by for one license.
type bench struct {
	license  License
	board    Board
	codes    map[string]string // of the accreditor, by approval
	choices  map[string]Choice // by enrollment
	personal []Record
	issued   []certificate.Certificate
	revoked  []certificate.Certificate
	zone     *time.Location
}

// entries are everything that was completed in a period, the newest first.
func (b bench) entries(p Period) []Entry {
	var list []Entry
	for _, c := range b.issued {
		if p.Holds(c.Facts.CompletedOn) {
			list = append(list, b.ofCertificate(c))
		}
	}
	for _, c := range b.revoked {
		if p.Holds(c.Facts.CompletedOn) {
			list = append(list, b.ofRevoked(c))
		}
	}
	for i := range b.personal {
		if r := &b.personal[i]; p.Holds(r.CompletedOn) {
			list = append(list, b.ofRecord(r))
		}
	}
	slices.SortStableFunc(list, func(x, y Entry) int { return cmp.Compare(x.CompletedOn, y.CompletedOn) })
	countOnce(list)
	slices.Reverse(list)
	return list
}

// countOnce lets one course count once in a period: the certificate that was
// earned first.
func countOnce(list []Entry) {
	first := map[string]string{} // number by course
	for i := range list {
		e := &list[i]
		if e.Certificate == nil || !e.Counts {
			continue
		}
		if number, again := first[e.Certificate.CourseID]; again {
			e.Counts, e.Own, e.Open = false, false, false
			e.Why = "The same course counts in this period already, by certificate " + number + "."
			continue
		}
		first[e.Certificate.CourseID] = e.Certificate.Number
	}
}

func (b bench) ofRecord(r *Record) Entry {
	e := Entry{Record: r, Title: r.Title, By: r.Approval, CompletedOn: r.CompletedOn, SelfPaced: r.Format == SelfPaced,
		Category: r.Category, Centihours: r.Centihours, Counts: slices.Contains(r.Licenses, b.license.ID)}
	if !e.Counts {
		e.Why = "You did not name this license for it."
	}
	return e
}

// ofRevoked is a certificate that counts no more: it is shown, so that nobody misses
// its hours without a word.
func (b bench) ofRevoked(c certificate.Certificate) Entry {
	e := b.ofCertificate(c)
	e.Counts, e.Own, e.Open, e.Revoked, e.Options = false, false, false, true, nil
	e.Why = "It was revoked on " + c.RevokedAt.In(b.zone).Format("January 2, 2006") + ", so it does not count."
	if c.RevokedReason != "" {
		e.Why += " Reason: " + c.RevokedReason
	}
	return e
}

func (b bench) ofCertificate(c certificate.Certificate) Entry {
	e := Entry{Certificate: &c, Title: c.CourseTitle, CompletedOn: c.Facts.CompletedOn, SelfPaced: c.Facts.Live == nil && selfPaced(c.Facts.Format),
		Options: b.options(c), Chosen: b.choices[c.EnrollmentID]}
	switch e.Chosen.Kind {
	case Not:
		e.Why = "You chose that it does not count."
	case ByOwn:
		e.Counts, e.Own, e.Centihours, e.Category = true, true, c.Facts.LearningTime, e.Chosen.Category
		e.Why = TimeOf(c) + " counts because you said so; no accreditor granted it."
	case ByLine:
		if i := slices.IndexFunc(e.Options, func(o Option) bool { return o.ApprovalID == e.Chosen.ApprovalID && o.Usable }); i >= 0 {
			e.by(e.Options[i])
			break
		}
		e.Chosen = Choice{} // a corrected certificate lacks the line
		fallthrough
	default:
		e.propose()
	}
	if !e.Counts && e.Centihours == 0 {
		e.Centihours = c.Facts.LearningTime
	}
	return e
}

// by lets the entry count by a line.
func (e *Entry) by(o Option) {
	e.Counts, e.Centihours, e.Unit, e.By, e.Why = true, o.Centihours, o.Unit, o.Short, o.Note
	e.Category = cmp.Or(e.Chosen.Category, o.Category)
}

// propose lets the entry count by itself where an accreditor granted credit that
// counts here. Of several lines it is the one with the fewest hours, until the
// person has chosen.
func (e *Entry) propose() {
	var fit []Option
	for _, o := range e.Options {
		if o.Usable && o.Accepted {
			fit = append(fit, o)
		}
	}
	switch {
	case len(fit) > 0:
		e.by(slices.MinFunc(fit, func(a, b Option) int { return cmp.Compare(a.Centihours, b.Centihours) }))
		if e.Open = len(fit) > 1; e.Open {
			e.Why = fmt.Sprintf("%d accreditors granted credit. The smallest counts until you choose.", len(fit))
		}
	case len(e.Options) == 0:
		e.Why = "No accreditor granted credit for it. " + TimeOf(*e.Certificate) + " counts only if you say so."
	default:
		e.Why = "No credit of it counts here by itself. " + e.Options[0].Note
	}
}

// options are the lines of a certificate with where they may count.
func (b bench) options(c certificate.Certificate) []Option {
	out := make([]Option, 0, len(c.Facts.CreditLines))
	for _, l := range c.Facts.CreditLines {
		o := Option{CreditLine: l, Usable: len(l.Places) == 0 || slices.Contains(l.Places, b.license.JurisdictionName), Accepted: true}
		if !o.Usable {
			o.Accepted, o.Note = false, "It counts in "+strings.Join(l.Places, ", ")+" only."
		} else if listed, known := b.board.lists(b.codes[l.ApprovalID]); known && !listed {
			o.Accepted, o.Note = false, b.board.Pack.Short+" does not list "+l.Short+" among those whose approval it takes: ask your board."
		}
		out = append(out, o)
	}
	return out
}

// lists reports whether the board's rule names an accreditor; known is false where
// no rule says so.
func (b Board) lists(code string) (listed, known bool) {
	if b.Pack == nil {
		return false, false
	}
	rule := b.Pack.Rules.Accepts
	if !holds(b, rule, "accepts") {
		return false, false
	}
	return slices.Contains(rule.Value, code), true
}

// TimeOf names the time that a certificate states.
func TimeOf(c certificate.Certificate) string {
	if c.Facts.Live != nil {
		return "The instruction attended"
	}
	return "Its estimated learning time"
}

// selfPaced reads the format of a course: what does not say that it is live counts
// under the limits on self-paced courses.
func selfPaced(format string) bool {
	words := strings.FieldsFunc(strings.ToLower(format), func(r rune) bool { return r < 'a' || r > 'z' })
	return slices.Contains(words, "self") || !slices.Contains(words, "live")
}
