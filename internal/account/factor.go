package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/mail"
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
// recovery code), an answer to a passkey challenge, or, where they have no
// second factor, the password.
type Proof struct {
	Code        string
	ChallengeID string
	Passkey     []byte // the browser's answer, JSON
	Password    string
}

// TOTPSetup is a secret waiting for its first code.
type TOTPSetup struct {
	Secret string // base32, to type in
	URI    string // otpauth://, to scan
}

const (
	totpPeriod    = 30
	recoveryCodes = 10
)

var totpOptions = totp.ValidateOpts{Period: totpPeriod, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

// RequireOwner returns ErrFactorNeeded unless the person proved themselves in
// the last ten minutes: by the second factor, or where there is none by the
// password. It guards changes to the ways of signing in.
func RequireOwner(i Identity, now time.Time) error {
	at := i.AuthAt
	if i.HasFactor {
		at = i.FactorAt
	}
	if now.Sub(at) > FreshFor {
		return ErrFactorNeeded
	}
	return nil
}

// Methods tells what the person has set up.
func (s *Service) Methods(ctx context.Context, personID string) (Methods, error) {
	return s.methods(ctx, personID)
}

func (s *Service) countFactors(ctx context.Context, personID string) (int, error) {
	m, err := s.methods(ctx, personID)
	n := m.Passkeys
	if m.TOTP {
		n++
	}
	return n, err
}

// prove checks a proof and returns what it was. Every try counts.
func (s *Service) prove(ctx context.Context, personID string, p Proof) (how string, err error) {
	if err := s.allow(ctx, limitFactor, personID); err != nil {
		return "", err
	}
	if err := s.allow(ctx, limitFactorDay, personID); err != nil {
		return "", err
	}
	code := strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, p.Code)
	switch {
	case len(p.Passkey) > 0:
		how, err = "passkey", s.provePasskey(ctx, personID, p)
	case p.Password != "":
		how, err = "password", s.provePassword(ctx, personID, p.Password)
	case len(code) == 6:
		how, err = "authenticator app", s.proveTOTP(ctx, personID, code)
	default:
		how, err = "recovery code", s.proveRecovery(ctx, personID, code)
	}
	if err != nil {
		if apperr.Is(err, apperr.Invalid) {
			if e := s.record(ctx, "account.factor_failed", personID, map[string]any{"factor": how}); e != nil {
				return "", e
			}
		}
		return "", err
	}
	return how, s.forgive(ctx, limitFactor, personID)
}

// provePassword counts only while there is no second factor.
func (s *Service) provePassword(ctx context.Context, personID, password string) error {
	n, err := s.countFactors(ctx, personID)
	if err != nil {
		return err
	}
	p, err := s.byID(ctx, personID)
	if err != nil {
		return err
	}
	right, err := s.hasher.Verify(ctx, p.PasswordHash, clip(password))
	if err != nil {
		return err
	}
	if !right || n > 0 {
		return apperr.InvalidField("password", "The password is not right.")
	}
	return nil
}

// proveTOTP accepts the code of this half minute and of its neighbors, each
// once (RFC 6238, 5.2).
func (s *Service) proveTOTP(ctx context.Context, personID, code string) error {
	secret, ok, err := s.totpSecret(ctx, personID, true)
	if err != nil {
		return err
	}
	if !ok {
		return ErrFactor
	}
	step, ok, err := s.matchTOTP(secret, code)
	if err != nil {
		return err
	}
	if ok {
		ok, err = s.spendStep(ctx, personID, step)
	}
	if err == nil && !ok {
		err = ErrFactor
	}
	return err
}

func (s *Service) matchTOTP(secret, code string) (step int64, ok bool, err error) {
	now := s.Now()
	for _, offset := range []int64{0, -1, 1} {
		at := now.Add(time.Duration(offset*totpPeriod) * time.Second)
		want, err := totp.GenerateCodeCustom(secret, at, totpOptions)
		if err != nil {
			return 0, false, err
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return at.Unix() / totpPeriod, true, nil
		}
	}
	return 0, false, nil
}

func (s *Service) proveRecovery(ctx context.Context, personID, code string) error {
	spent, err := s.spendRecovery(ctx, personID, hashRecovery(personID, code))
	if err == nil && !spent {
		err = ErrFactor
	}
	return err
}

// BeginTOTP makes a secret that waits for its first code; an earlier waiting
// one is replaced. Errors: ErrFactorNeeded, Conflict if an app is set up.
func (s *Service) BeginTOTP(ctx context.Context, i Identity) error {
	if err := RequireOwner(i, s.Now()); err != nil {
		return err
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: s.SiteName, AccountName: i.Email, SecretSize: 20})
	if err != nil {
		return err
	}
	stored, err := s.putTOTP(ctx, i.PersonID, s.Keys.Seal("totp|"+i.PersonID, []byte(key.Secret())))
	if err == nil && !stored {
		err = apperr.New(apperr.Conflict, "An authenticator app is set up already. Remove it first.")
	}
	return err
}

// PendingTOTP returns the secret that waits for its first code. Errors:
// NotFound.
func (s *Service) PendingTOTP(ctx context.Context, i Identity) (TOTPSetup, error) {
	secret, ok, err := s.totpSecret(ctx, i.PersonID, false)
	if err != nil {
		return TOTPSetup{}, err
	}
	if !ok {
		return TOTPSetup{}, errNoSetup
	}
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		return TOTPSetup{}, err
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: s.SiteName, AccountName: i.Email, Secret: raw})
	if err != nil {
		return TOTPSetup{}, err
	}
	return TOTPSetup{Secret: secret, URI: key.URL()}, nil
}

