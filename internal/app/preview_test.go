package app_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/certificate/pdf"
	"github.com/atmacena/cocare/internal/course"
)

// TestTheSampleSaysWhatACertificateWould: its credit, statement, provider number and
// category where an approval is live, and otherwise that there is none.
func TestTheSampleSaysWhatACertificateWould(t *testing.T) {
	a := demoApp(t, t.TempDir())
	defer a.Close()
	ctx := t.Context()
	ed := accredited(t, a)
	plain := *ed
	plain.CourseID = "another"
	none, err := app.SampleFacts(a, ctx, &plain)
	must(t, err)
	if len(none.CreditLines) > 0 || !slices.ContainsFunc(none.Statements, func(s string) bool { return strings.Contains(s, "not accredited") }) {
		t.Errorf("without an approval: %+v, %q", none.CreditLines, none.Statements)
	}
	some, err := app.SampleFacts(a, ctx, ed)
	must(t, err)
	today := a.Accreditation.Today()
	lines, _, err := a.Accreditation.Lines(ctx, ed.CourseID, today, ed.Measures(today))
	must(t, err)
	if len(lines) != 1 || len(some.CreditLines) != 1 || some.CreditLines[0].Hours != lines[0].Amount() || some.CreditLines[0].Accreditor != lines[0].Name ||
		some.CreditLines[0].Category != lines[0].Category || some.CreditLines[0].Statement != lines[0].Statement+" Provider number 451-9." {
		t.Errorf("the sample has %+v, the course earns %+v", some.CreditLines, lines)
	}
	if slices.ContainsFunc(some.Statements, func(s string) bool { return strings.Contains(s, "not accredited") }) || !strings.HasPrefix(some.Statements[0], "This is a sample.") {
		t.Errorf("%q", some.Statements)
	}
	file, err := pdf.Render(some, pdf.Options{})
	if err != nil || !bytes.HasPrefix(file, []byte("%PDF")) {
		t.Error(err)
	}

	// After a withdrawal the form of the course is counted anew, as on certificates.
	must(t, a.Courses.WithdrawLessons(ctx, []string{ed.ID}, course.Withdrawing{LessonID: ed.Course.Lessons()[1].ID, Reason: "It is wrong.", Hollows: []int{ed.Number}}, "test"))
	less, err := a.Courses.Edition(ctx, ed.ID)
	must(t, err)
	now, err := app.SampleFacts(a, ctx, less)
	must(t, err)
	if now.Format == less.Course.Card.Format || now.Format != less.Format() {
		t.Errorf("the format is %q", now.Format)
	}
}
