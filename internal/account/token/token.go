// Package token signs and checks access tokens: JWTs of ten minutes that carry
// everything a page asks of who is signed in.
//
// It owns the table revocations. What a token says holds until it expires or is
// revoked; a revocation is a row that every replica reads within a second.
package token

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/keyring"
)

// Life is how long an access token counts.
const Life = 10 * time.Minute

const leeway = 5 * time.Second // clocks of replicas

// kind and audience are pinned, so that no other token of ours is taken for an
// access token (RFC 9068, RFC 8725).
const (
	kind     = "at+jwt"
	audience = "cocare-web"
)

// Claims are what an access token says. Version is the person's token version
// when it was signed.
type Claims struct {
	PersonID, SessionID, Name, Email, TimeZone string
	Roles                                      []string
	EmailConfirmed, HasFactor, Enroll          bool
	AuthAt, FactorAt                           time.Time // seconds
	Version                                    int64
}

type wire struct {
	jwt.RegisteredClaims
	Session    string   `json:"sid"`
	Version    int64    `json:"ver"`
	Name       string   `json:"name"`
	Email      string   `json:"email"`
	Confirmed  bool     `json:"email_verified"`
	Zone       string   `json:"zoneinfo"`
	Roles      []string `json:"roles"`
	AuthTime   int64    `json:"auth_time"`
	FactorTime int64    `json:"factor_time,omitempty"`
	HasFactor  bool     `json:"has_factor,omitempty"`
	Enroll     bool     `json:"enroll,omitempty"`
}

// Config is what an authority stands on. Issuer is the base URL.
type Config struct {
	DB     *db.DB
	Keys   *keyring.Ring
	Log    *slog.Logger
	Now    func() time.Time
	Issuer string
}

// Authority signs, checks and revokes. It is safe for concurrent use.
type Authority struct {
	Config
	keys    *keys
	revoked *revoked
	cache   *cache
	running sync.Once
}

// ErrRefused is returned for every token that does not count; its cause is for
// the log.
var ErrRefused = errors.New("token: refused")

// New loads keys and revocations.
func New(ctx context.Context, c Config) (*Authority, error) {
	a := &Authority{Config: c, keys: &keys{ring: c.Keys, now: c.Now}, revoked: newRevoked(), cache: newCache()}
	if err := a.keys.load(ctx); err != nil {
		return nil, fmt.Errorf("token: session keys: %w", err)
	}
	if err := a.poll(ctx); err != nil {
		return nil, fmt.Errorf("token: revocations: %w", err)
	}
	return a, nil
}

// Sign returns a token and when it expires.
func (a *Authority) Sign(c Claims) (string, time.Time, error) {
	now, key := a.Now(), a.keys.signer()
	expires := now.Add(Life)
	w := wire{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: a.Issuer, Subject: c.PersonID, Audience: jwt.ClaimStrings{audience},
			IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(expires),
		},
		Session: c.SessionID, Version: c.Version, Name: c.Name, Email: c.Email, Confirmed: c.EmailConfirmed,
		Zone: c.TimeZone, Roles: c.Roles, AuthTime: c.AuthAt.Unix(), HasFactor: c.HasFactor, Enroll: c.Enroll,
	}
	if !c.FactorAt.IsZero() {
		w.FactorTime = c.FactorAt.Unix()
	}
	t := jwt.NewWithClaims(jwt.SigningMethodES256, w)
	t.Header["typ"], t.Header["kid"] = kind, key.ID
	signed, err := t.SignedString(key.Signer())
	if err != nil {
		return "", time.Time{}, fmt.Errorf("token: sign: %w", err)
	}
	return signed, expires, nil
}

// Check returns what a token says, without asking the database. Errors:
// ErrRefused.
func (a *Authority) Check(token string) (Claims, error) {
	if token == "" || len(token) > 4096 {
		return Claims{}, ErrRefused
	}
	v, known := a.cache.get(token)
	if !known {
		var err error
		if v, err = a.verify(token); err != nil {
			return Claims{}, fmt.Errorf("%w: %w", ErrRefused, err)
		}
		a.cache.put(token, v)
	}
	if !a.Now().Before(v.expires.Add(leeway)) || !a.keys.believed(v.kid) || a.revoked.has(v.Claims) {
		return Claims{}, ErrRefused
	}
	return v.Claims, nil
}

// verified is a token whose signature was found good.
type verified struct {
	Claims
	kid     string // of the key that signed it
	expires time.Time
}

func (a *Authority) verify(token string) (verified, error) {
	var w wire
	t, err := jwt.ParseWithClaims(token, &w, a.keys.verifier,
		jwt.WithValidMethods([]string{jwt.SigningMethodES256.Alg()}), jwt.WithIssuer(a.Issuer),
		jwt.WithAudience(audience), jwt.WithExpirationRequired(), jwt.WithIssuedAt(),
		jwt.WithLeeway(leeway), jwt.WithTimeFunc(a.Now))
	if err != nil {
		return verified{}, err
	}
	if w.Subject == "" || w.Session == "" {
		return verified{}, errors.New("token: no subject or no session")
	}
	kid, _ := t.Header["kid"].(string) // the verifier has found it
	v := verified{kid: kid, expires: w.ExpiresAt.Time, Claims: Claims{
		PersonID: w.Subject, SessionID: w.Session, Name: w.Name, Email: w.Email, TimeZone: w.Zone, Roles: w.Roles,
		EmailConfirmed: w.Confirmed, HasFactor: w.HasFactor, Enroll: w.Enroll, Version: w.Version,
		AuthAt: time.Unix(w.AuthTime, 0).UTC(),
	}}
	if w.FactorTime > 0 {
		v.FactorAt = time.Unix(w.FactorTime, 0).UTC()
	}
	return v, nil
}

// cache remembers tokens whose signature was good, so that a page view costs no
// elliptic curve. Two generations bound it.
type cache struct {
	mu       sync.RWMutex
	new, old map[string]verified
}

const generation = 4096

func newCache() *cache { return &cache{new: map[string]verified{}} }

func (c *cache) get(token string) (verified, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if v, ok := c.new[token]; ok {
		return v, true
	}
	v, ok := c.old[token]
	return v, ok
}

func (c *cache) put(token string, v verified) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.new) >= generation {
		c.new, c.old = map[string]verified{}, c.new
	}
	c.new[token] = v
}

func (c *cache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.new, c.old = map[string]verified{}, nil
}
