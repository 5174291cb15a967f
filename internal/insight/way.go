package insight

import (
	"context"
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/veil"
)

// Window is how many days of everybody's way are told: as many of each, so that
// editions compare, and told when they are over.
const Window = 30

// Way is how people go through an edition.
type Way struct {
	Edition *course.Edition
	People  int          // who enrolled Window days ago or earlier, in whole batches
	Steps   []Step       // what they did in these days
	Lessons []LessonTime // in the order of the course
}

// Known reports whether there are enough people to say anything of their steps.
func (w Way) Known() bool { return w.People >= veil.Enough }

// StepKind names what people did at a step.
type StepKind string

// The steps of a course, in the order in which they stand; lessons and checks by
// module.
const (
	StepDisclosed StepKind = "disclosed"
	StepLesson    StepKind = "lesson"
	StepCheck     StepKind = "check"
	StepBegun     StepKind = "exam-begun"
	StepPassed    StepKind = "exam-passed"
	StepEvaluated StepKind = "evaluated"
	StepCompleted StepKind = "completed"
)

// Step is a step with how many people took it.
type Step struct {
	Kind   StepKind
	Of     string // the title of the lesson or of the module
	People veil.Range
}

// LessonTime is how many minutes people took for a lesson until they first finished
// it, against what its author planned. The people whom a browser measured and those of
// whom only page requests are known are told apart.
type LessonTime struct {
	Title    string
	Planned  int // minutes
	Browser  veil.Values
	Requests veil.Values // of whom at least a part is from page requests
}

// done are the instants at which a learner did something; zero: never.
type done struct {
	disclosed, begun, passed, evaluated, completed time.Time
	lessons                                        []time.Time          // by their place in the course; nil: none
	checks                                         map[string]time.Time // by module: all of its questions
}

func (s *Service) countWay(ctx context.Context, ed *course.Edition) (Way, error) {
	w := Way{Edition: ed}
	people, err := s.learners(ctx, ed)
	if err != nil {
		return w, err
	}
	now := s.Now()
	people = slices.DeleteFunc(people, func(l *learner) bool { return !l.over(now) })
	people = people[:veil.Whole(len(people))]
	if w.People = len(people); w.Known() {
		w.Steps = steps(ed, people)
	}
	w.Lessons, err = s.lessonTimes(ctx, ed)
	return w, err
}

// over reports whether the days that are told of a learner are over, all of them in
// this edition.
func (l *learner) over(now time.Time) bool {
	return !l.window().After(now) && (l.left == nil || l.left.After(l.window()))
}

// window is when these days end.
func (l *learner) window() time.Time { return l.enrolled.AddDate(0, 0, Window) }

func steps(ed *course.Edition, people []*learner) (list []Step) {
	place := 0
	add := func(kind StepKind, of string, at func(l *learner) time.Time) {
		n := 0
		for _, l := range people {
			if t := at(l); !t.IsZero() && !t.After(l.window()) {
				n++
			}
		}
		list = append(list, Step{kind, of, veil.Count(n, len(people))})
	}
	add(StepDisclosed, "", func(l *learner) time.Time { return l.disclosed })
	for _, m := range ed.Course.Modules {
		for _, le := range m.Lessons {
			if _, gone := ed.Withdrawn(le.ID); !gone {
				add(StepLesson, le.Title, func(l *learner) time.Time { return l.lesson(place) })
			}
			place++
		}
		if len(ed.Check(m.ID)) > 0 {
			add(StepCheck, m.Title, func(l *learner) time.Time { return l.checks[m.ID] })
		}
	}
	if ed.Course.Exam.Draw() > 0 {
		add(StepBegun, "", func(l *learner) time.Time { return l.begun })
		add(StepPassed, "", func(l *learner) time.Time { return l.passed })
	}
	if len(ed.Course.Evaluation.Items) > 0 {
		add(StepEvaluated, "", func(l *learner) time.Time { return l.evaluated })
	}
	add(StepCompleted, "", (*learner).known)
	return list
}

// lesson is when the learner finished the lesson at a place in the course.
func (l *learner) lesson(place int) time.Time {
	if l.lessons == nil {
		return time.Time{}
	}
	return l.lessons[place]
}

// known is when the completion could be known: an exam may be graded after it.
func (l *learner) known() time.Time {
	if !l.completed.IsZero() && l.passed.After(l.completed) {
		return l.passed
	}
	return l.completed
}

// lessonTimes tells of each lesson that counts; a person counts once in each.
func (s *Service) lessonTimes(ctx context.Context, ed *course.Edition) ([]LessonTime, error) {
	type times struct {
		browser, requests []int
		people            map[string]bool
	}
	by := map[string]*times{}
	for _, l := range ed.RequiredLessons() {
		by[l.ID] = &times{people: map[string]bool{}}
	}
	err := s.eachTime(ctx, ed.ID, func(person, lesson string, active, inPage int) {
		t := by[lesson]
		if t == nil || t.people[person] {
			return
		}
		t.people[person] = true
		switch {
		case inPage > 0:
			t.requests = append(t.requests, inMinutes(float64(active+inPage)))
		case active > 0:
			t.browser = append(t.browser, inMinutes(float64(active)))
		}
	})
	var list []LessonTime
	for _, l := range ed.RequiredLessons() {
		list = append(list, LessonTime{Title: l.Title, Planned: l.Minutes, Browser: veil.ValuesOf(by[l.ID].browser), Requests: veil.ValuesOf(by[l.ID].requests)})
	}
	return list, err
}
