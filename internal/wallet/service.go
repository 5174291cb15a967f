package wallet

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/account/lists"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/once"
)

// Deps are what a Service needs.
type Deps struct {
	DB    *db.DB
	Now   func() time.Time
	Audit *audit.Log
	Mail  interface {
		Queue(ctx context.Context, to mail.Address, m mail.Message) error
	}
	// Keys makes the calendar's secret address; replicas share the key.
	Keys interface {
		Fingerprint(label string, secret []byte) string
	}
	People interface {
		Get(ctx context.Context, id string) (account.Person, error)
		Licenses(ctx context.Context, personID string) ([]account.License, error)
		MoveExpiry(ctx context.Context, personID, licenseID string, from, to *string) (moved bool, err error)
	}
	Certificates interface {
		ByPerson(ctx context.Context, personID string) ([]certificate.Certificate, error)
	}
	// Boards returns how to find the board that licenses a profession in a
	// jurisdiction, with the rules that are in force on a day of its own zone.
	Boards func(ctx context.Context) (func(profession, jurisdiction string, day time.Time) Board, error)
	// Accreditors name the accreditor's code by the ID of an approval.
	Accreditors func(ctx context.Context) (map[string]string, error)
	// Access lists the courses that a person may still learn in.
	Access   func(ctx context.Context, personID string) ([]Access, error)
	BaseURL  string // without a slash at the end
	SiteName string
}

// Access is a course that a person may learn in until an instant.
type Access struct {
	EnrollmentID, Title, Slug string
	Until, Since              time.Time
}

// Service is the use cases of the wallet. It is safe for concurrent use.
type Service struct {
	Deps
	once *once.Log
}

// New returns the service.
func New(d Deps) *Service {
	now := d.Now
	d.Now = func() time.Time { return db.Truncate(now()) }
	return &Service{Deps: d, once: once.New(d.DB, now)}
}

// holdings are all that the sums of a person rest on.
type holdings struct {
	person   account.Person
	zone     *time.Location
	today    string // where the person is
	licenses []License
	periods  map[string][]Period // by license, the newest first
	moves    map[string]Move     // by license
	choices  map[string]map[string]Choice
	records  []Record // the newest first
	issued   []certificate.Certificate
	revoked  []certificate.Certificate // after they were issued, and not replaced
	codes    map[string]string
	board    func(profession, jurisdiction string, day time.Time) Board
}

func (s *Service) holdings(ctx context.Context, personID string) (h holdings, err error) {
	if h.person, err = s.People.Get(ctx, personID); err != nil {
		return h, err
	}
	h.zone = h.person.Location()
	h.today = s.Now().In(h.zone).Format(time.DateOnly)
	if h.licenses, err = s.licenses(ctx, personID); err != nil {
		return h, err
	}
	if h.periods, err = s.periodsOf(ctx, personID); err != nil {
		return h, err
	}
	if h.moves, err = s.movesOf(ctx, personID); err != nil {
		return h, err
	}
	if h.choices, err = s.choicesOf(ctx, personID); err != nil {
		return h, err
	}
	if h.records, err = s.recordsOf(ctx, personID); err != nil {
		return h, err
	}
	all, err := s.Certificates.ByPerson(ctx, personID)
	if err != nil {
		return h, err
	}
	h.issued, h.revoked = sorted(all)
	if h.codes, err = s.Accreditors(ctx); err != nil {
		return h, err
	}
	h.board, err = s.Boards(ctx)
	return h, err
}

// sorted are the certificates that are valid, and those that are no longer, without
// one that was replaced by a valid one.
func sorted(all []certificate.Certificate) (issued, revoked []certificate.Certificate) {
	valid := map[string]bool{}
	for _, c := range all {
		if c.State == certificate.Issued {
			issued, valid[c.EnrollmentID] = append(issued, c), true
		}
	}
	for _, c := range all {
		if c.State == certificate.Revoked && c.IssuedAt != nil && c.RevokedAt != nil && !valid[c.EnrollmentID] {
			revoked = append(revoked, c)
		}
	}
	return issued, revoked
}

// licenses are the person's, with names and whether they want reminders.
func (s *Service) licenses(ctx context.Context, personID string) ([]License, error) {
	list, err := s.People.Licenses(ctx, personID)
	if err != nil {
		return nil, err
	}
	quiet, err := s.quietOf(ctx, personID)
	out := make([]License, 0, len(list))
	for _, l := range list {
		out = append(out, License{License: l, ProfessionName: lists.NameOf(lists.Professions, l.Profession),
			JurisdictionName: lists.NameOf(lists.Jurisdictions, l.Jurisdiction), Quiet: slices.Contains(quiet, l.ID)})
	}
	return out, err
}

