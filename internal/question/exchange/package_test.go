package exchange_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/atmacena/cocare/internal/question/exchange"
)

// wide is a text in UTF-16.
func wide(s string) []byte {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

// TestEncodingsInAPackage: what a file of an archive is written in is told with its items,
// and a file that cannot be read is named.
func TestEncodingsInAPackage(t *testing.T) {
	const declared = `<?xml version="1.0" encoding="%s"?><quiz><question type="essay"><questiontext><text>Q%d é</text></questiontext></question></quiz>`
	plain, second := fmt.Sprintf(declared, "UTF-8", 1), fmt.Sprintf(declared, "UTF-16", 2)
	third := bytes.ReplaceAll(fmt.Appendf(nil, declared, "Windows-1252", 3), []byte("é"), []byte{0xe9})
	for range 2 { // the files of a map come in any order
		_, items := read(t, packed(t, map[string][]byte{"a.xml": []byte(plain), "b.xml": wide(second), "c.xml": third,
			"d.xml": []byte("no XML at all"), "e.xml": wide(second)[2:], "f.xml": []byte("<assessmentTest/>"), "imsmanifest.xml": []byte(`<m href="a.xml"><m href="b.xml"/><m href="c.xml"/><m href="d.xml"/><m href="e.xml"/></m>`)}))
		var got []string
		for _, it := range items {
			got = append(got, it.Place+" "+brief(it))
		}
		want := []string{"a.xml, line 1 kept short-answer “Q1 é” ",
			"b.xml, line 1 changed short-answer “Q2 é”  | The file is written in UTF-16",
			"c.xml, line 1 changed short-answer “Q3 é”  | The file is not UTF-8",
			"d.xml refused | A file of the archive is not read", "e.xml refused | A file of the archive is not read"}
		if !slices.Equal(got, want) {
			t.Errorf("%q", got)
		}
	}
}

// TestWhatAnArchiveMayUnpackTo: all of it is read, up to the last byte that is documented.
func TestWhatAnArchiveMayUnpackTo(t *testing.T) {
	files, all := map[string][]byte{}, int64(0)
	for i := range 5 {
		data := []byte(moodle(fmt.Sprintf(essay, i) + strings.Repeat(" \t\n", 1<<15)))
		files[fmt.Sprintf("%d.xml", i)] = data
		all += int64(len(data))
	}
	data := packed(t, files)
	if got := last(t, data, exchange.Limits{AllBytes: all}); !strings.HasPrefix(got, "kept") {
		t.Error(got)
	}
	if got := last(t, data, exchange.Limits{AllBytes: all - 1}); !strings.Contains(got, "more than may be read") {
		t.Error(got)
	}
}

// listOf is where the list of an archive begins, with the record of its first file.
func listOf(t *testing.T, data []byte) (at int, record []byte) {
	t.Helper()
	end := data[len(data)-22:]
	at = int(binary.LittleEndian.Uint32(end[16:]))
	if string(data[at:at+4]) != "PK\x01\x02" {
		t.Fatal("the test looks in the wrong place")
	}
	return at, data[at : len(data)-22]
}

// TestALyingArchive: the sizes in an archive's list are what it says, not what it
// holds.
func TestALyingArchive(t *testing.T) {
	q := moodle(fmt.Sprintf(essay, 1) + strings.Repeat(" \n", 1<<15))
	damaged, cut := "the archive is damaged here", "it ends in the middle"
	for name, tc := range map[string]struct {
		size uint32
		want string
	}{"less": {100, damaged}, "none": {0, damaged}, "more": {99_999, cut}, "as much as may be": {1 << 20, cut}} {
		data := packed(t, map[string][]byte{"a.xml": []byte(q)})
		_, record := listOf(t, data)
		binary.LittleEndian.PutUint32(record[24:], tc.size)
		if got := last(t, data, exchange.Limits{FileBytes: 1 << 20}); !strings.HasPrefix(got, "refused") || !strings.HasSuffix(got, tc.want) {
			t.Errorf("%s: %s", name, got)
		}
		if got := last(t, data, exchange.Limits{FileBytes: 1 << 10}); !strings.HasPrefix(got, "refused") {
			t.Errorf("%s, of a file that is too large: %s", name, got)
		}
	}
}

// TestAListThatNamesOneFileOften: each is unpacked anew, so what is counted is what comes
// out.
func TestAListThatNamesOneFileOften(t *testing.T) {
	q := moodle(fmt.Sprintf(essay, 1) + strings.Repeat(" \n", 1<<15))
	data := packed(t, map[string][]byte{"00.xml": []byte(q)})
	at, record := listOf(t, data)
	const n = 50
	out := slices.Clone(data[:at])
	for i := range n {
		copy(record[46:], fmt.Sprintf("%02d", i))
		out = append(out, record...)
	}
	end := slices.Clone(data[len(data)-22:])
	binary.LittleEndian.PutUint16(end[8:], n)
	binary.LittleEndian.PutUint16(end[10:], n)
	binary.LittleEndian.PutUint32(end[12:], uint32(n*len(record)))
	out = append(out, end...)
	if _, items := read(t, out); len(items) != n {
		t.Fatalf("%d items", len(items))
	}
	f, err := exchange.Open(t.Context(), bytes.NewReader(out), int64(len(out)), exchange.Limits{AllBytes: int64(3 * len(q))})
	if err != nil {
		t.Fatal(err)
	}
	items := slices.Collect(f.Items(t.Context()))
	if got := items[len(items)-1]; len(items) != 4 || got.Place != "03.xml" || !strings.Contains(got.Notes[0].Why, "more than may be read") {
		t.Errorf("%d items, %+v", len(items), got)
	}
}
