package course_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/dbtest"
)

// TestEditionsAreNamedNewestFirst, and only those of the course.
func TestEditionsAreNamedNewestFirst(t *testing.T) {
	s := service(dbtest.New(t), newClock(), false)
	if _, err := s.Editions(t.Context(), slug); !errors.Is(err, course.ErrNotFound) {
		t.Errorf("before the first: %v", err)
	}
	first := published(t, s)
	if _, err := s.Import(t.Context(), folder(t, map[string]func(string) string{"course.yaml": replace("attempts: 3", "attempts: 4")}), "test"); err != nil {
		t.Fatal(err)
	}
	second, err := s.Publish(t.Context(), slug, "", "test")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.AddErratum(t.Context(), first.ID, course.Erratum{LessonID: first.Course.Lessons()[0].ID, Text: "Read 3 for 4."}, "test"); err != nil {
		t.Fatal(err)
	}
	got, err := s.Editions(t.Context(), slug)
	if err != nil || len(got) != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	for i, ed := range []*course.Edition{second, first} {
		if p := got[i]; p.ID != ed.ID || p.CourseID != ed.CourseID || p.Number != ed.Number || p.Hash != ed.Hash || p.Note != ed.Note || !p.PublishedAt.Equal(ed.PublishedAt) || p.Current != (i == 0) {
			t.Errorf("%+v, want what %d says", p, ed.Number)
		}
	}
	if list := got[1].Overlays.Errata; len(list) != 1 || list[0].LessonTitle != first.Course.Lessons()[0].Title || len(got[0].Overlays.Errata) > 0 {
		t.Errorf("corrections %+v", list)
	}
}

// TestAnEditionThatWasChangedIsFound, also one that is not the newest.
func TestAnEditionThatWasChangedIsFound(t *testing.T) {
	d := dbtest.New(t)
	s := service(d, newClock(), false)
	first := published(t, s)
	if _, err := s.Import(t.Context(), folder(t, map[string]func(string) string{"course.yaml": replace("attempts: 3", "attempts: 4")}), "test"); err != nil {
		t.Fatal(err)
	}
	second, err := s.Publish(t.Context(), slug, "", "test")
	if err != nil {
		t.Fatal(err)
	}
	name := func(number int) string { return fmt.Sprintf("%s, edition %d", slug, number) }
	for _, tt := range []struct {
		sql  string
		args []any
		want []string
	}{
		{"", nil, nil},
		{"UPDATE edition_files SET content = ? WHERE edition_id = ? AND path = 'course.yaml'", []any{[]byte("slug: x"), first.ID}, []string{name(1)}},
		{"DELETE FROM edition_files WHERE edition_id = ? AND path = 'disclosure.md'", []any{second.ID}, []string{name(1), name(2)}},
		{"DELETE FROM edition_files WHERE edition_id = ?", []any{first.ID}, []string{name(1), name(2)}},
	} {
		if tt.sql != "" {
			if err := d.Conn(t.Context()).Exec(tt.sql, tt.args...).Error; err != nil {
				t.Fatal(err)
			}
		}
		if n, damaged, err := s.CheckStored(t.Context()); err != nil || n != 2 || !slices.Equal(damaged, tt.want) {
			t.Errorf("%s: %d editions, %q, %v", tt.sql, n, damaged, err)
		}
	}
}

func TestARecordBesideAnOlderEditionThatWasChangedIsFound(t *testing.T) {
	d := dbtest.New(t)
	s := service(d, newClock(), false)
	ed := published(t, s)
	err := d.Conn(t.Context()).Exec(`INSERT INTO edition_overlays (id, edition_id, seq, kind, record, hash, recorded_at, recorded_by)
		VALUES ('o1', ?, 1, 'erratum', '{}', 'ff', ?, 'x')`, ed.ID, ed.PublishedAt).Error
	if err != nil {
		t.Fatal(err)
	}
	if _, damaged, err := s.CheckStored(t.Context()); err != nil || len(damaged) != 1 {
		t.Errorf("%q, %v", damaged, err)
	}
}
