// Package support owns what people are promised and what they ask for: the
// versioned policies, requests with their answers, and accommodations.
//
// It owns the tables policies, requests, request_messages and accommodations.
//
// Invariants: a published policy version never changes (who accepted which is
// frozen with the order); a request keeps its words, dates and outcome for good
// (ASWB and CAMFT ask for grievance and accommodation records); an
// accommodation takes effect at the exam without anybody touching the course.
package support

import (
	"time"

	"github.com/atmacena/cocare/internal/apperr"
)

// PolicyNames in the order in which pages list them.
var PolicyNames = []string{"terms", "privacy", "refund", "grievance", "accommodation"}

// Policy is one published version of a policy. Body is Markdown.
type Policy struct {
	ID, Name, Title, Body, Note string
	Version                     int
	PublishedBy                 *string // nil: it came with the program
	PublishedAt                 time.Time
}

// Kind of a request.
type Kind string

// The kinds of requests.
const (
	Help               Kind = "help"
	AccommodationAsked Kind = "accommodation"
	Grievance          Kind = "grievance"
	RefundAsked        Kind = "refund"
)

// KindInfo describes a kind to people.
type KindInfo struct {
	Kind        Kind
	Title, Hint string
	AnswerDays  int // the promise, in calendar days
	Policy      string
}

// Kinds in the order of the form.
var Kinds = []KindInfo{
	{Help, "Help", "Something does not work, or you have a question about a course or your account.", 5, ""},
	{AccommodationAsked, "Accommodation", "You need more time, more attempts or another form because of a disability.", 5, "accommodation"},
	{Grievance, "Grievance", "You are not satisfied with a course, its content, its conduct or a decision of ours.", 10, "grievance"},
	{RefundAsked, "Refund", "You would like your money back for an order.", 5, "refund"},
}

// Info returns the description of k; ok is false for an unknown kind.
func (k Kind) Info() (info KindInfo, ok bool) {
	for _, i := range Kinds {
		if i.Kind == k {
			return i, true
		}
	}
	return KindInfo{}, false
}

// Title is the kind in a word for people.
func (k Kind) Title() string {
	info, _ := k.Info()
	return info.Title
}

// RequestState of a request: open waits for us, answered for the person.
type RequestState string

// The states of a request.
const (
	Open     RequestState = "open"
	Answered RequestState = "answered"
	Closed   RequestState = "closed"
)

// States lists every state in the order in which pages show them.
var States = []RequestState{Open, Answered, Closed}

// Request is something that a person asks of the provider.
type Request struct {
	ID, Reference        string
	Kind                 Kind
	State                RequestState
	PersonID             *string // nil: a visitor without an account
	Name, Email          string
	About                string // course or order that it is about, as typed or chosen
	Body, Outcome        string
	DueAt, CreatedAt     time.Time
	AnsweredAt, ClosedAt *time.Time
}

// Overdue reports whether the promise to answer was missed.
func (r Request) Overdue(now time.Time) bool { return r.State == Open && now.After(r.DueAt) }

// Message is one entry under a request. Internal ones are for administrators.
type Message struct {
	ID, RequestID string
	AuthorID      *string
	Internal      bool
	Body          string
	CreatedAt     time.Time
}

// Accommodation eases the exam for one person, in one course or in all.
type Accommodation struct {
	ID, PersonID     string
	CourseID         *string // nil: every course
	RequestID        *string
	ExtraTimePercent int // 50 means half as long again
	ExtraAttempts    int
	Reason           string
	GrantedBy        string
	GrantedAt        time.Time
	EndedAt          *time.Time
}

// Effective is what all of a person's accommodations for a course come to: the
// most generous of each, never their sum.
type Effective struct{ ExtraTimePercent, ExtraAttempts int }

// Sentinels.
var (
	ErrNoPolicy        = apperr.New(apperr.NotFound, "There is no such policy.")
	ErrNoRequest       = apperr.New(apperr.NotFound, "There is no such request.")
	ErrNoAccommodation = apperr.New(apperr.NotFound, "There is no such accommodation, or it has ended.")
	ErrClosed          = apperr.New(apperr.Conflict, "This request is closed. A new one can be opened.")
)

const maxBody = 5000 // characters; the form says so
