package enrollment

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/mail"
)

// FollowUpDays is how long after the evaluation whoever agreed is asked again,
// once, as the form says.
const FollowUpDays = 60

// FollowUpState is how far a follow-up is.
type FollowUpState string

// The states. From FollowUpWithdrawn nothing leads back.
const (
	FollowUpWaiting   FollowUpState = "waiting" // its day has not come
	FollowUpOpen      FollowUpState = "open"    // asked, not answered
	FollowUpAnswered  FollowUpState = "answered"
	FollowUpWithdrawn FollowUpState = "withdrawn"
)

// FollowUp is what a person agreed to be asked after a course, by name, and what
// they answered.
type FollowUp struct {
	EnrollmentID, PersonID, EditionID, Slug string
	Title                                   string // of the course
	Questions                               []FollowUpQuestion
	Answers                                 map[string]string // by question
	GivenAt                                 time.Time         // the consent, with the evaluation
	AskedAt, AnsweredAt, WithdrawnAt        *time.Time
}

// FollowUpQuestion is one question; ID is that of the item of the evaluation,
// and its form field.
type FollowUpQuestion struct{ ID, Text string }

// State tells how far it is.
func (f FollowUp) State() FollowUpState {
	switch {
	case f.WithdrawnAt != nil:
		return FollowUpWithdrawn
	case f.AnsweredAt != nil:
		return FollowUpAnswered
	case f.AskedAt != nil:
		return FollowUpOpen
	}
	return FollowUpWaiting
}

// DueAt is when the person is asked.
func (f FollowUp) DueAt() time.Time { return f.GivenAt.AddDate(0, 0, FollowUpDays) }

// What a follow-up answers. Who agreed to none has none: ErrNoFollowUp.
var (
	ErrNoFollowUp        = apperr.New(apperr.NotFound, "There is nothing at this address.")
	ErrFollowUpWaiting   = apperr.New(apperr.Conflict, "We have not asked you yet. You get a mail when the day has come.")
	ErrFollowUpAnswered  = apperr.New(apperr.Conflict, "You have answered already, and that answer is kept. This one was not saved.")
	ErrFollowUpWithdrawn = apperr.New(apperr.Conflict, "You asked us not to write to you again, so nothing was saved.")
)

// followUpQuestion is what a consent's item asks later: the words that it
// quotes, or all of it.
func followUpQuestion(item course.EvaluationItem) string {
	if _, rest, ok := strings.Cut(item.Text, "“"); ok {
		if quoted, _, ok := strings.Cut(rest, "”"); ok && quoted != "" {
			return quoted
		}
	}
	return item.Text
}

// SendFollowUps asks by mail, once each, everybody who agreed to it FollowUpDays
// ago, and returns how many. Who is blocked or erased is not asked. One that
// fails does not keep the others from theirs.
func (s *Service) SendFollowUps(ctx context.Context) (sent int, err error) {
	const batch = 200
	now := s.now()
	until := now.AddDate(0, 0, -FollowUpDays)
	var after followUpRow
	var errs []error
	for {
		list, err := s.dueFollowUps(ctx, until, after, batch)
		if err != nil {
			return sent, errors.Join(append(errs, err)...)
		}
		for _, r := range list {
			asked, err := s.ask(ctx, r, now)
			errs = append(errs, err)
			if asked {
				sent++
			}
		}
		if len(list) < batch {
			return sent, errors.Join(errs...)
		}
		after = list[len(list)-1]
	}
}

// ask notes that the person is asked and queues the mail, in one transaction.
// At night it waits for the day.
func (s *Service) ask(ctx context.Context, r followUpRow, now time.Time) (asked bool, err error) {
	if day, err := s.daytime(ctx, r.PersonID, now); err != nil || !day {
		return false, err
	}
	f, err := s.followUp(ctx, r)
	if err != nil {
		return false, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		if asked, err = s.setAsked(ctx, f.EnrollmentID, now); err != nil || !asked {
			return err
		}
		sent, err := s.there(ctx, f.PersonID, f.GivenAt)
		if err != nil {
			return err
		}
		link := s.BaseURL + "/learn/" + f.Slug + "/follow-up"
		m := mail.FollowUp{CourseTitle: f.Title, SentOn: sent, Days: FollowUpDays, Link: link, StopLink: link + "/withdraw"}
		for _, q := range f.Questions {
			m.Questions = append(m.Questions, q.Text)
		}
		return s.mailTo(ctx, f.PersonID, m)
	})
	return asked && err == nil, err
}

// followUp completes a row with the course's words.
func (s *Service) followUp(ctx context.Context, r followUpRow) (FollowUp, error) {
	f := FollowUp{EnrollmentID: r.EnrollmentID, PersonID: r.PersonID, EditionID: r.EditionID, Slug: r.Slug,
		GivenAt: r.GivenAt, AskedAt: r.AskedAt, AnsweredAt: r.AnsweredAt, WithdrawnAt: r.WithdrawnAt}
	ed, err := s.Editions.Edition(ctx, r.EditionID)
	if err != nil {
		return FollowUp{}, err
	}
	f.Title = ed.Course.Card.Title
	agreed, err := s.listConsents(ctx, r.EnrollmentID)
	if err != nil {
		return FollowUp{}, err
	}
	for _, item := range ed.Course.Evaluation.Items {
		if item.Kind == "consent" && slices.ContainsFunc(agreed, func(c Consent) bool { return c.ItemID == item.ID }) {
			f.Questions = append(f.Questions, FollowUpQuestion{item.ID, followUpQuestion(item)})
		}
	}
	if r.Answers != "" {
		if err := json.Unmarshal([]byte(r.Answers), &f.Answers); err != nil {
			return FollowUp{}, fmt.Errorf("enrollment: answers of a follow-up: %w", err)
		}
	}
	return f, nil
}

