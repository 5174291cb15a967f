package handout_test

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/media/handout"
	"github.com/atmacena/cocare/internal/media/sniff"
)

func pdf(body string) []byte {
	return []byte("%PDF-1.7\n1 0 obj\n<< /Type /Catalog /OpenAction [3 0 R /Fit] >>\nendobj\n" + body + "\ntrailer << /Root 1 0 R >>\n%%EOF\n")
}

func packed(t testing.TB, kind, inside string) string {
	t.Helper()
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	if _, err := w.Write([]byte(inside)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("5 0 obj << /Type /%s /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream endobj", kind, z.Len(), z.String())
}

// hidden is an object stream with a script, whose dictionary says besides what more
// says.
func hidden(t testing.TB, more string) string {
	t.Helper()
	return strings.Replace(packed(t, "ObjStm", "<< /S /JavaScript /JS (app.alert(1)) >>"), "/Filter", more+" /Filter", 1)
}

// TestNothingHidesBehindABound: what is too much to look through is refused.
func TestNothingHidesBehindABound(t *testing.T) {
	zeros := packed(t, "ObjStm", strings.Repeat("\x00", 8<<20))
	for name, c := range map[string]struct{ body, says string }{
		"streams of zeros":   {strings.Repeat(zeros+"\n", 9) + hidden(t, ""), "more packed away"},
		"a long stream":      {packed(t, "ObjStm", strings.Repeat("\x00", 8<<20)+"<< /S /JavaScript >>"), "more packed away"},
		"a long dictionary":  {hidden(t, "/X ("+strings.Repeat("x", 100_000)+")"), "JavaScript"},
		"a word in a string": {hidden(t, "/X (9 0 obj <<>> stream\n (\\)) endobj) /Y <6f626a>"), "JavaScript"},
		"a comment":          {hidden(t, "% >> stream (\n"), "JavaScript"},
		"nested":             {hidden(t, "/X << /Y << /Z 1 >> >>"), "JavaScript"},
		"without a type":     {strings.Replace(hidden(t, "/N 1 /First 4"), "/Type /ObjStm", "", 1), "JavaScript"},
		"blanks":             {strings.Replace(hidden(t, ""), "stream\n", "\n%x\rstream \r\n", 1), "JavaScript"},
		"in another object":  {"7 0 obj << /Length 9 >>\nstream\n" + hidden(t, "") + "\nendstream endobj", "JavaScript"},
		"in a dictionary":    {"7 0 obj << /X (" + hidden(t, "") + ") >> endobj", "JavaScript"},
		"packed twice":       {strings.Replace(hidden(t, ""), "/FlateDecode", "[/FlateDecode /Flate#44ecode]", 1), "more packed away"},
		"another filter":     {strings.Replace(hidden(t, ""), "/FlateDecode", "[/ASCIIHexDecode /FlateDecode]", 1), "more packed away"},
		"an indirect filter": {strings.Replace(hidden(t, ""), "/FlateDecode", "9 0 R", 1), "more packed away"},
		"a predictor":        {hidden(t, "/DecodeParms << /Predictor 12 >>"), "more packed away"},
		"not what it says":   {strings.Replace(hidden(t, ""), "stream\n", "stream\nx", 1), "more packed away"},
		"objects in objects": {strings.Repeat("1 0 obj<<", 200_000), "more packed away"},
	} {
		err := handout.Check(pdf(c.body))
		if r, ok := errors.AsType[*sniff.RefusedError](err); !ok || !strings.Contains(r.Reason, c.says) {
			t.Errorf("%s: got %v, want a refusal that says %q", name, err, c.says)
		}
	}
}

func TestPlainPasses(t *testing.T) {
	for name, body := range map[string]string{
		"a large picture":  packed(t, "XObject", strings.Repeat("\x00", 20<<20)),
		"a cut dictionary": "7 0 obj << /X (",
		"open objects":     "5 0 obj << /Type /ObjStm /N 1 /First 4 >>\nstream\n1 0 << /Type /Page >>\nendstream endobj",
		"references":       "5 0 obj << /Type /XRef /Filter /FlateDecode /DecodeParms << /Predictor 12 >> >>\nstream\nx\nendstream endobj",
		"plain":            "",
		"a link":           "2 0 obj << /S /URI /URI (https://example.org) >> endobj",
		"words":            "(Launch the JavaScript) Tj",
		"another name":     "<< /Launches 1 /JavaScripting 2 /AAPL 3 >>",
		"packed":           packed(t, "ObjStm", "<< /Type /Page >>"),
		"a place":          "<< /OpenAction << /S /GoTo /D [3 0 R /Fit] >> /URI << /Base (x) >> >>",
		"a place beside":   "<< /OpenAction 7 0 R >>\n7 0 obj << /S /GoTo /D [3 0 R /Fit] >> endobj 8 0 obj << /S /URI >> endobj",
		"a packed place":   "<< /OpenAction 7 0 R >>\n" + packed(t, "ObjStm", "6 0 7 13 8 40 << /S /URI >><< /S /GoTo /D [3 0 R] >>  << /S /URI >>"),
	} {
		if err := handout.Check(pdf(body)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatActsIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		data []byte
		says string
	}{
		"script":         {pdf("<< /S /JavaScript /JS (app.alert(1)) >>"), "JavaScript"},
		"escaped":        {pdf("<< /S /J#61va#53cript /JS (x) >>"), "JavaScript"},
		"upper escape":   {pdf("<< /S/#4Caunch/F(x)>>"), "starts a program"},
		"file":           {pdf("<< /Type /EmbeddedFile >>"), "other files"},
		"packed":         {pdf(packed(t, "ObjStm", "<< /S /Launch >>")), "starts a program"},
		"packed escaped": {pdf(packed(t, "Obj#53tm", "<< /S /J#61vaScript >>")), "JavaScript"},
		"share":          {pdf(`<< /S /GoToR /F (\\\\host\\share\\x.pdf) >>`), "another file"},
		"on its own":     {pdf("<< /Type /Page /AA << /O << /S /URI /URI (http://host.example) >> >> >>"), "by itself"},
		"opening":        {pdf("<< /OpenAction << /X (>>) /S /U#52I /URI (http://host.example) >> >>"), "by itself"},
		"opening then":   {pdf("<< /Open#41ction << /S /GoTo /D [3 0 R] /Next 9 0 R >> >>"), "by itself"},
		"opening beside": {pdf("<< /OpenAction 7 0 R >>\n7 0 obj << /S /GoTo >> endobj\n7\t0\nobj<< /S /URI /URI (http://host.example) >> endobj"), "by itself"},
		"opening what":   {pdf("<< /OpenAction 7 0 R >>"), "by itself"},
		"opening packed": {pdf("<< /OpenAction 7 0 R >>\n" + packed(t, "ObjStm", "6 0 7 15 << /S /GoTo >><< /S /URI /URI (http://host.example) >>")), "by itself"},
		"packed opening": {pdf(packed(t, "ObjStm", "6 0 << /OpenAction 7 0 R >>") + "\n7 0 obj 9 0 R endobj"), "by itself"},
		"password":       {pdf("trailer << /Encrypt 9 0 R >>"), "password"},
		"cut":            {pdf("")[:60], "cut off"},
		"html":           {[]byte("<html>%%EOF"), "no PDF"},
		"large":          {append([]byte("%PDF-"), make([]byte, handout.MaxBytes)...), "25 MB"},
	} {
		err := handout.Check(c.data)
		if r, ok := errors.AsType[*sniff.RefusedError](err); !ok || !strings.Contains(r.Reason, c.says) {
			t.Errorf("%s: got %v, want a refusal that says %q", name, err, c.says)
		}
	}
}

// FuzzCheck: a name that acts is found whatever stands around it.
func FuzzCheck(f *testing.F) {
	f.Add([]byte("<< /S /URI >>"), []byte("stream\n"))
	f.Add([]byte(packed(f, "ObjStm", "<< /Type /Page >>")), []byte{})
	f.Add([]byte("<< /OpenAction 7 0 R >> 7 0 obj <<>>"), []byte("7 0 obj"))
	f.Fuzz(func(t *testing.T, before, after []byte) {
		_ = handout.Check(pdf(string(before)))
		if err := handout.Check(pdf(string(before) + "\n/Launch " + string(after))); err == nil {
			t.Error("not found")
		}
	})
}
