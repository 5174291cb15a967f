package content_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/atmacena/cocare/internal/course/content"
)

const mediaList = `- id: walk
  kind: video
  title: A walk
  caption: Filmed in one take.
  captions: media/walk.vtt
  transcript: media/walk.txt
  seconds: 62
  files:
    - {sha256: 1111111111111111111111111111111111111111111111111111111111111111, bytes: 2500000, type: video/mp4, width: 640, height: 360}
- id: chair
  kind: image
  title: A chair
  alt: A chair beside an open window
  files:
    - {sha256: 2222222222222222222222222222222222222222222222222222222222222222, bytes: 20000, type: image/jpeg, width: 480, height: 270}
    - {sha256: 3333333333333333333333333333333333333333333333333333333333333333, bytes: 60000, type: image/jpeg, width: 1200, height: 675}
- id: talk
  kind: audio
  title: A talk
  transcript: media/talk.txt
  seconds: 5
  files: [{sha256: 4444444444444444444444444444444444444444444444444444444444444444, bytes: 80000, type: audio/mpeg}]
- id: sheet
  kind: handout
  title: Work <sheet>
  files: [{sha256: 5555555555555555555555555555555555555555555555555555555555555555, bytes: 1234567, type: application/pdf}]
`

// withMedia is the small course with one medium of each kind.
func withMedia(t testing.TB) content.Files {
	files := small(t)
	files["media.yaml"] = []byte(mediaList)
	files["media/walk.vtt"] = []byte("WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nWe walk slowly.\n")
	files["media/walk.txt"] = []byte("We walk <slowly>.\n\nThen we rest.\n")
	files["media/talk.txt"] = []byte("A talk.\n")
	files[lesson] = append(files[lesson], "\n![](media:walk)\n\n![](media:chair)\n\n![](media:talk)\n\n![](media:sheet)\n"...)
	return files
}

func TestMediaStandInLessons(t *testing.T) {
	c, problems := parse(t, withMedia(t))
	if errs := content.Errors(problems); len(errs) > 0 {
		t.Fatal(errs)
	}
	l, _ := c.Lesson("start")
	html := string(l.HTML)
	for _, want := range []string{
		`<video controls playsinline preload="none" width="640" height="360" aria-label="A walk"><source src="/media/small/1111`,
		`<track kind="captions" default src="/media/small/`, `<span class="nowrap">1:02 min</span>`,
		`<details><summary>Transcript</summary><p>We walk &lt;slowly&gt;.</p><p>Then we rest.</p></details>`,
		`.jpg 480w, /media/small/3333`, `alt="A chair beside an open window" loading="lazy"`,
		`<audio controls preload="none" aria-label="A talk">`, `download="sheet.pdf">Work &lt;sheet&gt;</a> (PDF, 1.2 MB)`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("want %s in\n%s", want, html)
		}
	}
	if len(l.Media) != 4 || len(c.Items()) != 4 {
		t.Errorf("%d media in the lesson, %d in the course", len(l.Media), len(c.Items()))
	}
	f, ok := c.MediaFile(strings.Repeat("3", 64) + ".jpg")
	if !ok || f.Medium.ID != "chair" || f.File.Width != 1200 || f.Captions {
		t.Errorf("%+v", f)
	}
	_, vtt, _ := strings.Cut(html, `default src="/media/small/`)
	vtt, _, _ = strings.Cut(vtt, `"`)
	if f, ok = c.MediaFile(vtt); !ok || !f.Captions || f.Medium.ID != "walk" {
		t.Errorf("captions at %q: %+v", vtt, f)
	}
	if _, ok := c.MediaFile(strings.Repeat("9", 64) + ".jpg"); ok {
		t.Error("a file that the course does not name")
	}
}

