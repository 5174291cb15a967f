package keyring_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/keyring"
)

func TestSealedSecretOpensOnlyUnderItsLabelAndKey(t *testing.T) {
	d := dbtest.New(t)
	ring := func(b byte) *keyring.Ring {
		r, err := keyring.New(d, bytes.Repeat([]byte{b}, 32), db.Now)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	mine := ring(1)
	sealed := mine.Seal("totp:a", []byte("secret"))
	if bytes.Contains(sealed, []byte("secret")) {
		t.Error("the secret is readable")
	}
	got, err := mine.Open("totp:a", sealed)
	if err != nil || string(got) != "secret" {
		t.Errorf("%q, %v", got, err)
	}
	altered := bytes.Clone(sealed)
	altered[len(altered)-1] ^= 1
	for name, try := range map[string]func() ([]byte, error){
		"another label": func() ([]byte, error) { return mine.Open("totp:b", sealed) },
		"another key":   func() ([]byte, error) { return ring(2).Open("totp:a", sealed) },
		"altered":       func() ([]byte, error) { return mine.Open("totp:a", altered) },
		"cut short":     func() ([]byte, error) { return mine.Open("totp:a", sealed[:5]) },
	} {
		if _, err := try(); !errors.Is(err, keyring.ErrSealed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFingerprintDependsOnLabelSecretAndKey(t *testing.T) {
	ring := func(b byte) *keyring.Ring {
		r, err := keyring.New(nil, bytes.Repeat([]byte{b}, 32), time.Now)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	one := ring(1).Fingerprint("a", []byte("secret"))
	if one != ring(1).Fingerprint("a", []byte("secret")) {
		t.Error("the same secret has two")
	}
	for name, other := range map[string]string{"label": ring(1).Fingerprint("b", []byte("secret")),
		"secret": ring(1).Fingerprint("a", []byte("Secret")), "key": ring(2).Fingerprint("a", []byte("secret"))} {
		if one == other {
			t.Errorf("another %s, the same fingerprint", name)
		}
	}
}
