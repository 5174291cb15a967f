package studio_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/team"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/internal/web/studio"
	webteam "github.com/atmacena/cocare/internal/web/team"
)

// pack makes a ZIP file of files in a folder.
func (w *world) pack(folder string, files course.Files) []byte {
	w.t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, p := range files.Paths() {
		f, err := z.Create(folder + p)
		w.must(err)
		_, err = f.Write(files[p])
		w.must(err)
	}
	w.must(z.Close())
	return out.Bytes()
}

func (w *world) upload(person, path string, body []byte) *httptest.ResponseRecorder {
	w.t.Helper()
	var form bytes.Buffer
	m := multipart.NewWriter(&form)
	if body != nil {
		f, err := m.CreateFormFile("file", "course.zip")
		w.must(err)
		_, err = f.Write(body)
		w.must(err)
	}
	w.must(m.Close())
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, path, &form)
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set(area.Person, person)
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, r)
	return rec
}

func (w *world) says(rec *httptest.ResponseRecorder, status int, texts ...string) {
	w.t.Helper()
	if rec.Code != status {
		w.t.Fatalf("status %d, want %d: %.600s", rec.Code, status, rec.Body)
	}
	for _, text := range texts {
		if !strings.Contains(rec.Body.String(), text) && rec.Header().Get("Location") != text {
			w.t.Errorf("nothing says %q (to %q)", text, rec.Header().Get("Location"))
		}
	}
}

func TestAFolderIsImported(t *testing.T) {
	w := newWorld(t)
	files, err := w.courses.Export(t.Context(), slug, 1)
	w.must(err)
	w.Get("ira", "/teach/import").OK("Import a folder")
	files["disclosure.md"] = []byte("Other words.\n")
	delete(files, "exam/lo3.yaml")
	w.says(w.upload("ira", "/teach/import", w.pack("my folder/", files)), http.StatusSeeOther, at+"/history/2")
	w.Get("ira", at+"/history/2").OK("<ins>+ Other words.", "exam/lo3.yaml", "removed", "Imported a folder")
	w.says(w.upload("ira", "/teach/import", w.pack("", files)), http.StatusConflict, "was changed since its newest edition", "Ira Stone", "choose the file again")
	draft, err := w.courses.Draft(t.Context(), slug)
	w.must(err)
	files["disclosure.md"] = []byte("Still other words.\n")
	over := "/teach/import?over="
	w.says(w.upload("ira", over+"0", w.pack("", files)), http.StatusConflict)
	w.says(w.upload("ira", over+draft.Hash, w.pack("", files)), http.StatusSeeOther, at+"/history/3")
	if got := string(w.opened("disclosure.md").Content); got != "Still other words.\n" {
		t.Errorf("imported %q", got)
	}
	files["course.yaml"] = []byte(strings.Replace(string(files["course.yaml"]), slug, "another", 1))
	w.says(w.upload("ira", "/teach/import", w.pack("", files)), http.StatusSeeOther, "/teach/another/history/1")
	w.Get("ira", "/teach/another").OK("Never published")
}

// TestAFolderOfAnotherTitle replaces no draft unasked, though it holds no change; the
// same folder again changes nothing and says so.
func TestAFolderOfAnotherTitle(t *testing.T) {
	w := newWorld(t)
	files, err := w.courses.Export(t.Context(), slug, 1)
	w.must(err)
	same := w.upload("ira", "/teach/import", w.pack("", files))
	w.says(same, http.StatusSeeOther, at)
	if told := same.Header().Get("Set-Cookie"); !strings.Contains(told, "studio.imported_same") {
		t.Errorf("told %q", told)
	}
	was, err := w.courses.Draft(t.Context(), slug)
	w.must(err)
	files["course.yaml"] = []byte(strings.Replace(string(files["course.yaml"]), "title: "+was.Title, "title: Quite another course", 1))
	w.says(w.upload("ira", "/teach/import", w.pack("", files)), http.StatusConflict, "under another title", "Quite another course", was.Title)
	if now, err := w.courses.Draft(t.Context(), slug); err != nil || now.Hash != was.Hash || now.Seq != was.Seq {
		t.Errorf("%+v, %v", now, err)
	}
	w.says(w.upload("ira", "/teach/import?over="+was.Hash, w.pack("", files)), http.StatusSeeOther, at+"/history/2")
}

