package course_test

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
)

const slug = "tms-ketamine"

// clock is a time that tests move by hand.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func newClock() *clock { return &clock{at: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)} }

func service(d *db.DB, c *clock, demo bool) *course.Service {
	return course.New(course.Deps{DB: d, Now: c.now, Audit: audit.New(d, c.now), Demo: demo})
}

// folder returns the bundled course with some files changed.
func folder(t *testing.T, change map[string]func(string) string) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	src := courses.Bundled()[slug]
	err := fs.WalkDir(src, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(src, p)
		if f := change[p]; f != nil {
			was := string(data)
			data = []byte(f(was))
			if string(data) == was {
				t.Errorf("the change of %s changed nothing", p)
			}
		}
		out[p] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func replace(old, with string) func(string) string {
	return func(s string) string { return strings.Replace(s, old, with, 1) }
}

// published imports and publishes the bundled course.
func published(t *testing.T, s *course.Service) *course.Edition {
	t.Helper()
	if _, err := s.Import(t.Context(), courses.Bundled()[slug], "test"); err != nil {
		t.Fatal(err)
	}
	ed, err := s.Publish(t.Context(), slug, "first", "test")
	if err != nil {
		t.Fatal(err)
	}
	return ed
}

func TestImportExportImportIsTheSame(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	s := service(d, c, false)
	first, err := s.Import(t.Context(), courses.Bundled()[slug], "test")
	if err != nil {
		t.Fatal(err)
	}
	ed, err := s.Publish(t.Context(), slug, "", "test")
	if err != nil {
		t.Fatal(err)
	}
	for _, number := range []int{0, ed.Number} {
		files, err := s.Export(t.Context(), slug, number)
		if err != nil {
			t.Fatal(err)
		}
		again := fstest.MapFS{}
		for p, data := range files {
			again[p] = &fstest.MapFile{Data: data}
			want, err := fs.ReadFile(courses.Bundled()[slug], p)
			if err != nil || string(want) != string(data) {
				t.Errorf("%s differs (%v)", p, err)
			}
		}
		second, err := s.Import(t.Context(), again, "test")
		if err != nil || second.Hash != first.Hash || second.CourseID != first.CourseID || second.Files != first.Files {
			t.Errorf("second import %+v, %v; first %+v", second, err, first)
		}
	}
	same, err := s.Publish(t.Context(), slug, "again", "test")
	if err != nil || same.ID != ed.ID {
		t.Errorf("an unchanged draft made edition %v, %v", same, err)
	}
	if ed.Hash != first.Hash {
		t.Errorf("edition hash %s, draft hash %s", ed.Hash, first.Hash)
	}
	if _, err := s.Export(t.Context(), slug, 7); !errors.Is(err, course.ErrNotFound) {
		t.Errorf("export of an unknown edition: %v", err)
	}
	if _, err := s.Export(t.Context(), "other", 0); !errors.Is(err, course.ErrNotFound) {
		t.Errorf("export of an unknown course: %v", err)
	}
}

func TestANewEditionLeavesTheOldAlone(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	s := service(d, c, false)
	one := published(t, s)
	if _, err := s.Import(t.Context(), folder(t, map[string]func(string) string{"course.yaml": replace("attempts: 3", "attempts: 4")}), "test"); err != nil {
		t.Fatal(err)
	}
	two, err := s.Publish(t.Context(), slug, " four attempts ", "test")
	if err != nil {
		t.Fatal(err)
	}
	if two.Number != 2 || two.Note != "four attempts" || two.Hash == one.Hash || two.Course.Card.Attempts != 4 {
		t.Errorf("edition 2 is %d, %q, attempts %d", two.Number, two.Note, two.Course.Card.Attempts)
	}
	if now, err := s.Current(t.Context(), slug); err != nil || now != two {
		t.Errorf("current is %v, %v", now, err)
	}
	if was, err := s.Edition(t.Context(), one.ID); err != nil || was != one || was.Course.Card.Attempts != 3 {
		t.Errorf("edition 1 changed: %v, %v", was, err)
	}
	if list, err := s.List(t.Context()); err != nil || len(list) != 1 || list[0] != two {
		t.Errorf("list is %v, %v", list, err)
	}
	if _, err := s.Edition(t.Context(), "none"); !errors.Is(err, course.ErrNotFound) {
		t.Errorf("unknown edition: %v", err)
	}
	if _, err := s.Current(t.Context(), "none"); !errors.Is(err, course.ErrNotFound) {
		t.Errorf("unknown course: %v", err)
	}
}

func TestConcurrentPublishMakesOneEdition(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	services := []*course.Service{service(d, c, false), service(d, c, false), service(d, c, false)}
	if _, err := services[0].Import(t.Context(), courses.Bundled()[slug], "test"); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	ids := make([]string, 6)
	for i := range ids {
		wg.Go(func() {
			ed, err := services[i%3].Publish(context.Background(), slug, "", "test")
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = ed.ID
		})
	}
	wg.Wait()
	if len(slices.Compact(ids)) != 1 {
		t.Errorf("editions %v, want one", ids)
	}
}

func TestBadFoldersChangeNothing(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	s := service(d, c, false)
	for name, change := range map[string]map[string]func(string) string{
		"no slug":  {"course.yaml": replace("slug: tms-ketamine", "slug: No Slug")},
		"no title": {"course.yaml": replace("title: ", "title: # ")},
		"a list":   {"course.yaml": replace("title: ", "title: [x] # ")},
		"a page":   {"course.yaml": replace("slug: tms-ketamine", "slug: import")},
		"no card":  {"course.yaml": func(string) string { return "" }},
		"not text": {"disclosure.md": func(string) string { return "\xff\xfe" }},
	} {
		_, err := s.Import(t.Context(), folder(t, change), "test")
		if !apperr.Is(err, apperr.Invalid) || len(apperr.FieldsOf(err)) == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Publish(t.Context(), slug, "", "test"); !errors.Is(err, course.ErrNotFound) {
		t.Errorf("publish before import: %v", err)
	}
	draft, err := s.Import(t.Context(), folder(t, map[string]func(string) string{"course.yaml": replace("level: Intermediate", "level: \"\"")}), "test")
	if err != nil || len(course.Errors(draft.Problems)) != 1 {
		t.Fatalf("a draft with a mistake: %v, %v", draft.Problems, err)
	}
	_, err = s.Publish(t.Context(), slug, "", "test")
	f := apperr.FieldsOf(err)
	if !apperr.Is(err, apperr.Invalid) || len(f) != 1 || !strings.HasPrefix(f[0].Name, "course.yaml:7") {
		t.Errorf("publish with a mistake: %v", err)
	}
	if list, err := s.List(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("list: %v, %v", list, err)
	}
}

// TestReplicasSeeEachOther: what one replica records, another sees within
// seconds; what it has seen, it does not read again.
func TestReplicasSeeEachOther(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	here, there := service(d, c, false), service(d, c, false)
	if list, err := there.List(t.Context()); err != nil || len(list) != 0 {
		t.Fatal(list, err)
	}
	ed := published(t, here)
	if list, _ := there.List(t.Context()); len(list) != 0 {
		t.Error("the other replica looked again at once")
	}
	c.pass(4 * time.Second)
	seen, err := there.Current(t.Context(), slug)
	if err != nil || seen.ID != ed.ID {
		t.Fatal(seen, err)
	}
	if err := here.WithdrawLessons(t.Context(), []string{ed.ID}, course.Withdrawing{LessonID: "m1-l1", Reason: "A figure was wrong.", Hollows: []int{ed.Number}}, "test"); err != nil {
		t.Fatal(err)
	}
	if now, _ := here.Current(t.Context(), slug); len(now.Overlays.Withdrawn) != 1 {
		t.Error("a local change is not seen at once")
	}
	if len(ed.Overlays.Withdrawn) != 0 {
		t.Error("an edition that was handed out changed")
	}
	c.pass(4 * time.Second)
	if now, _ := there.Edition(t.Context(), ed.ID); len(now.Overlays.Withdrawn) != 1 || now.Course != seen.Course {
		t.Error("the other replica does not see the withdrawal, or parsed the course again")
	}
}

// TestACompletionSeesWhatWasWithdrawnElsewhere at once, in its own transaction:
// hours are frozen for good.
func TestACompletionSeesWhatWasWithdrawnElsewhere(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	here, there := service(d, c, false), service(d, c, false)
	ed := published(t, here)
	withdrawn := func(edition func(context.Context, string) (*course.Edition, error)) (n int) {
		t.Helper()
		err := d.InTx(t.Context(), func(ctx context.Context) error {
			now, err := edition(ctx, ed.ID)
			if err == nil {
				n = len(now.Overlays.Withdrawn)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if err := there.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := withdrawn(there.Edition); n != 0 {
		t.Fatalf("%d withdrawn", n)
	}
	if err := here.WithdrawLessons(t.Context(), []string{ed.ID}, course.Withdrawing{LessonID: "m1-l1", Reason: "A figure was wrong.", Hollows: []int{ed.Number}}, "test"); err != nil {
		t.Fatal(err)
	}
	if n := withdrawn(there.Edition); n != 0 {
		t.Error("the other replica looked again at once")
	}
	if n := withdrawn(there.EditionNow); n != 1 {
		t.Errorf("%d withdrawn", n)
	}
	// What was completed before is issued as the edition stood then.
	if n := withdrawn(func(ctx context.Context, id string) (*course.Edition, error) {
		return there.EditionAsOf(ctx, id, ed.Overlays.Hash)
	}); n != 0 {
		t.Errorf("%d withdrawn before anything was", n)
	}
	now, err := there.EditionNow(t.Context(), ed.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := here.AddErratum(t.Context(), ed.ID, course.Erratum{Text: "A name was wrong."}, "test"); err != nil {
		t.Fatal(err)
	}
	if then, err := there.EditionAsOf(t.Context(), ed.ID, now.Overlays.Hash); err != nil || len(then.Overlays.Withdrawn) != 1 || len(then.Overlays.Errata) != 0 {
		t.Errorf("as of the withdrawal: %+v, %v", then.Overlays, err)
	}
	if _, err := there.EditionAsOf(t.Context(), ed.ID, "another"); apperr.KindOf(err) != apperr.NotFound {
		t.Errorf("as of overlays that never were: %v", err)
	}
}

func TestMemoryServesWithoutDatabase(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	s := service(d, c, false)
	ed := published(t, s)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if again, err := s.Edition(gone, ed.ID); err != nil || again != ed {
		t.Errorf("%v, %v", again, err)
	}
	allocs := testing.AllocsPerRun(100, func() { _, _ = s.Current(gone, slug) })
	if allocs > 1 {
		t.Errorf("%v allocations to find an edition", allocs)
	}
}

func TestTamperedFilesAreRefused(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	ed := published(t, service(d, c, false))
	if err := d.Conn(t.Context()).Exec("UPDATE edition_files SET content = ? WHERE edition_id = ? AND path = 'disclosure.md'", []byte("Nothing."), ed.ID).Error; err != nil {
		t.Fatal(err)
	}
	if _, err := service(d, c, false).Edition(t.Context(), ed.ID); err == nil || apperr.KindOf(err) != apperr.Internal {
		t.Errorf("altered files: %v", err)
	}
}

// TestNoCourseIsPublishedInAnotherCurrency than the one that the site sells in.
func TestNoCourseIsPublishedInAnotherCurrency(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	s := course.New(course.Deps{DB: d, Now: c.now, Audit: audit.New(d, c.now), Currency: "USD"})
	draft, err := s.Import(t.Context(), folder(t, map[string]func(string) string{"course.yaml": replace("currency: USD", "currency: EUR")}), "test")
	if err != nil || len(draft.Problems) == 0 {
		t.Fatalf("%+v, %v", draft.Problems, err)
	}
	_, err = s.Publish(t.Context(), slug, "", "test")
	fields := apperr.FieldsOf(err)
	if len(fields) != 1 || !strings.HasPrefix(fields[0].Name, "course.yaml:") || !strings.Contains(fields[0].Msg, "COCARE_PROVIDER_CURRENCY") {
		t.Errorf("%v", err)
	}
	free := map[string]func(string) string{"course.yaml": func(text string) string {
		return replace(`amount: "149.00"`, `amount: "0.00"`)(replace("currency: USD", "currency: EUR")(text))
	}}
	if _, err := s.Import(t.Context(), folder(t, free), "test"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Publish(t.Context(), slug, "", "test"); err != nil {
		t.Errorf("a free course costs nothing in any currency: %v", err)
	}
}

// TestATitleThatCannotBeStoredIsRefused, on both engines in the same words.
func TestATitleThatCannotBeStoredIsRefused(t *testing.T) {
	s := service(dbtest.New(t), newClock(), false)
	for _, title := range []string{`"A\0B \u202e"`, `"Hi\r\nBcc: a@example.org"`} {
		_, err := s.Import(t.Context(), folder(t, map[string]func(string) string{"course.yaml": func(text string) string {
			lines := strings.SplitN(text, "\n", 3)
			return lines[0] + "\ntitle: " + title + "\n" + lines[2]
		}}), "test")
		if apperr.KindOf(err) != apperr.Invalid {
			t.Errorf("%s: %v", title, err)
		}
	}
}
