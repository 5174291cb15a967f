package studio_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// TestWhatIsNamedIsPicked: lists of IDs are boxes and one field, single IDs a choice,
// all of them with words.
func TestWhatIsNamedIsPicked(t *testing.T) {
	w := newWorld(t)
	page := of(slug, "exam/lo1.yaml", "R1")
	form, doc := w.fields(page)
	if !slices.Equal(form["objectives"], []string{"LO1"}) || !slices.Equal(form["facts"], []string{"P-01"}) || form.Get("facts_") == "" {
		t.Errorf("ticked are %v and %v", form["objectives"], form["facts"])
	}
	all := doc.Find(`input[name="objectives"]`)
	if all.Length() != 3 || !strings.Contains(all.Eq(1).Parent().Text(), "LO2: ") {
		t.Errorf("%d objectives, %q", all.Length(), all.Eq(1).Parent().Text())
	}
	list := doc.Find(`datalist#` + doc.Find(`input[name="facts_add"]`).AttrOr("list", "none") + ` option`)
	if list.Length() < 8 || list.First().AttrOr("value", "") != "P-01" || !strings.HasPrefix(list.First().Text(), "P-01: ") {
		t.Errorf("%d facts are offered, first %q", list.Length(), list.First().Text())
	}
	form.Set("facts_add", "p-03, P-01")
	form["objectives"] = []string{"LO2", "LO1"} // the first stays the first
	if a := w.Do("ira", http.MethodPost, page, form); a.Code != http.StatusSeeOther {
		t.Fatal(a.Code)
	}
	if got := string(w.opened("exam/lo1.yaml").Content); !strings.Contains(got, "  objectives: [LO1, LO2]\n  facts: [P-01, P-03]\n") {
		t.Errorf("%s", got)
	}
	form, _ = w.fields(page)
	delete(form, "facts")
	if a := w.Do("ira", http.MethodPost, page, form); a.Code != http.StatusSeeOther || !strings.Contains(string(w.opened("exam/lo1.yaml").Content), "facts: []\n") {
		t.Errorf("nothing is ticked: %d", a.Code)
	}
	form, _ = w.fields(page)
	form.Set("facts_add", "P-99")
	delete(form, "objectives")
	a := w.Do("ira", http.MethodPost, page, form)
	a.Is(http.StatusUnprocessableEntity, "There is no fact “P-99” in this course.", `href="#f-facts_add"`, `value="P-99"`)
	again, err := goquery.NewDocumentFromReader(strings.NewReader(a.Body))
	w.must(err)
	if n := again.Find(`input[name="objectives"][checked]`).Length(); n != 0 {
		t.Errorf("%d objectives are ticked again", n)
	}
	w.edited("facts.yaml", "- id: P-01\n  text: x\n  source: y\n  status: known\n")
	w.edited("exam/lo1.yaml", strings.Replace(string(w.opened("exam/lo1.yaml").Content), "facts: []", "facts: [GONE]", 1))
	w.Get("ira", page).OK("GONE (not in this course)")
	w.Get("ira", of(slug, "exam.yaml", "")).OK(`<option value="LO2" selected>LO2: `, "Questions drawn")
}

// TestALongListIsBound: a page offers what it can carry, and says where the rest is.
func TestALongListIsBound(t *testing.T) {
	w := newWorld(t)
	var text strings.Builder
	for i := range 400 {
		id := "F-" + string(rune('A'+i/26%26)) + string(rune('A'+i%26))
		text.WriteString("- {id: " + id + ", text: " + strings.Repeat("many words ", 30) + ", status: known, source: here}\n")
	}
	w.edited("facts.yaml", text.String())
	a := w.Get("ira", of(slug, "exam/lo1.yaml", "R1")).OK("Only the first are offered", at+"/find")
	if n := strings.Count(a.Body, `<option value="F-`); n != 150 || len(a.Body) > 60_000 {
		t.Errorf("%d facts are offered, the page has %d bytes", n, len(a.Body))
	}
}

// TestWhatBelongsTogether: a matching row names what stands below it.
func TestWhatBelongsTogether(t *testing.T) {
	w := newWorld(t)
	w.edited("exam/lo1.yaml", "- id: R1\n  kind: matching\n  prompt: Which?\n  left:\n    - {id: \"1\", text: one, match: b}\n  right:\n    - {id: a, text: Apple}\n    - {id: b, text: Bee}\n")
	page := of(slug, "exam/lo1.yaml", "R1")
	w.Get("ira", page).OK(`<option value="a">a: Apple</option>`, `<option value="b" selected>b: Bee</option>`)
	if code, _ := w.send(page, "left.0.match", "a"); code != http.StatusSeeOther || !strings.Contains(string(w.opened("exam/lo1.yaml").Content), "match: a}") {
		t.Errorf("%d: %s", code, w.opened("exam/lo1.yaml").Content)
	}
	if code, _ := w.send(page, "step", "add left"); code != http.StatusSeeOther {
		t.Fatal(code)
	}
	w.Get("ira", page).OK(`<option value="" selected>Choose</option>`)
}

// TestWordsName what has them, alone.
func TestWordsName(t *testing.T) {
	w := newWorld(t)
	w.edited("facts.yaml", "- {id: P-01, title: Sleep, text: Of nights., source: y, status: known, references: []}\n"+
		"- {id: P-02, title: Rest, text: Of nights and 100% of days., source: y, status: known, references: []}\n"+
		"- {id: P-03, title: Work, text: Of days., source: y, status: known, references: []}\n")
	page := of(slug, "exam/lo1.yaml", "R1")
	for typed, want := range map[string]string{"P-01 p-02": "P-01, P-02", "rest": "P-02", "days, of NIGHTS sleep": "", "works": "", "P-0": "", "sleep, work": "P-01, P-03", " , ;": ""} {
		form, _ := w.fields(page)
		delete(form, "facts")
		form.Set("facts_add", typed)
		a := w.Do("ira", http.MethodPost, page, form)
		switch got := string(w.opened("exam/lo1.yaml").Content); {
		case want != "" && (a.Code != http.StatusSeeOther || !strings.Contains(got, "facts: ["+want+"]")):
			t.Errorf("%q: %d %s", typed, a.Code, got)
		case want == "" && strings.TrimSpace(strings.Trim(typed, " ,;")) != "":
			a.Is(http.StatusUnprocessableEntity)
		}
	}
	form, _ := w.fields(page)
	form.Set("facts_add", "days")
	w.Do("ira", http.MethodPost, page, form).Is(http.StatusUnprocessableEntity, "More than one fact has the words “days”: P-02, P-03. Type the ID of one")
}
