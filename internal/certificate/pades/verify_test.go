package pades_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/certificate/pades"
	"github.com/atmacena/cocare/internal/certificate/pdf"
	"github.com/atmacena/cocare/internal/certificate/pdfread"
)

func TestSound(t *testing.T) {
	id := identity(t)
	file := signed(t, id)
	r := pades.Verify(file)
	if r.Verdict != pades.Sound || r.Signed != len(file) || !r.SignedAt.Equal(now) || r.Name != provider || r.Reason != "Certificate issued" {
		t.Fatalf("%+v", r)
	}
	if !r.Leaf().Equal(id.Chain[0]) || !r.Root().Equal(id.Chain[1]) || len(pades.Fingerprint(r.Root())) != 64 {
		t.Error("not the chain that signed")
	}
	if !r.SignedBy(id.Chain[1]) || !r.SignedBy(identity(t).Chain[1], id.Chain[1]) {
		t.Error("the signer's root is not recognized")
	}
	if r.SignedBy(identity(t).Chain[1]) || r.SignedBy() {
		t.Error("somebody else's root is taken for the signer's")
	}
	if key := pades.KeyID(id.Key.Public()); !r.SignedWith("", key) || r.SignedWith(pades.KeyID(newKey(t).Public()), "") || (pades.Report{Verdict: pades.Sound}).SignedWith("") {
		t.Error("its key is not told from others")
	}
	if r.Expired(now.AddDate(10, 0, 0)) || !r.Expired(now.AddDate(21, 0, 0)) {
		t.Error("the certificate does not last for its twenty years")
	}
	if !bytes.Equal(file, signed(t, id)) {
		t.Error("the same certificate, signed twice, is two files")
	}
}

func TestAttachments(t *testing.T) {
	file := signed(t, identity(t))
	got, err := attachments(file)
	if err != nil || len(got) != 1 {
		t.Fatal(got, err)
	}
	if again, err := pades.Verify(file).Attachments(); err != nil || !reflect.DeepEqual(again, got) {
		t.Errorf("the report has %v, %v", again, err)
	}
	a := got[0]
	if a.Name != "credential.json" || a.Description != "The same facts as a verifiable credential" || a.MediaType != "application/vc+ld+json" ||
		a.Relationship != "Data" || string(a.Data) != credential || !a.ModifiedAt.Equal(now) {
		t.Errorf("%+v", a)
	}
	if got, err := attachments(render(t, facts("Anna Nowak"), pdf.Options{})); err != nil || len(got) != 0 {
		t.Errorf("a file without attachments has %v, %v", got, err)
	}
	if _, err := attachments([]byte("hello")); err == nil {
		t.Error("a text has attachments")
	}
}

// replaced changes old into as many other bytes, once.
func replaced(t *testing.T, file []byte, old, other string) []byte {
	t.Helper()
	if len(old) != len(other) || !bytes.Contains(file, []byte(old)) {
		t.Fatalf("cannot put %q for %q", other, old)
	}
	return bytes.Replace(file, []byte(old), []byte(other), 1)
}

// hole returns where the signature stands in a file, its brackets included.
func hole(t testing.TB, file []byte) (from, to int) {
	t.Helper()
	from = bytes.Index(file, []byte("/Contents <")) + len("/Contents ")
	to = from + bytes.IndexByte(file[from:], '>') + 1
	if from < 20 || to <= from {
		t.Fatal("the file has no signature")
	}
	return from, to
}

// withSignature puts the signature of other, which has the same room, into file.
func withSignature(t *testing.T, file, other []byte) []byte {
	t.Helper()
	from, to := hole(t, other)
	at, end := hole(t, file)
	if to-from != end-at {
		t.Fatal("the signatures have different room")
	}
	out := bytes.Clone(file)
	copy(out[at:], other[from:to])
	return out
}

// updated appends an incremental update that changes the first object.
func updated(file []byte, prev bool) []byte {
	at := len(file)
	file = append(bytes.Clone(file), "1 0 obj\n<</Type /Catalog>>\nendobj\n"...)
	table := len(file)
	file = fmt.Appendf(file, "xref\n1 1\n%010d 00000 n \ntrailer\n<<", at)
	if prev {
		file = fmt.Appendf(file, "/Prev %d ", 1)
	}
	return fmt.Appendf(file, "/Root 1 0 R /Size 2>>\nstartxref\n%d\n%%%%EOF\n", table)
}

