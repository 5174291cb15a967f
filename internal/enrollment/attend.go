package enrollment

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/mail"
)

// ByEvent is the source of an enrollment by a live event.
const ByEvent = "event"

// eventAttended is the evidence of an attendance; ref is the event.
const eventAttended = "event.attended"

// Attendance is what was recorded of somebody who attended a live event of the
// course. It stands in the place of lessons, practice questions and time, and is
// frozen with the enrollment.
type Attendance struct {
	EventID    string         `json:"event"`
	Title      string         `json:"title"` // as certificates print it
	StartsAt   time.Time      `json:"starts_at"`
	EndsAt     time.Time      `json:"ends_at"`
	Zone       string         `json:"zone"`    // of the event
	Minutes    int            `json:"minutes"` // attended
	Of         int            `json:"of"`      // minutes of instruction
	Online     bool           `json:"online,omitempty"`
	Place      string         `json:"place,omitempty"`
	Presenters string         `json:"presenters,omitempty"`
	Disclosed  bool           `json:"disclosed,omitempty"` // everybody was shown the disclosure before it began
	Exam       bool           `json:"exam,omitempty"`      // the course's exam is asked for too
	Evaluation EvaluationNeed `json:"evaluation,omitempty"`
	ListSHA256 string         `json:"list_sha256"` // of the attendance list
	Line       int            `json:"line"`        // in it
	RecordedBy string         `json:"recorded_by,omitempty"`
}

// EvaluationNeed says what becomes of the evaluation after a live event.
type EvaluationNeed string

// The needs. NoEvaluation asks for none; OnPaper was handed in at the event.
const (
	NoEvaluation EvaluationNeed = ""
	Online       EvaluationNeed = "online"
	OnPaper      EvaluationNeed = "paper"
)

// Counted is how many minutes count: never more than there were.
func (a Attendance) Counted() int { return min(a.Minutes, a.Of) }

// Location is the event's zone; UTC for one that is unknown.
func (a Attendance) Location() *time.Location {
	zone, err := time.LoadLocation(a.Zone)
	if err != nil || a.Zone == "" {
		return time.UTC
	}
	return zone
}

// HeldOn is the day or the days on which it was held, where it was held.
func (a Attendance) HeldOn() string {
	const day = "January 2, 2006"
	first, last := a.StartsAt.In(a.Location()).Format(day), a.EndsAt.In(a.Location()).Format(day)
	if first == last {
		return first
	}
	return first + " to " + last
}

// The refusals of Attend, written for an administrator.
var (
	ErrAttendeeRecorded  = apperr.New(apperr.Conflict, "The attendance of this event was recorded for this person already.")
	ErrAttendeeLearning  = apperr.New(apperr.Conflict, "This person is enrolled in the online course, and that enrollment is open.")
	ErrAttendeeOwing     = apperr.New(apperr.Conflict, "This person attended another live event of this course, and its certificate waits for what that event asks for besides.")
	ErrAttendeeCompleted = apperr.New(apperr.Conflict, "This person has completed this course already, and it cannot be taken again.")
	ErrAttendeeTooEarly  = apperr.New(apperr.Conflict, "This person has completed this course already. It can be taken again, but not as early as this event was held.")
	// ErrLiveEvent closes the lessons: whoever attended a live event has not got the
	// online course.
	ErrLiveEvent = apperr.New(apperr.Conflict, "You attended a live event of this course. The lessons of the online course are not part of it.")
	ErrNoExam    = apperr.New(apperr.Conflict, "You attended a live event of this course, which asks for no exam.")
	// ErrNoEvaluation: the event asks for none, or it was handed in there.
	ErrNoEvaluation = apperr.New(apperr.Conflict, "Nothing is left to evaluate: this event asks for no evaluation, or you handed it in there.")
)

// Standing is how somebody stands to a course and to one live event of it.
type Standing struct {
	Last     *Enrollment // in the course; nil: none
	Recorded bool        // the attendance of the event
	past     past
}

