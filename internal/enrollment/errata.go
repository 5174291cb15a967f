package enrollment

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/mail"
)

// concerned are the states in which a correction of the edition concerns a learner:
// they read it, or have read it.
var concerned = []State{Active, Completed, Expired}

// ErrNoErratum: the learner's edition has no such correction.
var ErrNoErratum = apperr.New(apperr.NotFound, "There is no such correction.")

// Unread are the safety corrections of an edition that a learner has not said to
// have read, oldest first.
func (s *Service) Unread(ctx context.Context, e Enrollment) (out []course.PlacedErratum, err error) {
	ed, err := s.Editions.Edition(ctx, e.EditionID)
	if err != nil || !slices.Contains(concerned, e.State) {
		return nil, err
	}
	return s.unread(ctx, ed, e.ID)
}

func (s *Service) unread(ctx context.Context, ed *course.Edition, enrollmentID string) (out []course.PlacedErratum, err error) {
	for _, x := range ed.Errata() {
		if x.Safety {
			out = append(out, x)
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	read, err := s.readErrata(ctx, enrollmentID)
	return slices.DeleteFunc(out, func(x course.PlacedErratum) bool { return slices.Contains(read, x.ID) }), err
}

// ReadErratum records that a learner has read a correction of their edition. A second
// time changes nothing. Errors: ErrNoErratum.
func (s *Service) ReadErratum(ctx context.Context, e Enrollment, erratumID string) error {
	ed, err := s.Editions.Edition(ctx, e.EditionID)
	if err != nil {
		return err
	}
	if !slices.Contains(concerned, e.State) || !slices.ContainsFunc(ed.Overlays.Errata, func(x course.Erratum) bool { return x.ID == erratumID }) {
		return ErrNoErratum
	}
	return s.markRead(ctx, e.ID, erratumID, s.now())
}

// Reader is somebody whom a correction concerns. ToldAt is nil where no mail was
// sent, ReadAt until they say that they have read it. Moved: they were mailed or have
// read it, and learn in another edition by now.
type Reader struct {
	EnrollmentID, PersonID, Name string
	State                        State
	ToldAt, ReadAt               *time.Time
	Unreached                    Unreached
	Moved                        bool
}

// Unreached says why no mail could be sent; "": one was, or none was tried.
type Unreached string

// The reasons: no mail reaches the address; the account is blocked, erased or gone.
const (
	ByAddress Unreached = "address"
	ByAccount Unreached = "account"
)

// ErratumRead is what is on record of a correction and a learner.
type ErratumRead struct {
	ErratumID      string
	ToldAt, ReadAt *time.Time
}

// ErrataRead lists which corrections were mailed in an enrollment, and when the learner
// said to have read them.
func (s *Service) ErrataRead(ctx context.Context, enrollmentID string) ([]ErratumRead, error) {
	return s.errataRead(ctx, enrollmentID)
}

// tellBatch is how many learners are told in one transaction.
const tellBatch = 100

// TellErratum mails a correction to everybody whom it concerns and who has neither
// read it nor been told: called again, it goes on where it was. Whom no mail can reach is
// noted, and keeps nobody from theirs. Errors: ErrNoErratum.
func (s *Service) TellErratum(ctx context.Context, editionID, erratumID string) (told int, err error) {
	ed, err := s.Editions.Edition(ctx, editionID)
	if err != nil {
		return 0, err
	}
	errata := ed.Errata()
	i := slices.IndexFunc(errata, func(x course.PlacedErratum) bool { return x.ID == erratumID })
	if i < 0 {
		return 0, ErrNoErratum
	}
	for after := ""; ; {
		list, err := s.concernedAfter(ctx, editionID, after, tellBatch)
		if err != nil || len(list) == 0 {
			return told, err
		}
		n := 0
		err = s.DB.InTx(ctx, func(ctx context.Context) (err error) {
			n, err = s.tellSome(ctx, ed, errata[i], list)
			return err
		})
		if err != nil {
			return told, err
		}
		told, after = told+n, list[len(list)-1].ID
	}
}

func (s *Service) tellSome(ctx context.Context, ed *course.Edition, x course.PlacedErratum, list []Enrollment) (n int, err error) {
	m := mail.CorrectionPublished{CourseTitle: ed.Course.Card.Title, Text: x.Text}
	if x.Lesson != nil {
		m.Lesson = x.Lesson.Title
	}
	for _, e := range list {
		m.CourseLink = s.link(e) + "?cycle=" + strconv.Itoa(e.Cycle) // another may begin before it is read
		told, err := s.tellOne(ctx, e, x.ID, m)
		if err != nil {
			return n, err
		}
		if told {
			n++
		}
	}
	return n, nil
}

func (s *Service) tellOne(ctx context.Context, e Enrollment, erratumID string, m mail.Message) (bool, error) {
	to, why, err := s.reach(ctx, e.PersonID)
	if err != nil {
		return false, err
	}
	if why != "" {
		return false, s.markUnreached(ctx, e.ID, erratumID, why, s.now())
	}
	if first, err := s.markTold(ctx, e.ID, erratumID, s.now()); err != nil || !first {
		return false, err
	}
	return true, s.Mail.Queue(ctx, to, m)
}

// reach is where a person is written to, or why that is not possible.
func (s *Service) reach(ctx context.Context, personID string) (to mail.Address, why Unreached, err error) {
	to.Name, to.Email, err = s.Person(ctx, personID)
	open := true
	if err == nil && s.Reachable != nil {
		open, err = s.Reachable(ctx, personID)
	}
	switch {
	case apperr.Is(err, apperr.NotFound), err == nil && !open:
		return to, ByAccount, nil
	case err == nil && !mail.ValidAddress(to.Email):
		return to, ByAddress, nil
	}
	return to, "", err
}

// CountReaders counts by erratum who has read it, and how many it concerns.
func (s *Service) CountReaders(ctx context.Context, editionID string) (read map[string]int, of int, err error) {
	return s.countReaders(ctx, editionID)
}

// Readers lists whom a correction concerns, in the order of their enrollments.
// after is the last one of the page before, "" for the first page.
func (s *Service) Readers(ctx context.Context, editionID, erratumID, after string, limit int) (list []Reader, more bool, err error) {
	limit = db.PageLimit(limit)
	list, err = s.readers(ctx, editionID, erratumID, after, limit+1)
	if more = len(list) > limit; more {
		list = list[:limit]
	}
	return list, more, err
}
