package factor

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/atmacena/cocare/internal/apperr"
)

// Passkey is one of a person's passkeys. Synced tells that it is backed up and
// works on the person's other devices.
type Passkey struct {
	ID, Name   string
	Synced     bool
	CreatedAt  time.Time
	LastUsedAt *time.Time
}

// Challenge is a question for the browser: Options is what
// navigator.credentials wants, as JSON; ID comes back with the answer.
type Challenge struct {
	ID      string
	Options json.RawMessage
}

const (
	challengeLife = 5 * time.Minute
	maxPasskeys   = 10
)

// passkeyOrigin is where passkeys of a site with this base URL work: browsers
// allow none on a numeric address, and none on http but on localhost, which every
// loopback address also answers to. It is empty where there is no such place.
func passkeyOrigin(u *url.URL) string {
	ip, err := netip.ParseAddr(u.Hostname())
	numeric := err == nil
	switch {
	case u.Scheme == "https" && !numeric, u.Hostname() == "localhost":
		return u.Scheme + "://" + u.Host
	case u.Scheme == "http" && numeric && ip.IsLoopback():
		if u.Port() == "" {
			return "http://localhost"
		}
		return "http://localhost:" + u.Port()
	}
	return ""
}

// newRelyingParty returns nil where browsers allow no passkeys.
func newRelyingParty(baseURL, name string) (*webauthn.WebAuthn, error) {
	u, err := url.Parse(baseURL)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("factor: base URL %q: write it as https://host", baseURL)
	}
	origin := passkeyOrigin(u)
	if origin == "" {
		return nil, nil //nolint:nilnil // "none" is an answer here, and checked by Passkeys
	}
	if u, err = url.Parse(origin); err != nil {
		return nil, fmt.Errorf("factor: passkeys: %w", err)
	}
	rp, err := webauthn.New(&webauthn.Config{RPID: u.Hostname(), RPDisplayName: name, RPOrigins: []string{origin}})
	if err != nil {
		return nil, fmt.Errorf("factor: passkeys: %w", err)
	}
	return rp, nil
}

// PasskeyOrigin is where passkeys work, such as https://ce.example.org; empty
// where this site's address allows none.
func (k *Keeper) PasskeyOrigin() string {
	if k.passkeys == nil {
		return ""
	}
	return k.passkeys.Config.RPOrigins[0]
}

// holder makes an owner what the library wants.
type holder struct {
	Owner
	credentials []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return []byte(h.ID) }
func (h holder) WebAuthnName() string                       { return h.Email }
func (h holder) WebAuthnDisplayName() string                { return h.Name }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.credentials }

func (k *Keeper) holder(ctx context.Context, o Owner) (holder, error) {
	rows, err := k.passkeyRows(ctx, o.ID)
	h := holder{Owner: o, credentials: make([]webauthn.Credential, len(rows))}
	for n, r := range rows {
		if err := json.Unmarshal([]byte(r.Credential), &h.credentials[n]); err != nil {
			return holder{}, fmt.Errorf("factor: passkey %s: %w", r.ID, err)
		}
	}
	return h, err
}

// Passkeys lists the person's passkeys.
func (k *Keeper) Passkeys(ctx context.Context, personID string) ([]Passkey, error) {
	rows, err := k.passkeyRows(ctx, personID)
	list := make([]Passkey, len(rows))
	for n, r := range rows {
		var c webauthn.Credential
		if err := json.Unmarshal([]byte(r.Credential), &c); err != nil {
			return nil, fmt.Errorf("factor: passkey %s: %w", r.ID, err)
		}
		list[n] = Passkey{ID: r.ID, Name: r.Name, Synced: c.Flags.BackupState, CreatedAt: r.CreatedAt, LastUsedAt: r.LastUsedAt}
	}
	return list, err
}

// BeginPasskey asks the browser to make a passkey. Errors: ErrNoPasskeys,
// Conflict for the eleventh.
func (k *Keeper) BeginPasskey(ctx context.Context, o Owner) (Challenge, error) {
	if k.passkeys == nil {
		return Challenge{}, ErrNoPasskeys
	}
	h, err := k.holder(ctx, o)
	if err != nil {
		return Challenge{}, err
	}
	if len(h.credentials) >= maxPasskeys {
		return Challenge{}, apperr.Newf(apperr.Conflict, "You have %d passkeys. Remove one first.", maxPasskeys)
	}
	options, data, err := k.passkeys.BeginRegistration(h,
		webauthn.WithExclusions(webauthn.Credentials(h.credentials).CredentialDescriptors()),
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementPreferred, UserVerification: protocol.VerificationPreferred,
		}))
	if err != nil {
		return Challenge{}, fmt.Errorf("factor: begin passkey: %w", err)
	}
	return k.challenge(ctx, o.ID, challengeEnroll, options, data)
}

