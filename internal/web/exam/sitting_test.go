package exam_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/static"
)

// TestAutosave speaks as the script does.
func TestAutosave(t *testing.T) {
	w := newWorld(t)
	address := w.begin()
	item := w.sitting(address).Items[0]
	for _, i := range w.sitting(address).Items {
		if i.Question.Kind == question.Numeric {
			item = i
		}
	}
	to := address + "/answers/" + item.Question.ID
	save := func(person, value string, revision int64) area.Answer {
		form := url.Values{"answer": {value}, "flagged": {"yes"}, "page": {"one"}, "revision": {strconv.FormatInt(revision, 10)}}
		return w.Do(person, http.MethodPost, to, form, "Accept", "application/json")
	}
	now := w.now().UnixMilli()
	var saved struct {
		SavedAt time.Time `json:"saved_at"`
		Clock   string    `json:"clock"`
		State   string    `json:"state"`
		Flagged bool      `json:"flagged"`
	}
	w.must(json.Unmarshal([]byte(save("p1", "7.1", now+5).Is(200).Body), &saved))
	if !saved.SavedAt.Equal(w.now()) || saved.Clock != "8:00 PM" || saved.State != "answered" || !saved.Flagged {
		t.Errorf("%+v", saved)
	}
	save("p1", "8", now+4).Is(409, "A newer answer to question "+strconv.Itoa(item.Position)+" was saved", `"revision":`+strconv.FormatInt(now+5, 10))
	save("p1", "seven", now+6).Is(422, "in digits, such as")
	save("p2", "8", now+7).Is(404)
	save("", "8", now+8).Is(401)
	got, _ := w.sitting(address).Item(item.Question.ID)
	if got.Response.Number != "7.1" || !got.Flagged || got.Revision != now+5 {
		t.Errorf("%+v", got)
	}
	w.Get("p1", address+"?q="+strconv.Itoa(item.Position)).Is(200, "Saved 8:00 PM", `value="7.1"`, `value="yes" checked`, "1</span> of 30 answered", "flagged")

	// A button on a page that another device has overtaken.
	seen := strconv.FormatInt(now+5, 10)
	w.Post("p1", to, "answer", "9", "page", "two", "seen", "0", "go", "next").Is(409, "A newer answer to this question", `value="9"`, `name="seen" value="`+seen+`"`)
	w.Post("p1", to, "answer", "x", "page", "two", "seen", "0", "go", "next", "flagged", "yes").Is(422, "in digits, such as", `value="x"`, `value="yes" checked`, `name="page" value="two"`, `name="seen" value="0"`)
	w.Post("p1", to, "answer", "x", "page", "two", "seen", seen, "go", "next").Is(422).Lacks(`value="yes" checked`)
	w.Post("p1", to, "answer", "9", "page", "two", "seen", seen, "go", "stay").To(address + "?q=" + strconv.Itoa(item.Position))
	w.Post("p1", to, "answer", "9", "page", "two", "seen", seen, "go", "review").To(address + "/review") // a second click
	w.Post("p1", address+"/answers/E99", "answer", "9").Is(404)

	w.Post("p1", address+"/submit").To(address + "/result")
	save("p1", "10", now+1000).Is(409, "This exam was submitted")
}

// TestOthersThingsDoNotExist on every address of an attempt.
func TestOthersThingsDoNotExist(t *testing.T) {
	w := newWorld(t)
	address := w.begin()
	question := w.sitting(address).Items[0].Question.ID
	other := strings.Replace(address, slug, "other", 1)
	for _, base := range []string{address, other, introURL + "/nonsense", introURL + "/00000000-0000-7000-8000-000000000000"} {
		person := "p2"
		if base != address {
			person = "p1"
		}
		for _, path := range []string{"", "?q=1", "/review"} {
			w.Get(person, base+path).Is(404)
		}
		w.Post(person, base+"/submit").Is(404)
		w.Post(person, base+"/answers/"+question, "answer", "A").Is(404)
	}
	w.Get("p2", address+"/result").Is(404)
	w.Get("p1", "/learn/nothing/exam").Is(404)
	w.Get("p1", introURL+"?cycle=9").Is(404)
	w.Get("p1", introURL+"?cycle=x").Is(404)
	w.Get("p1", address+"?q=31").Is(404)
	w.Get("p1", address+"?q=0").Is(404)
	w.Get("p1", "/teach/grading").Is(403)
	w.Get("p1", "/admin/exams/e1").Is(403)
	w.Get("teacher", "/admin/exams/e1").Is(403)
	w.Get("teacher", "/teach/grading/nonsense").Is(404)
	w.Get("teacher", "/teach/grading?after=nonsense").Is(422)
	w.Get("", address).To("/login?next=" + url.QueryEscape(address))
	if n := len(w.sitting(address).Items); n != 30 || w.sitting(address).State != exam.InProgress {
		t.Error("something changed")
	}
}

