package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apptest"
	"github.com/atmacena/cocare/internal/apptest/chrome"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/question"
)

// TestTheMainJobInChromium walks the whole job in a real browser: on a phone and
// on a desk, with scripts and without.
func TestTheMainJobInChromium(t *testing.T) {
	chromium := longRun(t)
	forgetTries(t)
	for _, width := range []int64{375, 1280} {
		for _, scripts := range []bool{true, false} {
			t.Run(fmt.Sprintf("%d-scripts-%v", width, scripts), func(t *testing.T) {
				t.Parallel()
				tab := chromium.Tab(t)
				tab.Size(width, 812)
				tab.Scripts(scripts)
				w := &walk{t: t, tab: tab, hand: pointer{tab}, scripts: scripts,
					name: "Wren Abernathy", email: fmt.Sprintf("wren.%d.%v@%s", width, scripts, walkers)}
				w.register()
				w.buy()
				w.study()
				w.sit()
				w.evaluate()
				w.certificate()
			})
		}
	}
}

// longRun starts Chromium, in a run that is not short.
func longRun(t *testing.T) *chrome.Browser {
	t.Helper()
	if testing.Short() {
		t.Skip("skipped: a walk through the browser takes its time")
	}
	return chrome.Start(t)
}

// walk is a new therapist in a tab.
type walk struct {
	t           *testing.T
	tab         *chrome.Tab
	hand        hand
	scripts     bool
	name, email string
}

// quiet holds the page to what every page keeps: it fits the window, and the
// console has nothing to say.
func (w *walk) quiet() {
	w.t.Helper()
	if wide := w.tab.Wider(); wide != "" {
		w.t.Errorf("%s: %s", w.tab.Path(), wide)
	}
	for _, line := range w.tab.Said() {
		w.t.Errorf("%s: the console says: %s", w.tab.Path(), line)
	}
}

func (w *walk) open(path string) {
	w.t.Helper()
	w.tab.Open(server.URL + path)
	w.quiet()
}

func (w *walk) press(selector string) {
	w.t.Helper()
	w.hand.press(selector)
	w.quiet()
}

// register comes in by the course page: whoever wants to enroll makes an account
// on the way.
func (w *walk) register() {
	w.open("/courses")
	w.press(fmt.Sprintf(`main a[href="/courses/%s"]`, slug))
	w.press(`main form[action$="/enroll"] button, main a.button-primary[href^="/register"], main a.button-primary[href^="/login"]`)
	if strings.HasPrefix(w.tab.Path(), "/login") {
		w.press(`main a[href^="/register"]`)
	}
	w.hand.write(`input[name=name]`, w.name)
	w.hand.write(`input[name=email]`, w.email)
	w.hand.write(`input[name=password]`, walkersPassword)
	if !w.scripts { // which know the zone
		w.hand.choose(`select[name=time_zone]`, "Central")
	}
	w.press(`main form[action="/register"] .button-primary`)
	w.tab.Has("Check your mail")
	w.open(mailed(w.t, w.email, "/email/confirm/"))
	w.press(`main form .button-primary`)
	if !strings.HasPrefix(w.tab.Path(), "/login") {
		w.open("/login")
	}
	var known string
	if w.tab.Eval(`document.querySelector("input[name=email]").value`, &known); known != w.email {
		w.t.Errorf("the sign-in page after the confirmation knows the address %q", known)
	}
	w.hand.write(`input[name=password]`, walkersPassword)
	w.press(`main form[action="/login"] .button-primary`)
}

func (w *walk) buy() {
	w.open("/courses/" + slug)
	w.press(fmt.Sprintf(`form[action="/courses/%s/enroll"] button`, slug))
	var boxes int
	w.tab.Eval(`document.querySelectorAll("input[name=policies]").length`, &boxes)
	for i := range boxes {
		id := "f-policies"
		if i > 0 {
			id += fmt.Sprint("-", i)
		}
		w.tab.Click("#" + id)
	}
	w.press(`form[action^="/checkout/"] .button-primary`)
	w.hand.pick(`input[name=action][value=pay]`)
	w.press(`form[action^="/sandbox/stripe/"] .button-primary`)
	w.tab.Has("You are enrolled") // the page looks again by itself
	w.quiet()
	w.press(fmt.Sprintf(`a[href="/learn/%s"]`, slug))
}

func (w *walk) enrollment() enrollment.Enrollment {
	w.t.Helper()
	p := must[account.Person](w.t)(server.Accounts.FindByEmail(w.t.Context(), w.email))
	return must[enrollment.Enrollment](w.t)(server.Enrollments.Find(w.t.Context(), p.ID, slug, 0))
}

