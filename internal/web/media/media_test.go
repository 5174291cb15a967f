package media_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/media/manifest"
)

const vtt = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nGood evening.\n"

func TestFromAFileToTheCourse(t *testing.T) {
	w := newWorld(t)
	w.Get("ira", at).OK("No media yet", "data-upload=")
	rec := w.form("ira", at, "file", "C:\\fake\\walk.mp4", mp4(5))
	page := rec.Header().Get("Location")
	w.Get("ira", page).OK("being examined", "walk.mp4")
	if got := w.Get("ira", page).Header.Get("Refresh"); got != "2" {
		t.Errorf("refresh %q", got)
	}
	w.must(w.queue.Drain(t.Context()))
	w.Get("ira", page).OK("Video", "Add to the course", "<video")
	w.Get("ira", at).OK("walk.mp4", "can be added")
	w.Get("ida", at).OK().Lacks("walk.mp4")

	bad := w.form("ira", page, "captions_file", "walk.srt", []byte("1\n00:00:03,000 --> 00:00:02,000\nGood evening.\n\n2\n00:00:04,000 --> 00:00:09,000\nLate.\n"), "title", "A walk", "caption", "By the river")
	w.says(bad, http.StatusUnprocessableEntity, "Line 2: the caption ends before it begins", "2 mistakes in the captions", "All because who cannot hear a video", "(WCAG 2.2, 1.2.2", "Line 6", "By the river", "00:00:03,000")
	good := w.form("ira", page, "captions_file", "walk.srt", []byte("1\n00:00:01,000 --> 00:00:02,000\nGood evening.\n"), "title", "A walk", "transcript", "Good evening.")
	if good.Code != http.StatusSeeOther || good.Header().Get("Location") != at {
		t.Fatalf("%d: %.2000s", good.Code, good.Body)
	}
	if again := w.form("ira", page, "", "", nil, "title", "A walk"); again.Code != http.StatusSeeOther { // the second click
		t.Errorf("again: %d", again.Code)
	}
	w.Get("ira", at).OK("A walk", "![](media:a-walk)", "No lesson yet").Lacks("Needs captions", "can be added")
	if got := w.file("media/a-walk.vtt"); got != vtt {
		t.Errorf("captions %q", got)
	}
	if got := w.file("media/a-walk.txt"); got != "Good evening.\n" {
		t.Errorf("transcript %q", got)
	}
}

func TestEachKindHasItsForm(t *testing.T) {
	w := newWorld(t)
	image := w.ready("ira", photo(t, 600, 300))
	w.Get("ira", image).OK("Alternative text", "<img src=").Lacks("Captions", "Transcript")
	w.says(w.form("ira", image, "", "", nil, "title", "A chair", "alt", "chair"), http.StatusUnprocessableEntity, "Say a little more")
	w.says(w.form("ira", image, "", "", nil, "title", "", "alt", ""), http.StatusUnprocessableEntity, "Give it a title.", "Say what the picture shows")
	w.says(w.form("ira", image, "", "", nil, "title", "A chair", "alt", "A chair beside a window", "id", "A b"), http.StatusUnprocessableEntity, "small letters")
	w.add("talk", wav(5, 1))
	w.says(w.form("ira", image, "", "", nil, "title", "A chair", "alt", "A chair beside a window", "id", "talk"), http.StatusUnprocessableEntity, "Another medium")
	w.Get("ira", at).OK("Needs a transcript", "Audio")
	w.Get("ira", at+"/items/talk").OK("<audio", "Transcript").Lacks("Alternative text")
	w.add("sheet", pdf())
	w.Get("ira", at+"/items/sheet").OK("Download the handout").Lacks("Transcript")
	w.Get("ira", at+"/items/nobody").Is(http.StatusNotFound)
}

