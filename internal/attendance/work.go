package attendance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/job"
)

// JobKind names the job that works through a list.
const JobKind = "attendance.issue"

// batch is how many rows are read at a time.
const batch = 100

type payload struct {
	ID    string      `json:"id"`
	Actor audit.Actor `json:"actor"` // whose request it was; the rows are acts of who started the list
}

func key(listID string) string { return JobKind + ":" + listID }

func (s *Service) enqueue(ctx context.Context, listID string) error {
	return s.Queue.Enqueue(ctx, JobKind, payload{listID, audit.ActorOf(ctx)}, job.Unique(key(listID)))
}

// work is the job. It may run twice, also at the same time, and begin again anywhere:
// each row is done once. A row that fails by a fault of ours is tried again when all
// others are done; the last try gives it up.
func (s *Service) work(ctx context.Context, data []byte) error {
	var p payload
	if err := json.Unmarshal(data, &p); err != nil {
		return job.Permanent(fmt.Errorf("attendance: job: %w", err))
	}
	l, err := s.List(ctx, p.ID)
	switch {
	case errors.Is(err, ErrNoList):
		return job.Permanent(err)
	case err != nil || l.State != Started:
		return err
	}
	if p.Actor.PersonID != l.StartedBy { // somebody else had it go on
		p.Actor = audit.Actor{PersonID: l.StartedBy}
	}
	ctx = audit.WithActor(ctx, p.Actor)
	ev, err := s.Event(ctx, l.EventID)
	if err != nil {
		return err
	}
	ed, err := s.Editions.Edition(ctx, ev.EditionID)
	if err != nil {
		return err
	}
	if err := s.rows(ctx, l, ev, ed); err != nil {
		if !job.IsLast(ctx) || ctx.Err() != nil {
			return err
		}
		// Whatever it is, the list ends, and its report says which rows it was.
		if failed := s.giveUp(ctx, l.ID); failed != nil {
			return errors.Join(err, failed)
		}
	}
	return s.finish(ctx, l)
}

// rows does what is left of a list.
func (s *Service) rows(ctx context.Context, l List, ev Event, ed *course.Edition) error {
	var faults []error
	for last := 0; ; {
		rows, err := s.pending(ctx, l.ID, last, batch)
		if err != nil || len(rows) == 0 {
			return errors.Join(append(faults, err)...)
		}
		for _, r := range rows {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := s.row(ctx, l, ev, ed, r); err != nil {
				faults = append(faults, fmt.Errorf("attendance: line %d: %w", r.Line, err))
			}
			last = r.Position
		}
	}
}

// row does one row, in a transaction of its own. What the world refuses is its
// outcome; an error is a fault of ours.
func (s *Service) row(ctx context.Context, l List, ev Event, ed *course.Edition, r Row) error {
	err := s.try(ctx, l, ev, ed, r)
	if errors.Is(err, account.ErrTaken) { // somebody made the account this moment
		err = s.try(ctx, l, ev, ed, r)
	}
	switch apperr.KindOf(err) {
	case apperr.Invalid, apperr.Conflict, apperr.NotFound, apperr.Gone, apperr.Forbidden:
		_, err = s.settleRow(ctx, l.ID, r.Position, Refused, told(err), "", s.now())
	}
	return err
}

func (s *Service) try(ctx context.Context, l List, ev Event, ed *course.Edition, r Row) error {
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		// First the row: whoever works on it too waits, and finds it done.
		held, err := s.holdRow(ctx, l.ID, r.Position)
		if err != nil || !held {
			return err
		}
		e, why, err := s.issue(ctx, l, ev, ed, r)
		if err != nil {
			return err
		}
		outcome := Issued
		switch {
		case why != "":
			outcome = Refused
		case e.State != enrollment.Completed:
			outcome = Waiting
			if why, err = s.waits(ctx, e); err != nil {
				return err
			}
		}
		_, err = s.settleRow(ctx, l.ID, r.Position, outcome, why, e.ID, s.now())
		return err
	})
}

