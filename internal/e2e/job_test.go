package e2e

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/atmacena/cocare/internal/apptest"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/web/questionview"
)

const slug = "tms-ketamine"

// Those who walk the main job have addresses of their own domain, and a password
// that is not the demonstration's.
const (
	walkers         = "walk.example.org"
	walkersPassword = "a quiet harbor at dusk"
	jobber          = "rosalind@" + walkers
)

// edition is the course as the server has it, keys included.
func edition(t testing.TB) *course.Edition {
	t.Helper()
	ed, err := server.Courses.Current(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	return ed
}

// right returns the fields of a form that answer a question rightly. It finds
// the controls as a person does, by the words beside them.
func right(t testing.TB, form *goquery.Selection, q *question.Question) url.Values {
	t.Helper()
	attr := func(within *goquery.Selection, selector, words, name string) string {
		t.Helper()
		found := within.Find(selector).FilterFunction(func(_ int, s *goquery.Selection) bool {
			return strings.HasSuffix(strings.TrimSpace(s.Text()), words)
		})
		own := found.Find("[name]").AddSelection(found.Filter("option")).First()
		if own.Length() == 0 {
			t.Fatalf("%s: nothing stands at %q", q.ID, words)
		}
		return own.AttrOr(name, "")
	}
	field := form.Find("[name]").Not("[type=hidden], [name=flagged], button").First().AttrOr("name", "")
	v := url.Values{}
	switch {
	case q.Kind.Choice():
		for _, o := range q.Options {
			if o.Correct {
				v.Add(field, attr(form, "label.choice", o.Text, "value"))
			}
		}
	case q.Kind == question.Numeric:
		v.Set(field, q.Answer.Numeric.Value)
	case q.Kind == question.Ordering:
		texts := map[string]string{}
		for _, it := range q.Items {
			texts[it.ID] = it.Text
		}
		for i, id := range q.Answer.Order {
			v.Set(attr(form, ".question-rows li", texts[id], "name"), fmt.Sprint(i+1))
		}
	case q.Kind == question.Matching:
		texts := map[string]string{}
		for _, r := range q.Right {
			texts[r.ID] = r.Text
		}
		for _, l := range q.Left {
			row := form.Find(".question-rows li").FilterFunction(func(_ int, s *goquery.Selection) bool {
				return strings.TrimSpace(s.Find("label").Text()) == l.Text
			})
			v.Set(row.Find("select").AttrOr("name", ""), attr(row, "option", texts[l.Match], "value"))
		}
	case q.Kind == question.ShortAnswer:
		v.Set(field, q.Model)
	}
	return v
}

// register makes a new therapist with a confirmed address, by the mail that the
// demonstration keeps.
func register(t testing.TB, name, email string) *apptest.Browser {
	t.Helper()
	b := server.Browser(t)
	p := b.Get("/register").Submit("form[action='/register']", url.Values{"name": {name}, "email": {email}, "password": {walkersPassword}, "time_zone": {"America/Chicago"}})
	if p.Status != http.StatusOK || p.URL.Path == "/register" {
		t.Fatalf("register: %d at %s\n%s", p.Status, p.URL, p.Text())
	}
	link := ""
	within(t, "the mail to confirm "+email, func() bool {
		mails, err := server.Outbox.List(t.Context(), "", 50)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range mails {
			if !strings.Contains(m.Recipient, email) {
				continue
			}
			full, err := server.Outbox.Get(t.Context(), m.ID)
			if err != nil {
				t.Fatal(err)
			}
			if i := strings.Index(full.Plain, "/email/confirm/"); i >= 0 {
				link = strings.Fields(full.Plain[i:])[0]
			}
		}
		return link != ""
	})
	if p := b.Get(link).Submit("main form", nil); p.Status != http.StatusOK {
		t.Fatalf("confirm: %d\n%s", p.Status, p.Text())
	}
	p = b.Get("/login").Submit("form[action^='/login']", url.Values{"email": {email}, "password": {walkersPassword}})
	if strings.HasPrefix(p.URL.Path, "/login") {
		t.Fatalf("sign in: at %s\n%s", p.URL, p.Text())
	}
	return b
}

// within waits for background work: mails, webhooks, printing.
func within(t testing.TB, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if done() {
			return
		}
	}
	t.Fatalf("%s did not come within 30 s", what)
}

// TestTheMainJob takes a new therapist from the catalog to a certificate that
// anyone can verify, without a single script.
func TestTheMainJob(t *testing.T) {
	b := register(t, "Rosalind Okafor-Lindqvist", jobber)
	buy(t, b)
	study(t, b)
	sitExam(t, b)
	evaluate(t, b)
	number := awaitCertificate(t, b)
	verify(t, b, number)
}

func buy(t *testing.T, b *apptest.Browser) {
	p := b.Get("/courses/" + slug)
	for _, words := range []string{"not accredited", "Explain how TRD is defined"} {
		if !p.Has(words) {
			t.Errorf("the course page lacks %q", words)
		}
	}
	p = p.Submit("form[action='/courses/"+slug+"/enroll']", nil)
	if !strings.HasPrefix(p.URL.Path, "/checkout/") {
		t.Fatalf("enroll leads to %s\n%s", p.URL, p.Text())
	}
	if refused := p.Submit("form[action^='/checkout/']", nil); refused.Status != http.StatusUnprocessableEntity {
		t.Errorf("paid without accepting the policies: %d", refused.Status)
	}
	accept := url.Values{}
	p.Find("input[name=policies]").Each(func(_ int, s *goquery.Selection) { accept.Add("policies", s.AttrOr("value", "")) })
	p = p.Submit("form[action^='/checkout/']", accept)
	if !strings.HasPrefix(p.URL.Path, "/sandbox/stripe/") {
		t.Fatalf("pay leads to %s\n%s", p.URL, p.Text())
	}
	p.Submit("form[action^='/sandbox/stripe/']", url.Values{"action": {"pay"}, "delivery": {"twice"}})
	within(t, "the enrollment", func() bool { return b.Get("/learn/"+slug).Status == http.StatusOK })
	if n := b.Get("/orders").Find("main tbody tr").Length(); n != 1 {
		t.Errorf("%d orders after one purchase and a webhook delivered twice", n)
	}
}

