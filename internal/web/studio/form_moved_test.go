package studio_test

import (
	"net/http"
	"path"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/atmacena/cocare/internal/apptest/chrome"
)

// settled is an address after somebody chose what stays.
func settled(address string) string {
	before, after, _ := strings.Cut(address, "?")
	return before + "?chosen=yes&" + after
}

// renamed moves the first lesson down as somebody else, and tells what it is called then.
func (w *world) renamed() (was, is string) {
	w.t.Helper()
	was = w.lesson()
	w.Post("ida", at+"/outline", "step", "down "+was).Says(at+"/outline", "studio.saved")
	return was, path.Dir(was) + "/02-" + strings.TrimPrefix(path.Base(was), "01-")
}

// TestALessonMovesUnderAForm: what is typed goes into it under its new name, and an
// answer says what became of it.
func TestALessonMovesUnderAForm(t *testing.T) {
	w := newWorld(t)
	page := of(slug, w.lesson(), "")
	form, _ := w.fields(page)
	_, moved := w.renamed()
	w.Get("ira", page).Says(of(slug, moved, ""), "studio.moved")

	form.Set("title", "Typed again")
	form.Set("minutes", "many")
	a := w.Do("ira", http.MethodPost, page, form).Is(http.StatusUnprocessableEntity, "Enter a whole number.", `value="Typed again"`, `name="base" value="1"`)
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.Body))
	w.must(err)
	if to := doc.Find("form[data-form]").AttrOr("action", ""); to != page {
		t.Errorf("what began under the old name goes to %s", to)
	}
	form.Set("minutes", "3")
	form.Set("step", "autosave")
	a = w.Do("ira", http.MethodPost, page, form, "Accept", "application/json").Is(http.StatusOK)
	if !strings.Contains(a.Body, `"moved":`+strconv.Quote(strings.ReplaceAll(of(slug, moved, ""), "&", `\u0026`))) {
		t.Errorf("it does not say where it is now: %s", a.Body)
	}
	w.has(moved, "title: Typed again")
	form.Set("step", "save")
	form.Set("title", "Typed at last")
	w.Do("ira", http.MethodPost, page, form).Is(http.StatusConflict, "Two changes of one value", `action="`+page+`"`, `href="`+strings.ReplaceAll(settled(of(slug, moved, "")), "&", "&amp;")+`"`)
}

// TestAMistakeKeepsWhatIsTyped where somebody else removed the entry, moved the list,
// or removed the file meanwhile.
func TestAMistakeKeepsWhatIsTyped(t *testing.T) {
	w := newWorld(t)
	entry, list := of(slug, "facts.yaml", "P-02"), of(slug, "objectives.yaml", "")
	form, _ := w.fields(entry)
	if code, _ := w.send(of(slug, "facts.yaml", ""), "step", "remove . 1"); code != http.StatusSeeOther {
		t.Fatal(code)
	}
	form.Set("title", "Written meanwhile")
	form.Set("references_add", "nowhere")
	base := `name="base" value="` + form.Get("base") + `"`
	w.Do("ira", http.MethodPost, entry, form).Is(http.StatusUnprocessableEntity, "There is no reference “nowhere”", `value="Written meanwhile"`, base)
	form.Set("references_add", "")
	w.Do("ira", http.MethodPost, entry, form).Is(http.StatusConflict, "Fact P-02", "Written meanwhile", `href="`+strings.ReplaceAll(settled(of(slug, "facts.yaml", "")), "&", "&amp;")+`"`)

	form = w.stale(list, "step", "remove . 0")
	form.Set("2.text", "Typed into the last")
	form.Set("1.verb", strings.Repeat("x", 3000))
	w.Do("ira", http.MethodPost, list, form).Is(http.StatusUnprocessableEntity, "Typed into the last", "Use at most")

	form, _ = w.fields(of(slug, "evaluation.yaml", ""))
	w.Post("ida", file("evaluation.yaml"), "base", form.Get("base"), "step", "remove")
	form.Set("scale", strings.Repeat("y", 10)+"\u202e")
	w.Do("ira", http.MethodPost, of(slug, "evaluation.yaml", ""), form).Is(http.StatusUnprocessableEntity, "yyyyyyyyyy", "nobody can see")
}

// TestSavingBesideAnothersValue: the form that was saved by itself beside what somebody
// else changed shows that, goes on being saved, and does not go over it when its button
// is pressed. Where it shows something else by now, it says so and waits.
func TestSavingBesideAnothersValue(t *testing.T) {
	b := chrome.Start(t)
	w := newWorld(t)
	h := hand{b.Tab(w.t), w, w.As("ira")}
	page := of(slug, "course.yaml", "")
	h.Open(h.site + page)
	if code, _ := w.send(page, "level", "Advanced"); code != http.StatusSeeOther {
		t.Fatal(code)
	}
	h.Eval(`(() => { const a = document.querySelector("#f-subtitle"); a.focus(); a.select(); })()`, nil)
	h.Press("Typed beside it")
	h.Until(`document.querySelector("[data-form-state]").textContent.includes("with what was changed elsewhere")`)
	w.has("course.yaml", "Typed beside it")
	h.Until(`document.querySelector("#f-level").value === "Advanced"`)
	h.Press(" and on")
	w.has("course.yaml", "Typed beside it and on")
	w.has("course.yaml", "level: Advanced")
	h.Leave(func() { h.Click("button.button-primary[value=save]") })
	h.Until(`document.querySelector("#f-level").value === "Advanced"`)
	question := of(slug, "exam/lo1.yaml", "R1")
	h.Open(h.site + question)
	if code, _ := w.send(question, "step", "add options"); code != http.StatusSeeOther {
		t.Fatal(code)
	}
	h.Eval(`(() => { const a = document.querySelector("#f-prompt"); a.focus(); a.select(); })()`, nil)
	h.Press("Typed beside an option more")
	h.Until(`document.querySelector("[data-form-state]").textContent.includes("Look at what was changed elsewhere")`)
	w.has("exam/lo1.yaml", "Typed beside an option more")
	if got := string(w.opened("course.yaml").Content); !strings.Contains(got, "level: Advanced") || !strings.Contains(got, "Typed beside it") {
		t.Errorf("%s", got)
	}
	h.clean()
}

