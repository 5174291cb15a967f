package credential_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/certificate/credential"
)

// TestIssuedIsGolden: the bytes themselves, so that no change of the format goes
// unseen. What was issued before must verify for years.
func TestIssuedIsGolden(t *testing.T) {
	c := issue(t, input(t), 1)
	golden(t, "credential.json", c.JSON)
	golden(t, "credential.jwt", []byte(c.JWT))
	if again := issue(t, input(t), 1); string(again.JSON) != string(c.JSON) || again.JWT != c.JWT {
		t.Error("equal input gave other bytes")
	}
}

func TestIssueRefusesWhatIsMissing(t *testing.T) {
	for name, change := range map[string]func(*credential.Input){
		"issuer":      func(in *credential.Input) { in.Issuer.Name = "" },
		"address":     func(in *credential.Input) { in.Issuer.BaseURL = "https://ce.example.org/path" },
		"number":      func(in *credential.Input) { in.Number = "" },
		"holder":      func(in *credential.Input) { in.HolderName = "" },
		"course":      func(in *credential.Input) { in.Course.ID = "" },
		"title":       func(in *credential.Input) { in.Course.Name = "" },
		"description": func(in *credential.Input) { in.Course.Description = "" },
		"criteria":    func(in *credential.Input) { in.Course.Criteria = "" },
		"facts":       func(in *credential.Input) { in.Facts = nil },
		"no JSON":     func(in *credential.Input) { in.Facts = json.RawMessage(`{"a":`) },
		"twice":       func(in *credential.Input) { in.Facts = json.RawMessage(`{"a":1,"a":2}`) },
		"log":         func(in *credential.Input) { in.Log.Checkpoint = nil },
		"time":        func(in *credential.Input) { in.IssuedAt = time.Time{} },
		"completion":  func(in *credential.Input) { in.CompletedAt = time.Time{} },
		"index":       func(in *credential.Input) { in.StatusIndex = -1 },
		"credit":      func(in *credential.Input) { in.Credit = -1 },
		"too long": func(in *credential.Input) {
			in.Facts = json.RawMessage(`"` + strings.Repeat("a", credential.MaxSize*3/4) + `"`)
		},
	} {
		in := input(t)
		change(&in)
		if c, err := credential.Issue(in, signer(t, 1)); err == nil {
			t.Errorf("%s: issued %s", name, c.JSON)
		}
	}
}

func TestNewKeyTakesEd25519Only(t *testing.T) {
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := credential.NewKey(other); err == nil {
		t.Error("a P-256 key was taken")
	}
	if _, err := credential.NewKey(nil); err == nil {
		t.Error("no key was taken")
	}
}

// TestCreditOnlyWhereThereIsSome: no accreditor's hours without an approval.
func TestCreditOnlyWhereThereIsSome(t *testing.T) {
	in := input(t)
	in.Credit = 0
	if c := issue(t, in, 1); strings.Contains(string(c.JSON), `"credits`) {
		t.Errorf("it speaks of credits: %s", c.JSON)
	}
	in.Credit = 150
	if c := issue(t, in, 1); !strings.Contains(string(c.JSON), `"creditsAvailable":1.5,`) || !strings.Contains(string(c.JSON), `"creditsEarned":1.5,`) {
		t.Errorf("no credits of 1.5: %s", c.JSON)
	}
}

func TestFactsHashIsOfTheCanonicalForm(t *testing.T) {
	a, err := credential.FactsHash(json.RawMessage(`{"b":1.0,"a":"\u00e9"}`))
	if err != nil {
		t.Fatal(err)
	}
	b, err := credential.FactsHash(json.RawMessage(" {\n\"a\": \"é\", \"b\": 1}"))
	if err != nil || a != b {
		t.Errorf("%x and %x, %v", a, b, err)
	}
	if _, err := credential.FactsHash(nil); err == nil {
		t.Error("no facts have a hash")
	}
}

func TestDIDWeb(t *testing.T) {
	for address, want := range map[string]string{
		"https://ce.example.org":     "did:web:ce.example.org",
		"http://127.0.0.1:8080":      "did:web:127.0.0.1%3A8080",
		"http://[::1]:8080":          "did:web:%5B%3A%3A1%5D%3A8080",
		"https://ce.example.org/":    "",
		"https://ce.example.org/sub": "",
		"ce.example.org":             "",
		"":                           "",
	} {
		got, err := credential.DIDWeb(address)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%s: %s, %v; want %s", address, got, err, want)
		}
	}
}

