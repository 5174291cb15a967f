package team_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/once"
	"github.com/atmacena/cocare/internal/team"
)

// TestWhoCouldReadTheKeys stays on record: members, those who were, and who opened a
// course that named nobody.
func TestWhoCouldReadTheKeys(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	tom, root := team.Viewer{PersonID: "tom"}, team.Viewer{PersonID: "ben", Administrator: true}
	check := func(when string, want map[*team.Viewer]team.Tie) {
		t.Helper()
		for v, tie := range want {
			got, err := w.Tie(ctx, "c-one", *v)
			if err != nil || got != tie {
				t.Errorf("%s: %s has %v, %v", when, v.PersonID, got, err)
			}
		}
	}
	check("nobody is named", map[*team.Viewer]team.Tie{&ann: team.Works, &ben: team.Works, &gus: team.NoTie, &tom: team.NoTie, &root: team.Oversees})
	w.must(w.Opened(ctx, "one", "ben"))
	w.must(w.Opened(ctx, "one", "ben"))
	w.must(w.add("ann@example.org", team.Author, ""))
	check("ann is the author", map[*team.Viewer]team.Tie{&ann: team.Works, &ben: team.Works, {PersonID: "gus", Instructor: true}: team.NoTie, &root: team.Oversees})
	benLearns := team.Viewer{PersonID: "ben"}
	check("ben only learns", map[*team.Viewer]team.Tie{&benLearns: team.Works})
	w.must(w.add("gus@example.org", team.Accreditor, "2026-12-03"))
	w.at = w.at.AddDate(0, 0, 7)
	check("the guest's access is over", map[*team.Viewer]team.Tie{&gus: team.Works})
	w.must(w.Remove(ctx, "one", "gus"))
	check("the guest is taken off", map[*team.Viewer]team.Tie{&gus: team.Works, {PersonID: "gus", Administrator: true}: team.Works})
	if got := w.may(gus); got != "nothing" {
		t.Errorf("who is taken off may %s", got)
	}
	if err := w.Remove(ctx, "one", "gus"); !errors.Is(err, team.ErrNoMember) {
		t.Errorf("twice: %v", err)
	}
	if got, err := w.Tie(ctx, "c-two", gus); err != nil || got != team.NoTie {
		t.Errorf("with another course: %v, %v", got, err)
	}
	list, err := w.Members(ctx, "one")
	if w.must(err); len(list) != 1 || list[0].PersonID != "ann" {
		t.Errorf("%+v", list)
	}

	// Whoever comes back works on it as before.
	w.must(w.add("gus@example.org", team.Editor, ""))
	if got := w.may(gus); got != "comment" {
		t.Errorf("who is named again may %s", got)
	}
}

// TestAReaderOfACourseOfTheSameName: a course that was discarded and begun anew is
// another one, whose readers are on record too.
func TestAReaderOfACourseOfTheSameName(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.must(w.Opened(ctx, "one", "ben"))
	if err := w.Opened(ctx, "later", "ben"); !errors.Is(err, team.ErrNoCourse) {
		t.Errorf("of no course: %v", err)
	}
	w.must(w.db.Conn(ctx).Exec("DELETE FROM courses WHERE id = 'c-one'").Error)
	for id, slug := range map[string]string{"c-new": "one", "c-later": "later"} {
		w.must(w.db.Conn(ctx).Exec("INSERT INTO courses (id, slug, title, draft_hash, imported_at, imported_by, created_at) VALUES (?, ?, 'New', '', ?, '', ?)", id, slug, w.at, w.at).Error)
		w.must(w.Opened(ctx, slug, "ben"))
		if tie, err := w.Tie(ctx, id, team.Viewer{PersonID: "ben"}); err != nil || tie != team.Works {
			t.Errorf("%s: %v, %v", slug, tie, err)
		}
	}
}

// TestAFormSentTwiceActsOnce: the second click is told what the first one did.
func TestAFormSentTwiceActsOnce(t *testing.T) {
	w := newWorld(t)
	w.must(w.add("ann@example.org", team.Author, ""))
	w.must(w.Say(t.Context(), "one", "course.yaml", "", "Clearer?", "ann"))
	id := w.comments(team.CommentFilter{}).Rows[0].ID
	for name, act := range map[string]func(ctx context.Context) error{
		"close": func(ctx context.Context) error { return w.Close(ctx, "one", id, "Yes.", "ann") },
		"add": func(ctx context.Context) error {
			return w.Add(ctx, team.Adding{Slug: "one", Email: "gus@example.org", Role: team.Editor}, "ann")
		},
		"change": func(ctx context.Context) error {
			return w.Add(ctx, team.Adding{Slug: "one", Email: "ben@example.org", Role: team.Editor}, "ann")
		},
	} {
		twice(t, name, act)
	}
	twice(t, "remove", func(ctx context.Context) error { return w.Remove(ctx, "one", "gus") })
	list, err := w.Audit.List(t.Context(), audit.Filter{ObjectKind: "course", ObjectID: "c-one", Limit: 20})
	w.must(err)
	if len(list) != 4 { // ann, gus, ben, and gus taken off
		t.Errorf("%d events: %+v", len(list), list)
	}
}

