package exchange_test

import (
	"bytes"
	"encoding/xml"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/question/exchange"
	"github.com/atmacena/cocare/internal/testneed"
)

// TestFilesOfOthers reads what Moodle, 1EdTech and Instructure publish: everything
// comes out with a verdict, what is refused says why, and where the file states a
// key plainly it is ours too.
func TestFilesOfOthers(t *testing.T) {
	dir := testneed.File(t, testneed.Questions, "COCARE_TEST_QUESTION_FIXTURES")
	files, agreed := 0, 0
	verdicts, kinds, why := map[exchange.Verdict]int{}, map[string]int{}, map[string]int{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !slices.Contains([]string{".xml", ".qti", ".dat", ".txt", ".zip"}, filepath.Ext(path)) {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		f, err := exchange.Open(t.Context(), bytes.NewReader(data), int64(len(data)), exchange.Limits{})
		if err != nil {
			return nil //nolint:nilerr // a plan of a test, the settings of a course: no file with questions
		}
		files++
		sound(t, data, "")
		for it := range f.Items(t.Context()) {
			verdicts[it.Verdict()]++
			if it.Verdict() == exchange.Refused {
				why[it.Notes[0].What]++
				continue
			}
			kinds[string(f.Format)+" "+string(it.Question.Kind)]++
		}
		agreed += agrees(t, path, data, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files, %v, %d keys compared", files, verdicts, agreed)
	for _, list := range []map[string]int{kinds, why} {
		for _, k := range slices.Sorted(maps.Keys(list)) {
			t.Logf("%4d %s", list[k], k)
		}
	}
	if files == 0 || agreed == 0 {
		t.Error("the folder holds no files with questions and keys")
	}
}

// agrees compares our key with the file's own words, read another way.
func agrees(t *testing.T, path string, data []byte, f *exchange.File) (n int) {
	t.Helper()
	var want map[string][]string
	switch f.Format {
	case exchange.QTI2, exchange.QTI3:
		want = qtiKey(data)
	case exchange.MoodleXML:
		want = moodleKeys(data)
	default:
		return 0
	}
	for it := range f.Items(t.Context()) {
		key, stated := want[it.Title]
		if !stated || it.Verdict() == exchange.Refused || len(it.Question.Options) == 0 {
			continue
		}
		var got []string
		for _, o := range it.Question.Options {
			if o.Correct {
				got = append(got, strings.ToLower(strings.Join(strings.Fields(o.Text), " ")))
			}
		}
		slices.Sort(got)
		slices.Sort(key)
		if n++; !slices.Equal(got, key) {
			t.Errorf("%s %q: key %q, the file says %q", path, it.Title, got, key)
		}
	}
	return n
}

// element is XML of any names.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Elements []element  `xml:",any"`
}

func (e element) attr(name string) string {
	for _, a := range e.Attrs {
		if strings.ReplaceAll(a.Name.Local, "-", "") == strings.ToLower(name) || a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (e element) walk(visit func(element)) {
	visit(e)
	for _, k := range e.Elements {
		k.walk(visit)
	}
}

func (e element) is(name string) bool {
	return strings.EqualFold(strings.ReplaceAll(strings.TrimPrefix(e.XMLName.Local, "qti-"), "-", ""), name)
}

// qtiKey is what an item with one choice of plain texts calls right.
func qtiKey(data []byte) map[string][]string {
	var item element
	if xml.Unmarshal(data, &item) != nil {
		return nil
	}
	var right, key []string
	texts := map[string]string{}
	plain := true
	item.walk(func(e element) {
		switch {
		case e.is("correctResponse"):
			for _, v := range e.Elements {
				right = append(right, strings.TrimSpace(v.Text))
			}
		case e.is("simpleChoice"):
			plain = plain && len(e.Elements) == 0
			texts[e.attr("identifier")] = strings.ToLower(strings.Join(strings.Fields(e.Text), " "))
		}
	})
	for _, id := range right {
		key = append(key, texts[id])
	}
	if !plain || len(texts) == 0 || len(key) == 0 {
		return nil
	}
	return map[string][]string{strings.Join(strings.Fields(item.attr("title")), " "): key}
}

// moodleKeys are the answers with all of the points, of questions without markup.
func moodleKeys(data []byte) map[string][]string {
	var quiz struct {
		Questions []struct {
			Type    string `xml:"type,attr"`
			Name    string `xml:"name>text"`
			Single  string `xml:"single"`
			Answers []struct {
				Fraction string `xml:"fraction,attr"`
				Text     string `xml:"text"`
			} `xml:"answer"`
		} `xml:"question"`
	}
	if xml.Unmarshal(data, &quiz) != nil {
		return nil
	}
	out := map[string][]string{}
	for _, q := range quiz.Questions {
		var key []string
		for _, a := range q.Answers {
			if strings.HasPrefix(a.Fraction, "100") || q.Single == "false" && a.Fraction > "0" && a.Fraction != "0.0000000" && !strings.HasPrefix(a.Fraction, "-") {
				key = append(key, strings.ToLower(strings.Join(strings.Fields(a.Text), " ")))
			}
		}
		if !strings.Contains(strings.Join(key, ""), "<") && len(key) > 0 {
			out[q.Name] = key
		}
	}
	return out
}
