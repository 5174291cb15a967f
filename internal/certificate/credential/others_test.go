package credential_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/certificate/credential"
	"github.com/atmacena/cocare/internal/testneed"
)

// ask lets verifiers that are not ours judge cases, by name.
func ask(t *testing.T, more, cases map[string]any) map[string]json.RawMessage {
	t.Helper()
	node := testneed.Command(t, testneed.Node, "node")
	npm := testneed.File(t, testneed.Node, "COCARE_TEST_NPM")
	script, err := os.ReadFile("testdata/verify.mjs")
	if err != nil {
		t.Fatal(err)
	}
	did, err := credential.DIDDocument("did:web:ce.example.org", []credential.PublicKey{{Public: public(1)}, {Public: public(4), NotTrustedAfter: &now}})
	if err != nil {
		t.Fatal(err)
	}
	in := map[string]any{"did": json.RawMessage(did), "now": now}
	var list []any
	for name, c := range cases {
		c.(map[string]any)["name"] = name
		list = append(list, c)
	}
	in["cases"] = list
	maps.Copy(in, more)
	stdin, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), node, "--input-type=module", "--eval", string(script)) //nolint:gosec // our own script
	cmd.Dir, cmd.Stdin = npm, bytes.NewReader(stdin)
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, complaints.String())
	}
	said := map[string]json.RawMessage{}
	if err := json.Unmarshal(out, &said); err != nil || len(said) != len(cases) {
		t.Fatalf("node says %s, %v", out, err)
	}
	return said
}

// judged asks, and compares what is said with the beginning that is wanted.
func judged(t *testing.T, more, cases map[string]any, want map[string]string) {
	t.Helper()
	said := ask(t, more, cases)
	for name := range cases {
		var got string
		if err := json.Unmarshal(said[name], &got); err != nil {
			t.Fatal(err)
		}
		if want[name] == "" || !strings.HasPrefix(got, want[name]) {
			t.Errorf("%s: %s, want %s", name, got, want[name])
		}
	}
}

func raw(c credential.Issued) json.RawMessage { return c.JSON }

func changed(t *testing.T, c credential.Issued, from, to string) json.RawMessage {
	t.Helper()
	if !strings.Contains(string(c.JSON), from) {
		t.Fatalf("no %q in it", from)
	}
	return json.RawMessage(strings.Replace(string(c.JSON), from, to, 1))
}

// present dates a list by the clock: Digital Bazaar's check of it has no other.
func present(in *credential.StatusInput) {
	in.ValidFrom, in.ValidUntil = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
}

// TestOthersVerify: the verifiers of Digital Bazaar and npm's jose accept what we
// issue. They refuse it after a byte changed, and after it was revoked.
func TestOthersVerify(t *testing.T) {
	c, l := issue(t, input(t), 1), list(t, 1, present, 40, 42)
	listed := list(t, 1, nil).JWT // jose judges at the tests' now, as the credential
	head, rest, _ := strings.Cut(c.JWT, ".")
	body, signature, _ := strings.Cut(rest, ".")
	payload, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil {
		t.Fatal(err)
	}
	forged := head + "." + base64.RawURLEncoding.EncodeToString(bytes.Replace(payload, []byte("175"), []byte("176"), 1)) + "." + signature
	vc := func(credential, list json.RawMessage) map[string]any {
		return map[string]any{"judge": "vc", "credential": credential, "list": list}
	}
	jwt := func(token string) map[string]any { return map[string]any{"judge": "jwt", "token": token} }
	judged(t, nil, map[string]any{
		"as issued":            vc(raw(c), raw(l)),
		"a name changed":       vc(changed(t, c, "Øvergård & Søn", "Øvergård & Sön"), raw(l)),
		"a fact changed":       vc(changed(t, c, `"centihours":175`, `"centihours":176`), raw(l)),
		"a term changed":       vc(changed(t, c, `.md#facts"`, `.md#fasts"`), raw(l)),
		"the proof changed":    vc(changed(t, c, `"created":"2026-11-28`, `"created":"2026-11-27`), raw(l)),
		"revoked":              vc(raw(c), raw(list(t, 1, present, 41))),
		"the list changed":     vc(raw(c), changed(t, list(t, 1, present, 41), `"ttl":300000`, `"ttl":300001`)),
		"another's list":       vc(raw(c), raw(list(t, 3, present))),
		"by a stranger":        vc(raw(issue(t, input(t), 3)), raw(l)),
		"by a distrusted key":  vc(raw(issue(t, input(t), 4)), raw(l)),
		"token":                jwt(c.JWT),
		"token changed":        jwt(forged),
		"token by a stranger":  jwt(issue(t, input(t), 3).JWT),
		"token by a lost key":  jwt(issue(t, input(t), 4).JWT),
		"list's token":         jwt(listed),
		"list's token changed": jwt(listed[:len(listed)-9] + "A" + listed[len(listed)-8:]),
	}, map[string]string{
		"as issued": "good", "token": "good", "list's token": "good",
		"a name changed": "bad: Invalid signature", "a fact changed": "bad: Invalid signature", "a term changed": "bad: Invalid signature",
		"the proof changed": "bad: Invalid signature", "revoked": "bad: revoked", "the list changed": "bad: \"BitstringStatusListCredential\" not verified",
		"another's list": "bad: \"BitstringStatusListCredential\" not verified", "by a stranger": "bad: ", "by a distrusted key": "bad: ",
		"token changed": "bad: ERR_JWS_SIGNATURE_VERIFICATION_FAILED", "token by a stranger": "bad: no such key",
		"token by a lost key": "bad: no such key", "list's token changed": "bad: ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
	})
}

