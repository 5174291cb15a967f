package learn

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

// stepLink is where a learner goes on, and what the button says.
func stepLink(base string, s enrollment.Step) kit.Link {
	switch s.Kind {
	case enrollment.NeedDisclosure:
		return kit.Link{Label: "Read the disclosure", Href: base + "/disclosure"}
	case enrollment.NeedLessons:
		return kit.Link{Label: "Read " + kit.Quote(s.Lesson.Title), Href: base + "/lessons/" + s.Lesson.Slug}
	case enrollment.NeedChecks:
		return kit.Link{Label: fmt.Sprintf("Answer the practice questions of module %d", s.Module.Number), Href: base + "/checks/" + s.Module.ID}
	case enrollment.NeedExam:
		return kit.Link{Label: "Go to the exam", Href: base + "/exam"}
	case enrollment.NeedEvaluation:
		return kit.Link{Label: "Fill in the evaluation", Href: base + "/evaluation"}
	case enrollment.NeedLicense:
		return kit.Link{Label: "Add the license for your credit", Href: base + "/license"}
	default:
		return kit.Link{Label: "Go on", Href: base}
	}
}

// next is the link to the next step; its Label is "" when nothing is left to do.
// While the exam is closed it leads to what to read again.
func next(l enrollment.Learning, st ExamStanding) kit.Link {
	if l.State != enrollment.Active || hollow(l) {
		return kit.Link{}
	}
	s, ok := l.Next()
	if !ok {
		return kit.Link{}
	}
	base := "/learn/" + l.Slug
	if s.Kind == enrollment.NeedTime {
		return kit.Link{Label: fmt.Sprintf("Read on: %d min are missing", l.MinutesShort()), Href: stepHref(l, base, s.Kind)}
	}
	if s.Kind == enrollment.NeedExam && l.Exam.Submitted() {
		switch {
		case st.Left == 0:
			return kit.Link{Label: "See whom to ask about the exam", Href: base + "/exam"}
		case st.NextAt != nil:
			return kit.Link{Label: "Review for the next attempt", Href: base + "/exam/" + l.Exam.AttemptID + "/result"}
		}
	}
	return stepLink(base, s)
}

// steps are "what is left before your certificate", exactly the requirements
// that the service enforces, and the certificate at their end. exam is what there
// is to say of a failed exam.
func steps(l enrollment.Learning, cert Certificate, exam string) []kit.StepItem {
	base := "/learn/" + l.Slug
	firstOpen := l.State == enrollment.Active
	var list []kit.StepItem
	for _, q := range l.Requirements() {
		item := kit.StepItem{State: kit.StepTodo, Title: q.Title, Note: q.Detail}
		switch {
		case q.Done:
			item.State = kit.StepDone
		case q.Kind == enrollment.NeedExam && l.Exam.Awaiting():
			item.State = kit.StepWait
		case firstOpen:
			item.State, firstOpen = kit.StepNow, false
		}
		switch {
		case q.Kind == enrollment.NeedExam && !q.Done && exam != "":
			item.Note = exam
		case !l.State.Readable() && !q.Done && q.Of == 0: // how to do it is of no use any more
			item.Note = ""
		}
		switch {
		case q.Kind == enrollment.NeedExam && l.Exam.Stands() && l.State.Readable():
			item.Href = base + "/exam/" + l.Exam.AttemptID + "/result"
			if q.Done {
				item.Note = "Passed. See your answers with the reasons."
			}
		case l.State == enrollment.Active && (!q.Done || q.Kind == enrollment.NeedDisclosure && l.Attendance == nil):
			item.Href = stepHref(l, base, q.Kind)
		}
		list = append(list, item)
	}
	return append(list, certificateStep(l, cert))
}

// stepHref leads to the first thing of its kind that is open; "" where nothing
// can be done about it yet.
func stepHref(l enrollment.Learning, base string, kind enrollment.RequirementKind) string {
	switch kind {
	case enrollment.NeedDisclosure:
		return base + "/disclosure"
	case enrollment.NeedLessons:
		for _, lesson := range l.Edition.RequiredLessons() {
			if l.DisclosedAt != nil && !l.Record.Lessons[lesson.ID].Finished() {
				return base + "/lessons/" + lesson.Slug
			}
		}
	case enrollment.NeedChecks:
		for _, m := range l.Edition.Course.Modules {
			if check := l.Edition.Check(m.ID); l.DisclosedAt != nil && l.Record.Answered(check) < len(check) {
				return base + "/checks/" + m.ID
			}
		}
	case enrollment.NeedTime:
		return timeHref(l, base)
	case enrollment.NeedExam:
		return base + "/exam"
	case enrollment.NeedLicense:
		return base + "/license"
	case enrollment.NeedEvaluation:
		if enrollment.CanEvaluate(l.Edition, l.Enrollment) {
			return base + "/evaluation"
		}
	}
	return ""
}

