package attendance

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/account/lists"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/enrollment"
)

// finding is a row as it was judged, with what its values mean.
type finding struct {
	verdict           Verdict
	note, accountName string

	person     *account.Person // nil: there is no account
	newName    string          // the legal name that the account is to get
	license    *account.License
	attendance enrollment.Attendance
}

// judge says what would become of a row now. p is the account with its address, nil
// if there is none; st is how that person stands to the course.
func (s *Service) judge(ctx context.Context, ev Event, ed *course.Edition, e Entry, p *account.Person, st enrollment.Standing) (f finding, err error) {
	f.person = p
	if f.values(ev, e) {
		return f, nil
	}
	if p == nil {
		s.stranger(&f, e)
		return f, nil
	}
	if why := unusable(*p); why != "" {
		return f.with(Closed, "%s", why), nil
	}
	refused := s.Enrollments.MayAttend(ctx, ed, st, ev.EndsAt)
	switch {
	case refused == nil:
	case !apperr.Is(refused, apperr.Conflict):
		return f, refused
	default:
		return f.with(standing(refused), "%s", apperr.Message(refused)), nil
	}
	s.named(&f, e, *p)
	return f, nil
}

// standing is the verdict that a refusal of MayAttend is.
func standing(err error) Verdict {
	switch {
	case errors.Is(err, enrollment.ErrAttendeeRecorded):
		return Recorded
	case errors.Is(err, enrollment.ErrAttendeeLearning):
		return Learning
	}
	return Certified
}

func (f *finding) with(v Verdict, format string, args ...any) finding {
	f.verdict, f.note = v, fmt.Sprintf(format, args...)
	return *f
}

// invalid is a finding from an Invalid error.
func (f *finding) invalid(err error) { f.with(WrongValue, "%s", told(err)) }

// told is what an error says to people, of a field if it names one.
func told(err error) string {
	if fields := apperr.FieldsOf(err); len(fields) > 0 {
		return fields[0].Msg
	}
	return apperr.Message(err)
}

// values reads minutes, evaluation and license, and reports whether that settles it.
func (f *finding) values(ev Event, e Entry) (settled bool) {
	minutes, ok := minutesOf(ev, e.Minutes)
	if !ok {
		f.with(WrongValue, "Enter the minutes attended as a whole number, or “all”; 0 for somebody who did not come.")
		return true
	}
	need, ok := evaluation(ev, e.Evaluation)
	if !ok {
		f.with(WrongValue, "Write yes in the column “evaluation” if it was handed in at the event, or nothing.")
		return true
	}
	f.attendance = ev.attendance(minutes, need)
	f.attendance.Line = e.Line
	if err := f.readLicense(e); err != nil {
		f.invalid(err)
		return true
	}
	if minutes < ev.LeastMinutes {
		f.with(TooShort, "Attended %d of %d minutes; a certificate takes at least %d.", min(minutes, ev.Minutes), ev.Minutes, ev.LeastMinutes)
		return true
	}
	return false
}

// minutesOf reads how many minutes somebody attended.
func minutesOf(ev Event, cell string) (n int, ok bool) {
	if strings.EqualFold(cell, All) {
		return ev.Minutes, true
	}
	n, err := strconv.Atoi(cell)
	return n, err == nil && n >= 0 && n <= MaxMinutes
}

// evaluation reads whether it was handed in on paper.
func evaluation(ev Event, cell string) (need enrollment.EvaluationNeed, ok bool) {
	cell = strings.ToLower(cell)
	paper := slices.Contains([]string{"yes", "y", "true", "1", "x", "paper"}, cell)
	none := slices.Contains([]string{"", "no", "n", "false", "0", "-"}, cell)
	switch {
	case !paper && !none:
		return "", false
	case !ev.Evaluation:
		return enrollment.NoEvaluation, true
	case paper:
		return enrollment.OnPaper, true
	}
	return enrollment.Online, true
}

// readLicense reads the three columns of a license, by the codes or the names of the
// lists.
func (f *finding) readLicense(e Entry) error {
	if e.Profession == "" && e.Jurisdiction == "" && e.Number == "" {
		return nil
	}
	l := account.License{Profession: code(lists.Professions, e.Profession), Jurisdiction: code(lists.Jurisdictions, e.Jurisdiction), Number: e.Number}
	f.license = &l
	return account.CheckLicense(l)
}

func code(list []lists.Choice, typed string) string {
	i := slices.IndexFunc(list, func(c lists.Choice) bool { return strings.EqualFold(c.Code, typed) || strings.EqualFold(c.Name, typed) })
	if i < 0 {
		return typed
	}
	return list[i].Code
}

// stranger judges a row whose address has no account.
func (s *Service) stranger(f *finding, e Entry) {
	name := account.CleanName(e.Name)
	if name == "" {
		name = "-" // so that the address is judged first
	}
	switch err := s.Accounts.CheckInvite(e.Email, name); {
	case err != nil && e.Name != "", isField(err, "email"):
		f.invalid(err)
	case e.Name == "":
		f.with(WrongValue, "There is no account with this address, so the list must give the legal name.")
	default:
		f.newName = name
		f.with(WillInvite, "An account is made, and its owner invited by mail.")
	}
}

