package course

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/question"
)

// ScopeCases stands in a sign-off's lessons for the cases of the course.
const ScopeCases = "cases"

// Lesson finds a lesson by its slug, withdrawn or not.
func (e *Edition) Lesson(slug string) (*Lesson, bool) { return e.Course.Lesson(slug) }

// LessonByID finds a lesson by its ID, withdrawn or not.
func (e *Edition) LessonByID(id string) (*Lesson, bool) { return e.Course.LessonByID(id) }

// Module finds a module by its ID.
func (e *Edition) Module(id string) (*Module, bool) { return e.Course.Module(id) }

// Question finds an item of a check or of the exam.
func (e *Edition) Question(id string) (*question.Question, bool) { return e.Course.Question(id) }

// Withdrawn reports whether and why a lesson was withdrawn.
func (e *Edition) Withdrawn(lessonID string) (Withdrawal, bool) {
	w, ok := e.Overlays.Withdrawn[lessonID]
	return w, ok
}

// Without is the edition as it would be without one more lesson.
func (e *Edition) Without(lessonID string) *Edition {
	then := *e
	then.Overlays.Withdrawn = maps.Clone(e.Overlays.Withdrawn)
	if then.Overlays.Withdrawn == nil {
		then.Overlays.Withdrawn = map[string]Withdrawal{}
	}
	then.Overlays.Withdrawn[lessonID] = Withdrawal{LessonID: lessonID}
	return &then
}

// RequiredLessons returns, in reading order, the lessons that a learner must
// finish: all but the withdrawn ones.
func (e *Edition) RequiredLessons() []*Lesson {
	if len(e.Overlays.Withdrawn) == 0 {
		return e.Course.Lessons()
	}
	return slices.DeleteFunc(slices.Clone(e.Course.Lessons()), func(l *Lesson) bool {
		_, gone := e.Overlays.Withdrawn[l.ID]
		return gone
	})
}

// LessonWords says how many lessons a course, or one of its modules, has: "2 lessons
// (1 withdrawn)". Required leaves out the withdrawn.
func LessonWords(required, withdrawn int) string {
	words := strconv.Itoa(required) + " lessons"
	if required == 1 {
		words = "1 lesson"
	}
	if withdrawn > 0 {
		words += fmt.Sprintf(" (%d withdrawn)", withdrawn)
	}
	return words
}

// LessonWords are those of the whole edition.
func (e *Edition) LessonWords() string {
	n := len(e.RequiredLessons())
	return LessonWords(n, len(e.Course.Lessons())-n)
}

// ErrataOf returns the errata of a lesson; those of the whole course have the
// lesson ID "".
func (e *Edition) ErrataOf(lessonID string) (out []Erratum) {
	for _, x := range e.Overlays.Errata {
		if x.LessonID == lessonID {
			out = append(out, x)
		}
	}
	return out
}

// PlacedErratum is an erratum with its lesson, nil for the whole course.
type PlacedErratum struct {
	Erratum
	Lesson *Lesson
}

// Errata returns all of them in the order in which they were recorded.
func (e *Edition) Errata() []PlacedErratum {
	list := make([]PlacedErratum, len(e.Overlays.Errata))
	for i, x := range e.Overlays.Errata {
		list[i].Erratum = x
		list[i].Lesson, _ = e.LessonByID(x.LessonID)
	}
	return list
}

// Bank returns the exam items that may be drawn: all but those that only a
// withdrawn lesson taught (DECISIONS 8).
func (e *Edition) Bank() []*question.Question { return e.standing(e.Course.Bank) }

// AsksShortAnswers reports whether the bank has some, which a person grades.
func (e *Edition) AsksShortAnswers() bool {
	return slices.ContainsFunc(e.Bank(), func(q *question.Question) bool { return q.Kind == question.ShortAnswer })
}

// Check returns the check items of a module that are asked.
func (e *Edition) Check(moduleID string) []*question.Question {
	m, ok := e.Module(moduleID)
	if !ok {
		return nil
	}
	return e.standing(m.Check)
}

