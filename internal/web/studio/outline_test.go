package studio_test

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/atmacena/cocare/internal/apptest/chrome"
)

// lessons are the titles in the order of the course.
func (w *world) lessons() string {
	w.t.Helper()
	_, c, _, err := w.courses.CheckDraft(w.t.Context(), slug)
	w.must(err)
	var out []string
	for _, l := range c.Lessons() {
		out = append(out, l.Title)
	}
	return strings.Join(out, "|")
}

func TestLessonsMove(t *testing.T) {
	w := newWorld(t)
	page := at + "/outline"
	order := w.lessons()
	titles := strings.Split(order, "|")
	files, err := w.courses.Export(t.Context(), slug, 0)
	w.must(err)
	var paths []string
	for _, p := range files.Paths() {
		if strings.HasSuffix(p, ".md") && strings.HasPrefix(p, "modules/") {
			paths = append(paths, p)
		}
	}
	w.Get("ira", page).OK("Module 1", titles[0], "Move down: "+titles[0], "down "+paths[0]).Lacks("Move up: " + titles[0])
	w.Post("ira", page, "step", "down "+paths[0]).Says(page, "studio.saved")
	if got := w.lessons(); got != titles[1]+"|"+titles[0] {
		t.Errorf("down: %s", got)
	}
	if draft, err := w.courses.Draft(t.Context(), slug); err != nil || draft.Seq != 2 || len(draft.Problems) > 0 {
		t.Errorf("%+v, %v", draft, err)
	}
	w.Post("ira", page, "step", "down "+paths[0]).Is(http.StatusConflict, "The outline has changed meanwhile")
	w.Post("ira", page, "step", "spin "+paths[0]).Is(http.StatusUnprocessableEntity)
	w.Post("ira", page, "title modules/01-your-record/module.yaml", " ").Is(http.StatusUnprocessableEntity, "Give it a title")
	w.Post("ira", page, "title modules/01-your-record/module.yaml", "Record: yours", "step", "save").Says(page, "studio.saved")
	if got := string(w.opened("modules/01-your-record/module.yaml").Content); !strings.Contains(got, `title: "Record: yours"`) {
		t.Errorf("%s", got)
	}
	w.Post("ira", page, "step", "up modules/01-your-record").Is(http.StatusUnprocessableEntity, "stands at the end already")
	w.Get("tom", page).Is(http.StatusForbidden)
	w.Post("tom", page, "step", "up x").Is(http.StatusForbidden)
	w.Get("ira", "/teach/none/outline").Is(http.StatusNotFound)
}

// TestAMoveSavesNoTitle: what nobody typed is not written into a file, and a head
// that cannot be read stops its own title alone.
func TestAMoveSavesNoTitle(t *testing.T) {
	w := newWorld(t)
	page, lesson := at+"/outline", w.lesson()
	whole := string(w.opened(lesson).Content)
	untitled := regexp.MustCompile(`(?m)^title: .*\n`).ReplaceAllString(whole, "")
	torn := strings.Replace(whole, "title: ", "title: [", 1)
	base := fmt.Sprint(w.opened(lesson).Seq)
	for _, text := range []string{untitled, torn} {
		w.Post("ira", file(lesson), "base", base, "body", text, "step", "save").To(file(lesson))
		form := w.Get("ira", page).OK("Move down: "+lesson, `name="title `+lesson+`" maxlength`, `name="was `+lesson+`" value=""`)
		form.Lacks(`name="was ` + lesson + `" value="` + lesson)
		all := []string{"title " + lesson, "", "was " + lesson, "", "title modules/01-your-record/module.yaml", "Your record", "was modules/01-your-record/module.yaml", "Your record"}
		w.Post("ira", page, append(all, "step", "down "+lesson)...).Says(page, "studio.saved")
		moved := path.Dir(lesson) + "/02-" + strings.TrimPrefix(path.Base(lesson), "01-")
		if got := string(w.opened(moved).Content); got != text {
			t.Errorf("a move wrote %s", got)
		}
		w.Post("ira", page, "step", "up "+moved).Says(page, "studio.saved")
		base = fmt.Sprint(w.opened(lesson).Seq)
	}
	w.Post("ira", page, "title "+lesson, "Mine", "was "+lesson, "", "step", "save").Is(http.StatusUnprocessableEntity, "Edit it as text", `value="Mine"`, `name="was `+lesson+`" value=""`)
}

func TestLessonsMoveByKeys(t *testing.T) {
	b := chrome.Start(t)
	w := newWorld(t)
	titles := strings.Split(w.lessons(), "|")
	h := hand{b.Tab(t), w, w.As("ira")}
	h.Open(h.site + at + "/outline")
	h.Eval(`document.querySelector("li[data-outline-row] input[type=text]").focus()`, nil)
	h.Leave(func() { h.Run(chromedp.KeyEvent(kb.ArrowDown, chromedp.KeyModifiers(1))) })
	h.Until(`document.activeElement.value === "` + titles[0] + `"`)
	if got := w.lessons(); got != titles[1]+"|"+titles[0] {
		t.Errorf("moved: %s", got)
	}
	h.clean()
}

