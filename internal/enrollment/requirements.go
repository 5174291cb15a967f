package enrollment

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/question"
)

// LessonRecord is what is recorded of a learner and a lesson. On a lesson's page
// only the lesson shown has more than FinishedAt; Note is set for it alone.
type LessonRecord struct {
	FinishedAt, BookmarkedAt, NotedAt *time.Time
	Note                              string
	ActiveSeconds                     int // measured in the browser: visible, active
	RequestSeconds                    int // taken from page requests, where no script measured
}

// Finished reports whether the learner pressed "Finished, next".
func (l LessonRecord) Finished() bool { return l.FinishedAt != nil }

// Record is everything that progress is computed from, beside the enrollment.
type Record struct {
	Lessons map[string]LessonRecord // by lesson ID; absent: nothing recorded
	Checks  map[string]time.Time    // when a check question was first answered, right or wrong, by its ID

	earlier map[string]bool // lessons that were finished in an earlier edition alone
}

// The kinds of lines in an enrollment's done.
const (
	doneLesson = "L"
	doneCheck  = "C"
	// Before either: it was done in an earlier edition, and does not count.
	doneEarlier = "X"
)

func doneLine(kind, id string, at time.Time) string {
	return kind + " " + id + " " + strconv.FormatInt(at.UnixMicro(), 10) + "\n"
}

// record reads the lines; what cannot be read was not written by this package.
func (e Enrollment) record() Record {
	lines := strings.Count(e.done, "\n")
	r := Record{Lessons: make(map[string]LessonRecord, lines), Checks: make(map[string]time.Time, lines), earlier: map[string]bool{}}
	for line := range strings.Lines(e.done) {
		kind, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		id, micros, _ := strings.Cut(rest, " ")
		n, err := strconv.ParseInt(micros, 10, 64)
		if err != nil {
			continue
		}
		at := time.UnixMicro(n).UTC()
		switch kind {
		case doneLesson:
			r.Lessons[id] = LessonRecord{FinishedAt: &at}
		case doneCheck:
			r.Checks[id] = at
		case doneEarlier + doneLesson:
			r.earlier[id] = true
		}
	}
	return r
}

// Answered counts the questions of a check that the learner has answered.
func (r Record) Answered(check []*question.Question) (n int) {
	for _, q := range check {
		if _, ok := r.Checks[q.ID]; ok {
			n++
		}
	}
	return n
}

// Seconds sums the active time over all lessons.
func (r Record) Seconds() (active, request int) {
	for _, l := range r.Lessons {
		active += l.ActiveSeconds
		request += l.RequestSeconds
	}
	return active, request
}

// Requirements is the one rule of what a certificate needs, in gate order, from
// the edition and from what accreditors ask for. The enrollment is complete when
// every one is done.
func (l Learning) Requirements() []Requirement {
	list := l.ownRequirements()
	if l.Attendance != nil {
		list = l.eventRequirements()
	}
	if len(l.Asks.License) > 0 {
		list = append(list, licenseRequirement(l))
	}
	return list
}

// ownRequirements are those of the course as it is taken online.
func (l Learning) ownRequirements() []Requirement {
	c, ed, e := l.Edition.Course, l.Edition, l.Enrollment
	list := []Requirement{
		{
			Kind: NeedDisclosure, Title: "Read and acknowledge the disclosure",
			Detail: "It also says the pass mark: " + strconv.Itoa(c.Card.PassPercent) + "%.",
			Done:   e.DisclosedAt != nil, DoneAt: e.DisclosedAt,
		},
		lessonsRequirement(ed, l.Record),
		checksRequirement(ed, l.Record),
	}
	if l.TimePolicy() == TimeBlock {
		list = append(list, timeRequirement(l))
	}
	if c.Exam.Draw() > 0 {
		list = append(list, examRequirement(ed, e, allDone(list)))
	}
	if len(c.Evaluation.Items) > 0 {
		list = append(list, l.evaluationRequirement())
	}
	return list
}

func (l Learning) evaluationRequirement() Requirement {
	return Requirement{
		Kind: NeedEvaluation, Title: "Send the course evaluation",
		Detail: "Your answers are kept without your name.",
		Done:   l.EvaluatedAt != nil, DoneAt: l.EvaluatedAt,
	}
}

func lessonsRequirement(ed *course.Edition, r Record) Requirement {
	q := Requirement{Kind: NeedLessons, Title: "Finish every lesson"}
	for _, l := range ed.RequiredLessons() {
		q.Of++
		if at := r.Lessons[l.ID].FinishedAt; at != nil {
			q.Count++
			q.DoneAt = later(q.DoneAt, at)
		}
	}
	q.settle()
	q.Detail = strconv.Itoa(q.Count) + " of " + strconv.Itoa(q.Of) + " finished."
	return q
}

func checksRequirement(ed *course.Edition, r Record) Requirement {
	q := Requirement{Kind: NeedChecks, Title: "Answer every practice question"}
	var last time.Time
	for _, m := range ed.Course.Modules {
		for _, item := range ed.Check(m.ID) {
			q.Of++
			if at, ok := r.Checks[item.ID]; ok {
				q.Count++
				if at.After(last) {
					last = at
				}
			}
		}
	}
	if q.Count > 0 {
		q.DoneAt = &last
	}
	q.settle()
	q.Detail = strconv.Itoa(q.Count) + " of " + strconv.Itoa(q.Of) + " answered; right or wrong does not matter here."
	return q
}