func TestTampered(t *testing.T) {
	id := identity(t)
	file := signed(t, id)
	o := unsigned(strings.ReplaceAll(credential, "1.75", "9.75"))
	o.Signature = signature(id)
	swapped := render(t, facts("Anna Nowak"), o)
	o = unsigned(credential)
	bare := render(t, facts("Anna Nowak"), o)
	o.Signature = signature(id)
	other := render(t, facts("Anna Novak"), o)
	from, to := hole(t, file)
	stream := bytes.Index(file, []byte("stream\n")) + 20
	ranges := fmt.Sprintf("[0 %d %d %d", from, to, len(file)-to)

	for name, c := range map[string]struct {
		file []byte
		want pades.Verdict
	}{
		"nothing":                    {nil, pades.NotPDF},
		"a text":                     {[]byte("%PDX-1.7 but no"), pades.NotPDF},
		"text changed in a stream":   {replaced(t, file, string(file[stream:stream+2]), string([]byte{file[stream] ^ 1, file[stream+1]})), pades.Altered},
		"text changed in the title":  {replaced(t, file, "Antipsychotics", "Antidepressant"), pades.Altered},
		"never signed":               {bare, pades.Unsigned},
		"signature emptied":          {join(file[:from+1], bytes.Repeat([]byte{'0'}, to-from-2), file[to-1:]), pades.Unsigned},
		"field cut out":              {replaced(t, file, "/AcroForm ", "/AcroFrom "), pades.Unsigned},
		"value cut out":              {replaced(t, file, "/Annot /V ", "/Annot /W "), pades.Unsigned},
		"update appended":            {updated(file, true), pades.Appended},
		"update without a previous":  {updated(file, false), pades.Appended},
		"two updates":                {updated(updated(file, true), true), pades.Appended},
		"the same file again":        {join(file, file), pades.Appended},
		"a line end appended":        {append(bytes.Clone(file), '\n'), pades.Appended},
		"noise appended":             {append(bytes.Clone(file), bytes.Repeat([]byte("noise "), 10_000)...), pades.Appended},
		"update of an unsigned file": {updated(bare, true), pades.Unsigned},
		"something put before":       {join([]byte("\n"), file), pades.Unreadable},
		"attachment swapped":         {withSignature(t, swapped, file), pades.Altered},
		"another's signature":        {withSignature(t, file, other), pades.Altered},
		"signed ranges shortened":    {replaced(t, file, ranges, fmt.Sprintf("[0 %d %d %d", from, to, len(file)-to-1)), pades.Altered},
		"signed ranges begin later":  {replaced(t, file, ranges+" ", fmt.Sprintf("[10 %d %d %d", from, to, len(file)-to)), pades.Altered},
		"signed ranges leave a gap":  {replaced(t, file, ranges, fmt.Sprintf("[0 %d %d %d", from, to+1, len(file)-to)), pades.Altered},
		"signed ranges of one":       {replaced(t, file, ranges, "[0 "+strconv.Itoa(len(file))+strings.Repeat(" ", len(ranges)-3-len(strconv.Itoa(len(file))))), pades.Altered},
		"digits in capitals":         {join(file[:from], bytes.ToUpper(file[from:to]), file[to:]), pades.Unreadable},
		"other kind of signature":    {replaced(t, file, "/ETSI.CAdES.detached", "/adbe.pkcs7.detached"), pades.Unreadable},
		"table points elsewhere":     {replaced(t, file, "0000000015 00000 n", "0000000016 00000 n"), pades.Unreadable},
		"cut in the middle":          {file[:len(file)/2], pades.Unreadable},
		"last byte cut":              {file[:len(file)-1], pades.Unreadable},
		"huge":                       {append(bytes.Clone(file), make([]byte, pdfread.MaxFile)...), pades.Unreadable},
	} {
		t.Run(name, func(t *testing.T) {
			r := pades.Verify(c.file)
			if r.Verdict != c.want || r.Why == "" {
				t.Errorf("%s (%s), want %s", r.Verdict, r.Why, c.want)
			}
			if r.SignedBy(id.Chain[1]) != (c.want == pades.Appended) {
				t.Error("SignedBy vouches for it, or not for the bytes before")
			}
			if c.want == pades.Appended && r.Signed != len(file) {
				t.Errorf("the signature is about %d bytes, not %d", r.Signed, len(file))
			}
			if _, err := attachments(c.file); err == nil && c.want == pades.Appended {
				t.Error("attachments were read from a file of two revisions")
			}
			list, err := r.Attachments()
			if c.want != pades.Appended && err == nil || c.want == pades.Appended && (err != nil || string(list[0].Data) != credential) {
				t.Errorf("attachments %v, %v", list, err)
			}
		})
	}
}

// TestEveryByteCounts: no byte of the file can change unnoticed, also none of the
// signature itself, which the signature is not about.
func TestEveryByteCounts(t *testing.T) {
	file := signed(t, identity(t))
	from, to := hole(t, file)
	try := func(i int) {
		file[i] ^= 1
		if r := pades.Verify(file); r.Verdict == pades.Sound {
			t.Errorf("byte %d (%q) changed, and the file is sound", i, file[i])
		}
		file[i] ^= 1
	}
	for i := 0; i < len(file); i += 29 {
		try(i)
	}
	for i := from; i < to; i += 3 {
		try(i)
	}
	for n := 0; n < len(file); n += 101 {
		if r := pades.Verify(file[:n]); r.Verdict > pades.Unreadable {
			t.Errorf("cut to %d bytes it is %s", n, r.Verdict)
		}
	}
}

