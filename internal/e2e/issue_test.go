package e2e

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/apptest"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
)

// signed is a copy of the short course whose certificates an administrator
// issues.
const signed = "signed-by-hand"

func signedEdition(t testing.TB) *course.Edition {
	return shortCopy(t, signed, "certificate: {issue: administrator, days: 5}\n")
}

// shortCopy is the short course under another address, with more on its card.
func shortCopy(t testing.TB, as, more string) *course.Edition {
	t.Helper()
	if ed, err := server.Courses.Current(t.Context(), as); err == nil {
		return ed
	}
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	check(os.CopyFS(dir, courses.Bundled()[short]))
	file := filepath.Join(dir, "course.yaml")
	card := string(must[[]byte](t)(os.ReadFile(file)))
	card = strings.Replace(card, "slug: "+short, "slug: "+as, 1) + more
	check(os.WriteFile(file, []byte(card), 0o600))
	must[course.Draft](t)(server.Courses.Import(t.Context(), os.DirFS(dir), "test"))
	return must[*course.Edition](t)(server.Courses.Publish(t.Context(), as, "", "test"))
}

// allDone makes a person who has done everything that the course asks for.
func allDone(t testing.TB, email, name string) enrollment.Enrollment {
	t.Helper()
	return allDoneIn(t, signedEdition(t), email, name)
}

func allDoneIn(t testing.TB, ed *course.Edition, email, name string) enrollment.Enrollment {
	t.Helper()
	e, evaluation := apptest.Study(t, server.App, ed, email, name)
	if err := server.Enrollments.SubmitEvaluation(t.Context(), e, evaluation); err != nil {
		t.Fatal(err)
	}
	return must[enrollment.Enrollment](t)(server.Enrollments.Get(t.Context(), e.ID))
}

// TestAnAdministratorIssues walks from the learner's last act to the certificate
// that an administrator issues, without scripts.
func TestAnAdministratorIssues(t *testing.T) {
	const email = "nadia.by.hand@example.org"
	e := allDone(t, email, "Nadia Byhand")
	if e.State != enrollment.Completed {
		t.Fatalf("everything is done, and the enrollment is %s", e.State)
	}
	learner, admin := server.As(t, email), server.As(t, "admin@example.org")
	for _, path := range []string{"/learn/" + signed, "/learn/" + signed + "/evaluation", "/certificates"} {
		if text := learner.Get(path).Text(); !strings.Contains(text, "Everything is done") || !strings.Contains(text, "usually within 5 working days") {
			t.Errorf("%s does not say that everything is done:\n%s", path, text)
		}
	}
	if text := server.Browser(t).Get("/courses/" + signed).Text(); !strings.Contains(text, "issues the certificate, usually within 5 working days") {
		t.Error("the course page does not say who issues")
	}
	if p := admin.Get("/admin"); p.Find("a[href='/admin/certificates/to-issue']").Length() == 0 {
		t.Error("the overview does not count what waits")
	}

	list := admin.Get("/admin/certificates/to-issue?person=" + e.PersonID)
	confirm := list.Submit("form[action$='/confirm']", url.Values{"id": {e.ID}})
	if confirm.Status != http.StatusOK || !strings.Contains(confirm.Text(), "Ready: the evidence is complete") {
		t.Fatalf("%d: %s", confirm.Status, confirm.Text())
	}
	record := admin.Get("/admin/certificates/to-issue/" + e.ID)
	for _, words := range []string{"Nadia Byhand", "Name attested", "Passed", "Finish every lesson", "Send the course evaluation", "What it will say"} {
		if !strings.Contains(record.Text(), words) {
			t.Errorf("the record lacks %q", words)
		}
	}
	shown := record.Submit("form[action='/admin/certificates/to-issue/"+e.ID+"']", nil)
	number := strings.TrimPrefix(shown.URL.Path, "/admin/certificates/")
	if shown.Status != http.StatusOK || number == shown.URL.Path {
		t.Fatalf("%d at %s", shown.Status, shown.URL)
	}
	within(t, "the certificate", func() bool { return server.Browser(t).Get("/verify/"+number).Status == http.StatusOK })
	if p := learner.Get("/learn/" + signed); p.Find("a[href='/certificates/"+number+"']").Length() == 0 {
		t.Error("the learner is not led to the certificate")
	}
	if again := confirm.Submit("form[method='post'][action='/admin/certificates/to-issue']", nil); again.Status != http.StatusOK {
		t.Errorf("a page that was left open: %d", again.Status)
	}
	if c, err := server.Certificates.OfEnrollment(t.Context(), e.ID); err != nil || c.Number != number {
		t.Errorf("%s, %v", c.Number, err)
	}
}

// TestAnApprovalPutsCreditOnTheCertificate, on its public page and in the file; it
// ends, and the certificate keeps it.
func TestAnApprovalPutsCreditOnTheCertificate(t *testing.T) {
	ctx, ed, today := t.Context(), signedEdition(t), server.Accreditation.Today()
	err := server.Accreditation.Approve(ctx, accreditation.Approval{Accreditor: "ncbtmb", CourseID: ed.CourseID, ProviderNumber: "451-09", Centihours: 50,
		FromOn: today.AddDate(0, 0, -1).Format(time.DateOnly), UntilOn: today.AddDate(0, 0, 1).Format(time.DateOnly), Statement: "Approved by the board as a test."}, accreditation.Sure{}, "admin")
	if err != nil {
		t.Fatal(err)
	}
	e := allDone(t, "petra@example.org", "Petra Lindholm")
	admin := server.As(t, "admin@example.org")
	shown := admin.Get("/admin/certificates/to-issue/"+e.ID).Submit("form[action='/admin/certificates/to-issue/"+e.ID+"']", nil)
	number := strings.TrimPrefix(shown.URL.Path, "/admin/certificates/")
	within(t, "the certificate", func() bool { return server.Browser(t).Get("/verify/"+number).Status == http.StatusOK })
	for _, a := range must[[]accreditation.Approval](t)(server.Accreditation.Approvals(ctx)) {
		if a.ProviderNumber == "451-09" {
			if err := server.Accreditation.End(ctx, a.ID, "", true, "Over."); err != nil {
				t.Fatal(err)
			}
		}
	}
	for path, b := range map[string]*apptest.Browser{"/verify/" + number: server.Browser(t), "/certificates/" + number: server.As(t, "petra@example.org"),
		"/admin/certificates/" + number: admin} {
		text := b.Get(path).Text()
		if !strings.Contains(text, "0.5 CE") || !strings.Contains(text, "Approved by the board as a test. Provider number 451-09.") || strings.Contains(text, "not accredited") {
			t.Errorf("%s: %s", path, text)
		}
	}
	if text := server.As(t, "petra@example.org").Get("/certificates").Text(); !strings.Contains(text, "0.5 CE (NCBTMB)") {
		t.Errorf("the list: %s", text)
	}
}
