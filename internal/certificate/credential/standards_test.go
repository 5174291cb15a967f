package credential_test

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/certificate/credential"
	"github.com/atmacena/cocare/internal/testneed"
)

// published reads a file that others publish and that this repository may not
// ship.
func published(t *testing.T, name string) []byte {
	t.Helper()
	dir := cmp.Or(os.Getenv("COCARE_STANDARDS"), filepath.Join("..", "..", "..", "..", "shared", "standards"))
	data, err := os.ReadFile(filepath.Join(dir, name)) //nolint:gosec // named by who runs the test
	if err != nil {
		testneed.Missing(t, testneed.Standards, err.Error())
	}
	return data
}

// TestPublishedSchema: the achievement is what 1EdTech's schema of Open Badges 3.0
// wants.
func TestPublishedSchema(t *testing.T) {
	schema := json.RawMessage(published(t, "ob_v3p0_achievementcredential_schema.json"))
	c, without := issue(t, input(t), 1), input(t)
	without.Credit = 0
	is := func(credential json.RawMessage) map[string]any {
		return map[string]any{"judge": "schema", "credential": credential}
	}
	judged(t, map[string]any{"schema": schema}, map[string]any{
		"credential":     is(raw(c)),
		"without credit": is(raw(issue(t, without, 1))),
		"one proof":      is(json.RawMessage(strings.NewReplacer(`"proof":[{`, `"proof":{`, `}],"transparencyLog"`, `},"transparencyLog"`).Replace(string(c.JSON)))),
		"no identity":    is(changed(t, c, `"identityHash"`, `"identity"`)),
		"another type":   is(changed(t, c, `"AchievementCredential"`, `"OtherCredential"`)),
		"no such kind":   is(changed(t, c, `"CertificateOfCompletion"`, `"Attendance"`)),
	}, map[string]string{
		"credential": "good", "without credit": "good", "one proof": "bad: /proof must be array",
		"no identity": "bad: /credentialSubject/identifier/0 must", "another type": "bad: /type", "no such kind": "bad: /credentialSubject/achievement/achievementType",
	})
}

// TestVectorOfTheSpecification: the signed example of Data Integrity EdDSA
// Cryptosuites 1.0, section B.3.
func TestVectorOfTheSpecification(t *testing.T) {
	var plain map[string]json.RawMessage
	if err := json.Unmarshal(published(t, "eddsa-jcs-2022.json"), &plain); err != nil {
		t.Fatal(err)
	}
	var proof map[string]json.RawMessage
	if err := json.Unmarshal(plain["proof"], &proof); err != nil {
		t.Fatal(err)
	}
	delete(plain, "proof")
	var method string
	if err := json.Unmarshal(proof["verificationMethod"], &method); err != nil {
		t.Fatal(err)
	}
	did, _, _ := strings.Cut(method, "#")
	key, err := credential.ParseDIDKey(did)
	if err != nil {
		t.Fatal(err)
	}
	if !credential.VerifyProof(t, plain, proof, key) {
		t.Error("the proof of the specification does not verify")
	}
	plain["name"] = json.RawMessage(`"Another"`)
	if credential.VerifyProof(t, plain, proof, key) {
		t.Error("the proof of the specification verifies another document")
	}
}
