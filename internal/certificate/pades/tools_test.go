package pades_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/certificate/pades"
	"github.com/atmacena/cocare/internal/testneed"
)

// tool runs a program and returns all that it says.
func tool(t *testing.T, program string, args ...string) string {
	t.Helper()
	testneed.Command(t, testneed.PDF, program)
	out, err := exec.Command(program, args...).CombinedOutput() // #nosec G204 -- the tests' own arguments
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", program, args, err, out)
	}
	return string(out)
}

// current is an identity of now: the tools read the machine's clock.
func current(t *testing.T) pades.Identity {
	t.Helper()
	id, err := pades.NewIdentity(newKey(t), provider, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// identities has one of each kind of key.
func identities(t *testing.T) map[string]pades.Identity {
	t.Helper()
	out := map[string]pades.Identity{"P-256": current(t)}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if out["RSA"], err = pades.NewIdentity(rsaKey, provider, time.Now()); err != nil {
		t.Fatal(err)
	}
	if out["P-384"], err = pades.NewIdentity(p384, provider, time.Now()); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestPDFSig: poppler finds the signature valid, trusts it if it is told to, and
// sees what was done to a file.
func TestPDFSig(t *testing.T) {
	for name, id := range identities(t) {
		t.Run(name, func(t *testing.T) {
			file := signed(t, id)
			path := write(t, "signed.pdf", file)
			strangers := trusting(t)
			out := tool(t, "pdfsig", "-nssdir", strangers, path)
			for _, want := range []string{
				"Signature is Valid.", "Total document signed", "Signature Type: ETSI.CAdES.detached",
				"Signer Certificate Common Name: " + provider, "Certificate issuer isn't Trusted.",
			} {
				if !strings.Contains(out, want) {
					t.Errorf("%q is not in\n%s", want, out)
				}
			}
			friends := trusting(t, id.Chain[1])
			if out := tool(t, "pdfsig", "-nssdir", friends, path); !strings.Contains(out, "Certificate is Trusted.") {
				t.Error(out)
			}
			path = write(t, "altered.pdf", replaced(t, file, "Antipsychotics", "Antidepressant"))
			if out := tool(t, "pdfsig", "-nssdir", friends, path); !strings.Contains(out, "Digest Mismatch") {
				t.Error(out)
			}
		})
	}
}

// trusting makes an NSS database that trusts roots.
func trusting(t *testing.T, roots ...*x509.Certificate) string {
	t.Helper()
	dir := t.TempDir()
	tool(t, "certutil", "-N", "-d", dir, "--empty-password")
	for _, c := range roots {
		path := write(t, "root.pem", pades.EncodeChain([]*x509.Certificate{c}))
		tool(t, "certutil", "-A", "-d", dir, "-n", c.Subject.CommonName, "-t", ",C,", "-i", path)
	}
	return dir
}

func TestOpenSSL(t *testing.T) {
	for name, id := range identities(t) {
		t.Run(name, func(t *testing.T) {
			file := signed(t, id)
			from, to := hole(t, file)
			der, err := hex.DecodeString(string(file[from+1 : to-1]))
			if err != nil {
				t.Fatal(err)
			}
			cms := write(t, "signature.der", der)
			content := write(t, "content", join(file[:from], file[to:]))
			root := write(t, "root.pem", pades.EncodeChain(id.Chain[1:]))
			leaf := write(t, "leaf.pem", pades.EncodeChain(id.Chain[:1]))
			tool(t, "openssl", "verify", "-x509_strict", "-CAfile", root, leaf)
			out := tool(t, "openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", cms, "-content", content,
				"-CAfile", root, "-out", filepath.Join(t.TempDir(), "out"))
			if !strings.Contains(out, "CAdES Verification successful") {
				t.Error(out)
			}
		})
	}
}

// TestOpenSSLKeyFile: what an operator makes with OpenSSL is read.
func TestOpenSSLKeyFile(t *testing.T) {
	dir := t.TempDir()
	key, cert, file := filepath.Join(dir, "key.pem"), filepath.Join(dir, "cert.pem"), filepath.Join(dir, "id.p12")
	tool(t, "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
		"-subj", "/CN=Institute/O=Institute", "-keyout", key, "-out", cert)
	for _, legacy := range []bool{false, true} {
		args := []string{"pkcs12", "-export", "-inkey", key, "-in", cert, "-passout", "pass:secret", "-out", file}
		if legacy {
			args = append(args, "-legacy")
		}
		tool(t, "openssl", args...)
		id, err := pades.LoadIdentity(contents(t, file), "secret", time.Now())
		if err != nil {
			t.Fatalf("legacy %v: %v", legacy, err)
		}
		path := write(t, "signed.pdf", signed(t, id))
		if out := tool(t, "pdfsig", "-nssdir", trusting(t), path); !strings.Contains(out, "Signature is Valid.") {
			t.Error(out)
		}
	}
	if _, err := pades.LoadIdentity(join(contents(t, key), contents(t, cert)), "", time.Now()); err != nil {
		t.Error(err)
	}
}

func TestReaders(t *testing.T) {
	path := write(t, "signed.pdf", signed(t, identity(t)))
	if out := tool(t, "qpdf", "--check", path); !strings.Contains(out, "No syntax or stream encoding errors found") {
		t.Error(out)
	}
	if out := tool(t, "qpdf", "--list-attachments", path); !strings.HasPrefix(out, "credential.json ") {
		t.Error(out)
	}
	if out := tool(t, "pdfdetach", "-list", path); !strings.Contains(out, "1 embedded files") || !strings.Contains(out, "1: credential.json") {
		t.Error(out)
	}
	saved := filepath.Join(t.TempDir(), "out.json")
	tool(t, "pdfdetach", "-save", "1", "-o", saved, path)
	if got := string(contents(t, saved)); got != credential {
		t.Errorf("the attachment says %q", got)
	}
	if out := tool(t, "pdfinfo", "-struct", path); !strings.Contains(out, "\n  Form\n    Object ") {
		t.Errorf("no form element in\n%s", out)
	}
}