// TestLessonsAreDropped: a lesson dropped on the next goes behind it, and nothing is
// said to have moved that did not.
func TestLessonsAreDropped(t *testing.T) {
	b := chrome.Start(t)
	w := newWorld(t)
	titles := strings.Split(w.lessons(), "|")
	h := hand{b.Tab(t), w, w.As("ira")}
	h.Open(h.site + at + "/outline")
	drop := func(from, to int) {
		t.Helper()
		h.Leave(func() {
			h.Eval(fmt.Sprintf(`{
				const rows = document.querySelectorAll("li[data-outline-row]");
				const send = (row, type) => row.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: new DataTransfer() }));
				send(rows[%d], "dragstart"); send(rows[%d], "drop");
			}`, from, to), nil)
		})
	}
	drop(0, 1)
	h.Until(`document.querySelector("[data-outline-said]").textContent === "Moved: ` + titles[0] + `"`)
	if got := w.lessons(); got != titles[1]+"|"+titles[0] {
		t.Errorf("dropped on the next: %s", got)
	}
	drop(1, 0)
	h.Until(`document.activeElement.value === "` + titles[0] + `"`)
	if got := w.lessons(); got != titles[0]+"|"+titles[1] {
		t.Errorf("dropped on the one before: %s", got)
	}
	h.Eval(`document.querySelectorAll("li[data-outline-row] input[type=text]")[1].value = ""`, nil)
	drop(0, 1)
	h.Until(`document.querySelector("[data-outline=failed]") !== null`)
	h.Until(`document.activeElement.value === "` + titles[0] + `"`)
	var said string
	h.Eval(`document.querySelector("[data-outline-said]").textContent`, &said)
	if said != "" {
		t.Errorf("nothing was saved, and it said %q", said)
	}
	h.clean()
}

// TestATitleIsSavedByItself, and an empty one is refused at its field.
func TestATitleIsSavedByItself(t *testing.T) {
	w := newWorld(t)
	page, lesson := at+"/outline", w.lesson()
	title, _, _ := strings.Cut(w.lessons(), "|")
	a := w.ask("ira", "POST", page, http.StatusOK, "title "+lesson, "Another\ttitle\u200b", "was "+lesson, title, "step", "save")
	if a.Clock == "" || !strings.HasPrefix(w.lessons(), "Another title|") {
		t.Errorf("%+v: %s", a, w.lessons())
	}
	if a := w.ask("ira", "POST", page, http.StatusUnprocessableEntity, "title "+lesson, "", "was "+lesson, "Another title", "step", "save"); a.Error != "Give it a title." {
		t.Errorf("%+v", a)
	}
	w.Post("ira", page, "title "+lesson, "", "was "+lesson, "Another title", "step", "save").Is(http.StatusUnprocessableEntity, "Give it a title", `aria-invalid="true"`)
	if !strings.HasPrefix(w.lessons(), "Another title|") {
		t.Errorf("the lessons are %s", w.lessons())
	}
}

func TestTypedTitlesStay(t *testing.T) {
	b := chrome.Start(t)
	w := newWorld(t)
	h := hand{b.Tab(t), w, w.As("ira")}
	h.Open(h.site + at + "/outline")
	h.Eval(`{ const i = document.querySelector("li[data-outline-row] input[type=text]"); i.focus(); i.select(); }`, nil)
	h.Press("By itself")
	h.Until(`document.querySelector("[data-outline-state]").textContent.startsWith("Saved ")`)
	if !strings.HasPrefix(w.lessons(), "By itself|") {
		t.Errorf("the lessons are %s", w.lessons())
	}
	h.Eval(`{ const i = document.querySelector("li[data-outline-row] input[type=text]"); i.value = ""; i.dispatchEvent(new Event("change", { bubbles: true })); }`, nil)
	h.Until(`document.querySelector("[data-outline-state]").textContent.startsWith("A title is empty")`)
	h.clean()
}

// TestATitleFindsItsLesson, whatever that is called by now, and says it is saved only if
// it is.
func TestATitleFindsItsLesson(t *testing.T) {
	w := newWorld(t)
	page, lesson := at+"/outline", w.lesson()
	title, _, _ := strings.Cut(w.lessons(), "|")
	_, moved := w.renamed()
	w.ask("ira", "POST", page, http.StatusOK, "base", "1", "title "+lesson, "Typed meanwhile", "was "+lesson, title, "step", "save")
	if !strings.HasSuffix(w.lessons(), "|Typed meanwhile") {
		t.Errorf("the lessons are %s", w.lessons())
	}
	w.Post("ira", page, "base", "1", "title "+lesson, " ", "was "+lesson, "Typed meanwhile", "step", "save").Is(http.StatusUnprocessableEntity, "Give it a title", `name="title `+moved+`" value=" " aria-invalid="true"`)
	w.Post("ida", file(moved), "base", fmt.Sprint(w.opened(moved).Seq), "step", "remove")
	if a := w.ask("ira", "POST", page, http.StatusConflict, "base", "1", "title "+lesson, "Lost", "was "+lesson, "Typed meanwhile", "step", "save"); a.Clock != "" || a.Error == "" {
		t.Errorf("of a lesson that is gone: %+v", a)
	}
}

