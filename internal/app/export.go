package app

import (
	"context"
	"errors"

	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
)

// personalData adds what other rooms hold about a person to the copy that they
// can download.
func (a *App) personalData(ctx context.Context, personID string) (map[string]any, error) {
	orders, err := a.Payments.ByPerson(ctx, personID)
	if err != nil {
		return nil, err
	}
	for i := range orders {
		orders[i].Attention, orders[i].SessionURL = "", "" // notes among administrators, and a key to the payment page
	}
	certificates, err := a.Certificates.ByPerson(ctx, personID)
	if err != nil {
		return nil, err
	}
	requests, err := a.Support.OwnRequests(ctx, personID)
	if err != nil {
		return nil, err
	}
	accommodations, err := a.Support.Accommodations(ctx, personID)
	if err != nil {
		return nil, err
	}
	for i := range accommodations {
		accommodations[i].GrantedBy = "" // somebody else's ID
	}
	learning, err := a.learningData(ctx, personID)
	if err != nil {
		return nil, err
	}
	return map[string]any{"learning": learning, "orders": orders, "certificates": certificates,
		"requests": requests, "accommodations": accommodations}, nil
}

// learningRecord is one enrollment with everything that was recorded in it.
// Evaluation answers are not in it: nobody can tell whose they are.
type learningRecord struct {
	enrollment.Enrollment
	Evidence []enrollment.Evidence
	Lessons  map[string]enrollment.LessonRecord
	Notes    []enrollment.Note
	Attempts []exam.Attempt
}

func (a *App) learningData(ctx context.Context, personID string) ([]learningRecord, error) {
	list, err := a.Enrollments.ListByPerson(ctx, personID)
	if err != nil {
		return nil, err
	}
	out := make([]learningRecord, 0, len(list))
	for _, e := range list {
		r := learningRecord{Enrollment: e}
		if r.Evidence, err = a.Enrollments.Evidence(ctx, e.ID); err != nil {
			return nil, err
		}
		l, err := a.Enrollments.Learning(ctx, e)
		if err != nil {
			return nil, err
		}
		r.Lessons = l.Record.Lessons
		if r.Notes, err = a.Enrollments.Notes(ctx, e); err != nil {
			return nil, err
		}
		o, err := a.Exams.Overview(ctx, e)
		if err != nil && !errors.Is(err, exam.ErrNoExam) {
			return nil, err
		}
		for _, at := range o.Attempts {
			at.Seed = "" // it draws forms; it says nothing about the person
			r.Attempts = append(r.Attempts, at)
		}
		out = append(out, r)
	}
	return out, nil
}
