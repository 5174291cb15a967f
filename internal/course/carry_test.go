package course_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
)

// press publishes editions of the bundled course.
type press struct {
	t *testing.T
	*course.Service
	db     *db.DB
	clock  *clock
	people map[string]int
}

func newPress(t *testing.T) *press {
	p := &press{t: t, db: dbtest.New(t), clock: newClock(), people: map[string]int{}}
	p.Service = course.New(course.Deps{DB: p.db, Now: p.clock.now, Audit: audit.New(p.db, p.clock.now), Demo: true,
		People: func(context.Context, string) (map[string]int, error) { return p.people, nil }})
	return p
}

func (p *press) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// draft makes a draft with more attempts than any before, and what else changes.
func (p *press) draft(attempts int, change map[string]func(string) string) *course.Course {
	p.t.Helper()
	all := map[string]func(string) string{"course.yaml": replace("attempts: 3", fmt.Sprintf("attempts: %d", attempts))}
	maps.Copy(all, change)
	_, err := p.Import(p.t.Context(), folder(p.t, all), "test")
	p.must(err)
	_, c, _, err := p.CheckDraft(p.t.Context(), slug)
	p.must(err)
	return c
}

func (p *press) publish(made course.Decisions) (*course.Edition, error) {
	return p.PublishSeen(p.t.Context(), slug, "", "", "test", made)
}

func (p *press) published(made course.Decisions) *course.Edition {
	p.t.Helper()
	ed, err := p.publish(made)
	p.must(err)
	return ed
}

func (p *press) keys(into *course.Course) (keys []string) {
	p.t.Helper()
	list, err := p.Carries(p.t.Context(), slug, into)
	p.must(err)
	for _, c := range list {
		keys = append(keys, c.Key)
	}
	return keys
}

func (p *press) now(ed *course.Edition) *course.Edition {
	p.t.Helper()
	now, err := p.Edition(p.t.Context(), ed.ID)
	p.must(err)
	return now
}

func (p *press) audited(action string) (n int) {
	p.t.Helper()
	p.must(p.db.Conn(p.t.Context()).Raw("SELECT COUNT(*) FROM audit_events WHERE action = ?", action).Scan(&n).Error)
	return n
}

// rewritten changes the lesson m2-l1.
func rewritten(p *press, ed *course.Edition) map[string]func(string) string {
	l, _ := ed.LessonByID("m2-l1")
	return map[string]func(string) string{l.File: func(s string) string { return s + "\n\nMore of it. {.plain}\n" }}
}

// TestAWithdrawnLessonDoesNotComeBackByItself, nor does a correction go, by whatever
// way the next edition is published.
func TestAWithdrawnLessonDoesNotComeBackByItself(t *testing.T) {
	p := newPress(t)
	ctx := t.Context()
	first := published(t, p.Service)
	p.must(p.WithdrawLessons(ctx, []string{first.ID}, course.Withdrawing{LessonID: "m4-l1", Reason: "A study was retracted.", Hollows: []int{first.Number}}, "ira"))
	p.must(p.AddErratum(ctx, first.ID, course.Erratum{LessonID: "m2-l1", Text: "Read 3 for 4.", Safety: true}, "ira"))
	p.must(p.AddErratum(ctx, first.ID, course.Erratum{Text: "A name was wrong."}, "ira"))
	first = p.now(first)
	p.draft(4, nil)
	second := p.published(nil) // as the command line does
	w, gone := second.Withdrawn("m4-l1")
	if !gone || w.Reason != "A study was retracted." || w.From != 1 || !w.At.Equal(first.Overlays.Withdrawn["m4-l1"].At) {
		t.Errorf("withdrawal %+v, %v", w, gone)
	}
	if len(second.RequiredLessons()) != len(first.RequiredLessons()) || second.EstimatedHours().Centihours != first.EstimatedHours().Centihours {
		t.Error("the lesson counts again")
	}
	for i, x := range second.Overlays.Errata {
		was := first.Overlays.Errata[i]
		if x.Root() != was.ID || x.ID == was.ID || x.Text != was.Text || x.Safety != was.Safety || x.LessonID != was.LessonID || x.From != 1 || !x.At.Equal(was.At) {
			t.Errorf("%+v, was %+v", x, was)
		}
	}
	if len(second.Overlays.Errata) != 2 || p.audited("edition.withdrawal") != 2 || p.audited("edition.erratum") != 4 {
		t.Errorf("%d corrections, audited %d and %d", len(second.Overlays.Errata), p.audited("edition.withdrawal"), p.audited("edition.erratum"))
	}
	again := p.published(nil) // the same text makes no edition, and repeats nothing
	if again.ID != second.ID || p.audited("edition.erratum") != 4 {
		t.Error("repeated")
	}
	if list, err := p.Lacking(ctx, slug); err != nil || len(list) > 0 {
		t.Errorf("lacking %+v, %v", list, err)
	}
}

