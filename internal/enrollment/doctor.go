package enrollment

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// fact is something that a learner did, as evidence names it.
type fact struct {
	kind, ref string // ref is empty where any will do; an edition's number may follow it
	at        int64  // in microseconds, as the database keeps instants
}

func (f fact) shown(by []fact) bool {
	return slices.ContainsFunc(by, func(e fact) bool {
		return e.kind == f.kind && e.at == f.at && (f.ref == "" || e.ref == f.ref || strings.HasPrefix(e.ref, f.ref+"@"))
	})
}

// checkAnswered stands for the first answer to a check question, of which there is
// no evidence but the answer.
const checkAnswered = "check.answered"

// Unproven lists, for the operator, what an enrollment claims without its evidence:
// what its row says was done, and the requirements that a certificate lists with
// their instants. It is empty where everything is on record. Errors: ErrNotFound.
func (s *Service) Unproven(ctx context.Context, id string, listed []Requirement) (wrong []string, err error) {
	e, err := s.byID(ctx, id)
	if err != nil {
		return nil, err
	}
	record, err := s.onRecord(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, f := range e.claims() {
		if !f.shown(record) {
			wrong = append(wrong, f.kind)
		}
	}
	instants := map[int64]bool{}
	for _, f := range record {
		instants[f.at] = true
	}
	if a := e.Attendance; a != nil { // when the disclosure was shown
		instants[db.Truncate(a.StartsAt).UnixMicro()] = true
	}
	for _, q := range listed {
		// When a license was listed, the account knows alone.
		if q.DoneAt != nil && q.Title != licenseTitle && !instants[db.Truncate(*q.DoneAt).UnixMicro()] {
			wrong = append(wrong, q.Title)
		}
	}
	slices.Sort(wrong)
	return slices.Compact(wrong), nil
}

// claims are what the row says that was done.
func (e Enrollment) claims() (list []fact) {
	add := func(kind, ref string, at *time.Time) {
		if at != nil {
			list = append(list, fact{kind, ref, at.UnixMicro()})
		}
	}
	if a := e.Attendance; a != nil {
		ends := db.Truncate(a.EndsAt)
		add(eventAttended, a.EventID, &ends)
	} else {
		add("disclosure.acknowledged", "", e.DisclosedAt)
	}
	r := e.record()
	for id, l := range r.Lessons {
		add("lesson.finished", id, l.FinishedAt)
	}
	for id, at := range r.Checks {
		add(checkAnswered, id, &at)
	}
	if e.Exam.Done() {
		add("exam.passed", e.Exam.AttemptID, &e.Exam.SubmittedAt)
	}
	add("evaluation.sent", "", e.EvaluatedAt)
	return list
}

// onRecord is the evidence, and the answers to check questions.
func (s *Service) onRecord(ctx context.Context, id string) ([]fact, error) {
	evidence, err := s.evidenceOf(ctx, id)
	if err != nil {
		return nil, err
	}
	answers, err := s.answeredAt(ctx, id)
	if err != nil {
		return nil, err
	}
	list := make([]fact, 0, len(evidence)+len(answers))
	for _, ev := range evidence {
		list = append(list, fact{ev.Kind, ev.Ref, ev.OccurredAt.UnixMicro()})
	}
	for question, at := range answers {
		list = append(list, fact{checkAnswered, question, at.UnixMicro()})
	}
	return list, nil
}