// TestEveryTermIsDefined: expanded in safe mode, what no context defines is an
// error, and nothing of the credential is lost.
func TestEveryTermIsDefined(t *testing.T) {
	c := issue(t, input(t), 1)
	judged(t, nil, map[string]any{
		"credential": map[string]any{"judge": "terms", "credential": raw(c)},
		"list":       map[string]any{"judge": "terms", "credential": raw(list(t, 1, nil))},
		"a new term": map[string]any{"judge": "terms", "credential": changed(t, c, `"name":"Pain`, `"surprise":1,"name":"Pain`)},
	}, map[string]string{
		"credential": "good: @id @type facts transparencylog name proof credentialStatus credentialSubject issuer validFrom",
		"list":       "good: @id @type proof credentialSubject issuer validFrom validUntil",
		"a new term": "bad: invalid property",
	})
}

// TestOthersSignAlike: they sign a document with all that is hard to write in one
// way only. We come to the same bytes.
func TestOthersSignAlike(t *testing.T) {
	in := input(t)
	in.Facts = json.RawMessage(`{"\u20ac":1e21,"\r":-0.0,"\ud83d\ude00":0.1,"\ufb33":1e-7,"1":100000000000000000000,"\u0080":"\u2028\u007f<&>\u001f\"\\/","a":[],"b":{}, "":null}`)
	in.Log = logged(t, string(in.Facts))
	c := issue(t, in, 1)
	var plain map[string]json.RawMessage
	if err := json.Unmarshal(c.JSON, &plain); err != nil {
		t.Fatal(err)
	}
	var ours []map[string]string
	if err := json.Unmarshal(plain["proof"], &ours); err != nil {
		t.Fatal(err)
	}
	delete(plain, "proof")
	pair := map[string]any{"id": ours[0]["verificationMethod"], "controller": "did:web:ce.example.org", "type": "Multikey",
		"publicKeyMultibase": credential.Multibase(public(1)),
		"secretKeyMultibase": "z" + credential.Base58(append([]byte{0x80, 0x26}, key(1)...))}
	said := ask(t, nil, map[string]any{"theirs": map[string]any{"judge": "sign", "credential": plain, "key": pair}})
	var theirs struct {
		Proof map[string]json.RawMessage `json:"proof"`
	}
	if err := json.Unmarshal(said["theirs"], &theirs); err != nil {
		t.Fatal(err)
	}
	if !credential.VerifyProof(t, plain, theirs.Proof, public(1)) {
		t.Errorf("their proof does not verify: %s", said["theirs"])
	}
	theirs.Proof["created"] = json.RawMessage(`"2026-01-01T00:00:00Z"`)
	if credential.VerifyProof(t, plain, theirs.Proof, public(1)) {
		t.Error("their proof verifies whatever it says")
	}
}

// TestOthersListsAreRead: bits lie where others put them.
func TestOthersListsAreRead(t *testing.T) {
	bits := []int64{0, 1, 7, 8, 41, credential.StatusSize - 1}
	said := ask(t, nil, map[string]any{"list": map[string]any{"judge": "encode", "size": credential.StatusSize, "bits": bits}})
	var text string
	if err := json.Unmarshal(said["list"], &text); err != nil {
		t.Fatal(err)
	}
	theirs, err := credential.DecodeStatusList(text)
	if err != nil {
		t.Fatal(err)
	}
	ours := &credential.StatusList{}
	for _, bit := range bits {
		if err := ours.Set(bit, true); err != nil {
			t.Fatal(err)
		}
	}
	if *ours != *theirs {
		t.Error("their list is another")
	}
}