// Standings tells how people stand, by their IDs; at most db.MaxPage of them.
func (s *Service) Standings(ctx context.Context, courseID, eventID string, people []string) (map[string]Standing, error) {
	list, err := s.ofPeople(ctx, courseID, people)
	if err != nil {
		return nil, err
	}
	// In a transaction the rule asks for each, so that what it hears stays so.
	many := s.CertificatesRevoked != nil && !s.DB.InTransaction(ctx)
	var revoked map[string]bool
	if many {
		if revoked, err = s.revokedAmong(ctx, list); err != nil {
			return nil, err
		}
	}
	out := make(map[string]Standing, len(people))
	for _, e := range list { // by cycle
		st := out[e.PersonID]
		st.Last = &e
		if many {
			st.past = past{append(st.past.all, e), revoked}
		}
		st.Recorded = st.Recorded || e.Attendance != nil && e.Attendance.EventID == eventID
		out[e.PersonID] = st
	}
	return out, err
}

// revokedAmong asks about the certificates of many at once.
func (s *Service) revokedAmong(ctx context.Context, list []Enrollment) (map[string]bool, error) {
	var ids []string
	for _, e := range list {
		if e.CompletedAt != nil {
			ids = append(ids, e.ID)
		}
	}
	out := make(map[string]bool, len(ids))
	for part := range slices.Chunk(ids, db.MaxPage) {
		found, err := s.CertificatesRevoked(ctx, part)
		if err != nil {
			return nil, err
		}
		for _, id := range part {
			out[id] = found[id]
		}
	}
	return out, nil
}

// MayAttend says whether the attendance of an event that ended at an instant can
// be recorded for somebody who stands so, without doing anything: nil, or the
// refusal of Attend. The course's repeat_after counts to the event, however late
// it is recorded.
func (s *Service) MayAttend(ctx context.Context, ed *course.Edition, st Standing, ended time.Time) error {
	switch {
	case st.Recorded:
		return ErrAttendeeRecorded
	case st.Last == nil:
		return nil
	}
	switch err := s.mayRepeat(ctx, ed, *st.Last, st.past, ended); {
	case errors.Is(err, ErrAlreadyEnrolled) && st.Last.Attendance != nil:
		return ErrAttendeeOwing
	case errors.Is(err, ErrAlreadyEnrolled):
		return ErrAttendeeLearning
	case errors.Is(err, ErrNotRepeatable):
		return ErrAttendeeCompleted
	case errors.Is(err, ErrTooEarly):
		return ErrAttendeeTooEarly
	default:
		return err
	}
}

// Attend records that a person attended a live event of the course: it places
// them in the edition and, where nothing else is asked for, completes the
// enrollment, which dates from the end of the event. Otherwise it mails them what
// is left. It counts once a person and event. It is audited. Errors: those of
// MayAttend, the refusal of Deps.Open, those of OnComplete.
func (s *Service) Attend(ctx context.Context, personID, editionID string, a Attendance) (Enrollment, error) {
	ed, err := s.Editions.Edition(ctx, editionID)
	if err != nil {
		return Enrollment{}, err
	}
	a.StartsAt, a.EndsAt = db.Truncate(a.StartsAt).UTC(), db.Truncate(a.EndsAt).UTC()
	var e Enrollment
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		if e, err = s.admitAttendee(ctx, ed, personID, a); err != nil {
			return err
		}
		if inserted, err := s.insert(ctx, e); err != nil || !inserted { // somebody was faster
			return cmp.Or(err, s.taken(ctx, ed, personID, a))
		}
		if err := s.recordAttendance(ctx, e); err != nil {
			return err
		}
		if err := s.settle(ctx, e.ID); err != nil {
			return err
		}
		if e, err = s.byID(ctx, e.ID); err != nil || e.State != Active {
			return err
		}
		return s.mailLeft(ctx, e)
	})
	if err != nil {
		return Enrollment{}, err
	}
	return e, nil
}

