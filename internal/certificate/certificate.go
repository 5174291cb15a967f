// Package certificate issues certificates and answers for them ever after.
//
// It owns the tables certificates, certificate_credits, certificate_files,
// certificate_credentials, certificate_signatures and certificate_history.
//
// A certificate is issued in two steps (DECISIONS 1). Completed runs in the
// transaction that completes an enrollment, or in that of the administrator to
// whom the course leaves it (Issue): it takes the number, freezes the facts and
// enqueues the job. The job enters the facts into the transparency log, makes the
// credential with the log's proof, and prints and signs the PDF with the credential
// inside, all outside of the transaction in which one conditional UPDATE stores the
// bytes, sets the state to issued and enters the PDF's hash into the log
// (DECISIONS 7).
//
// Invariants: one certificate that counts a person, course and cycle (a partial
// unique index); facts and bytes never change after they were stored, so
// serving one twice gives the same bytes; nothing is deleted, only superseded
// or revoked, with a reason and a history.
package certificate

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate/pdf"
	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/enrollment"
)

// State of a certificate.
type State string

// The states. Preparing is neither public nor downloadable. From preparing a
// certificate is issued or revoked, from issued superseded or revoked; from
// revoked it is reinstated to what it was. One that no font prints goes from preparing
// to superseded: Replace gives it another name, FreezeAnew other facts.
const (
	Preparing  State = "preparing"
	Issued     State = "issued"
	Superseded State = "superseded"
	Revoked    State = "revoked"
)

// States lists every state in the order in which pages show them.
var States = []State{Preparing, Issued, Superseded, Revoked}

// Certificate is one certificate without its bytes.
type Certificate struct {
	ID, Number, PersonID, CourseID, EditionID, EnrollmentID string
	Cycle                                                   int
	State                                                   State
	HolderName, CourseTitle                                 string
	Facts                                                   Facts  `gorm:"-"`
	FactsHash                                               string // hex SHA-256 of the stored facts
	PDFHash                                                 string // hex SHA-256 of the bytes, empty before it was issued
	Supersedes                                              string // ID of the certificate that it replaces, or empty
	ReservedAt                                              time.Time
	IssuedAt, RevokedAt                                     *time.Time
	RevokedReason                                           string // public
}

// Public reports whether the verification page may show it: what was never
// issued, even if it was revoked, nobody has seen.
func (c Certificate) Public() bool { return c.IssuedAt != nil }

// Unprintable reports whether it waits for an administrator because no font
// prints its name: Replace mends it.
func (c Certificate) Unprintable() bool {
	return c.State == Preparing && unprintable(c.HolderName) != ""
}

// Replaceable reports whether Replace can give its holder another.
func (c Certificate) Replaceable() bool { return c.State == Issued || c.Unprintable() }

// Revocable reports whether Revoke can end it.
func (c Certificate) Revocable() bool { return c.State == Issued || c.State == Preparing }

// Reinstatable reports whether Reinstate can take its revocation back.
func (c Certificate) Reinstatable() bool { return c.State == Revoked }

// Facts is everything that is printed, frozen when the certificate was
// reserved. Fields are only ever added: old rows must stay readable.
type Facts struct {
	Number          string       `json:"number"`
	HolderName      string       `json:"holder_name"`
	Licenses        []License    `json:"licenses,omitempty"` // that were live on the day of completion
	Title           string       `json:"title"`
	Subtitle        string       `json:"subtitle"`
	Format          string       `json:"format"`
	Provider        string       `json:"provider"`
	ProviderAddress string       `json:"provider_address"`
	SignatoryName   string       `json:"signatory_name"`
	SignatoryTitle  string       `json:"signatory_title"`
	Signature       string       `json:"signature,omitempty"`    // SHA-256 of the picture of the signatory's
	Paper           string       `json:"paper,omitempty"`        // empty: letter
	CompletedAt     time.Time    `json:"completed_at"`           // the learner's last own act, UTC
	CompletedOn     string       `json:"completed_on"`           // YYYY-MM-DD where the holder is
	IssuedOn        string       `json:"issued_on"`              // YYYY-MM-DD where the holder is: the day it was granted
	Zone            string       `json:"zone"`                   // the holder's time zone
	CreditLines     []CreditLine `json:"credit_lines,omitempty"` // of the approvals that were live on the day of completion
	Statements      []string     `json:"statements"`
	LearningTime    int64        `json:"learning_time_centihours"`    // estimated, rounded
	LearningSum     []string     `json:"learning_time_sum,omitempty"` // how it was worked out, line by line
	CourseURL       string       `json:"course_url,omitempty"`        // of its page
	EditionNumber   int          `json:"edition_number"`
	EditionHash     string       `json:"edition_hash"`
	OverlayHash     string       `json:"overlay_hash"`
	Live            *LiveEvent   `json:"live_event,omitempty"` // nil: the course was taken online
	Evidence        []Evidence   `json:"evidence"`             // not printed
	Replaces        string       `json:"replaces,omitempty"`
	VerifyURL       string       `json:"verify_url"`
}

