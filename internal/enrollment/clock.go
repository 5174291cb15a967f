package enrollment

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
)

// TimeSource says who measured a stretch of active time.
type TimeSource string

// The sources. FromBrowser is a page that was visible and in use; FromRequests
// is the span between two requests, where no script ran (DECISIONS 13).
const (
	FromBrowser  TimeSource = "browser"
	FromRequests TimeSource = "requests"
)

// The bounds of a batch. Jitter forgives what the network adds between two
// honest batches; the sum is bound by the clock all the same.
const (
	maxBatchSeconds = 300
	maxBatchAge     = 15 * time.Minute
	batchJitter     = 2 * time.Second
	maxTokenBytes   = 100
)

// ActiveBatch is a stretch of active time as a client claims it. Token is the
// client's own and makes a repeated batch count once. From is when the stretch
// began, at the earliest.
type ActiveBatch struct {
	Token   string
	Seconds int
	From    time.Time
	Source  TimeSource
}

// errBatch refuses what no honest page sends.
var errBatch = apperr.New(apperr.Invalid, "This is not a stretch of active time.")

// RecordActive counts a batch and returns the seconds accepted, 0 for a
// repeated one. A person has one clock over all tabs and devices: never more is
// counted than has passed since what was counted before. Errors: Invalid,
// ErrNoLesson, those of a closed enrollment.
func (s *Service) RecordActive(ctx context.Context, e Enrollment, lessonID string, b ActiveBatch) (int, error) {
	if b.Token == "" || len(b.Token) > maxTokenBytes || b.Seconds < 1 || b.Seconds > maxBatchSeconds || b.Source != FromBrowser {
		return 0, errBatch
	}
	ed, err := s.Editions.Edition(ctx, e.EditionID)
	if err != nil {
		return 0, err
	}
	if _, ok := ed.LessonByID(lessonID); !ok {
		return 0, ErrNoLesson
	}
	now := s.now()
	switch e = e.At(now); {
	case e.State != Active:
		return 0, refusal(e.State)
	case e.Attendance != nil:
		return 0, ErrLiveEvent
	}
	var accepted int
	actor := audit.ActorOf(ctx) // the group's ctx knows nobody, and this may complete the course
	err = s.Group.Do(ctx, func(ctx context.Context) error {
		ctx = audit.WithActor(ctx, actor)
		c, err := s.lockClock(ctx, e.PersonID, e.EnrolledAt)
		if err != nil {
			return err
		}
		from := latest(b.From.Add(-batchJitter), now.Add(-maxBatchAge), e.EnrolledAt)
		accepted, err = s.credit(ctx, c, e.ID, lessonID, stretch{ActiveBatch: b, from: from, now: now, limit: b.Seconds})
		if err != nil {
			return err
		}
		if err := s.beacon(ctx, e.PersonID, now); err != nil || accepted == 0 {
			return err
		}
		return s.timed(ctx, e)
	})
	return accepted, err
}

// timed completes what waited for nothing but time.
func (s *Service) timed(ctx context.Context, e Enrollment) error {
	l, err := s.progress(ctx, e)
	if err != nil {
		return err
	}
	if _, done := l.studied(); !done {
		return nil
	}
	if err := s.hold(ctx, e.ID); err != nil {
		return err
	}
	return s.settle(ctx, e.ID)
}

// stretch is a batch with what the server knows of it.
type stretch struct {
	ActiveBatch
	from, now time.Time
	limit     int // seconds
}

// credit counts what the clock allows and moves it on. The caller holds the
// person's clock.
func (s *Service) credit(ctx context.Context, c clockRow, enrollmentID, lessonID string, b stretch) (int, error) {
	begin := latest(db.Truncate(b.from), c.CountedTo)
	if c.CountedTo.After(b.now.Add(db.Skew)) { // written by a clock that ran ahead
		begin = db.Truncate(b.from)
	}
	seconds := min(b.limit, int(b.now.Sub(begin)/time.Second))
	if seconds < 1 {
		return 0, nil
	}
	first, err := s.insertActive(ctx, enrollmentID, lessonID, b, begin, seconds)
	if err != nil || !first {
		return 0, err
	}
	if err := s.addSeconds(ctx, enrollmentID, lessonID, b.Source, seconds); err != nil {
		return 0, err
	}
	return seconds, s.moveClock(ctx, c.PersonID, begin.Add(time.Duration(seconds)*time.Second))
}

func latest(times ...time.Time) time.Time {
	var out time.Time
	for _, t := range times {
		if t.After(out) {
			out = t
		}
	}
	return out
}

// visit is a lesson page that was asked for, or with an empty lesson any other
// page, which ends the visit before it.
type visit struct {
	personID, enrollmentID, lessonID string
	capSeconds                       int // the lesson's planned time
	enrolledAt, at                   time.Time
}

// countVisit counts the span since the person's last request, if that was a
// lesson whose page sent no beacon since, and remembers this one. What was
// counted from requests never exceeds a lesson's planned time.
func (s *Service) countVisit(ctx context.Context, v visit) error {
	c, err := s.lockClock(ctx, v.personID, v.enrolledAt)
	if err != nil {
		return err
	}
	if c.VisitAt != nil && c.VisitAt.After(v.at.Add(db.Skew)) { // a clock that ran ahead
		return s.setVisit(ctx, v)
	}
	if c.VisitAt != nil && v.at.Before(*c.VisitAt) {
		return nil // another replica was here with a later one
	}
	silent := c.VisitAt != nil && (c.BeaconAt == nil || c.BeaconAt.Before(*c.VisitAt) || c.BeaconAt.After(v.at.Add(db.Skew)))
	if silent && c.VisitLessonID != "" {
		counted, err := s.requestSeconds(ctx, c.VisitEnrollmentID, c.VisitLessonID)
		if err != nil {
			return err
		}
		b := ActiveBatch{Token: "visit " + c.VisitAt.Format(time.RFC3339Nano), Source: FromRequests}
		st := stretch{ActiveBatch: b, from: *c.VisitAt, now: v.at, limit: c.VisitCap - counted}
		if err := s.countRequests(ctx, c, st); err != nil {
			return err
		}
	}
	return s.setVisit(ctx, v)
}

// countRequests counts a visit, which may be the last minutes that were missing.
func (s *Service) countRequests(ctx context.Context, c clockRow, st stretch) error {
	n, err := s.credit(ctx, c, c.VisitEnrollmentID, c.VisitLessonID, st)
	if err != nil || n == 0 {
		return err
	}
	e, err := s.byID(ctx, c.VisitEnrollmentID)
	if err != nil || e.At(st.now).State != Active {
		return err
	}
	return s.timed(ctx, e)
}
