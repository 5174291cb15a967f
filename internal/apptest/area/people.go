package area

import (
	"context"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/db"
)

// People stands for account.Service where pages ask who somebody is.
type People map[string]account.Person

// Get returns a person by their ID. Errors: account.ErrNotFound.
func (p People) Get(_ context.Context, id string) (account.Person, error) {
	if v, ok := p[id]; ok {
		return v, nil
	}
	return account.Person{}, account.ErrNotFound
}

// Names returns the names of those who exist.
func (p People) Names(_ context.Context, ids []string) (map[string]string, error) {
	names := map[string]string{}
	for _, id := range ids {
		if v, ok := p[id]; ok {
			names[id] = v.Name
		}
	}
	return names, nil
}

// Exec runs a statement, for rows that no service makes.
func Exec(t testing.TB, d *db.DB, sql string, args ...any) {
	t.Helper()
	if err := d.Conn(t.Context()).Exec(sql, args...).Error; err != nil {
		t.Fatal(err)
	}
}

// AddPerson stores a person whose address is id@example.org and returns them.
func AddPerson(t testing.TB, d *db.DB, id, name string, at time.Time) account.Person {
	t.Helper()
	email := id + "@example.org"
	Exec(t, d, `INSERT INTO people (id, email, email_key, name, time_zone, password_hash, created_at) VALUES (?, ?, ?, ?, 'UTC', 'x', ?)`, id, email, email, name, at)
	return account.Person{ID: id, Name: name, Email: email, EmailConfirmedAt: &at}
}

// AddCourse stores a course with one edition.
func AddCourse(t testing.TB, d *db.DB, courseID, editionID, slug string, at time.Time) {
	t.Helper()
	Exec(t, d, `INSERT INTO courses (id, slug, title, draft_hash, imported_at, imported_by, created_at) VALUES (?, ?, ?, '', ?, '', ?)`, courseID, slug, slug, at, at)
	Exec(t, d, `INSERT INTO editions (id, course_id, number, hash, note, published_at, published_by) VALUES (?, ?, 1, ?, '', ?, '')`, editionID, courseID, editionID, at)
}
