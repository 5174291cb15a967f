package team

import (
	"cmp"
	"context"
	"fmt"
	"strings"

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

// CheckSaid is what is wrong with a comment before it is said, as Invalid.
func CheckSaid(path, quote, body string) error {
	var c apperr.Check
	c.Text("body", apperr.Plain(body), MaxBody, "Write what you have to say of it.")
	if quote = apperr.Plain(quote); quote != "" {
		c.Text("quote", quote, MaxQuote, "")
	}
	c.Require(path != "" && !strings.HasPrefix(path, "/"), "path", "Choose what it is about.")
	return c.Err()
}

// Say adds a comment on a passage; the same form sent twice adds one. Errors:
// ErrNoCourse, those of CheckSaid.
func (s *Service) Say(ctx context.Context, slug, path, quote, body, by string) error {
	if err := CheckSaid(path, quote, body); err != nil {
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
		return s.insertComment(ctx, Comment{ID: db.NewID(), CourseID: courseID, Path: path, Quote: apperr.Plain(quote), Body: apperr.Plain(body), AuthorID: by, CreatedAt: s.now()})
	})
	if err != nil {
		return fmt.Errorf("team: comment: %w", err)
	}
	return nil
}

func checkAnswer(text, empty string) (string, error) {
	text = apperr.Plain(text)
	if text == "" && empty == "" {
		return "", nil
	}
	var c apperr.Check
	c.Text("answer", text, MaxBody, empty)
	return text, c.Err()
}

// Answer says something to an open comment, which stays open; the same form sent twice
// says it once. Errors: ErrNoComment, ErrClosed, Invalid.
func (s *Service) Answer(ctx context.Context, slug, id, text, by string) error {
	text, err := checkAnswer(text, "Write an answer.")
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		if first, err := s.once.First(ctx); err != nil || !first {
			return err
		}
		return s.answer(ctx, slug, id, text, by)
	})
}

func (s *Service) answer(ctx context.Context, slug, id, text, by string) error {
	said, err := s.insertAnswer(ctx, slug, id, text, by, s.now())
	if err != nil || said {
		return err
	}
	return s.unless(ctx, slug, id, ErrClosed)
}

// unless is why nothing happened to a comment: it is not there, or why.
func (s *Service) unless(ctx context.Context, slug, id string, why error) error {
	if _, err := s.Comment(ctx, slug, id); err != nil {
		return err
	}
	return why
}

// Close ends a comment, with an answer where there is one to give; the same form sent
// twice ends it once. Errors: ErrNoComment, ErrClosed, Invalid.
func (s *Service) Close(ctx context.Context, slug, id, text, by string) error {
	text, err := checkAnswer(text, "")
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		if first, err := s.once.First(ctx); err != nil || !first {
			return err
		}
		if text != "" {
			if err := s.answer(ctx, slug, id, text, by); err != nil {
				return err
			}
		}
		closed, err := s.closeComment(ctx, slug, id, by, s.now())
		if err != nil || closed {
			return err
		}
		return s.unless(ctx, slug, id, ErrClosed)
	})
}

// Reopen opens a comment that was closed, which is recorded; the same form sent twice opens
// it once.
// Errors: ErrNoComment, ErrOpen.
func (s *Service) Reopen(ctx context.Context, slug, id string) error {
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		if first, err := s.once.First(ctx); err != nil || !first {
			return err
		}
		was, err := s.Comment(ctx, slug, id)
		if err != nil {
			return err
		}
		if opened, err := s.reopenComment(ctx, was.ID); err != nil || !opened {
			return cmp.Or(err, error(ErrOpen))
		}
		// Who closed it, and when, stands nowhere else from now on.
		if err := s.record(ctx, "comment.reopen", was.CourseID, map[string]any{"comment": was.ID, "closed_by": was.CloserID, "closed_at": was.ClosedAt.UTC()}); err != nil {
			return err
		}
		if was.Answer == "" {
			return nil
		}
		// It goes by who closed the comment.
		_, err = s.insertAnswer(ctx, slug, id, was.Answer, was.CloserID, *was.ClosedAt)
		return err
	})
}