func twice(t *testing.T, form string, act func(ctx context.Context) error) {
	t.Helper()
	ctx := once.With(t.Context(), form)
	var clicks sync.WaitGroup
	for range 2 {
		clicks.Go(func() {
			if err := act(ctx); err != nil {
				t.Errorf("%s: %v", form, err)
			}
		})
	}
	clicks.Wait()
}

// TestTheLastDayEndsInTheZoneOfTheProvider, and is told by it.
func TestTheLastDayEndsInTheZoneOfTheProvider(t *testing.T) {
	w := newWorld(t)
	zone, err := time.LoadLocation("America/Los_Angeles")
	w.must(err)
	deps := w.Deps
	deps.Zone = zone
	w.Service = team.New(deps)
	w.must(w.add("ann@example.org", team.Author, ""))
	w.at = time.Date(2026, 12, 4, 7, 0, 0, 0, time.UTC) // the 3rd, an hour before midnight there
	w.must(w.add("gus@example.org", team.Accreditor, "2026-12-03"))
	if got := w.may(gus); got != "read" {
		t.Errorf("on the last day: %s", got)
	}
	list, err := w.Members(t.Context(), "one")
	w.must(err)
	if got := team.LastDay(*list[1].UntilAt, zone).Format(time.DateOnly); got != "2026-12-03" {
		t.Errorf("the last day is %s", got)
	}
	w.at = w.at.Add(time.Hour)
	if got := w.may(gus); got != "nothing" {
		t.Errorf("after it: %s", got)
	}
}

// TestNamingIsCounted, before anything is told of an account.
func TestNamingIsCounted(t *testing.T) {
	w := newWorld(t)
	w.must(w.add("ann@example.org", team.Author, ""))
	deps, asked := w.Deps, []string{}
	deps.Tried = func(_ context.Context, by string) error {
		if asked = append(asked, by); len(asked) > 1 {
			return apperr.New(apperr.Limited, "Too many.")
		}
		return nil
	}
	w.Service = team.New(deps)
	if err := w.add("nobody@example.org", team.Editor, ""); !errors.Is(err, team.ErrNoFit) {
		t.Error(err)
	}
	if err := w.add("gus@example.org", team.Editor, ""); !apperr.Is(err, apperr.Limited) || len(asked) != 2 || asked[0] != "admin" {
		t.Errorf("%v, %q", err, asked)
	}
}

// TestWhatIsAuditedOfNaming says who had which part before.
func TestWhatIsAuditedOfNaming(t *testing.T) {
	w := newWorld(t)
	w.must(w.add("ann@example.org", team.Author, ""))
	w.must(w.add("ben@example.org", team.Editor, ""))
	w.must(w.change("ben@example.org", team.Clinician, "", team.Editor))
	list, err := w.Audit.List(t.Context(), audit.Filter{ObjectKind: "course", ObjectID: "c-one", Limit: 10})
	w.must(err)
	if len(list) != 3 || list[0].Details["was"] != "editor" || list[0].Details["role"] != "clinician" {
		t.Errorf("%+v", list)
	}
}

// TestTheEarlierEndHolds: a guest's account ends whatever part they have.
func TestTheEarlierEndHolds(t *testing.T) {
	w := newWorld(t)
	w.must(w.add("ann@example.org", team.Author, ""))
	w.must(w.add("gus@example.org", team.Accreditor, "2027-06-30"))
	gusIs := func(role string, ends *time.Time) {
		w.must(w.DB.Conn(t.Context()).Exec("INSERT INTO person_roles (person_id, role, granted_at, ends_at) VALUES (?, ?, ?, ?)", "gus", role, w.at, ends).Error)
	}
	end := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	gusIs("guest", &end)
	member := func() team.Member {
		list, err := w.Members(t.Context(), "one")
		w.must(err)
		return list[1]
	}
	m := member()
	if !m.ByAccount() || m.EndsAt() == nil || !m.EndsAt().Equal(end) || !m.Ended(end) || m.Ended(end.Add(-time.Second)) {
		t.Errorf("%+v", m)
	}
	gusIs("instructor", nil) // needs no guest's role
	if m := member(); m.ByAccount() || !m.EndsAt().Equal(time.Date(2027, 7, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("as an instructor %+v", m)
	}
}

// TestWhoIsNamedIsTold, once for each part that they get.
func TestWhoIsNamedIsTold(t *testing.T) {
	w := newWorld(t)
	var told []string
	deps := w.Deps
	deps.Named = func(_ context.Context, slug string, m team.Member) error {
		told = append(told, slug+" "+m.PersonID+" "+string(m.Role))
		return nil
	}
	w.Service = team.New(deps)
	w.must(w.add("ann@example.org", team.Author, ""))
	w.must(w.add("gus@example.org", team.Accreditor, "2027-06-30"))
	w.must(w.add("gus@example.org", team.Accreditor, "2027-07-30")) // another day is no other part
	w.must(w.change("gus@example.org", team.Editor, "", team.Accreditor))
	if want := []string{"one ann author", "one gus accreditor", "one gus editor"}; !slices.Equal(told, want) {
		t.Errorf("%q", told)
	}
}
