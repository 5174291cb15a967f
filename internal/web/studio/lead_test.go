package studio_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/atmacena/cocare/internal/course"
)

// TestFindingsLeadToTheForm, to the entry and the field where they are known, with the
// text beside it; what learners read is written as text.
func TestFindingsLeadToTheForm(t *testing.T) {
	w := newWorld(t)
	lesson := w.lesson()
	facts := string(w.opened("facts.yaml").Content)
	w.must(w.saved("facts.yaml", strings.Replace(facts, "status: verified", "status: nonsense", 1)))
	w.must(w.saved(lesson, string(w.opened(lesson).Content)+"\nIt is <b>raw</b>.\n"))
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(w.Get("ira", at).OK("as text", "It is &lt;b&gt;raw&lt;/b&gt;.").Body))
	w.must(err)
	errors := doc.Find("section[aria-labelledby=errors] a")
	hrefs := strings.Join(errors.Map(func(_ int, a *goquery.Selection) string { return a.AttrOr("href", "") }), "\n")
	line := func(path, text string) string {
		n := strings.Count(strings.SplitN(string(w.opened(path).Content), text, 2)[0], "\n") + 1
		return "&line=" + strconv.Itoa(n)
	}
	for _, want := range []string{
		at + "/form?id=P-01&path=facts.yaml#f-", strings.Replace(file("facts.yaml"), "?", "?"+line("facts.yaml", "status: nonsense")[1:]+"&", 1),
		strings.Replace(file(lesson), "?", "?"+line(lesson, "It is <b>")[1:]+"&", 1),
	} {
		if !strings.Contains(hrefs, want) {
			t.Errorf("nothing leads to %s:\n%s", want, hrefs)
		}
	}
	w.Get("gus", at).OK("stop publishing").Lacks("/form?")
	w.Get("ira", at).OK(`<a href="`+form("facts.yaml")+`">Checked facts</a>`, `<a class="small" href="`+file("facts.yaml")+`" aria-label="As text: Checked facts">`, `<a href="`+file(lesson)+`">`)
}

// TestWhatIsNotThereYetCanBeWritten from where it is looked for.
func TestWhatIsNotThereYetCanBeWritten(t *testing.T) {
	w := newWorld(t)
	w.Post("ira", "/teach/new", "title", "Bare").Says("/teach/bare", "studio.begun")
	find := func(kind string) string { return "/teach/bare/find?kind=" + kind }
	w.Get("ira", find("fact")).OK("The course has none of these yet: facts.", "Write a fact", "/teach/bare/form?path=facts.yaml").Lacks("Try fewer words")
	w.Get("ira", find("handout")).OK("none of these yet", "/teach/bare/media")
	if a := w.ask("ira", "GET", find("figure"), http.StatusOK); !strings.Contains(a.List, "/teach/bare/drawing") || !strings.Contains(a.List, "/teach/bare/media") {
		t.Errorf("%s", a.List)
	}
	w.Get("ira", at+"/find?kind=fact&q="+url.QueryEscape("nowhere at all")).OK("Nothing matches. Try fewer words.", "Write a fact")
}

// TestWhatIsMissingHasAPlaceToClick too.
func TestWhatIsMissingHasAPlaceToClick(t *testing.T) {
	w := newWorld(t)
	w.Post("ira", "/teach/new", "title", "Bare").Says("/teach/bare", "studio.begun")
	for _, path := range []string{"evaluation.yaml", "modules"} {
		w.remove("bare", path)
	}
	a := w.Get("ira", "/teach/bare").OK("The course as a whole", "Evaluation")
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.Body))
	w.must(err)
	for of, href := range map[string]string{"The course as a whole": "/teach/bare/new", "Evaluation": "/teach/bare/history#removed"} {
		if n := doc.Find("section[aria-labelledby=errors] a[href='" + href + "']").FilterFunction(func(_ int, s *goquery.Selection) bool { return s.Text() == of }).Length(); n == 0 {
			t.Errorf("%s leads to %s nowhere", of, href)
		}
	}
	doc.Find("section[aria-labelledby=errors] li").Each(func(_ int, li *goquery.Selection) {
		if li.Find("a").Length() == 0 && !strings.HasPrefix(strings.ToLower(li.Text()), "because") {
			t.Errorf("no place to click: %s", li.Text())
		}
	})
}

// remove takes files of a draft away: those below a name.
func (w *world) remove(slug, below string) {
	w.t.Helper()
	list, _, err := w.courses.DraftFiles(w.t.Context(), slug)
	w.must(err)
	var gone []course.FileEdit
	for _, f := range list {
		if f.Path == below || strings.HasPrefix(f.Path, below+"/") {
			gone = append(gone, course.FileEdit{Path: f.Path, Base: f.Seq, Remove: true})
		}
	}
	_, err = w.courses.EditDraft(w.t.Context(), course.Edit{Slug: slug, By: "ira", Kind: course.ChangeSave, Files: gone})
	w.must(err)
}
