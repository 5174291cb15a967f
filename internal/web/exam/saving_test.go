package exam_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/apptest/chrome"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/question"
)

// desk is a shared computer: one address for whoever sits there. While it is
// broken, no answer reaches the server.
type desk struct {
	*chrome.Tab
	url    string
	person atomic.Value
	broken atomic.Bool
}

func (w *world) desk() *desk {
	w.t.Helper()
	d := &desk{Tab: chrome.Start(w.t).Tab(w.t)}
	d.person.Store("p1")
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if d.broken.Load() && strings.Contains(r.URL.Path, "/answers/") {
			http.Error(rw, "broken", http.StatusServiceUnavailable)
			return
		}
		r.Header.Set(area.Person, d.person.Load().(string))
		w.ServeHTTP(rw, r)
	}))
	w.t.Cleanup(srv.Close)
	d.url = srv.URL
	return d
}

func (d *desk) open(path string) { d.Run(chromedp.Navigate(d.url + path)) }

func (d *desk) choose(n int) {
	d.Run(chromedp.Click(fmt.Sprintf(".question label.choice:nth-of-type(%d)", n), chromedp.ByQuery))
}

func (d *desk) says(text string) {
	d.Until(`document.querySelector("[data-saved]")?.textContent.includes(` + strconv.Quote(text) + ")")
}

func (w *world) chosen(address, questionID string) string {
	w.t.Helper()
	i, _ := w.sitting(address).Item(questionID)
	return strings.Join(i.Response.Choices, " ")
}

// TestAnAnswerThatWasNotSavedComesBack: into the control, so that the button
// does not overwrite it with nothing.
func TestAnAnswerThatWasNotSavedComesBack(t *testing.T) {
	w := newWorld(t)
	d := w.desk()
	address := w.begin()
	item, at := w.ofKind(address, question.SingleChoice)
	d.broken.Store(true)
	d.open(at)
	d.choose(2)
	d.says("Not saved yet")
	d.open(introURL)
	d.says("Not saved yet")
	d.broken.Store(false)
	d.open(at)
	d.says("Saved 8:00 PM")
	d.Until(`document.querySelectorAll(".question input")[1].checked`)
	d.Eval(`document.querySelector("button[value=next]").click()`, nil)
	d.Until(`location.search === "?q=` + strconv.Itoa(item.Position+1) + `" || location.pathname.endsWith("/review")`)
	if got := w.chosen(address, item.Question.ID); got != item.Order[1] {
		t.Errorf("stored %q, chosen %q", got, item.Order[1])
	}
}

// TestNobodyLeavesTheQuestionOffline: the browser's own error page would take its
// place.
func TestNobodyLeavesTheQuestionOffline(t *testing.T) {
	w := newWorld(t)
	d := w.desk()
	address := w.begin()
	item, at := w.ofKind(address, question.SingleChoice)
	d.open(at)
	cut := func(off bool) {
		d.Run(network.OverrideNetworkState(off, 0, -1, -1), chromedp.ActionFunc(func(ctx context.Context) error {
			_, err := network.EmulateNetworkConditionsByRule(off, []*network.Conditions{{DownloadThroughput: -1, UploadThroughput: -1}}).Do(ctx)
			return err
		}))
	}
	cut(true)
	d.Until(`!navigator.onLine`)
	d.choose(2)
	d.Eval(`document.querySelector("button[value=next]").click()`, nil)
	d.says("You are offline")
	cut(false)
	d.says("Saved 8:00 PM")
	if got := w.chosen(address, item.Question.ID); got != item.Order[1] {
		t.Errorf("stored %q, chosen %q", got, item.Order[1])
	}
	d.Eval(`document.querySelector("button[value=next]").click()`, nil)
	d.Until(`location.search === "?q=` + strconv.Itoa(item.Position+1) + `" || location.pathname.endsWith("/review")`)
}

