package team

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// where narrows to the comments of a course; c is it, x the comment.
func (f CommentFilter) where(slug string) (string, []any) {
	where, args := " WHERE c.slug = ? AND x.closed_at IS NULL", []any{slug}
	if f.Closed {
		where = " WHERE c.slug = ? AND x.closed_at IS NOT NULL"
	}
	if f.Path != "" {
		where, args = where+" AND x.path = ?", append(args, f.Path)
	}
	return where, args
}

const (
	fromComments   = " FROM course_comments x JOIN courses c ON c.id = x.course_id"
	commentColumns = `SELECT x.id, x.course_id, x.path, x.quote, x.body, x.author_id, p.name AS author, x.created_at, x.answer, COALESCE(q.name, '') AS closer, x.closed_at` +
		fromComments + " JOIN people p ON p.id = x.author_id LEFT JOIN people q ON q.id = x.closed_by"
)

// comments are a page of the list, the newest first: comments are written in the order
// of their IDs. Going back the rows come in reverse.
func (s *Service) comments(ctx context.Context, slug string, f CommentFilter) (p CommentPage, err error) {
	where, args := f.where(slug)
	if p.Total, p.Over, err = db.CountUpTo(s.DB.Read(ctx), fromComments+where, args...); err != nil {
		return p, err
	}
	order := " DESC"
	switch {
	case f.Before != "":
		where, args, order = where+" AND x.id > ?", append(args, f.Before), ""
	case f.After != "":
		where, args = where+" AND x.id < ?", append(args, f.After)
	}
	limit := db.PageLimit(f.Limit)
	err = s.DB.Read(ctx).Raw(commentColumns+where+" ORDER BY x.id"+order+" LIMIT ?", append(args, limit+1)...).Scan(&p.Rows).Error
	p.Rows, p.Earlier, p.More = db.Cut(p.Rows, limit, f.After != "", f.Before != "")
	return p, err
}

func (s *Service) insertComment(ctx context.Context, c Comment) error {
	return s.DB.Conn(ctx).Exec("INSERT INTO course_comments (id, course_id, path, quote, body, author_id, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
		c.ID, c.CourseID, c.Path, c.Quote, c.Body, c.AuthorID, c.CreatedAt).Error
}

func (s *Service) closeComment(ctx context.Context, slug, id, answer, by string, at time.Time) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec(`UPDATE course_comments SET answer = ?, closed_by = ?, closed_at = ?
		WHERE id = ? AND closed_at IS NULL AND course_id = (SELECT id FROM courses WHERE slug = ?)`, answer, by, at, id, slug))
}

func (s *Service) comment(ctx context.Context, slug, id string) (c Comment, err error) {
	err = db.One(s.DB.Read(ctx).Raw(commentColumns+" WHERE x.id = ? AND c.slug = ?", id, slug).Scan(&c), ErrNoComment)
	return c, err
}

func (s *Service) copyOf(ctx context.Context, personID string) (c Copy, err error) {
	for _, read := range []struct {
		into  any
		query string
	}{
		{&c.Parts, `SELECT c.title AS course, m.role, m.added_at, m.until_at, m.removed_at FROM course_members m JOIN courses c ON c.id = m.course_id
			WHERE m.person_id = ? ORDER BY m.added_at, m.course_id`},
		{&c.Opened, `SELECT c.title AS course, r.first_at FROM course_readers r JOIN courses c ON c.id = r.course_id WHERE r.person_id = ? ORDER BY r.first_at, r.course_id`},
		{&c.Comments, `SELECT c.title AS course, x.path, x.quote, x.body, x.created_at, x.answer, x.closed_at` + fromComments + ` WHERE x.author_id = ? ORDER BY x.id`},
		{&c.Answers, `SELECT c.title AS course, x.path, x.answer, x.closed_at` + fromComments + ` WHERE x.closed_by = ? ORDER BY x.id`},
	} {
		if err := s.DB.Read(ctx).Raw(read.query, personID).Scan(read.into).Error; err != nil {
			return Copy{}, err
		}
	}
	return c, nil
}
