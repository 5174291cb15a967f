package team

import (
	"context"
	"fmt"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
)

// CommentFilter chooses a page of the comments on a course: the open ones, or the closed
// ones, the newest first. Path narrows to one file. After and Before are the ID of the
// neighboring row. Limit defaults to 50 and is at most 500.
type CommentFilter struct {
	Path          string
	Closed        bool
	After, Before string
	Limit         int
}

// CommentPage is a part of the list. Total counts what matches; Over says that there is
// more than that. More and Earlier say whether rows lie behind its last and before its
// first.
type CommentPage struct {
	Rows          []Comment
	Total         int64
	Over          bool
	More, Earlier bool
}

// Comments lists those on a course.
func (s *Service) Comments(ctx context.Context, slug string, f CommentFilter) (CommentPage, error) {
	p, err := s.comments(ctx, slug, f)
	if err != nil {
		return CommentPage{}, fmt.Errorf("team: comments: %w", err)
	}
	return p, nil
}

// Comment is one of them. Errors: ErrNoComment.
func (s *Service) Comment(ctx context.Context, slug, id string) (Comment, error) {
	return s.comment(ctx, slug, id)
}

// Say adds a comment on a passage; the same form sent twice adds one. Errors:
// ErrNoCourse, Invalid.
func (s *Service) Say(ctx context.Context, slug, path, quote, body, by string) error {
	quote, body = apperr.Plain(quote), apperr.Plain(body)
	var c apperr.Check
	c.Text("body", body, MaxBody, "Write what you have to say of it.")
	if quote != "" {
		c.Text("quote", quote, MaxQuote, "")
	}
	c.Require(path != "", "path", "Choose what it is about.")
	if err := c.Err(); err != nil {
		return err
	}
	err := s.DB.InTx(ctx, func(ctx context.Context) error {
		courseID, err := s.hold(ctx, slug)
		if err != nil {
			return err
		}
		if first, err := s.once.First(ctx); err != nil || !first {
			return err
		}
		return s.insertComment(ctx, Comment{ID: db.NewID(), CourseID: courseID, Path: path, Quote: quote, Body: body, AuthorID: by, CreatedAt: s.now()})
	})
	if err != nil {
		return fmt.Errorf("team: comment: %w", err)
	}
	return nil
}

// Close ends a comment, with an answer where there is one to give; the same form sent
// twice ends it once. Errors: ErrNoComment, ErrClosed, Invalid.
func (s *Service) Close(ctx context.Context, slug, id, answer, by string) error {
	answer = apperr.Plain(answer)
	if answer != "" {
		var c apperr.Check
		c.Text("answer", answer, MaxBody, "")
		if err := c.Err(); err != nil {
			return err
		}
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		if first, err := s.once.First(ctx); err != nil || !first {
			return err
		}
		closed, err := s.closeComment(ctx, slug, id, answer, by, s.now())
		if err != nil || closed {
			return err
		}
		if _, err := s.Comment(ctx, slug, id); err != nil {
			return err
		}
		return ErrClosed
	})
}
