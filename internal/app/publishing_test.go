package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
)

// TestAnApprovedAccreditorStopsPublishing: what one asks that has approved the course
// stops it, what others ask is a hint, each with who says so.
func TestAnApprovedAccreditorStopsPublishing(t *testing.T) {
	a := demoApp(t, t.TempDir())
	defer a.Close()
	ctx := t.Context()
	_, err := a.Courses.Import(ctx, courses.Bundled()[short], "test")
	must(t, err)
	questions := func() *course.Problem {
		t.Helper()
		d, _, _, err := a.Courses.CheckDraft(ctx, short)
		must(t, err)
		for _, p := range d.Problems {
			if p.File == "exam.yaml" && strings.Contains(p.Msg, "an exam has") {
				return &p
			}
		}
		return nil
	}
	p := questions()
	if p == nil || p.Severity != course.Warning || p.Msg != "an exam has 5 questions, which is not what some accreditors ask for" || !strings.Contains(p.Why, "NASW asks for at least 10") || p.Line != 2 {
		t.Fatalf("without an approval: %+v", p)
	}
	ed, err := a.Courses.Publish(ctx, short, "", "test")
	must(t, err)

	today := a.Accreditation.Today()
	approval := accreditation.Approval{Accreditor: "nasw", CourseID: ed.CourseID, ProviderNumber: "886", Centihours: 100, Statement: "Approved.",
		FromOn: today.AddDate(0, 0, -1).Format(time.DateOnly), UntilOn: today.AddDate(1, 0, 0).Format(time.DateOnly)}
	must(t, a.Accreditation.Approve(ctx, approval, accreditation.Sure{Hours: true}, "admin"))
	if p = questions(); p == nil || p.Severity != course.Error || p.Msg != "an exam has 5 questions, and NASW asks for at least 10" || !strings.Contains(p.Why, "NASW has approved it") {
		t.Fatalf("with an approval: %+v", p)
	}
	f, err := a.Courses.DraftFile(ctx, short, "disclosure.md")
	must(t, err)
	_, err = a.Courses.EditDraft(ctx, course.Edit{Slug: short, By: "test", Kind: course.ChangeSave,
		Files: []course.FileEdit{{Path: f.Path, Base: f.Seq, Content: append(f.Content, "\nNothing else.\n"...)}}})
	must(t, err)
	_, err = a.Courses.Publish(ctx, short, "", "test")
	if fields := apperr.FieldsOf(err); !apperr.Is(err, apperr.Invalid) || len(fields) == 0 || !strings.HasPrefix(fields[0].Name, "exam.yaml:") {
		t.Fatalf("published against NASW: %v, %v", err, fields)
	}

	// An approval of the provider alone: not every course is to earn its credit.
	list, err := a.Accreditation.Approvals(ctx)
	must(t, err)
	must(t, a.Accreditation.End(ctx, list[0].ID, "", true, "Entered by mistake."))
	approval.CourseID = ""
	must(t, a.Accreditation.Approve(ctx, approval, accreditation.Sure{Hours: true}, "admin"))
	if p = questions(); p == nil || p.Severity != course.Warning {
		t.Fatalf("with an approval of the provider: %+v", p)
	}
	again, err := a.Courses.Publish(ctx, short, "", "test")
	must(t, err)
	if again.Number != ed.Number+1 {
		t.Errorf("edition %d after %d", again.Number, ed.Number)
	}
}

// TestTheNextEditionKeepsTheCredit: an approval of the provider stops an edition that
// would earn nothing where the one before it earns something.
func TestTheNextEditionKeepsTheCredit(t *testing.T) {
	a := demoApp(t, t.TempDir())
	defer a.Close()
	ctx := t.Context()
	_, err := a.Courses.Import(ctx, courses.Bundled()[short], "test")
	must(t, err)
	_, err = a.Courses.Publish(ctx, short, "", "test")
	must(t, err)
	p, err := a.Accreditation.Pack(ctx, "ncbtmb")
	must(t, err)
	passes := "rules:\n  pass_percent:\n    value: 80\n    mark: verified\n    source: their letter\n    checked_on: 2026-11-23\n    says: At least 80 percent.\n"
	must(t, a.Accreditation.SavePack(ctx, "ncbtmb", strings.Replace(p.Text, "rules:\n", passes, 1), "By their letter.", "admin", 0))
	today := a.Accreditation.Today()
	must(t, a.Accreditation.Approve(ctx, accreditation.Approval{Accreditor: "ncbtmb", ProviderNumber: "451-9", Centihours: 50, Statement: "Approved.",
		FromOn: today.AddDate(0, 0, -1).Format(time.DateOnly), UntilOn: today.AddDate(1, 0, 0).Format(time.DateOnly)}, accreditation.Sure{Hours: true}, "admin"))
	f, err := a.Courses.DraftFile(ctx, short, "course.yaml")
	must(t, err)
	_, err = a.Courses.EditDraft(ctx, course.Edit{Slug: short, By: "test", Kind: course.ChangeSave,
		Files: []course.FileEdit{{Path: f.Path, Base: f.Seq, Content: []byte(strings.Replace(string(f.Content), "pass_percent: 80", "pass_percent: 70", 1))}}})
	must(t, err)
	_, err = a.Courses.Publish(ctx, short, "", "test")
	if fields := apperr.FieldsOf(err); !apperr.Is(err, apperr.Invalid) || len(fields) != 1 || !strings.HasPrefix(fields[0].Name, "course.yaml:") || !strings.Contains(fields[0].Msg, "the pass mark is 70 percent, and NCBTMB asks for at least 80 percent") {
		t.Fatalf("published without the credit: %v, %v", err, fields)
	}
}
