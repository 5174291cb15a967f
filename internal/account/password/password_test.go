package password_test

import (
	"context"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/account/password"
)

func TestCheck(t *testing.T) {
	refused := map[string]string{
		"too short":         "kR7#pm2!vX9",
		"too long":          strings.Repeat("kR7#", 51),
		"common and digits": "password1234",
		"leet":              "P@ssw0rd1234!",
		"keyboard":          "qwertyuiop123",
		"columns":           "1qaz2wsx3edc",
		"digits":            "123456789012",
		"one letter":        "aaaaaaaaaaaaaaaa",
		"a piece repeated":  "abcabcabcabcabc",
		"two words, a year": "summerlove2024",
		"common phrase":     "iloveyouforever",
		"the site":          "my-CoCare-4711-xy",
		"the address":       "rivera.88-velvet!",
		"the name":          "zq-Marisol-8812-k",
	}
	for name, p := range refused {
		if password.Check(p, "m.rivera@example.org", "Marisol Rivera", "CoCare") == "" {
			t.Errorf("%s: %q was accepted", name, p)
		}
	}
	accepted := []string{"kR7#pm2!vX9q", "velvet harbor tuesday onion", "correct horse battery staple", "gläserne Birnen im Föhn", "これは長いパスワードです。", "trombone-Quarry-58-lichen"}
	for _, p := range accepted {
		if msg := password.Check(p, "m.rivera@example.org", "Marisol Rivera", "CoCare"); msg != "" {
			t.Errorf("%q was refused: %s", p, msg)
		}
	}
}

func TestHashAndVerify(t *testing.T) {
	h := password.NewHasher()
	hash, err := h.Hash(t.Context(), "velvet harbor é")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash %q", hash)
	}
	for p, want := range map[string]bool{"velvet harbor é": true, "velvet harbor e\u0301": true, "velvet harbor e": false, "": false} {
		if ok, err := h.Verify(t.Context(), hash, p); ok != want || err != nil {
			t.Errorf("%q: %v, %v", p, ok, err)
		}
	}
}

func TestNoAccountCostsTheSameAndIsNeverRight(t *testing.T) {
	h := password.NewHasher()
	for _, p := range []string{"", "anything at all"} {
		before := h.Spent()
		if ok, err := h.Verify(t.Context(), "", p); ok || err != nil {
			t.Errorf("%q: %v, %v", p, ok, err)
		}
		if h.Spent() != before+1 {
			t.Errorf("%d computations, want 1", h.Spent()-before)
		}
	}
	if _, err := h.Verify(t.Context(), "$2y$10$abc", "x"); err == nil {
		t.Error("a foreign hash must be an error, not a wrong password")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	hs := password.NewHasher()
	for range 20 { // select picks at random between a free slot and a dead ctx
		if _, err := hs.Hash(ctx, "x"); err != nil {
			return
		}
	}
	t.Error("a canceled request kept hashing")
}
