package studio_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/web/kit"
)

// told is what the script of the editor is told.
type told struct {
	Seq   int64
	Clock string
	Edits []struct {
		At, To int
		Text   string
	}
	People, Preview, Findings, Error, List, Moved, Said, Note string
}

// ask does as the script does.
func (w *world) ask(person, method, path string, status int, pairs ...string) (out told) {
	w.t.Helper()
	a := w.Do(person, method, path, area.Form(pairs...), "Accept", "application/json").Is(status)
	w.must(json.Unmarshal([]byte(a.Body), &out))
	return out
}

func (w *world) auto(person, path, base, body string, status int) told {
	w.t.Helper()
	return w.ask(person, "POST", file(path), status, "base", base, "body", body, "step", "autosave")
}

// apply does to a text what the script does.
func (a told) apply(text string) string {
	units := utf16.Encode([]rune(text))
	for _, e := range a.Edits {
		units = append(append(append([]uint16{}, units[:e.At]...), utf16.Encode([]rune(e.Text))...), units[e.To:]...)
	}
	return string(utf16.Decode(units))
}

const card = "disclosure.md"

func TestWhatIsTypedIsSavedByItself(t *testing.T) {
	w := newWorld(t)
	first := w.auto("ira", card, "1", "One.\n", http.StatusOK)
	if first.Seq != 2 || first.Clock == "" || first.Edits != nil {
		t.Errorf("%+v", first)
	}
	again := w.auto("ira", card, "2", "One, and two.\n", http.StatusOK)
	if again.Seq != 3 || string(w.opened(card).Content) != "One, and two.\n" {
		t.Errorf("%+v", again)
	}
	w.Get("ira", at+"/history").OK("Saved by itself, since ").Lacks(at + "/history/2")
	w.Get("ira", at+"/history/3").OK("<ins>+ One, and two.", "<del>− ").Lacks("− One.\n")
	if said := w.auto("ira", card, "3", "a\u202eb", http.StatusUnprocessableEntity); !strings.HasPrefix(said.Error, "Line 1: ") {
		t.Errorf("%+v", said)
	}
	w.auto("ira", "none.md", "0", "x", http.StatusUnprocessableEntity)
	w.auto("tom", card, "3", "x", http.StatusForbidden)
	w.auto("", card, "3", "x", http.StatusUnauthorized)
	mark := (&kit.Viewer{PersonID: "ida"}).Mark()
	if said := w.ask("ira", "POST", file(card), http.StatusUnauthorized, "_owner", mark, "base", "3", "body", "x", "step", "autosave"); said.Error == "" {
		t.Error("somebody else signed in, and nothing is said")
	}
	if string(w.opened(card).Content) != "One, and two.\n" {
		t.Error("what was refused is saved")
	}
}

// TestTwoTypeInOneFile: what the other wrote comes with the answer, in the units of
// a browser; what meets is said, and not saved.
func TestTwoTypeInOneFile(t *testing.T) {
	w := newWorld(t)
	const text = "😀 one\ntwo\nthree 😀\nfour\nfive\n"
	w.auto("ira", card, "1", text, http.StatusOK)
	w.auto("ira", card, "2", strings.Replace(text, "😀 one", "😀😀 ONE", 1)+"six 😀\n", http.StatusOK)
	mine := strings.Replace(text, "three 😀", "THREE 😀", 1)
	a := w.auto("ida", card, "2", mine, http.StatusOK)
	now := string(w.opened(card).Content)
	if a.Seq != 4 || len(a.Edits) != 2 || a.apply(mine) != now || !strings.Contains(now, "THREE 😀") || !strings.Contains(now, "😀😀 ONE") || !strings.Contains(now, "six 😀") {
		t.Errorf("%+v: %q, where %q is saved", a, a.apply(mine), now)
	}
	// Who typed nothing is brought up to date, and makes no change.
	a = w.auto("adam", card, "2", text, http.StatusOK)
	if a.Seq != 4 || a.apply(text) != now || !strings.Contains(a.People, "Ira Stone has this file open (since ") || !strings.Contains(a.People, "Ida Moss") {
		t.Errorf("%+v", a)
	}
	if said := w.auto("ira", card, "3", "other\n", http.StatusConflict); !strings.Contains(said.Error, "nothing is lost") {
		t.Errorf("%+v", said)
	}
	if string(w.opened(card).Content) != now {
		t.Error("a clash saved something")
	}
}

