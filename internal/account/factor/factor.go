// Package factor keeps second factors: authenticator apps (TOTP, RFC 6238),
// passkeys (WebAuthn) and recovery codes. It knows people by an Owner and
// settles nothing about who may change what: package account does.
//
// It owns the tables totp_factors, passkeys, passkey_challenges, recovery_codes
// and recovery_sheets.
//
// Invariants: a TOTP step, a challenge and a recovery code are each spent by
// one conditional statement; TOTP secrets are sealed with the master key,
// recovery codes are stored as hashes of 80 random bits, and sealed beside them
// for the ten minutes in which their owner may write them down.
package factor

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"github.com/atmacena/cocare/internal/account/limit"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/keyring"
)

// Owner is whose factors they are.
type Owner struct{ ID, SessionID, Email, Name string }

// Config is what the keeper stands on. BaseURL decides whether passkeys are
// possible and for which host; Site is shown by apps and browsers.
type Config struct {
	DB            *db.DB
	Keys          *keyring.Ring
	Limits        *limit.Limiter
	Now           func() time.Time
	BaseURL, Site string
}

// Keeper keeps factors. It is safe for concurrent use.
type Keeper struct {
	Config
	passkeys *webauthn.WebAuthn // nil where the base URL allows none
}

// New returns a keeper.
func New(c Config) (*Keeper, error) {
	rp, err := newRelyingParty(c.BaseURL, c.Site)
	return &Keeper{Config: c, passkeys: rp}, err
}

// The errors that callers tell apart.
var (
	ErrCode       = apperr.InvalidField("code", "This code is not right, or it was used already.")
	ErrPasskey    = apperr.New(apperr.Invalid, "The passkey was not accepted. Please try again.")
	ErrNoPasskeys = apperr.New(apperr.Conflict, "There is no passkey to use here. Please choose another way.")
	ErrNoSetup    = apperr.New(apperr.NotFound, "No authenticator app is waiting to be set up. Please start again.")
	ErrExists     = apperr.New(apperr.Conflict, "An authenticator app is set up already. Remove it first.")
)

// The limits: a guesser of six digits who knows the password has a chance of
// three in a million per try.
var (
	perQuarter   = limit.Rule{Door: "factor", Max: 10, Per: 15 * time.Minute}
	perDay       = limit.Rule{Door: "factor day", Max: 60, Per: 24 * time.Hour}
	perChallenge = limit.Rule{Door: "challenge", Max: 30, Per: 15 * time.Minute}
)

// Methods are the ways in which a person can prove themselves besides the
// password.
type Methods struct {
	TOTP          bool
	Passkeys      int
	RecoveryCodes int // unused ones
}

// Any reports whether there is a second factor. Recovery codes alone are none:
// they are a way back, not a way in.
func (m Methods) Any() bool { return m.TOTP || m.Passkeys > 0 }

// Proof is what a person gives: a code (from an authenticator app, or a
// recovery code), or an answer to a passkey challenge.
type Proof struct {
	Code        string
	ChallengeID string
	Passkey     []byte // the browser's answer, JSON
}

// Setup is a secret waiting for its first code.
type Setup struct {
	Secret string // base32, to type in
	URI    string // otpauth://, to scan
}

const period = 30 // seconds

