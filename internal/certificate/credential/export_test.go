package credential

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
)

// HashData lets a test compare with the vectors of the specification.
var HashData = hashData

// Base58 and Unbase58 are not for others.
var (
	Base58   = base58
	Unbase58 = unbase58
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
	for name, value := range change {
		payload[name] = value
	}
	if raw, err = marshal(payload); err != nil {
		t.Fatal(err)
	}
	signing := parts[0] + "." + base64.RawURLEncoding.EncodeToString(raw)
	return signing + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(k, []byte(signing)))
}