func TestTheGateIsExplained(t *testing.T) {
	w := newWorld(t)
	w.hall.gate = apperr.New(apperr.Conflict, "The exam is not open yet. Before it: finish every lesson.")
	w.Get("p1", introURL).Is(200, "Before it: finish every lesson").Lacks("Begin attempt")
	w.Post("p1", introURL, "legal_name", "Ana", "attested", "yes").Is(409, "Before it: finish every lesson")
}

// TestFailingAndOneMore: three failures, whom to ask, one more by an
// administrator with a fresh factor.
func TestFailingAndOneMore(t *testing.T) {
	w := newWorld(t)
	var address string
	for n := range 3 {
		address = w.begin()
		w.Post("p1", address+"/submit").To(address + "/result")
		page := w.Get("p1", address+"/result").Is(200, "Not passed this time", "0 of 30 marks", "24 were needed")
		if n < 2 {
			page.Is(200, "The next attempt opens <time")
			page.Lacks("with the reasons")
			w.Post("p1", introURL, "legal_name", "Ana", "attested", "yes").Is(409, "The next attempt opens later", "You can begin the next attempt from")
		}
		w.pass(24 * time.Hour)
	}
	w.Get("p1", address+"/result").Is(200, "That was your last attempt", "/requests/new?kind=help", "with the reasons")
	w.Get("p1", introURL).Is(200, "You have used all your attempts", "/requests/new?kind=help")

	w.Get("admin", "/admin/exams/e1").Is(200, "Ana &lt;b&gt;Ruiz", "3 of 3 attempts used", "Grant one more attempt")
	w.Post("admin", "/admin/exams/e1/grant", "reason", "").Is(422, "Say why, for the record")
	w.stale = true
	w.Get("admin", "/admin/exams/e1").Is(403) // before a reason is typed
	w.Post("admin", "/admin/exams/e1/grant", "reason", "x").Is(403)
	w.Post("admin", "/admin/exams/e1/void", "void_reason", "x").Is(403)
	w.stale = false
	w.Post("admin", "/admin/exams/e1/grant", "reason", "The <screen> reader failed.").To("/admin/exams/e1")
	w.Get("admin", "/admin/exams/e1").Is(200, "The &lt;screen&gt; reader failed.", "Ada Admin", "3 of 4 attempts used", "There are attempts left").Lacks("/grant\"")
	w.Get("admin", "/admin/exams/nonsense").Is(404)
	address = w.begin()
	id := address[strings.LastIndex(address, "/")+1:]
	w.Get("admin", "/admin/exams/e1").Is(200, "Void attempt 4")
	w.Post("admin", "/admin/exams/e2/void", "attempt", id, "void_reason", "x").Is(404)
	w.Post("admin", "/admin/exams/e1/void", "attempt", id).Is(422, "Say why")
	w.Post("admin", "/admin/exams/e1/void", "attempt", id, "void_reason", "Power cut").To("/admin/exams/e1")
	w.Get("p1", address).Is(410, "declared void")
	w.Get("p1", introURL).Is(200, "Attempt 4: void. Power cut", "Begin attempt 4 of 4")
}

// TestWeight: a page with its style, script and type is at most 58,000 bytes.
func TestWeight(t *testing.T) {
	w := newWorld(t)
	assets, err := kit.NewAssets(static.FS, "")
	w.must(err)
	shared := 0
	for _, name := range []string{"css/app.css", "js/app.js", "fonts/gelasio.woff2"} {
		_, wire := assets.Size(name)
		shared += wire
	}
	address := w.begin()
	w.walk(address, 0)
	pages := []string{introURL, address + "?q=7", address + "/review"}
	check := func(path string) {
		a := w.Do("p1", http.MethodGet, path, nil, "Accept-Encoding", "gzip").Is(200)
		t.Logf("%s: %d bytes of its own, %d in all", strings.Replace(path, address, "…", 1), len(a.Body), len(a.Body)+shared)
		if len(a.Body)+shared > 58000 {
			t.Errorf("%s is too heavy: %d and %d bytes", path, len(a.Body), shared)
		}
	}
	for _, p := range pages {
		check(p)
	}
	w.Post("p1", address+"/submit").To(address + "/result")
	w.gradeAll()
	w.Get("p1", address+"/result").Is(200, "with the reasons")
	check(address + "/result")
}
