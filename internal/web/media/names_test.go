package media_test

import (
	"crypto/sha256"
	"net/http"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/media/manifest"
)

// TestACourseHandsOutItsOwnFilesOnly: whoever remembers the hash of another's file finds
// nothing under the name of a course of their own.
func TestACourseHandsOutItsOwnFilesOnly(t *testing.T) {
	w := newWorld(t)
	fileOf := func(data []byte, ext string) string {
		sum := sha256.Sum256(data)
		return "/media/" + slug + "/" + hexOf(sum[:]) + "." + ext
	}
	get := func(person, path string, code int) {
		t.Helper()
		if rec := w.do(person, http.MethodGet, path, nil); rec.Code != code {
			t.Errorf("%s gets %d, want %d", person, rec.Code, code)
		}
	}
	// Of another course, which ida does not work on.
	others := wav(5, 9)
	u := w.elsewhere("open", 1)[0]
	_, err := w.media.Append(t.Context(), "ira", u.ID, 0, strings.NewReader(string(others)))
	w.must(err)
	w.must(w.media.Finish(t.Context(), "ira", u.ID))
	w.must(w.queue.Drain(t.Context()))
	get("ida", fileOf(others, "wav"), http.StatusNotFound)
	get("ira", fileOf(others, "wav"), http.StatusNotFound) // it is hers, and not for this course

	// Of this course, and not in it yet: for who sent it.
	talk := wav(5, 1)
	page := w.ready("ira", talk)
	get("ira", fileOf(talk, "wav"), http.StatusOK)
	get("ida", fileOf(talk, "wav"), http.StatusNotFound)
	w.says(w.form("ira", page, "", "", nil, "id", "talk", "title", "A talk", "transcript", "Hello."), http.StatusSeeOther)
	get("ida", fileOf(talk, "wav"), http.StatusOK)
	get("ida", strings.TrimSuffix(fileOf(talk, "wav"), "wav")+"html", http.StatusNotFound)

	// Of an edition, and no longer in the draft.
	_, err = w.courses.Publish(t.Context(), slug, "", "ira")
	w.must(err)
	w.Post("ira", at+"/items/talk/remove").Says(at, "media.removed")
	get("ida", fileOf(talk, "wav"), http.StatusOK)

	// Of a draft whose list cannot be read now.
	sheet := pdf()
	w.add("sheet", sheet)
	f, err := w.courses.DraftFile(t.Context(), slug, manifest.Path)
	w.must(err)
	_, err = w.courses.EditDraft(t.Context(), course.Edit{Slug: slug, By: "ira", Kind: course.ChangeAutosave,
		Files: []course.FileEdit{{Path: manifest.Path, Base: f.Seq, Content: append(f.Content, "- id: ["...)}}})
	w.must(err)
	get("ida", fileOf(sheet, "pdf"), http.StatusOK)
}
