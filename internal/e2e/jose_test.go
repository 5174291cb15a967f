package e2e

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/testneed"
)

// joseScript lets npm's jose judge a session by the published keys: as it is,
// changed, and held to what it is not.
const joseScript = `
import { createLocalJWKSet, jwtVerify } from "jose";
import { readFileSync } from "node:fs";
const { jwks, token, issuer } = JSON.parse(readFileSync(0, "utf8"));
const keys = createLocalJWKSet(jwks);
const wants = { issuer, audience: "cocare-web", typ: "at+jwt", algorithms: ["ES256"] };
const says = async (t, w) => { try { await jwtVerify(t, keys, w); return "good"; } catch (e) { return e.code; } };
const [head, body, signature] = token.split(".");
const claims = JSON.parse(Buffer.from(body, "base64url"));
claims.sub = "somebody-else";
const forged = [head, Buffer.from(JSON.stringify(claims)).toString("base64url"), signature].join(".");
console.log(JSON.stringify({
	token: await says(token, wants), forged: await says(forged, wants),
	issuer: await says(token, { ...wants, issuer: "https://evil.example" }),
	purpose: await says(token, { ...wants, typ: "vc+jwt" }),
	alg: await says(token, { ...wants, algorithms: ["HS256"] }),
	private: jwks.keys.some(k => "d" in k),
}));`

// TestOthersVerifyOurKeys: an implementation that is not ours reads the public
// keys and judges what they signed.
func TestOthersVerifyOurKeys(t *testing.T) {
	node := testneed.Command(t, testneed.Node, "node")
	npm := testneed.File(t, testneed.Node, "COCARE_TEST_NPM")
	b := server.As(t, "therapist@example.org")
	token := ""
	for _, c := range b.Cookies() {
		if c.Name == "session" {
			token = c.Value
		}
	}
	in, err := json.Marshal(map[string]any{"jwks": json.RawMessage(b.Get("/.well-known/jwks.json").Body), "token": token, "issuer": server.URL})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), node, "--input-type=module", "--eval", joseScript) //nolint:gosec // our own script
	cmd.Dir, cmd.Stdin = npm, bytes.NewReader(in)
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, complaints.String())
	}
	const want = `{"token":"good","forged":"ERR_JWS_SIGNATURE_VERIFICATION_FAILED","issuer":"ERR_JWT_CLAIM_VALIDATION_FAILED",` +
		`"purpose":"ERR_JWT_CLAIM_VALIDATION_FAILED","alg":"ERR_JOSE_ALG_NOT_ALLOWED","private":false}`
	if got := strings.TrimSpace(string(out)); got != want {
		t.Errorf("jose says\n%s, want\n%s", got, want)
	}
}
