package content_test

import (
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/course/content"
)

// TestCheckDay: what the calendar has against the small course, which was written on
// November 23, 2026 and is to be checked again by May 23, 2027.
func TestCheckDay(t *testing.T) {
	for _, tt := range []struct {
		day  string
		want []string // where and what, in order
	}{
		{"2026-11-23", nil},
		{"2027-05-23", nil},
		{"2027-05-24", []string{"course.yaml:15 the content was to be checked again by 2027-05-23"}},
		{"2028-11-23", []string{"course.yaml:15 the content was"}},
		{"2028-11-24", []string{"course.yaml:12 Ada Rivera disclosed interests on 2026-11-23, more than 24 months ago", "course.yaml:15"}},
		{"2030-12-31", []string{"course.yaml:12", "course.yaml:15"}},
		{"2031-01-01", []string{"course.yaml:12", "course.yaml:15", "references.yaml:1 1 of 1 references are older than ten years: 1"}},
	} {
		day, err := time.Parse(time.DateOnly, tt.day)
		if err != nil {
			t.Fatal(err)
		}
		files := small(t)
		c, _ := parse(t, files)
		got := checkDay(t, files, c, day)
		for i, p := range got {
			if i >= len(tt.want) || !strings.HasPrefix(p.Where()+" "+p.Msg, tt.want[i]) || p.Severity != content.Warning || p.Fix == "" || p.Why == "" {
				t.Errorf("%s: %v (%s)", tt.day, p, p.Why)
			}
		}
		if len(got) != len(tt.want) {
			t.Errorf("%s: %d problems, want %d", tt.day, len(got), len(tt.want))
		}
	}
}

// TestCheckDayOfWhatIsNoCourse: files that cannot be read are for Parse.
func TestCheckDayOfWhatIsNoCourse(t *testing.T) {
	files := content.Files{"course.yaml": []byte("- a\n"), "references.yaml": []byte("{")}
	c, _ := parse(t, files)
	if got := checkDay(t, files, c, time.Now()); len(got) > 0 {
		t.Errorf("%v", got)
	}
}

// TestHardToRead: a course says how hard its lessons may be.
func TestHardToRead(t *testing.T) {
	hard := "\n" + strings.Repeat("Pharmacological interventions necessitate multidisciplinary documentation. ", 25) + "{.plain}\n"
	for rule, want := range map[string]bool{"": true, "reading_grade: 60\n": false, "reading_grade: 0\n": false, "reading_grade: 20\n": true} {
		files := small(t)
		files[lesson] = append(files[lesson], hard...)
		files["lint.yaml"] = append(files["lint.yaml"], rule...)
		_, problems := parse(t, files)
		found := false
		for _, p := range problems {
			found = found || strings.Contains(p.Msg, "reading grade") && p.Where() == lesson+":4" && p.Why != ""
		}
		if found != want {
			t.Errorf("%q: found %v: %v", rule, found, problems)
		}
	}
}

// TestTheLineOfAnOldReference is that of the file, whose order is not that of the
// numbers.
func TestTheLineOfAnOldReference(t *testing.T) {
	files := small(t)
	files["references.yaml"] = []byte(`- {id: b, number: 2, type: book, title: New, issued: "2025"}
- id: a
  number: 1
  type: book
  title: Old
  issued: "1999"
`)
	c, _ := parse(t, files)
	for _, p := range checkDay(t, files, c, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)) {
		if p.File != "references.yaml" || p.Line != 6 {
			t.Errorf("%v", p)
		}
	}
}
