package kit_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/testneed"
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

// axeRun asks for WCAG 2.2 AA and for the enhanced contrast (7:1) that the
// design promises for text; labels of filled controls keep to 4.5:1.
const axeRun = `axe.run(document, {runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}, rules: {"color-contrast-enhanced": {enabled: true}}})
	.then(r => JSON.stringify(r.violations
		.map(v => v.id === "color-contrast-enhanced" ? {...v, nodes: v.nodes.filter(n => !document.querySelector(n.target[0]).closest(".button-primary, .qmap"))} : v)
		.filter(v => v.nodes.length > 0).map(v => v.id + ": " + v.nodes.map(n => n.target.join(" ") + " " + n.failureSummary.replace(/\s+/g, " ")).join(" | "))))`

func TestGalleryInABrowser(t *testing.T) {
	chromium := testneed.Command(t, "browser", "chromium", "chromium-browser", "google-chrome")
	axe, err := os.ReadFile(testneed.File(t, "browser", "COCARE_TEST_AXE"))
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(gallery(t))
	defer srv.Close()
	ctx := browser(t, chromium)
	var logged []string
	chromedp.ListenTarget(ctx, func(ev any) {
		switch e := ev.(type) {
		case *runtime.EventConsoleAPICalled:
			for _, arg := range e.Args {
				logged = append(logged, string(arg.Value))
			}
		case *runtime.EventExceptionThrown:
			logged = append(logged, e.ExceptionDetails.Error())
		}
	})
	for _, name := range []string{"parts", "list", "lesson", "exam"} {
		for _, theme := range []string{"light", "dark"} {
			for _, width := range []int64{320, 375, 768, 1280, 1920} {
				t.Run(fmt.Sprintf("%s-%s-%d", name, theme, width), func(t *testing.T) {
					look(t, ctx, srv.URL+"/gallery/"+name, theme, width, string(axe))
				})
			}
		}
	}
	if len(logged) > 0 {
		t.Errorf("the console says: %s", strings.Join(logged, "\n"))
	}
}

func browser(t *testing.T, chromium string) context.Context {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.Flag("hide-scrollbars", false))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(cancel)
	// Without a logger of its own chromedp complains of events newer than itself.
	ctx, cancel = chromedp.NewContext(ctx, chromedp.WithErrorf(func(string, ...any) {}))
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func look(t *testing.T, ctx context.Context, url, theme string, width int64, axe string) {
	var overflow, violations string
	var shot []byte
	err := chromedp.Run(ctx,
		chromedp.EmulateViewport(width, 900),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: theme}, {Name: "prefers-reduced-motion", Value: "reduce"}}),
		chromedp.Navigate(url),
		chromedp.Evaluate(`document.fonts.ready.then(() => document.documentElement.scrollWidth > innerWidth ?
			[...document.querySelectorAll("main *, header *, footer *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1).slice(0, 5).map(e => e.outerHTML.slice(0, 120)).join("\n") : "")`,
			&overflow, awaitPromise),
		chromedp.FullScreenshot(&shot, 90),
		chromedp.Evaluate(axe, nil),
		chromedp.Evaluate(axeRun, &violations, awaitPromise),
	)
	if err != nil {
		t.Fatal(err)
	}
	if overflow != "" {
		t.Errorf("wider than the window:\n%s", overflow)
	}
	var list []string
	if err := json.Unmarshal([]byte(violations), &list); err != nil {
		t.Fatal(err)
	}
	for _, v := range list {
		t.Errorf("axe: %s", v)
	}
	if dir := os.Getenv("COCARE_TEST_SHOTS"); dir != "" {
		file := filepath.Join(dir, strings.ReplaceAll(strings.TrimPrefix(t.Name(), "TestGalleryInABrowser/"), "/", "-")+".jpg")
		if err := os.WriteFile(file, shot, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func awaitPromise(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }
