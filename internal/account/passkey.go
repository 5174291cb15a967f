package account

import (
	"context"
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

// newRelyingParty returns nil where browsers allow no passkeys: on a numeric
// address, and on http anywhere but on localhost.
func newRelyingParty(baseURL, name string) (*webauthn.WebAuthn, error) {
	u, err := url.Parse(baseURL)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("account: base URL %q: write it as https://host", baseURL)
	}
	if _, err := netip.ParseAddr(u.Hostname()); err == nil || u.Scheme != "https" && u.Hostname() != "localhost" {
		return nil, nil //nolint:nilnil // "none" is an answer here, and checked by Passkeys
	}
	rp, err := webauthn.New(&webauthn.Config{RPID: u.Hostname(), RPDisplayName: name, RPOrigins: []string{u.Scheme + "://" + u.Host}})
	if err != nil {
		return nil, fmt.Errorf("account: passkeys: %w", err)
	}
	return rp, nil
}

// PasskeysPossible reports whether this site's address allows passkeys.
func (s *Service) PasskeysPossible() bool { return s.passkeys != nil }

// holder makes a person what the library wants.
type holder struct {
	Person
	credentials []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return []byte(h.ID) }
func (h holder) WebAuthnName() string                       { return h.Email }
func (h holder) WebAuthnDisplayName() string                { return h.Name }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.credentials }

func (s *Service) holder(ctx context.Context, personID string) (holder, error) {
	p, err := s.byID(ctx, personID)
	if err != nil {
		return holder{}, err
	}
	rows, err := s.passkeyRows(ctx, personID)
	h := holder{Person: p.Person, credentials: make([]webauthn.Credential, len(rows))}
	for n, r := range rows {
		if err := json.Unmarshal([]byte(r.Credential), &h.credentials[n]); err != nil {
			return holder{}, fmt.Errorf("account: passkey %s: %w", r.ID, err)
		}
	}
	return h, err
}

// Passkeys lists the person's passkeys.
func (s *Service) Passkeys(ctx context.Context, personID string) ([]Passkey, error) {
	rows, err := s.passkeyRows(ctx, personID)
	list := make([]Passkey, len(rows))
	for n, r := range rows {
		var c webauthn.Credential
		if err := json.Unmarshal([]byte(r.Credential), &c); err != nil {
			return nil, fmt.Errorf("account: passkey %s: %w", r.ID, err)
		}
		list[n] = Passkey{ID: r.ID, Name: r.Name, Synced: c.Flags.BackupState, CreatedAt: r.CreatedAt, LastUsedAt: r.LastUsedAt}
	}
	return list, err
}

// BeginPasskey asks the browser to make a passkey. Errors: ErrFactorNeeded,
// ErrNoPasskeys, Conflict for the eleventh.
func (s *Service) BeginPasskey(ctx context.Context, i Identity) (Challenge, error) {
	if err := RequireOwner(i, s.Now()); err != nil {
		return Challenge{}, err
	}
	if s.passkeys == nil {
		return Challenge{}, ErrNoPasskeys
	}
	h, err := s.holder(ctx, i.PersonID)
	if err != nil {
		return Challenge{}, err
	}
	if len(h.credentials) >= maxPasskeys {
		return Challenge{}, apperr.Newf(apperr.Conflict, "You have %d passkeys. Remove one first.", maxPasskeys)
	}
	options, data, err := s.passkeys.BeginRegistration(h,
		webauthn.WithExclusions(webauthn.Credentials(h.credentials).CredentialDescriptors()),
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementPreferred, UserVerification: protocol.VerificationPreferred,
		}))
	if err != nil {
		return Challenge{}, fmt.Errorf("account: begin passkey: %w", err)
	}
	return s.challenge(ctx, i.PersonID, challengeEnroll, options, data)
}

const (
	challengeEnroll = "enroll"
	challengeProve  = "prove"
)

func (s *Service) challenge(ctx context.Context, personID, purpose string, options any, data *webauthn.SessionData) (Challenge, error) {
	opts, err := json.Marshal(options)
	if err != nil {
		return Challenge{}, err
	}
	body, err := json.Marshal(data)
	if err != nil {
		return Challenge{}, err
	}
	id, hash := newToken()
	return Challenge{ID: id, Options: opts}, s.insertChallenge(ctx, hash, personID, purpose, string(body), s.Now().Add(challengeLife))
}

// takeChallenge spends a challenge: it serves once, for its person and purpose.
func (s *Service) takeChallenge(ctx context.Context, id, personID, purpose string) (data webauthn.SessionData, err error) {
	body, err := s.spendChallenge(ctx, hashToken(id), personID, purpose)
	if err != nil {
		return data, err
	}
	if err := json.Unmarshal([]byte(body), &data); err != nil {
		return data, fmt.Errorf("account: passkey challenge: %w", err)
	}
	return data, nil
}