// TestWhoPublishesDecides of each, and what they say is on record.
func TestWhoPublishesDecides(t *testing.T) {
	p := newPress(t)
	ctx := t.Context()
	first := published(t, p.Service)
	p.must(p.WithdrawLessons(ctx, []string{first.ID}, course.Withdrawing{LessonID: "m2-l1", Reason: "It was wrong.", Hollows: []int{first.Number}}, "ira"))
	p.must(p.WithdrawLessons(ctx, []string{first.ID}, course.Withdrawing{LessonID: "m4-l1", Reason: "A study was retracted.", Hollows: []int{first.Number}}, "ira"))
	p.must(p.AddErratum(ctx, first.ID, course.Erratum{LessonID: "m2-l1", Text: "Read 3 for 4."}, "ira"))
	first = p.now(first)
	e := "e-" + first.Overlays.Errata[0].ID
	into := p.draft(4, rewritten(p, first))
	list, err := p.Carries(ctx, slug, into)
	p.must(err)
	var got []string
	for _, c := range list {
		got = append(got, fmt.Sprint(c.Key, c.Numbers, c.Title != "", c.Changed, c.Stays(), c.Clear()))
	}
	want := []string{"w-m2-l1[1] true true true true", "w-m4-l1[1] true false true true", e + "[1] true true true false"}
	if !slices.Equal(got, want) {
		t.Fatalf("%q", got)
	}
	for name, made := range map[string]course.Decisions{
		"none":        {},
		"not all":     {"w-m2-l1": {}, "w-m4-l1": {}},
		"without why": {"w-m2-l1": {Settled: true, Why: " "}, "w-m4-l1": {}, e: {Settled: true}},
	} {
		if _, err := p.publish(made); !apperr.Is(err, apperr.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if ed, _ := p.Current(ctx, slug); ed.Number != 1 {
		t.Fatal("published all the same")
	}
	second := p.published(course.Decisions{"w-m2-l1": {Settled: true, Why: " Written anew. "}, "w-m4-l1": {}, e: {Settled: true}})
	if _, gone := second.Withdrawn("m2-l1"); gone || len(second.Overlays.Withdrawn) != 1 || len(second.Overlays.Errata) > 0 {
		t.Errorf("%+v", second.Overlays)
	}
	s := second.Overlays.Settled
	if len(s) != 2 || s[0].LessonID != "m2-l1" || s[0].Why != "Written anew." || s[0].From != 1 || s[0].Title == "" || s[1].Erratum != first.Overlays.Errata[0].ID || p.audited("edition.settled") != 2 {
		t.Errorf("%+v", s)
	}
	p.people[first.ID] = 3
	if keys := p.keys(p.draft(5, rewritten(p, first))); !slices.Equal(keys, []string{"w-m4-l1"}) {
		t.Errorf("asked again: %q", keys)
	}
	if list, err := p.Lacking(ctx, slug); err != nil || len(list) > 0 {
		t.Errorf("lacking %+v, %v", list, err)
	}
	p.clock.pass(1e9)
	p.must(p.WithdrawLessons(ctx, []string{second.ID}, course.Withdrawing{LessonID: "m2-l1", Reason: "Wrong still.", Hollows: []int{second.Number}}, "ira")) // and it counts again
	if keys := p.keys(p.draft(5, nil)); !slices.Equal(keys, []string{"w-m2-l1", "w-m4-l1"}) {
		t.Errorf("%q", keys)
	}
}

// TestWhatOlderEditionsHaveIsAskedToo, as far as it may hold still.
func TestWhatOlderEditionsHaveIsAskedToo(t *testing.T) {
	p := newPress(t)
	ctx := t.Context()
	first := published(t, p.Service)
	p.draft(4, rewritten(p, first))
	second := p.published(nil)
	p.must(p.AddErratum(ctx, first.ID, course.Erratum{LessonID: "m2-l1", Text: "Read 3 for 4."}, "ira"))
	p.must(p.AddErratum(ctx, first.ID, course.Erratum{LessonID: "m4-l1", Text: "Read 5 for 6.", Safety: true}, "ira"))
	first = p.now(first)
	changed, same := "e-"+first.Overlays.Errata[0].ID, "e-"+first.Overlays.Errata[1].ID
	lacking := func() (keys []string) {
		list, err := p.Lacking(ctx, slug)
		p.must(err)
		for _, c := range list {
			keys = append(keys, fmt.Sprint(c.Key, c.Changed))
		}
		return keys
	}
	if got := lacking(); !slices.Equal(got, []string{same + "false"}) {
		t.Errorf("lacking %q", got)
	}
	p.people[first.ID] = 1
	if got := lacking(); !slices.Equal(got, []string{changed + "true", same + "false"}) {
		t.Errorf("lacking with people %q", got)
	}
	into := p.draft(5, rewritten(p, first))
	if keys := p.keys(into); !slices.Equal(keys, []string{changed, same}) {
		t.Errorf("asked %q", keys)
	}
	third := p.published(nil)
	if x := third.Overlays.Errata; len(x) != 1 || x[0].Text != "Read 5 for 6." || len(p.now(second).Overlays.Errata) > 0 {
		t.Errorf("%+v", x)
	}
	if got := lacking(); !slices.Equal(got, []string{changed + "true"}) { // open still
		t.Errorf("lacking at last %q", got)
	}
	// A lesson is found by its words; one that is not there needs nothing, and that is on record.
	l, _ := third.LessonByID("m2-l2")
	p.must(p.AddErratum(ctx, third.ID, course.Erratum{LessonID: l.ID, Text: "Read 7 for 8."}, "ira"))
	change := rewritten(p, first)
	change[l.File] = replace("id: m2-l2", "id: m2-l9")
	p.draft(6, change)
	fourth := p.published(nil)
	if x := fourth.Overlays.Errata; len(x) != 2 || x[1].LessonID != "m2-l9" { // by its words
		t.Errorf("%+v", x)
	}
	change[l.File] = func(s string) string {
		return strings.Replace(s, "id: m2-l2", "id: m2-l7", 1) + "\n\nOther words. {.plain}\n"
	}
	p.draft(7, change)
	fifth := p.published(nil)
	if x := fifth.Overlays; len(x.Errata) != 1 || len(x.Settled) != 1 || !x.Settled[0].Gone || x.Settled[0].Title != l.Title || x.Settled[0].Erratum != fourth.Overlays.Errata[1].Root() {
		t.Errorf("%+v", x)
	}
}

// TestOneCorrectionOfSeveralEditions is recorded in all or none, once.
func TestOneCorrectionOfSeveralEditions(t *testing.T) {
	p := newPress(t)
	ctx := t.Context()
	first := published(t, p.Service)
	p.draft(4, nil)
	second := p.published(nil)
	both := []string{first.ID, second.ID}
	p.must(p.AddErrata(ctx, both, course.Erratum{LessonID: "m2-l1", Text: "Read 3 for 4.", Safety: true}, "ira"))
	a, b := p.now(first).Overlays.Errata, p.now(second).Overlays.Errata
	if len(a) != 1 || len(b) != 1 || a[0].ID == b[0].ID || a[0].Root() != b[0].Root() || p.audited("edition.erratum") != 2 {
		t.Fatalf("%+v, %+v", a, b)
	}
	p.must(p.AddErratum(ctx, first.ID, course.Erratum{Text: "A name."}, "ira"))
	root := p.now(first).Overlays.Errata[1].Root()
	for range 2 {
		p.must(p.RepeatErratum(ctx, slug, root, both, "ira"))
	}
	if a, b := p.now(first).Overlays.Errata, p.now(second).Overlays.Errata; len(a) != 2 || len(b) != 2 || b[1].Root() != root || b[1].From != 0 {
		t.Errorf("%+v, %+v", a, b)
	}
	if err := p.RepeatErratum(ctx, slug, "none", both, "ira"); !errors.Is(err, course.ErrNoErratum) {
		t.Error(err)
	}
	p.must(p.WithdrawLessons(ctx, []string{first.ID}, course.Withdrawing{LessonID: "m4-l1", Reason: "Wrong.", Hollows: []int{first.Number}}, "ira"))
	p.must(p.WithdrawLessons(ctx, both, course.Withdrawing{LessonID: "m4-l1", Reason: "Wrong, too."}, "ira"))
	if w := p.now(first).Overlays.Withdrawn["m4-l1"]; w.Reason != "Wrong." {
		t.Errorf("%+v", w)
	}
	if w := p.now(second).Overlays.Withdrawn["m4-l1"]; w.Reason != "Wrong, too." {
		t.Errorf("%+v", w)
	}
	if err := p.WithdrawLessons(ctx, both, course.Withdrawing{LessonID: "m4-l1", Reason: "Wrong."}, "ira"); !errors.Is(err, course.ErrWithdrawn) {
		t.Error(err)
	}
	if err := p.AddErrata(ctx, both, course.Erratum{LessonID: "m9-l9", Text: "x"}, "ira"); !errors.Is(err, course.ErrNoLesson) {
		t.Error(err)
	}
}
