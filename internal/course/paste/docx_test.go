package paste_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/course/markup"
	"github.com/atmacena/cocare/internal/course/paste"
)

// packed is a Word file with these parts.
func packed(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, text := range parts {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func read(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func document(body string) map[string]string {
	return map[string]string{"word/document.xml": `<w:document xmlns:w="w"><w:body>` + body + `</w:body></w:document>`}
}

// TestWordFile: the file itself becomes what the clipboard of the same text does.
func TestWordFile(t *testing.T) {
	file := packed(t, map[string]string{"word/document.xml": read(t, "docx/document.xml"), "word/styles.xml": read(t, "docx/styles.xml"), "word/numbering.xml": read(t, "docx/numbering.xml")})
	got, err := paste.File(file)
	if err != nil {
		t.Fatal(err)
	}
	if want := read(t, "word.md"); got.Markdown != want {
		t.Errorf("became\n%s", got.Markdown)
	}
	if left := []string{"1 picture", "1 comment", "1 deleted passage", "1 footnote", "1 link, whose words stay"}; !slices.Equal(got.Left, left) {
		t.Errorf("left out %q", got.Left)
	}
}

func TestSmallWordFiles(t *testing.T) {
	run := func(text string) string { return "<w:p><w:r><w:t>" + text + "</w:t></w:r></w:p>" }
	for body, want := range map[string]string{
		"":                           "",
		"<w:p/><w:p></w:p>":          "",
		run("one") + run("two"):      "one\n\ntwo\n",
		run("&lt;b&gt;x&lt;/b&gt;"):  "&lt;b&gt;x&lt;/b&gt;\n",
		run("# none") + run("- not"): "\\# none\n\n\\- not\n",
		`<w:p><w:pPr><w:outlineLvl w:val="3"/></w:pPr><w:r><w:t>Head</w:t></w:r></w:p>`:                                                                                            "## Head\n",
		`<w:p><w:pPr><w:outlineLvl w:val="9"/></w:pPr><w:r><w:t>Words</w:t></w:r></w:p>`:                                                                                           "Words\n",
		`<w:p><w:r><w:t>a</w:t><w:br/><w:t>b</w:t><w:br w:type="page"/></w:r></w:p>`:                                                                                               "a  \nb\n",
		`<w:p><w:pPr><w:numPr><w:numId w:val="7"/></w:numPr></w:pPr><w:r><w:t>unknown list</w:t></w:r></w:p>`:                                                                      "- unknown list\n",
		`<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>` + run("A") + `</w:tc></w:tr><w:tr><w:tc>` + run("b") + `</w:tc><w:tc>` + run("c") + `</w:tc></w:tr></w:tbl>`: "| A |  |\n|---|---|\n| b | c |\n",
		`<w:p><w:r><w:instrText> HYPERLINK "x" </w:instrText></w:r><w:r><w:t>field</w:t></w:r></w:p>`:                                                                              "field\n",
	} {
		got, err := paste.Docx(packed(t, document(body)))
		if err != nil || strings.ReplaceAll(got.Markdown, "  \n", "\n") != strings.ReplaceAll(want, "  \n", "\n") {
			t.Errorf("%s became %q, want %q (%v)", body, got.Markdown, want, err)
		}
	}
}

// TestWordFilesAreBounded: what is no document, or unpacks to more than anybody
// writes, is refused before it is read.
func TestWordFilesAreBounded(t *testing.T) {
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"no archive":    {[]byte("PK\x03\x04 and no more"), paste.ErrNotWord},
		"another":       {packed(t, map[string]string{"xl/workbook.xml": "<a/>"}), paste.ErrNotWord},
		"torn":          {packed(t, map[string]string{"word/document.xml": "<w:document><w:body>"}), paste.ErrNotWord},
		"no body":       {packed(t, map[string]string{"word/document.xml": "<w:document/>"}), paste.ErrNotWord},
		"an entity":     {packed(t, document("<w:p><w:r><w:t>&lol;</w:t></w:r></w:p>")), paste.ErrNotWord},
		"a bomb":        {packed(t, document(strings.Repeat(" ", 9<<20))), paste.ErrTooLarge},
		"many elements": {packed(t, document(strings.Repeat("<w:p/>", 400_000))), paste.ErrTooLarge},
		"many words":    {packed(t, document(strings.Repeat("<w:p><w:r><w:t>"+strings.Repeat("word ", 20_000)+"</w:t></w:r></w:p>", 50))), paste.ErrTooLarge},
		"deep":          {packed(t, document(strings.Repeat("<w:sdt>", 300)+strings.Repeat("</w:sdt>", 300))), paste.ErrTooDeep},
		"large":         {make([]byte, paste.MaxDocxBytes+1), paste.ErrTooLarge},
	} {
		if _, err := paste.Docx(c.file); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// FuzzDocx: whatever stands in the document, no HTML comes through.
func FuzzDocx(f *testing.F) {
	f.Add(read(f, "docx/document.xml"), read(f, "docx/styles.xml"), read(f, "docx/numbering.xml"))
	f.Add("<d><body><tbl><tr><tc><tbl/></tc></tr></tbl><p><r><t>&lt;b></t></r></p></body></d>", "<s><style styleId='a'><basedOn val='a'/></style></s>", "<n/>")
	f.Fuzz(func(t *testing.T, body, styles, numbering string) {
		got, err := paste.Docx(packed(t, map[string]string{"word/document.xml": body, "word/styles.xml": styles, "word/numbering.xml": numbering}))
		if err != nil {
			return
		}
		for _, p := range markup.Render(got.Markdown, 1, markup.Library{}).Problems {
			if strings.Contains(p.Msg, "raw HTML") {
				t.Fatalf("%q became %q: %v", body, got.Markdown, p)
			}
		}
	})
}

// FuzzDocxArchive: whatever the archive, there is a text or an error.
func FuzzDocxArchive(f *testing.F) {
	f.Add(packed(f, map[string]string{"word/document.xml": read(f, "docx/document.xml"), "word/styles.xml": read(f, "docx/styles.xml")}))
	f.Fuzz(func(t *testing.T, file []byte) {
		if got, err := paste.Docx(file); err != nil && got.Markdown != "" {
			t.Fatalf("%v with a text", err)
		}
	})
}

// TestPagesInOtherLetters: Word's “Web page” is windows-1252 unless told otherwise.
func TestPagesInOtherLetters(t *testing.T) {
	for source, want := range map[string]string{
		"<meta http-equiv=Content-Type content=\"text/html; charset=windows-1252\"><p>\x93Grief\x94 isn\x92t": "“Grief” isn’t\n",
		"<p>caf\xe9":                           "café\n",
		"<p>“Grief” in UTF-8":                  "“Grief” in UTF-8\n",
		"\xff\xfe<\x00p\x00>\x00e\x00\x19\x20": "e’\n",
		"":                                     "",
	} {
		got, err := paste.File([]byte(source))
		if err != nil || got.Markdown != want {
			t.Errorf("%q became %q (%v)", source, got.Markdown, err)
		}
	}
	for _, other := range []string{"\x89PNG\r\n\x1a\n\x00\x00", "%PDF-1.7", `{\rtf1 x}`, "\xd0\xcf\x11\xe0old"} {
		if _, err := paste.File([]byte(other)); !errors.Is(err, paste.ErrNoPage) {
			t.Errorf("%q: %v", other, err)
		}
	}
	if _, err := paste.File(bytes.Repeat([]byte{0x93}, paste.MaxBytes)); !errors.Is(err, paste.ErrTooLarge) {
		t.Errorf("%v", err)
	}
}
