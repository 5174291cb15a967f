package team_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/team"
)

type world struct {
	*team.Service
	t  *testing.T
	db *db.DB
	at time.Time
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// newWorld has the courses one and two; ann and ben teach, gus is a guest, tom only
// learns.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), at: time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)}
	now := func() time.Time { return w.at }
	accounts := map[string]team.Account{"ann@example.org": {"ann", true, false}, "ben@example.org": {"ben", true, false}, "gus@example.org": {"gus", false, true}, "tom@example.org": {"tom", false, false}}
	for _, a := range accounts {
		area.AddPerson(t, w.db, a.PersonID, a.PersonID, w.at)
	}
	for _, slug := range []string{"one", "two"} {
		w.must(w.db.Conn(t.Context()).Exec("INSERT INTO courses (id, slug, title, draft_hash, imported_at, imported_by, created_at) VALUES (?, ?, ?, '', ?, '', ?)", "c-"+slug, slug, slug, w.at, w.at).Error)
	}
	w.Service = team.New(team.Deps{DB: w.db, Now: now, Audit: audit.New(w.db, now), FindAccount: func(_ context.Context, email string) (team.Account, error) {
		if a, ok := accounts[email]; ok {
			return a, nil
		}
		return team.Account{}, apperr.New(apperr.NotFound, "Nobody.")
	}})
	return w
}

func (w *world) add(email string, role team.Role, until string) error {
	return w.Add(w.t.Context(), team.Adding{Slug: "one", Email: email, Role: role, Until: until}, "admin")
}

// change gives somebody another part, who has one.
func (w *world) change(email string, role team.Role, until string, from team.Role) error {
	return w.Add(w.t.Context(), team.Adding{Slug: "one", Email: email, Role: role, Until: until, From: from}, "admin")
}

var (
	ann   = team.Viewer{PersonID: "ann", Instructor: true}
	ben   = team.Viewer{PersonID: "ben", Instructor: true}
	gus   = team.Viewer{PersonID: "gus", Guest: true}
	admin = team.Viewer{PersonID: "admin", Administrator: true}
)

func (w *world) may(v team.Viewer) string {
	w.t.Helper()
	r, err := w.Rights(w.t.Context(), "one", v)
	closed, unread := w.Unwritable(w.t.Context(), v)
	if w.must(unread); slices.Contains(closed, "one") == r.Write {
		w.t.Errorf("%s may write: %v, closed: %v", v.PersonID, r.Write, closed)
	}
	if errors.Is(err, team.ErrNoCourse) {
		return "nothing"
	}
	w.must(err)
	seen, err := w.Visible(w.t.Context(), v)
	w.must(err)
	if !seen("one") {
		w.t.Errorf("%s may read what the list hides", v.PersonID)
	}
	switch {
	case r.Write:
		return "write"
	case r.Sign:
		return "sign"
	case r.Comment:
		return "comment"
	}
	return "read"
}

// TestWhoMayDoWhat with a course, as its members change.
func TestWhoMayDoWhat(t *testing.T) {
	w := newWorld(t)
	check := func(when string, want map[*team.Viewer]string) {
		t.Helper()
		for v, may := range want {
			if got := w.may(*v); got != may {
				t.Errorf("%s: %s may %s, want %s", when, v.PersonID, got, may)
			}
		}
	}
	check("nobody is named", map[*team.Viewer]string{&ann: "write", &ben: "write", &gus: "nothing", &admin: "write"})
	w.must(w.add("ann@example.org", team.Author, ""))
	check("ann is the author", map[*team.Viewer]string{&ann: "write", &ben: "nothing", &gus: "nothing", &admin: "write"})
	w.must(w.add("ben@example.org", team.Clinician, ""))
	w.must(w.add("gus@example.org", team.Accreditor, "2026-12-03"))
	check("three work on it", map[*team.Viewer]string{&ann: "write", &ben: "sign", &gus: "read"})
	if err := w.add("ben@example.org", team.Editor, ""); !apperr.Is(err, apperr.Conflict) {
		t.Errorf("another part, unconfirmed: %v", err)
	}
	check("ben's part is not confirmed", map[*team.Viewer]string{&ben: "sign"})
	w.must(w.change("ben@example.org", team.Editor, "", team.Clinician))
	check("ben edits", map[*team.Viewer]string{&ben: "comment"})
	w.at = time.Date(2026, 12, 3, 23, 59, 0, 0, time.UTC)
	check("on the last day", map[*team.Viewer]string{&gus: "read"})
	w.at = time.Date(2026, 12, 4, 0, 0, 0, 0, time.UTC)
	check("after the last day", map[*team.Viewer]string{&gus: "nothing", &ben: "comment"})
	noLonger := team.Viewer{PersonID: "ann", Guest: true}
	check("ann's account lost its role", map[*team.Viewer]string{&noLonger: "comment"})

	if _, err := w.Rights(t.Context(), "none", admin); !errors.Is(err, team.ErrNoCourse) {
		t.Errorf("a course that is not there: %v", err)
	}
	seen, err := w.Visible(t.Context(), ben)
	w.must(err)
	if !seen("two") || seen("none") {
		t.Error("ben sees the course that names nobody, and no other")
	}
}

