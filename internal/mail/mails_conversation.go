package mail

import "fmt"

// QuestionAnswered tells who asked about a lesson of an answer; Closed, that there
// will be none, Text saying why.
type QuestionAnswered struct {
	CourseTitle, LessonTitle, Text, Link string
	Closed                               bool
}

// ReportHandled tells who reported an inaccuracy what came of it. Correction is what
// every learner reads since, "" for none.
type ReportHandled struct {
	CourseTitle, LessonTitle, Text, Correction, Link string
	Confirmed                                        bool
}

// LessonChanged tells who asked about a lesson, or reported an inaccuracy in it, that
// an edition has a change that came of it.
type LessonChanged struct {
	CourseTitle, LessonTitle, Link string
	Report                         bool
	Edition                        int // its number
}

// QuestionDigest tells somebody who teaches what is new since their last one, and
// how much is open in all. It has no words of learners. Further says that more is
// new than it lists.
type QuestionDigest struct {
	New                []NewQuestion
	Further            bool
	Open               int
	Link, SettingsLink string
}

// NewQuestion is a line of a digest. Heading may be empty.
type NewQuestion struct {
	Kind, CourseTitle, LessonTitle, Heading, Link string
}

func (QuestionAnswered) Name() string { return "question_answered" }
func (ReportHandled) Name() string    { return "report_handled" }
func (LessonChanged) Name() string    { return "lesson_changed" }
func (QuestionDigest) Name() string   { return "question_digest" }

func (m QuestionAnswered) Subject() string {
	if m.Closed {
		return "About your question: " + m.LessonTitle
	}
	return "Your question was answered: " + m.LessonTitle
}
func (m ReportHandled) Subject() string { return "What came of your report: " + m.LessonTitle }
func (m LessonChanged) Subject() string {
	if m.Report {
		return "Changed after your report: " + m.LessonTitle
	}
	return "Changed after your question: " + m.LessonTitle
}
func (m QuestionDigest) Subject() string {
	if m.Further {
		return fmt.Sprintf("Questions from learners: more than %d new", len(m.New))
	}
	return fmt.Sprintf("Questions from learners: %d new", len(m.New))
}
