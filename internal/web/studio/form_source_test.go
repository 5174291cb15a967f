package studio_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/apptest/area"
)

// TestReferencesAreWritten: their numbers count themselves, and authors are a list.
func TestReferencesAreWritten(t *testing.T) {
	w := newWorld(t)
	list := of(slug, "references.yaml", "")
	for _, id := range []string{"ref-1", "ref-2", "ref-3"} {
		form, _ := w.fields(list)
		form.Set("step", "add .")
		w.Do("ira", http.MethodPost, list, form).Says(of(slug, "references.yaml", id), "studio.entry_added")
	}
	if code, _ := w.send(of(slug, "references.yaml", "ref-2"), "id", "smith-2023", "title", "On halves", "issued", "2023", "DOI", "10.1000/halves", "et_al", "yes", "step", "add author"); code != http.StatusSeeOther {
		t.Fatal(code)
	}
	if code, _ := w.send(of(slug, "references.yaml", "smith-2023"), "author.0.family", "Smith", "author.0.given", "A"); code != http.StatusSeeOther {
		t.Fatal(code)
	}
	if code, _ := w.send(list, "step", "up . 1"); code != http.StatusSeeOther {
		t.Fatal(code)
	}
	if code, _ := w.send(list, "step", "remove . 1"); code != http.StatusSeeOther {
		t.Fatal(code)
	}
	want := "- id: smith-2023\n  number: 1\n  type: article-journal\n  title: On halves\n  issued: \"2023\"\n  DOI: 10.1000/halves\n  et_al: true\n  author:\n    - family: Smith\n      given: \"A\"\n- id: ref-3\n  number: 2\n"
	if got := string(w.opened("references.yaml").Content); !strings.HasPrefix(got, want) {
		t.Errorf("%s", got)
	}
	_, c, _, err := w.courses.CheckDraft(t.Context(), slug)
	if err != nil || len(c.References) != 2 || c.References[0].String() != "Smith A, et al. On halves. 2023." {
		t.Errorf("%v, %v", c.References, err)
	}
	if code, _ := w.send(of(slug, "facts.yaml", "P-01"), "references_add", "smith-2023"); code != http.StatusSeeOther || !strings.Contains(string(w.opened("facts.yaml").Content), "references: [smith-2023]") {
		t.Errorf("%d: a fact cannot name it", code)
	}
}

// draws sends a drawing with what is said of it.
func (w *world) draws(svg, title, caption, alt string, base int64) area.Answer {
	w.t.Helper()
	return w.uploads(at+"/drawing", svg, map[string]string{"title": title, "caption": caption, "alt": alt, "base": strconv.FormatInt(base, 10)})
}

// uploads sends a drawing with other values.
func (w *world) uploads(address, svg string, values map[string]string) area.Answer {
	w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range values {
		w.must(form.WriteField(name, value))
	}
	if svg != "" {
		file, err := form.CreateFormFile("file", "drawing.svg")
		w.must(err)
		_, err = file.Write([]byte(svg))
		w.must(err)
	}
	w.must(form.Close())
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, address, &body)
	r.Header.Set(area.Person, "ira")
	r.Header.Set("Content-Type", form.FormDataContentType())
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, r)
	return area.Answer{Code: rec.Code, Location: rec.Header().Get("Location"), Body: rec.Body.String()}
}

const square = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 200"><rect class="f-a" fill="#246" x="10" y="10" width="100" height="100"/></svg>`