// TestAServerOnThisComputerNeedsNoNetwork: the browser calls itself offline, and
// the exam goes on.
func TestAServerOnThisComputerNeedsNoNetwork(t *testing.T) {
	w := newWorld(t)
	d := w.desk()
	item, at := w.ofKind(w.begin(), question.SingleChoice)
	d.open(at)
	d.Run(network.OverrideNetworkState(true, 0, -1, -1))
	d.Until(`!navigator.onLine`)
	d.choose(2)
	d.Eval(`document.querySelector("button[value=next]").click()`, nil)
	d.Until(`location.search === "?q=` + strconv.Itoa(item.Position+1) + `" || location.pathname.endsWith("/review")`)
}

// TestTheExamIsNotSubmittedWithoutAnAnswer that is still on the way: the
// overview saves it, and waits for it.
func TestTheExamIsNotSubmittedWithoutAnAnswer(t *testing.T) {
	w := newWorld(t)
	d := w.desk()
	address := w.begin()
	item, at := w.ofKind(address, question.SingleChoice)
	d.broken.Store(true)
	d.open(at)
	d.choose(2)
	d.says("Not saved yet")
	d.open(address + "/review")
	d.says("Not everything on this device is saved yet")
	var says string
	d.Eval(`document.querySelector("#exam-submit button").click(), document.querySelector("[data-saved]").textContent`, &says)
	if !strings.HasPrefix(says, "Not submitted yet") || w.sitting(address).State != exam.InProgress {
		t.Errorf("%q, %s", says, w.sitting(address).State)
	}
	d.says("Not everything on this device is saved yet")
	d.broken.Store(false)
	d.Eval(`dispatchEvent(new Event("online"))`, nil)
	d.Until(`document.body.innerText.includes("29 questions are not fully answered")`)
	d.Eval(`document.querySelector("#exam-submit button").click()`, nil)
	d.Until(`location.pathname.endsWith("/result")`)
	if got := w.chosen(address, item.Question.ID); got != item.Order[1] {
		t.Errorf("stored %q, chosen %q", got, item.Order[1])
	}
}

// TestTheNextPersonAtTheDesk neither sees nor sends what the one before left.
func TestTheNextPersonAtTheDesk(t *testing.T) {
	w := newWorld(t)
	d := w.desk()
	_, at := w.ofKind(w.begin(), question.SingleChoice)
	d.broken.Store(true)
	d.open(at)
	d.choose(2)
	d.says("Not saved yet")
	d.person.Store("p2")
	d.broken.Store(false)
	theirs := w.Post("p2", introURL, "legal_name", "Björn Öl", "attested", "yes").Location
	d.open(theirs)
	d.Until(`localStorage.length === 0`)
	sit, err := w.exams.Sitting(context.Background(), "p2", theirs[strings.LastIndex(theirs, "/")+1:])
	w.must(err)
	for _, i := range sit.Items {
		if i.SavedAt != nil {
			t.Errorf("%s was saved", i.Question.ID)
		}
	}
}

// TestTheTilesFollowWhatIsSaved without loading the page again; what is partly
// answered does not count.
func TestTheTilesFollowWhatIsSaved(t *testing.T) {
	w := newWorld(t)
	d := w.desk()
	address := w.begin()
	_, at := w.ofKind(address, question.SingleChoice)
	d.open(at)
	d.choose(1)
	d.Until(`document.querySelector("[data-answered]").textContent === "1" && document.querySelector(".qmap [aria-current]").className === "answered"`)
	for _, i := range w.sitting(address).Items {
		if i.Question.Kind != question.Matching {
			continue
		}
		d.open(address + "?q=" + strconv.Itoa(i.Position))
		d.Run(chromedp.Evaluate(`{const s = document.querySelector(".question-pairs select"); s.selectedIndex = 1; s.dispatchEvent(new Event("input", {bubbles: true}))}`, nil))
		d.Until(`document.querySelector(".qmap [aria-current]").className === "partly" && document.querySelector("[data-answered]").textContent === "1"`)
		w.Get("p1", address).Is(http.StatusOK, "1</span> of 30 answered", "partly answered")
		return
	}
}