func TestACourseKeepsAnAuthor(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	if err := w.add("ben@example.org", team.Editor, ""); !errors.Is(err, team.ErrAuthorFirst) {
		t.Errorf("a reviewer before an author: %v", err)
	}
	if err := w.add("ann@example.org", team.Author, "2026-12-31"); !errors.Is(err, team.ErrAuthorStays) {
		t.Errorf("a first author with a last day: %v", err)
	}
	w.must(w.add("ann@example.org", team.Author, ""))
	for name, err := range map[string]error{
		"removed": w.Remove(ctx, "one", "ann"), "made a reviewer": w.change("ann@example.org", team.Editor, "", team.Author), "given an end": w.add("ann@example.org", team.Author, "2026-12-31"),
	} {
		if !errors.Is(err, team.ErrLastAuthor) {
			t.Errorf("the last author is %s: %v", name, err)
		}
	}
	w.must(w.add("ben@example.org", team.Author, ""))
	w.must(w.Remove(ctx, "one", "ann"))
	if err := w.Remove(ctx, "one", "ann"); !errors.Is(err, team.ErrNoMember) {
		t.Errorf("twice: %v", err)
	}
	list, err := w.Members(ctx, "one")
	w.must(err)
	if len(list) != 1 || list[0].PersonID != "ben" || list[0].Role != team.Author {
		t.Errorf("%+v", list)
	}
}

// TestTwoAuthorsWhoRemoveOneAnother: one of them stays.
func TestTwoAuthorsWhoRemoveOneAnother(t *testing.T) {
	w := newWorld(t)
	w.must(w.add("ann@example.org", team.Author, ""))
	w.must(w.add("ben@example.org", team.Author, ""))
	var both sync.WaitGroup
	errs := make([]error, 2)
	for i, id := range []string{"ann", "ben"} {
		both.Go(func() { errs[i] = w.Remove(t.Context(), "one", id) })
	}
	both.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("%v", errs)
	}
}

func TestWhoCanBeNamed(t *testing.T) {
	w := newWorld(t)
	w.must(w.add("ann@example.org", team.Author, ""))
	for _, tt := range []struct {
		email string
		role  team.Role
		until string
		want  error
		field string
	}{
		{"nobody@example.org", team.Author, "", team.ErrNoFit, "email"},
		{"gus@example.org", team.Author, "", team.ErrNoFit, "email"},
		{"tom@example.org", team.Editor, "", team.ErrNoFit, "email"},
		{"", team.Editor, "", nil, "email"},
		{"gus@example.org", "owner", "", nil, "role"},
		{"gus@example.org", team.Accreditor, "", nil, "until"},
		{"gus@example.org", team.Accreditor, "2026-11-30", nil, "until"},
		{"gus@example.org", team.Accreditor, "soon", nil, "until"},
		{"gus@example.org", team.Accreditor, "2046-12-01", nil, "until"},
	} {
		err := w.add(tt.email, tt.role, tt.until)
		fields := apperr.FieldsOf(err)
		if tt.want != nil && !errors.Is(err, tt.want) || len(fields) != 1 || fields[0].Name != tt.field {
			t.Errorf("%s as %s until %q: %v, %v", tt.email, tt.role, tt.until, err, fields)
		}
	}
	if err := w.Add(t.Context(), team.Adding{Slug: "none", Email: "ann@example.org", Role: team.Author}, "admin"); !errors.Is(err, team.ErrNoCourse) {
		t.Errorf("for no course: %v", err)
	}
}

// What somebody may do with each course agrees with what they may do with one.
func TestRightsByCourseAreThoseOfEach(t *testing.T) {
	w := newWorld(t)
	w.must(w.add("ann@example.org", team.Author, ""))
	w.must(w.add("gus@example.org", team.Clinician, ""))
	for _, v := range []team.Viewer{ann, ben, {PersonID: "gus", Guest: true}, {PersonID: "tom"}, {PersonID: "root", Administrator: true}} {
		all, err := w.RightsByCourse(t.Context(), v)
		w.must(err)
		for _, slug := range []string{"one", "two"} {
			one, err := w.Rights(t.Context(), slug, v)
			if err != nil && !errors.Is(err, team.ErrNoCourse) {
				t.Fatal(err)
			}
			if got, there := all["c-"+slug]; got != one || there != (err == nil) {
				t.Errorf("%s in %s: %+v, want %+v, %v", v.PersonID, slug, got, one, err)
			}
		}
	}
}
