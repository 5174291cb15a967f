package e2e

import (
	"fmt"
	"testing"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apptest"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/question"
)

// TestTheKeyboardAlone: from the front page to a submitted exam without touching
// a pointer, the focus always in sight.
func TestTheKeyboardAlone(t *testing.T) {
	tab := longRun(t).Tab(t)
	forgetTries(t)
	tab.Size(1280, 812)
	const email = "kay.nakamura@" + walkers
	w := &walk{t: t, tab: tab, hand: keys{tab}, scripts: true, name: "Kay Nakamura", email: email}
	lesson, check := almostReady(t, w)

	w.open("/")
	w.press(`header a[href="/login"]`)
	w.hand.write(`input[name=email]`, email)
	w.hand.write(`input[name=password]`, walkersPassword)
	w.press(`form[action="/login"] .button-primary`)
	w.press(fmt.Sprintf(`main a[href="/learn/%s"]`, slug))
	w.press(fmt.Sprintf(`main a[href="/learn/%s/lessons/%s"]`, slug, lesson))
	w.press(`button[formaction$="/finish"]`)

	module := edition(t).Course.Modules[5]
	w.open("/learn/" + slug)
	w.press(fmt.Sprintf(`main a[href="/learn/%s/checks/%s"]`, slug, module.ID))
	box := fmt.Sprintf(`[id="q-%s"]`, check.ID)
	answer(tab, w.hand, box, check.Kind, apptest.Solution(check), true)
	w.press(box + " .button-primary")
	tab.Until(fmt.Sprintf(`document.querySelector(%q)`, box+" .feedback"))

	w.sit()
	if o := must[exam.Overview](t)(server.Exams.Overview(t.Context(), w.enrollment())); !o.Passed {
		t.Errorf("%+v", o)
	}
}

// almostReady makes the person with all done but one lesson and one check, and
// returns these.
func almostReady(t *testing.T, w *walk) (lesson string, check *question.Question) {
	t.Helper()
	ctx, ed := t.Context(), edition(t)
	p := must[account.Person](t)(server.Accounts.Create(ctx, account.NewPerson{Email: w.email, Name: w.name, Password: walkersPassword,
		TimeZone: "America/New_York", Roles: []account.Role{account.Therapist}}))
	e := must[enrollment.Enrollment](t)(server.Enrollments.Enroll(ctx, enrollment.NewEnrollment{PersonID: p.ID, EditionID: ed.ID, Source: "admin"}))
	if err := server.Enrollments.AcknowledgeDisclosure(ctx, e); err != nil {
		t.Fatal(err)
	}
	lessons := ed.RequiredLessons()
	for _, l := range lessons[:len(lessons)-1] {
		if err := server.Enrollments.FinishLesson(ctx, e, l.ID); err != nil {
			t.Fatal(err)
		}
	}
	modules := ed.Course.Modules
	for _, m := range modules {
		for _, q := range ed.Check(m.ID) {
			if m == modules[len(modules)-1] && q.Kind == question.MultipleResponse {
				check = q
				continue
			}
			must[enrollment.CheckAnswer](t)(server.Enrollments.SaveCheckAnswer(ctx, e, q.ID, apptest.Solution(q)))
		}
	}
	return lessons[len(lessons)-1].Slug, check
}
