package questionview_test

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/internal/web/questionview"
	"github.com/atmacena/cocare/static"
	"github.com/atmacena/cocare/templates"
)

// draw renders one page around a partial.
func draw(t *testing.T, partial string, data any) string {
	t.Helper()
	files := fstest.MapFS{"pages/a/b.html": {Data: []byte(`{{define "title"}}x{{end}}{{define "content"}}{{template "` + partial + `" .Data}}{{end}}`)}}
	for _, pattern := range []string{"layouts/*.html", "partials/*.html"} {
		names, err := fs.Glob(templates.FS, pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := fs.ReadFile(templates.FS, name)
			if err != nil {
				t.Fatal(err)
			}
			files[name] = &fstest.MapFile{Data: text}
		}
	}
	assets, err := kit.NewAssets(static.FS, "")
	if err != nil {
		t.Fatal(err)
	}
	r, err := kit.NewRenderer(kit.Options{Templates: files, Assets: assets, Site: func() kit.Site { return kit.Site{Name: "CoCare"} }})
	if err != nil {
		t.Fatal(err)
	}
	e, w := echo.New(), httptest.NewRecorder()
	e.Renderer = r
	if err := kit.Render(e.NewContext(httptest.NewRequest(http.MethodGet, "/", nil), w), 200, "a/b", data); err != nil {
		t.Fatal(err)
	}
	_, body, _ := strings.Cut(w.Body.String(), "<main")
	body, _, _ = strings.Cut(body, "</main>")
	return body
}

func items(t *testing.T) []question.Question {
	t.Helper()
	data, err := os.ReadFile("../../question/testdata/items.yaml")
	if err != nil {
		t.Fatal(err)
	}
	list, problems := question.Parse(data)
	if len(problems) > 0 || len(list) < len(question.Kinds()) {
		t.Fatalf("%d items, problems %v", len(list), problems)
	}
	return list
}

// TestFormKeepsTheKey draws every kind and looks for what must not be there.
func TestFormKeepsTheKey(t *testing.T) {
	seen := map[question.Kind]bool{}
	for i := range items(t) {
		q := &items(t)[i]
		seen[q.Kind] = true
		body := draw(t, "question", questionview.Form{Name: "answer", Number: 2, Of: 4, Question: question.Public(q, nil)})
		for _, want := range []string{`name="answer`, "Question 2 of 4", `id="f-answer`} {
			if !strings.Contains(body, want) {
				t.Errorf("%s: no %q in %s", q.ID, want, body)
			}
		}
		secrets := []string{q.Rationale, q.Working, q.Model}
		for _, o := range q.Options {
			secrets = append(secrets, o.Rationale)
		}
		for _, l := range q.Rubric {
			secrets = append(secrets, l.Text)
		}
		for _, s := range secrets {
			if s != "" && strings.Contains(body, s) {
				t.Errorf("%s: the page shows %q before the answer", q.ID, s)
			}
		}
		if strings.Contains(body, "checked") || strings.Contains(body, "selected") {
			t.Errorf("%s: something is chosen already", q.ID)
		}
	}
	for _, k := range question.Kinds() {
		if !seen[k] {
			t.Errorf("no item of kind %s was drawn", k)
		}
	}
}

// TestAnswersComeBack posts nothing: it fills each kind with an answer and
// expects the controls to show it, and the feedback to name it.
func TestAnswersComeBack(t *testing.T) {
	for i := range items(t) {
		q := &items(t)[i]
		var r question.Response
		want, told := "checked", "your answer"
		switch {
		case q.Kind.Choice():
			r.Choices = []string{q.Options[0].ID}
		case q.Kind == question.Numeric:
			r.Number, want, told = "40.5", `value="40.5"`, "40.5"
		case q.Kind == question.Ordering:
			r.Order, want, told = []string{q.Items[1].ID, q.Items[0].ID}, "selected", "You put it"
		case q.Kind == question.Matching:
			r.Pairs, want, told = map[string]string{q.Left[0].ID: q.Right[0].ID}, "selected", "You chose none"
		case q.Kind == question.ShortAnswer:
			r.Text, want, told = "In my own words", ">In my own words</textarea>", "In my own words"
		}
		form := questionview.Form{Name: "answer", Question: question.Public(q, nil), Response: r}
		if body := draw(t, "question", form); !strings.Contains(body, want) {
			t.Errorf("%s: no %q in %s", q.ID, want, body)
		}
		fb := questionview.Feedback{Feedback: question.Explain(q, nil, r, question.Grade(q, r)), Practice: true}
		if body := draw(t, "feedback", fb); !strings.Contains(body, told) || !strings.Contains(body, fb.Verdict()) {
			t.Errorf("%s: no %q and %q in %s", q.ID, told, fb.Verdict(), body)
		}
	}
}