func TestWhatIsRefusedSaysWhy(t *testing.T) {
	w := newWorld(t)
	w.says(w.form("ira", at, "file", "", nil), http.StatusUnprocessableEntity, "Choose a file.")
	w.says(w.form("ira", at, "file", "a.mp4", nil), http.StatusUnprocessableEntity, "The file is empty.")
	page := w.ready("ira", []byte("<!doctype html><script>alert(1)</script>"))
	w.Get("ira", page).OK("cannot be used", "Remove this upload")
	w.says(w.form("ira", page, "", "", nil, "title", "x"), http.StatusConflict, "not ready")
	w.Post("ira", page+"/discard").Says(at, "media.discarded")
	w.Get("ira", page).Is(http.StatusNotFound)
	torn := w.do("ira", http.MethodPost, at, strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\nRIFF"), "Content-Type", "multipart/form-data; boundary=x")
	w.says(torn, http.StatusUnprocessableEntity, "did not arrive whole")
	w.Get("ira", at).OK().Lacks("Your uploads")
	w.Post("ira", at).Is(http.StatusUnprocessableEntity)
}

// TestTheProtocol: parts with offsets and digests, a break, another's offset.
func TestTheProtocol(t *testing.T) {
	w := newWorld(t)
	data := wav(1000, 3)
	js := []string{"Accept", "application/json", "Content-Type", "application/x-www-form-urlencoded"}
	begun := w.do("ira", http.MethodPost, at+"/uploads", strings.NewReader("name=talk.wav&bytes="+strconv.Itoa(len(data))), js...)
	u := decode(t, begun)
	if begun.Code != http.StatusCreated || begun.Header().Get("Location") != u.URL || u.Offset != 0 || u.Part < 1<<20 || u.State != "open" {
		t.Fatalf("%d, %+v", begun.Code, u)
	}
	patch := func(offset int64, part []byte, digest bool, headers ...string) (int, string) {
		headers = append(headers, "Accept", "application/json", "Upload-Offset", strconv.FormatInt(offset, 10))
		if digest {
			sum := sha256.Sum256(part)
			headers = append(headers, "Content-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(sum[:])+":")
		}
		rec := w.do("ira", http.MethodPatch, u.URL, bytes.NewReader(part), headers...)
		return rec.Code, rec.Header().Get("Upload-Offset")
	}
	const n = 4 << 20
	if code, at := patch(0, data[:n], true); code != http.StatusNoContent || at != strconv.Itoa(n) {
		t.Errorf("first part: %d, %s", code, at)
	}
	if code, at := patch(0, data[:n], true); code != http.StatusConflict || at != strconv.Itoa(n) {
		t.Errorf("the same part again: %d, %s", code, at)
	}
	if code, _ := patch(n, data[n:], false, "Content-Digest", "sha-256=:AAAA:"); code != http.StatusUnprocessableEntity {
		t.Errorf("changed on the way: %d", code)
	}
	w.says(w.do("ira", http.MethodPost, u.URL+"/finish", nil, js...), http.StatusConflict, "lacks bytes")
	state := w.do("ira", http.MethodHead, u.URL, nil, "Accept", "application/json")
	if state.Header().Get("Upload-Offset") != strconv.Itoa(n) {
		t.Errorf("HEAD: %v", state.Header())
	}
	w.Get("ira", u.URL).OK("more is awaited", "go on where it stopped")
	if code, at := patch(n, data[n:], false); code != http.StatusNoContent || at != strconv.Itoa(len(data)) {
		t.Errorf("the rest: %d, %s", code, at)
	}
	for range 2 {
		w.says(w.do("ira", http.MethodPost, u.URL+"/finish", nil, js...), http.StatusOK, `"state":"received"`)
	}
	w.must(w.queue.Drain(t.Context()))
	if got := decode(t, w.do("ira", http.MethodGet, u.URL, nil, "Accept", "application/json")); got.State != "ready" {
		t.Errorf("%+v", got)
	}
	if code, _ := patch(int64(len(data)), []byte("x"), false); code != http.StatusConflict {
		t.Errorf("after the end: %d", code)
	}
	w.says(w.do("ira", http.MethodPatch, u.URL, strings.NewReader("x")), http.StatusUnprocessableEntity, "Upload-Offset")
	w.says(w.do("ira", http.MethodPost, at+"/uploads", strings.NewReader("name=a&bytes=0"), js...), http.StatusUnprocessableEntity, "empty")
	w.says(w.do("ira", http.MethodPost, at+"/uploads", strings.NewReader("name=a&bytes=99999999999"), js...), http.StatusUnprocessableEntity, "larger than 1 GB")
}

func TestOthersUploadsAreNotThere(t *testing.T) {
	w := newWorld(t)
	page := w.ready("ira", wav(5, 1))
	for method, path := range map[string]string{
		http.MethodGet: page, http.MethodPatch: page, http.MethodPost: page + "/finish", http.MethodHead: page,
	} {
		if rec := w.do("ida", method, path, strings.NewReader("x"), "Upload-Offset", "0"); rec.Code != http.StatusNotFound {
			t.Errorf("%s %s: %d", method, path, rec.Code)
		}
	}
	w.says(w.do("ida", http.MethodPost, page+"/discard", nil), http.StatusNotFound)
	w.Get("tom", at).Is(http.StatusForbidden)
	w.Get("ira", "/teach/nobody/media").Is(http.StatusNotFound)
}

var basesIn = regexp.MustCompile(`name="(list|vtt|txt)" value="(\d+)"`)

// opened are the changes that the form of a medium comes from.
func (w *world) opened(id string) (pairs []string) {
	w.t.Helper()
	for _, m := range basesIn.FindAllStringSubmatch(w.Get("ira", at+"/items/"+id).OK().Body, -1) {
		pairs = append(pairs, m[1], m[2])
	}
	if len(pairs) != 6 {
		w.t.Fatalf("bases %v", pairs)
	}
	return pairs
}

func TestWordsAreChanged(t *testing.T) {
	w := newWorld(t)
	w.add("walk", mp4(5), "captions", vtt, "transcript", "Good evening.")
	w.Get("ira", at+"/items/walk").OK("Good evening.", `<track kind="captions"`)
	from := w.opened("walk")
	save := func(from []string, fields ...string) *string {
		rec := w.form("ira", at+"/items/walk", "", "", nil, append(fields, from...)...)
		if rec.Code == http.StatusSeeOther {
			return nil
		}
		body := rec.Body.String()
		return &body
	}
	if body := save(from, "title", "A long walk", "captions", vtt, "transcript", ""); body != nil {
		t.Fatal(*body)
	}
	items, _, _ := manifest.Read([]byte(w.file(manifest.Path)))
	if items[0].Title != "A long walk" || items[0].Transcript != "" || items[0].Captions != "media/walk.vtt" {
		t.Errorf("%+v", items[0])
	}
	if _, err := w.courses.DraftFile(t.Context(), slug, "media/walk.txt"); err == nil {
		t.Error("the transcript is still there")
	}
	// From the same page, opened before: it changes the same lines.
	body := save(from, "title", "A short walk", "captions", vtt, "transcript", "Mine.")
	if body == nil || !strings.Contains(*body, "Somebody else changed this medium") || !strings.Contains(*body, "A short walk") || !strings.Contains(*body, "Mine.") {
		t.Fatalf("a clash: %v", body)
	}
	var now []string
	for _, m := range basesIn.FindAllStringSubmatch(*body, -1) {
		now = append(now, m[1], m[2])
	}
	if body := save(now, "title", "A short walk", "captions", vtt, "transcript", "Mine."); body != nil {
		t.Fatal(*body)
	}
	if got := w.file(manifest.Path); !strings.Contains(got, "A short walk") {
		t.Errorf("got %s", got)
	}
	if body := save(w.opened("walk"), "title", "A short walk", "captions", "WEBVTT\n\nnothing"); body == nil || !strings.Contains(*body, "no times") || !strings.Contains(*body, "nothing") {
		t.Error("bad captions pass")
	}
}

// TestTwoMediaMerge: who changes another medium disturbs nobody.
func TestTwoMediaMerge(t *testing.T) {
	w := newWorld(t)
	w.add("one", wav(5, 1))
	w.add("two", wav(5, 2))
	w.add("three", wav(5, 3))
	one, three := w.opened("one"), w.opened("three")
	for id, from := range map[string][]string{"one": one, "three": three} {
		if rec := w.form("ira", at+"/items/"+id, "", "", nil, append([]string{"title", "New " + id}, from...)...); rec.Code != http.StatusSeeOther {
			t.Errorf("%s: %d", id, rec.Code)
		}
	}
	if got := w.file(manifest.Path); !strings.Contains(got, "New one") || !strings.Contains(got, "New three") {
		t.Errorf("got %s", got)
	}
}

// show puts a medium into the first lesson.
func (w *world) show(id string) {
	w.t.Helper()
	_, parsed, files, err := w.courses.CheckDraft(w.t.Context(), slug)
	w.must(err)
	path := parsed.Modules[0].Lessons[0].File
	f, err := w.courses.DraftFile(w.t.Context(), slug, path)
	w.must(err)
	_, err = w.courses.EditDraft(w.t.Context(), course.Edit{Slug: slug, By: "ira", Kind: course.ChangeSave,
		Files: []course.FileEdit{{Path: path, Base: f.Seq, Content: append(files[path], "\n\n![](media:"+id+")\n"...)}}})
	w.must(err)
}

func TestOnlyWhatNobodyShowsIsRemoved(t *testing.T) {
	w := newWorld(t)
	w.add("walk", mp4(5), "captions", vtt)
	w.show("walk")
	w.Get("ira", at+"/items/walk").OK("Take it out there first")
	w.Post("ira", at+"/items/walk/remove").Is(http.StatusConflict, "A lesson shows this medium")
	w.add("talk", wav(5, 1), "transcript", "Hello.")
	w.Get("ira", at+"/items/talk").OK("For two weeks the history can bring it back.").Lacks("The history keeps it")
	w.Post("ira", at+"/items/talk/remove").Says(at, "media.removed")
	w.Post("ira", at+"/items/talk/remove").To(at)
	if got := w.file(manifest.Path); strings.Contains(got, "talk") || !strings.Contains(got, "walk") {
		t.Errorf("got %s", got)
	}
	if _, err := w.courses.DraftFile(t.Context(), slug, "media/talk.txt"); err == nil {
		t.Error("the transcript is still there")
	}
}

// published is the draft with one medium of each kind as an edition that tom reads.
func published(t *testing.T) (*world, *course.Edition) {
	w := newWorld(t)
	w.add("walk", mp4(5), "captions", vtt)
	w.add("sheet", pdf())
	w.add("chair", photo(t, 600, 300), "alt", "A chair beside a window")
	w.show("walk")
	ed, err := w.courses.Publish(t.Context(), slug, "", "ira")
	w.must(err)
	w.reads["tom"] = []*course.Edition{ed}
	return w, ed
}

var address = regexp.MustCompile(`/media/` + slug + `/[0-9a-f]{64}\.[a-z0-9]+`)

func TestFilesGoToWhoMayRead(t *testing.T) {
	w, ed := published(t)
	l := ed.Course.Modules[0].Lessons[0]
	found := address.FindAllString(string(l.HTML), -1)
	if len(found) != 2 { // video and captions
		t.Fatalf("addresses %v", found)
	}
	video, captions := found[0], found[1]
	whole := w.Get("tom", video).OK()
	for name, want := range map[string]string{"Content-Type": "video/mp4", "Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff", "Accept-Ranges": "bytes"} {
		if got := whole.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if csp := whole.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "sandbox") || strings.Contains(csp, "script-src") {
		t.Errorf("policy %q", csp)
	}
	if whole.Body != string(mp4(5)) {
		t.Error("other bytes come back")
	}
	part := w.do("tom", http.MethodGet, video, nil, "Range", "bytes=4-7")
	if part.Code != http.StatusPartialContent || part.Body.String() != "ftyp" {
		t.Errorf("range: %d %q", part.Code, part.Body)
	}
	if same := w.do("tom", http.MethodGet, video, nil, "If-None-Match", whole.Header.Get("ETag")); same.Code != http.StatusNotModified {
		t.Errorf("etag: %d", same.Code)
	}
	w.says(w.do("tom", http.MethodGet, video, nil, "Range", "bytes=999999-"), http.StatusRequestedRangeNotSatisfiable)
	if text := w.Get("tom", captions).OK("Good evening."); text.Header.Get("Content-Type") != "text/vtt; charset=utf-8" {
		t.Errorf("captions are %q", text.Header.Get("Content-Type"))
	}
	sheet, _ := manifest.Find(ed.Course.Items(), "sheet")
	if pdf := w.Get("tom", "/media/"+slug+"/"+sheet.Files[0].Name()).OK(); pdf.Header.Get("Content-Disposition") != `attachment; filename="sheet.pdf"` {
		t.Errorf("a handout opens: %q", pdf.Header.Get("Content-Disposition"))
	}
	for person, code := range map[string]int{"tim": http.StatusNotFound, "ira": http.StatusOK, "": http.StatusSeeOther} {
		for _, url := range found {
			if rec := w.do(person, http.MethodGet, url, nil); rec.Code != code {
				t.Errorf("%q gets %d at %s, want %d", person, rec.Code, url, code)
			}
		}
	}
	for _, path := range []string{"/media/other/" + sheet.Files[0].Name(), "/media/" + slug + "/" + strings.Repeat("0", 64) + ".mp4", "/media/" + slug + "/x", strings.TrimSuffix(video, "mp4") + "html"} {
		w.Get("tom", path).Is(http.StatusNotFound)
	}
	w.Get("olga", video).Is(http.StatusNotFound)
	w.Get("ira", "/media/"+slug+"/"+strings.Repeat("0", 64)+".mp4").Is(http.StatusNotFound)
	w.Get("ira", "/media/"+slug+"/"+strings.Repeat("0", 64)+".vtt").Is(http.StatusNotFound)
}

// TestAnEditionWithAHoleIsNotPublished: what is named must be kept.
func TestAnEditionWithAHoleIsNotPublished(t *testing.T) {
	w := newWorld(t)
	w.add("talk", wav(5, 1), "transcript", "Hello.")
	list := strings.ReplaceAll(w.file(manifest.Path), "sha256: ", "sha256: 0000")
	list = regexp.MustCompile(`sha256: (.{64})[^,]*,`).ReplaceAllString(list, "sha256: $1,")
	f, err := w.courses.DraftFile(t.Context(), slug, manifest.Path)
	w.must(err)
	_, err = w.courses.EditDraft(t.Context(), course.Edit{Slug: slug, By: "ira", Kind: course.ChangeSave, Files: []course.FileEdit{{Path: manifest.Path, Base: f.Seq, Content: []byte(list)}}})
	w.must(err)
	d, _, _, err := w.courses.CheckDraft(t.Context(), slug)
	w.must(err)
	if errs := course.Errors(d.Problems); len(errs) != 1 || !strings.Contains(errs[0].Msg, "never uploaded to this course") {
		t.Errorf("%v", errs)
	}
	if _, err := w.courses.Publish(t.Context(), slug, "", "ira"); err == nil {
		t.Error("published")
	}
	w.Post("ira", at+"/course.zip").Is(http.StatusConflict, "not be whole")
}

// TestTheZIPIsTheCourse: on a machine that has nothing it makes the same edition.
func TestTheZIPIsTheCourse(t *testing.T) {
	w, ed := published(t)
	got := w.Post("ira", at+"/course.zip").OK()
	z, err := zip.NewReader(strings.NewReader(got.Body), int64(len(got.Body)))
	w.must(err)
	blobs := 0
	for _, f := range z.File {
		if strings.Contains(f.Name, "/media/blobs/") {
			blobs++
			in, err := f.Open()
			w.must(err)
			sum := sha256.New()
			_, err = io.Copy(sum, in)
			w.must(err)
			if !strings.Contains(f.Name, strings.ToLower(hexOf(sum.Sum(nil)))) {
				t.Errorf("%s has other bytes", f.Name)
			}
		}
	}
	if blobs != 4 { // a picture has two
		t.Errorf("%d blobs", blobs)
	}
	other := newWorld(t)
	folder := sub(t, z)
	_, err = other.courses.Import(t.Context(), folder, "command line")
	other.must(err)
	twin, err := other.courses.Publish(t.Context(), slug, "", "ira")
	other.must(err)
	if twin.Hash != ed.Hash {
		t.Errorf("hash %s, not %s", twin.Hash, ed.Hash)
	}
	if again := other.Post("ira", at+"/course.zip").OK(); len(again.Body) != len(got.Body) {
		t.Errorf("%d bytes, not %d", len(again.Body), len(got.Body))
	}
}
