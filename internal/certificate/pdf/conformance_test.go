package pdf_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestFileStructure holds ISO 19005-3, 6.1: what stands between the objects.
func TestFileStructure(t *testing.T) {
	b := complete(t, crowded(30))
	binary := !slices.ContainsFunc(b[10:14], func(c byte) bool { return c < 128 })
	if !bytes.HasPrefix(b, []byte("%PDF-1.7\n%")) || !binary || b[14] != '\n' {
		t.Errorf("the file begins with %q", b[:16])
	}
	f := read(t, b) // table, spacing, stream lengths and line ends
	id := f.array(f.trailer["ID"])
	if first, _ := id[0].(str); len(id) != 2 || len(first) != 16 {
		t.Errorf("identifier %v", id)
	}
	for k := range f.trailer {
		if !slices.Contains([]string{"Size", "Root", "Info", "ID"}, k) {
			t.Errorf("the trailer has %s", k)
		}
	}
}

// visit calls fn with v and all values in it, with their key.
func visit(key string, v any, fn func(key string, v any)) {
	fn(key, v)
	switch x := v.(type) {
	case dict:
		for k, e := range x {
			visit(k, e, fn)
		}
	case []any:
		for _, e := range x {
			visit(key, e, fn)
		}
	case stream:
		visit(key, x.dict, fn)
	}
}

// TestLimits holds ISO 19005-3, 6.1.6 to 6.1.8 and 6.1.13.
func TestLimits(t *testing.T) {
	everyKind(t, func(t *testing.T, f file) {
		if len(f.objects) > 8388607 {
			t.Error("too many objects")
		}
		for n, o := range f.objects {
			visit("", o, func(key string, v any) {
				switch x := v.(type) {
				case str:
					if len(x) > 32767 {
						t.Errorf("object %d: a string of %d bytes", n, len(x))
					}
				case name:
					if len(x) > 127 || !utf8.ValidString(string(x)) {
						t.Errorf("object %d: the name %s", n, x)
					}
				case float64:
					if x > 2147483647 || x < -2147483648 || x != 0 && x < 1e-6 && x > -1e-6 {
						t.Errorf("object %d: the number %g", n, x)
					}
				case stream:
					for k := range x.dict {
						if k == "F" || k == "FFilter" || k == "FDecodeParms" || k == "DecodeParms" {
							t.Errorf("object %d: a stream with %s", n, k)
						}
					}
					if filter := x.dict["Filter"]; filter != nil && filter != name("FlateDecode") {
						t.Errorf("object %d: filter %v", n, filter)
					}
				}
			})
		}
	})
}

// forbidden are keys that no dictionary of a PDF/A-3 or PDF/UA-1 file has, or that
// ours have no reason for.
var forbidden = []string{
	"Encrypt", "AA", "OpenAction", "JavaScript", "JS", "XFA", "NeedAppearances", "NeedsRendering", // 6.1.3, 6.4, 6.5
	"OCProperties", "OC", "AlternatePresentations", "PresSteps", "Requirements", "Collection", // 6.9, 6.10, 6.11
	"ExtGState", "Pattern", "Shading", "ColorSpace", "Group", "TR", "HTP", // 6.2
	"RoleMap", "Suspects", "UserProperties", // ISO 14289-1, 7.1
	"DigestLocation", "DigestMethod", "DigestValue", // 6.1.12
	"CIDSet", "CharSet", "Alternates", "OPI", "Ref", "PS",
	"SMask", "Mask", "Interpolate", "Intent", "Filters", // of pictures: 6.2.8
}

func TestNothingForbidden(t *testing.T) {
	everyKind(t, func(t *testing.T, f file) {
		for n, o := range f.objects {
			visit("", o, func(key string, v any) {
				ofPicture := key == "ColorSpace" && v == name("DeviceRGB")
				if slices.Contains(forbidden, key) && !ofPicture {
					t.Errorf("object %d has %s", n, key)
				}
				// The one action leads to a web address.
				if d, ok := v.(dict); ok && d["Type"] == name("Action") && d["S"] != name("URI") {
					t.Errorf("object %d: action %v", n, d)
				}
			})
		}
		for k := range f.catalog() {
			if !slices.Contains([]string{
				"Type", "Pages", "Lang", "MarkInfo", "ViewerPreferences", "StructTreeRoot", "Metadata", "OutputIntents",
				"AF", "Names", "AcroForm", "Perms",
			}, k) {
				t.Errorf("the catalog has %s", k)
			}
		}
	})
}

