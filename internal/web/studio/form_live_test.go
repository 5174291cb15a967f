package studio_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/apptest/chrome"
)

// typing sends a form as its script does while somebody types.
func (w *world) typing(person, address string, pairs ...string) (code int, answer struct {
	Seq    int64
	Clock  string
	Reload bool
	Values map[string]string
	People string
	Error  string
	Wrong  []struct{ ID, Label, Msg string }
}) {
	w.t.Helper()
	form, _ := w.fieldsOf(person, address)
	form.Set("step", "autosave")
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	a := w.Do(person, http.MethodPost, address, form, "Accept", "application/json")
	w.must(json.Unmarshal([]byte(a.Body), &answer))
	return a.Code, answer
}

// TestAFormIsSavedWhileItIsTyped: without half of an ID, and without going over what
// somebody else wrote.
func TestAFormIsSavedWhileItIsTyped(t *testing.T) {
	w := newWorld(t)
	page := of(slug, "facts.yaml", "P-02")
	began := w.opened("facts.yaml").Seq
	code, told := w.typing("ira", page, "title", "Se", "id", "P-0", "references_add", "no")
	if code != http.StatusOK || told.Seq <= began || told.Clock == "" || told.Reload {
		t.Errorf("%d %+v", code, told)
	}
	if got := string(w.opened("facts.yaml").Content); !strings.Contains(got, "- id: P-02\n  title: Se\n") {
		t.Errorf("%s", got)
	}
	code, told = w.typing("ida", page, "source", "In the code.", "base", strconv.FormatInt(began, 10), "title", "Another")
	if code != http.StatusConflict || !strings.Contains(told.Error, "same lines") {
		t.Errorf("over another's: %d %+v", code, told)
	}
	last := w.opened("facts.yaml").Seq
	w.send(of(slug, "facts.yaml", "P-08"), "title", "Changed elsewhere")
	code, told = w.typing("ira", page, "source", "In the code.", "base", strconv.FormatInt(last, 10))
	if code != http.StatusOK || told.Reload || len(told.Values) > 0 {
		t.Errorf("beside another's entry: %d %+v", code, told)
	}
	if got := string(w.opened("facts.yaml").Content); !strings.Contains(got, "Changed elsewhere") || !strings.Contains(got, "source: In the code.") {
		t.Errorf("%s", got)
	}
	code, told = w.typing("ira", of(slug, "course.yaml", ""), "access_days", "many", "level", "Typed beside it")
	if code != http.StatusOK || len(told.Wrong) != 1 || told.Wrong[0].ID != "f-access_days" || told.Wrong[0].Label != "Days of access" || told.Wrong[0].Msg != "Enter a whole number." {
		t.Errorf("half a number: %d %+v", code, told)
	}
	w.has("course.yaml", "level: Typed beside it")
	code, told = w.typing("ira", of(slug, "course.yaml", ""), "level", "Seen", "subtitle", "Not&#8203;seen")
	if code != http.StatusUnprocessableEntity || len(told.Wrong) != 1 || told.Wrong[0].ID != "f-subtitle" || !strings.HasPrefix(told.Error, "“Subtitle”: ") {
		t.Errorf("what cannot be stored: %d %+v", code, told)
	}
}

// TestWhatOthersChangeComesIntoTheForm: their values, and not the fields that it lacks.
func TestWhatOthersChangeComesIntoTheForm(t *testing.T) {
	w := newWorld(t)
	card, question, number := of(slug, "course.yaml", ""), of(slug, "exam/lo1.yaml", "R1"), w.begin("numeric")
	for _, tt := range []struct {
		name, page     string
		theirs, typed  []string
		values, reload string
	}{
		{"other values", card, []string{"level", "Advanced", "not_for", "Nobody"}, []string{"subtitle", "A subtitle"}, "level=Advanced&not_for=Nobody", ""},
		{"a value beside one that is not saved", card, []string{"level", "Introductory"}, []string{"access_days", "many", "subtitle", "Another"}, "level=Introductory", ""},
		{"the value that is not saved", card, []string{"access_days", "100"}, []string{"access_days", "many", "subtitle", "A third"}, "", "yes"},
		{"a box", question, []string{"options.1.correct", "on"}, []string{"prompt", "Which?"}, "options.1.correct=yes", ""},
		{"a box on another option", question, []string{"options.0.correct", "on"}, []string{"prompt", "Which of them?"}, "options.0.correct=yes", ""},
		{"an option moved", question, []string{"step", "up options 1"}, []string{"prompt", "Which is it?"}, "", "yes"},
		{"another kind", number, []string{"step", "kind", "to_kind", "short-answer"}, []string{"prompt", "How many?"}, "", "yes"},
		{"an option more", question, []string{"step", "add options"}, []string{"prompt", "Which one?"}, "", "yes"},
	} {
		form, _ := w.fieldsOf("ira", tt.page)
		w.send(tt.page, tt.theirs...)
		form.Set("step", "autosave")
		for i := 0; i < len(tt.typed); i += 2 {
			form.Set(tt.typed[i], tt.typed[i+1])
		}
		var told struct {
			Values map[string]string
			Reload bool
		}
		a := w.Do("ira", http.MethodPost, tt.page, form, "Accept", "application/json")
		w.must(json.Unmarshal([]byte(a.Body), &told))
		got := url.Values{}
		for name, value := range told.Values {
			got.Set(name, value)
		}
		if a.Code != http.StatusOK || got.Encode() != tt.values || told.Reload != (tt.reload != "") {
			t.Errorf("%s: %d %s, reload %v", tt.name, a.Code, got.Encode(), told.Reload)
		}
	}
}