const (
	challengeEnroll = "enroll"
	challengeProve  = "prove"
)

func (k *Keeper) challenge(ctx context.Context, personID, purpose string, options any, data *webauthn.SessionData) (Challenge, error) {
	opts, err := json.Marshal(options)
	if err != nil {
		return Challenge{}, err
	}
	body, err := json.Marshal(data)
	if err != nil {
		return Challenge{}, err
	}
	id := rand.Text()
	return Challenge{ID: id, Options: opts}, k.insertChallenge(ctx, hash(id), personID, purpose, string(body), k.Now().Add(challengeLife))
}

// takeChallenge spends a challenge: it serves once, for its person and purpose.
func (k *Keeper) takeChallenge(ctx context.Context, id, personID, purpose string) (data webauthn.SessionData, err error) {
	body, err := k.spendChallenge(ctx, hash(id), personID, purpose)
	if err != nil {
		return data, err
	}
	if err := json.Unmarshal([]byte(body), &data); err != nil {
		return data, fmt.Errorf("factor: passkey challenge: %w", err)
	}
	return data, nil
}

// NewPasskey is a passkey that was found good and waits to be stored.
type NewPasskey struct{ id, name, credential string }

// CheckPasskey checks the passkey that the browser made and spends its
// challenge, whatever comes of it: it must not run in a transaction that a
// refusal rolls back. Errors: ErrNoPasskeys, ErrPasskey, Invalid with the field
// "passkey_name".
func (k *Keeper) CheckPasskey(ctx context.Context, o Owner, challengeID, name string, answer []byte) (p NewPasskey, err error) {
	if k.passkeys == nil {
		return p, ErrNoPasskeys
	}
	if name = strings.TrimSpace(name); name == "" || utf8.RuneCountInString(name) > 60 {
		return p, apperr.InvalidField("passkey_name", "Give the passkey a name of at most 60 characters, such as the device it is on.")
	}
	data, err := k.takeChallenge(ctx, challengeID, o.ID, challengeEnroll)
	if err != nil {
		return p, err
	}
	h, err := k.holder(ctx, o)
	if err != nil {
		return p, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return p, ErrPasskey.Because(err)
	}
	c, err := k.passkeys.CreateCredential(h, data, parsed)
	if err != nil {
		return p, ErrPasskey.Because(err)
	}
	body, err := json.Marshal(c)
	return NewPasskey{credentialID(c.ID), name, string(body)}, err
}

// AddPasskey stores a passkey that was checked. Errors: Conflict.
func (k *Keeper) AddPasskey(ctx context.Context, o Owner, p NewPasskey) error {
	return orRefused(errRegistered)(k.insertPasskey(ctx, p.id, o.ID, p.name, p.credential))
}

func credentialID(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// RemovePasskey reports whether the person had this passkey; it is gone then.
func (k *Keeper) RemovePasskey(ctx context.Context, personID, id string) (bool, error) {
	return k.deletePasskey(ctx, personID, id)
}

// Challenge asks for one of the owner's passkeys. Errors: ErrNoPasskeys,
// Limited.
func (k *Keeper) Challenge(ctx context.Context, o Owner) (Challenge, error) {
	if err := k.Limits.Allow(ctx, perChallenge, o.ID); err != nil {
		return Challenge{}, err
	}
	h, err := k.holder(ctx, o)
	if err != nil {
		return Challenge{}, err
	}
	if k.passkeys == nil || len(h.credentials) == 0 {
		return Challenge{}, ErrNoPasskeys
	}
	options, data, err := k.passkeys.BeginLogin(h, webauthn.WithUserVerification(protocol.VerificationPreferred))
	if err != nil {
		return Challenge{}, fmt.Errorf("factor: passkey challenge: %w", err)
	}
	return k.challenge(ctx, o.ID, challengeProve, options, data)
}

func (k *Keeper) checkPasskey(ctx context.Context, o Owner, p Proof) (Spend, error) {
	if k.passkeys == nil {
		return nil, ErrNoPasskeys
	}
	data, err := k.takeChallenge(ctx, p.ChallengeID, o.ID, challengeProve)
	if err != nil {
		return nil, err
	}
	h, err := k.holder(ctx, o)
	if err != nil {
		return nil, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(p.Passkey)
	if err != nil {
		return nil, ErrPasskey.Because(err)
	}
	c, err := k.passkeys.ValidateLogin(h, data, parsed)
	if err != nil {
		return nil, ErrPasskey.Because(err)
	}
	if c.Authenticator.CloneWarning { // a count that went backwards: two copies of the key
		return nil, ErrPasskey
	}
	body, err := json.Marshal(c) // sign count and backup state have moved
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		return orRefused(ErrPasskey)(k.usePasskey(ctx, o.ID, credentialID(c.ID), string(body)))
	}, nil
}

var errRegistered = apperr.New(apperr.Conflict, "This passkey is registered already.")
