// Package account owns people: who they are, what they may do, and how they
// prove it.
//
// It owns the tables people, person_roles, licenses, removals, account_tokens,
// sessions and refresh_tokens. Below it, token signs and revokes access tokens, factor
// keeps second factors, limit counts tries, password hashes.
//
// Invariants:
//   - An address belongs to one account, whatever its case (a unique index).
//   - Secrets are never stored readable: passwords as argon2id, tokens and
//     recovery codes as SHA-256 of random bits, TOTP secrets sealed with the
//     master key.
//   - Every single-use thing (mail token, refresh token, recovery code, TOTP
//     step) is spent by one conditional UPDATE, so that two requests cannot
//     both spend it.
//   - What an access token claims holds until it expires (ten minutes) or is
//     revoked; a revocation reaches every replica within about a second.
//   - There is always an administrator once there was one.
//   - A stranger's guesses lock nobody out. Tries are counted per account and
//     network address (10 in 15 minutes), per network address (200) and per
//     account (25). Where the person proved who they are, by signing in or by
//     the link of a reset mail, the browser keeps a sealed mark for a year: tries
//     with it fall under a count of their own and under no other. A network
//     address that the person used in the last 30 days passes the count per
//     account, which only slows strangers. Whoever comes from nowhere known while
//     a stranger guesses gets in by the reset mail. All of it holds alike for
//     addresses that nobody has.
package account

import (
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// Role is what a person may do. Guests are accreditor guests: they read, and
// their access ends on a date.
type Role string

// The roles, as stored.
const (
	Therapist     Role = "therapist"
	Instructor    Role = "instructor"
	Administrator Role = "administrator"
	Guest         Role = "guest"
)

// Roles lists every role in the order in which pages show them.
var Roles = []Role{Therapist, Instructor, Administrator, Guest}

// Valid reports whether r is one of Roles.
func (r Role) Valid() bool { return slices.Contains(Roles, r) }

// Person is anyone with an account. Email is stored as typed but compared
// without case. LegalName is what a certificate prints; it is empty until the
// person confirms it. Times are UTC.
type Person struct {
	ID, Email, Name, LegalName, TimeZone, Profession string
	Roles                                            []Role `gorm:"-"` // read from their own table
	EmailConfirmedAt, BlockedAt, ErasedAt            *time.Time
	CreatedAt                                        time.Time
}

// Has reports whether the person holds the role.
func (p Person) Has(r Role) bool { return slices.Contains(p.Roles, r) }

// Location is the person's zone; UTC for one that is unknown.
func (p Person) Location() *time.Location {
	zone, err := time.LoadLocation(p.TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// License is a professional license: person × profession × jurisdiction ×
// number. ExpiresOn is a date (YYYY-MM-DD) without a zone, nil if not given.
type License struct {
	ID, PersonID, Profession, Jurisdiction, Number string
	ExpiresOn                                      *string
}

// Identity is who is asking, as the access token says it: no database is asked
// for it.
type Identity struct {
	PersonID, SessionID, Name, Email, TimeZone string
	Roles                                      []Role
	EmailConfirmed                             bool
	// AuthAt is when the person last gave the password or a passkey, FactorAt
	// when they last gave a second factor; zero if not in this session.
	AuthAt, FactorAt time.Time
	HasFactor        bool // a second factor is set up
	// Enroll says that an administrator still lacks the second factor that the
	// site requires: until there is one, no role counts.
	Enroll bool
}

// RequireFresh returns ErrFactorNeeded unless the second factor was given in the
// last ten minutes. It guards refund, revoke, role change, export and erasure
// (DECISIONS 18). Who has no factor is not asked: where one is required,
// Identity.Enroll keeps its holder from every role until there is one.
func RequireFresh(i Identity, now time.Time) error {
	if i.HasFactor && !fresh(i.FactorAt, now) {
		return ErrFactorNeeded
	}
	return nil
}

// fresh reports whether a proof was given in the last ten minutes. One from the
// future was given while a clock was wrong: it would stay fresh until then.
func fresh(at, now time.Time) bool {
	age := now.Sub(at)
	return age <= FreshFor && age >= -db.Skew
}

// FreshFor is how long a second factor counts as fresh.
const FreshFor = 10 * time.Minute

// Has reports whether the identity may act in the role.
func (i Identity) Has(r Role) bool { return !i.Enroll && slices.Contains(i.Roles, r) }