var options = totp.ValidateOpts{Period: period, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

// Allow counts a try to prove anything; Forgive forgets the tries of the last
// minutes after a right one.
func (k *Keeper) Allow(ctx context.Context, personID string) error {
	if err := k.Limits.Allow(ctx, perQuarter, personID); err != nil {
		return err
	}
	return k.Limits.Allow(ctx, perDay, personID)
}

// Forgive: see Allow.
func (k *Keeper) Forgive(ctx context.Context, personID string) error {
	return k.Limits.Forgive(ctx, perQuarter, personID)
}

// Methods tells what the person has set up.
func (k *Keeper) Methods(ctx context.Context, personID string) (Methods, error) {
	return k.methods(ctx, personID)
}

// Spend uses a proof up. It runs in the transaction that does what was proven
// for, so that neither happens without the other. Errors: ErrCode, ErrPasskey,
// where somebody was faster.
type Spend func(ctx context.Context) error

// Check tells what a proof is and whether it is right, as far as that can be
// told before it is spent; a passkey's challenge is gone in any case, so it must
// not run in a transaction that a refusal rolls back. The caller counts the try.
// Errors: ErrCode, ErrPasskey, ErrNoPasskeys.
func (k *Keeper) Check(ctx context.Context, o Owner, p Proof) (how string, spend Spend, err error) {
	code := plainCode(p.Code)
	switch {
	case len(p.Passkey) > 0:
		spend, err = k.checkPasskey(ctx, o, p)
		return "passkey", spend, err
	case len(code) == int(otp.DigitsSix):
		spend, err = k.checkTOTP(ctx, o.ID, code)
		return "authenticator app", spend, err
	}
	return "recovery code", func(ctx context.Context) error {
		return orRefused(ErrCode)(k.spendRecovery(ctx, o.ID, hashRecovery(o.ID, code)))
	}, nil
}

// orRefused is refused where a conditional statement changed nothing.
func orRefused(refused error) func(changed bool, err error) error {
	return func(changed bool, err error) error {
		if err == nil && !changed {
			err = refused
		}
		return err
	}
}

func plainCode(code string) string { return strings.NewReplacer(" ", "", "-", "").Replace(code) }

// checkTOTP accepts the code of this half minute and of its neighbors, each
// once (RFC 6238, 5.2).
func (k *Keeper) checkTOTP(ctx context.Context, personID, code string) (Spend, error) {
	secret, ok, err := k.confirmedSecret(ctx, personID)
	if err := orRefused(ErrCode)(ok, err); err != nil {
		return nil, err
	}
	step, ok, err := k.match(secret, code)
	if err := orRefused(ErrCode)(ok, err); err != nil {
		return nil, err
	}
	return func(ctx context.Context) error { return orRefused(ErrCode)(k.spendStep(ctx, personID, step)) }, nil
}

func (k *Keeper) match(secret, code string) (step int64, ok bool, err error) {
	now := k.Now()
	for _, offset := range []int64{0, -1, 1} {
		at := now.Add(time.Duration(offset*period) * time.Second)
		want, err := totp.GenerateCodeCustom(secret, at, options)
		if err != nil {
			return 0, false, err
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return at.Unix() / period, true, nil
		}
	}
	return 0, false, nil
}

// BeginTOTP makes a secret that waits for its first code, from the same session;
// an earlier waiting one is replaced. Errors: ErrExists.
func (k *Keeper) BeginTOTP(ctx context.Context, o Owner) error {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: k.Site, AccountName: o.Email, SecretSize: 20})
	if err != nil {
		return err
	}
	return orRefused(ErrExists)(k.putTOTP(ctx, o, k.Keys.Seal("totp|"+o.ID, []byte(key.Secret()))))
}

// PendingTOTP returns the secret that waits for its first code. Errors:
// ErrNoSetup.
func (k *Keeper) PendingTOTP(ctx context.Context, o Owner) (Setup, error) {
	secret, ok, err := k.pendingSecret(ctx, o)
	if err != nil {
		return Setup{}, err
	}
	if !ok {
		return Setup{}, ErrNoSetup
	}
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		return Setup{}, err
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: k.Site, AccountName: o.Email, Secret: raw})
	if err != nil {
		return Setup{}, err
	}
	return Setup{Secret: secret, URI: key.URL()}, nil
}

// ConfirmTOTP ends the setup with the first code. Errors: ErrNoSetup, ErrCode.
func (k *Keeper) ConfirmTOTP(ctx context.Context, o Owner, code string) error {
	secret, ok, err := k.pendingSecret(ctx, o)
	if err != nil {
		return err
	}
	if !ok {
		return ErrNoSetup
	}
	step, ok, err := k.match(secret, plainCode(code))
	if err != nil {
		return err
	}
	if !ok {
		return ErrCode
	}
	return orRefused(ErrNoSetup)(k.confirmTOTP(ctx, o, step))
}

// RemoveTOTP reports whether there was an authenticator app to remove.
func (k *Keeper) RemoveTOTP(ctx context.Context, personID string) (bool, error) {
	return k.deleteTOTP(ctx, personID)
}

// RemoveAll removes every factor of a person.
func (k *Keeper) RemoveAll(ctx context.Context, personID string) error {
	return k.deleteFactors(ctx, personID)
}

// Sweep deletes challenges that nobody answered and codes that nobody may read
// any more.
func (k *Keeper) Sweep(ctx context.Context) error { return k.sweep(ctx, k.Now()) }

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