// LiveEvent is the live event of the course that the holder attended.
type LiveEvent struct {
	ID         string    `json:"id"`
	StartsAt   time.Time `json:"starts_at"` // UTC
	EndsAt     time.Time `json:"ends_at"`   // UTC
	Zone       string    `json:"zone"`      // where it was held
	Minutes    int       `json:"minutes"`   // of instruction that the holder attended
	Of         int       `json:"of"`        // minutes of instruction
	Online     bool      `json:"online"`
	Place      string    `json:"place,omitempty"`
	Presenters string    `json:"presenters,omitempty"`
	ListSHA256 string    `json:"list_sha256"` // of the attendance list; not printed
}

// HeldOn is when it was held, where it was held, such as "March 3, 2026, 9:00 AM to
// 12:15 PM EST".
func (l LiveEvent) HeldOn() string {
	const clock = "3:04 PM"
	zone := location(l.Zone)
	from, to := l.StartsAt.In(zone), l.EndsAt.In(zone)
	if from.Format(printedDay) == to.Format(printedDay) {
		return from.Format(printedDay+", "+clock) + " to " + to.Format(clock+" MST")
	}
	return from.Format(printedDay+", "+clock) + ", to " + to.Format(printedDay+", "+clock+" MST")
}

// heldOn is the day or the days on which it was held, where it was held.
func (l LiveEvent) heldOn() (days, last string) {
	a := enrollment.Attendance{StartsAt: l.StartsAt, EndsAt: l.EndsAt, Zone: l.Zone}
	return a.HeldOn(), a.EndsAt.In(a.Location()).Format(time.DateOnly)
}

// Where is the place, or that it was held online.
func (l LiveEvent) Where() string {
	switch {
	case l.Online && l.Place != "":
		return "online (" + l.Place + ")"
	case l.Online:
		return "online"
	}
	return l.Place
}

// Attended says how much of it the holder attended.
func (l LiveEvent) Attended() string { return fmt.Sprintf("%d of %d minutes", l.Minutes, l.Of) }

// format is the format as it is printed.
func (l LiveEvent) format() string {
	if l.Online {
		return "Live event, online"
	}
	return "Live event, in person"
}

// Deed is what the holder did, such as "has completed the course".
func (f Facts) Deed() string {
	if f.Live != nil {
		return "has attended the live event"
	}
	return "has completed the course"
}

// When is the line below the title, such as "on November 23, 2026". Of a live event
// it is the day on which it was held; what was asked for besides may have been done
// later.
func (f Facts) When() string {
	completed := f.CompletedOn
	if day, err := time.Parse(time.DateOnly, completed); err == nil {
		completed = day.Format(printedDay)
	}
	if f.Live == nil {
		return "on " + completed
	}
	held, last := f.Live.heldOn()
	if last == f.CompletedOn {
		return "on " + held
	}
	return "held on " + held + "; completed on " + completed
}

// CreditLine is what one accreditor grants for the course, with what it rests on.
type CreditLine struct {
	ApprovalID     string   `json:"approval"`
	Accreditor     string   `json:"accreditor"` // its name
	Short          string   `json:"short"`
	Unit           string   `json:"unit"`
	Centihours     int64    `json:"centihours"`
	Category       string   `json:"category,omitempty"`
	ProviderNumber string   `json:"provider_number"`
	CourseNumber   string   `json:"course_number,omitempty"`
	Statement      string   `json:"statement"`
	Places         []string `json:"places,omitempty"` // where it counts; none means everywhere
	RulesVersion   int      `json:"rules_version"`
	Sum            []string `json:"sum,omitempty"` // how the hours were worked out, line by line
}

// Amount is the credit with its unit, such as 1.75 clock hours.
func (l CreditLine) Amount() string { return credit.Amount(l.Centihours, l.Unit) }

// Notes are the numbers of the approval and where it counts, on one line.
func (l CreditLine) Notes() string {
	notes := "Provider number " + l.ProviderNumber + "."
	if l.CourseNumber != "" {
		notes += " Course number " + l.CourseNumber + "."
	}
	if len(l.Places) > 0 {
		notes += " Counts in " + strings.Join(l.Places, ", ") + "."
	}
	return notes
}

// License is one of the holder's, as they listed it.
type License struct {
	Profession   string `json:"profession"`
	Jurisdiction string `json:"jurisdiction"`
	Number       string `json:"number"`
}

// Masked hides the number but for its last three characters: the verification
// page is public (DECISIONS 6).
func (l License) Masked() License {
	if n := []rune(l.Number); len(n) > 3 {
		l.Number = "…" + string(n[len(n)-3:])
	} else {
		l.Number = "…"
	}
	return l
}

// String is the license as it is printed.
func (l License) String() string {
	return l.Profession + ", " + l.Jurisdiction + ", license " + l.Number
}

// Evidence is a requirement that was met, and when.
type Evidence struct {
	Title string     `json:"title"`
	At    *time.Time `json:"at,omitempty"`
}