// TestDIDDocument: a key that is not trusted any more stays, and vouches for
// nothing.
func TestDIDDocument(t *testing.T) {
	raw, err := credential.DIDDocument("did:web:ce.example.org", []credential.PublicKey{
		{Public: public(1)}, {Public: public(2), NotTrustedAfter: new(issued)}})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "did.json", raw)
	var d struct {
		Methods []struct {
			ID      string `json:"id"`
			Revoked string `json:"revoked"`
		} `json:"verificationMethod"`
		Assertion []string `json:"assertionMethod"`
	}
	if err := json.Unmarshal(raw, &d); err != nil {
		t.Fatal(err)
	}
	if len(d.Methods) != 4 || len(d.Assertion) != 2 {
		t.Fatalf("%d methods, %d assert", len(d.Methods), len(d.Assertion))
	}
	for i, m := range d.Methods {
		if revoked := i >= 2; revoked != (m.Revoked != "") {
			t.Errorf("%s: revoked %q", m.ID, m.Revoked)
		}
	}
	if d.Assertion[0] != d.Methods[0].ID || d.Assertion[1] != d.Methods[1].ID {
		t.Errorf("%v assert", d.Assertion)
	}
}

// TestParseDIDDocument: who keeps the file verifies by it, without network.
func TestParseDIDDocument(t *testing.T) {
	const did = "did:web:ce.example.org"
	at := issued.Truncate(time.Second)
	raw, err := credential.DIDDocument(did, []credential.PublicKey{{Public: public(1)}, {Public: public(2), NotTrustedAfter: &at}})
	if err != nil {
		t.Fatal(err)
	}
	got, keys, err := credential.ParseDIDDocument(raw)
	if err != nil || got != did || len(keys) != 2 || !keys[0].Public.Equal(public(1)) || keys[0].NotTrustedAfter != nil ||
		!keys[1].Public.Equal(public(2)) || keys[1].NotTrustedAfter == nil || !keys[1].NotTrustedAfter.Equal(at) {
		t.Fatalf("%s, %+v, %v", got, keys, err)
	}
	if r := credential.Verify(issue(t, input(t), 1).JSON, credential.Options{Keys: keys, Now: now}); r.Verdict != credential.Trusted {
		t.Errorf("%s: %s", r.Verdict, r.Problem)
	}
	for name, change := range map[string][2]string{
		"cut short":        {`}`, ``},
		"a key twice":      {`"id":"did:web:ce.example.org",`, `"id":"did:web:ce.example.org","id":"did:web:evil.example",`},
		"another's keys":   {`"id":"did:web:ce.example.org",`, `"id":"did:web:evil.example",`},
		"no keys":          {`"verificationMethod"`, `"authentication"`},
		"a damaged key":    {`"publicKeyMultibase":"z6Mk`, `"publicKeyMultibase":"z6Mj`},
		"another kind":     {`"publicKeyMultibase":"z`, `"publicKeyMultibase":"u`},
		"revoked whenever": {`"revoked":"2026`, `"revoked":"x2026`},
		"too large":        {`{`, strings.Repeat(" ", credential.MaxSize) + `{`},
		"methods of text":  {`"verificationMethod":[`, `"verificationMethod":["x",`},
	} {
		if !strings.Contains(string(raw), change[0]) {
			t.Fatalf("%s: no %s in it", name, change[0])
		}
		if _, keys, err := credential.ParseDIDDocument([]byte(strings.Replace(string(raw), change[0], change[1], 1))); err == nil {
			t.Errorf("%s: %+v", name, keys)
		}
	}
	// A method that neither vouches nor is revoked does not count.
	_, keys, err = credential.ParseDIDDocument([]byte(strings.Replace(string(raw), `"assertionMethod":["did:web:ce.example.org#z6`, `"assertionMethod":["did:web:ce.example.org#z7`, 1)))
	if err != nil || len(keys) != 1 || keys[0].NotTrustedAfter == nil {
		t.Errorf("%+v, %v", keys, err)
	}
}
