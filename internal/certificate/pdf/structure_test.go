package pdf_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/atmacena/cocare/internal/certificate/pdf"
)

// everyKind is one certificate for each thing that changes the structure, bare and
// with all that it can carry.
func everyKind(t *testing.T, check func(t *testing.T, f file)) {
	both := func(t *testing.T, f pdf.Facts) {
		check(t, read(t, render(t, f)))
		check(t, read(t, complete(t, f)))
	}
	for _, n := range names {
		t.Run(n, func(t *testing.T) { both(t, sample(n)) })
	}
	t.Run("signature", func(t *testing.T) { both(t, signed(sample(names[0]))) })
	for _, n := range []int{1, 5, 30} {
		t.Run(fmt.Sprint(n, " credits"), func(t *testing.T) {
			f := crowded(n)
			f.Size = pdf.A4
			both(t, f)
		})
	}
}

var operator = regexp.MustCompile(`(?m)(?:^|\s)([A-Za-z]+)$`)

// marked returns the marked-content numbers of a page, having checked that
// brackets balance and nothing is painted outside them.
func marked(t *testing.T, content []byte) (ids []int, kinds []string) {
	var open []string
	depth, inText := 0, false
	for line := range strings.Lines(string(content)) {
		line = strings.TrimSpace(line)
		m := operator.FindStringSubmatch(line)
		if m == nil {
			switch {
			case line == "":
				continue
			case !strings.HasSuffix(line, "]TJ"):
				t.Fatalf("no operator in %q", line)
			}
			m = []string{"", "TJ"}
		}
		switch m[1] {
		case "BMC", "BDC":
			open = append(open, line)
			var kind string
			var id int
			if n, _ := fmt.Sscanf(line, "/%s <</MCID %d>> BDC", &kind, &id); n == 2 {
				ids, kinds = append(ids, id), append(kinds, kind)
			}
		case "EMC":
			if len(open) == 0 {
				t.Fatal("EMC without a begin")
			}
			open = open[:len(open)-1]
		case "q":
			depth++
		case "Q":
			depth--
		case "BT", "ET":
			if inText == (m[1] == "BT") {
				t.Fatal("text objects nest")
			}
			inText = !inText
		case "S", "f", "TJ":
			if len(open) == 0 {
				t.Fatalf("%q paints outside of marked content", line)
			}
		}
	}
	if len(open) != 0 || depth != 0 || inText {
		t.Fatalf("left open: %v, %d saved states, text %v", open, depth, inText)
	}
	return ids, kinds
}

func TestStructureTree(t *testing.T) {
	everyKind(t, func(t *testing.T, f file) {
		root := f.dict(f.catalog()["StructTreeRoot"])
		nums := map[int]any{}
		flat := f.array(f.dict(root["ParentTree"])["Nums"])
		for i := 0; i < len(flat); i += 2 {
			k, _ := flat[i].(float64)
			nums[int(k)] = flat[i+1]
		}
		owner := map[[2]int]ref{} // page and marked-content number to element
		for _, pg := range f.pages() {
			key, _ := f.dict(pg)["StructParents"].(float64)
			owners := f.array(nums[int(key)])
			ids, kinds := marked(t, f.content(pg))
			if len(ids) != len(owners) {
				t.Fatalf("%d marked contents, %d parents", len(ids), len(owners))
			}
			for i, id := range ids {
				e, _ := owners[id].(ref)
				if id != i || f.dict(e)["S"] != name(kinds[i]) {
					t.Errorf("content %d is a %s and belongs to %v", id, kinds[i], f.dict(e))
				}
				p, _ := pg.(ref)
				owner[[2]int{int(p), id}] = e
			}
			for _, a := range f.array(f.dict(pg)["Annots"]) {
				k, ok := f.dict(a)["StructParent"].(float64)
				kind := map[any]any{name("Link"): name("Link"), name("Widget"): name("Form")}[f.dict(a)["Subtype"]]
				if e := f.dict(nums[int(k)]); !ok || e["S"] != kind {
					t.Errorf("annotation %v leads to %v", f.dict(a), e)
				}
			}
		}
		top, _ := root["K"].(ref)
		walk(t, f, f.trailerRef(), top, owner)
		if len(owner) != 0 {
			t.Errorf("%d marked contents are in no element", len(owner))
		}
	})
}

func (f file) trailerRef() ref { r, _ := f.catalog()["StructTreeRoot"].(ref); return r }

// walk checks the tree downwards and takes what it meets out of owner.
func walk(t *testing.T, f file, parent, e ref, owner map[[2]int]ref) {
	d := f.dict(e)
	if d["P"] != parent {
		t.Errorf("element %d has parent %v, not %v", e, d["P"], parent)
	}
	if d["S"] == name("Figure") && (d["Alt"] == nil || d["A"] == nil) {
		t.Errorf("figure without alternative or box: %v", d)
	}
	kids := f.array(d["K"])
	if len(kids) == 0 {
		t.Errorf("element %v is empty", d)
	}
	objects := 0
	for _, k := range kids {
		switch c := k.(type) {
		case ref:
			walk(t, f, e, c, owner)
		case dict:
			if c["Type"] == name("OBJR") {
				objects++
				continue
			}
			p, _ := c["Pg"].(ref)
			id, _ := c["MCID"].(float64)
			at := [2]int{int(p), int(id)}
			if owner[at] != e {
				t.Errorf("content %v belongs to %v, not %v", at, owner[at], e)
			}
			delete(owner, at)
		}
	}
	if (d["S"] == name("Link") || d["S"] == name("Form")) != (objects == 1) {
		t.Errorf("%v has %d annotations", d["S"], objects)
	}
	if d["S"] == name("Form") && (len(kids) != 1 || d["Alt"] == nil) {
		t.Errorf("a form with %d children and the alternative %v", len(kids), d["Alt"])
	}
}

