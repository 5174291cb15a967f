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
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/enrollment"
)

// finding is a row as it was judged, with what its values mean.
type finding struct {
	verdict           Verdict
	note, accountName string
	advice            string // what to do about it before the list is started

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
	if why, advice := unusable(*p); why != "" {
		f.advice = advice
		return f.with(Closed, "%s", why), nil
	}
	refused := s.Enrollments.MayAttend(ctx, ed, st, ev.EndsAt)
	switch {
	case refused == nil:
	case !apperr.Is(refused, apperr.Conflict):
		return f, refused
	default:
		f.with(standing(refused), "%s", apperr.Message(refused))
		if f.verdict == Learning {
			f.advice = "Withdraw it first, or leave it to them to complete the course."
		}
		return f, nil
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
	case errors.Is(err, enrollment.ErrAttendeeOwing):
		return Owing
	}
	return Certified
}

// accountID is the account that has the address; "" for none.
func (f finding) accountID() string {
	if f.person == nil {
		return ""
	}
	return f.person.ID
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
	minutes, why := minutesOf(ev, e.Minutes)
	if why != "" {
		f.with(WrongValue, "%s", why)
		return true
	}
	need, ok := evaluation(ev, e.Evaluation)
	if !ok {
		f.with(WrongValue, "The column “evaluation” says neither yes nor no.")
		f.advice = "Write yes in it if the evaluation was handed in at the event, or nothing."
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

// minutesOf reads how many minutes somebody attended, or says why it cannot.
func minutesOf(ev Event, cell string) (n int, why string) {
	if strings.EqualFold(cell, All) {
		return ev.Minutes, ""
	}
	n, err := strconv.Atoi(cell)
	switch {
	case cell == "":
		return 0, "The minutes are missing. Enter them as a whole number, or “all”; 0 for somebody who did not come."
	case (err == nil || errors.Is(err, strconv.ErrRange)) && n > MaxMinutes:
		return 0, fmt.Sprintf("No event has more than %d minutes of instruction.", MaxMinutes)
	case err != nil || n < 0:
		return 0, "Enter the minutes attended as a whole number, or “all”; 0 for somebody who did not come."
	}
	return n, ""
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
	return ofTheRow(account.CheckLicense(l), e)
}

// ofTheRow says of a row what a form says of its fields.
func ofTheRow(err error, e Entry) error {
	if len(apperr.FieldsOf(err)) == 0 {
		return err
	}
	switch field := apperr.FieldsOf(err)[0]; {
	case e.Profession == "" || e.Jurisdiction == "" || e.Number == "":
		return apperr.InvalidField("license", "The license is not whole: it takes profession, jurisdiction and number, or none of them.")
	case field.Name == "profession":
		return apperr.InvalidField(field.Name, "There is no profession “%s”. Write one of the account’s list, by its code or its name, as nurse.", shown(e.Profession))
	case field.Name == "jurisdiction":
		return apperr.InvalidField(field.Name, "There is no state, province or territory “%s”. Write one of the account’s list, by its code or its name, as US-OR.", shown(e.Jurisdiction))
	}
	return err
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
				row.Verdict, row.Note = Duplicate, noted(fmt.Sprintf("This address stands in line %d too.", first), "Keep one of them, with all the minutes.")
			} else {
				lines[key] = e.Line
				p, st := of(people, standings, key)
				f, err := s.judge(ctx, ev, ed, e, p, st)
				if err != nil {
					return nil, err
				}
				s.remark(ctx, &f, ev)
				row.Verdict, row.Note, row.AccountID, row.AccountName = f.verdict, noted(f.note, f.advice), f.accountID(), f.accountName
			}
			rows = append(rows, row)
		}
	}
	namesakes(rows)
	return rows, nil
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
