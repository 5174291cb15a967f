package enrollment

import (
	"context"
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/course"
)

// Learning is an enrollment with what progress is computed from.
type Learning struct {
	Enrollment
	Edition *course.Edition
	Record  Record
	Asks    Asks

	met met
}

// Learning loads the edition (from memory) and adds bookmarks, when notes were written
// and active time to the record that the enrollment carries (one indexed read), and
// what accreditors ask for.
func (s *Service) Learning(ctx context.Context, e Enrollment) (Learning, error) {
	l, err := s.asked(ctx, e)
	if err != nil {
		return Learning{}, err
	}
	return l, s.addLessons(ctx, e.ID, l.Record.Lessons)
}

// progress is Learning without bookmarks and time and what accreditors ask for,
// and without a read.
func (s *Service) progress(ctx context.Context, e Enrollment) (Learning, error) {
	ed, err := s.Editions.Edition(ctx, e.EditionID)
	if err != nil {
		return Learning{}, err
	}
	return Learning{Enrollment: e, Edition: ed, Record: e.record()}, nil
}

// asked is progress with what accreditors ask for: of a completed enrollment what
// its evidence says, whatever they ask for since.
func (s *Service) asked(ctx context.Context, e Enrollment) (Learning, error) {
	l, err := s.progress(ctx, e)
	switch {
	case err != nil:
		return Learning{}, err
	case e.CompletedAt != nil:
		return l, s.addEvidenced(ctx, &l)
	case e.State == Active && s.Asks != nil:
		return l, s.addAsks(ctx, &l)
	}
	return l, nil
}

// addAsks asks for the day of the learner's last act, where nothing but time or a
// license may be missing: what is granted by that day, or by the day of the live event.
func (s *Service) addAsks(ctx context.Context, l *Learning) (err error) {
	day := s.now()
	if at, done := l.studied(); done {
		day = at
	}
	if l.Asks, err = s.Asks(ctx, l.Enrollment, l.Edition, day); err != nil || len(l.Asks.License) == 0 {
		return err
	}
	declined, err := s.evidenceOf(ctx, l.ID, licenseDeclined)
	if err != nil {
		return err
	}
	if len(declined) > 0 {
		l.met.declined = &declined[0].OccurredAt
		return nil
	}
	l.met.listed, err = s.HasLicense(ctx, l.PersonID, day)
	return err
}

// addEvidenced reads from the evidence what was asked for and met.
func (s *Service) addEvidenced(ctx context.Context, l *Learning) error {
	list, err := s.evidenceOf(ctx, l.ID, licenseListed, licenseDeclined, timeMeasured)
	if err != nil {
		return err
	}
	for _, ev := range list {
		at := ev.OccurredAt
		switch ev.Kind {
		case timeMeasured:
			if TimePolicy(ev.Ref) == TimeBlock {
				l.Asks.Time, l.met.reached = TimeBlock, &at
				l.Asks.Requests, _ = ev.Details["requests_count"].(bool)
			}
			continue
		case licenseListed:
			l.met.listed, l.met.listedAt = true, &at
		case licenseDeclined:
			l.met.declined = &at
		}
		credit, _ := ev.Details["credit"].(string)
		l.Asks.License = append(l.Asks.License, LicenseAsk{Accreditor: ev.Ref, Credit: credit})
	}
	return nil
}

// studied reports whether everything is done but what Asks may hold, and when.
func (l Learning) studied() (at time.Time, done bool) {
	l.Asks.License = nil
	list := l.Requirements()
	return Complete(slices.DeleteFunc(list, func(q Requirement) bool { return q.Kind == NeedTime }))
}

// needed is what the requirements of an enrollment are computed from: active time
// is read only where it blocks.
func (s *Service) needed(ctx context.Context, e Enrollment) (Learning, error) {
	l, err := s.asked(ctx, e)
	if err != nil || l.TimePolicy() != TimeBlock {
		return l, err
	}
	return l, s.addLessons(ctx, e.ID, l.Record.Lessons)
}

// Requirements are the requirements of an enrollment.
func (s *Service) Requirements(ctx context.Context, e Enrollment) ([]Requirement, error) {
	l, err := s.needed(ctx, e)
	if err != nil {
		return nil, err
	}
	return l.Requirements(), nil
}