// TestADrawingIsAdded with its words, once, and only if it is one.
func TestADrawingIsAdded(t *testing.T) {
	w := newWorld(t)
	w.Get("ira", at).OK("Add a drawing …", "Begin a glossary …")
	w.Get("ira", at+"/drawing").OK(`type="file"`, `name="alt"`)
	for says, a := range map[string]area.Answer{
		"Choose the SVG file":   w.draws("", "A square", "It is square.", "A blue square at the left.", 0),
		"Give the drawing":      w.draws(square, "", "It is square.", "A blue square at the left.", 0),
		"Describe the drawing":  w.draws(square, "A square", "It is square.", " ", 0),
		"Line 1 of the drawing": w.draws(strings.Replace(square, "<rect", "<script>alert(1)</script><rect", 1), "A square", "It is square.", "A blue square.", 0),
	} {
		if a.Code != http.StatusUnprocessableEntity || !strings.Contains(a.Body, says) {
			t.Errorf("%s: %d", says, a.Code)
		}
	}
	if _, err := w.courses.DraftFile(t.Context(), slug, "figures.yaml"); err == nil {
		t.Fatal("something is stored of what was refused")
	}
	for range 2 { // two clicks
		if a := w.draws(square, "A square", "It is square.", "A blue square at the left.", 0); a.Code != http.StatusSeeOther || a.Location != of(slug, "figures.yaml", "fig-01") {
			t.Fatalf("%d to %s: %s", a.Code, a.Location, a.Body)
		}
	}
	if got := string(w.opened("figures.yaml").Content); got != "- id: fig-01\n  number: 1\n  file: figures/fig-01.svg\n  title: A square\n  caption: It is square.\n  alt: A blue square at the left.\n  facts: []\n" {
		t.Errorf("%s", got)
	}
	if got := string(w.opened("figures/fig-01.svg").Content); got != square {
		t.Errorf("%s", got)
	}
	page := of(slug, "figures.yaml", "fig-01")
	w.Get("ira", page).OK(`class="panel form-drawing"`, `aria-label="A blue square at the left."`, `<option value="figures/fig-01.svg" selected>`, "Add: Mark")
	if code, _ := w.send(page, "facts_add", "P-01", "axis", "0\n50", "step", "add marks"); code != http.StatusSeeOther {
		t.Fatal(code)
	}
	if got := string(w.opened("figures.yaml").Content); !strings.Contains(got, "facts: [P-01]\n  axis: [\"0\", \"50\"]\n  marks:\n    - kind: outcome\n") {
		t.Errorf("%s", got)
	}
	if a := w.draws(strings.Replace(square, "#246", "#642", 1), "Another", "Square too.", "A brown square at the left.", w.opened("figures.yaml").Seq); a.Location != of(slug, "figures.yaml", "fig-02") {
		t.Fatalf("%d to %s", a.Code, a.Location)
	}
	if code, _ := w.send(of(slug, "figures.yaml", ""), "step", "remove . 0"); code != http.StatusSeeOther {
		t.Fatal(code)
	}
	if got := string(w.opened("figures.yaml").Content); !strings.HasPrefix(got, "- id: fig-02\n  number: 1\n") {
		t.Errorf("%s", got)
	}
	if _, err := w.courses.DraftFile(t.Context(), slug, "figures/fig-01.svg"); err == nil {
		t.Error("the drawing stays though its figure went")
	}
	w.Get("ida", at+"/drawing").OK()
	w.Get("tom", at+"/drawing").Is(http.StatusForbidden)
}

// TestADrawingHasItsFacts, says all that is wrong with it, and is replaced.
func TestADrawingHasItsFacts(t *testing.T) {
	w := newWorld(t)
	values := map[string]string{"title": "A square", "caption": "It is square.", "alt": "A blue square at the left.", "facts": "p-01, P-77", "base": "0"}
	w.Get("ira", at+"/drawing").OK(`name="facts"`, `<option value="P-01">P-01: `)
	bad := strings.Replace(square, "<rect", "<script>alert(1)</script><image/><rect onclick=\"x\"", 1)
	a := w.uploads(at+"/drawing", bad, values)
	for _, says := range []string{"mistakes in the drawing", "There is no fact “P-77”", "<li>Line 1: "} {
		if a.Code != http.StatusUnprocessableEntity || !strings.Contains(a.Body, says) {
			t.Errorf("%q is missing: %d %s", says, a.Code, a.Body)
		}
	}
	values["facts"] = "p-01 P-03"
	if a := w.uploads(at+"/drawing", square, values); a.Location != of(slug, "figures.yaml", "fig-01") {
		t.Fatalf("%d %s", a.Code, a.Body)
	}
	if got := string(w.opened("figures.yaml").Content); !strings.Contains(got, "facts: [P-01, P-03]\n") {
		t.Errorf("%s", got)
	}
	page := at + "/drawing?id=fig-01"
	w.Get("ira", of(slug, "figures.yaml", "fig-01")).OK("Replace the drawing …", `href="`+page+`"`)
	w.Get("ira", page).OK("Replace the drawing of fig-01").Lacks(`name="alt"`)
	if a := w.uploads(page, bad, map[string]string{"base": "2"}); a.Code != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "mistakes in the drawing") {
		t.Errorf("%d %s", a.Code, a.Body)
	}
	brown := strings.Replace(square, "#246", "#642", 1)
	for range 2 {
		if a := w.uploads(page, brown, map[string]string{"base": "2"}); a.Location != of(slug, "figures.yaml", "fig-01") {
			t.Errorf("%d %s", a.Code, a.Body)
		}
	}
	if got := string(w.opened("figures/fig-01.svg").Content); got != brown {
		t.Errorf("%s", got)
	}
	// Two replaced it at once: the second sees the first's, and is not mixed with it.
	other := strings.Replace(square, "#246", "#111", 1)
	a = w.uploads(page, other, map[string]string{"base": "2"})
	now := strconv.FormatInt(w.opened("figures/fig-01.svg").Seq, 10)
	if a.Code != http.StatusConflict || !strings.Contains(a.Body, "The figures were changed elsewhere meanwhile") || !strings.Contains(a.Body, `name="base" value="`+now+`"`) || string(w.opened("figures/fig-01.svg").Content) != brown {
		t.Errorf("over another's: %d", a.Code)
	}
	w.Get("ira", page).OK(`name="base" value="` + now + `"`)
	if a := w.uploads(page, other, map[string]string{"base": now}); a.Location != of(slug, "figures.yaml", "fig-01") || string(w.opened("figures/fig-01.svg").Content) != other {
		t.Errorf("once more: %d", a.Code)
	}
	if a := w.uploads(at+"/drawing?id=none", brown, map[string]string{"base": "2"}); a.Code != http.StatusNotFound {
		t.Errorf("of no figure: %d", a.Code)
	}
}

