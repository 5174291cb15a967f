package enrollment

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Filter narrows the list of an administrator; zero fields do not. Query finds
// in names and mail addresses. After and Before are the ID of the neighboring
// row. Limit defaults to 50 and is at most 500.
type Filter struct {
	State         State
	Slug, Query   string
	After, Before string
	Limit         int
}

// Entry is a row of the list.
type Entry struct {
	Enrollment
	PersonName, PersonEmail string
}

// Page is a part of the list, newest first. More and Earlier say whether rows
// lie behind its last and before its first.
type Page struct {
	Entries       []Entry
	Total         int
	More, Earlier bool
}

// List returns a page for administrators.
func (s *Service) List(ctx context.Context, f Filter) (Page, error) {
	if f.Limit <= 0 {
		f.Limit = 50
	}
	f.Limit = min(f.Limit, 500)
	where, args := f.where()
	var p Page
	if err := s.DB.Read(ctx).Raw("SELECT COUNT(*) FROM enrollments e JOIN people p ON p.id = e.person_id"+where, args...).Scan(&p.Total).Error; err != nil {
		return Page{}, err
	}
	order := " ORDER BY e.id DESC LIMIT ?"
	switch {
	case f.Before != "":
		where, args, order = where+" AND e.id > ?", append(args, f.Before), " ORDER BY e.id LIMIT ?"
	case f.After != "":
		where, args = where+" AND e.id < ?", append(args, f.After)
	}
	var rows []struct {
		Row                     row `gorm:"embedded"`
		PersonName, PersonEmail string
	}
	err := s.DB.Read(ctx).Raw("SELECT "+columns+", p.name AS person_name, p.email AS person_email"+from+
		"JOIN people p ON p.id = e.person_id"+where+order, append(args, f.Limit+1)...).Scan(&rows).Error
	if err != nil {
		return Page{}, err
	}
	rest := len(rows) > f.Limit
	rows = rows[:min(len(rows), f.Limit)]
	if f.Before != "" {
		slices.Reverse(rows)
		p.Earlier, p.More = rest, true
	} else {
		p.Earlier, p.More = f.After != "", rest
	}
	for _, r := range rows {
		p.Entries = append(p.Entries, Entry{Enrollment: r.Row.enrollment(), PersonName: r.PersonName, PersonEmail: r.PersonEmail})
	}
	return p, nil
}

func (f Filter) where() (string, []any) {
	where, args := " WHERE 1 = 1", []any{}
	if f.State != "" {
		where, args = where+" AND e.state = ?", append(args, f.State)
	}
	if f.Slug != "" {
		where, args = where+" AND e.slug = ?", append(args, f.Slug)
	}
	if f.Query != "" {
		like := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(f.Query)) + "%"
		where += ` AND (lower(p.name) LIKE ? ESCAPE '\' OR lower(p.email) LIKE ? ESCAPE '\')`
		args = append(args, like, like)
	}
	return where, args
}

// Each calls fn with every entry of the filtered list, newest first, without
// loading it whole: for CSV.
func (s *Service) Each(ctx context.Context, f Filter, fn func(Entry) error) error {
	f.After, f.Before, f.Limit = "", "", 500
	for {
		p, err := s.List(ctx, f)
		if err != nil {
			return err
		}
		for _, e := range p.Entries {
			if err := fn(e); err != nil {
				return err
			}
		}
		if !p.More {
			return nil
		}
		f.After = p.Entries[len(p.Entries)-1].ID
	}
}

// activeEditions lists the editions that somebody is learning in.
func (s *Service) activeEditions(ctx context.Context) (ids []string, err error) {
	err = s.DB.Read(ctx).Raw("SELECT DISTINCT edition_id FROM enrollments WHERE state = 'active'").Scan(&ids).Error
	return ids, err
}

// due lists up to limit active enrollments of an edition that end by an
// instant, behind the key of the last one.
func (s *Service) due(ctx context.Context, editionID string, until, afterEnd time.Time, afterID string, limit int) ([]Enrollment, error) {
	var rows []row
	err := s.DB.Read(ctx).Raw("SELECT "+columns+from+`WHERE e.edition_id = ? AND e.state = 'active' AND e.expires_at <= ?
		AND (e.expires_at > ? OR (e.expires_at = ? AND e.id > ?)) ORDER BY e.expires_at, e.id LIMIT ?`,
		editionID, until, afterEnd, afterEnd, afterID, limit).Scan(&rows).Error
	list := make([]Enrollment, len(rows))
	for i, r := range rows {
		list[i] = r.enrollment()
	}
	return list, err
}

// remind notes that a reminder is sent; false if it was before.
func (s *Service) remind(ctx context.Context, enrollmentID string, days int, at time.Time) (bool, error) {
	q := s.DB.Conn(ctx).Exec("INSERT INTO enrollment_reminders (enrollment_id, days, sent_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", enrollmentID, days, at)
	return q.RowsAffected > 0, q.Error
}