// The kinds of events.
const (
	WasReserved   = "reserved"
	WasIssued     = "issued"
	WasSuperseded = "superseded"
	WasRevoked    = "revoked"
	WasReinstated = "reinstated"
)

// Event is an entry of the history that the verification page shows.
type Event struct {
	ID, CertificateID, Kind, Reason string
	ActorID                         *string
	At                              time.Time
	LogPosition                     *int64 // the entry of the transparency log; nil for what is not in it
}

// History is what happened to a certificate, oldest first, and which others it
// stands between. Predecessor is a number, empty for none.
type History struct {
	Events      []Event
	Successor   *Neighbor
	Predecessor string
}

// Neighbor is a certificate that replaced another.
type Neighbor struct {
	Number              string
	State               State
	IssuedAt, RevokedAt *time.Time
}

// Sentinels.
var (
	ErrNotFound = apperr.New(apperr.NotFound, "There is no certificate with this number.")
	// ErrKeys is no fault of the facts: a key that expired, or a clock that is wrong.
	ErrKeys         = apperr.New(apperr.Unavailable, "Certificates cannot be signed at the moment.")
	ErrPreparing    = apperr.New(apperr.Conflict, "This certificate is still being prepared. Please try again in a moment.")
	ErrNoFile       = apperr.New(apperr.Gone, "This certificate was revoked before it was printed, so it has no file.")
	ErrNoCredential = apperr.New(apperr.Gone, "This certificate was issued before there were Open Badges here, so it has none. Its PDF is as good as ever.")
	ErrEnded        = apperr.New(apperr.Conflict, "This certificate was superseded or revoked already.")
	ErrNotIssued    = apperr.New(apperr.Conflict, "Only an issued certificate can be replaced.")
	ErrSameName     = apperr.New(apperr.Conflict, "The certificate bears the holder's present legal name already. Change the name first.")
	ErrNoName       = apperr.New(apperr.Conflict, "The account has no legal name. Enter it on the person's page, then try again.")
	ErrOtherName    = apperr.New(apperr.Conflict, "The legal name in the account changed meanwhile. Look at it below, then replace the certificate.")
	ErrNotRevoked   = apperr.New(apperr.Conflict, "Only a revoked certificate can be reinstated.")
	ErrNotValid     = apperr.New(apperr.Conflict, "Only a valid certificate is sent again.")
	ErrNoAddress    = apperr.New(apperr.Conflict, "The account of its holder has no address any more.")
	ErrNotWaiting   = apperr.New(apperr.Conflict, "This certificate is not waiting to be printed.")
	ErrNotGivenUp   = apperr.New(apperr.Conflict, "This certificate is still being prepared. What it says is frozen anew only once that was given up.")
	ErrNameFirst    = apperr.New(apperr.Conflict, "No font prints the name on this certificate. Correct the legal name on the person's page, then replace the certificate.")
	ErrCopied       = apperr.New(apperr.Conflict, "What this certificate says was printed on the one that it replaces, so it stays as it is. Prepare it again.")
)

// Verdict is what checking a dropped file says.
type Verdict string

// The verdicts.
const (
	Genuine Verdict = "genuine" // what was issued: see CheckFile
	Altered Verdict = "altered" // carries a number of ours, but is not what was issued
	Unknown Verdict = "unknown" // nothing of ours
)

// FileCheck is a verdict with the certificate that it is about, if any. Genuine
// says nothing of the certificate's state: it may be revoked since.
type FileCheck struct {
	Verdict     Verdict
	Hash        string // hex SHA-256 of the file
	Certificate *Certificate
	// Contradicted: the register's facts of the certificate are not those that its
	// badge has, which cannot change unnoticed. They are not to be shown as true.
	Contradicted bool
}

// Printable reports whether a certificate can print the name: Invalid with the
// field legal_name if not, naming the characters (DECISIONS 26).
func Printable(name string) error {
	missing := unprintable(name)
	if missing == "" {
		return nil
	}
	return apperr.InvalidField("legal_name", "A certificate cannot print %s. Please write your name without it.", missing)
}

// PrintableText reports whether a certificate can print the text of a field: Invalid
// with the field if not, naming the characters.
func PrintableText(field, text string) error {
	missing := unprintable(text)
	if missing == "" {
		return nil
	}
	return apperr.InvalidField(field, "A certificate cannot print %s. Please write it without.", missing)
}

// unprintable lists the characters of name that no font of ours prints, as a
// person finds them in the text; empty if there are none.
func unprintable(name string) string {
	_, missing := pdf.Covers(name)
	return named(missing)
}

// named lists characters as a person finds them in a text.
func named(missing []rune) string {
	list := make([]string, 0, len(missing))
	for _, r := range missing {
		if unicode.IsGraphic(r) && !unicode.IsMark(r) {
			list = append(list, fmt.Sprintf("“%c” (U+%04X)", r, r))
		} else {
			list = append(list, fmt.Sprintf("the character U+%04X", r))
		}
	}
	return strings.Join(list, ", ")
}