// timeHref leads to the first lesson that was read for less than its planned
// minutes, or to the first of all.
func timeHref(l enrollment.Learning, base string) string {
	lessons := l.Edition.RequiredLessons()
	for _, lesson := range lessons {
		if r := l.Record.Lessons[lesson.ID]; r.ActiveSeconds < lesson.Minutes*60 {
			return base + "/lessons/" + lesson.Slug
		}
	}
	if len(lessons) == 0 || l.DisclosedAt == nil {
		return ""
	}
	return base + "/lessons/" + lessons[0].Slug
}

func certificateStep(l enrollment.Learning, cert Certificate) kit.StepItem {
	item := kit.StepItem{State: kit.StepTodo, Title: "Certificate", Note: "It comes by itself when everything above is done."}
	if l.Edition.Course.Card.IssuedByHand() && l.Attendance == nil {
		item.Note = "The provider issues it when everything above is done."
	}
	switch {
	case cert.Revoked:
		item = kit.StepItem{State: kit.StepEnded, Title: "Certificate " + cert.Number, Note: "It was revoked, so it is not valid."}
		if cert.Issued {
			item.Href = "/certificates/" + cert.Number
		}
	case cert.Issued:
		item = kit.StepItem{State: kit.StepDone, Title: "Certificate " + cert.Number, Href: "/certificates/" + cert.Number}
	case !l.State.Open() && l.State != enrollment.Completed:
		item.State, item.Note = kit.StepEnded, "This enrollment has ended, so there is none."
	case cert.waiting(l.Enrollment):
		item.State, item.Note = kit.StepWait, "Everything above is done. The provider issues it."
	case l.State == enrollment.Completed:
		item.State, item.Note = kit.StepWait, "It is being prepared. This takes a few seconds."
	}
	return item
}

// left says in one line what stands between the learner and the certificate.
func left(list []enrollment.Requirement, awaiting bool) string {
	var parts []string
	for _, q := range list {
		switch {
		case q.Done:
		case q.Kind == enrollment.NeedLessons:
			parts = append(parts, counted(q.Of-q.Count, "lesson", "lessons"))
		case q.Kind == enrollment.NeedChecks:
			parts = append(parts, counted(q.Of-q.Count, "practice question", "practice questions"))
		case q.Kind == enrollment.NeedTime:
			parts = append(parts, fmt.Sprintf("%d min of reading", q.Of-q.Count))
		case q.Kind == enrollment.NeedExam && awaiting:
			parts = append(parts, "grading of the exam")
		case q.Kind == enrollment.NeedLicense:
			parts = append(parts, "a license")
		default:
			parts = append(parts, string(q.Kind))
		}
	}
	return strings.Join(parts, ", ")
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// outlineModule and outlineLesson are the course with what is done.
type outlineModule struct {
	Module          *course.Module
	Lessons         []outlineLesson
	Answered, Check int // questions of its check; Check 0: it has none
}

type outlineLesson struct {
	Lesson                         *course.Lesson
	Done, Bookmarked, Gone, Locked bool
}

func outline(l enrollment.Learning) []outlineModule {
	list := make([]outlineModule, 0, len(l.Edition.Course.Modules))
	for _, m := range l.Edition.Course.Modules {
		check := l.Edition.Check(m.ID)
		om := outlineModule{Module: m, Answered: l.Record.Answered(check), Check: len(check)}
		for _, lesson := range m.Lessons {
			r := l.Record.Lessons[lesson.ID]
			_, gone := l.Edition.Withdrawn(lesson.ID)
			om.Lessons = append(om.Lessons, outlineLesson{
				Lesson: lesson, Done: r.Finished(), Bookmarked: r.BookmarkedAt != nil, Gone: gone,
				Locked: l.State == enrollment.Active && enrollment.Locked(l.Edition, l.Record, lesson.ID),
			})
		}
		list = append(list, om)
	}
	return list
}
