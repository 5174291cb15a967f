package course_test

import (
	"errors"
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
	got, err := s.Editions(t.Context(), slug)
	want := []course.Published{{ID: second.ID, Number: 2, Current: true}, {ID: first.ID, Number: 1}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
}