func allDone(list []Requirement) bool {
	return !slices.ContainsFunc(list, func(q Requirement) bool { return !q.Done })
}

// examRequirement is open when all before it is done.
func examRequirement(ed *course.Edition, e Enrollment, open bool) Requirement {
	q := Requirement{Kind: NeedExam, Title: "Pass the exam with " + strconv.Itoa(ed.Course.Card.PassPercent) + "% or more"}
	switch {
	case e.Exam.Done():
		q.Done, q.Detail = true, "Passed."
		at := e.Exam.SubmittedAt
		q.DoneAt = &at
	case e.Exam.Awaiting():
		q.Detail = "Submitted. People are grading the short answers."
	case ed.Hollow():
		q.Detail = "It can no longer be drawn: too much of the course was withdrawn."
	case e.Exam.Submitted():
		q.Detail = "Not passed yet."
	case open && e.State == Active:
		q.Detail = "It is open."
	default:
		q.Detail = "It opens when all lessons are finished and all practice questions answered."
	}
	return q
}

// settle closes a counted requirement; its instant stands only when it is done.
func (q *Requirement) settle() {
	q.Done = q.Count >= q.Of
	if !q.Done {
		q.DoneAt = nil
	}
}

// PlannedMinutes is the planned reading time without withdrawn lessons.
func PlannedMinutes(ed *course.Edition) (minutes int) {
	for _, l := range ed.RequiredLessons() {
		minutes += l.Minutes
	}
	return minutes
}

// MinutesLeft is the planned reading time of the lessons not finished yet.
func MinutesLeft(ed *course.Edition, r Record) (minutes int) {
	for _, l := range ed.RequiredLessons() {
		if !r.Lessons[l.ID].Finished() {
			minutes += l.Minutes
		}
	}
	return minutes
}

// Complete reports whether every requirement is done, and the learner's last
// own act in the course among them (DECISIONS 3: never the grading). A license is
// no such act: listing it late takes nothing from what was done in time.
func Complete(list []Requirement) (at time.Time, ok bool) {
	var last *time.Time
	for _, q := range list {
		if !q.Done {
			return time.Time{}, false
		}
		if q.Kind != NeedLicense {
			last = later(last, q.DoneAt)
		}
	}
	if last == nil {
		return time.Time{}, false
	}
	return *last, true
}

// Step is where a learner goes on. Lesson is set for NeedLessons, Module for
// NeedChecks.
type Step struct {
	Kind   RequirementKind
	Lesson *course.Lesson
	Module *course.Module
}

// Next returns the next step in the order of the course: the disclosure, then
// each module's lessons and its check, then what follows. ok is false when
// nothing is left for the learner to do.
func (l Learning) Next() (s Step, ok bool) {
	ed, e, r := l.Edition, l.Enrollment, l.Record
	if e.Attendance != nil {
		return l.openGate()
	}
	if e.DisclosedAt == nil {
		return Step{Kind: NeedDisclosure}, true
	}
	for _, m := range ed.Course.Modules {
		for _, lesson := range m.Lessons {
			if _, gone := ed.Withdrawn(lesson.ID); !gone && !r.Lessons[lesson.ID].Finished() {
				return Step{Kind: NeedLessons, Lesson: lesson, Module: m}, true
			}
		}
		if check := ed.Check(m.ID); r.Answered(check) < len(check) {
			return Step{Kind: NeedChecks, Module: m}, true
		}
	}
	return l.openGate()
}

// openGate is the first gate that the learner can still pass.
func (l Learning) openGate() (s Step, ok bool) {
	for _, q := range l.Requirements() {
		if !q.Done && (q.Kind != NeedExam || !l.Exam.Awaiting()) {
			return Step{Kind: q.Kind}, true
		}
	}
	return Step{}, false
}

// CanEvaluate reports whether the evaluation may be sent: after a passed exam,
// or while a submitted one is being graded (DECISIONS 3).
func CanEvaluate(ed *course.Edition, e Enrollment) bool { return MayEvaluate(ed, e) == nil }

// MayEvaluate says why the evaluation may not be sent yet: ErrExamFirst, or after a
// live event ErrNoEvaluation.
func MayEvaluate(ed *course.Edition, e Enrollment) error {
	exam := ed.Course.Exam.Draw() > 0
	if a := e.Attendance; a != nil {
		if a.Evaluation != Online {
			return ErrNoEvaluation
		}
		exam = exam && a.Exam
	}
	if exam && !e.Exam.Awaiting() && !e.Exam.Done() {
		return ErrExamFirst
	}
	return nil
}

// Locked reports whether a lesson of a course with a fixed order waits for the
// ones before it.
func Locked(ed *course.Edition, r Record, lessonID string) bool {
	if ed.Course.Card.LessonOrder != "fixed" || r.Lessons[lessonID].Finished() {
		return false
	}
	for _, l := range ed.RequiredLessons() {
		if l.ID == lessonID {
			return false
		}
		if !r.Lessons[l.ID].Finished() {
			return true
		}
	}
	return false
}

func later(a, b *time.Time) *time.Time {
	if a == nil || b != nil && b.After(*a) {
		return b
	}
	return a
}