// FollowUpOf returns a person's own follow-up of a course: of several times in
// it the one that was asked last. Errors: ErrNoFollowUp.
func (s *Service) FollowUpOf(ctx context.Context, personID, slug string) (FollowUp, error) {
	list, err := s.followUpRows(ctx, personID, slug)
	if err != nil {
		return FollowUp{}, err
	}
	if len(list) == 0 {
		return FollowUp{}, ErrNoFollowUp
	}
	return s.followUp(ctx, list[0])
}

// FollowUpsOf lists a person's own follow-ups, one for each course, for the page
// on which they see what they agreed to.
func (s *Service) FollowUpsOf(ctx context.Context, personID string) (list []FollowUp, err error) {
	rows, err := s.followUpRows(ctx, personID, "")
	if err != nil {
		return nil, err
	}
	for i, r := range rows {
		if i > 0 && rows[i-1].Slug == r.Slug {
			continue
		}
		f, err := s.followUp(ctx, r)
		if err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	return list, nil
}

// AnswerFollowUp stores the answers to what the person was asked, once. The same
// answers sent again change nothing. Errors: ErrNoFollowUp, ErrFollowUpWaiting,
// ErrFollowUpAnswered, ErrFollowUpWithdrawn, Invalid with a question's ID.
func (s *Service) AnswerFollowUp(ctx context.Context, personID, slug string, form map[string][]string) error {
	f, err := s.FollowUpOf(ctx, personID, slug)
	if err != nil {
		return err
	}
	answers, err := readFollowUp(f.Questions, form)
	if err != nil {
		return err
	}
	body, err := json.Marshal(answers)
	if err != nil {
		return fmt.Errorf("enrollment: follow-up: %w", err)
	}
	stored, err := s.setAnswered(ctx, f.EnrollmentID, string(body), s.now())
	if err != nil || stored {
		return err
	}
	if f, err = s.FollowUpOf(ctx, personID, slug); err != nil {
		return err
	}
	switch f.State() {
	case FollowUpWithdrawn:
		return ErrFollowUpWithdrawn
	case FollowUpAnswered:
		if maps.Equal(f.Answers, answers) {
			return nil
		}
		return ErrFollowUpAnswered
	}
	return ErrFollowUpWaiting
}

func readFollowUp(questions []FollowUpQuestion, form map[string][]string) (map[string]string, error) {
	answers := map[string]string{}
	var check apperr.Check
	for _, q := range questions {
		v := text(form, q.ID)
		check.Text(q.ID, v, MaxEvaluationRunes, "")
		if v != "" {
			answers[q.ID] = v
		}
	}
	if len(answers) == 0 && len(questions) > 0 {
		check.Field(questions[0].ID, "Write an answer, or leave the page: you need not answer.")
	}
	return answers, check.Err()
}

// WithdrawFollowUp takes back what a person agreed to after a course: nobody
// writes to them about it any more, and an answer that they gave is deleted.
// Repeated it changes nothing. Errors: ErrNoFollowUp.
func (s *Service) WithdrawFollowUp(ctx context.Context, personID, slug string) error {
	if _, err := s.FollowUpOf(ctx, personID, slug); err != nil {
		return err
	}
	return s.setWithdrawn(ctx, personID, slug, s.now())
}

// FollowUpFilter is a place in the list of an edition's answers, the newest
// first: the enrollment of the neighboring row. Limit is at most 500.
type FollowUpFilter struct {
	EditionID, After, Before string
	Limit                    int
}

// NamedAnswer is an answered follow-up with the name of the person, who agreed
// to that.
type NamedAnswer struct {
	FollowUp
	PersonName string
}

// FollowUpAnswers lists what people of an edition answered, for administrators.
// more and earlier say whether rows lie behind the last and before the first.
func (s *Service) FollowUpAnswers(ctx context.Context, p FollowUpFilter) (list []NamedAnswer, more, earlier bool, err error) {
	rows, rest, err := s.answeredRows(ctx, p)
	if err != nil {
		return nil, false, false, err
	}
	more, earlier = rest, p.After != ""
	if p.Before != "" {
		more, earlier = true, rest
	}
	for _, r := range rows {
		f, err := s.followUp(ctx, r)
		if err != nil {
			return nil, false, false, err
		}
		list = append(list, NamedAnswer{f, r.PersonName})
	}
	return list, more, earlier, nil
}

// EachFollowUpAnswer calls fn with every answer of an edition, in the order of
// the list, without loading it whole: for CSV.
func (s *Service) EachFollowUpAnswer(ctx context.Context, editionID string, fn func(NamedAnswer) error) error {
	f := FollowUpFilter{EditionID: editionID, Limit: db.MaxPage}
	return db.Walk(func(last *NamedAnswer) ([]NamedAnswer, bool, error) {
		if last != nil {
			f.After = last.EnrollmentID
		}
		list, more, _, err := s.FollowUpAnswers(ctx, f)
		return list, more, err
	}, fn)
}
