package studio_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/apptest"
	"github.com/atmacena/cocare/internal/course"
)

// of is the form of a file of any course.
func of(slug, path, id string) string {
	q := url.Values{"path": {path}}
	if id != "" {
		q.Set("id", id)
	}
	return "/teach/" + slug + "/form?" + q.Encode()
}

// fields opens a form and reads what a browser would send of it.
func (w *world) fields(address string) (url.Values, *goquery.Document) {
	w.t.Helper()
	return w.fieldsOf("ira", address)
}

func (w *world) fieldsOf(person, address string) (url.Values, *goquery.Document) {
	w.t.Helper()
	a := w.Get(person, address)
	if a.Code != http.StatusOK {
		w.t.Fatalf("%s: status %d", address, a.Code)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.Body))
	w.must(err)
	form := apptest.Fields(doc.Find("form[data-form]"))
	form.Set("step", "save")
	return form, doc
}

// send sends a form as it is but for pairs of names and values.
func (w *world) send(address string, pairs ...string) (code int, body string) {
	w.t.Helper()
	form, _ := w.fields(address)
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	a := w.Do("ira", http.MethodPost, address, form)
	return a.Code, a.Body
}

// edited makes a text a file of the draft.
func (w *world) edited(path, text string) {
	w.t.Helper()
	f, err := w.courses.DraftFile(w.t.Context(), slug, path)
	if err != nil {
		f.Seq = 0
	}
	_, err = w.courses.EditDraft(w.t.Context(), course.Edit{Slug: slug, By: "ida", Kind: course.ChangeSave, Files: []course.FileEdit{{Path: path, Base: f.Seq, Content: []byte(text)}}})
	w.must(err)
}

// TestEveryFileWithAFormOpens, and sending all that it says changes no letter, of the
// file and of its entries, in every course that comes with the program.
func TestEveryFileWithAFormOpens(t *testing.T) {
	w := newWorld(t)
	for name, folder := range courses.Bundled() {
		if _, err := w.courses.Draft(t.Context(), name); err != nil {
			_, err = w.courses.Import(t.Context(), folder, "command line")
			w.must(err)
		}
		was, err := w.courses.Export(t.Context(), name, 0)
		w.must(err)
		files, entries := 0, 0
		for _, path := range was.Paths() {
			if w.Get("ira", of(name, path, "")).Code == http.StatusNotFound {
				continue
			}
			files++
			pages := []string{of(name, path, "")}
			_, doc := w.fields(pages[0])
			links := doc.Find("form[data-form] .link-list > li > a")
			for i := range links.Length() {
				if i < 3 || i == links.Length()-1 || i%17 == 0 {
					pages = append(pages, links.Eq(i).AttrOr("href", ""))
					entries++
				}
			}
			for _, page := range pages {
				form, _ := w.fields(page)
				if len(form) < 4 {
					t.Errorf("%s asks for nothing: %v", page, form)
				}
				if a := w.Do("ira", http.MethodPost, page, form); a.Code != http.StatusSeeOther {
					t.Errorf("%s is answered by %d", page, a.Code)
				}
			}
		}
		is, err := w.courses.Export(t.Context(), name, 0)
		w.must(err)
		for _, path := range was.Paths() {
			if string(was[path]) != string(is[path]) {
				t.Errorf("%s/%s is another: %s", name, path, strings.Join(diff(string(was[path]), string(is[path])), "\n"))
			}
		}
		if files < 10 || entries < 10 {
			t.Errorf("%s: %d forms of files, %d of entries", name, files, entries)
		}
	}
}