// TestWhoIsAtAFormIsThere for whoever opens the draft, the text or the form.
func TestWhoIsAtAFormIsThere(t *testing.T) {
	w := newWorld(t)
	w.Get("ida", of(slug, "facts.yaml", "P-01")).OK().Lacks("has this file open")
	for _, page := range []string{of(slug, "facts.yaml", ""), of(slug, "facts.yaml", "P-02"), file("facts.yaml")} {
		w.Get("ira", page).OK("Ida Moss has this file open")
	}
	if _, told := w.typing("ida", of(slug, "facts.yaml", "P-01")); !strings.Contains(told.People, "Ira Stone") {
		t.Errorf("who types is not told: %+v", told)
	}
}

// TestAFormKeepsWhatIsTyped in a browser: saved by itself, kept without a connection,
// offered again, and sent by the button.
func TestAFormKeepsWhatIsTyped(t *testing.T) {
	b := chrome.Start(t)
	w := newWorld(t)
	h := hand{b.Tab(w.t), w, w.As("ira")}
	h.Size(1280, 900)
	page := h.site + of(slug, "facts.yaml", "P-02")
	h.Open(page)
	write := func(text string) {
		h.Eval(`(() => { const a = document.querySelector("#f-title"); a.focus(); a.select(); })()`, nil)
		h.Press(text)
	}
	state := func(text string) {
		h.Until(`document.querySelector("[data-form-state]").textContent.includes(` + strconv.Quote(text) + `)`)
	}
	write("Typed and saved")
	state("Saved ")
	w.has("facts.yaml", "title: Typed and saved")
	var kept int
	if h.Eval(`Object.keys(localStorage).length`, &kept); kept != 0 {
		t.Errorf("%d forms stay in the browser though they are saved", kept)
	}
	h.Eval(`window.fetchWas = window.fetch, window.fetch = () => Promise.reject(new TypeError("no network"))`, nil)
	write("Typed without a net")
	state("kept in this browser")
	h.Eval(`window.onpagehide = null`, nil)
	h.Open(h.site + at)
	h.Open(page)
	h.Until(`!document.querySelector("[data-form-kept]").hidden`)
	h.Eval(`[...document.querySelectorAll("[data-form-kept] button")].find((b) => b.textContent === "Take them").click()`, nil)
	state("Saved ")
	w.has("facts.yaml", "title: Typed without a net")
	h.Eval(`(() => { const a = document.querySelector("#f-references_add"); a.value = "smi"; a.dispatchEvent(new Event("input", { bubbles: true })); })()`, nil)
	state("Not saved until you press Save: Add to: References")
	h.Open(h.site + at)
	h.Open(page)
	h.Until(`!document.querySelector("[data-form-kept]").hidden`)
	h.Eval(`[...document.querySelectorAll("[data-form-kept] button")].find((b) => b.textContent === "Take them").click()`, nil)
	h.Until(`document.querySelector("#f-references_add").value === "smi"`)
	h.Eval(`document.querySelector("#f-references_add").value = ""`, nil)
	write("By the button")
	h.Leave(func() { h.Click("button.button-primary[value=save]") })
	w.has("facts.yaml", "title: By the button")
	h.Until(`document.querySelector("[data-form-kept]").hidden`)
	if h.Eval(`Object.keys(localStorage).length`, &kept); kept != 0 {
		t.Errorf("%d forms stay in the browser though they were sent", kept)
	}
	h.Open(h.site + of(slug, "course.yaml", ""))
	h.Eval(`(() => { const a = document.querySelector("#f-access_days"); a.value = "many"; a.dispatchEvent(new Event("input", { bubbles: true })); })()`, nil)
	state("Not saved: Days of access. Enter a whole number.")
	h.Until(`document.querySelector("#f-access_days").getAttribute("aria-invalid") === "true" && document.querySelector("#f-access_days-error").textContent === "Enter a whole number."`)
	h.clean()
}