// issue judges a row as the world is now, and records the attendance; or it says why
// it does not.
func (s *Service) issue(ctx context.Context, l List, ev Event, ed *course.Edition, r Row) (e enrollment.Enrollment, why string, err error) {
	people, standings, err := s.people(ctx, ev, []Entry{r.Entry})
	if err != nil {
		return e, "", err
	}
	p, st := of(people, standings, account.EmailKey(r.Email))
	f, err := s.judge(ctx, ev, ed, r.Entry, p, st)
	if err != nil {
		return e, "", err
	}
	if why = f.changed(r); why != "" {
		return e, why, nil
	}
	if p, err = s.holder(ctx, f, r.Entry, ev); err != nil {
		return e, "", err
	}
	if err := s.addLicense(ctx, p.ID, f.license); err != nil {
		return e, "", err
	}
	f.attendance.ListSHA256, f.attendance.RecordedBy = l.SHA256, l.StartedBy
	e, err = s.Enrollments.Attend(ctx, p.ID, ev.EditionID, f.attendance)
	return e, "", err
}

// waits says what is left before a certificate.
func (s *Service) waits(ctx context.Context, e enrollment.Enrollment) (string, error) {
	list, err := s.Enrollments.Requirements(ctx, e)
	var left []string
	for _, q := range list {
		if !q.Done {
			left = append(left, q.Title)
		}
	}
	return "Before the certificate: " + strings.Join(left, "; ") + ".", err
}

// changed says why a row is not issued although it was to be, "" if it is: the world
// has changed since it was shown.
func (f finding) changed(r Row) string {
	switch {
	case !f.verdict.Possible():
		return f.note
	case r.AccountID != "" && f.accountID() == "":
		return "No account has this address anymore. One had it when the list was checked."
	case r.AccountID != "" && f.accountID() != r.AccountID:
		return "Another account has this address than had it when the list was checked."
	case f.verdict != OtherName:
		return ""
	case !r.Chosen:
		return f.note + " It was not so when the list was checked."
	case f.accountName != r.AccountName:
		return f.note + " It had another name when the list was checked."
	}
	return ""
}

// holder is who gets the certificate, with an account and a legal name.
func (s *Service) holder(ctx context.Context, f finding, e Entry, ev Event) (*account.Person, error) {
	if f.person == nil {
		// Nobody said where they are, and many attend an online event from elsewhere.
		p, err := s.Accounts.Invite(ctx, e.Email, f.newName, s.Zone.String(), ev.Title)
		return &p, err
	}
	if f.newName == "" {
		return f.person, nil
	}
	return f.person, s.Accounts.SetLegalName(ctx, f.person.ID, f.newName)
}

// addLicense lists the license of a row, unless it is listed already.
func (s *Service) addLicense(ctx context.Context, personID string, l *account.License) error {
	if l == nil {
		return nil
	}
	have, err := s.Accounts.Licenses(ctx, personID)
	if err != nil {
		return err
	}
	same := func(h account.License) bool {
		return h.Profession == l.Profession && h.Jurisdiction == l.Jurisdiction && h.NumberKey() == l.NumberKey()
	}
	if slices.ContainsFunc(have, same) {
		return nil
	}
	l.PersonID = personID
	_, err = s.Accounts.SaveLicense(ctx, *l)
	return err
}

// giveUp ends what is left of a list.
func (s *Service) giveUp(ctx context.Context, listID string) error {
	return s.failRest(ctx, listID, "Something went wrong on our side, again and again. Nothing was changed for this person. The server’s log says why.", s.now())
}

// release lets an event be changed again that nothing was recorded by. It is held
// first, so that whoever starts or ends another list of it meanwhile is seen.
func (s *Service) release(ctx context.Context, eventID string) error {
	if _, err := s.holdEvent(ctx, eventID); err != nil {
		return err
	}
	return s.releaseEvent(ctx, eventID)
}

// finish ends a list of which nothing is left, once.
func (s *Service) finish(ctx context.Context, l List) error {
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		changed, err := s.finishList(ctx, l.ID, s.now())
		if err != nil || !changed {
			return err
		}
		if err := s.release(ctx, l.EventID); err != nil {
			return err
		}
		counts, err := s.Outcomes(ctx, l.ID)
		if err != nil {
			return err
		}
		details := map[string]any{"event": l.EventID, "rows": l.Total}
		for _, o := range Outcomes {
			details[string(o)] = counts[o]
		}
		return s.record(ctx, "attendance.finish", "attendance_list", l.ID, details)
	})
}
