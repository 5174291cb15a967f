// Package insight tells instructors how a course does, edition by edition: how far
// people come, how long they take, how the exam and its questions do. It owns the tables
// insight_attempts and insight_lessons, and reads those of packages enrollment and exam.
//
// Invariants:
//   - What may be told of people is decided here, by the rule of package veil, and not
//     by pages: what must not be told does not leave this package. Numbers of people,
//     shares of marks, scores and times follow it, one list of people for each.
//   - Everybody counts once in an edition: with their first way through it, and with
//     each of the first attempts at its exam that they handed in. Who attended a live
//     event read no lessons and is left out.
//   - A list only grows at its end (Enter), and what is known of a person in it stays:
//     of the way, what they did in their first Window days, when these are over; of a
//     lesson, their time on it until they first finished it; of the exam, the attempt,
//     once all of it is marked. Only a corrected grade, and an attempt that is opened
//     again after a wrong clock had closed it, change what was counted.
//   - Correlations, coefficients and the means of what people earned on the rest of the
//     exam are no such lists. They are told from DeepFrom or ReliabilityFrom people on,
//     move when Deep more have come, and are rounded. Nothing is proved of them.
//   - No figure has a filter by date or person, and editions share none.
//
// docs/insight.md has the definitions in the words of those who read the pages.
package insight

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/kept"
)

// Deps are what the service stands on.
type Deps struct {
	DB       *db.DB
	Now      func() time.Time
	Editions interface {
		Edition(ctx context.Context, id string) (*course.Edition, error)
	}
}

// Service answers from memory for a moment after it has counted: a page that is
// opened twice counts once.
type Service struct {
	Deps
	ways  *kept.Counts[Way]
	exams *kept.Counts[Exam]
}

// New returns the service.
func New(d Deps) *Service {
	return &Service{Deps: d, ways: kept.New[Way](d.Now), exams: kept.New[Exam](d.Now)}
}

// Way is how people go through an edition. Errors: NotFound for an unknown edition.
func (s *Service) Way(ctx context.Context, editionID string) (Way, error) {
	ed, err := s.Editions.Edition(ctx, editionID)
	if err != nil {
		return Way{}, err
	}
	return s.ways.Get(editionID, func() (Way, error) { return s.countWay(ctx, ed) })
}

// Exam is how the exam of an edition and its questions do. Errors: NotFound for an
// unknown edition.
func (s *Service) Exam(ctx context.Context, editionID string) (Exam, error) {
	ed, err := s.Editions.Edition(ctx, editionID)
	if err != nil {
		return Exam{}, err
	}
	return s.exams.Get(editionID, func() (Exam, error) { return s.countExam(ctx, ed) })
}
