package course_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/credit/pack"
	"github.com/atmacena/cocare/internal/dbtest"
)

// TestNoCourseHasNoName: the draft of "" is not that of whichever comes first.
func TestNoCourseHasNoName(t *testing.T) {
	s := newDesk(t, dbtest.New(t))
	if d, err := s.Draft(t.Context(), ""); !errors.Is(err, course.ErrNotFound) {
		t.Errorf("%+v, %v", d, err)
	}
}

// TestWhoReplacesADraftIsAsked of the draft as it is when it is replaced, and before
// that; not of a course that is not there.
func TestWhoReplacesADraftIsAsked(t *testing.T) {
	d := dbtest.New(t)
	s := service(d, newClock(), true)
	no := errors.New("not yours")
	var asked []course.Draft
	answer := error(nil)
	may := func(_ context.Context, was course.Draft) error {
		asked = append(asked, was)
		return answer
	}
	if _, err := s.ImportIf(t.Context(), folder(t, nil), "ann", may); err != nil || len(asked) != 0 {
		t.Fatalf("a new course: %+v, %v", asked, err)
	}
	was, err := s.Draft(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	changed := folder(t, map[string]func(string) string{"course.yaml": replace("attempts: 3", "attempts: 4")})
	answer = no
	if _, err := s.ImportIf(t.Context(), changed, "ben", may); !errors.Is(err, no) || len(asked) != 1 {
		t.Errorf("asked %d times: %v", len(asked), err)
	}
	// They lose the right between the question and the change.
	late := func(context.Context, course.Draft) error {
		if asked = append(asked, was); len(asked) == 3 {
			return no
		}
		return nil
	}
	if _, err := s.ImportIf(t.Context(), changed, "ben", late); !errors.Is(err, no) {
		t.Errorf("who may not any more: %v", err)
	}
	if now, err := s.Draft(t.Context(), slug); err != nil || now.Hash != was.Hash || now.Seq != was.Seq || !now.ImportedAt.Equal(was.ImportedAt) {
		t.Errorf("%+v became %+v, %v", was, now, err)
	}
	answer = nil
	if done, err := s.ImportIf(t.Context(), changed, "ann", may); err != nil || done.Seq != was.Seq+1 {
		t.Errorf("%+v, %v", done, err)
	}
	if last := asked[len(asked)-1]; len(asked) != 5 || last.CourseID != was.CourseID || last.Hash != was.Hash {
		t.Errorf("asked %d times, last of %+v", len(asked), last)
	}
}

// TestADownloadIsAudited, with what was taken away: it holds the keys of the exam.
func TestADownloadIsAudited(t *testing.T) {
	d, clock := dbtest.New(t), newClock()
	s := service(d, clock, true)
	ed := published(t, s)
	for _, number := range []int{0, 1} {
		files, err := s.Download(t.Context(), slug, number, number == 0)
		if err != nil || files.Hash() != ed.Hash {
			t.Fatal(err)
		}
	}
	for _, missing := range []func() (course.Files, error){
		func() (course.Files, error) { return s.Download(t.Context(), slug, 9, false) },
		func() (course.Files, error) { return s.Download(t.Context(), "none", 0, false) },
	} {
		if _, err := missing(); !errors.Is(err, course.ErrNotFound) {
			t.Error(err)
		}
	}
	list, err := audit.New(d, clock.now).List(t.Context(), audit.Filter{ObjectKind: "course", ObjectID: ed.CourseID, Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	var got []map[string]any
	for _, e := range list {
		if e.Action == "course.download" {
			got = append(got, e.Details)
		}
	}
	if len(got) != 2 || got[0]["edition"] != 1.0 || got[0]["media"] != false || got[1]["edition"] != 0.0 || got[1]["media"] != true || got[1]["hash"] != ed.Hash {
		t.Errorf("%+v", got)
	}
}

// TestWhatKeepsAFolderOutIsSaidFirst: of a card that cannot be read, where and why; not
// what is found to be missing since.
func TestWhatKeepsAFolderOutIsSaidFirst(t *testing.T) {
	s := service(dbtest.New(t), newClock(), false)
	for name, tt := range map[string]struct {
		change func(string) string
		at     string
		says   string
		alone  bool
	}{
		"a list that does not end":  {replace("slug: tms-ketamine", "slug: ["), "course.yaml:3", "read from here on", true},
		"a quote that does not end": {replace("slug: tms-ketamine", `slug: "tms-ketamine`), "course.yaml:", "", true},
		"a tab":                     {replace("slug: tms-ketamine", "slug:\n\t- tms-ketamine"), "course.yaml:2", "a tab stands before this", true},
		"a key twice":               {replace("slug: tms-ketamine", "slug: tms-ketamine\nslug: tms-ketamine"), "course.yaml:2", "stands twice", true},
		"no title":                  {func(string) string { return "slug: tms-ketamine\n" }, "course.yaml:1", "title is missing", false},
	} {
		_, err := s.Import(t.Context(), folder(t, map[string]func(string) string{"course.yaml": tt.change, "cases/a-marisol.md": replace("---", "--")}), "test")
		f := apperr.FieldsOf(err)
		if len(f) == 0 || !strings.HasPrefix(f[0].Name, tt.at) || !strings.Contains(f[0].Msg, tt.says) || tt.alone && len(f) != 1 {
			t.Errorf("%s: %.600v", name, f)
		}
	}
}

// TestAnImportThatFailsReplacesNothing: also where it cannot be said any more what is wrong
// with the course.
func TestAnImportThatFailsReplacesNothing(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	lost := error(nil)
	s := course.New(course.Deps{DB: d, Now: c.now, Audit: audit.New(d, c.now), Demo: true,
		Asks: func(context.Context, string, *course.Edition, pack.Measures) ([]course.Ask, error) { return nil, lost }})
	was, err := s.Import(t.Context(), folder(t, nil), "ann")
	if err != nil {
		t.Fatal(err)
	}
	lost = errors.New("the rules cannot be read")
	changed := folder(t, map[string]func(string) string{"course.yaml": replace("attempts: 3", "attempts: 4")})
	if _, err := s.Import(t.Context(), changed, "ann"); !errors.Is(err, lost) {
		t.Errorf("%v", err)
	}
	if now, err := s.Draft(t.Context(), slug); err != nil || now.Hash != was.Hash || now.Seq != was.Seq {
		t.Errorf("%+v became %+v, %v", was, now, err)
	}
}
