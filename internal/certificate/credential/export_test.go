package credential

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"maps"
	"strings"
	"testing"
)

// VerifyProof verifies a proof of another, which may have a context of its own.
func VerifyProof(t testing.TB, plain any, proof map[string]json.RawMessage, key ed25519.PublicKey) bool {
	t.Helper()
	var value string
	if err := json.Unmarshal(proof["proofValue"], &value); err != nil {
		t.Fatal(err)
	}
	signature, err := unbase58(value[1:], ed25519.SignatureSize)
	if err != nil {
		t.Fatal(err)
	}
	options := maps.Clone(proof)
	delete(options, "proofValue")
	o, err := marshal(options)
	if err != nil {
		t.Fatal(err)
	}
	d, err := marshal(plain)
	if err != nil {
		t.Fatal(err)
	}
	return ed25519.Verify(key, hashData(d, o), signature)
}

// What is not for others.
var (
	Base58      = base58
	Unbase58    = unbase58
	ParseDIDKey = parseDIDKey
)

// SignPayload signs a JWT anew after it changed claims.
func SignPayload(t testing.TB, token string, k ed25519.PrivateKey, change map[string]any) string {
	t.Helper()
	parts := strings.Split(token, ".")
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	payload := map[string]any{}
	if err := json.Unmarshal(raw, &payload); err != nil {
		t.Fatal(err)
	}
	maps.Copy(payload, change)
	if raw, err = marshal(payload); err != nil {
		t.Fatal(err)
	}
	signing := parts[0] + "." + base64.RawURLEncoding.EncodeToString(raw)
	return signing + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(k, []byte(signing)))
}
