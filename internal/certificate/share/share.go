// Package share owns what holders show of their certificates to everybody: the
// public page of a certificate, the image that goes with its link, and the badge.
//
// It owns the table certificate_shares. Whether the holder's account was erased it
// reads from people.
//
// Invariants:
//   - Nothing is shown that the holder did not choose, but for the title of the
//     course, the provider and the state. License numbers are neither on the page nor
//     on its images; the Open Badge, where the holder chose to show it, has the last
//     three characters of each.
//   - The choice governs this alone: who has a certificate's number verifies it
//     whatever was chosen (DECISIONS 6).
//   - It belongs to what was earned, the enrollment, and not to one print of it. A
//     certificate that replaces another under a corrected name is shown as the old
//     one was, so links and badges lead on to it. The old one shows neither name
//     nor days any more: nobody who corrected their name goes on showing the old one.
//   - What is not shared, being prepared, unknown, or of an erased person does not
//     exist here, and one cannot be told from another.
package share

import (
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate"
)

// Choice is what a holder shows. The zero value shows nothing.
type Choice struct {
	Shared    bool
	Name      bool `gorm:"column:show_name"`
	Completed bool `gorm:"column:show_completed"` // the day; of a live event also its time, place and presenters
	Credit    bool `gorm:"column:show_credit"`    // hours, and who grants them
	Badge     bool `gorm:"column:show_badge"`     // the Open Badge file, which says all of that and more
	Listed    bool // search engines may list the page
}

// check says what does not fit together: Invalid with the field shows.
func (c Choice) check() error {
	if c.Shared && c.Badge && (!c.Name || !c.Completed || !c.Credit) {
		return apperr.InvalidField("shows", "The Open Badge file says your name, the day and the hours. Show them too, or leave the file out.")
	}
	return nil
}

// shows names the facts that a choice adds, for the audit log.
func (c Choice) shows() []string {
	out := []string{}
	for _, f := range []struct {
		on   bool
		name string
	}{{c.Name, "name"}, {c.Completed, "completed"}, {c.Credit, "credit"}, {c.Badge, "badge"}} {
		if f.on {
			out = append(out, f.name)
		}
	}
	return out
}

// Copy is a choice in a person's own copy of their data.
type Copy struct {
	EnrollmentID string
	Choice
	ChangedAt time.Time
}

// Shown is what everybody may know of a shared certificate. What its holder does
// not show is empty.
type Shown struct {
	Number, Title, Subtitle, Provider string
	State                             certificate.State
	Successor                         string   // the number of what replaced it, once that was issued
	Caveats                           []string // which qualify what was achieved
	Holder                            string
	CompletedOn                       *time.Time // a day of the holder's calendar
	Held                              string     // when and where the live event was held, and who presented it
	Credit                            []Credit
	LearningTime                      string // what is said of the time where no credit is granted
	Badge                             bool   // the Open Badge may be had
	Listed                            bool   // search engines may list it
	PersonID                          string // whose it is: not for the page
}

// Credit is what one accreditor grants.
type Credit struct{ Amount, Category, Accreditor string }

// String is the credit on one line.
func (c Credit) String() string {
	line := c.Amount
	if c.Category != "" {
		line += " (" + c.Category + ")"
	}
	return line + ", " + c.Accreditor
}

// Everything is what a holder may choose from: a valid certificate as it would be
// shown if they showed all of it.
func Everything(c certificate.Certificate) (Shown, error) {
	c.State = certificate.Issued
	return shown(c, certificate.History{}, Choice{Shared: true, Name: true, Completed: true, Credit: true, Badge: true, Listed: true})
}

// shown is what a choice lets be known of a certificate.
func shown(c certificate.Certificate, h certificate.History, choice Choice) (Shown, error) {
	f := c.Facts
	s := Shown{Number: c.Number, Title: f.Title, Subtitle: f.Subtitle, Provider: f.Provider, State: c.State, Caveats: f.Caveats(), PersonID: c.PersonID}
	if next := h.Successor; next != nil && next.IssuedAt != nil {
		s.Successor = next.Number
	}
	if c.State == certificate.Superseded {
		return s, nil
	}
	valid := c.State == certificate.Issued
	s.Badge, s.Listed = choice.Badge && valid, choice.Listed && valid
	if choice.Name {
		s.Holder = c.HolderName
	}
	if choice.Completed {
		day, err := time.Parse(time.DateOnly, f.CompletedOn)
		if err != nil {
			return Shown{}, fmt.Errorf("share: %s: %w", c.Number, err)
		}
		s.CompletedOn = &day
		if f.Live != nil {
			s.Held = f.Live.Held()
		}
	}
	if choice.Credit {
		s.credit(f)
	}
	return s, nil
}

// credit says what was granted; without any, what time it stands for, which nobody
// accredited (DECISIONS 10).
func (s *Shown) credit(f certificate.Facts) {
	for _, l := range f.CreditLines {
		s.Credit = append(s.Credit, Credit{l.Amount(), l.Category, l.Accreditor})
	}
	if len(s.Credit) == 0 {
		s.LearningTime = f.TimeLine()
	}
}

// Sentinels.
var (
	// ErrNotShared is all that there is to know of what is not shared.
	ErrNotShared = apperr.New(apperr.NotFound, "No shared certificate is at this address. The address may be mistyped, or its holder does not share it.")
	ErrNotIssued = apperr.New(apperr.Conflict, "A certificate can be shared once it is issued.")
)