func TestWhatIsNoFolder(t *testing.T) {
	w := newWorld(t)
	files, err := w.courses.Export(t.Context(), slug, 1)
	w.must(err)
	bad := func(change func(f course.Files)) []byte {
		f := maps.Clone(files)
		change(f)
		return w.pack("c/", f)
	}
	bomb := bad(func(f course.Files) { f["disclosure.md"] = bytes.Repeat([]byte("x"), 40<<20) })
	for says, body := range map[string][]byte{
		"Choose the ZIP file":                    nil,
		"This is no ZIP file":                    []byte("PK\x03\x04 and no more"),
		"holds no course":                        w.pack("a/b/", files),
		"larger than 32 MB":                      bytes.Repeat([]byte("x"), 33<<20),
		"disclosure.md: larger than 1 MiB":       bomb,
		"notes.txt: this file has no place":      bad(func(f course.Files) { f["notes.txt"] = []byte("x") }),
		"course.yaml:1: slug is":                 bad(func(f course.Files) { f["course.yaml"] = []byte("slug: A B\ntitle: X\n") }),
		"an address here already":                bad(func(f course.Files) { f["course.yaml"] = []byte("slug: grading\ntitle: X\n") }),
		"modules/../../etc/passwd and no course": w.pack("c/modules/../../", course.Files{"etc/passwd": []byte("x")}),
	} {
		if strings.HasPrefix(says, "modules/..") {
			says = "ZIP file"
		}
		w.says(w.upload("ira", "/teach/import", body), http.StatusUnprocessableEntity, says)
	}
	for _, name := range []string{"../etc/passwd", "/etc/passwd", `..\boot.ini`, "notes.txt", "other/course notes.md", "c/../../x"} {
		all := course.Files{name: []byte("x")}
		for p, data := range files {
			all["c/"+p] = data
		}
		w.says(w.upload("ira", "/teach/import", w.pack("", all)), http.StatusUnprocessableEntity, "in the ZIP file stands outside of the course’s folder")
	}
	w.says(w.upload("ira", "/teach/import", w.pack("./", files)), http.StatusSeeOther, at)
	all := course.Files{"__MACOSX/c/._course.yaml": []byte("x"), ".DS_Store": []byte("x")}
	for p, data := range files {
		all["c/"+p] = data
	}
	w.says(w.upload("ira", "/teach/import", w.pack("", all)), http.StatusSeeOther, at)
	if rec := w.upload("tom", "/teach/import", w.pack("", files)); rec.Code != http.StatusForbidden {
		t.Errorf("who does not teach imports: %d", rec.Code)
	}
	if list, err := w.courses.Drafts(t.Context()); err != nil || len(list) != 1 || list[0].Seq != 1 {
		t.Errorf("%+v, %v", list, err)
	}
}

// TestWhoMayReplaceADraft: a mistake in the card is named, whoever sends it, and lets
// nobody in; only who does not write the course is told so.
func TestWhoMayReplaceADraft(t *testing.T) {
	w := newWorld(t)
	files, err := w.courses.Export(t.Context(), slug, 1)
	w.must(err)
	broken := errors.New("the database is gone")
	answers := map[string]error{"ira": nil, "ida": webteam.ErrNotYourPart, "ines": team.ErrNoCourse, "ivo": broken}
	w.Server = area.Serve(t, area.Options{Name: "studio", Viewer: viewer}, studio.Routes(studio.Deps{Courses: w.courses, People: w, Currency: "USD", Now: time.Now,
		MayWrite: func(_ context.Context, v *kit.Viewer, of string) error {
			if of != slug {
				return team.ErrNoCourse
			}
			return answers[v.PersonID]
		}})...)
	for card, names := range map[string]string{"title: [x]": "course.yaml:2: ", "title: \"\"": "course.yaml:2: title is missing"} {
		own := maps.Clone(files)
		own["course.yaml"] = append([]byte("slug: "+slug+"\n"+card+"\n"), bytes.SplitN(files["course.yaml"], []byte("\n"), 3)[2]...)
		for person := range answers {
			rec := w.upload(person, "/teach/import", w.pack("", own))
			w.says(rec, http.StatusUnprocessableEntity, names)
			if strings.Contains(rec.Body.String(), "others write") {
				t.Errorf("%s is told of others for %s", person, card)
			}
		}
	}
	files["disclosure.md"] = []byte("Other words.\n")
	for person, status := range map[string]int{"ida": http.StatusUnprocessableEntity, "ines": http.StatusUnprocessableEntity, "ivo": http.StatusInternalServerError} {
		rec := w.upload(person, "/teach/import", w.pack("", files))
		w.says(rec, status)
		if strings.Contains(rec.Body.String(), "others write") == (person == "ivo") {
			t.Errorf("%s is told %.300s", person, rec.Body)
		}
	}
	if d, err := w.courses.Draft(t.Context(), slug); err != nil || d.Seq != 1 {
		t.Errorf("%+v, %v", d, err)
	}
	w.says(w.upload("ira", "/teach/import", w.pack("", files)), http.StatusSeeOther, at+"/history/2")
}
