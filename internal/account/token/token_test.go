package token_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/atmacena/cocare/internal/account/token"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/keyring"
)

const issuer = "https://ce.example.org"

type world struct {
	*token.Authority
	t    *testing.T
	db   *db.DB
	ring *keyring.Ring
	at   time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), at: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	now := func() time.Time { return w.at }
	var err error
	if w.ring, err = keyring.New(w.db, bytes.Repeat([]byte{7}, 32), now); err != nil {
		t.Fatal(err)
	}
	w.Authority, err = token.New(t.Context(), token.Config{DB: w.db, Keys: w.ring, Log: slog.New(slog.DiscardHandler), Now: now, Issuer: issuer})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

var someone = token.Claims{PersonID: "p1", SessionID: "s1", Name: "Amina", Roles: []string{"therapist"}, Version: 3, AuthAt: time.Unix(1_800_000_000, 0).UTC()}

// rotate has a fresh key sign, which the authority does not know yet.
func (w *world) rotate() {
	w.t.Helper()
	old, err := w.ring.Current(w.t.Context(), keyring.Session)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, rotated, err := w.ring.Rotate(w.t.Context(), old); err != nil || !rotated {
		w.t.Fatal(rotated, err)
	}
}

func (w *world) sign(c token.Claims) string {
	w.t.Helper()
	s, _, err := w.Sign(c)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func TestRoundTripAndExpiry(t *testing.T) {
	w := newWorld(t)
	signed := w.sign(someone)
	c, err := w.Check(signed)
	if err != nil || c.PersonID != "p1" || c.SessionID != "s1" || c.Version != 3 || !c.AuthAt.Equal(someone.AuthAt) || !c.FactorAt.IsZero() {
		t.Fatalf("%+v, %v", c, err)
	}
	w.at = w.at.Add(token.Life + 5*time.Second)
	if _, err := w.Check(signed); !errors.Is(err, token.ErrRefused) {
		t.Error("an expired token counts, from the cache:", err)
	}
}

// forge signs claims like ours with one thing changed.
func (w *world) forge(change func(h map[string]any, c jwt.MapClaims), method jwt.SigningMethod, key any) string {
	w.t.Helper()
	c := jwt.MapClaims{"iss": issuer, "aud": []string{"cocare-web"}, "sub": "p1", "sid": "s1", "ver": 3,
		"iat": w.at.Unix(), "exp": w.at.Add(token.Life).Unix()}
	t := jwt.NewWithClaims(method, c)
	current, err := w.ring.Current(w.t.Context(), keyring.Session)
	if err != nil {
		w.t.Fatal(err)
	}
	t.Header["typ"], t.Header["kid"] = "at+jwt", current.ID
	change(t.Header, c)
	if key == nil {
		key = current.Signer()
	}
	s, err := t.SignedString(key)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func TestForgedTokensAreRefused(t *testing.T) {
	w := newWorld(t)
	es := jwt.SigningMethodES256
	if _, err := w.Check(w.forge(func(map[string]any, jwt.MapClaims) {}, es, nil)); err != nil {
		t.Fatal("the forger's own baseline does not pass:", err)
	}
	foreign, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	document, err := w.ring.Current(t.Context(), keyring.Document)
	if err != nil {
		t.Fatal(err)
	}
	set, err := w.JWKS()
	if err != nil {
		t.Fatal(err)
	}
	same := func(map[string]any, jwt.MapClaims) {}
	signed := w.sign(someone)
	dot := strings.LastIndexByte(signed, '.')
	for name, s := range map[string]string{
		"foreign key":         w.forge(same, es, foreign),
		"alg none":            w.forge(same, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType),
		"alg HS256 by JWK":    w.forge(same, jwt.SigningMethodHS256, []byte(set[0].X)),
		"unknown kid":         w.forge(func(h map[string]any, _ jwt.MapClaims) { h["kid"] = "nobody" }, es, nil),
		"no kid":              w.forge(func(h map[string]any, _ jwt.MapClaims) { delete(h, "kid") }, es, nil),
		"document key":        w.forge(func(h map[string]any, _ jwt.MapClaims) { h["kid"] = document.ID }, es, document.Signer()),
		"another type":        w.forge(func(h map[string]any, _ jwt.MapClaims) { h["typ"] = "JWT" }, es, nil),
		"another audience":    w.forge(func(_ map[string]any, c jwt.MapClaims) { c["aud"] = "badge" }, es, nil),
		"another issuer":      w.forge(func(_ map[string]any, c jwt.MapClaims) { c["iss"] = "https://evil.example" }, es, nil),
		"no expiry":           w.forge(func(_ map[string]any, c jwt.MapClaims) { delete(c, "exp") }, es, nil),
		"expired":             w.forge(func(_ map[string]any, c jwt.MapClaims) { c["exp"] = w.at.Add(-time.Minute).Unix() }, es, nil),
		"from the future":     w.forge(func(_ map[string]any, c jwt.MapClaims) { c["iat"] = w.at.Add(time.Minute).Unix() }, es, nil),
		"no subject":          w.forge(func(_ map[string]any, c jwt.MapClaims) { c["sub"] = "" }, es, nil),
		"no session":          w.forge(func(_ map[string]any, c jwt.MapClaims) { delete(c, "sid") }, es, nil),
		"cut signature":       signed[:dot+10],
		"no signature":        signed[:dot+1],
		"swapped payload":     signed[:strings.IndexByte(signed, '.')+1] + "eyJzdWIiOiJwMiJ9" + signed[dot:],
		"empty":               "",
		"garbage":             "a.b.c",
		"longer than allowed": strings.Repeat("a", 5000),
	} {
		if c, err := w.Check(s); !errors.Is(err, token.ErrRefused) {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
}

func TestRotationKeepsOldTokensUntilTheyExpire(t *testing.T) {
	w := newWorld(t)
	old := w.sign(someone)
	w.rotate()
	if err := w.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Check(old); err != nil {
		t.Error("rotation signed people out:", err)
	}
	if _, err := w.Check(w.sign(someone)); err != nil {
		t.Error(err)
	}
	if set, err := w.JWKS(); err != nil || len(set) != 2 || set[0].Kid == set[1].Kid || set[0].Alg != "ES256" {
		t.Errorf("%+v, %v", set, err)
	}
	w.at = w.at.Add(12 * time.Minute)
	if set, err := w.JWKS(); err != nil || len(set) != 1 {
		t.Errorf("the retired key is still published: %+v, %v", set, err)
	}
}

func TestCompromisedKeyIsNotBelieved(t *testing.T) {
	w := newWorld(t)
	stolen := w.forge(func(map[string]any, jwt.MapClaims) {}, jwt.SigningMethodES256, nil)
	w.rotate()
	if err := w.db.Conn(t.Context()).Exec("UPDATE signing_keys SET not_trusted_after = ? WHERE retired_at IS NOT NULL", w.at.Add(-time.Hour)).Error; err != nil {
		t.Fatal(err)
	}
	if err := w.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Check(stolen); !errors.Is(err, token.ErrRefused) {
		t.Error("a token of a compromised key counts:", err)
	}
}

// TestADistrustedKeyDiesEverywhere: also for a token that was found good before,
// also in a server that heard of it from the database alone.
func TestADistrustedKeyDiesEverywhere(t *testing.T) {
	w := newWorld(t)
	other, err := token.New(t.Context(), w.Config)
	if err != nil {
		t.Fatal(err)
	}
	old := w.sign(someone)
	for _, a := range []*token.Authority{w.Authority, other} {
		if _, err := a.Check(old); err != nil {
			t.Fatal(err)
		}
	}
	current, err := w.ring.Current(t.Context(), keyring.Session)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.ring.Distrust(t.Context(), current.ID, w.at.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	servers := map[string]*token.Authority{"this server": w.Authority, "another": other}
	for _, a := range servers {
		if err := a.Poll(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for name, a := range servers {
		if _, err := a.Check(old); !errors.Is(err, token.ErrRefused) {
			t.Errorf("%s: a token of a distrusted key counts: %v", name, err)
		}
		set, err := a.JWKS()
		if err != nil || len(set) != 1 || set[0].Kid == current.ID {
			t.Errorf("%s publishes %+v, %v", name, set, err)
		}
		signed, _, err := a.Sign(someone)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Check(signed); err != nil {
			t.Errorf("%s signs with a key that nobody believes: %v", name, err)
		}
	}
}

func TestRevocations(t *testing.T) {
	w := newWorld(t)
	mine, next := w.sign(someone), someone
	next.Version, next.SessionID = 4, "s2"
	err := w.db.InTx(t.Context(), func(ctx context.Context) error {
		if err := w.RevokePerson(ctx, "p1", 4); err != nil {
			return err
		}
		return errors.New("rolled back")
	})
	if _, refused := w.Check(mine); err == nil || refused != nil {
		t.Fatal("a revocation that was rolled back counts:", refused)
	}
	if err := w.RevokePerson(t.Context(), "p1", 4); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Check(mine); !errors.Is(err, token.ErrRefused) {
		t.Error("version 3 counts:", err)
	}
	newer := w.sign(next)
	if _, err := w.Check(newer); err != nil {
		t.Error("version 4 does not:", err)
	}
	if err := w.RevokeSession(t.Context(), "s2"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Check(newer); !errors.Is(err, token.ErrRefused) {
		t.Error("an ended session counts:", err)
	}
	// A server that starts later knows them too, and sweeping keeps what is alive.
	if err := w.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	late, err := token.New(t.Context(), w.Config)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := late.Check(newer); !errors.Is(err, token.ErrRefused) {
		t.Error("a new server forgot:", err)
	}
}