// TestAFormGoesOnUnderAnotherName in a browser.
func TestAFormGoesOnUnderAnotherName(t *testing.T) {
	b := chrome.Start(t)
	w := newWorld(t)
	h := hand{b.Tab(w.t), w, w.As("ira")}
	h.Open(h.site + of(slug, w.lesson(), ""))
	_, moved := w.renamed()
	for _, title := range []string{"Under another name", "And again"} {
		h.Eval(`(() => { const a = document.querySelector("#f-title"); a.focus(); a.select(); })()`, nil)
		h.Press(title)
		w.has(moved, "title: "+title)
		h.Until(`document.querySelector("[data-form-state]").textContent.startsWith("Saved ") && location.search.includes("02-")`)
	}
	h.clean()
}

// TestWhatWasDroppedIsNotOffered: whoever settled a clash, or dropped what was theirs,
// is not asked about it again, and who did neither is.
func TestWhatWasDroppedIsNotOffered(t *testing.T) {
	b := chrome.Start(t)
	w := newWorld(t)
	page := of(slug, "course.yaml", "")
	for name, c := range map[string]struct{ page, field, kept, keep string }{
		"a form": {page, "#f-level", "[data-form-kept]", "input[value=theirs]"},
		"a text": {file(card), "#f-body", "[data-studio-kept]", "input[value=theirs]"},
	} {
		h := hand{b.Tab(w.t), w, w.As("ira")}
		clash := func(n int) {
			h.Open(h.site + c.page)
			if c.page == page {
				if code, _ := w.send(page, "level", "Theirs "+strconv.Itoa(n)); code != http.StatusSeeOther {
					t.Fatal(code)
				}
			} else {
				w.edited(card, "Theirs "+strconv.Itoa(n)+".\n")
			}
			h.Eval(`(() => { const a = document.querySelector("`+c.field+`"); a.focus(); a.select(); })()`, nil)
			h.Press("Mine")
			h.Leave(func() { h.Click("button.button-primary[value=save]") })
			h.Has("Two changes of one")
		}
		offered := func(want bool) {
			t.Helper()
			h.Until(`document.readyState === "complete" && !location.search.includes("chosen") && ` + strconv.FormatBool(want) + ` !== document.querySelector("` + c.kept + `").hidden`)
			if !want {
				var kept int
				if h.Eval(`Object.keys(localStorage).length`, &kept); kept != 0 {
					t.Errorf("%s: %d stay in the browser", name, kept)
				}
			}
		}
		clash(1)
		h.Open(h.site + c.page)
		offered(true)
		clash(2)
		h.Leave(func() { h.Click("a[href*='chosen=']") })
		offered(false)
		clash(3)
		h.Click(c.keep)
		h.Leave(func() { h.Click("button.button-primary") })
		offered(false)
		h.clean()
	}
}

// TestShowLine: after a save by itself that was refused, a button leads to what is wrong.
func TestShowLine(t *testing.T) {
	b := chrome.Start(t)
	w := newWorld(t)
	h := w.sits(b, "ira", card)
	h.Eval(`(() => { const a = document.querySelector("#f-body"); a.focus(); a.value = "One.\n\nTwo \u202e turns.\n\nThree.\n"; a.dispatchEvent(new InputEvent("input", { bubbles: true })); })()`, nil)
	h.says("Not saved. Line 3: the text holds the character U+202E")
	h.Click("[data-studio-state] button")
	h.Until(`(() => { const a = document.querySelector("#f-body"); return document.activeElement === a && a.value.slice(a.selectionStart, a.selectionEnd) === "Two \u202e turns."; })()`)
	var label string
	if h.Eval(`document.querySelector("[data-studio-state] button").textContent`, &label); label != "Show line 3" {
		t.Errorf("the button says %q", label)
	}
	h.clean()
}

// TestAFileThatCannotBeReadSaysWhere: by the field, with the way to its line.
func TestAFileThatCannotBeReadSaysWhere(t *testing.T) {
	w := newWorld(t)
	w.edited("facts.yaml", "- id: a\n  text: x\n  title: \"One\" and two\n")
	w.Get("ira", of(slug, "facts.yaml", "")).Is(http.StatusUnprocessableEntity, "Line 3, at “Title”: ", "Edit line 3 as text", "line=3&amp;path=facts.yaml")
	w.edited("facts.yaml", "a: 1\r\nb: 2\n")
	w.Get("ira", of(slug, "facts.yaml", "")).Is(http.StatusUnprocessableEntity, "cannot be read as it stands. Edit it as text.")
}

// TestWhatCameBrokenIsNotStored: bytes that are no text.
func TestWhatCameBrokenIsNotStored(t *testing.T) {
	w := newWorld(t)
	w.Post("ira", of(slug, "course.yaml", ""), "base", "1", "title", "a\xffb", "step", "save").Is(http.StatusUnprocessableEntity, `href="#f-title"`)
	w.Post("ira", file(card), "base", "1", "body", "a\xffb", "step", "save").Is(http.StatusUnprocessableEntity, `href="#f-body"`)
	if d, err := w.courses.Draft(t.Context(), slug); err != nil || d.Seq != 1 {
		t.Errorf("%+v, %v", d, err)
	}
}
