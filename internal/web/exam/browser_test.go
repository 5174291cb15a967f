package exam_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/testneed"
)

// door serves the pages to one person.
func (w *world) door(person string) string {
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		r.Header.Set("X-Test-Person", person)
		w.ServeHTTP(rw, r)
	}))
	w.t.Cleanup(srv.Close)
	return srv.URL
}

func browser(t *testing.T) context.Context {
	t.Helper()
	chromium := testneed.Command(t, testneed.Browser, "chromium", "chromium-browser", "google-chrome")
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.Flag("hide-scrollbars", false))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx, chromedp.WithErrorf(func(string, ...any) {}))
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func awaitPromise(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }

const axeRun = `axe.run(document, {runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}})
	.then(r => JSON.stringify(r.violations.map(v => v.id + ": " + v.nodes.map(n => n.target.join(" ") + " " + n.failureSummary.replace(/\s+/g, " ")).join(" | "))))`

// TestPagesInABrowser holds every page of the area to axe and to its width.
func TestPagesInABrowser(t *testing.T) {
	ctx := browser(t)
	axe, err := os.ReadFile(testneed.File(t, testneed.Browser, "COCARE_TEST_AXE"))
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	w.edition.Course.Card.TimeLimitMinutes = 90
	learner, teacher, admin := w.door("p1"), w.door("teacher"), w.door("admin")
	pages := map[string]string{"intro": learner + introURL}
	address := w.begin()
	for _, i := range w.sitting(address).Items {
		pages["question-"+string(i.Question.Kind)] = learner + address + "?q=" + strconv.Itoa(i.Position)
	}
	pages["review"], pages["void"] = learner+address+"/review", admin+"/admin/exams/e1"
	see(t, ctx, string(axe), pages)

	w.walk(address, 6)
	w.post("p1", address+"/submit").to(address + "/result")
	grade := gradeLink.FindString(w.get("teacher", "/teach/grading").Body)
	see(t, ctx, string(axe), map[string]string{
		"awaiting": learner + address + "/result", "queue": teacher + "/teach/grading", "grade": teacher + grade, "again": learner + introURL,
	})
	w.gradeAll()
	see(t, ctx, string(axe), map[string]string{"passed": learner + address + "/result", "empty-queue": teacher + "/teach/grading",
		"graded-queue": teacher + "/teach/grading?state=graded", "correct": teacher + grade, "admin": admin + "/admin/exams/e1"})
}

func see(t *testing.T, ctx context.Context, axe string, pages map[string]string) {
	t.Helper()
	for name, url := range pages {
		for _, theme := range []string{"light", "dark"} {
			for _, width := range []int64{320, 1280} {
				t.Run(fmt.Sprintf("%s-%s-%d", name, theme, width), func(t *testing.T) { look(t, ctx, url, theme, width, axe) })
			}
		}
	}
}

func look(t *testing.T, ctx context.Context, url, theme string, width int64, axe string) {
	var overflow, violations string
	var shot []byte
	err := chromedp.Run(ctx,
		chromedp.EmulateViewport(width, 900),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: theme}, {Name: "prefers-reduced-motion", Value: "reduce"}}),
		chromedp.Navigate(url),
		chromedp.Evaluate(`document.documentElement.scrollWidth > innerWidth ?
			[...document.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1).slice(0, 5).map(e => e.outerHTML.slice(0, 120)).join("\n") : ""`, &overflow),
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
		if err := os.WriteFile(filepath.Join(dir, "exam-"+filepath.Base(t.Name())+".jpg"), shot, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAnswersSaveThemselves chooses an option in one window, another one in a
// second, and leaves the first with its button.
func TestAnswersSaveThemselves(t *testing.T) {
	ctx := browser(t)
	w := newWorld(t)
	address := w.begin()
	var item exam.Item
	for _, i := range w.sitting(address).Items {
		if i.Question.Kind == question.SingleChoice {
			item = i
		}
	}
	url := w.door("p1") + address + "?q=" + strconv.Itoa(item.Position)
	stored := func() exam.Item {
		i, _ := w.sitting(address).Item(item.Question.ID)
		return i
	}
	choose := func(n int) chromedp.Action {
		return chromedp.Click(fmt.Sprintf(".question label.choice:nth-of-type(%d)", n), chromedp.ByQuery)
	}
	saved := chromedp.Poll(`document.querySelector("[data-saved]").textContent === "Saved 20:00"`, nil, chromedp.WithPollingTimeout(10*time.Second))

	w.must(chromedp.Run(ctx, chromedp.Navigate(url), choose(1), saved))
	if got := stored(); got.Response.Choices[0] != item.Order[0] || got.Revision < w.now().UnixMilli() {
		t.Errorf("%+v", got)
	}
	other, cancel := chromedp.NewContext(ctx)
	w.must(chromedp.Run(other, chromedp.Navigate(url), choose(2)))
	for tries := 0; stored().Response.Choices[0] != item.Order[1]; tries++ {
		if time.Sleep(50 * time.Millisecond); tries > 100 {
			t.Fatalf("the second window did not save: %+v", stored())
		}
	}
	cancel() // a window in the background is slow to answer
	next := chromedp.Evaluate(`document.querySelector("button[value=next]").click()`, nil)
	w.must(chromedp.Run(ctx, page.BringToFront(), next, chromedp.WaitVisible(".error-summary")))
	if got := stored(); got.Response.Choices[0] != item.Order[1] {
		t.Errorf("an old page has overwritten a newer answer: %+v", got)
	}
	w.pass(time.Minute)
	w.must(chromedp.Run(ctx, next, chromedp.WaitNotPresent(".error-summary")))
	if got := stored(); got.Response.Choices[0] != item.Order[0] {
		t.Errorf("saving again did not win: %+v", got)
	}
}

// TestTheClockEndsTheSitting: what is on the page is sent when time is up.
func TestTheClockEndsTheSitting(t *testing.T) {
	ctx := browser(t)
	w := newWorld(t)
	w.edition.Course.Card.TimeLimitMinutes = 30
	address := w.begin()
	var item exam.Item
	for _, i := range w.sitting(address).Items {
		if i.Question.Kind == question.ShortAnswer {
			item = i
		}
	}
	w.pass(30*time.Minute - 2*time.Second)
	w.must(chromedp.Run(ctx, chromedp.Navigate(w.door("p1")+address+"?q="+strconv.Itoa(item.Position)),
		chromedp.SendKeys("textarea", "In the last second")))
	w.pass(2 * time.Second)
	w.must(chromedp.Run(ctx, chromedp.WaitVisible(".verdict")))
	got, _ := w.sitting(address).Item(item.Question.ID)
	if got.Response.Text != "In the last second" {
		t.Errorf("%+v", got.Response)
	}
	if len(w.hall.outcomes) != 1 || !w.hall.outcomes[0].SubmittedAt.Equal(w.now()) {
		t.Errorf("%+v", w.hall.outcomes)
	}
	if e := w.hall.list["e1"]; e.State != enrollment.Active {
		t.Errorf("%+v", e)
	}
}