func study(t *testing.T, b *apptest.Browser) {
	ed := edition(t)
	first := "/learn/" + slug + "/lessons/" + ed.Course.Modules[0].Lessons[0].Slug
	if p := b.Get(first); p.URL.Path == first {
		t.Error("a lesson opens before the disclosure is acknowledged")
	}
	b.Get("/learn/"+slug+"/disclosure").Submit("form[action$='/disclosure']", url.Values{"acknowledged": {"yes"}})
	for _, l := range ed.RequiredLessons() {
		p := b.Get("/learn/" + slug + "/lessons/" + l.Slug)
		if p.Status != http.StatusOK || p.Find("article h1").Text() != l.Title {
			t.Fatalf("lesson %s: %d at %s", l.ID, p.Status, p.URL)
		}
		if p.Find("figure svg").Length() == 0 || p.Find(".box-know").Length() == 0 || p.Find("ol.refs li").Length() == 0 {
			t.Errorf("lesson %s lacks its figure, its box or its references", l.ID)
		}
		finish := p.Find("button[formaction$='/finish']").AttrOr("formaction", "")
		if p = b.Post(finish, apptest.Fields(p.Find("#note"))); p.Status != http.StatusOK {
			t.Fatalf("finish %s: %d\n%s", l.ID, p.Status, p.Text())
		}
	}
	if p := b.Get("/learn/" + slug + "/exam"); p.Find("input[name=attested]").Length() > 0 {
		t.Error("the exam opens before the checks are answered")
	}
	for _, m := range ed.Course.Modules {
		for _, q := range ed.Check(m.ID) {
			p := b.Get("/learn/" + slug + "/checks/" + m.ID)
			card := p.Find("#q-" + strings.ReplaceAll(q.ID, ".", `\.`))
			if card.Find("button[name=question]").Length() == 0 {
				t.Fatalf("no way to answer %s", q.ID)
			}
			v := right(t, card, q)
			v.Set("question", q.ID)
			p = p.Submit("main form[action$='/checks/"+m.ID+"']", v)
			if p.Status != http.StatusOK || p.Find("#q-"+strings.ReplaceAll(q.ID, ".", `\.`)+" .feedback").Length() == 0 {
				t.Fatalf("check %s shows no rationale: %d\n%s", q.ID, p.Status, p.Text())
			}
		}
	}
}

func sitExam(t *testing.T, b *apptest.Browser) {
	ed := edition(t)
	p := b.Get("/learn/"+slug+"/exam").Submit("form:has(input[name=attested])", url.Values{"legal_name": {"Rosalind Okafor-Lindqvist"}, "attested": {"yes"}})
	short := 0
	for n := 1; n <= ed.Course.Exam.Draw(); n++ {
		form := p.Find("#exam-answer")
		action := form.AttrOr("action", "")
		q, ok := ed.Question(action[strings.LastIndex(action, "/")+1:])
		if !ok {
			t.Fatalf("question %d: no form at %s (%d)\n%s", n, p.URL, p.Status, p.Text())
		}
		for _, secret := range secrets(q) {
			if bytes.Contains(p.Body, []byte(secret)) {
				t.Errorf("%s: the page holds %q before it is graded", q.ID, secret)
			}
		}
		if q.Kind == question.ShortAnswer {
			short++
		}
		v := right(t, form, q)
		v.Set("go", "next")
		if p = p.Submit("#exam-answer", v); p.Status != http.StatusOK {
			t.Fatalf("%s: %d\n%s", q.ID, p.Status, p.Text())
		}
	}
	if short == 0 {
		t.Error("the form holds no short answer")
	}
	if !p.Has("questions are answered and saved") {
		t.Errorf("after the last question: %s\n%s", p.URL, p.Text())
	}
	p = p.Submit("#exam-submit", nil)
	// Every other item is right, so no open mark can change the pass.
	if !p.Has("passed") {
		t.Errorf("after submitting: %s\n%s", p.URL, p.Text())
	}
}

// secrets are texts that must not reach a browser before grading.
func secrets(q *question.Question) []string {
	var out []string
	for _, o := range q.Options {
		out = append(out, o.Rationale)
		if reason := questionview.Reason(o.Rationale); reason != "" {
			out = append(out, reason)
		}
	}
	for _, s := range []string{q.Rationale, q.Working, q.Model} {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

func evaluate(t *testing.T, b *apptest.Browser) {
	p := b.Get("/learn/" + slug + "/evaluation")
	if p.Find("form[action$='/evaluation']").Length() == 0 {
		t.Fatalf("no evaluation at %s (%d)\n%s", p.URL, p.Status, p.Text())
	}
	fill := url.Values{}
	p.Find("form[action$='/evaluation'] input[type=radio]").Each(func(_ int, s *goquery.Selection) {
		fill.Set(s.AttrOr("name", ""), s.AttrOr("value", ""))
	})
	if p = p.Submit("form[action$='/evaluation']", fill); p.Status != http.StatusOK {
		t.Fatalf("evaluation: %d\n%s", p.Status, p.Text())
	}
}