// license is one of the person's. Errors: ErrNoLicense.
func (s *Service) license(ctx context.Context, personID, id string) (License, error) {
	list, err := s.licenses(ctx, personID)
	if err != nil {
		return License{}, err
	}
	for _, l := range list {
		if l.ID == id {
			return l, nil
		}
	}
	return License{}, ErrNoLicense
}

// View is a license with what it says of one of its periods.
type View struct {
	Holder  string // the legal name, where it is known
	License License
	Board   Board
	Today   string
	Move    *Move    // nil where the person entered the day on which it expires
	Periods []Period // the newest first
	Period  *Period  // the one that is looked at; nil if there is none
	Entries []Entry  // of it, the newest first
	Sum     Sum
	// Outside counts what was completed on days that no period of the license holds.
	Outside int
}

// Past reports whether the period that is looked at has ended.
func (v View) Past() bool { return v.Period != nil && v.Period.EndsOn < v.Today }

// Renewed reports whether the license expires on a later day than its newest
// period ends: it was renewed, or one of the two is wrong.
func (v View) Renewed() bool {
	return len(v.Periods) > 0 && v.License.Expiry() > v.Periods[0].EndsOn
}

// Short reports whether the license expires on an earlier day than its newest
// period ends: one of the two is wrong.
func (v View) Short() bool {
	return len(v.Periods) > 0 && v.License.ExpiresOn != nil && v.License.Expiry() < v.Periods[0].EndsOn
}

// view looks at a period of a license, the current one if periodID is "". Errors:
// ErrNoLicense, ErrNoPeriod.
func (h holdings) view(licenseID, periodID string) (View, error) {
	at := slices.IndexFunc(h.licenses, func(l License) bool { return l.ID == licenseID })
	if at < 0 {
		return View{}, ErrNoLicense
	}
	v := View{Holder: cmp.Or(h.person.LegalName, h.person.Name), License: h.licenses[at], Today: h.today, Periods: h.periods[licenseID]}
	v.Period = current(v.Periods, h.today)
	if m := h.moves[licenseID]; m.holds(v.License) {
		v.Move = &m
	}
	if periodID != "" {
		n := slices.IndexFunc(v.Periods, func(p Period) bool { return p.ID == periodID })
		if n < 0 {
			return View{}, ErrNoPeriod
		}
		v.Period = &v.Periods[n]
	}
	day := h.today
	if v.Past() {
		day = v.Period.EndsOn
	}
	if d, err := time.Parse(time.DateOnly, day); err == nil {
		v.Board = h.board(v.License.Profession, v.License.Jurisdiction, d)
	}
	v.Outside = h.outside(v.Periods)
	if v.Period == nil {
		return v, nil
	}
	v.Entries = h.bench(v).entries(*v.Period)
	v.Sum = Total(*v.Period, v.Board, v.Entries)
	return v, nil
}

func (h holdings) bench(v View) bench {
	return bench{license: v.License, board: v.Board, codes: h.codes, choices: h.choices[v.License.ID], personal: h.records, issued: h.issued, revoked: h.revoked, zone: h.zone}
}

func (h holdings) outside(periods []Period) (n int) {
	inside := func(day string) bool {
		return slices.ContainsFunc(periods, func(p Period) bool { return p.Holds(day) })
	}
	for _, c := range h.issued {
		if !inside(c.Facts.CompletedOn) {
			n++
		}
	}
	for _, r := range h.records {
		if !inside(r.CompletedOn) {
			n++
		}
	}
	return n
}

// License looks at one of the person's licenses, in the period with the ID or, if
// that is "", in the current one. Errors: ErrNoLicense, ErrNoPeriod.
func (s *Service) License(ctx context.Context, personID, licenseID, periodID string) (View, error) {
	h, err := s.holdings(ctx, personID)
	if err != nil {
		return View{}, err
	}
	return h.view(licenseID, periodID)
}

// Overview is a person's wallet: each license in its current period, and what they
// added from elsewhere, the newest first.
type Overview struct {
	Licenses []View
	Records  []Record
	Bytes    int64 // of the files
}

// Overview returns a person's wallet.
func (s *Service) Overview(ctx context.Context, personID string) (o Overview, err error) {
	h, err := s.holdings(ctx, personID)
	if err != nil {
		return o, err
	}
	o.Records = h.records
	for _, r := range h.records {
		if r.File != nil {
			o.Bytes += r.File.Size
		}
	}
	for _, l := range h.licenses {
		v, err := h.view(l.ID, "")
		if err != nil {
			return o, err
		}
		o.Licenses = append(o.Licenses, v)
	}
	return o, nil
}

// RecordExport records that a person took a copy of a license's hours.
func (s *Service) RecordExport(ctx context.Context, personID, licenseID string) error {
	return s.Audit.Record(ctx, audit.Event{Action: "wallet.export", ObjectKind: "person", ObjectID: personID, Details: map[string]any{"license": licenseID}})
}
