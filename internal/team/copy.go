package team

import (
	"context"
	"fmt"
	"time"
)

// Copy is what courses hold of a person, for the copy of their data.
type Copy struct {
	Parts    []PartCopy
	Opened   []OpenedCopy
	Comments []CommentCopy // that they wrote
	Answers  []AnswerCopy  // that they gave to comments, of whoever wrote them
}

// PartCopy is a part that somebody has, or had, in a course.
type PartCopy struct {
	Course             string
	Role               Role
	AddedAt            time.Time
	UntilAt, RemovedAt *time.Time
}

// OpenedCopy says since when somebody is on record as who opened the pages of a course.
type OpenedCopy struct {
	Course  string
	FirstAt time.Time
}

// CommentCopy is a comment with its answers. Who answered is left out.
type CommentCopy struct {
	ID                        string `json:"-"`
	Course, Path, Quote, Body string
	CreatedAt                 time.Time
	Answer                    string   `json:"-"` // with which it was closed, once
	Answers                   []string `gorm:"-"`
	ClosedAt                  *time.Time
}

// AnswerCopy is what somebody answered to a comment.
type AnswerCopy struct {
	Course, Path, Answer string
	AnsweredAt           time.Time
}

// CopyOf returns everything that courses hold of a person.
func (s *Service) CopyOf(ctx context.Context, personID string) (c Copy, err error) {
	if c, err = s.copyOf(ctx, personID); err != nil {
		return Copy{}, fmt.Errorf("team: copy: %w", err)
	}
	return c, nil
}