// standing drops the questions that rest on withdrawn lessons alone: every
// fact behind them that lessons cite is cited by withdrawn lessons only.
func (e *Edition) standing(list []*question.Question) []*question.Question {
	if len(e.Overlays.Withdrawn) == 0 {
		return list
	}
	taught := map[string]bool{} // fact → still taught
	for _, l := range e.Course.Lessons() {
		_, gone := e.Overlays.Withdrawn[l.ID]
		for _, c := range l.Citations {
			if c.Fact != nil {
				taught[c.Fact.ID] = taught[c.Fact.ID] || !gone
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(list), func(q *question.Question) bool {
		cited, still := false, false
		for _, f := range q.Facts {
			standing, known := taught[f]
			cited, still = cited || known, still || standing
		}
		return cited && !still
	})
}

// Words counts the words of the required lessons.
func (e *Edition) Words() (n int) {
	for _, l := range e.RequiredLessons() {
		n += l.Words
	}
	return n
}

// ExamQuestions is how many questions a form of the exam has: what the
// blueprint draws, less what a withdrawal leaves short.
func (e *Edition) ExamQuestions() (n int) {
	if len(e.Overlays.Withdrawn) == 0 {
		return e.Course.Exam.Draw()
	}
	left := map[string]int{}
	for _, q := range e.Bank() {
		if len(q.Objectives) > 0 {
			left[q.Objectives[0]]++
		}
	}
	for _, row := range e.Course.Exam.Blueprint {
		n += min(row.Draw, left[row.Objective])
	}
	return n
}

// EstimatedHours is the learning time by the card's formula from the words of
// the required lessons and the questions that a form can still have. It is no
// credit: see DECISIONS 10.
func (e *Edition) EstimatedHours() credit.Worked {
	in := e.inputs()
	return credit.Mergener(in.Words, in.Questions, in.Difficulty, e.Course.Card.CreditRounding)
}

// Hollow reports whether withdrawals left no lesson, or no question of the exam,
// so that nobody can complete the course.
func (e *Edition) Hollow() bool {
	if len(e.Overlays.Withdrawn) == 0 {
		return false
	}
	return len(e.RequiredLessons()) == 0 || e.Course.Exam.Draw() > 0 && e.ExamQuestions() == 0
}

// Format is what the card says of the course's form. Its counts were written
// before anything was withdrawn; afterwards they are counted anew.
func (e *Edition) Format() string {
	if len(e.Overlays.Withdrawn) == 0 {
		return e.Course.Card.Format
	}
	var parts []string
	for part := range strings.SplitSeq(strings.TrimSuffix(e.Course.Card.Format, "."), ",") {
		if part = strings.TrimSpace(part); part != "" && !strings.ContainsAny(part, "0123456789") {
			parts = append(parts, part)
		}
	}
	if n := len(e.RequiredLessons()); n == 1 {
		parts = append(parts, "1 lesson")
	} else {
		parts = append(parts, strconv.Itoa(n)+" lessons")
	}
	if n := e.ExamQuestions(); n > 0 {
		parts = append(parts, fmt.Sprintf("%d-item exam drawn from a bank of %d", n, len(e.Bank())))
	}
	return strings.Join(parts, ", ") + "."
}

// OpenSignoffs returns the reviews that the course asks for and that nobody
// has recorded for this edition in full.
func (e *Edition) OpenSignoffs() (open []Signoff) {
	for _, s := range e.Course.Signoffs {
		if len(e.missing(s, anyHand)) > 0 {
			open = append(open, s)
		}
	}
	return open
}

// Reviewed reports whether every review that the course asks for is recorded.
func (e *Edition) Reviewed() bool { return len(e.OpenSignoffs()) == 0 }

// Scope returns what a sign-off covers: lesson IDs in reading order, and
// ScopeCases. It is empty for a sign-off of the whole.
func (e *Edition) Scope(s Signoff) (scope []string) {
	for _, l := range e.Course.Lessons() {
		if slices.Contains(s.Lessons, l.ID) || slices.Contains(s.Lessons, l.ModuleID) {
			scope = append(scope, l.ID)
		}
	}
	if s.Cases {
		scope = append(scope, ScopeCases)
	}
	return scope
}

// missing returns the parts of a sign-off's scope that are still open, or its
// own ID when it has no parts and nobody signed. Withdrawn lessons need none. counts says
// which records are looked at.
func (e *Edition) missing(s Signoff, counts func(SignedOff) bool) (open []string) {
	done := map[string]bool{}
	signed := false
	for _, r := range e.Overlays.Signoffs {
		if r.SignoffID != s.ID || !counts(r) {
			continue
		}
		signed = true
		for _, part := range r.Lessons {
			done[part] = true
		}
	}
	scope := e.Scope(s)
	if len(scope) == 0 {
		if signed {
			return nil
		}
		return []string{s.ID}
	}
	for _, part := range scope {
		if _, gone := e.Overlays.Withdrawn[part]; !gone && !done[part] {
			open = append(open, part)
		}
	}
	return open
}

func anyHand(SignedOff) bool { return true }

// NotOwn returns the reviews that are recorded in full, and without what somebody else
// than the reviewer recorded, from paper, would be open.
func (e *Edition) NotOwn() (list []Signoff) {
	for _, s := range e.Course.Signoffs {
		if len(e.missing(s, anyHand)) == 0 && len(e.missing(s, SignedOff.Own)) > 0 {
			list = append(list, s)
		}
	}
	return list
}

// OpenParts returns which parts of a sign-off's scope are still open.
func (e *Edition) OpenParts(s Signoff) []string { return e.missing(s, anyHand) }
