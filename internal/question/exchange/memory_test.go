package exchange_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/question/exchange"
)

// taken is how many bytes the reading of a file allocates, all told.
func taken(t *testing.T, data []byte, limits exchange.Limits) (uint64, string) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	said := last(t, data, limits)
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, said
}

// TestWhatADecoderHolds: the decoders take a tag, a text and a row whole, and keep a word
// on each element that has not ended. None may hold more of it than an item may have.
func TestWhatADecoderHolds(t *testing.T) {
	const n = 2 << 20
	question := func(inner string) string { return moodle(`<question type="essay">` + inner + `</question>`) }
	for name, tc := range map[string]struct {
		file, want string
	}{
		"attributes":           {question("<a" + strings.Repeat(` a=""`, n)), "too large"},
		"attributes elsewhere": {"<quiz><a" + strings.Repeat(` a=""`, n), "too large"},
		"elements":             {question(strings.Repeat("<a>", n)), "too deep"},
		"elements elsewhere":   {"<quiz>" + strings.Repeat("<a>", n), "too deep"},
		"elements of a file":   {question("<file>" + strings.Repeat("<a>", n)), "too deep"},
		"a name":               {"<quiz><" + strings.Repeat("a", 3*n), "too large"},
		"names":                {question(strings.Repeat("<"+strings.Repeat("a", 4000)+"/>", 2000)), "too large"},
		"a value":              {`<quiz><a a="` + strings.Repeat("a", 3*n), "too large"},
		"a text":               {"<quiz>" + strings.Repeat("a", 3*n), "too large"},
		"a comment":            {"<quiz><!--" + strings.Repeat("a", 3*n), "too large"},
		"an instruction":       {"<quiz><?a " + strings.Repeat("a", 3*n), "too large"},
		"a directive":          {"<quiz><!DOCTYPE " + strings.Repeat("a", 3*n), "too large"},
		"plain characters":     {question("<a><![CDATA[" + strings.Repeat("a", 3*n)), "too large"},
		"namespaces":           {"<quiz>" + strings.Repeat("<a"+numbered(2000, ` xmlns:a%d="a"`)+">", 200), "too large"},
		"cells":                {"prompt,correct" + strings.Repeat(",", n) + "\n", "not a file with questions"},
		"cells of a row":       {"prompt,correct\n" + strings.Repeat(",", n) + "\n", "too large"},
		"a cell":               {"prompt,correct\n\"" + strings.Repeat("a\n", n) + "\n", "too large"},
	} {
		t.Run(name, func(t *testing.T) {
			limits := exchange.Limits{ItemBytes: 256 << 10}
			got, said := taken(t, []byte(tc.file), limits)
			if got > 8<<20 || !strings.Contains(said, tc.want) {
				t.Errorf("%d KB: %s", got>>10, said)
			}
			t.Logf("%d KB of %d", got>>10, len(tc.file)>>10)
		})
	}
}

// TestWhatAPackageHolds: a small archive whose list of files is nested without end.
func TestWhatAPackageHolds(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var list strings.Builder
	for list.Len() < 8<<20 {
		fmt.Fprintf(&list, "<%s>", strings.Repeat(string(rune('a'+r.IntN(26))), 1+r.IntN(2)))
	}
	data := packed(t, map[string][]byte{"imsmanifest.xml": []byte(list.String()), "a.xml": []byte(moodle(fmt.Sprintf(essay, 1)))})
	got, said := taken(t, data, exchange.Limits{})
	if got > 8<<20 || !strings.HasPrefix(said, "kept") {
		t.Errorf("%d KB of an archive of %d: %s", got>>10, len(data)>>10, said)
	}
}

// TestTheBytesOfFilesAreNotHeld: a picture inside a question, however large, leaves the
// question and the lines of what follows as they are.
func TestTheBytesOfFilesAreNotHeld(t *testing.T) {
	picture := strings.Repeat(strings.Repeat("QUJD", 19)+"\n", 100<<10)
	file := moodle(`<question type="essay"><questiontext><text>One</text><file name="x.png">` + picture + `<b/>` + picture + `</file>behind<file name="y.png"/> it</questiontext></question>` +
		"\n" + `<question type="essay"><questiontext><text>Two</text></questiontext></question>`)
	got, _ := taken(t, []byte(file), exchange.Limits{})
	if got > 8<<20 {
		t.Errorf("%d KB of %d", got>>10, len(file)>>10)
	}
	_, items := read(t, []byte(file))
	want := fmt.Sprintf("line %d", strings.Count(file, "\n")+1)
	if len(items) != 2 || items[0].Question.Prompt != "One" || items[1].Question.Prompt != "Two" || items[1].Place != want {
		t.Errorf("%+v", items)
	}
	bare := []byte(`<quiz><question type="essay"><questiontext>One<file/> and<file>x</file> two</questiontext></question></quiz>`)
	if _, items = read(t, bare); items[0].Question.Prompt != "One and two" {
		t.Errorf("%+v", items)
	}
}

// TestAnArchiveOfNothing: entries cost far more to hold than to write, and what the end
// of an archive says of their number may be wrong.
func TestAnArchiveOfNothing(t *testing.T) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for range 100_000 {
		if _, err := z.CreateHeader(&zip.FileHeader{Name: "a/"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func([]byte){
		"told":   func([]byte) {},
		"hidden": func(data []byte) { data[len(data)-12], data[len(data)-11] = 1, 0 },
	} {
		data := bytes.Clone(out.Bytes())
		change(data)
		got, said := taken(t, data, exchange.Limits{})
		if got > 1<<20 || !strings.Contains(said, "at most 25000 are possible") {
			t.Errorf("%s: %d KB of %d: %s", name, got>>10, len(data)>>10, said)
		}
	}
}