// taken says what somebody else was faster with.
func (s *Service) taken(ctx context.Context, ed *course.Edition, personID string, a Attendance) error {
	all, err := s.Standings(ctx, ed.CourseID, a.EventID, []string{personID})
	if err != nil {
		return err
	}
	return cmp.Or(s.MayAttend(ctx, ed, all[personID], a.EndsAt), error(ErrAttendeeLearning))
}

// admitAttendee asks the rule of cycles, and ends what has run out unnoticed.
func (s *Service) admitAttendee(ctx context.Context, ed *course.Edition, personID string, a Attendance) (Enrollment, error) {
	all, err := s.Standings(ctx, ed.CourseID, a.EventID, []string{personID})
	if err != nil {
		return Enrollment{}, err
	}
	st := all[personID]
	if err := s.MayAttend(ctx, ed, st, a.EndsAt); err != nil {
		return Enrollment{}, err
	}
	if s.Open != nil {
		if err := s.Open(ctx, ed); err != nil {
			return Enrollment{}, err
		}
	}
	cycle := 1
	if st.Last != nil {
		cycle += st.Last.Cycle
		if now := s.now(); st.Last.State == Active && st.Last.At(now).State == Expired {
			if _, err := s.expire(ctx, st.Last.ID, now); err != nil {
				return Enrollment{}, err
			}
		}
	}
	e := s.place(ed, NewEnrollment{PersonID: personID, Source: ByEvent}, cycle)
	e.EnrolledAt, e.Attendance = a.StartsAt, &a
	return e, nil
}

func (s *Service) recordAttendance(ctx context.Context, e Enrollment) error {
	a := e.Attendance
	err := s.record(ctx, "enrollment.attend", e.ID, map[string]any{"person": e.PersonID, "course": e.Slug, "cycle": e.Cycle, "event": a.EventID,
		"minutes": a.Minutes, "of": a.Of, "list_sha256": a.ListSHA256, "line": a.Line})
	if err != nil {
		return err
	}
	return s.AddEvidence(ctx, e.ID, Evidence{Kind: eventAttended, Ref: a.EventID, OccurredAt: a.EndsAt, Details: map[string]any{
		"title": a.Title, "minutes": a.Minutes, "of": a.Of, "list_sha256": a.ListSHA256, "line": a.Line, "evaluation": string(a.Evaluation), "recorded_by": a.RecordedBy}})
}

// mailLeft tells what stands between the person and the certificate.
func (s *Service) mailLeft(ctx context.Context, e Enrollment) error {
	list, err := s.Requirements(ctx, e)
	if err != nil {
		return err
	}
	var left []string
	for _, q := range list {
		if !q.Done {
			left = append(left, q.Title)
		}
	}
	return s.mailTo(ctx, e.PersonID, mail.EventAttended{Title: e.Attendance.Title, Left: left, LearnLink: s.link(e)})
}

// eventRequirements are the gates after a live event: what was recorded of it, and
// what is asked for besides.
func (l Learning) eventRequirements() (list []Requirement) {
	a, e := l.Attendance, l.Enrollment
	if a.Disclosed {
		list = append(list, Requirement{Kind: NeedDisclosure, Title: "Be shown the disclosure before the event", Done: true, DoneAt: &a.StartsAt})
	}
	list = append(list, Requirement{
		Kind: NeedAttendance, Title: fmt.Sprintf("Attend the live event: %d of %d minutes", a.Counted(), a.Of),
		Detail: "Held on " + a.HeldOn() + ".", Done: true, DoneAt: &a.EndsAt,
	})
	if a.Exam && l.Edition.Course.Exam.Draw() > 0 {
		list = append(list, examRequirement(l.Edition, e, true))
	}
	switch a.Evaluation {
	case OnPaper:
		list = append(list, Requirement{Kind: NeedEvaluation, Title: "Hand in the evaluation of the event", Done: true, DoneAt: &a.EndsAt})
	case Online:
		list = append(list, l.evaluationRequirement())
	case NoEvaluation:
	}
	return list
}