var showing = regexp.MustCompile(`(?m)^/(F\d+) [\d.]+ Tf$|^\[(.*)\]TJ$`)

// TestFonts checks that every code shown has a width and a Unicode value, and
// that every font is embedded.
func TestFonts(t *testing.T) {
	everyKind(t, func(t *testing.T, f file) {
		for _, pg := range f.pages() {
			fonts := f.dict(f.dict(f.dict(pg)["Resources"])["Font"])
			var codes map[string]bool
			widths := 0
			for _, m := range showing.FindAllSubmatch(f.content(pg), -1) {
				if len(m[1]) > 0 {
					codes, widths = font(t, f, fonts[string(m[1])])
					continue
				}
				for _, h := range regexp.MustCompile(`<([0-9a-f]*)>`).FindAllSubmatch(m[2], -1) {
					for c := string(h[1]); c != ""; c = c[4:] {
						var n int
						_, _ = fmt.Sscanf(c[:4], "%x", &n)
						if !codes[c[:4]] || n == 0 || n >= widths {
							t.Fatalf("code %s has no Unicode value or width", c[:4])
						}
					}
				}
			}
		}
	})
}

func font(t *testing.T, f file, v any) (codes map[string]bool, widths int) {
	d := f.dict(v)
	if d["Encoding"] != name("Identity-H") {
		t.Fatalf("font %v", d)
	}
	cid := f.dict(f.array(d["DescendantFonts"])[0])
	file, ok := f.get(f.dict(cid["FontDescriptor"])["FontFile2"]).(stream)
	if n, _ := file.dict["Length1"].(float64); !ok || int(n) != len(file.data) {
		t.Fatalf("font file of %v", cid)
	}
	if base, _ := cid["BaseFont"].(name); !regexp.MustCompile(`^[A-Z]{6}\+`).MatchString(string(base)) {
		t.Errorf("subset is called %q", base)
	}
	m, _ := f.get(d["ToUnicode"]).(stream)
	codes = map[string]bool{}
	for _, e := range regexp.MustCompile(`(?m)^<([0-9a-f]{4})> <([0-9a-f]+)>$`).FindAllSubmatch(m.data, -1) {
		u := unhex(t, string(e[2]))
		if bytes.ContainsAny([]byte(u), "\ufeff") || u == "\x00\x00" {
			t.Errorf("code %s means %q", e[1], u)
		}
		codes[string(e[1])] = true
	}
	return codes, len(f.array(f.array(cid["W"])[1]))
}

func TestMetadata(t *testing.T) {
	facts := sample("Anna <Nowak> & Søn")
	facts.Title = "“A & B”"
	f := read(t, render(t, facts))
	c := f.catalog()
	if c["Lang"] != str("en-US") || f.dict(c["MarkInfo"])["Marked"] != true || f.dict(c["ViewerPreferences"])["DisplayDocTitle"] != true {
		t.Errorf("catalog %v", c)
	}
	meta, _ := f.get(c["Metadata"]).(stream)
	if meta.dict["Filter"] != nil {
		t.Error("metadata are compressed")
	}
	title := "Certificate of Completion: “A & B”"
	if got := element(t, meta.data, "title"); got != title {
		t.Errorf("title in XMP is %q", got)
	}
	if got := element(t, meta.data, "CreateDate"); got != "2026-11-05T00:00:00Z" {
		t.Errorf("date in XMP is %q", got)
	}
	info := f.dict(f.trailer["Info"])
	got, _ := info["Title"].(str)
	if want := "\xfe\xff" + utf16be(title); string(got) != want {
		t.Errorf("title in Info is %q", got)
	}
	if info["CreationDate"] != str("D:20261105000000+00'00'") {
		t.Errorf("date in Info is %q", info["CreationDate"])
	}
	profile, _ := f.get(f.dict(f.array(c["OutputIntents"])[0])["DestOutputProfile"]).(stream)
	if p := profile.data; len(p) < 128 || string(p[36:40]) != "acsp" || string(p[12:20]) != "mntrRGB " ||
		int(p[0])<<24|int(p[1])<<16|int(p[2])<<8|int(p[3]) != len(p) {
		t.Error("the color profile is malformed")
	}
}

func utf16be(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u>>8), byte(u))
	}
	return string(b)
}

// element returns the text of the first element of that name, having read the
// whole packet.
func element(t *testing.T, packet []byte, local string) (text string) {
	d := xml.NewDecoder(bytes.NewReader(packet))
	inside, done := false, false
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return strings.TrimSpace(text)
		}
		if err != nil {
			t.Fatal(err)
		}
		switch x := tok.(type) {
		case xml.StartElement:
			inside = inside || x.Name.Local == local && !done
		case xml.EndElement:
			if x.Name.Local == local {
				inside, done = false, true
			}
		case xml.CharData:
			if inside {
				text += string(x)
			}
		}
	}
}
