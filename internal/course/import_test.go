package course_test

import (
	"context"
	"errors"
	"testing"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
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