// TestTwoTitlesMeet: nobody's goes under without being shown, and none that cannot be
// one is stored.
func TestTwoTitlesMeet(t *testing.T) {
	w := newWorld(t)
	page, lesson := at+"/outline", w.lesson()
	title, _, _ := strings.Cut(w.lessons(), "|")
	w.ask("ida", "POST", page, http.StatusOK, "title "+lesson, "Of  Ida", "was "+lesson, title, "step", "save")
	for range 2 {
		a := w.ask("ira", "POST", page, http.StatusConflict, "title "+lesson, "Of Ira", "was "+lesson, title, "step", "save")
		if !strings.Contains(a.Error, "Press “Save titles” to see both") {
			t.Errorf("%+v", a)
		}
	}
	other := "modules/01-your-record/module.yaml"
	w.Post("ira", page, "title "+lesson, "Of Ira", "was "+lesson, title, "title "+other, "", "was "+other, "Your record", "step", "save").
		Is(http.StatusConflict, "to “Of  Ida”", `value="Of Ira"`, `name="was `+lesson+`" value="Of  Ida"`, "Give it a title")
	if !strings.HasPrefix(w.lessons(), "Of  Ida|") {
		t.Errorf("the lessons are %s", w.lessons())
	}
	w.Post("ira", page, "title "+lesson, "Of Ira", "was "+lesson, "Of  Ida", "step", "save").Says(page, "studio.saved")
	if !strings.HasPrefix(w.lessons(), "Of Ira|") {
		t.Errorf("the lessons are %s", w.lessons())
	}
	for typed, says := range map[string]string{"a\u202eb": "Leave out the character U&#43;202E", strings.Repeat("x", 201): "Use at most 200 characters", "a\xffb": "cannot be stored"} {
		a := w.Post("ira", page, "title "+lesson, typed, "was "+lesson, "Of Ira", "step", "save")
		a.Is(http.StatusUnprocessableEntity, says, `aria-invalid="true"`)
	}
}

// TestATitleAndAMove: what is saved by itself while a button is pressed is no change of
// somebody else, and a second press is none.
func TestATitleAndAMove(t *testing.T) {
	b := chrome.Start(t)
	w := newWorld(t)
	titles := strings.Split(w.lessons(), "|")
	h := hand{b.Tab(t), w, w.As("ira")}
	h.Open(h.site + at + "/outline")
	h.Leave(func() {
		h.Eval(`{
			const was = window.fetch;
			const stored = new Promise((done) => {
				window.fetch = (...all) => was(...all).then((answer) => { done(); return new Promise((late) => setTimeout(() => late(answer), 400)); });
			});
			const i = document.querySelector("li[data-outline-row] input[type=text]");
			i.value = "Half"; i.dispatchEvent(new Event("change", { bubbles: true }));
			i.value = "Half a title";
			const down = i.closest("li").querySelector("[data-outline-down]");
			stored.then(() => { down.click(); down.click(); });
		}`, nil)
	})
	h.Until(`document.activeElement.value === "Half a title"`)
	if got := w.lessons(); got != titles[1]+"|Half a title" {
		t.Errorf("the lessons are %s", got)
	}
	h.clean()
}

// TestALessonGoesAnywhere: its page offers every place, by one press.
func TestALessonGoesAnywhere(t *testing.T) {
	w := newWorld(t)
	first, last, ok := strings.Cut(w.lessons(), "|")
	if !ok {
		t.Fatal("the course has one lesson")
	}
	files, err := w.courses.Export(t.Context(), slug, 0)
	w.must(err)
	var paths []string
	for _, p := range files.Paths() {
		if strings.HasSuffix(p, ".md") && strings.HasPrefix(p, "modules/") {
			paths = append(paths, p)
		}
	}
	page := at + "/outline?" + url.Values{"move": {paths[0]}}.Encode()
	w.Get("ira", at+"/outline").OK("Move to another place: " + first)
	into := "into " + paths[0] + " " + path.Dir(paths[0])
	w.Get("ira", page).OK("Move “"+first+"”", "stands here now", "Put it before: "+last, into).Lacks("Put it before: "+first, "Save titles")
	w.Post("ira", at+"/outline", "step", into).Says(at+"/outline", "studio.saved")
	if got := w.lessons(); got != last+"|"+first {
		t.Errorf("the lessons are %s", got)
	}
	// The same form once more finds it there, whatever it is called by now.
	w.Post("ira", at+"/outline", "step", into, "base", "1").Says(at+"/outline", "studio.saved")
	if got := w.lessons(); got != last+"|"+first {
		t.Errorf("sent twice, the lessons are %s", got)
	}
	w.Get("ira", page).Is(http.StatusConflict, "The outline has changed meanwhile")
	w.Get("tom", page).Is(http.StatusForbidden)
}