func isField(err error, name string) bool {
	fields := apperr.FieldsOf(err)
	return len(fields) > 0 && fields[0].Name == name
}

// unusable says why no certificate goes to an account, "" if one can.
func unusable(p account.Person) string {
	switch p.State() {
	case account.StateBlocked:
		return "The account with this address is blocked."
	case account.StateErased:
		return "The account with this address was erased."
	case account.StateUnconfirmed:
		return "Nobody has confirmed the address of this account, so it may be somebody else’s. Ask the person to confirm it, then check the list again."
	case account.StateActive:
	}
	return ""
}

// named holds the name of the list beside that of the account, which is the one that
// is printed.
func (s *Service) named(f *finding, e Entry, p account.Person) {
	name, legal := account.CleanName(e.Name), p.LegalName
	switch {
	case legal == "" && name == "":
		f.with(WrongValue, "The account has no legal name, and the list gives none.")
	case legal == "":
		if err := s.Accounts.CheckLegalName(name); err != nil {
			f.invalid(err)
			return
		}
		f.newName = name
		if alike(name, p.Name) {
			f.with(WillIssue, "The account gets this legal name.")
			return
		}
		f.accountName = p.Name
		f.with(OtherName, "The account is called “%s” and has no legal name. Choose it only if it is the same person: the account then gets the name of the list.", p.Name)
	case certificate.Printable(legal) != nil:
		f.invalid(certificate.Printable(legal))
		f.note += " That is the account’s legal name: correct it on the person’s page."
	case name == "" || alike(name, legal):
		f.with(WillIssue, "")
		if name != "" && name != legal {
			f.note = "It bears the account’s spelling: “" + legal + "”."
		}
	default:
		f.accountName = legal
		f.with(OtherName, "The account’s legal name is “%s”. Choose it only if it is the same person: the certificate bears the account’s name.", legal)
	}
}

// alike compares names without case, accents and punctuation.
func alike(a, b string) bool { return nameKey(a) == nameKey(b) }

func nameKey(name string) string {
	return strings.Join(strings.FieldsFunc(db.Fold(name), func(r rune) bool { return strings.ContainsRune(" .,-'’", r) }), " ")
}

// judgeAll judges a whole list, with as few reads as its length allows.
func (s *Service) judgeAll(ctx context.Context, ev Event, list []Entry) ([]Row, error) {
	ed, err := s.Editions.Edition(ctx, ev.EditionID)
	if err != nil {
		return nil, err
	}
	rows := make([]Row, 0, len(list))
	lines := map[string]int{} // of addresses
	for part := range slices.Chunk(list, db.MaxPage) {
		people, standings, err := s.people(ctx, ev, part)
		if err != nil {
			return nil, err
		}
		for _, e := range part {
			row := Row{Entry: e, Position: len(rows) + 1}
			key := account.EmailKey(e.Email)
			if first, twice := lines[key]; twice && key != "" {
				row.Verdict, row.Note = Duplicate, fmt.Sprintf("This address stands in line %d too. Keep one of them, with all the minutes.", first)
			} else {
				lines[key] = e.Line
				p, st := of(people, standings, key)
				f, err := s.judge(ctx, ev, ed, e, p, st)
				if err != nil {
					return nil, err
				}
				row.Verdict, row.Note, row.AccountName = f.verdict, f.note, f.accountName
			}
			rows = append(rows, row)
		}
	}
	namesakes(rows)
	return rows, nil
}

// namesakes points out rows that can be issued and bear one name under two
// addresses: they may be one person.
func namesakes(rows []Row) {
	first := map[string]int{}
	for i := range rows {
		r := &rows[i]
		key := nameKey(r.Name)
		if key == "" || !r.Verdict.Possible() {
			continue
		}
		if line, there := first[key]; there {
			r.Note = strings.TrimSpace(r.Note + fmt.Sprintf(" The same name stands in line %d with another address.", line))
		} else {
			first[key] = r.Line
		}
	}
}

// people are the accounts of a part of a list, and how they stand to the course.
func (s *Service) people(ctx context.Context, ev Event, part []Entry) (map[string]account.Person, map[string]enrollment.Standing, error) {
	emails := make([]string, len(part))
	for i, e := range part {
		emails[i] = e.Email
	}
	people, err := s.Accounts.FindByEmails(ctx, emails)
	if err != nil {
		return nil, nil, err
	}
	ids := make([]string, 0, len(people))
	for _, p := range people {
		ids = append(ids, p.ID)
	}
	standings, err := s.Enrollments.Standings(ctx, ev.CourseID, ev.ID, ids)
	return people, standings, err
}

func of(people map[string]account.Person, standings map[string]enrollment.Standing, key string) (*account.Person, enrollment.Standing) {
	p, there := people[key]
	if !there {
		return nil, enrollment.Standing{}
	}
	return &p, standings[p.ID]
}
