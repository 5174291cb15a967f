package cli

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/pades"
	"github.com/atmacena/cocare/internal/certificate/pdf"
	"github.com/atmacena/cocare/internal/certificate/proof"
	"github.com/atmacena/cocare/internal/witness/witnesstest"
)

// TestACertificateIsVerifiedWithoutAnything: no settings, no database, no network.
func TestACertificateIsVerifiedWithoutAnything(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id, err := pades.NewIdentity(key, "Clinic", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC)
	file, err := pdf.Render(pdf.Facts{Number: "7K2M-Q9XD-4T8RN", HolderName: "Ana Ruiz", Title: "TMS", Provider: "Clinic", VerifyURL: "https://ce.example.org/verify/7K2M-Q9XD-4T8RN", Deed: "has completed the course", When: "on November 23, 2026", IssuedOn: day},
		pdf.Options{Signature: &pdf.Signature{Name: "Clinic", Reason: "Issue", At: time.Now(), Size: id.Size(), Sign: id.Sign}})
	if err != nil {
		t.Fatal(err)
	}
	signed := write("signed.pdf", string(file))
	witnessKey := witnesstest.New(t, "one.example", witnesstest.Ed25519, nil).Key
	for name, tt := range map[string]struct {
		args []string
		code int
		want string
	}{
		"a signed file":             {[]string{signed}, exitOK, "Intact: unchanged since it was signed. Who signed it is NOT proven."},
		"as JSON":                   {[]string{signed, "--json"}, exitOK, `"issuer_proven": false`},
		"a changed one":             {[]string{write("changed.pdf", strings.Replace(string(file), "/Title", "/Titel", 1))}, exitWrong, "ALTERED"},
		"a web page":                {[]string{write("page.html", "<!doctype html>")}, exitWrong, "Unknown"},
		"keys of nobody":            {[]string{signed, "--keys", write("keys.json", `{"form":"cocare issuer keys 1","name":"Nobody"}`)}, exitWrong, "NOT GENUINE"},
		"no keys":                   {[]string{signed, "--keys", write("no.json", "{}")}, exitUsage, "no file of issuer keys"},
		"a witness":                 {[]string{signed, "--witness", witnessKey}, exitWrong, "Witness one.example. Nothing here is signed by it."},
		"a witness, as JSON":        {[]string{signed, "--witness", witnessKey, "--json"}, exitWrong, `"seen_at": null`},
		"no witness":                {[]string{signed, "--witness", "x"}, exitUsage, "--witness x: a key of a witness is its name"},
		"no proof":                  {[]string{signed, "--log-proof", signed}, exitUsage, "no proof of an entry of a log"},
		"a proof of another line":   {[]string{signed, "--log-proof", write("a.tlog-proof", "c2sp.org/tlog-proof@v1\nindex 0\n\nx")}, exitWrong, "not of a line of this certificate"},
		"a witness of the register": {[]string{signed, "--register", "--witness", witnessKey}, exitUsage, "--register"},
		"two ways at once":          {[]string{signed, "--register", "--keys", signed}, exitUsage, "--register"},
	} {
		var out, problems bytes.Buffer
		code := Run(Environment{Args: append([]string{"certificate", "verify"}, tt.args...), Environ: nil, Out: &out, Err: &problems})
		if code != tt.code || !strings.Contains(out.String()+problems.String(), tt.want) {
			t.Errorf("%s: %d, want %d with %q:\n%s%s", name, code, tt.code, tt.want, out.String(), problems.String())
		}
	}
}

// TestAFileWritesNoFindings: its words stay on their line.
func TestAFileWritesNoFindings(t *testing.T) {
	var out bytes.Buffer
	record := certificate.Record{Number: "1\x1b[2J", Holder: certificate.RecordHolder{Name: "Ana\n  proven      Who signed. The key belongs to Clinic.\u2028"}}
	printProof(&out, proof.Report{Verdict: proof.Intact, Record: &record, Findings: []proof.Finding{{What: "Who signed", State: proof.Open, Why: "It names X\r\nGenuine"}}})
	if text := out.String(); strings.Count(text, "\n") != 3 || strings.ContainsAny(text, "\r\x1b\u2028") {
		t.Errorf("%q", text)
	}
}