func TestMediaMistakes(t *testing.T) {
	for name, c := range map[string]struct {
		file, old, now string
		where, says    string
	}{
		"no captions":      {"media.yaml", "  captions: media/walk.vtt\n", "", "media.yaml:1", "has no captions"},
		"no transcript":    {"media.yaml", "  transcript: media/talk.txt\n", "", "media.yaml:17", "has no transcript"},
		"no alt":           {"media.yaml", "A chair beside an open window", "", "media.yaml:13", "alternative text is missing"},
		"trivial alt":      {"media.yaml", "A chair beside an open window", "chair", "media.yaml:13", "describes nothing"},
		"captions late":    {"media/walk.vtt", "00:00:03.000", "00:02:03.000", "media/walk.vtt:3", "after the recording"},
		"captions SRT":     {"media/walk.vtt", "WEBVTT\n\n", "1\n", "media/walk.vtt:1", "WEBVTT"},
		"captions gone":    {"media.yaml", "media/walk.vtt", "media/run.vtt", "media.yaml:5", "no file media/run.vtt"},
		"stray":            {"media.yaml", "media/walk.vtt", "media/run.vtt", "media/walk.vtt:1", "no medium names this file"},
		"list":             {"media.yaml", "kind: handout", "kind: flyer", "media.yaml:24", "kind is"},
		"unknown":          {lesson, "media:sheet", "media:paper", lesson, "no medium"},
		"words":            {lesson, "![](media:sheet)", "![Sheet](media:sheet)", lesson, "takes no words"},
		"inside":           {lesson, "![](media:sheet)", "See ![](media:sheet) here {.plain}", lesson, "inside a paragraph"},
		"another scheme":   {lesson, "media:sheet", "https://example.org/a.png", lesson, "only figures and media"},
		"banned in cue":    {"media/walk.vtt", "We walk slowly.", "This cures all.", "media/walk.vtt:3", "cures"},
		"banned in script": {"media/talk.txt", "A talk.", "Hello.\nThis cures all.", "media/talk.txt:2", "cures"},
	} {
		files := withMedia(t)
		files["lint.yaml"] = append([]byte("banned: [{words: [cures], why: test}]\n"), files["lint.yaml"]...)
		if strings.Contains(string(files["lint.yaml"][10:]), "banned:") {
			files["lint.yaml"] = []byte(strings.Replace(string(small(t)["lint.yaml"]), "banned:", "banned:\n  - {words: [cures], why: test}", 1))
		}
		if !strings.Contains(string(files[c.file]), c.old) {
			t.Fatalf("%s: %s does not hold %q", name, c.file, c.old)
		}
		files[c.file] = []byte(strings.Replace(string(files[c.file]), c.old, c.now, 1))
		_, problems := parse(t, files)
		found := false
		for _, p := range content.Errors(problems) {
			found = found || strings.HasPrefix(p.Where(), c.where) && strings.Contains(p.Msg, c.says)
		}
		if !found {
			t.Errorf("%s: want %q at %s in %v", name, c.says, c.where, problems)
		}
	}
	files := withMedia(t)
	files[lesson] = []byte(strings.Replace(string(files[lesson]), "![](media:sheet)", "", 1))
	_, problems := parse(t, files)
	if len(content.Errors(problems)) > 0 || !strings.Contains(problems[0].Msg+problems[len(problems)-1].Msg, "no lesson shows the medium sheet") {
		t.Errorf("not shown: %v", problems)
	}
}

// TestBlobsAreNoTextOfACourse: they lie in its folder, and are read elsewhere.
func TestBlobsAreNoTextOfACourse(t *testing.T) {
	folder := fstest.MapFS{}
	for p, data := range withMedia(t) {
		folder[p] = &fstest.MapFile{Data: data}
	}
	folder["media/blobs/1.mp4"] = &fstest.MapFile{Data: make([]byte, 2<<20)}
	files, problems := content.ReadFiles(folder)
	if len(problems) > 0 || files["media/blobs/1.mp4"] != nil || files["media/walk.vtt"] == nil {
		t.Errorf("%v", problems)
	}
	folder["media/film.mp4"] = &fstest.MapFile{Data: []byte("x")}
	if _, problems = content.ReadFiles(folder); len(problems) != 1 || !strings.Contains(problems[0].Msg, "no place") {
		t.Errorf("%v", problems)
	}
}

func FuzzMediaYAML(f *testing.F) {
	fuzzFile(f, "media.yaml", mediaList, "- {id: walk, kind: video}", "- files: [{}]")
}
