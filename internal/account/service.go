package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"log/slog"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/account/factor"
	"github.com/atmacena/cocare/internal/account/limit"
	"github.com/atmacena/cocare/internal/account/password"
	"github.com/atmacena/cocare/internal/account/token"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/keyring"
	"github.com/atmacena/cocare/internal/mail"
)

// Deps are what the service stands on. The last two may be nil.
type Deps struct {
	DB    *db.DB
	Keys  *keyring.Ring
	Audit *audit.Log
	Mail  *mail.Mailer
	Jobs  *job.Queue
	Log   *slog.Logger
	Now   func() time.Time

	BaseURL  string // without a slash at the end; issuer of the tokens, root of the links in mails
	SiteName string
	// RequireAdminFactor leads an administrator without a second factor to its
	// enrollment before any role counts.
	RequireAdminFactor bool

	// LegalNameLocked reports whether the person attested their name for an exam
	// or a certificate bears it: then only an administrator changes it.
	LegalNameLocked func(ctx context.Context, personID string) (bool, error)
	// CheckName says whether certificates can print the name: Invalid with the
	// field "legal_name" if not.
	CheckName func(name string) error
	// OnLicense runs in the transaction in which a person lists or changes a
	// license; nil: nothing waits for one.
	OnLicense func(ctx context.Context, personID string) error
}

// Service is the use cases of accounts. It is safe for concurrent use.
type Service struct {
	Deps
	hasher  *password.Hasher
	limits  *limit.Limiter
	tokens  *token.Authority
	factors *factor.Keeper
}

// The jobs of this package: what must not delay an answer, because the delay
// would tell whether an account exists.
const (
	jobRegistered = "account.registered"
	jobForgot     = "account.forgot"
	jobResend     = "account.resend"
)

// New returns the service, loads the keys and revocations, and registers its
// jobs.
func New(ctx context.Context, d Deps) (*Service, error) {
	now := d.Now
	d.Now = func() time.Time { return db.Truncate(now()) }
	s := &Service{Deps: d, hasher: password.NewHasher(), limits: limit.New(d.DB, d.Now, d.Keys)}
	var err error
	s.tokens, err = token.New(ctx, token.Config{DB: d.DB, Keys: d.Keys, Log: d.Log, Now: d.Now, Issuer: d.BaseURL})
	if err != nil {
		return nil, err
	}
	s.factors, err = factor.New(factor.Config{DB: d.DB, Keys: d.Keys, Limits: s.limits, Now: d.Now, BaseURL: d.BaseURL, Site: d.SiteName})
	if err != nil {
		return nil, err
	}
	d.Jobs.Handle(jobRegistered, s.onRegistered)
	d.Jobs.Handle(jobForgot, s.onForgot)
	d.Jobs.Handle(jobResend, s.onResend)
	d.Jobs.Every("account.sweep", time.Hour, s.Sweep)
	d.Jobs.Every("account.rotate_session_key", 24*time.Hour, s.rotateDue)
	return s, nil
}

// Run keeps revocations and keys fresh until ctx ends. The composition root
// starts it once; without it a replica knows only its own revocations.
func (s *Service) Run(ctx context.Context) { s.tokens.Run(ctx) }

// Client is the browser that asks: the address that the server saw, what the
// browser calls itself, and what Remember gave it to keep.
type Client struct{ IP, UserAgent, Devices string }

// Tokens are what a browser keeps. Refresh is empty when the browser already
// holds the newer one.
type Tokens struct {
	Access         string
	AccessExpires  time.Time
	Refresh        string
	RefreshExpires time.Time
}

// The errors that callers tell apart.
var (
	ErrNotFound     = apperr.New(apperr.NotFound, "There is no such person.")
	ErrCredentials  = apperr.New(apperr.Invalid, "The address or the password is not right.")
	ErrSession      = apperr.New(apperr.Unauthenticated, "Please sign in again.")
	ErrLink         = apperr.New(apperr.Gone, "This link was used already or has expired. Please ask for a new one.")
	ErrTicket       = apperr.New(apperr.Unauthenticated, "The sign-in took too long. Please start again.")
	ErrFactorNeeded = apperr.New(apperr.Forbidden, "Please confirm with your second factor first.")
	ErrLastAdmin    = apperr.New(apperr.Conflict, "This is the last administrator. Make somebody else an administrator first.")
	ErrBlocked      = apperr.New(apperr.Forbidden, "This account is blocked. Please ask for help.")
	ErrTaken        = apperr.InvalidField("email", "Another account uses this address.")
	ErrNameLocked   = apperr.InvalidField("legal_name", "Your name was attested for an exam or stands on a certificate. Please ask an administrator to change it.")
	ErrNoDate       = apperr.InvalidField("until", "Enter the date as year-month-day, such as 2027-03-31.")
	ErrUnconfirmed  = apperr.New(apperr.Forbidden, "Please confirm your email address first. A second factor is set up after that.")
	ErrLastFactor   = apperr.New(apperr.Conflict, "Administrators need a second factor. Add another one before you remove this one.")
)

// newToken returns 256 random bits for a link or a cookie, and the hash to store.
func newToken() (token, hash string) {
	b := make([]byte, 32)
	rand.Read(b)
	token = base64.RawURLEncoding.EncodeToString(b)
	return token, hashToken(token)
}

// hashToken needs no salt and no slowness: what it hashes is random.
func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// emailKey is what makes an address unique. Local parts are case-sensitive by
// RFC 5321 alone; no mail service in use keeps two mailboxes apart by case.
func emailKey(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// revokeTokens kills every access token of a person.
func (s *Service) revokeTokens(ctx context.Context, personID string) error {
	version, err := s.raiseTokenVersion(ctx, personID)
	if err != nil {
		return err
	}
	return s.tokens.RevokePerson(ctx, personID, version)
}

// record writes an audit event about a person.
func (s *Service) record(ctx context.Context, action, personID string, details map[string]any) error {
	return s.Audit.Record(ctx, audit.Event{Action: action, ObjectKind: "person", ObjectID: personID, Details: details})
}

// recordOwn is record for an act by which the person proved who they are while
// nobody was signed in yet: they are its actor.
func (s *Service) recordOwn(ctx context.Context, action, personID string, details map[string]any) error {
	a := audit.ActorOf(ctx)
	a.PersonID = personID
	return s.record(audit.WithActor(ctx, a), action, personID, details)
}

func (s *Service) link(path string) string { return s.BaseURL + path }

func (s *Service) send(ctx context.Context, p Person, m mail.Message) error {
	return s.Mail.Queue(ctx, mail.Address{Name: p.Name, Email: p.Email, PersonID: p.ID}, m)
}
