package enrollment

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
)

// The bounds of the evaluation form.
const (
	MaxEvaluationRunes   = 5000
	MaxEvaluationMinutes = 6000
)

// EvaluationField is the form field of an item; an item of minutes has one for
// each part.
func EvaluationField(item course.EvaluationItem, part string) string {
	if part == "" {
		return item.ID
	}
	return item.ID + "." + part
}

// MinutesLabel names the field of a part of an item of minutes.
func MinutesLabel(part string) string { return "Minutes, " + part }

// ReadEvaluation reads and checks the form. answers holds what was answered, by
// field: the number on the scale (from 1), the IDs chosen, the text, the
// minutes. consents are the items that the learner agreed to by name. The error
// is Invalid and names every field that is wrong.
func ReadEvaluation(ev course.Evaluation, form map[string][]string) (answers map[string][]string, consents []string, err error) {
	answers = map[string][]string{}
	var check apperr.Check
	for _, item := range ev.Items {
		if item.Kind == "consent" {
			if text(form, item.ID) != "" {
				consents = append(consents, item.ID)
			}
			continue
		}
		for _, part := range parts(item) {
			name := EvaluationField(item, part)
			values, problem := readField(ev, item, form, name)
			switch {
			case problem != "":
				check.Field(name, "%s", problem)
			case len(values) > 0:
				answers[name] = values
			case item.Required:
				check.Field(name, "Please answer: %s", item.Text)
			}
		}
	}
	return answers, consents, check.Err()
}

// parts lists what an item asks: its parts for minutes, otherwise itself.
func parts(item course.EvaluationItem) []string {
	if item.Kind == "minutes" {
		return item.Parts
	}
	return []string{""}
}

func readField(ev course.Evaluation, item course.EvaluationItem, form map[string][]string, name string) (values []string, problem string) {
	v := text(form, name)
	switch n, err := strconv.Atoi(v); item.Kind {
	case "scale":
		if v != "" && (err != nil || n < 1 || n > len(ev.Scale)) {
			return nil, "Choose one of the answers shown."
		}
	case "minutes":
		if v != "" && (err != nil || n < 0 || n > MaxEvaluationMinutes) {
			return nil, fmt.Sprintf("%s: enter whole minutes, from 0 to %d.", MinutesLabel(strings.TrimPrefix(name, item.ID+".")), MaxEvaluationMinutes)
		}
	case "text":
		if n := utf8.RuneCountInString(v); n > MaxEvaluationRunes {
			return nil, fmt.Sprintf("Your text has %d characters; at most %d are possible. Shorten it.", n, MaxEvaluationRunes)
		}
	default: // single, multiple
		return readChoices(item, form[name])
	}
	if v == "" {
		return nil, ""
	}
	return []string{v}, ""
}

func readChoices(item course.EvaluationItem, sent []string) (values []string, problem string) {
	known := map[string]bool{"": true}
	for _, o := range item.Options {
		known[o.ID] = true
		if slices.Contains(sent, o.ID) {
			values = append(values, o.ID)
		}
	}
	unknown := slices.ContainsFunc(sent, func(id string) bool { return !known[id] })
	if unknown || item.Kind == "single" && len(values) > 1 {
		return nil, "Choose from the answers shown."
	}
	return values, ""
}

func text(form map[string][]string, name string) string {
	if v := form[name]; len(v) > 0 {
		return strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(v[0], ""), "\r\n", "\n"))
	}
	return ""
}

// SubmitEvaluation stores the form once. That it was sent is evidence under the
// learner's name; the answers are kept apart with the edition, a random key and
// the month, and nothing connects the two (DECISIONS 12). Errors: Invalid with
// the fields of ReadEvaluation, ErrMovedOn, ErrEvaluationSent, those of MayEvaluate,
// those of a closed enrollment.
func (s *Service) SubmitEvaluation(ctx context.Context, e Enrollment, form map[string][]string) error {
	ed, err := s.Editions.Edition(ctx, e.EditionID)
	if err != nil {
		return err
	}
	answers, consents, err := ReadEvaluation(ed.Course.Evaluation, form)
	if err != nil {
		return err
	}
	body, err := json.Marshal(answers)
	if err != nil {
		return fmt.Errorf("enrollment: evaluation: %w", err)
	}
	if err := s.notEvaluated(ctx, e.ID); err != nil {
		return err
	}
	err = s.act(ctx, e.ID, func(ctx context.Context, l Learning) error {
		if l.EditionID != e.EditionID { // other questions may be asked there
			return ErrMovedOn
		}
		if err := MayEvaluate(l.Edition, l.Enrollment); err != nil {
			return err
		}
		now := s.now()
		first, err := s.receipt(ctx, e.ID, now)
		if err != nil {
			return err
		}
		if !first {
			return ErrEvaluationSent
		}
		for _, item := range consents {
			if err := s.consent(ctx, e.ID, item, now); err != nil {
				return err
			}
		}
		if err := s.insertAnswers(ctx, uuid.NewString(), e.EditionID, now.Format("2006-01"), string(body)); err != nil {
			return err
		}
		return s.AddEvidence(ctx, e.ID, Evidence{Kind: "evaluation.sent", OccurredAt: now})
	})
	if errors.Is(err, ErrCompleted) { // perhaps by the first of two clicks, a moment ago
		err = cmp.Or(s.notEvaluated(ctx, e.ID), err)
	}
	return err
}

// notEvaluated is ErrEvaluationSent once the evaluation was sent, also when that
// has completed the course.
func (s *Service) notEvaluated(ctx context.Context, id string) error {
	e, err := s.byID(ctx, id)
	if err == nil && e.EvaluatedAt != nil {
		err = ErrEvaluationSent
	}
	return err
}

// mixBatch bounds how many answers one transaction of the mixing writes.
const mixBatch = 500

// MixEvaluations writes the answers of this month and the last anew in the
// order of their random keys: afterwards neither their place in the file nor the
// transaction that wrote them tells which came when. It runs every night. SQLite
// keeps the table in the order of its keys anyway.
func (s *Service) MixEvaluations(ctx context.Context) error {
	if s.DB.Engine() == db.SQLite {
		return nil
	}
	now := s.now()
	since := now.AddDate(0, 0, 1-now.Day()).AddDate(0, -1, 0).Format("2006-01")
	editions, err := s.evaluatedEditions(ctx, since)
	if err != nil {
		return err
	}
	for _, id := range editions {
		for last, more := "", true; more; {
			if last, more, err = s.mixAnswers(ctx, id, since, last, mixBatch); err != nil {
				return err
			}
		}
	}
	return nil
}