// operators are those that package pdf writes, all of ISO 32000-1. Colors are
// RGB, for which the output intent speaks (ISO 19005-3, 6.2.4.3).
var operators = strings.Fields("q Q cm w rg RG m l c re S f Do BT ET Tf Tm Ts TJ BMC BDC EMC")

// TestPages holds ISO 19005-3, 6.1.13 (sizes, nesting), 6.2.2 and 6.3, and
// ISO 14289-1, 7.18.
func TestPages(t *testing.T) {
	everyKind(t, func(t *testing.T, f file) {
		widgets := 0
		for _, p := range f.pages() {
			page := f.dict(p)
			box := f.array(page["MediaBox"])
			w, _ := box[2].(float64)
			h, _ := box[3].(float64)
			if w < 3 || w > 14400 || h < 3 || h > 14400 || page["Tabs"] != name("S") {
				t.Errorf("page %v", page)
			}
			r := f.dict(page["Resources"])
			if pictures := f.dict(r["XObject"]); r["Font"] == nil || len(r) > 2 || len(r) == 2 && len(pictures) != 1 {
				t.Errorf("resources %v", r)
			}
			for _, v := range f.dict(r["XObject"]) {
				checkPicture(t, f, v)
			}
			checkOperators(t, f.content(p))
			for _, a := range f.array(page["Annots"]) {
				if checkAnnotation(t, f, f.dict(a), p) {
					widgets++
				}
			}
		}
		if want := len(f.array(f.dict(f.catalog()["AcroForm"])["Fields"])); widgets != want {
			t.Errorf("%d widgets, %d fields", widgets, want)
		}
	})
}

// checkPicture holds ISO 19005-3, 6.2.4.3 and 6.2.8, and that the data are all there.
func checkPicture(t *testing.T, f file, v any) {
	s, _ := f.get(v).(stream)
	d := s.dict
	w, _ := d["Width"].(float64)
	h, _ := d["Height"].(float64)
	if d["Type"] != name("XObject") || d["Subtype"] != name("Image") || d["ColorSpace"] != name("DeviceRGB") || d["BitsPerComponent"] != 8.0 ||
		len(s.data) != int(3*w*h) {
		t.Errorf("picture %v with %d bytes", d, len(s.data))
	}
}

func checkOperators(t *testing.T, content []byte) {
	depth := 0
	for line := range strings.Lines(string(content)) {
		line = strings.TrimSpace(line)
		op := line[strings.LastIndexAny(line, " ]")+1:]
		if line != "" && !slices.Contains(operators, op) {
			t.Fatalf("operator %q in %q", op, line)
		}
		switch op {
		case "q":
			depth++
		case "Q":
			depth--
		}
		if depth > 28 {
			t.Fatal("graphics states nest too deeply")
		}
	}
}

func checkAnnotation(t *testing.T, f file, a dict, page any) (widget bool) {
	flags, ok := a["F"].(float64)
	const invisible, hidden, printed, noView, toggle = 1, 2, 4, 32, 256
	if !ok || int(flags)&(invisible|hidden|noView|toggle|printed) != printed || a["P"] != page || a["AP"] != nil || a["Type"] != name("Annot") {
		t.Errorf("annotation %v", a)
	}
	switch a["Subtype"] {
	case name("Link"):
		if c, _ := a["Contents"].(str); len(c) == 0 {
			t.Errorf("a link without words: %v", a)
		}
	case name("Widget"):
		// Without an appearance it must have no size.
		for _, v := range f.array(a["Rect"]) {
			if v != 0.0 {
				t.Errorf("the widget fills %v", a["Rect"])
			}
		}
		if tu, _ := a["TU"].(str); len(tu) == 0 || a["A"] != nil {
			t.Errorf("widget %v", a)
		}
		return true
	default:
		t.Errorf("annotation of type %v", a["Subtype"])
	}
	return false
}

