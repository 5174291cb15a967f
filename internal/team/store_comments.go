package team

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// where narrows to the comments of a course; c is it, x the comment.
func (f CommentFilter) where(slug string) (string, []any) {
	where, args := " WHERE c.slug = ? AND x.closed_at IS NULL AND "+noAnswer, []any{slug}
	if f.Closed {
		where = " WHERE c.slug = ? AND x.closed_at IS NOT NULL AND " + noAnswer
	}
	if f.Path != "" {
		where, args = where+" AND x.path = ?", append(args, f.Path)
	}
	return where, args
}

// answersTo is the path of the answers to a comment. No file has it: theirs begin with
// no slash.
func answersTo(id string) string { return "/comments/" + id }

const (
	noAnswer       = "x.path NOT LIKE '/%'"
	fromComments   = " FROM course_comments x JOIN courses c ON c.id = x.course_id"
	commentColumns = `SELECT x.id, x.course_id, x.path, x.quote, x.body, x.author_id, p.name AS author, x.created_at, x.answer,
		COALESCE(x.closed_by, '') AS closer_id, COALESCE(q.name, '') AS closer, x.closed_at` +
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
	if err != nil {
		return p, err
	}
	return p, s.withAnswers(ctx, p.Rows)
}

func (s *Service) insertComment(ctx context.Context, c Comment) error {
	return s.DB.Conn(ctx).Exec("INSERT INTO course_comments (id, course_id, path, quote, body, author_id, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
		c.ID, c.CourseID, c.Path, c.Quote, c.Body, c.AuthorID, c.CreatedAt).Error
}

// insertAnswer adds an answer to an open comment; it reports whether there is one.
func (s *Service) insertAnswer(ctx context.Context, slug, id, text, by string, at time.Time) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec(`INSERT INTO course_comments (id, course_id, path, quote, body, author_id, created_at)
		SELECT ?, x.course_id, ?, '', ?, ?, ?`+fromComments+` WHERE x.id = ? AND c.slug = ? AND x.closed_at IS NULL AND `+noAnswer,
		db.NewID(), answersTo(id), text, by, at, id, slug))
}

func (s *Service) closeComment(ctx context.Context, slug, id, by string, at time.Time) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec(`UPDATE course_comments SET closed_by = ?, closed_at = ?
		WHERE id = ? AND closed_at IS NULL AND path NOT LIKE '/%' AND course_id = (SELECT id FROM courses WHERE slug = ?)`, by, at, id, slug))
}

func (s *Service) reopenComment(ctx context.Context, id string) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("UPDATE course_comments SET answer = '', closed_by = NULL, closed_at = NULL WHERE id = ? AND closed_at IS NOT NULL", id))
}

func (s *Service) comment(ctx context.Context, slug, id string) (Comment, error) {
	one := make([]Comment, 1)
	err := db.One(s.DB.Read(ctx).Raw(commentColumns+" WHERE x.id = ? AND c.slug = ? AND "+noAnswer, id, slug).Scan(&one[0]), ErrNoComment)
	if err != nil {
		return Comment{}, err
	}
	return one[0], s.withAnswers(ctx, one)
}

// withAnswers adds what was said to comments, and the answers with which they were
// closed, when that was the only way to give one.
func (s *Service) withAnswers(ctx context.Context, list []Comment) error {
	if len(list) == 0 {
		return nil
	}
	paths, at := make([]string, len(list)), make(map[string]*Comment, len(list))
	for i := range list {
		paths[i] = answersTo(list[i].ID)
		at[paths[i]] = &list[i]
	}
	var answers []Answer
	err := s.DB.Read(ctx).Raw(`SELECT x.id, x.path, x.body, x.author_id, p.name AS author, x.created_at FROM course_comments x JOIN people p ON p.id = x.author_id
		WHERE x.course_id = ? AND x.path IN ? ORDER BY x.created_at, x.id`, list[0].CourseID, paths).Scan(&answers).Error
	for _, a := range answers {
		c := at[a.Path]
		c.Answers = append(c.Answers, a)
	}
	for i := range list {
		if c := &list[i]; c.Answer != "" {
			c.Answers = append(c.Answers, Answer{Body: c.Answer, AuthorID: c.CloserID, Author: c.Closer, CreatedAt: *c.ClosedAt})
		}
	}
	return err
}

func (s *Service) copyOf(ctx context.Context, personID string) (c Copy, err error) {
	const answered = fromComments + ` JOIN course_comments y ON y.path = '/comments/' || x.id`
	var said []AnswerCopy
	var told []struct{ ID, Body string }
	for _, read := range []struct {
		into  any
		query string
	}{
		{&c.Parts, `SELECT c.title AS course, m.role, m.added_at, m.until_at, m.removed_at FROM course_members m JOIN courses c ON c.id = m.course_id
			WHERE m.person_id = ? ORDER BY m.added_at, m.course_id`},
		{&c.Opened, `SELECT c.title AS course, r.first_at FROM course_readers r JOIN courses c ON c.id = r.course_id WHERE r.person_id = ? ORDER BY r.first_at, r.course_id`},
		{&c.Comments, `SELECT x.id, c.title AS course, x.path, x.quote, x.body, x.created_at, x.answer, x.closed_at` + fromComments + ` WHERE x.author_id = ? AND ` + noAnswer + ` ORDER BY x.id`},
		{&told, `SELECT x.id, y.body` + answered + ` WHERE x.author_id = ? ORDER BY y.id`},
		{&c.Answers, `SELECT c.title AS course, x.path, x.answer, x.closed_at AS answered_at` + fromComments + ` WHERE x.closed_by = ? AND x.answer <> '' ORDER BY x.id`},
		{&said, `SELECT c.title AS course, x.path, y.body AS answer, y.created_at AS answered_at` + answered + ` WHERE y.author_id = ? ORDER BY y.id`},
	} {
		if err := s.DB.Read(ctx).Raw(read.query, personID).Scan(read.into).Error; err != nil {
			return Copy{}, err
		}
	}
	c.Answers = append(c.Answers, said...)
	for i := range c.Comments {
		one := &c.Comments[i]
		for _, a := range told {
			if a.ID == one.ID {
				one.Answers = append(one.Answers, a.Body)
			}
		}
		if one.Answer != "" {
			one.Answers = append(one.Answers, one.Answer)
		}
	}
	return c, nil
}
