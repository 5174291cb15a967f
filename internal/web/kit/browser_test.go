package kit_test

import (
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apptest/chrome"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/internal/web/questionview"
)

// gallery serves the pages of testdata, which together use every component.
func gallery(t *testing.T) *app {
	t.Helper()
	pages := map[string]string{}
	for _, name := range []string{"parts", "list", "lesson", "exam"} {
		body, err := os.ReadFile(filepath.Join("testdata", name+".html"))
		if err != nil {
			t.Fatal(err)
		}
		pages["gallery/"+name] = string(body)
	}
	a := newApp(t, pages)
	var routes []kit.Route
	for name := range pages {
		routes = append(routes, kit.Route{Method: "GET", Path: "/" + name, Name: name, Role: kit.Anyone,
			Handler: func(c echo.Context) error {
				kit.SetViewer(c, &kit.Viewer{PersonID: "p1", Name: "Ana Ruiz", Roles: kit.Therapist, Zone: time.FixedZone("EST", -5*3600)})
				data, f := galleryData(c, name)
				return kit.Render(c, 200, name, kit.View{Data: data, Form: f})
			}})
	}
	kit.Register(a.Echo, routes)
	return a
}

type row struct {
	At                  time.Time
	Name, Course, State string
	Tone                kit.Tone
	Cents               int64
}

func galleryData(c echo.Context, name string) (map[string]any, *kit.Form) {
	switch name {
	case "gallery/parts":
		f := kit.NewForm("email", "ana@example", "kind", "refund")
		f.Fail("email", "Enter an email address such as name@example.org.")
		f.Fail("kind", "Choose what it is about.")
		return map[string]any{
			"Steps": []kit.StepItem{
				{State: kit.StepDone, Title: "Disclosures read", Note: "November 2"},
				{State: kit.StepNow, Title: "Finish 8 lessons", Note: "12 of 20 done, about 38 minutes left", Href: "/learn"},
				{State: kit.StepTodo, Title: "Answer the module checks", Note: "4 of 6"},
				{State: kit.StepTodo, Title: "Pass the exam", Note: "30 questions, 80% to pass"},
				{State: kit.StepWait, Title: "Short answer graded", Note: "usually within 5 working days"},
			},
			"States": []kit.Option{{Value: "", Label: "Choose"}, {Value: "CA", Label: "California"}},
			"Kinds":  []kit.Option{{Value: "refund", Label: "A refund", Hint: "Within 14 days, before the exam."}, {Value: "access", Label: "An accommodation"}},
		}, f
	case "gallery/list":
		rows := []row{
			{clock, "Ana Ruiz", "Two Tools, One Question: TMS and Ketamine", "Paid", kit.Success, 14900},
			{clock, "Bartholomew Featherstonehaugh-Cholmondeley", "Two Tools, One Question: TMS and Ketamine", "Refunded", kit.Danger, 14900},
			{clock, "李 明", "Two Tools, One Question: TMS and Ketamine", "Open", kit.Warning, 1234500},
		}
		return map[string]any{"Rows": rows, "Pager": kit.NewPager(c, 1284, 3, "", kit.Cursor("2026-11-23", "o3"))}, nil
	case "gallery/exam":
		return examData(), nil
	default:
		return nil, nil
	}
}

func examData() map[string]any {
	single := &question.Question{ID: "q0", Kind: question.SingleChoice, Prompt: "Which addition makes a trial of medicine adequate?", Rationale: "Dose and time together.",
		Options: []question.Option{
			{ID: "a", Text: "A second opinion", Rationale: "Useful, but it does not change the trial."},
			{ID: "b", Text: "Enough weeks at a usual dose", Correct: true, Rationale: "Both are needed."},
			{ID: "c", Text: "A blood level", Rationale: "Rarely needed."}}}
	public := func(kind question.Kind, prompt string) question.PublicQuestion {
		return question.PublicQuestion{ID: "q", Kind: kind, Prompt: prompt}
	}
	ordering := public(question.Ordering, "Put the steps in order.")
	ordering.Items = []question.PublicText{{ID: "1", Text: "Refer"}, {ID: "2", Text: "Ask about safety"}, {ID: "3", Text: "Write down the trials and what became of each of them"}}
	matching := public(question.Matching, "Match each term with its meaning.")
	matching.Left = []question.PublicText{{ID: "1", Text: "Response"}, {ID: "2", Text: "Remission"}}
	matching.Right = []question.PublicOption{{ID: "a", Letter: "A", Text: "Half of the symptoms gone"}, {ID: "b", Letter: "B", Text: "Hardly any symptoms"}}
	form := func(n int, q question.PublicQuestion) questionview.Form {
		return questionview.Form{Name: fmt.Sprintf("a%d", n), Number: n, Of: 30, Question: q}
	}
	first := form(1, question.Public(single, nil))
	first.Response.Choices = []string{"b"}
	return map[string]any{
		"Now": clock.Format(time.RFC3339), "End": clock.Add(42 * time.Minute).Format(time.RFC3339),
		"Single": first, "Ordering": form(2, ordering), "Matching": form(3, matching),
		"Short":   form(4, public(question.ShortAnswer, "Say in two sentences what you would tell Marisol.")),
		"Numeric": form(5, public(question.Numeric, "How many of 1,000 sessions?")),
		"Right": questionview.Feedback{Number: 1, Feedback: question.Explain(single, nil,
			question.Response{Choices: []string{"a"}}, question.Result{})},
	}
}

func TestGalleryInABrowser(t *testing.T) {
	tab := chrome.Start(t).Tab(t)
	axe := chrome.Script(t)
	srv := httptest.NewServer(gallery(t))
	defer srv.Close()
	for _, name := range []string{"parts", "list", "lesson", "exam"} {
		for _, theme := range []string{"light", "dark"} {
			for _, width := range []int64{320, 375, 768, 1280, 1920} {
				t.Run(fmt.Sprintf("%s-%s-%d", name, theme, width), func(t *testing.T) {
					tab.For(t, func() { look(t, tab, srv.URL+"/gallery/"+name, theme, width, axe) })
				})
			}
		}
	}
}

func look(t *testing.T, tab *chrome.Tab, url, theme string, width int64, axe string) {
	tab.Size(width, 900)
	tab.Theme(theme)
	tab.Open(url)
	if wide := tab.Wider(); wide != "" {
		t.Error(wide)
	}
	tab.Shot(strings.ReplaceAll(t.Name(), "/", "-"))
	for _, v := range tab.Axe(axe, chrome.Everything) {
		t.Errorf("axe: %s", v)
	}
	for _, line := range tab.Said() {
		t.Errorf("the console says: %s", line)
	}
}
