package account

import (
	"context"
	"crypto/ecdsa"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/atmacena/cocare/internal/keyring"
)

// The life of tokens. A session ends when it was not used for idleLife, and in
// any case after fullLife.
const (
	accessLife = 10 * time.Minute
	idleLife   = 30 * 24 * time.Hour
	fullLife   = 180 * 24 * time.Hour
	// graceLife is how long a rotated refresh token still gets an access token:
	// parallel requests of one browser carry the same one (DECISIONS 17).
	graceLife = 30 * time.Second
	leeway    = 5 * time.Second // clocks of replicas
)

// tokenType and tokenAudience are pinned, so that no other token of ours is
// taken for an access token (RFC 9068, RFC 8725).
const (
	tokenType     = "at+jwt"
	tokenAudience = "cocare-web"
)

type claims struct {
	jwt.RegisteredClaims
	Session    string `json:"sid"`
	Version    int64  `json:"ver"`
	Name       string `json:"name"`
	Email      string `json:"email"`
	Confirmed  bool   `json:"email_verified"`
	Zone       string `json:"zoneinfo"`
	Roles      []Role `json:"roles"`
	AuthTime   int64  `json:"auth_time"`
	FactorTime int64  `json:"factor_time,omitempty"`
	HasFactor  bool   `json:"has_factor,omitempty"`
	Enroll     bool   `json:"enroll,omitempty"`
}

// verifiedToken is an access token whose signature was found good.
type verifiedToken struct {
	Identity
	version int64
	expires time.Time
}

func (s *Service) sign(i Identity, version int64, now time.Time) (string, time.Time, error) {
	key := s.keys.signer()
	expires := now.Add(accessLife)
	c := claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: s.BaseURL, Subject: i.PersonID, Audience: jwt.ClaimStrings{tokenAudience},
			IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(expires),
		},
		Session: i.SessionID, Version: version, Name: i.Name, Email: i.Email, Confirmed: i.EmailConfirmed,
		Zone: i.TimeZone, Roles: i.Roles, AuthTime: i.AuthAt.Unix(), HasFactor: i.HasFactor, Enroll: i.Enroll,
	}
	if !i.FactorAt.IsZero() {
		c.FactorTime = i.FactorAt.Unix()
	}
	t := jwt.NewWithClaims(jwt.SigningMethodES256, c)
	t.Header["typ"], t.Header["kid"] = tokenType, key.ID
	signed, err := t.SignedString(key.Signer())
	if err != nil {
		return "", time.Time{}, fmt.Errorf("account: sign: %w", err)
	}
	return signed, expires, nil
}

// Authenticate returns who holds the access token. It asks no database: the
// revocations are in memory, kept fresh by Run. Errors: ErrSession.
func (s *Service) Authenticate(accessToken string) (Identity, error) {
	if accessToken == "" || len(accessToken) > 4096 {
		return Identity{}, ErrSession
	}
	now := s.Now()
	v, hit := s.verified.get(accessToken)
	if !hit {
		var err error
		if v, err = s.verify(accessToken); err != nil {
			return Identity{}, ErrSession.Because(err)
		}
		s.verified.put(accessToken, v)
	}
	if !now.Before(v.expires.Add(leeway)) {
		return Identity{}, ErrSession
	}
	if s.revoked.has(v) {
		return Identity{}, ErrSession
	}
	return v.Identity, nil
}

func (s *Service) verify(token string) (verifiedToken, error) {
	var c claims
	_, err := jwt.ParseWithClaims(token, &c, s.keys.verifier,
		jwt.WithValidMethods([]string{jwt.SigningMethodES256.Alg()}), jwt.WithIssuer(s.BaseURL),
		jwt.WithAudience(tokenAudience), jwt.WithExpirationRequired(), jwt.WithIssuedAt(),
		jwt.WithLeeway(leeway), jwt.WithTimeFunc(s.Now))
	if err != nil {
		return verifiedToken{}, err
	}
	if c.Subject == "" || c.Session == "" {
		return verifiedToken{}, errors.New("account: a token without subject or session")
	}
	v := verifiedToken{version: c.Version, expires: c.ExpiresAt.Time, Identity: Identity{
		PersonID: c.Subject, SessionID: c.Session, Name: c.Name, Email: c.Email, TimeZone: c.Zone, Roles: c.Roles,
		EmailConfirmed: c.Confirmed, AuthAt: time.Unix(c.AuthTime, 0).UTC(), HasFactor: c.HasFactor, Enroll: c.Enroll,
	}}
	if c.FactorTime > 0 {
		v.FactorAt = time.Unix(c.FactorTime, 0).UTC()
	}
	return v, nil
}

