package enrollment

import (
	"maps"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/compare"
	"github.com/atmacena/cocare/internal/question"
)

// begun are the losses of who is past the lessons; sits: an exam was begun.
func begun(l Learning, sits bool) (out []string) {
	if sits || l.Exam.Submitted() {
		out = append(out, "You have begun the exam. It belongs to the edition in which it was drawn.")
	}
	if l.EvaluatedAt != nil {
		out = append(out, "You have sent the evaluation. It is about the edition that you took.")
	}
	return out
}

// losses are what a learner has done that the other edition does not know, or does
// not know as it was done. What was withdrawn counts for nothing, so it is no loss.
func losses(l Learning, to *course.Edition) (out []string) {
	for _, was := range l.Edition.Course.Lessons() {
		r := l.Record.Lessons[was.ID]
		is, there := to.LessonByID(was.ID)
		_, withdrawn := l.Edition.Withdrawn(was.ID)
		counts := r.Finished() && !withdrawn
		switch {
		case counts && !there:
			out = append(out, "You have finished the lesson “"+was.Title+"”, which is not in it.")
		case counts && !compare.SameLesson(was, is):
			out = append(out, "You have finished the lesson “"+was.Title+"”, which says something else in it.")
		case !there && (r.NotedAt != nil || r.BookmarkedAt != nil):
			out = append(out, "You have a note or a bookmark at the lesson “"+was.Title+"”, which is not in it. If you do not need it, take it away there.")
		}
	}
	for _, m := range l.Edition.Course.Modules {
		if slices.ContainsFunc(l.Edition.Check(m.ID), func(q *question.Question) bool { return l.answered(q) && !l.stays(q.ID, to) }) {
			out = append(out, "You have answered practice questions of “"+m.Title+"” that are other ones in it.")
		}
	}
	return out
}

func (l Learning) answered(q *question.Question) bool {
	_, ok := l.Record.Checks[q.ID]
	return ok
}

// stays reports whether a practice question is the same in another edition.
func (l Learning) stays(id string, to *course.Edition) bool {
	was, is := practice(l.Edition.Course, id), practice(to.Course, id)
	return was != nil && is != nil && compare.SameQuestion(l.Edition.Course, to.Course, was, is)
}

// practice finds a question of a check, also one that rests on withdrawn lessons.
func practice(c *course.Course, id string) *question.Question {
	for _, m := range c.Modules {
		for _, q := range m.Check {
			if q.ID == id {
				return q
			}
		}
	}
	return nil
}

// aside are the IDs of what is done in one edition and does not count in another.
type aside struct{ lessons, questions []string }

// outdated is what a learner has done that is not there, or not the same, in another
// edition: it must not count as done there. Where nothing is lost that is what was
// withdrawn.
func (l Learning) outdated(to *course.Edition) (out aside) {
	for _, id := range slices.Sorted(maps.Keys(l.Record.Lessons)) {
		was, had := l.Edition.LessonByID(id)
		is, has := to.LessonByID(id)
		if l.Record.Lessons[id].Finished() && (!had || !has || !compare.SameLesson(was, is)) {
			out.lessons = append(out.lessons, id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(l.Record.Checks)) {
		if !l.stays(id, to) {
			out.questions = append(out.questions, id)
		}
	}
	return out
}

// again names what of that is to be done once more.
func again(l Learning, to *course.Edition) (out []string) {
	set := l.outdated(to)
	for _, lesson := range to.RequiredLessons() {
		if slices.Contains(set.lessons, lesson.ID) {
			out = append(out, "the lesson “"+lesson.Title+"”")
		}
	}
	for _, m := range to.Course.Modules {
		if slices.ContainsFunc(to.Check(m.ID), func(q *question.Question) bool { return slices.Contains(set.questions, q.ID) }) {
			out = append(out, "practice questions of “"+m.Title+"”")
		}
	}
	return out
}

// without turns the lines of what is aside into such that say that it was done in an
// earlier edition.
func (a aside) without(done string) string {
	var b strings.Builder
	for line := range strings.Lines(done) {
		kind, rest, _ := strings.Cut(line, " ")
		id, _, _ := strings.Cut(rest, " ")
		if kind == doneLesson && slices.Contains(a.lessons, id) || kind == doneCheck && slices.Contains(a.questions, id) {
			line = doneEarlier + line
		}
		b.WriteString(line)
	}
	return b.String()
}
