package pdfread_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/certificate/pdf"
	"github.com/atmacena/cocare/internal/certificate/pdfread"
)

var when = time.Date(2026, 11, 5, 9, 30, 0, 0, time.UTC)

// small is a file of the writer with attachments and one object of the test's.
func small(t testing.TB, object any, files ...pdf.Attachment) []byte {
	t.Helper()
	d := pdf.NewDocument(pdf.Info{Title: "Test", Lang: "en", Created: when})
	p := d.AddPage(200, 100)
	p.Tagged(d.Root().Child("P"), func() { p.Rect(1, 1, 5, 5); p.PaintFill() })
	for _, a := range files {
		if err := d.Attach(a); err != nil {
			t.Fatal(err)
		}
	}
	if object != nil {
		d.Catalog["Extra"] = d.Add(object)
	}
	b, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func attachment(name, data string) pdf.Attachment {
	return pdf.Attachment{
		Name: name, Description: "Größe", MediaType: "application/json", Relationship: pdf.Supplement, Data: []byte(data), ModifiedAt: when,
	}
}

// extra reads the test's object back.
func extra(t *testing.T, b []byte) any {
	t.Helper()
	f, err := pdfread.Open(b)
	if err != nil {
		t.Fatal(err)
	}
	c, err := f.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	v, err := f.Get(c["Extra"])
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestValues: whatever the writer writes is read as it was.
func TestValues(t *testing.T) {
	b := small(t, pdf.Array{
		1, -2.5, true, false, nil, pdf.Name("Odd name#/é"), pdf.Text("a (b) \\ c"), pdf.Text("größe"), pdf.Bytes("\x00\xff"), pdf.Ref(3),
		pdf.Array{}, pdf.Dict{"A": pdf.Dict{"B": pdf.Array{pdf.Name("")}}}, when, pdf.Bytes(nil),
	})
	a, ok := extra(t, b).(pdfread.Array)
	if !ok || len(a) != 14 {
		t.Fatalf("%T %v", a, a)
	}
	for i, want := range []any{1, -2.5, true, false, nil, pdfread.Name("Odd name#/é")} {
		if a[i] != want {
			t.Errorf("%v, want %v", a[i], want)
		}
	}
	for i, want := range map[int]string{6: "a (b) \\ c", 7: "größe", 8: "\x00\xff", 13: ""} {
		s, _ := a[i].(pdfread.String)
		if s.Text() != want {
			t.Errorf("%q, want %q", s.Text(), want)
		}
		if brackets := string(b[s.From]) + string(b[s.To-1]); brackets != "()" && brackets != "<>" {
			t.Errorf("%q stands between %s", want, brackets)
		}
	}
	s, _ := a[12].(pdfread.String)
	if at, err := s.Time(); err != nil || !at.Equal(when) {
		t.Error(at, err)
	}
	d, _ := a[11].(pdfread.Dict)
	inner, _ := d["A"].(pdfread.Dict)
	if list, _ := inner["B"].(pdfread.Array); a[9] != pdfread.Ref(3) || len(list) != 1 || list[0] != pdfread.Name("") {
		t.Errorf("%v", a)
	}
}

func TestAttachments(t *testing.T) {
	f, err := pdfread.Open(small(t, nil, attachment("b.json", "{}"), attachment("a.json", "")))
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.Attachments()
	if err != nil || len(got) != 2 || got[0].Name != "a.json" || len(got[0].Data) != 0 {
		t.Fatal(got, err)
	}
	if b := got[1]; b.Name != "b.json" || string(b.Data) != "{}" || b.Description != "Größe" || b.MediaType != "application/json" ||
		b.Relationship != "Supplement" || !b.ModifiedAt.Equal(when) {
		t.Errorf("%+v", b)
	}
}

// TestBounds: what is inflated, counted or nested without end is refused.
func TestBounds(t *testing.T) {
	many := make([]pdf.Attachment, 17)
	for i := range many {
		many[i] = attachment(fmt.Sprintf("%d.json", i), "{}")
	}
	bomb := attachment("bomb.json", strings.Repeat("\x00", 8<<20+1))
	half := strings.Repeat("\x00", 5<<20)
	for name, b := range map[string][]byte{
		"too many":      small(t, nil, many...),
		"a bomb":        small(t, nil, bomb),
		"two half ones": small(t, nil, attachment("a.json", half), attachment("b.json", half)),
	} {
		f, err := pdfread.Open(b)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Attachments(); !errors.Is(err, pdfread.ErrForeign) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, raw := range map[string]string{
		"deep":  strings.Repeat("[", 100) + strings.Repeat("]", 100),
		"broad": "[" + strings.Repeat("1 ", 200_000) + "]",
	} {
		if _, err := pdfread.Open(small(t, pdf.Raw(raw))); !errors.Is(err, pdfread.ErrForeign) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := pdfread.Open(make([]byte, pdfread.MaxFile+1)); !errors.Is(err, pdfread.ErrForeign) {
		t.Errorf("huge: %v", err)
	}
}

// TestMalformed: an object that the writer would not write is no object.
func TestMalformed(t *testing.T) {
	for _, raw := range []string{
		"", "<<", "<</A", "<</A 1", "<<1 2>>", "<</A 1 /A 2>>", "[", "[1", "]", ">>", "(", "(a", "(\\n)", "((a))", "(\x00)", "<0", "<0>", "<0g>", "<AB>", "</A>",
		"/#", "/#0", "/#zz", "1 2", "nil", "--1", "1.2.3", "% 1", "1 % one", "1\n", "\t1", "<</Length 5>>\nstream\nabc\nendstream", "<</Length -1>>\nstream\n\nendstream",
		"<<>>\nstream\n\nendstream", "<</Length 3>>\nstream\r\nabc\nendstream", "<</Length (3)>>\nstream\nabc\nendstream", "{}", strings.Repeat("9", 400),
	} {
		if _, err := pdfread.Open(small(t, pdf.Raw(raw))); !errors.Is(err, pdfread.ErrForeign) {
			t.Errorf("%q: %v", raw, err)
		}
	}
}

// TestLayout: a file with another way through it is refused whole.
func TestLayout(t *testing.T) {
	good := small(t, nil, attachment("a.json", "{}"))
	table := bytes.Index(good, []byte("xref\n"))
	head, _, _ := bytes.Cut(good, []byte("startxref"))
	put := func(old, other string) []byte { return bytes.Replace(good, []byte(old), []byte(other), 1) }
	for name, b := range map[string][]byte{
		"empty":               {},
		"another version":     put("%PDF-1.7", "%PDF-1.4"),
		"carriage returns":    put("%PDF-1.7\n", "%PDF-1.7\r"),
		"a gap":               moved(good, []byte("9 0 obj\n")),
		"a hidden object":     moved(good, []byte("1 0 obj\n<</Type /Catalog>>\nendobj\n")),
		"a longer start":      put("startxref\n", "startxref\n0"),
		"negative start":      append(bytes.Clone(head), "startxref\n-1\n%%EOF\n"...),
		"start past the end":  append(bytes.Clone(head), "startxref\n99999999\n%%EOF\n"...),
		"no table":            put("xref\n0", "xxef\n0"),
		"two sections":        put("xref\n0 ", "xref\n1 "),
		"too few entries":     put("xref\n0 ", "xref\n0 9"),
		"no free entry":       put("65535 f", "65534 f"),
		"another generation":  put("00000 n", "00001 n"),
		"an object is free":   put("00000 n", "00000 f"),
		"a sign in an offset": put("0000000015", "+000000015"),
		"an earlier revision": put("trailer\n<<", "trailer\n<</Prev 15 "),
		"a hybrid file":       put("trailer\n<<", "trailer\n<</XRefStm 15 "),
		"encrypted":           put("trailer\n<<", "trailer\n<</Encrypt 1 0 R "),
		"another size":        put("/Size ", "/Size 1"),
		"no trailer":          put("trailer\n<<", "trailer\n[]"),
		"after the trailer":   put(">>\nstartxref", ">> 1\nstartxref"),
		"after the end":       append(bytes.Clone(good), '\n'),
		"only the table":      good[table:],
	} {
		if _, err := pdfread.Open(b); !errors.Is(err, pdfread.ErrForeign) {
			t.Errorf("%s: %v", name, err)
		}
	}
	f, err := pdfread.Open(good)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []pdfread.Ref{-1, 0, 1 << 30} {
		if _, err := f.Get(r); !errors.Is(err, pdfread.ErrForeign) {
			t.Errorf("object %d: %v", r, err)
		}
	}
	if _, err := f.Dict(1); err == nil {
		t.Error("a number is a dictionary")
	}
	if _, err := f.Array(pdfread.Ref(1)); err == nil {
		t.Error("a dictionary is an array")
	}
}

// moved puts bytes before the table, and has startxref follow it.
func moved(file, more []byte) []byte {
	at := bytes.Index(file, []byte("xref\n0 "))
	out := append(bytes.Clone(file[:at]), more...)
	out = append(out, file[at:bytes.Index(file, []byte("startxref\n"))]...)
	return fmt.Appendf(out, "startxref\n%d\n%%%%EOF\n", at+len(more))
}

// TestMalformedAttachments: each breaks one promise of the writer.
func TestMalformedAttachments(t *testing.T) {
	good := small(t, nil, attachment("a.json", "{}"))
	for what, c := range map[string][2]string{
		"another old name": {"/F (a.json)", "/F (b.json)"},
		"another name":     {"/UF (a.json)", "/UF (b.json)"},
		"another key":      {"[(a.json)", "[(b.json)"},
		"no file":          {"/EF <<", "/EX <<"},
		"another size":     {"/Size 2", "/Size 3"},
		"no date":          {"/ModDate ", "/ModDatf "},
		"a wrong date":     {"(D:20261105093000+00'00')", "(D:20261305093000+00'00')"},
		"no parameters":    {"/Params ", "/Parbms "},
		"another filter":   {"/EmbeddedFiles <<", "/EmbeddedFilez <<"},
		"no list":          {"/Names [", "/Nbmes ["},
		"no names":         {"/EmbeddedFiles <</Names", "/EmbeddedFiles <</Nbmes"},
	} {
		b := bytes.Replace(good, []byte(c[0]), []byte(c[1]), 1)
		if bytes.Equal(b, good) {
			t.Fatalf("%s: nothing was changed", what)
		}
		if len(b) != len(good) {
			t.Fatalf("%s: another length", what)
		}
		f, err := pdfread.Open(b)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := f.Attachments(); !errors.Is(err, pdfread.ErrForeign) {
			t.Errorf("%s: %v, %v", what, got, err)
		}
	}
}

func TestInflate(t *testing.T) {
	for what, s := range map[string]pdfread.Stream{
		"another filter": {Dict: pdfread.Dict{"Filter": pdfread.Name("LZWDecode")}},
		"two filters":    {Dict: pdfread.Dict{"Filter": pdfread.Array{pdfread.Name("FlateDecode")}}},
		"damaged":        {Dict: pdfread.Dict{"Filter": pdfread.Name("FlateDecode")}, Raw: []byte("hello")},
		"empty":          {Dict: pdfread.Dict{"Filter": pdfread.Name("FlateDecode")}},
		"plain, large":   {Raw: make([]byte, 11)},
	} {
		if _, err := s.Inflate(10); !errors.Is(err, pdfread.ErrForeign) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if b, err := (pdfread.Stream{Raw: []byte("x")}).Inflate(1); err != nil || string(b) != "x" {
		t.Error(b, err)
	}
	if b, err := (pdfread.Stream{Dict: pdfread.Dict{"Filter": pdfread.Name("FlateDecode")}, Raw: []byte("\x78\x9c\x03\x00\x00\x00\x00\x01")}).Inflate(0); err != nil || len(b) != 0 {
		t.Error(b, err)
	}
}

// FuzzOpen: no bytes make the reader panic, or hand out more than it promises.
func FuzzOpen(f *testing.F) {
	good := small(f, nil, attachment("a.json", `{"a":1}`), attachment("b.json", strings.Repeat("b", 3000)))
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Add(small(f, pdf.Array{pdf.Text("(x)"), pdf.Bytes("y"), pdf.Dict{"A": pdf.Ref(1)}, 1.5}))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := pdfread.Open(b)
		if err != nil {
			return
		}
		size, _ := file.Trailer["Size"].(int)
		for n := range size + 1 {
			_, _ = file.Get(pdfread.Ref(n))
		}
		list, err := file.Attachments()
		total := 0
		for _, a := range list {
			total += len(a.Data)
		}
		if total > 8<<20 || err != nil && list != nil {
			t.Errorf("%d files of %d bytes, %v", len(list), total, err)
		}
	})
}
