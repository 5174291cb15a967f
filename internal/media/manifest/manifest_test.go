package manifest_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/media/manifest"
	"github.com/atmacena/cocare/internal/media/sniff"
)

var sum = strings.Repeat("0123456789abcdef", 4)

func image(id string) manifest.Item {
	return manifest.Item{ID: id, Kind: sniff.Image, Title: `A: "quoted" #1`, Alt: "A chair beside a window", Files: []manifest.File{
		{SHA256: sum, Bytes: 10, Type: "image/jpeg", Width: 480, Height: 270},
		{SHA256: strings.ToLower(strings.Repeat("e", 64)), Bytes: 20, Type: "image/jpeg", Width: 960, Height: 540}}}
}

func video(id string) manifest.Item {
	return manifest.Item{ID: id, Kind: sniff.Video, Title: "Yes", Caption: "null", Captions: "media/v.vtt", Transcript: "media/v.txt", Seconds: 12.5,
		Files: []manifest.File{{SHA256: strings.Repeat("1", 64), Bytes: 1, Type: "video/mp4", Width: 640, Height: 360}}}
}

func handout(id string) manifest.Item {
	return manifest.Item{ID: id, Kind: sniff.Handout, Title: "Sheet", Files: []manifest.File{{SHA256: sum, Bytes: 1, Type: "application/pdf"}}}
}

// equal but for the line.
func equal(a, b manifest.Item) bool {
	a.Line = b.Line
	return reflect.DeepEqual(a, b)
}

func read(t *testing.T, data []byte) []manifest.Item {
	t.Helper()
	items, _, problems := manifest.Read(data)
	if len(problems) > 0 {
		t.Fatalf("%s\n%v", data, problems)
	}
	return items
}

func put(t *testing.T, data []byte, it manifest.Item) []byte {
	t.Helper()
	out, ok := manifest.Put(data, it)
	if !ok {
		t.Fatalf("cannot be changed: %s", data)
	}
	return out
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	data := put(t, put(t, nil, image("chair")), video("intro"))
	items := read(t, data)
	for i, want := range []manifest.Item{image("chair"), video("intro")} {
		want.Line = items[i].Line
		if !reflect.DeepEqual(items[i], want) {
			t.Errorf("got %+v, want %+v", items[i], want)
		}
	}
	if len(manifest.Files(items)) != 3 || len(manifest.Names(data, data)) != 3 {
		t.Errorf("files: %v", manifest.Files(items))
	}
}

// TestOtherLinesStay: what people wrote beside a medium is theirs.
func TestOtherLinesStay(t *testing.T) {
	data := []byte("# ours\n" + string(put(t, nil, image("a"))) + string(put(t, nil, image("b"))) + "\n# the end of the list\n" + string(put(t, nil, video("c"))))
	changed := video("b")
	out := string(put(t, data, changed))
	if !strings.HasPrefix(out, "# ours\n"+string(put(t, nil, image("a")))) || !strings.HasSuffix(out, string(put(t, nil, video("c")))) {
		t.Errorf("got %s", out)
	}
	if got, _ := manifest.Find(read(t, []byte(out)), "b"); got.Kind != sniff.Video {
		t.Errorf("not replaced: %+v", got)
	}
	gone, ok := manifest.Remove(data, "a")
	if !ok || !strings.HasPrefix(string(gone), "# ours\n- id: b\n") {
		t.Errorf("got %s", gone)
	}
	if last, ok := manifest.Remove(put(t, nil, image("a")), "a"); !ok || last != nil {
		t.Errorf("an empty list stays: %q", last)
	}
	if same, ok := manifest.Remove(data, "nobody"); !ok || string(same) != string(data) {
		t.Errorf("got %s", same)
	}
	for _, broken := range []string{"a: 1\n", "- id: [\n", "{", "- id: a\n---\n- id: b\n", "a\n"} {
		if _, ok := manifest.Put([]byte(broken), image("a")); ok {
			t.Errorf("%q is changed", broken)
		}
	}
}

