package pdf_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/certificate/pdf"
)

var signedAt = time.Date(2026, 11, 5, 9, 30, 0, 0, time.FixedZone("", -8*3600))

func attachment(name, data string) pdf.Attachment {
	return pdf.Attachment{
		Name: name, Description: "The same facts, für Maschinen", MediaType: "application/vc+ld+json",
		Relationship: pdf.Data, Data: []byte(data), ModifiedAt: signedAt,
	}
}

func options() pdf.Options {
	return pdf.Options{
		Attachments: []pdf.Attachment{attachment("credential.json", "{}"), attachment("awards.jwt", strings.Repeat("e30.", 5000))},
		Signature: &pdf.Signature{
			Name: "Institute (Berlin)", Reason: "Certificate issued > here", At: signedAt, Size: 1000,
			Sign: func(before, after []byte) ([]byte, error) {
				return fmt.Appendf(nil, "%d+%d", len(before), len(after)), nil
			},
		},
	}
}

// complete is a certificate with attachments and a signature.
func complete(t testing.TB, f pdf.Facts) []byte {
	t.Helper()
	b, err := pdf.Render(f, options())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestAttachments holds ISO 19005-3, 6.8 and annex E, and ISO 14289-1, 7.11.
func TestAttachments(t *testing.T) {
	f := read(t, complete(t, sample("Anna Nowak")))
	tree := f.array(f.dict(f.dict(f.catalog()["Names"])["EmbeddedFiles"])["Names"])
	if len(tree) != 4 || tree[0] != str("awards.jwt") || tree[2] != str("credential.json") {
		t.Fatalf("the name tree is %v", tree)
	}
	associated := f.array(f.catalog()["AF"])
	if len(associated) != 2 || associated[0] != tree[3] || associated[1] != tree[1] {
		t.Errorf("associated are %v, embedded %v", associated, tree)
	}
	for i, want := range map[int]string{1: strings.Repeat("e30.", 5000), 3: "{}"} {
		spec := f.dict(tree[i])
		if spec["Type"] != name("Filespec") || spec["F"] != tree[i-1] || spec["UF"] != tree[i-1] || spec["AFRelationship"] != name("Data") {
			t.Errorf("file specification %v", spec)
		}
		if want := "\xfe\xff" + utf16be("The same facts, für Maschinen"); spec["Desc"] != str(want) {
			t.Errorf("described as %q", spec["Desc"])
		}
		ef := f.dict(spec["EF"])
		s, _ := f.get(ef["F"]).(stream)
		if ef["F"] != ef["UF"] || string(s.data) != want || s.dict["Type"] != name("EmbeddedFile") {
			t.Errorf("%v holds %d bytes, %v", tree[i-1], len(s.data), s.dict)
		}
		// A media type's slash is escaped in a name.
		if s.dict["Subtype"] != name("application#2fvc+ld+json") {
			t.Errorf("media type %v", s.dict["Subtype"])
		}
		params := f.dict(s.dict["Params"])
		if params["Size"] != float64(len(want)) || params["ModDate"] != str("D:20261105173000+00'00'") {
			t.Errorf("parameters %v", params)
		}
	}
	bare := read(t, render(t, sample("Anna Nowak"))).catalog()
	for _, k := range []string{"AF", "Names", "AcroForm", "Perms"} {
		if bare[k] != nil {
			t.Errorf("a bare certificate has %s", k)
		}
	}
}

func TestAttachRefuses(t *testing.T) {
	for what, change := range map[string]func(*pdf.Attachment){
		"no name":         func(a *pdf.Attachment) { a.Name = "" },
		"a path":          func(a *pdf.Attachment) { a.Name = "../x.json" },
		"a long name":     func(a *pdf.Attachment) { a.Name = strings.Repeat("x", 101) },
		"a foreign name":  func(a *pdf.Attachment) { a.Name = "zeugnis-größe.json" },
		"no media type":   func(a *pdf.Attachment) { a.MediaType = "json" },
		"no description":  func(a *pdf.Attachment) { a.Description = "" },
		"no date":         func(a *pdf.Attachment) { a.ModifiedAt = time.Time{} },
		"no relationship": func(a *pdf.Attachment) { a.Relationship = "" },
		"the same again":  func(a *pdf.Attachment) { a.Name = "credential.json" },
	} {
		o := options()
		o.Attachments = slices.Clone(o.Attachments)
		change(&o.Attachments[1])
		if _, err := pdf.Render(sample("Anna Nowak"), o); err == nil {
			t.Errorf("%s was taken", what)
		}
	}
}

// TestSignature holds ISO 32000-1, 12.8, ETSI EN 319 142-1 and ISO 19005-3, 6.1.12
// and 6.4: one signature that covers all but itself and allows no change.
func TestSignature(t *testing.T) {
	b := complete(t, crowded(3))
	f := read(t, b)
	form := f.dict(f.catalog()["AcroForm"])
	fields := f.array(form["Fields"])
	if len(fields) != 1 || form["SigFlags"] != 3.0 || len(form) != 2 {
		t.Fatalf("form %v", form)
	}
	field := f.dict(fields[0])
	if field["FT"] != name("Sig") || field["T"] != str("Signature") || field["TU"] != str("Digital signature of Institute (Berlin)") {
		t.Errorf("field %v", field)
	}
	sig := f.dict(field["V"])
	if sig["Filter"] != name("Adobe.PPKLite") || sig["SubFilter"] != name("ETSI.CAdES.detached") || sig["Cert"] != nil ||
		sig["M"] != str("D:20261105173000+00'00'") || sig["Name"] != str("Institute (Berlin)") || sig["Reason"] != str("Certificate issued > here") {
		t.Errorf("signature %v", sig)
	}
	var r [4]int
	for i, v := range f.array(sig["ByteRange"]) {
		n, _ := v.(float64)
		r[i] = int(n)
	}
	before, hole, after := b[:r[1]], b[r[1]:r[2]], b[r[2]:]
	if r[0] != 0 || r[2]+r[3] != len(b) || len(hole) != 2002 || !regexp.MustCompile(`^<[0-9a-f]*>$`).Match(hole) || !strings.HasSuffix(string(before), "/Contents ") {
		t.Fatalf("ranges %v of %d bytes", r, len(b))
	}
	want := fmt.Sprintf("%d+%d", len(before), len(after))
	if got, _ := sig["Contents"].(str); strings.TrimRight(string(got), "\x00") != want {
		t.Errorf("signed was %q, not %q", got, want)
	}
	perms := f.dict(f.catalog()["Perms"])
	if len(perms) != 1 || perms["DocMDP"] != field["V"] {
		t.Errorf("permissions %v", perms)
	}
	refs := f.array(sig["Reference"])
	reference := f.dict(refs[0])
	params := f.dict(reference["TransformParams"])
	if len(refs) != 1 || len(reference) != 3 || reference["TransformMethod"] != name("DocMDP") || params["P"] != 1.0 || params["V"] != name("1.2") {
		t.Errorf("reference %v", reference)
	}
	if string(b) != string(complete(t, crowded(3))) {
		t.Error("two renderings differ")
	}
}

func TestSignRefuses(t *testing.T) {
	for what, change := range map[string]func(*pdf.Signature){
		"no name":                   func(s *pdf.Signature) { s.Name = "" },
		"no reason":                 func(s *pdf.Signature) { s.Reason = "" },
		"no time":                   func(s *pdf.Signature) { s.At = time.Time{} },
		"nobody to sign":            func(s *pdf.Signature) { s.Sign = nil },
		"no room":                   func(s *pdf.Signature) { s.Size = 0 },
		"more room than PDF/A has":  func(s *pdf.Signature) { s.Size = pdf.MaxSignature + 1 },
		"a signature of no bytes":   func(s *pdf.Signature) { s.Sign = func(_, _ []byte) ([]byte, error) { return nil, nil } },
		"a signature that is large": func(s *pdf.Signature) { s.Size = 3 },
	} {
		o := options()
		change(o.Signature)
		if _, err := pdf.Render(sample("Anna Nowak"), o); err == nil {
			t.Errorf("%s was taken", what)
		}
	}
	d, p := document()
	if err := d.Sign(p, *options().Signature); err != nil {
		t.Fatal(err)
	}
	if err := d.Sign(p, *options().Signature); err == nil {
		t.Error("a document was signed twice")
	}
}