// study reads the first module and answers one check of each kind by hand; the
// rest is the same again, so the services do it.
func (w *walk) study() {
	ed := edition(w.t)
	w.open("/learn/" + slug + "/disclosure")
	w.hand.pick(`input[name=acknowledged]`)
	w.press(`form[action$="/disclosure"] .button-primary`)
	first := ed.Course.Modules[0].Lessons
	w.open("/learn/" + slug + "/lessons/" + first[0].Slug)
	for _, l := range first {
		if path := w.tab.Path(); path != "/learn/"+slug+"/lessons/"+l.Slug {
			w.t.Fatalf("%q leads to %s", l.Title, path)
		}
		w.tab.Has(l.Title)
		w.press(`button[formaction$="/finish"]`)
	}
	e := w.enrollment()
	for _, l := range ed.RequiredLessons() {
		if err := server.Enrollments.FinishLesson(w.t.Context(), e, l.ID); err != nil {
			w.t.Fatal(err)
		}
	}
	kinds := map[question.Kind]bool{}
	for _, m := range ed.Course.Modules {
		for _, q := range ed.Check(m.ID) {
			if !kinds[q.Kind] {
				kinds[q.Kind] = true
				w.check(m.ID, q)
				continue
			}
			must[enrollment.CheckAnswer](w.t)(server.Enrollments.SaveCheckAnswer(w.t.Context(), e, q.ID, apptest.Solution(q)))
		}
	}
	if len(kinds) != 7 {
		w.t.Errorf("the checks hold %d kinds of questions: %v", len(kinds), kinds)
	}
}

func (w *walk) check(module string, q *question.Question) {
	w.t.Helper()
	box := fmt.Sprintf(`[id="q-%s"]`, q.ID)
	w.open("/learn/" + slug + "/checks/" + module)
	answer(w.tab, w.hand, box, q.Kind, apptest.Solution(q), w.scripts)
	w.press(box + " .button-primary")
	w.tab.Until(fmt.Sprintf(`document.querySelector(%q)`, box+" .feedback"))
}

// begin starts an attempt by hand. A form without some kind of question is
// voided, as a fault of ours would be, and drawn anew by the service, until one
// holds all that the bank has.
func (w *walk) begin() exam.Attempt {
	w.t.Helper()
	ctx, e := w.t.Context(), w.enrollment()
	w.open("/learn/" + slug + "/exam")
	w.tab.Eval(`document.querySelector("input[name=legal_name]").value = ""`, nil)
	w.hand.write(`input[name=legal_name]`, w.name)
	w.hand.pick(`input[name=attested]`)
	w.press(`form:has(input[name=attested]) .button-primary`)
	a := *must[exam.Overview](w.t)(server.Exams.Overview(ctx, e)).Open
	for range 40 {
		kinds := map[question.Kind]bool{}
		for _, i := range must[exam.Sitting](w.t)(server.Exams.Sitting(ctx, e.PersonID, a.ID)).Items {
			kinds[i.Question.Kind] = true
		}
		if len(kinds) == 7 {
			return a
		}
		if err := server.Exams.Void(ctx, e.ID, a.ID, "The form lacks a kind of question."); err != nil {
			w.t.Fatal(err)
		}
		a = must[exam.Attempt](w.t)(server.Exams.Begin(ctx, exam.Beginning{PersonID: e.PersonID, EnrollmentID: e.ID, LegalName: w.name, Attested: true}))
	}
	w.t.Fatal("no form holds every kind of question")
	return a
}

// sit answers one question of each kind, and the first of all by hand, each
// saved before the next; then it submits.
func (w *walk) sit() {
	a := w.begin()
	e := w.enrollment()
	base := "/learn/" + slug + "/exam/" + a.ID
	kinds := map[question.Kind]bool{}
	for _, i := range must[exam.Sitting](w.t)(server.Exams.Sitting(w.t.Context(), e.PersonID, a.ID)).Items {
		if kinds[i.Question.Kind] {
			must[exam.Saved](w.t)(server.Exams.SaveAnswer(w.t.Context(), e.PersonID, a.ID, exam.Answer{QuestionID: i.Question.ID, Response: apptest.Solution(i.Question)}))
			continue
		}
		kinds[i.Question.Kind] = true
		w.open(fmt.Sprint(base, "?q=", i.Position))
		answer(w.tab, w.hand, "#exam-answer", i.Question.Kind, i.Sheet().Shown(apptest.Solution(i.Question)), w.scripts)
		if w.scripts {
			w.tab.Until(`document.querySelector("[data-saved]").textContent.startsWith("Saved")`)
		}
		w.press(`#exam-answer button[value=next]`)
	}
	w.open(base + "/review")
	w.tab.Has("questions are answered and saved")
	w.press(`#exam-submit .button-primary`)
	w.tab.Has("passed")
}

// evaluate gives the first two answers by hand.
func (w *walk) evaluate() {
	w.open("/learn/" + slug + "/evaluation")
	var scales []string
	w.tab.Eval(`[...new Set([...document.querySelectorAll("form[action$='/evaluation'] input[type=radio]")].map(i => i.name))]`, &scales)
	for _, name := range scales[:2] {
		w.hand.pick(fmt.Sprintf(`input[name="%s"][value="4"]`, name))
	}
	w.tab.Eval(`document.querySelectorAll("form[action$='/evaluation'] input[type=radio][value='4']").forEach(i => { i.checked = true; })`, nil)
	w.press(`form[action$="/evaluation"] .button-primary`)
}

func (w *walk) certificate() {
	w.open("/certificates")
	w.tab.Until(`document.querySelector("main a[href^='/certificates/']") || location.reload()`)
	w.press(`main a[href^="/certificates/"]:not([href$=".pdf"])`)
	w.tab.Has("This certifies that") // the page before it looks again by itself
	w.quiet()
	w.press(`main a[href^="/verify/"]`)
	for _, words := range []string{w.name, "not accredited", "not clinically reviewed"} {
		w.tab.Has(words)
	}
}
