// Package wallet owns the license wallet: a therapist's hours for each license in
// its renewal periods, what is missing, the certificates that they add from
// elsewhere, reminders before a renewal, and a calendar of their own.
//
// It owns the tables wallet_people, wallet_periods, wallet_choices,
// wallet_records, wallet_record_licenses, wallet_files, wallet_moves, wallet_quiet
// and wallet_reminders. Whom to remind it reads from licenses and people.
//
// Invariants:
//   - Of a certificate that was issued here only a credit line counts by itself,
//     one at most for a license, and only where the line counts. Learning time
//     counts where the person said so: it is their own judgment.
//   - Hours lie in the period that holds the day of completion. What is carried
//     over is a number that the person entered.
//   - A board's rule changes a sum only if it was read somewhere or confirmed, and
//     is shown with its source; any other is a question to the board.
//   - Periods of a license do not overlap.
//   - A period that ends after its license expires sets the day on which it does, and
//     gives back the one that was entered when it is corrected or removed.
//   - A reminder goes out once for each license, expiry date and day.
//   - Everything belongs to one person; for others it does not exist.
package wallet

import (
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/credit/pack"
)

// Bounds of a person's wallet.
const (
	MaxPeriods = 40  // of a license
	MaxTargets = 6   // of a period
	MaxRecords = 500 // certificates from elsewhere
	MaxFile    = 10 << 20
	MaxFiles   = 200 << 20 // bytes of all files together
)

// Period is a renewal period of a license. Days are YYYY-MM-DD.
type Period struct {
	ID, LicenseID    string
	BeginsOn, EndsOn string   // the first and the last day
	Months           int      `gorm:"-" json:"-"` // how long it lasts, to have its first day worked out; 0: as BeginsOn says
	Centihours       int64    // that the board asks for; 0: not said
	Carried          int64    // centihours from before that the board lets count
	Targets          []Target `gorm:"-"`
	UpdatedAt        time.Time
}

// Holds reports whether a day lies in the period.
func (p Period) Holds(day string) bool { return p.BeginsOn <= day && day <= p.EndsOn }

// Target is how many of the hours the board asks for in a category.
type Target struct {
	Category   string `json:"category"`
	Centihours int64  `json:"centihours"`
}

// Record is a certificate from elsewhere, as its holder typed it.
type Record struct {
	ID, PersonID, Title, Provider string
	Approval                      string // the accreditor or board, as the certificate names it
	CompletedOn                   string // YYYY-MM-DD
	Centihours                    int64
	Category                      string
	Format                        Format
	Licenses                      []string `gorm:"-"` // IDs of those for which it counts
	File                          *File    `gorm:"-"`
	CreatedAt, UpdatedAt          time.Time
}

// Format is how something was taken.
type Format string

// The formats.
const (
	Live      Format = "live"
	SelfPaced Format = "self-paced"
)

// File is the scan of a certificate from elsewhere, without its bytes.
type File struct {
	RecordID, Name string
	Kind           string // application/pdf, image/jpeg or image/png
	Size           int64
	Hash           string // hex SHA-256
	AddedAt        time.Time
}

// Kind says how a certificate that was issued here counts for a license.
type Kind string

// The kinds of a choice.
const (
	ByLine Kind = "line" // one of its credit lines
	ByOwn  Kind = "own"  // its estimated learning time, by the person's own judgment
	Not    Kind = "none"
)

// Choice is what a person chose about a certificate for one license. Category is
// "" for that of the line.
type Choice struct {
	LicenseID, EnrollmentID string
	Kind                    Kind
	ApprovalID              string // of the line
	Category                string
}

// Board is what is known of the board behind a license. Pack is nil where no rules
// are known.
type Board struct {
	Pack      *pack.Pack
	Confirmed func(rule string) bool // an administrator confirmed the rule as it stands
}

// License is one of a person's licenses, with the names of its codes.
type License struct {
	account.License
	ProfessionName, JurisdictionName string
	Quiet                            bool // no reminders
}

// Expiry is the day on which it expires, "" if not given.
func (l License) Expiry() string {
	if l.ExpiresOn == nil {
		return ""
	}
	return *l.ExpiresOn
}

// Sentinels.
var (
	ErrNoLicense     = apperr.New(apperr.NotFound, "There is no such license.")
	ErrNoPeriod      = apperr.New(apperr.NotFound, "There is no such renewal period.")
	ErrNoRecord      = apperr.New(apperr.NotFound, "There is no such certificate.")
	ErrNoCertificate = apperr.New(apperr.NotFound, "There is no certificate with this number.")
	ErrNoFile        = apperr.New(apperr.NotFound, "There is no such file.")
	ErrNoFeed        = apperr.New(apperr.NotFound, "There is nothing at this address.")
	errFull          = apperr.Newf(apperr.Conflict, "The wallet holds %d certificates from elsewhere, which is as many as it takes. Remove one that you no longer need, then add this one.", MaxRecords)
	errFilesFull     = apperr.InvalidField("file", "Your files together would take more than %d MB. Remove one that you no longer need, then add this one.", MaxFiles>>20)
	errManyPeriods   = apperr.Newf(apperr.Conflict, "A license holds %d renewal periods, which is as many as it takes.", MaxPeriods)
	errOverlap       = apperr.InvalidField("begins_on", "These days overlap with another renewal period of this license. A period begins on the day after the last one ended.")
	errNotUsable     = apperr.InvalidField("counts", "Choose one of the ways below.")
)