// ConfirmTOTP ends the setup with the first code and counts as a fresh second
// factor. Errors: ErrFactorNeeded, NotFound, ErrFactor, Limited.
func (s *Service) ConfirmTOTP(ctx context.Context, i Identity, code string) (Tokens, Identity, error) {
	if err := RequireOwner(i, s.Now()); err != nil {
		return Tokens{}, Identity{}, err
	}
	if err := s.allow(ctx, limitFactor, i.PersonID); err != nil {
		return Tokens{}, Identity{}, err
	}
	secret, ok, err := s.totpSecret(ctx, i.PersonID, false)
	if err != nil {
		return Tokens{}, Identity{}, err
	}
	if !ok {
		return Tokens{}, Identity{}, errNoSetup
	}
	step, ok, err := s.matchTOTP(secret, strings.ReplaceAll(code, " ", ""))
	if err != nil {
		return Tokens{}, Identity{}, err
	}
	if !ok {
		return Tokens{}, Identity{}, ErrFactor
	}
	return s.factorAdded(ctx, i, "an authenticator app", func(ctx context.Context) error {
		confirmed, err := s.confirmTOTP(ctx, i.PersonID, step)
		if err == nil && !confirmed {
			err = errNoSetup
		}
		return err
	})
}

// factorAdded stores a new factor, tells the owner, and returns an access token
// that knows of it.
func (s *Service) factorAdded(ctx context.Context, i Identity, what string, store func(ctx context.Context) error) (Tokens, Identity, error) {
	return s.reissue(ctx, i, func(ctx context.Context) error {
		if err := store(ctx); err != nil {
			return err
		}
		now := s.Now()
		if err := s.setProof(ctx, i.SessionID, nil, &now); err != nil {
			return err
		}
		if err := s.revokeTokens(ctx, i.PersonID); err != nil {
			return err
		}
		if err := s.record(ctx, "factor.add", i.PersonID, map[string]any{"factor": what}); err != nil {
			return err
		}
		p, err := s.byID(ctx, i.PersonID)
		if err != nil {
			return err
		}
		return s.send(ctx, p.Person, mail.NewFactor{What: what, SecurityLink: s.link("/account/security")})
	})
}

// RemoveTOTP removes the authenticator app. Errors: ErrFactorNeeded, NotFound,
// ErrLastFactor.
func (s *Service) RemoveTOTP(ctx context.Context, i Identity) (Tokens, Identity, error) {
	return s.factorRemoved(ctx, i, "an authenticator app", func(ctx context.Context) (bool, error) {
		return s.deleteTOTP(ctx, i.PersonID)
	})
}

func (s *Service) factorRemoved(ctx context.Context, i Identity, what string, remove func(ctx context.Context) (bool, error)) (Tokens, Identity, error) {
	if err := RequireOwner(i, s.Now()); err != nil {
		return Tokens{}, Identity{}, err
	}
	return s.reissue(ctx, i, func(ctx context.Context) error {
		removed, err := remove(ctx)
		if err != nil {
			return err
		}
		if !removed {
			return errNoFactor
		}
		n, err := s.countFactors(ctx, i.PersonID)
		if err != nil {
			return err
		}
		if n == 0 {
			if s.RequireAdminFactor && i.Has(Administrator) {
				return ErrLastFactor
			}
			if err := s.deleteRecovery(ctx, i.PersonID); err != nil {
				return err
			}
		}
		if err := s.revokeTokens(ctx, i.PersonID); err != nil {
			return err
		}
		return s.record(ctx, "factor.remove", i.PersonID, map[string]any{"factor": what})
	})
}

// NewRecoveryCodes replaces the recovery codes and returns the new ones, which
// are shown this once. Errors: ErrFactorNeeded, Conflict without a factor.
func (s *Service) NewRecoveryCodes(ctx context.Context, i Identity) ([]string, error) {
	if err := RequireOwner(i, s.Now()); err != nil {
		return nil, err
	}
	codes, hashes := make([]string, recoveryCodes), make([]string, recoveryCodes)
	for n := range codes {
		codes[n] = newRecoveryCode()
		hashes[n] = hashRecovery(i.PersonID, strings.ReplaceAll(codes[n], "-", ""))
	}
	err := s.DB.InTx(ctx, func(ctx context.Context) error {
		n, err := s.countFactors(ctx, i.PersonID)
		if err != nil {
			return err
		}
		if n == 0 {
			return apperr.New(apperr.Conflict, "Recovery codes stand in for a second factor. Set one up first.")
		}
		if err := s.deleteRecovery(ctx, i.PersonID); err != nil {
			return err
		}
		if err := s.insertRecovery(ctx, i.PersonID, hashes); err != nil {
			return err
		}
		return s.record(ctx, "factor.recovery_codes", i.PersonID, nil)
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// newRecoveryCode returns 80 random bits as four groups of four letters and
// digits: too many to guess even from the stored hashes.
func newRecoveryCode() string {
	b := make([]byte, 10)
	rand.Read(b)
	text := crockford.EncodeToString(b)
	return text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:]
}

var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// hashRecovery forgives what people misread: O for 0, I and L for 1.
func hashRecovery(personID, code string) string {
	code = strings.NewReplacer("O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(code))
	return hashToken(personID + "|" + code)
}

var (
	errNoSetup  = apperr.New(apperr.NotFound, "No authenticator app is waiting to be set up. Please start again.")
	errNoFactor = apperr.New(apperr.NotFound, "There is no such factor.")
	errNoDevice = apperr.New(apperr.NotFound, "There is no such device.")
)
