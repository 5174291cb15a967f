package exam_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apptest/chrome"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/question"
)

// TestPagesInABrowser holds every page of the area to axe and to its width.
func TestPagesInABrowser(t *testing.T) {
	script := chrome.Script(t)
	tab := chrome.Start(t).Tab(t)
	w := newWorld(t)
	w.edition.Course.Card.TimeLimitMinutes = 90
	see := func(pages map[string]string) {
		for name, url := range pages {
			t.Run(name, func(t *testing.T) { tab.For(t, func() { look(t, tab, name, url, script) }) })
		}
	}
	learner, teacher, admin := w.As("p1"), w.As("teacher"), w.As("admin")
	pages := map[string]string{"intro": learner + introURL}
	address := w.begin()
	for _, i := range w.sitting(address).Items {
		pages["question-"+string(i.Question.Kind)] = learner + address + "?q=" + strconv.Itoa(i.Position)
	}
	pages["review"], pages["void"] = learner+address+"/review", admin+"/admin/exams/e1"
	see(pages)

	w.walk(address, 6)
	w.Post("p1", address+"/submit").To(address + "/result")
	grade := gradeLink.FindString(w.Get("teacher", "/teach/grading").Body)
	see(map[string]string{
		"awaiting": learner + address + "/result", "queue": teacher + "/teach/grading", "grade": teacher + grade, "again": learner + introURL,
	})
	w.gradeAll()
	see(map[string]string{"passed": learner + address + "/result", "empty-queue": teacher + "/teach/grading",
		"graded-queue": teacher + "/teach/grading?state=graded", "correct": teacher + grade, "admin": admin + "/admin/exams/e1"})
}

// look opens a page once and sees it wide and narrow, by day and by night.
func look(t *testing.T, tab *chrome.Tab, name, url, script string) {
	tab.Open(url)
	for _, width := range []int64{1280, 320} {
		tab.Size(width, 900)
		for _, theme := range []string{"light", "dark"} {
			tab.Theme(theme)
			rules := chrome.Everything
			if theme == "dark" {
				rules = chrome.Colors
			}
			for _, v := range tab.Axe(script, rules) {
				t.Errorf("%d px, %s: %s", width, theme, v)
			}
			tab.Shot(fmt.Sprintf("exam-%s-%s-%d", name, theme, width))
		}
		if wide := tab.Wider(); wide != "" {
			t.Errorf("%d px: %s", width, wide)
		}
	}
}

// TestAnswersSaveThemselves chooses an option in one window, another one in a
// second, and leaves the first with its button.
func TestAnswersSaveThemselves(t *testing.T) {
	w := newWorld(t)
	chromium := chrome.Start(t)
	tab := chromium.Tab(t)
	address := w.begin()
	item, at := w.ofKind(address, question.SingleChoice)
	url := w.As("p1") + at
	stored := func() exam.Item {
		i, _ := w.sitting(address).Item(item.Question.ID)
		return i
	}
	option := func(n int) string { return fmt.Sprintf(".question label.choice:nth-of-type(%d)", n) }
	// A page that shows what is stored says "Saved" before anything is sent: what
	// was acknowledged moves the revision that it has seen.
	choose := func(on *chrome.Tab, n int) {
		t.Helper()
		before := stored().Revision
		on.Click(option(n))
		on.Until(fmt.Sprintf(`Number(document.querySelector("[name=seen]").value) !== %d`, before))
	}
	const saved = `document.querySelector("[data-saved]").textContent === "Saved 8:00 PM"`

	tab.Open(url)
	tab.Click(option(1))
	tab.Until(saved)
	if got := stored(); got.Response.Choices[0] != item.Order[0] {
		t.Errorf("%+v", got)
	}
	other := chromium.Tab(t)
	other.Open(url)
	choose(other, 2)
	other.Until(saved)
	if got := stored(); got.Response.Choices[0] != item.Order[1] {
		t.Fatalf("the second window did not save: %+v", got)
	}
	const newer = `!document.querySelector("[data-newer]").hidden`
	tab.Click(option(3))
	tab.Until(newer + ` && document.querySelector("[data-saved]").textContent.startsWith("Not saved") && document.querySelectorAll(".question input")[2].checked`)
	if got := stored(); got.Response.Choices[0] != item.Order[1] {
		t.Errorf("the first window has overwritten what it never saw: %+v", got)
	}
	// It is not gone with the page: only a choice of the person's ends it.
	tab.Open(url)
	tab.Until(newer + ` && document.querySelectorAll(".question input")[2].checked`)
	tab.Click("[data-keep]")
	tab.Until(saved + ` && document.querySelector("[data-newer]").hidden`)
	if got := stored(); got.Response.Choices[0] != item.Order[2] {
		t.Errorf("keeping this one: %+v", got)
	}
	other.Click(option(1))
	other.Until(newer)
	other.Leave(func() { other.Click("[data-newer] a") })
	other.Until(`document.querySelectorAll(".question input")[2].checked`)
	choose(other, 2)
	other.Until(saved)
	if got := stored(); got.Response.Choices[0] != item.Order[1] {
		t.Errorf("after loading the other: %+v", got)
	}
	next := func() { tab.Eval(`document.querySelector("button[value=next]").click()`, nil) }
	tab.Leave(next)
	tab.Until(`document.querySelector(".error-summary")`)
	if got := stored(); got.Response.Choices[0] != item.Order[1] {
		t.Errorf("an old page has overwritten a newer answer: %+v", got)
	}
	w.pass(time.Minute)
	tab.Leave(next)
	tab.Until(`!document.querySelector(".error-summary")`)
	if got := stored(); got.Response.Choices[0] != item.Order[2] {
		t.Errorf("saving again did not win: %+v", got)
	}
}

// TestTheClockEndsTheSitting: what is on the page is sent when time is up.
func TestTheClockEndsTheSitting(t *testing.T) {
	w := newWorld(t)
	tab := chrome.Start(t).Tab(t)
	w.edition.Course.Card.TimeLimitMinutes = 30
	address := w.begin()
	item, at := w.ofKind(address, question.ShortAnswer)
	const left = 6 * time.Second // the page counts them down, and a busy machine types slowly
	w.pass(30*time.Minute - left)
	tab.Open(w.As("p1") + at)
	tab.Type("textarea", "In the last second")
	w.pass(left)
	tab.Until(`document.querySelector(".verdict")`)
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