// sessionKeys holds the session keys in memory.
type sessionKeys struct {
	ring *keyring.Ring
	now  func() time.Time

	mu      sync.RWMutex
	current keyring.Key
	all     []keyring.Key
}

func (k *sessionKeys) load(ctx context.Context) error {
	current, err := k.ring.Current(ctx, keyring.Session)
	if err != nil {
		return err
	}
	all, err := k.ring.All(ctx, keyring.Session)
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.current, k.all = current, all
	return nil
}

func (k *sessionKeys) signer() keyring.Key {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.current
}

// valid returns the keys whose tokens may still be around: the current one, and
// retired ones until their last token has expired. A compromised key is not
// believed at all: its thief writes any date.
func (k *sessionKeys) valid() []keyring.Key {
	k.mu.RLock()
	defer k.mu.RUnlock()
	now := k.now()
	return slices.DeleteFunc(slices.Clone(k.all), func(key keyring.Key) bool {
		return key.NotTrustedAfter != nil ||
			key.RetiredAt != nil && now.After(key.RetiredAt.Add(accessLife+2*keyInterval+leeway))
	})
}

func (k *sessionKeys) verifier(t *jwt.Token) (any, error) {
	if t.Header["typ"] != tokenType {
		return nil, errors.New("account: not an access token")
	}
	kid, _ := t.Header["kid"].(string)
	for _, key := range k.valid() {
		if key.ID == kid {
			return key.Public, nil
		}
	}
	return nil, errors.New("account: no such session key")
}

// JWK is a public key as /.well-known/jwks.json shows it (RFC 7517).
type JWK struct {
	Kty string `json:"kty"`
	Crv string `json:"crv"`
	X   string `json:"x"`
	Y   string `json:"y"`
	Kid string `json:"kid"`
	Use string `json:"use"`
	Alg string `json:"alg"`
}

// JWKS returns the public session keys that verify tokens now.
func (s *Service) JWKS() ([]JWK, error) {
	set := []JWK{}
	for _, key := range s.keys.valid() {
		public, ok := key.Public.(*ecdsa.PublicKey)
		if !ok {
			return nil, fmt.Errorf("account: session key %s is no ECDSA key", key.ID)
		}
		point, err := public.Bytes() // 4 ‖ X ‖ Y
		if err != nil {
			return nil, fmt.Errorf("account: session key %s: %w", key.ID, err)
		}
		enc := base64.RawURLEncoding.EncodeToString
		set = append(set, JWK{Kty: "EC", Crv: "P-256", X: enc(point[1:33]), Y: enc(point[33:]), Kid: key.ID, Use: "sig", Alg: "ES256"})
	}
	return set, nil
}

// RotateSessionKey makes a new session key. Tokens of the old one stay good
// until they expire; other replicas sign with the new one within half a minute.
func (s *Service) RotateSessionKey(ctx context.Context) error {
	err := s.DB.InTx(ctx, func(ctx context.Context) error {
		key, err := s.Keys.Rotate(ctx, keyring.Session)
		if err != nil {
			return err
		}
		return s.record(ctx, "key.rotate", "", map[string]any{"purpose": "session", "kid": key.ID})
	})
	if err != nil {
		return err
	}
	return s.keys.load(ctx)
}

// tokenCache remembers tokens whose signature was good, so that a page view
// costs no elliptic curve. Two generations bound it.
type tokenCache struct {
	mu       sync.RWMutex
	new, old map[string]verifiedToken
}

const cacheGeneration = 4096

func newTokenCache() *tokenCache { return &tokenCache{new: map[string]verifiedToken{}} }

func (c *tokenCache) get(token string) (verifiedToken, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if v, ok := c.new[token]; ok {
		return v, true
	}
	v, ok := c.old[token]
	return v, ok
}

func (c *tokenCache) put(token string, v verifiedToken) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.new) >= cacheGeneration {
		c.new, c.old = map[string]verifiedToken{}, c.new
	}
	c.new[token] = v
}

func (c *tokenCache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.new, c.old = map[string]verifiedToken{}, nil
}
