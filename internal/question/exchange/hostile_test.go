package exchange_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/atmacena/cocare/internal/question/exchange"
)

// last is why a file was refused from somewhere on.
func last(t *testing.T, data []byte, limits exchange.Limits) string {
	t.Helper()
	f, err := exchange.Open(t.Context(), bytes.NewReader(data), int64(len(data)), limits)
	if err != nil {
		return err.Error()
	}
	items := slices.Collect(f.Items(t.Context()))
	if len(items) == 0 {
		return ""
	}
	return brief(items[len(items)-1]) + ": " + items[len(items)-1].Notes[0].Why
}

const essay = `<question type="essay"><questiontext><text>Q%d</text></questiontext></question>`

func TestBounds(t *testing.T) {
	entities := `<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><quiz><question type="essay"><questiontext><text>&b;</text></questiontext></question></quiz>`
	deep := "<quiz><question type=\"essay\"><questiontext><text>" + strings.Repeat("<b>", 500) + strings.Repeat("</b>", 500) + "</text></questiontext></question></quiz>"
	var many strings.Builder
	many.WriteString("<quiz>")
	for i := range 30 {
		fmt.Fprintf(&many, essay, i)
	}
	many.WriteString("</quiz>")
	for name, tc := range map[string]struct {
		file   string
		limits exchange.Limits
		want   string
	}{
		"entities": {entities, exchange.Limits{}, "declares entities of its own"},
		"depth":    {deep, exchange.Limits{}, "nested too deep"},
		"shells":   {"<quiz>" + strings.Repeat("<a>", 500), exchange.Limits{}, "nested too deep"},
		"items":    {many.String(), exchange.Limits{Items: 20}, "at most 20 items"},
		"size":     {"<quiz><question type=\"essay\"><questiontext><text>" + strings.Repeat("x", 5000) + "</text></questiontext></question></quiz>", exchange.Limits{ItemBytes: 4000}, "too large"},
		"length":   {moodle(`<question type="essay"><questiontext><text>` + strings.Repeat("x", 2001) + `</text></questiontext></question>`), exchange.Limits{}, "at most 2000"},
		"options":  {"Q{=a" + strings.Repeat(" ~b", 30) + "}", exchange.Limits{}, "at most 26"},
		"block":    {"Q{T}\n\n" + strings.Repeat("x\n", 200<<10), exchange.Limits{}, "empty lines"},
		"charset":  {`<?xml version="1.0" encoding="Shift_JIS"?><quiz></quiz>`, exchange.Limits{}, "Shift_JIS"},
		"foreign":  {`<?xml version="1.0"?><html></html>`, exchange.Limits{}, "not a file with questions"},
		"nothing":  {"", exchange.Limits{}, "not a file with questions"},
		"bytes":    {"\x00\x01\x02{=", exchange.Limits{}, "not a file with questions"},
	} {
		if got := last(t, []byte(tc.file), tc.limits); !strings.Contains(got, tc.want) {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestPackagesAreBounded(t *testing.T) {
	bomb := append([]byte("<quiz>"), bytes.Repeat([]byte(" "), 8<<20)...)
	q := []byte(moodle(fmt.Sprintf(essay, 1)))
	for name, tc := range map[string]struct {
		data   []byte
		limits exchange.Limits
		want   string
	}{
		"bomb":      {packed(t, map[string][]byte{"a.xml": bomb}), exchange.Limits{}, "packed far more densely"},
		"file":      {packed(t, map[string][]byte{"a.xml": q}), exchange.Limits{FileBytes: 10}, "too large"},
		"all":       {packed(t, map[string][]byte{"a.xml": q}), exchange.Limits{AllBytes: 10}, "more than may be read"},
		"count":     {packed(t, map[string][]byte{"a.xml": q, "b.xml": q, "c.xml": q}), exchange.Limits{Files: 2}, "at most 2"},
		"traversal": {packed(t, map[string][]byte{"../a.xml": q}), exchange.Limits{}, "out of the archive"},
		"nested":    {packed(t, map[string][]byte{"a.zip": q}), exchange.Limits{}, "import it by itself"},
		"damaged":   {packed(t, map[string][]byte{"a.xml": q})[:60], exchange.Limits{}, "damaged"},
	} {
		if got := last(t, tc.data, tc.limits); !strings.Contains(got, tc.want) {
			t.Errorf("%s: %s", name, got)
		}
	}
	_, items := read(t, packed(t, map[string][]byte{"../a.xml": q}))
	if got := brief(items[0]); got != "refused | A file of the archive is not read" {
		t.Error(got)
	}
}

// TestALinkInAnArchive leads out of it, and is not followed.
func TestALinkInAnArchive(t *testing.T) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	h := &zip.FileHeader{Name: "a.xml", Method: zip.Deflate}
	h.SetMode(fs.ModeSymlink | 0o777)
	w, err := z.CreateHeader(h)
	if err != nil {
		t.Fatal(err)
	}
	w.Write([]byte("/etc/passwd"))
	z.Close()
	_, items := read(t, out.Bytes())
	if got := brief(items[0]); got != "refused | A link in the archive is not followed" {
		t.Error(got)
	}
}

func TestEncodings(t *testing.T) {
	text := "Café – naïve?{T}"
	wide := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(text)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	for name, tc := range map[string]struct {
		data  []byte
		notes int
	}{
		"mark":    {append([]byte("\ufeff"), text...), 0},
		"UTF-16":  {wide, 1},
		"Windows": {[]byte("Caf\xe9 \x96 na\xefve?{T}"), 1},
	} {
		f, err := exchange.Open(t.Context(), bytes.NewReader(tc.data), int64(len(tc.data)), exchange.Limits{})
		if err != nil {
			t.Fatal(name, err)
		}
		items := slices.Collect(f.Items(t.Context()))
		if len(items) != 1 || items[0].Question.Prompt != "Café – naïve?" || len(f.Notes) != tc.notes {
			t.Errorf("%s: %+v %v", name, items, f.Notes)
		}
	}
	latin := []byte("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><quiz><question type=\"essay\"><questiontext><text>Caf\xe9&nbsp;x</text></questiontext></question></quiz>")
	if _, items := read(t, latin); items[0].Question.Prompt != "Café x" {
		t.Errorf("%+v", items)
	}
}

// endless is a file of Moodle's with so many questions, made while it is read.
type endless struct{ size int64 }

const padded = 1000

func (e endless) ReadAt(p []byte, off int64) (int, error) {
	for n := 0; n < len(p); {
		at := off + int64(n)
		if at >= e.size {
			return n, io.EOF
		}
		text := "<quiz>"
		if at >= padded {
			text = fmt.Sprintf(essay, at/padded)
		}
		n += copy(p[n:], (text + strings.Repeat(" ", padded-len(text)))[at%padded:])
	}
	return len(p), nil
}

// TestMemoryStaysFlat: ten thousand questions are read without being held.
func TestMemoryStaysFlat(t *testing.T) {
	if testing.Short() {
		t.SkipNow()
	}
	size := int64(10_001 * padded)
	f, err := exchange.Open(t.Context(), endless{size}, size, exchange.Limits{Items: 20_000})
	if err != nil {
		t.Fatal(err)
	}
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	n, most := 0, uint64(0)
	for it := range f.Items(t.Context()) {
		if it.Verdict() == exchange.Kept {
			n++
		}
		if n%2500 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapAlloc-min(before.HeapAlloc, now.HeapAlloc))
		}
	}
	if n != 10_000 || most > 8<<20 {
		t.Errorf("%d questions, %d bytes held", n, most)
	}
	t.Logf("%d bytes held", most)
}
