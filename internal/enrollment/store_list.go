package enrollment

import (
	"context"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// Filter narrows the list of an administrator; zero fields do not. Uncertified
// keeps what is completed and has no certificate. Query finds in names, mail
// addresses and licenses, without case and accents, and in the course's address.
// Sort is one of Sorts, of an uncertified list one of UncertifiedSorts. After and
// Before are the ID of the neighboring row. Limit defaults to 50 and is at most 500.
type Filter struct {
	State         State
	Uncertified   bool
	PersonID      string
	Slug, Query   string
	Sort          string
	After, Before string
	Limit         int
}

// Sorts are the values of Filter.Sort: by name or by the day of enrollment, up
// or down. Empty is the newest first.
var Sorts = []string{"", "person", "-person", "enrolled", "-enrolled"}

// UncertifiedSorts are those of the list that waits for certificates: by name or
// by the completion. Empty is who has waited longest first.
var UncertifiedSorts = []string{"", "person", "-person", "completed", "-completed"}

// order is the column before the ID that a list is sorted by, "" for none, and
// whether it runs downward.
func (f Filter) order() (column string, down bool) {
	switch f.Sort {
	case "person", "-person":
		return "p.name", f.Sort == "-person"
	case "enrolled", "-enrolled":
		return "e.enrolled_at", f.Sort == "-enrolled"
	}
	if f.Uncertified {
		return "e.completed_at", f.Sort == "-completed"
	}
	return "", true
}

// page adds the place in the list and the order. Going back the rows come in
// reverse.
func (f Filter) page(where string, args []any) (string, []any) {
	column, down := f.order()
	key, neighbor := "e.id", "SELECT e.id"
	if column != "" {
		key, neighbor = column+", e.id", "SELECT "+column+", e.id"
	}
	id := f.After
	if f.Before != "" {
		id, down = f.Before, !down
	}
	compare, direction := ">", ""
	if down {
		compare, direction = "<", " DESC"
	}
	if id != "" {
		where += " AND (" + key + ") " + compare + " (" + neighbor + " FROM enrollments e JOIN people p ON p.id = e.person_id WHERE e.id = ?)"
		args = append(args, id)
	}
	return where + " ORDER BY " + strings.ReplaceAll(key, ",", direction+",") + direction + " LIMIT ?", append(args, f.Limit+1)
}

// Entry is a row of the list.
type Entry struct {
	Enrollment
	PersonName, PersonEmail string
}

// Page is a part of the list. Total counts what matches; Over says that there is
// more than that. More and Earlier say whether rows lie behind its last and
// before its first.
type Page struct {
	Entries       []Entry
	Total         int64
	Over          bool
	More, Earlier bool
}

// List returns a page for administrators.
func (s *Service) List(ctx context.Context, f Filter) (Page, error) {
	p, err := s.page(ctx, f)
	if err != nil {
		return Page{}, err
	}
	where, args := f.where()
	p.Total, p.Over, err = db.CountUpTo(s.DB.Read(ctx), " FROM enrollments e JOIN people p ON p.id = e.person_id"+where, args...)
	return p, err
}

// page is List without the total.
func (s *Service) page(ctx context.Context, f Filter) (p Page, err error) {
	f.Limit = db.PageLimit(f.Limit)
	where, args := f.where()
	where, args = f.page(where, args)
	var rows []struct {
		Row                     row `gorm:"embedded"`
		PersonName, PersonEmail string
	}
	err = s.DB.Read(ctx).Raw("SELECT "+columns+", p.name AS person_name, p.email AS person_email"+from+
		"JOIN people p ON p.id = e.person_id"+where, args...).Scan(&rows).Error
	if err != nil {
		return Page{}, err
	}
	rows, p.Earlier, p.More = db.Cut(rows, f.Limit, f.After != "", f.Before != "")
	for _, r := range rows {
		e, err := r.Row.enrollment()
		if err != nil {
			return Page{}, err
		}
		p.Entries = append(p.Entries, Entry{Enrollment: e, PersonName: r.PersonName, PersonEmail: r.PersonEmail})
	}
	return p, nil
}

// uncertified is true of what is completed and has no certificate, not even one
// that was revoked.
const uncertified = `e.state = 'completed' AND NOT EXISTS (SELECT 1 FROM certificates c WHERE c.enrollment_id = e.id)`

func (f Filter) where() (string, []any) {
	where, args := " WHERE 1 = 1", []any{}
	if f.Uncertified {
		where += " AND " + uncertified
	}
	if f.PersonID != "" {
		where, args = where+" AND e.person_id = ?", append(args, f.PersonID)
	}
	if f.State != "" {
		where, args = where+" AND e.state = ?", append(args, f.State)
	}
	if f.Slug != "" {
		where, args = where+" AND e.slug = ?", append(args, f.Slug)
	}
	if f.Query != "" {
		like := db.Contains(f.Query)
		where += ` AND (p.search LIKE ? ESCAPE '\' OR e.slug LIKE ? ESCAPE '\')`
		args = append(args, like, like)
	}
	return where, args
}

// Each calls fn with every entry of the filtered list, in its order, without
// loading it whole: for CSV.
func (s *Service) Each(ctx context.Context, f Filter, fn func(Entry) error) error {
	f.After, f.Before, f.Limit = "", "", db.MaxPage
	return db.Walk(func(last *Entry) ([]Entry, bool, error) {
		if last != nil {
			f.After = last.ID
		}
		p, err := s.page(ctx, f)
		return p.Entries, p.More, err
	}, fn)
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
	return enrollments(rows, err)
}

// forgetReminders makes every reminder due again, for another end of access.
func (s *Service) forgetReminders(ctx context.Context, enrollmentID string) error {
	return s.DB.Conn(ctx).Exec("DELETE FROM enrollment_reminders WHERE enrollment_id = ?", enrollmentID).Error
}

// remind notes that a reminder is sent; false if it was before.
func (s *Service) remind(ctx context.Context, enrollmentID string, days int, at time.Time) (bool, error) {
	q := s.DB.Conn(ctx).Exec("INSERT INTO enrollment_reminders (enrollment_id, days, sent_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", enrollmentID, days, at)
	return q.RowsAffected > 0, q.Error
}