// AddPasskey stores the passkey that the browser made. Errors: ErrFactorNeeded,
// ErrNoPasskeys, ErrPasskey, Invalid with the field "passkey_name".
func (s *Service) AddPasskey(ctx context.Context, i Identity, challengeID, name string, answer []byte) (Tokens, Identity, error) {
	if err := RequireOwner(i, s.Now()); err != nil {
		return Tokens{}, Identity{}, err
	}
	if s.passkeys == nil {
		return Tokens{}, Identity{}, ErrNoPasskeys
	}
	if name = strings.TrimSpace(name); name == "" || utf8.RuneCountInString(name) > 60 {
		return Tokens{}, Identity{}, apperr.InvalidField("passkey_name", "Give the passkey a name of at most 60 characters, such as the device it is on.")
	}
	data, err := s.takeChallenge(ctx, challengeID, i.PersonID, challengeEnroll)
	if err != nil {
		return Tokens{}, Identity{}, err
	}
	h, err := s.holder(ctx, i.PersonID)
	if err != nil {
		return Tokens{}, Identity{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return Tokens{}, Identity{}, ErrPasskey.Because(err)
	}
	c, err := s.passkeys.CreateCredential(h, data, parsed)
	if err != nil {
		return Tokens{}, Identity{}, ErrPasskey.Because(err)
	}
	return s.factorAdded(ctx, i, "a passkey", func(ctx context.Context) error {
		return s.storePasskey(ctx, i.PersonID, name, c)
	})
}

func (s *Service) storePasskey(ctx context.Context, personID, name string, c *webauthn.Credential) error {
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}
	stored, err := s.insertPasskey(ctx, credentialID(c.ID), personID, name, string(body))
	if err == nil && !stored {
		err = apperr.New(apperr.Conflict, "This passkey is registered already.")
	}
	return err
}

func credentialID(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// RemovePasskey removes one of the person's passkeys. Errors: ErrFactorNeeded,
// NotFound (also for somebody else's), ErrLastFactor.
func (s *Service) RemovePasskey(ctx context.Context, i Identity, id string) (Tokens, Identity, error) {
	return s.factorRemoved(ctx, i, "a passkey", func(ctx context.Context) (bool, error) {
		return s.deletePasskey(ctx, i.PersonID, id)
	})
}

// ChallengeTicket asks the holder of a ticket for a passkey. Errors: ErrTicket,
// ErrNoPasskeys, Limited.
func (s *Service) ChallengeTicket(ctx context.Context, ticket string) (Challenge, error) {
	t, err := s.ticket(ctx, ticket)
	if err != nil {
		return Challenge{}, err
	}
	return s.challengePerson(ctx, t.PersonID)
}

// ChallengePerson asks the signed-in person for a passkey.
func (s *Service) ChallengePerson(ctx context.Context, i Identity) (Challenge, error) {
	return s.challengePerson(ctx, i.PersonID)
}

func (s *Service) challengePerson(ctx context.Context, personID string) (Challenge, error) {
	if err := s.allow(ctx, limitChallenge, personID); err != nil {
		return Challenge{}, err
	}
	h, err := s.holder(ctx, personID)
	if err != nil {
		return Challenge{}, err
	}
	if s.passkeys == nil || len(h.credentials) == 0 {
		return Challenge{}, ErrNoPasskeys
	}
	options, data, err := s.passkeys.BeginLogin(h, webauthn.WithUserVerification(protocol.VerificationPreferred))
	if err != nil {
		return Challenge{}, fmt.Errorf("account: passkey challenge: %w", err)
	}
	return s.challenge(ctx, personID, challengeProve, options, data)
}

func (s *Service) provePasskey(ctx context.Context, personID string, p Proof) error {
	if s.passkeys == nil {
		return ErrNoPasskeys
	}
	data, err := s.takeChallenge(ctx, p.ChallengeID, personID, challengeProve)
	if err != nil {
		return err
	}
	h, err := s.holder(ctx, personID)
	if err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(p.Passkey)
	if err != nil {
		return ErrPasskey.Because(err)
	}
	c, err := s.passkeys.ValidateLogin(h, data, parsed)
	if err != nil {
		return ErrPasskey.Because(err)
	}
	if c.Authenticator.CloneWarning {
		if err := s.record(ctx, "factor.clone_warning", personID, map[string]any{"passkey": credentialID(c.ID)}); err != nil {
			return err
		}
		return ErrPasskey
	}
	body, err := json.Marshal(c) // sign count and backup state have moved
	if err != nil {
		return err
	}
	return s.usePasskey(ctx, personID, credentialID(c.ID), string(body))
}