func TestAPreviewIsWhatThePageShows(t *testing.T) {
	w := newWorld(t)
	path := strings.Replace(file(w.lesson()), "/file?", "/preview?", 1)
	text := string(w.opened(w.lesson()).Content)
	a := w.ask("ira", "POST", path, http.StatusOK, "body", strings.ReplaceAll(text+"\nOne *more*.\n", "\n", "\r\n"))
	if !strings.Contains(a.Preview, "One <em>more</em>.") || !strings.Contains(a.Findings, "1 mistake stops publishing") || !strings.Contains(a.Findings, "line 3") {
		t.Errorf("%s\n%s", a.Preview, a.Findings)
	}
	if a := w.ask("ira", "POST", path, http.StatusOK, "body", text+"\n<img src=x onerror=alert(1)>\n"); strings.Contains(a.Preview, "<img") || !strings.Contains(a.Findings, "raw HTML is refused") {
		t.Errorf("%s\n%s", a.Preview, a.Findings)
	}
	card := w.ask("ira", "POST", strings.Replace(file("course.yaml"), "/file?", "/preview?", 1), http.StatusOK, "body", "slug: x y\n")
	if card.Preview != "" || !strings.Contains(card.Findings, "slug is") {
		t.Errorf("%+v", card)
	}
	w.ask("ira", "POST", at+"/preview?path=none.md", http.StatusNotFound, "body", "x")
	w.ask("tom", "POST", path, http.StatusForbidden, "body", "x")
}

func TestWhoIsThereIsShown(t *testing.T) {
	w := newWorld(t)
	here := at + "/here?path=" + card
	if a := w.ask("ira", "POST", here, http.StatusOK); a.People != "" || a.Seq != 1 {
		t.Errorf("alone: %+v", a)
	}
	if a := w.ask("ida", "POST", here, http.StatusOK); !strings.Contains(a.People, "Ira Stone has this file open (since 3:00 PM)") || strings.Contains(a.People, "Ida") {
		t.Errorf("two: %+v", a)
	}
	w.Get("ida", file(card)).OK("Ira Stone has this file open").Lacks("Ida Moss has")
	w.Get("adam", at).OK("Ira Stone has it open (since ", "Ida Moss has it open")
	w.ask("ira", "POST", at+"/here?path=none.md", http.StatusNotFound)
	w.ask("tom", "POST", here, http.StatusForbidden)
}

func TestWhatALessonCanShowIsFound(t *testing.T) {
	w := newWorld(t)
	w.Get("ira", at+"/find").OK("[@P-01]", "::: practice", "{.plain}", "checked in its source", "[While you learn](lesson:m1-l1)")
	w.Get("ira", at+"/find?q=áctive+TIME&kind=fact").OK("[@P-02]").Lacks("[@P-01]", "::: practice")
	w.Get("ira", at+"/find?q=nowhere+at+all").OK("Nothing matches")
	a := w.ask("ira", "GET", at+"/find?q=p-02&kind=fact", http.StatusOK)
	if !strings.Contains(a.List, `data-studio-text="[@P-02]"`) || strings.Contains(a.List, "P-03") || strings.Contains(a.List, "<html") {
		t.Errorf("%+v", a)
	}
	if a := w.ask("ira", "GET", at+"/find?q=nowhere", http.StatusOK); !strings.Contains(a.List, "Nothing matches") {
		t.Errorf("%+v", a)
	}
	w.Get("tom", at+"/find").Is(http.StatusForbidden)
	w.Get("ira", "/teach/none/find").Is(http.StatusNotFound)
}

