package enrollment

import (
	"context"
	"slices"
	"sync"

	"github.com/atmacena/cocare/internal/course"
)

// View is what a lesson page shows.
type View struct {
	Learning
	Lesson *course.Lesson
}

// Here is what is recorded of the lesson shown, its note included.
func (v View) Here() LessonRecord { return v.Record.Lessons[v.Lesson.ID] }

// Requirements are those that a lesson page can tell of: it knows neither the
// time of other lessons nor what accreditors ask for.
func (v View) Requirements() []Requirement {
	return slices.DeleteFunc(v.Learning.Requirements(), func(q Requirement) bool { return q.Kind == NeedTime })
}

// LessonView returns what a lesson page shows, by one indexed read (two when a
// lesson is opened for the first time since the start) and no write. Errors:
// ErrNotFound, ErrNoLesson, ErrDisclosureFirst, ErrLessonOrder, ErrLiveEvent, the refusal of an
// enrollment that is pending, withdrawn or refunded. A withdrawn lesson stays to
// be read.
func (s *Service) LessonView(ctx context.Context, personID, slug string, cycle int, lessonSlug string) (View, error) {
	at := lessonAddress{slug, lessonSlug}
	guess := s.slugs.lesson(at)
	e, here, err := s.findWithLesson(ctx, personID, slug, cycle, guess)
	if err != nil {
		return View{}, err
	}
	e = e.At(s.now())
	if !e.State.Readable() {
		return View{}, refusal(e.State)
	}
	if e.Attendance != nil {
		return View{}, ErrLiveEvent
	}
	ed, err := s.Editions.Edition(ctx, e.EditionID)
	if err != nil {
		return View{}, err
	}
	lesson, ok := ed.Lesson(lessonSlug)
	if !ok {
		return View{}, ErrNoLesson
	}
	if e.DisclosedAt == nil && e.State == Active {
		return View{}, ErrDisclosureFirst
	}
	r := e.record()
	if e.State == Active && Locked(ed, r, lesson.ID) {
		return View{}, ErrLessonOrder
	}
	if lesson.ID != guess {
		if here, err = s.lessonRow(ctx, e.ID, lesson.ID); err != nil {
			return View{}, err
		}
		s.slugs.learn(at, lesson.ID)
	}
	here.FinishedAt = r.Lessons[lesson.ID].FinishedAt
	r.Lessons[lesson.ID] = here
	return View{Learning: Learning{Enrollment: e, Edition: ed, Record: r}, Lesson: lesson}, nil
}

// slugs remembers which lesson an address meant last, so that its record can be
// read together with the enrollment, before it is known which edition that is
// of. Editions seldom disagree; where they do, the guess is wrong and the record
// is read apart.
type slugs struct {
	mu sync.RWMutex
	m  map[lessonAddress]string // only of lessons that exist
}

type lessonAddress struct{ course, lesson string }

func (s *slugs) lesson(at lessonAddress) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.m[at]
}

func (s *slugs) learn(at lessonAddress, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.m[at] = id
}
