package media_test

import (
	"io/fs"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/media/manifest"
)

// another is the small course under another name, with files besides.
func another(t *testing.T, name string, more map[string]string) fstest.MapFS {
	t.Helper()
	from, folder := courses.Bundled()[slug], fstest.MapFS{}
	err := fs.WalkDir(from, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(from, path)
		if path == "course.yaml" {
			data = []byte(strings.Replace(string(data), "slug: "+slug, "slug: "+name, 1))
		}
		folder[path] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for path, text := range more {
		folder[path] = &fstest.MapFile{Data: []byte(text)}
	}
	return folder
}

// TestTheMediaOfAnotherCourseAreNotThere for who knows how they are called: not by an
// import, not by a list, not by an address, and not by what they do with them.
func TestTheMediaOfAnotherCourseAreNotThere(t *testing.T) {
	w := newWorld(t)
	sound := wav(5, 1)
	w.add("talk", sound, "transcript", "Hello.")
	list := w.file(manifest.Path)
	items, _, _ := manifest.Read([]byte(list))
	name := items[0].Files[0].Name()
	w.Get("ira", "/media/"+slug+"/"+name).OK()

	const other = "other"
	more := map[string]string{manifest.Path: list, items[0].Transcript: "Hello.\n"}
	d, err := w.courses.Import(t.Context(), another(t, other, more), "ida")
	w.must(err)
	foreign := func(problems []course.Problem) {
		t.Helper()
		if errs := course.Errors(problems); len(errs) != 1 || errs[0].File != manifest.Path || errs[0].Line == 0 || !strings.Contains(errs[0].Msg, `"talk" was never uploaded to this course`) || !strings.Contains(errs[0].Fix, "upload it") {
			t.Errorf("%+v", errs)
		}
	}
	foreign(d.Problems)
	f, err := w.courses.DraftFile(t.Context(), other, manifest.Path)
	w.must(err)
	_, err = w.courses.EditDraft(t.Context(), course.Edit{Slug: other, By: "ida", Kind: course.ChangeSave, Files: []course.FileEdit{{Path: manifest.Path, Base: f.Seq, Content: []byte("# mine\n" + list)}}})
	w.must(err)
	d, _, _, err = w.courses.CheckDraft(t.Context(), other)
	w.must(err)
	foreign(d.Problems)

	page := "/teach/" + other + "/media"
	w.Get("ida", page).OK("Was never uploaded to this course")
	if strings.Contains(w.Get("ida", page+"/items/talk").OK().Body, "<audio") {
		t.Error("its page plays it")
	}
	w.Get("ida", "/media/"+other+"/"+name).Is(http.StatusNotFound)
	w.Post("ida", page+"/course.zip").Is(http.StatusConflict, "1 file of media is not kept here", "not be whole")
	if _, err := w.courses.Publish(t.Context(), other, "", "ida"); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("published: %v", err)
	}

	// Who has the bytes may have them here.
	rec := w.form("ida", page, "file", "file.bin", sound)
	w.says(rec, http.StatusSeeOther)
	w.must(w.queue.Drain(t.Context()))
	w.Get("ida", "/media/"+other+"/"+name).OK()
	if !strings.Contains(w.Get("ida", page+"/items/talk").OK().Body, "<audio") {
		t.Error("its page does not play it")
	}
	w.Post("ida", page+"/course.zip").OK()
	_, err = w.courses.Publish(t.Context(), other, "", "ida")
	w.must(err)
}

// TestAnImportBringsItsMedia, to a new course and to one that is there.
func TestAnImportBringsItsMedia(t *testing.T) {
	w := newWorld(t)
	sound := wav(5, 1)
	w.add("talk", sound, "transcript", "Hello.")
	list := w.file(manifest.Path)
	items, _, _ := manifest.Read([]byte(list))
	bare := map[string]string{manifest.Path: list, items[0].Transcript: "Hello.\n"}
	whole := map[string]string{manifest.Path: list, items[0].Transcript: "Hello.\n", items[0].Files[0].Path(): string(sound)}
	for name, before := range map[string]map[string]string{"anew": nil, "again": bare} {
		if before != nil {
			_, err := w.courses.Import(t.Context(), another(t, name, before), "ida")
			w.must(err)
		}
		for i, folder := range []map[string]string{whole, bare} { // later it need not come again
			d, err := w.courses.Import(t.Context(), another(t, name, folder), "ida")
			w.must(err)
			if errs := course.Errors(d.Problems); len(errs) > 0 {
				t.Errorf("%s, %d: %v", name, i, errs)
			}
		}
		_, err := w.courses.Publish(t.Context(), name, "", "ida")
		w.must(err)
	}
	whole[items[0].Files[0].Path()] = string(wav(5, 2))
	if _, err := w.courses.Import(t.Context(), another(t, "forged", whole), "ida"); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("other bytes: %v", err)
	}
}

// TestAnAdministratorGrantsWhatTheyAdd, and not what an author who may not read the other
// course wrote into the list before; what is granted is in the audit log.
func TestAnAdministratorGrantsWhatTheyAdd(t *testing.T) {
	w := newWorld(t)
	w.add("talk", wav(5, 1), "transcript", "Hello.")
	list := w.file(manifest.Path)
	items, _, _ := manifest.Read([]byte(list))
	sum := items[0].Files[0].SHA256
	from, err := w.courses.Draft(t.Context(), slug)
	w.must(err)
	const other = "other"
	d, err := w.courses.Import(t.Context(), another(t, other, map[string]string{manifest.Path: list, items[0].Transcript: "Hello.\n"}), "ida")
	w.must(err)
	save := func(by string, kind course.ChangeKind, content []byte) {
		t.Helper()
		f, err := w.courses.DraftFile(t.Context(), other, manifest.Path)
		w.must(err)
		_, err = w.courses.EditDraft(t.Context(), course.Edit{Slug: other, By: by, Kind: kind, Files: []course.FileEdit{{Path: manifest.Path, Base: f.Seq, Content: content}}})
		w.must(err)
	}
	granted := func(want int) {
		t.Helper()
		held, err := w.media.Holds(t.Context(), d.CourseID, sum)
		w.must(err)
		events, err := audit.New(w.db, w.now).List(t.Context(), audit.Filter{Action: "media.copied"})
		w.must(err)
		if held != (want > 0) || len(events) != want {
			t.Fatalf("held: %v, events: %+v", held, events)
		}
		for _, e := range events {
			if e.ObjectID != d.CourseID || e.Details["from"] != from.CourseID || e.Details["sha256"] != sum {
				t.Errorf("%+v", e)
			}
		}
	}
	save("root", course.ChangeSave, []byte("# a caption\n"+list))
	save("root", course.ChangeAutosave, []byte("# another\n"+list))
	granted(0)
	found, _, _, err := w.courses.CheckDraft(t.Context(), other)
	w.must(err)
	if errs := course.Errors(found.Problems); len(errs) != 1 || !strings.Contains(errs[0].Fix, "remove it from this list, save, and add it again") {
		t.Errorf("%+v", errs)
	}
	save("ida", course.ChangeSave, []byte("items: []\n"))
	save("ida", course.ChangeSave, []byte(list))
	granted(0)
	save("root", course.ChangeSave, []byte("items: []\n"))
	save("root", course.ChangeSave, []byte(list))
	granted(1)
}