const fromWord = `<html><body><style>p.MsoNormal{}</style><h1>Head</h1><p class=MsoNormal>Some <b>bold</b> words<o:p></o:p></p><p><img src="x.png"></p></body></html>`

// wordFile is a Word document with a body.
func wordFile(t *testing.T, body string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	f, err := z.Create("word/document.xml")
	if err == nil {
		_, err = io.WriteString(f, `<w:document xmlns:w="w"><w:body>`+body+`</w:body></w:document>`)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestAWordProcessorIsPasted(t *testing.T) {
	w := newWorld(t)
	path := strings.Replace(file(card), "/file?", "/paste?", 1)
	upload := strings.Replace(file(card), "/file?", "/paste/file?", 1)
	w.Get("ira", path).OK("Paste from a word processor", "Word document or web page")
	w.Get("ira", file(card)).OK(`href="` + path + `"`)
	w.Post("ira", path, "html", fromWord).OK("## Head", "Some **bold** words", "Left out: 1 picture", `name="base" value="1"`).Lacks("mso")
	w.Post("ira", path, "html", "<p></p>").Is(http.StatusUnprocessableEntity, "There is nothing to be read in it")
	w.says(w.upload("ira", upload, []byte(fromWord)), http.StatusOK, "Some **bold** words", "Left out: 1 picture")
	w.says(w.upload("ira", upload, nil), http.StatusUnprocessableEntity, "Choose the file")
	w.says(w.upload("ira", upload, []byte("PK\x03\x04\x00\xff")), http.StatusUnprocessableEntity, "neither a Word document (.docx) nor a web page")
	w.says(w.upload("ira", upload, []byte("<meta charset=windows-1252><p>It isn\x92t \x93closure\x94.")), http.StatusOK, "It isn’t “closure”.")
	w.says(w.upload("ira", upload, wordFile(t, "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>From Word</w:t></w:r></w:p>")), http.StatusOK, "**From Word**")
	deep := strings.Repeat("<blockquote>", 600)
	w.Post("ira", path, "html", deep).Is(http.StatusUnprocessableEntity, "too deep to be read")
	if a := w.ask("ira", "POST", path, http.StatusUnprocessableEntity, "html", deep); !strings.Contains(a.Error, "too deep to be read") {
		t.Errorf("%+v", a)
	}
	w.says(w.upload("ira", upload, []byte(strings.Repeat("x", 1<<20+1))), http.StatusUnprocessableEntity, "more than is taken at a time")
	before := string(w.opened(card).Content)
	w.Post("ira", path, "step", "append", "base", "1", "body", "## Head\r\n\r\nWords\r\n").Says(file(card), "studio.pasted")
	if got := string(w.opened(card).Content); got != strings.TrimRight(before, "\n")+"\n\n## Head\n\nWords\n" {
		t.Errorf("%q", got)
	}
	w.Post("ida", path, "step", "append", "base", "1", "body", "## Other").Is(http.StatusConflict, "Two changes of one place")
	w.Post("ida", path, "step", "append", "base", "x", "body", "## Other").Is(http.StatusUnprocessableEntity)
	w.Post("ida", path, "step", "append", "base", "2", "body", "a\u202eb").Is(http.StatusUnprocessableEntity, "U&#43;202E")
	w.Get("ira", at+"/paste?path=course.yaml").Is(http.StatusNotFound)
	w.Get("tom", path).Is(http.StatusForbidden)
	var out struct{ Text, Left, Error string }
	a := w.Do("ira", "POST", path, area.Form("html", fromWord), "Accept", "application/json").Is(http.StatusOK)
	w.must(json.Unmarshal([]byte(a.Body), &out))
	if out.Text != "## Head\n\nSome **bold** words\n" || out.Left != "1 picture" {
		t.Errorf("%+v", out)
	}
	w.Do("ira", "POST", path, area.Form("html", ""), "Accept", "application/json").Is(http.StatusUnprocessableEntity)
}