// TestForged: signatures that are whole in themselves and still prove nothing.
func TestForged(t *testing.T) {
	id := identity(t)
	signedBy := func(sign func(before, after []byte) ([]byte, error), at time.Time) []byte {
		o := pdf.Options{Signature: &pdf.Signature{Name: provider, Reason: "x", At: at, Size: id.Size() + 1000, Sign: sign}}
		return render(t, facts("Anna Nowak"), o)
	}
	change := func(old, other string) func(before, after []byte) ([]byte, error) {
		return func(before, after []byte) ([]byte, error) {
			i := bytes.Index(after, []byte(old))
			if i < 0 || len(old) != len(other) {
				t.Fatalf("no %q", old)
			}
			copy(after[i:], other)
			return id.Sign(before, after)
		}
	}
	// The attack that signing-certificate-v2 is made against: another
	// certificate of the same key is put in place of the signer's.
	twin := identityOf(t, id.Key)
	for !alike(twin, id) {
		twin = identityOf(t, id.Key)
	}
	substituted := func(before, after []byte) ([]byte, error) {
		cms, err := twin.Sign(before, after)
		for i, c := range twin.Chain {
			cms = bytes.ReplaceAll(cms, c.Raw, id.Chain[i].Raw)
		}
		return bytes.ReplaceAll(cms, twin.Chain[0].SerialNumber.Bytes(), id.Chain[0].SerialNumber.Bytes()), err
	}
	for name, file := range map[string][]byte{
		"changes allowed":   signedBy(change("/P 1 ", "/P 2 "), now),
		"no transform":      signedBy(change("/DocMDP", "/DocMDQ"), now),
		"before its time":   signedBy(id.Sign, now.AddDate(-1, 0, 0)),
		"after its time":    signedBy(id.Sign, now.AddDate(21, 0, 0)),
		"other certificate": signedBy(substituted, now),
		"no structure":      signedBy(func(_, _ []byte) ([]byte, error) { return []byte("hello"), nil }, now),
	} {
		r := pades.Verify(file)
		if r.Verdict != pades.Forged || r.Why == "" {
			t.Errorf("%s: %s (%s)", name, r.Verdict, r.Why)
		}
		if r.SignedBy(id.Chain[1]) || r.SignedWith(pades.KeyID(id.Key.Public())) {
			t.Errorf("%s: SignedBy or SignedWith vouches for it", name)
		}
	}
	r := pades.Verify(signedBy(identity(t).Sign, now))
	if r.Verdict != pades.Sound || r.SignedBy(id.Chain[1]) {
		t.Errorf("a stranger's signature: %+v", r)
	}
}

// alike reports whether the certificates of one can take the others' place.
func alike(a, b pades.Identity) bool {
	return len(a.Chain[0].Raw) == len(b.Chain[0].Raw) && len(a.Chain[1].Raw) == len(b.Chain[1].Raw) &&
		len(a.Chain[0].SerialNumber.Bytes()) == len(b.Chain[0].SerialNumber.Bytes())
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// attachments reads those of a file of ours, whoever signed it.
func attachments(file []byte) ([]pades.Attachment, error) {
	f, err := pdfread.Open(file)
	if err != nil {
		return nil, err
	}
	return f.Attachments()
}

// TestKept: what was signed in November 2026 stays what it is, whatever becomes of
// Sign. The keys are gone. Never make this file anew.
func TestKept(t *testing.T) {
	root, err := pades.ParseChain(contents(t, "testdata/root.pem"))
	if err != nil {
		t.Fatal(err)
	}
	r := pades.Verify(kept(t))
	if r.Verdict != pades.Sound || !r.SignedBy(root...) || !pades.MadeHere(root[0]) {
		t.Fatalf("%s (%s)", r.Verdict, r.Why)
	}
	if list, err := r.Attachments(); err != nil || string(list[0].Data) != credential {
		t.Errorf("%v, %v", list, err)
	}
}

// kept is a file that was signed in November 2026; it has few glyphs, since large
// ones are minimized for minutes.
func kept(t testing.TB) []byte {
	t.Helper()
	file, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(string(contents(t, "testdata/signed.pdf.base64")), "\n", ""))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// FuzzVerify: no bytes make it panic, and what it calls signed by the root of a
// kept file has that file's bytes, but for those of the signature.
func FuzzVerify(f *testing.F) {
	kept := kept(f)
	root, err := pades.ParseChain(contents(f, "testdata/root.pem"))
	if err != nil {
		f.Fatal(err)
	}
	from, to := hole(f, kept)
	f.Add(kept)
	f.Add(updated(kept, true))
	f.Add(kept[:len(kept)/2])
	f.Fuzz(func(t *testing.T, b []byte) {
		r := pades.Verify(b)
		list, err := r.Attachments()
		if r.Verdict < pades.Appended && (err == nil || list != nil) {
			t.Errorf("%s, but %v, %v", r.Verdict, list, err)
		}
		if !r.SignedBy(root...) {
			return
		}
		b = b[:r.Signed]
		if len(b) != len(kept) || !bytes.Equal(b[:from], kept[:from]) || !bytes.Equal(b[to:], kept[to:]) {
			t.Error("other bytes have the signature of the kept file")
		}
	})
}
