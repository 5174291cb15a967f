package enrollment

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/atmacena/cocare/internal/course"
)

// Tracker notes page requests in memory and counts them together every few
// seconds, so that a lesson page costs no write. A crash loses what came since
// the last time: active time, never an act.
type Tracker struct {
	service *Service
	log     *slog.Logger
	mu      sync.Mutex
	visits  []visit
	stop    chan struct{}
	done    sync.WaitGroup
}

// maxVisits bounds the memory while the database does not answer; maxVisitTx
// the time for which one transaction holds the writer.
const (
	maxVisits  = 20_000
	maxVisitTx = 200
)

// NewTracker starts counting every interval until Close.
func (s *Service) NewTracker(log *slog.Logger, interval time.Duration) *Tracker {
	t := &Tracker{service: s, log: log, stop: make(chan struct{})}
	t.done.Go(func() {
		tick := time.NewTicker(interval)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				t.Flush(context.Background())
			case <-t.stop:
				t.Flush(context.Background())
				return
			}
		}
	})
	return t
}

// Visit notes that a learner opened a lesson.
func (t *Tracker) Visit(e Enrollment, l *course.Lesson) {
	if e.State == Active {
		t.note(visit{personID: e.PersonID, enrollmentID: e.ID, lessonID: l.ID, capSeconds: l.Minutes * 60, enrolledAt: e.EnrolledAt})
	}
}

// Leave notes that a learner asked for something else.
func (t *Tracker) Leave(e Enrollment) {
	if e.State == Active {
		t.note(visit{personID: e.PersonID, enrolledAt: e.EnrolledAt})
	}
}

func (t *Tracker) note(v visit) {
	v.at = t.service.now()
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.visits) < maxVisits {
		t.visits = append(t.visits, v)
	}
}

// Flush counts what was noted. What fails is logged and dropped.
func (t *Tracker) Flush(ctx context.Context) {
	t.mu.Lock()
	visits := t.visits
	t.visits = nil
	t.mu.Unlock()
	// By person, so that two replicas lock clocks in the same order; a person's
	// own stay in theirs.
	slices.SortStableFunc(visits, func(a, b visit) int { return cmp.Compare(a.personID, b.personID) })
	for chunk := range slices.Chunk(visits, maxVisitTx) {
		if t.count(ctx, chunk) == nil {
			continue
		}
		for _, v := range chunk {
			if err := t.count(ctx, []visit{v}); err != nil {
				t.log.ErrorContext(ctx, "active time from a page request was lost", "enrollment", v.enrollmentID, "error", err)
			}
		}
	}
}

func (t *Tracker) count(ctx context.Context, visits []visit) error {
	return t.service.DB.InTx(ctx, func(ctx context.Context) error {
		for _, v := range visits {
			if err := t.service.countVisit(ctx, v); err != nil {
				return err
			}
		}
		return nil
	})
}

// Close counts what is left and stops.
func (t *Tracker) Close() {
	close(t.stop)
	t.done.Wait()
}