// TestAGlossaryBegins in its form.
func TestAGlossaryBegins(t *testing.T) {
	w := newWorld(t)
	page := of(slug, "glossary.yaml", "")
	w.Get("ira", page).OK("Glossary", "Add: Term").Lacks("Edit as text")
	form, _ := w.fields(page)
	form.Set("step", "add .")
	w.Do("ira", http.MethodPost, page, form).Says(of(slug, "glossary.yaml", "term-1"), "studio.entry_added")
	w.Get("ira", at).OK("Glossary").Lacks("Begin a glossary")
	w.Get("ira", of(slug, "figures.yaml", "none")).Is(http.StatusNotFound)
}

// TestItemsOfTheEvaluation: what a kind asks for has its fields.
func TestItemsOfTheEvaluation(t *testing.T) {
	w := newWorld(t)
	list := of(slug, "evaluation.yaml", "")
	form, _ := w.fields(list)
	form.Set("step", "add items")
	form.Set("kind", "multiple")
	page := of(slug, "evaluation.yaml", "item-1")
	w.Do("ira", http.MethodPost, list, form).Says(page, "studio.entry_added")
	if code, _ := w.send(page, "text", "What stops you?", "options.0.id", "time", "options.0.text", "Time", "options.1.id", "rooms", "options.1.text", "Rooms", "objective", "LO2", "required", "yes"); code != http.StatusSeeOther {
		t.Fatal(code)
	}
	want := "  - id: item-1\n    kind: multiple\n    text: What stops you?\n    options:\n      - id: time\n        text: Time\n      - id: rooms\n        text: Rooms\n    objective: LO2\n    required: true\n"
	if got := string(w.opened("evaluation.yaml").Content); !strings.HasSuffix(got, want) {
		t.Errorf("%s", got)
	}
	if code, _ := w.send(of(slug, "evaluation.yaml", "minutes"), "parts", "reading\nquestions\nthe exam"); code != http.StatusSeeOther || !strings.Contains(string(w.opened("evaluation.yaml").Content), "parts: [reading, questions, the exam]") {
		t.Errorf("%d: %s", code, w.opened("evaluation.yaml").Content)
	}
}

// TestALessonsKeysAreAForm: its text stays as it is, to the letter.
func TestALessonsKeysAreAForm(t *testing.T) {
	w := newWorld(t)
	was := string(w.opened(w.lesson()).Content)
	page := of(slug, w.lesson(), "")
	w.Get("ira", page).OK("About “While you learn”", "Whoever kept a link to the lesson loses it", "Write the text", "United States")
	w.Get("ira", file(w.lesson())).OK("Edit in a form")
	form, _ := w.fields(page)
	form.Set("title", "While you: learn")
	form.Set("minutes", "3")
	form["objectives"] = append(form["objectives"], "LO3")
	form["jurisdictions"] = []string{"us"}
	w.Do("ira", http.MethodPost, page, form).Says(page, "studio.saved")
	got := string(w.opened(w.lesson()).Content)
	if lines := diff(was, got); strings.Join(lines, "\n") != "title: \"While you: learn\"\nobjectives: [LO1, LO3]\nminutes: 3\njurisdictions: [us]" {
		t.Errorf("changed\n%s", strings.Join(lines, "\n"))
	}
	w.Get("ira", page).OK("To correct: jurisdictions and the boxes differ on us")
}

// TestMediaAreInAGroup: no file of a course is missing from its draft's page.
func TestMediaAreInAGroup(t *testing.T) {
	w := newWorld(t)
	w.edited("media/walk.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nOne.\n")
	w.edited("media/walk.txt", "One.\n")
	w.Get("ira", at).OK("<h2>Media</h2>", "Captions: walk", "Transcript: walk")
}
