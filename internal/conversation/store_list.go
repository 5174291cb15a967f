package conversation

import (
	"context"
	"strings"

	"github.com/atmacena/cocare/internal/db"
)

// Place is where in a list a page lies: After and Before are the ID of the
// neighboring row. Limit defaults to 50 and is at most 500.
type Place struct {
	After, Before string
	Limit         int
}

// Filter narrows the list of those who teach; zero fields do not, but for Reach: it
// is what they see at all. Hidden lists what is hidden, and that alone.
type Filter struct {
	Reach    Reach
	CourseID string
	Kind     Kind
	State    State
	Hidden   bool
	Place
}

// Page is a part of the list. Total counts what matches; Over says that there is
// more than that. More and Earlier say whether rows lie behind its last and before
// its first.
type Page struct {
	Rows          []Placed
	Total         int64
	Over          bool
	More, Earlier bool
}

// List lists threads for those who teach, what waits for them first, then the newest
// first, and counts all that match. What was withdrawn is not in it.
func (s *Service) List(ctx context.Context, f Filter) (p Page, err error) {
	rows, earlier, more, err := s.page(ctx, f)
	if err != nil {
		return Page{}, err
	}
	if p.Rows, err = s.placeAll(ctx, rows); err != nil {
		return Page{}, err
	}
	p.Earlier, p.More = earlier, more
	where, args := f.where()
	p.Total, p.Over, err = db.CountUpTo(s.d.DB.Read(ctx), " FROM conversation_threads WHERE "+where, args...)
	return p, err
}

// Each calls fn with every thread of the filtered list, in its order, without
// loading it whole: for CSV.
func (s *Service) Each(ctx context.Context, f Filter, fn func(Placed) error) error {
	f.Place = Place{Limit: db.MaxPage}
	return db.Walk(func(last *Thread) ([]Thread, bool, error) {
		if last != nil {
			f.After = last.ID
		}
		rows, _, more, err := s.page(ctx, f)
		return rows, more, err
	}, func(t Thread) error {
		p, err := s.place(ctx, t)
		if err != nil {
			return err
		}
		return fn(p)
	})
}

func (f Filter) where() (string, []any) {
	reach, args := f.Reach.where()
	where := []string{"state <> 'withdrawn'", "hidden_at IS NULL", reach}
	if f.Hidden {
		where[1] = "hidden_at IS NOT NULL"
	}
	add := func(cond string, arg any) { where, args = append(where, cond), append(args, arg) }
	if f.CourseID != "" {
		add("course_id = ?", f.CourseID)
	}
	if f.Kind != "" {
		add("kind = ?", f.Kind)
	}
	if f.State != "" {
		add("state = ?", f.State)
	}
	return strings.Join(where, " AND "), args
}

func (s *Service) page(ctx context.Context, f Filter) (rows []Thread, earlier, more bool, err error) {
	where, args := f.where()
	err = s.cut(ctx, &rows, "SELECT "+threadColumns+" FROM conversation_threads", where, args, "waiting, id", &f.Place)
	rows, earlier, more = db.Cut(rows, f.Limit, f.After != "", f.Before != "")
	return rows, earlier, more, err
}

// cut reads a page of a list that runs down by a key of one table, and one row more,
// to see whether there is one. Going back the rows come in reverse. It settles the
// place's limit.
func (s *Service) cut(ctx context.Context, rows any, query, where string, args []any, key string, at *Place) error {
	at.Limit = db.PageLimit(at.Limit)
	id, compare, direction := at.After, "<", " DESC"
	if at.Before != "" {
		id, compare, direction = at.Before, ">", ""
	}
	if id != "" {
		_, table, _ := strings.Cut(query, " FROM ")
		where += " AND (" + key + ") " + compare + " (SELECT " + key + " FROM " + table + " WHERE id = ?)"
		args = append(args, id)
	}
	order := strings.ReplaceAll(key, ",", direction+",") + direction
	return s.d.DB.Read(ctx).Raw(query+" WHERE "+where+" ORDER BY "+order+" LIMIT ?", append(args, at.Limit+1)...).Scan(rows).Error
}

// shown are the threads of a lesson that others may read, but for those of a
// person.
func (s *Service) shown(ctx context.Context, courseID, lessonID, but string, at Place) (rows []Thread, earlier, more bool, err error) {
	err = s.cut(ctx, &rows, "SELECT "+threadColumns+" FROM conversation_threads", "course_id = ? AND lesson_id = ? AND shown_at IS NOT NULL AND hidden_at IS NULL AND person_id <> ?",
		[]any{courseID, lessonID, but}, "id", &at)
	rows, earlier, more = db.Cut(rows, at.Limit, at.After != "", at.Before != "")
	return rows, earlier, more, err
}

// ofPerson are a person's threads, newest first; in one lesson if it is named, and
// at most limit if there is one.
func (s *Service) ofPerson(ctx context.Context, personID, courseID, lessonID string, limit int) (rows []Thread, err error) {
	query, args := "SELECT "+threadColumns+" FROM conversation_threads WHERE person_id = ?", []any{personID}
	if courseID != "" {
		query, args = query+" AND course_id = ? AND lesson_id = ?", append(args, courseID, lessonID)
	}
	query += " ORDER BY id DESC"
	if limit > 0 {
		query, args = query+" LIMIT ?", append(args, limit)
	}
	err = s.d.DB.Read(ctx).Raw(query, args...).Scan(&rows).Error
	return rows, err
}
