package exam

import (
	"context"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/question"
)

// Result is a submitted attempt as its learner may see it.
type Result struct {
	Attempt
	Overview   Overview
	Objectives []ObjectiveScore // in the order of the course
	// Review is set only after a pass or the last try (DECISIONS 4): the keys and
	// rationales of every question, in the order of the form.
	Review []Reviewed
}

// ObjectiveScore is what was earned for an objective, in thousandths of a mark.
type ObjectiveScore struct {
	Objective          course.Objective
	Points, Open, Max  int
	Questions, Correct int
	Lessons            []*course.Lesson // that serve it and still count
}

// ToReview reports whether marks were lost for good.
func (o ObjectiveScore) ToReview() bool { return o.Points+o.Open < o.Max }

// Reviewed is a question with everything that may be known after the end.
type Reviewed struct {
	Item
	Feedback question.Feedback
}

// Result returns a submitted attempt of a person. Errors: ErrNotFound, ErrVoid,
// errors of an attempt that is not submitted yet: ErrInProgress.
func (s *Service) Result(ctx context.Context, personID, attemptID string) (Result, error) {
	sit, err := s.Sitting(ctx, personID, attemptID)
	if err != nil {
		return Result{}, err
	}
	if sit.State == InProgress {
		return Result{}, ErrInProgress
	}
	e, err := s.Enrollments.Get(ctx, sit.EnrollmentID)
	if err != nil {
		return Result{}, err
	}
	o, err := s.Overview(ctx, e)
	if err != nil {
		return Result{}, err
	}
	r := Result{Attempt: sit.Attempt, Overview: o, Objectives: scores(sit)}
	if e.Attendance != nil { // the lessons are closed to who attended a live event
		for i := range r.Objectives {
			r.Objectives[i].Lessons = nil
		}
	}
	if o.reviewable(sit.Attempt) {
		for _, i := range sit.Items {
			r.Review = append(r.Review, Reviewed{Item: i, Feedback: question.Explain(i.Question, i.Order, i.Response, i.Result)})
		}
	}
	return r, nil
}

// reviewable reports whether keys and rationales of an attempt may be known
// (DECISIONS 4): it is final, and no other attempt goes on or is left.
func (o Overview) reviewable(a Attempt) bool {
	return a.FinalAt != nil && o.Open == nil && (o.Passed || o.Left() == 0)
}

func scores(sit Sitting) (list []ObjectiveScore) {
	for _, o := range sit.Edition.Course.Objectives {
		sc := ObjectiveScore{Objective: o}
		for _, i := range sit.Items {
			if len(i.Question.Objectives) == 0 || i.Question.Objectives[0] != o.ID {
				continue
			}
			sc.Questions++
			sc.Points += i.Result.Points
			sc.Max += i.Result.Max
			switch {
			case i.Result.NeedsGrading:
				sc.Open += i.Result.Max
			case i.Result.Correct:
				sc.Correct++
			}
		}
		if sc.Questions > 0 {
			sc.Lessons = lessonsFor(sit.Edition, o.ID)
			list = append(list, sc)
		}
	}
	return list
}

func lessonsFor(ed *course.Edition, objective string) (list []*course.Lesson) {
	for _, l := range ed.RequiredLessons() {
		for _, id := range l.Objectives {
			if id == objective {
				list = append(list, l)
			}
		}
	}
	return list
}