func TestMistakeStandsAtItsRow(t *testing.T) {
	q := &question.Question{ID: "o", Kind: question.Ordering, Prompt: "Order these",
		Items: []question.Item{{ID: "a", Text: "first"}, {ID: "b", Text: "second"}}, Answer: &question.Answer{Order: []string{"a", "b"}}}
	_, err := question.ParseResponse(q, map[string][]string{"answer.a": {"1"}, "answer.b": {"1"}}, "answer")
	form := questionview.Form{Name: "answer", Question: question.Public(q, nil), Case: &questionview.Case{Title: "Marisol, 46", Story: "<p>A story.</p>"}}
	if !form.Fail(err) {
		t.Fatalf("%v is no mistake of the learner", err)
	}
	body := draw(t, "question", form)
	for _, want := range []string{"Position 1 is chosen twice", `name="answer.b" aria-label="Position of: second" aria-invalid="true"`, "<p>A story.</p>"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q in %s", want, body)
		}
	}
	if form.Fail(os.ErrNotExist) {
		t.Error("a fault of ours passes for a mistake of the learner")
	}
}

func TestOptionsSayOnceWhatTheyAre(t *testing.T) {
	for in, want := range map[string]string{
		"Correct: a certificate adds knowledge.": "A certificate adds knowledge.", "Incorrect: it does not.": "It does not.",
		"Correction is possible.": "Correction is possible.", "Correct.": "", "": "",
	} {
		if got := questionview.Reason(in); got != want {
			t.Errorf("%q became %q", in, got)
		}
	}
	several := questionview.Feedback{Feedback: question.Feedback{Answered: true, Kind: question.MultipleResponse}}
	if got := several.State(true, false); got != "Right · you did not choose it" {
		t.Errorf("a right option that was missed: %q", got)
	}
	one := questionview.Feedback{Feedback: question.Feedback{Answered: true, Kind: question.SingleChoice}}
	if one.State(true, false) != "Right" || one.State(false, true) != "Wrong · your answer" || several.State(true, true) != "Right · your answer" {
		t.Error("states")
	}
}

func TestVerdicts(t *testing.T) {
	for _, c := range []struct {
		want, tone string
		f          questionview.Feedback
	}{
		{"Not answered", "warn", questionview.Feedback{}},
		{"Correct", "ok", questionview.Feedback{Feedback: question.Feedback{Answered: true, Result: question.Result{Points: 1000, Max: 1000, Correct: true}}}},
		{"Not correct", "warn", questionview.Feedback{Feedback: question.Feedback{Answered: true, Result: question.Result{Max: 1000}}}},
		{"Partly correct: 0.75 of 1 mark", "warn", questionview.Feedback{Feedback: question.Feedback{Answered: true, Result: question.Result{Points: 750, Max: 1000}}}},
		{"Awaiting grading", "info", questionview.Feedback{Feedback: question.Feedback{Answered: true, Kind: question.ShortAnswer, Result: question.Result{Max: 1000, NeedsGrading: true}}}},
		{"Compare it with the model", "info", questionview.Feedback{Practice: true, Feedback: question.Feedback{Answered: true, Kind: question.ShortAnswer}}},
	} {
		if c.f.Verdict() != c.want || c.f.Tone() != c.tone {
			t.Errorf("%q in tone %q, want %q in %q", c.f.Verdict(), c.f.Tone(), c.want, c.tone)
		}
	}
}