// TestWhatAFormDoesNotKnowStays: words that no list has, keys that are missing, lists
// and ticks as people write them.
func TestWhatAFormDoesNotKnowStays(t *testing.T) {
	w := newWorld(t)
	card := string(w.opened("course.yaml").Content)
	for _, line := range []string{"repeat_after_days: 0\n", "  time_limit_minutes: 0\n", "lesson_order: any\n", "time_policy: record\n"} {
		card = strings.Replace(card, line, "", 1)
	}
	for path, text := range map[string]string{
		"course.yaml":       strings.Replace(card, "round: nearest-quarter", "round: to-the-moon", 1),
		"facts.yaml":        "- id: F-1\n  title: One\n  text: Two.\n  status: unverified-p\n  references:\n    - none # yet\n  source: here\n- id: F-2\n  text: Three.\n  stauts: known\n",
		"signoff.yaml":      "- id: a\n  kind: dental\n  cases: True\n  lessons:\n    # all of it\n    - m1\n",
		"evaluation.yaml":   "scale: [Strongly disagree, \"Neither, or both\", Strongly agree]\nitems:\n  - {id: a, kind: shrug, text: How, required: TRUE}\n",
		"objectives.yaml":   "# Only one.\n- id: LO1\n",
		"exam/lo1.yaml":     "- id: R1\n  kind: single-choice\n  prompt: >\n    Folded\n    words?\n  options:\n    - {id: A, text: x, correct: True}\n    - {id: B, text: y}\n  objectives: LO1\n",
		"references.yaml":   "- id: smith\n  number: 7\n  type: song\n  author: [{family: Smith}]\n",
		"glossary.yaml":     "- id: a\n  term: A\n",
		w.lesson():          "---\nid: m1-l1\nslug: while-you-learn\ntitle: T # short\nobjectives:\n  - LO1 # and no other\n  - LO9\nwords: 300\n---\n\nText. {.plain}\n",
		"cases/somebody.md": "---\nid: somebody\ntitle: Bo\nmodules: [m9]\n---\nA story.\n",
	} {
		w.edited(path, text)
		_, doc := w.fields(of(slug, path, ""))
		pages := []string{of(slug, path, "")}
		doc.Find("form[data-form] .link-list > li > a").Each(func(_ int, a *goquery.Selection) { pages = append(pages, a.AttrOr("href", "")) })
		for _, page := range pages {
			if code, body := w.send(page); code != http.StatusSeeOther {
				t.Errorf("%s is answered by %d: %.300s", page, code, body)
			}
		}
		if got := string(w.opened(path).Content); got != text {
			t.Errorf("%s became\n%s", path, got)
		}
	}
	w.Get("ira", of(slug, "facts.yaml", "F-1")).OK(`<option value="unverified-p" selected>`)
	w.Get("ira", of(slug, "facts.yaml", "F-2")).OK(`<option value="" selected>Choose</option>`)
	if code, _ := w.send(of(slug, "facts.yaml", "F-1"), "text", "Two, too."); code != http.StatusSeeOther {
		t.Fatal(code)
	}
	if got := string(w.opened("facts.yaml").Content); !strings.Contains(got, "status: unverified-p\n") || !strings.Contains(got, "- none # yet") || !strings.Contains(got, "text: Two, too.") || strings.Contains(got, "verified-p\n  text") {
		t.Errorf("a comma changes more: %s", got)
	}
	if code, _ := w.send(of(slug, "facts.yaml", "F-2"), "status", "calculation"); code != http.StatusSeeOther || !strings.Contains(string(w.opened("facts.yaml").Content), "status: calculation") {
		t.Errorf("%d: %s", code, w.opened("facts.yaml").Content)
	}
	if code, body := w.send(of(slug, "facts.yaml", "F-2"), "status", "made-up"); code != http.StatusUnprocessableEntity || !strings.Contains(body, "Choose one of the list.") {
		t.Errorf("a word of nobody: %d", code)
	}
	if code, _ := w.send(of(slug, "evaluation.yaml", ""), "scale", "Never\nNow, and then\n\nAlways"); code != http.StatusSeeOther || !strings.Contains(string(w.opened("evaluation.yaml").Content), "scale: [Never, \"Now, and then\", Always]") {
		t.Errorf("%d: %s", code, w.opened("evaluation.yaml").Content)
	}
	w.edited("evaluation.yaml", "scale: [[a], [b]]\nitems: []\n")
	if code, body := w.send(of(slug, "evaluation.yaml", ""), "scale", "a"); code != http.StatusUnprocessableEntity || !strings.Contains(body, "cannot keep") {
		t.Errorf("a list of lists: %d", code)
	}
}