// TestStructureTypes holds ISO 14289-1, 7.1 (standard types), 7.3 (figures) and
// 7.4.2 (headings do not skip a level).
func TestStructureTypes(t *testing.T) {
	everyKind(t, func(t *testing.T, f file) {
		var level int
		var down func(v any)
		down = func(v any) {
			d := f.dict(v)
			kind, _ := d["S"].(name)
			var n int
			if _, err := fmt.Sscanf(string(kind), "H%d", &n); err == nil {
				if n > level+1 {
					t.Errorf("H%d follows H%d", n, level)
				}
				level = n
			} else if !slices.Contains([]name{"Document", "P", "Figure", "Link", "Form"}, kind) {
				t.Errorf("structure type %q", kind)
			}
			for _, k := range f.array(d["K"]) {
				if _, ok := k.(ref); ok {
					down(k)
				}
			}
		}
		root := f.dict(f.catalog()["StructTreeRoot"])
		down(root["K"])
		if f.dict(root["K"])["S"] != name("Document") || level == 0 {
			t.Error("no document with a heading")
		}
	})
}

// TestFontPrograms holds ISO 19005-3, 6.2.11, and ISO 14289-1, 7.21: every width
// in a font dictionary is the font program's own, to a thousandth, every code has
// its glyph there, and the map from codes to glyphs is written down.
func TestFontPrograms(t *testing.T) {
	everyKind(t, func(t *testing.T, f file) {
		for n, o := range f.objects {
			d, _ := o.(dict)
			if d["Subtype"] != name("CIDFontType2") {
				continue
			}
			info, desc := f.dict(d["CIDSystemInfo"]), f.dict(d["FontDescriptor"])
			if d["CIDToGIDMap"] != name("Identity") || info["Registry"] != str("Adobe") || info["Ordering"] != str("Identity") ||
				desc["FontName"] != d["BaseFont"] || desc["Flags"] != 4.0 {
				t.Errorf("font %d: %v %v", n, d, desc)
			}
			for _, k := range []string{"FontBBox", "ItalicAngle", "Ascent", "Descent", "CapHeight", "StemV", "FontFile2"} {
				if desc[k] == nil {
					t.Errorf("font %d has no %s", n, k)
				}
			}
			program, _ := f.get(desc["FontFile2"]).(stream)
			w := f.array(d["W"])
			checkWidths(t, tablesOf(t, program.data), f.array(w[1]))
		}
	})
}

// tablesOf are a TrueType program's tables, which a CIDFontType2 must have.
func tablesOf(t *testing.T, program []byte) map[string][]byte {
	t.Helper()
	tables := map[string][]byte{}
	for i := range int(binary.BigEndian.Uint16(program[4:])) {
		e := program[12+16*i:]
		from, length := binary.BigEndian.Uint32(e[8:]), binary.BigEndian.Uint32(e[12:])
		tables[string(e[:4])] = program[from : from+length]
	}
	for _, tag := range []string{"glyf", "head", "hhea", "hmtx", "loca", "maxp"} {
		if tables[tag] == nil {
			t.Fatalf("the font program has no %s", tag)
		}
	}
	return tables
}

func checkWidths(t *testing.T, tables map[string][]byte, widths []any) {
	t.Helper()
	em := float64(binary.BigEndian.Uint16(tables["head"][18:]))
	if n := int(binary.BigEndian.Uint16(tables["maxp"][4:])); len(widths) > n || len(tables["loca"]) != 4*(n+1) {
		t.Fatalf("%d widths, %d glyphs", len(widths), n)
	}
	for gid, v := range widths {
		said, _ := v.(float64)
		has := float64(binary.BigEndian.Uint16(tables["hmtx"][4*gid:])) * 1000 / em
		if said-has > 1 || has-said > 1 {
			t.Errorf("glyph %d is %g wide, not %g", gid, has, said)
		}
	}
}