// byHand is a list as a person writes it: indented, with comments, with a medium whose
// dash has a line of its own.
const byHand = `# Media of this course.

  # taken in May
  - id: a
    kind: handout   # to print
    title: 'The sheet'
    # asked for by two readers
    caption: To take along
    files:
      - {sha256: SUM, bytes: 10, type: application/pdf}

  # the second
  - title: Second
    id: b
    kind: handout
    files: [{sha256: SUM, bytes: 10, type: application/pdf}]
  # no more than these
  -
    id: c
    kind: handout
    title: Third
    files: [{sha256: SUM, bytes: 10, type: application/pdf}]
  # the end
`

// TestAListByHandStaysAsItIs but for the line that was changed.
func TestAListByHandStaysAsItIs(t *testing.T) {
	list := strings.ReplaceAll(byHand, "SUM", sum)
	for _, end := range []string{"\n", "\r\n"} {
		data := []byte(strings.ReplaceAll(list, "\n", end))
		changed := func(old, now string) string {
			if strings.Count(list, old) != 1 {
				t.Fatalf("%q stands %d times", old, strings.Count(list, old))
			}
			return strings.ReplaceAll(strings.Replace(list, old, now, 1), "\n", end)
		}
		for id, c := range map[string]struct {
			change   func(it *manifest.Item)
			old, now string
		}{
			"a": {func(it *manifest.Item) { it.Title = "A sheet" }, "'The sheet'", "'A sheet'"},
			"b": {func(it *manifest.Item) { it.Title = "2" }, "title: Second", `title: "2"`},
			"c": {func(it *manifest.Item) { it.Title = "Last" }, "title: Third", "title: Last"},
		} {
			it, _ := manifest.Find(read(t, data), id)
			if same := put(t, data, it); string(same) != string(data) {
				t.Errorf("%s: nothing was changed, but\n%s", id, same)
			}
			c.change(&it)
			if got, want := string(put(t, data, it)), changed(c.old, c.now); got != want {
				t.Errorf("%s: got\n%s\nwant\n%s", id, got, want)
			}
		}
		a, _ := manifest.Find(read(t, data), "a")
		a.Caption = ""
		if got, want := string(put(t, data, a)), changed("    # asked for by two readers\n    caption: To take along\n", ""); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}

// TestWhatIsAddedAndRemovedByHand stands as far in as the list, and takes nobody's
// comment along.
func TestWhatIsAddedAndRemovedByHand(t *testing.T) {
	list, _, _ := strings.Cut(strings.ReplaceAll(byHand, "SUM", sum), "  -\n")
	out := string(put(t, []byte(list), image("new")))
	if items := read(t, []byte(out)); !strings.HasPrefix(out, strings.TrimSuffix(list, "  # no more than these\n")) || len(items) != 3 || items[2].ID != "new" || !strings.Contains(out, "\n  - id: new\n    kind: image\n") {
		t.Errorf("got %s", out)
	}
	gone, ok := manifest.Remove([]byte(list), "a")
	if !ok || !strings.Contains(string(gone), "# the second\n") || strings.Contains(string(gone), "id: a") || len(read(t, gone)) != 1 {
		t.Errorf("got %s", gone)
	}
	gone, ok = manifest.Remove([]byte(list), "b")
	if !ok || !strings.HasSuffix(string(gone), "# no more than these\n") || strings.Contains(string(gone), "id: b") || len(read(t, gone)) != 1 {
		t.Errorf("got %s", gone)
	}
	for empty, want := range map[string]string{"# none yet\n": "# none yet\n", "# none": "# none\n", "\r\n# none\r\n": "\r\n# none\r\n"} {
		if out := string(put(t, []byte(empty), handout("new"))); !strings.HasPrefix(out, want+"- id: new") || strings.Contains(empty, "\r") != strings.HasSuffix(out, "\r\n") || len(read(t, []byte(out))) != 1 {
			t.Errorf("%q becomes %q", empty, out)
		}
	}
	if out := put(t, []byte("[{id: a}]\n"), image("a")); len(read(t, out)) != 1 {
		t.Errorf("got %s", out)
	}
	if out, ok := manifest.Put([]byte(strings.ReplaceAll(byHand, "SUM", sum)), image("new")); ok && len(read(t, out)) != 4 {
		t.Errorf("got %s", out)
	}
}

func TestMistakes(t *testing.T) {
	good := string(put(t, nil, image("a"))) + string(put(t, nil, video("b")))
	for name, c := range map[string]struct {
		old, now string
		line     int
		says     string
	}{
		"id":         {"id: a", "id: A b", 1, "no usable id"},
		"twice":      {"id: b", "id: a", 7, "line 1"},
		"kind":       {"kind: image", "kind: film", 2, "kind is"},
		"alt":        {"alt: A chair beside a window", "alt: ''", 4, "alternative text is missing"},
		"hash":       {sum, "abc", 6, "no SHA-256"},
		"escaped":    {sum, `"\x30` + sum[1:] + `"`, 6, "no SHA-256"},
		"type":       {"video/mp4", "text/html", 15, "type is"},
		"bytes":      {"bytes: 10,", "bytes: 99999999999,", 6, "bytes is"},
		"order":      {"width: 960", "width: 470", 7, "narrowest first"},
		"seconds":    {"seconds: 12.5", "seconds: 0", 13, "seconds is"},
		"captions":   {"media/v.vtt", "../v.vtt", 11, "captions is"},
		"transcript": {"media/v.txt", "media/v.md", 12, "transcript is"},
		"unknown":    {"  kind: image", "  sort: image", 2, "unknown key"},
	} {
		_, _, problems := manifest.Read([]byte(strings.Replace(good, c.old, c.now, 1)))
		found := false
		for _, p := range problems {
			found = found || strings.Contains(p.Msg, c.says)
		}
		if !found {
			t.Errorf("%s: got %v, want %q", name, problems, c.says)
		}
	}
}

// TestHashes: what keeps a file does not depend on the rest of the text.
func TestHashes(t *testing.T) {
	good := string(put(t, put(t, nil, image("a")), video("b")))
	for _, text := range []string{good, good + "- id: [\n", strings.ReplaceAll(good, "\n", "\r\n"), strings.Replace(good, "- id: b", "-id: b", 1), "\t" + good} {
		got := manifest.Hashes([]byte(text))
		if len(got) != 3 || !got[sum] {
			t.Errorf("%q names %v", text, got)
		}
	}
	if got := manifest.Hashes([]byte(sum+"0 x"+sum+" "+sum[1:]), nil, []byte(strings.ToUpper(sum))); len(got) > 0 {
		t.Errorf("no hashes are taken for some: %v", got)
	}
}

// BenchmarkHashes is a list of the most media.
func BenchmarkHashes(b *testing.B) {
	var list []byte
	for i := range manifest.MaxItems {
		it := image(fmt.Sprintf("a%d", i))
		list, _ = manifest.Put(list, it)
	}
	b.SetBytes(int64(len(list)))
	for b.Loop() {
		manifest.Hashes(list)
	}
}

func FuzzRead(f *testing.F) {
	one, _ := manifest.Put(nil, image("a"))
	f.Add(one)
	two, _ := manifest.Put(one, video("b"))
	f.Add(two)
	f.Add([]byte("- {id: a}\n-\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		items, _, problems := manifest.Read(data)
		for _, p := range problems {
			if p.Line < 1 || p.Msg == "" || p.Fix == "" {
				t.Errorf("half a problem: %+v", p)
			}
		}
		hashes := manifest.Hashes(data)
		for _, f := range manifest.Files(items) {
			if !hashes[f.SHA256] {
				t.Errorf("%s is named and does not stand there", f.SHA256)
			}
		}
		if len(problems) > 0 {
			return
		}
		out, ok := manifest.Put(data, image("new-one"))
		if !ok {
			return
		}
		again, _, problems := manifest.Read(out)
		if _, there := manifest.Find(items, "new-one"); !there && (len(problems) > 0 || len(again) != len(items)+1) {
			t.Errorf("%q becomes %q: %v", data, out, problems)
		}
		for i := range items {
			if items[i].ID != "new-one" && !equal(items[i], again[i]) {
				t.Errorf("%q becomes %q: %+v", data, out, again[i])
			}
		}
	})
}
