package course_test

import (
	"slices"
	"testing"

	"github.com/atmacena/cocare/internal/course"
)

// TestCoursesOfOneTitleAreToldApart, and editions of one course are not.
func TestCoursesOfOneTitleAreToldApart(t *testing.T) {
	edition := func(id, title string) *course.Edition {
		c := &course.Course{}
		c.Card.Title = title
		return &course.Edition{CourseID: "id of " + id, Slug: id, Course: c}
	}
	got := course.Labels([]*course.Edition{edition("a", "Sleep"), edition("b", "Grief"), edition("a", "Sleep"), edition("c", "Grief"), edition("d", "grief "), edition("e", "Loss")})
	if want := []string{"Sleep", "Grief (b)", "Sleep", "Grief (c)", "grief  (d)", "Loss"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := course.Labels(nil); len(got) != 0 {
		t.Errorf("%q", got)
	}
}
