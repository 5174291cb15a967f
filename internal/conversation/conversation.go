// Package conversation owns what learners and instructors say to each other about
// passages of lessons: questions with their answers, reports of inaccuracies, the
// notes for the next edition that come of them, and the mails that tell of what is
// open.
//
// It owns the tables conversation_threads, conversation_messages, conversation_shown,
// conversation_notes, conversation_told, conversation_settings and
// conversation_digests.
//
// Invariants:
//   - A thread names an edition, a lesson, a heading and the hash of the passage
//     under it. Editions never change, so it stays true what was asked about.
//   - Those who teach answer, close, judge and show what they have seen: a word that
//     came in between keeps them from it until they have looked.
//   - A thread is between who asks and those who teach, until one of them shows
//     it: then every learner of the lesson reads the words chosen for that, and
//     nobody learns who asked.
//   - What was written is kept for good with its author. A question can be
//     reworded or withdrawn before it is answered, and what is shown to all be put
//     in other words; the earlier ones stay on record. What must not be read is hidden by an administrator, with a reason.
//   - A report ends as confirmed, with the correction or the note that it led to,
//     or as not confirmed, with the reason; who reported is told.
//   - A note is done in a later edition than it is about; who asked is told, once
//     for each edition.
//   - Each of those who teach gets at most one digest a day.
//   - What people write is kept as everybody sees it, without characters that hide or
//     reorder (see apperr.Plain).
package conversation

import (
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
)

// Kind of a thread.
type Kind string

// The kinds.
const (
	Question   Kind = "question"
	Inaccuracy Kind = "inaccuracy"
)

// Kinds in the order of the form.
var Kinds = []Kind{Question, Inaccuracy}

// Title is the kind in words for people.
func (k Kind) Title() string {
	if k == Inaccuracy {
		return "Report of an inaccuracy"
	}
	return "Question"
}

// State of a thread.
type State string

// The states. An open thread waits for those who teach; a follow-up opens an
// answered one again. Withdrawn is by who asked; nothing leads out of it, nor out
// of Closed, Confirmed and NotConfirmed.
const (
	Open         State = "open"
	Answered     State = "answered"
	Closed       State = "closed"
	Confirmed    State = "confirmed"
	NotConfirmed State = "not_confirmed"
	Withdrawn    State = "withdrawn"
)

// States that lists can be narrowed to, in the order in which pages show them.
var States = []State{Open, Answered, Closed, Confirmed, NotConfirmed}

// The bounds of texts, in characters; the forms say so.
const (
	MaxQuestion = 2000
	MaxWords    = 500 // of a lesson, that a learner quotes
	MaxAnswer   = 5000
)

// Thread is a question or a report with where it stands.
type Thread struct {
	ID                            string
	Kind                          Kind
	State                         State
	PersonID                      string
	CourseID, EditionID, LessonID string
	Anchor, Heading               string // "" before the lesson's first heading
	PassageSHA256, Quote          string
	Body                          string
	Outcome, ErratumID            string
	ShownQuestion, ShownAnswer    string
	CreatedAt, AskedAt            time.Time
	AnsweredAt, ShownAt           *time.Time
	EndedAt, HiddenAt             *time.Time
	EndedBy, HiddenBy             *string
	HiddenReason                  string
	// Revision counts what was said and shown. Those who teach act on one that they
	// have seen.
	Revision int64
}

// Editable reports whether who asked may still reword or withdraw it.
func (t Thread) Editable() bool {
	return t.State == Open && t.AnsweredAt == nil && t.HiddenAt == nil
}

// Ended reports whether nothing more can be said.
func (t Thread) Ended() bool { return t.State != Open && t.State != Answered }

// Part says what a message is.
type Part string

// The parts. An earlier one is a wording that its author replaced.
const (
	Earlier  Part = "earlier"
	FollowUp Part = "follow_up"
	AnAnswer Part = "answer"
)

// Message is one entry under a thread.
type Message struct {
	ID, ThreadID string
	Part         Part
	AuthorID     string
	Body         string
	CreatedAt    time.Time
}

// Wording is what was shown to every learner of a lesson.
type Wording struct {
	ID, ThreadID, Question, Answer string
	ShownBy                        string
	ShownAt                        time.Time
}

// Placed is a thread with its place.
type Placed struct {
	Thread
	Edition *course.Edition
	Lesson  *course.Lesson
}

// Note is something to do in the next edition.
type Note struct {
	ID, ThreadID, CourseID, Path, Body string
	CreatedAt                          time.Time
	CreatedBy                          string
	DoneEditionID                      *string
	DoneAt                             *time.Time
	DoneBy                             *string
}

// Every says how often somebody is told by mail.
type Every string

// The frequencies.
const (
	Daily  Every = "day"
	Weekly Every = "week"
	Never  Every = "never"
)

// What the service answers when it cannot. Somebody else's thread is ErrNoThread.
var (
	ErrNoThread  = apperr.New(apperr.NotFound, "There is no such question.")
	ErrNoNote    = apperr.New(apperr.NotFound, "There is no such note.")
	ErrEnded     = apperr.New(apperr.Conflict, "This conversation has ended, so nothing can be added. A new question can be asked below the lesson.")
	ErrAnswered  = apperr.New(apperr.Conflict, "Somebody has answered meanwhile, so the question stays as it is. You can still add to it.")
	ErrReworded  = apperr.New(apperr.Conflict, "You changed these words in another window meanwhile. Open the page again and look at them first.")
	ErrUnseen    = apperr.New(apperr.Conflict, "Something was said or changed here since you opened this page. Read it, then send yours again; it is kept below.")
	ErrHidden    = apperr.New(apperr.Conflict, "An administrator has hidden this conversation.")
	ErrReport    = apperr.New(apperr.Conflict, "A report is not answered like a question: say whether it is right.")
	ErrNoReport  = apperr.New(apperr.Conflict, "This is a question, not a report of an inaccuracy.")
	ErrJudged    = apperr.New(apperr.Conflict, "Somebody has dealt with this report meanwhile.")
	ErrNotYet    = apperr.New(apperr.Conflict, "Answer the question first; then it can be shown.")
	ErrReadOnly  = apperr.New(apperr.Gone, "Your access to this course has ended. You can still read, but ask nothing more here.")
	ErrNoEdition = apperr.InvalidField("edition", "Choose an edition that was published after the one that the note is about.")
)
