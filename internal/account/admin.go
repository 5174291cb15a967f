package account

import (
	"context"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/account/password"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
)

// State is how far an account may be used.
type State string

// The states, as lists filter them. Nobody is in two.
const (
	StateActive      State = "active"
	StateUnconfirmed State = "unconfirmed"
	StateBlocked     State = "blocked"
	StateErased      State = "erased"
)

// States lists every state.
var States = []State{StateActive, StateUnconfirmed, StateBlocked, StateErased}

// State tells how far the account may be used.
func (p Person) State() State {
	switch {
	case p.ErasedAt != nil:
		return StateErased
	case p.BlockedAt != nil:
		return StateBlocked
	case p.EmailConfirmedAt == nil:
		return StateUnconfirmed
	}
	return StateActive
}

// NewPerson is an account made by somebody who answers for it: the command
// line, an administrator, the demonstration. Its address counts as confirmed.
type NewPerson struct {
	Email, Name, LegalName, Password, TimeZone, Profession string
	Roles                                                  []Role
	GuestUntil                                             *time.Time // needed for Guest
	CreatedAt                                              time.Time  // zero: now
	// Published accepts a password that everybody knows: the demonstration's.
	Published bool
	// Hash stands for Password where several accounts share one. Each
	// computation takes 19 MiB and about 20 ms, which forty people of a
	// demonstration would feel; their password is no secret, nor is its salt.
	Hash Hash

	noPassword bool // an invitation: the owner of the mailbox chooses one
}

// Hash is a password as it is stored. Only Service.Hash makes one.
type Hash struct{ phc string }

// Hash computes what is stored for a password. It does not judge the password.
func (s *Service) Hash(ctx context.Context, pw string) (Hash, error) {
	phc, err := s.hasher.Hash(ctx, pw)
	return Hash{phc}, err
}

// Create makes an account. Errors: Invalid (email, name, legal_name, password,
// time_zone, profession, roles), ErrTaken.
func (s *Service) Create(ctx context.Context, n NewPerson) (Person, error) {
	n.Email, n.Name, n.LegalName = strings.TrimSpace(n.Email), CleanName(n.Name), CleanName(n.LegalName)
	if n.TimeZone == "" {
		n.TimeZone = "UTC"
	}
	if err := s.checkNew(n); err != nil {
		return Person{}, err
	}
	hash := n.Hash.phc
	if hash == "" && !n.noPassword {
		var err error
		if hash, err = s.hasher.Hash(ctx, n.Password); err != nil {
			return Person{}, err
		}
	}
	now := s.Now()
	p := Person{ID: db.NewID(), Email: n.Email, Name: n.Name, LegalName: n.LegalName, TimeZone: n.TimeZone, Profession: n.Profession,
		EmailConfirmedAt: &now, CreatedAt: now}
	if !n.CreatedAt.IsZero() {
		p.CreatedAt = db.Truncate(n.CreatedAt)
		p.EmailConfirmedAt = &p.CreatedAt
	}
	err := s.DB.InTx(ctx, func(ctx context.Context) error {
		free, err := s.insertPerson(ctx, p, hash)
		if err != nil || !free {
			return orElse(err, ErrTaken)
		}
		for _, r := range n.Roles {
			var ends *time.Time
			if r == Guest {
				ends = n.GuestUntil
			}
			if _, err := s.insertRole(ctx, p.ID, r, ends); err != nil {
				return err
			}
		}
		return s.record(ctx, "account.create", p.ID, map[string]any{"roles": n.Roles})
	})
	if err != nil {
		return Person{}, err
	}
	return s.Get(ctx, p.ID)
}

func (s *Service) checkNew(n NewPerson) error {
	var check apperr.Check
	checkEmail(&check, n.Email)
	checkName := CheckName
	if n.noPassword { // an administrator answers for the list that it stands on
		checkName = checkNameByHand
	}
	checkName(&check, "name", n.Name)
	checkZone(&check, n.TimeZone)
	checkProfession(&check, n.Profession)
	check.Require(len(n.Roles) > 0, "roles", "Give at least one role.")
	for _, r := range n.Roles {
		check.Require(r.Valid(), "roles", "Unknown role "+string(r)+".")
		check.Require(r != Guest || s.checkEnd(n.GuestUntil) == nil, "roles", "A guest's access ends on a date, within ten years. Give one.")
	}
	if n.LegalName != "" {
		checkName(&check, "legal_name", n.LegalName)
		if s.CheckName != nil {
			if err := s.CheckName(n.LegalName); err != nil {
				return err
			}
		}
	}
	if !n.Published && !n.noPassword && n.Hash == (Hash{}) {
		if msg := password.Check(n.Password, n.Email, n.Name, s.SiteName); msg != "" {
			check.Field("password", "%s", msg)
		}
	}
	return check.Err()
}

// Get returns one person. Errors: ErrNotFound.
func (s *Service) Get(ctx context.Context, id string) (Person, error) {
	p, err := s.byID(ctx, id)
	return p.Person, err
}

// Names returns the names of people by their ID, for lists that say who did
// what. An ID that nobody has is not in the answer: whoever asks says what
// stands in its place.
func (s *Service) Names(ctx context.Context, ids []string) (map[string]string, error) {
	return s.namesOf(ctx, ids)
}

// FindByEmail returns the person with the address. Errors: ErrNotFound.
func (s *Service) FindByEmail(ctx context.Context, email string) (Person, error) {
	p, err := s.byEmail(ctx, email)
	return p.Person, err
}

// List returns a page of people. more tells that there is another one in the
// direction that was asked for. Errors: Invalid for a place that Key did not
// make.
func (s *Service) List(ctx context.Context, f Filter) (people []Person, more bool, err error) {
	f.Limit = db.PageLimit(f.Limit)
	page := f.Limit
	f.Limit++
	people, err = s.listPeople(ctx, f)
	if err != nil || len(people) <= page {
		return people, false, err
	}
	if len(f.Before) > 0 {
		return people[1:], true, nil
	}
	return people[:page], true, nil
}

// Each calls fn with every person of the filtered list, in its order, without
// loading it whole: for CSV.
func (s *Service) Each(ctx context.Context, f Filter, fn func(Person) error) error {
	f.After, f.Before, f.Limit = nil, nil, db.MaxPage
	return db.Walk(func(last *Person) ([]Person, bool, error) {
		if last != nil {
			f.After = f.Key(*last)
		}
		return s.List(ctx, f)
	}, fn)
}

// Count returns how many people the filter finds; over says that there are more.
func (s *Service) Count(ctx context.Context, f Filter) (n int64, over bool, err error) {
	return s.countPeople(ctx, f)
}

// RecordListExport records that an administrator took a copy of the list.
func (s *Service) RecordListExport(ctx context.Context, f Filter) error {
	return s.Audit.Record(ctx, audit.Event{Action: "people.export", ObjectKind: "people",
		Details: map[string]any{"q": f.Q, "role": f.Role, "state": f.State}})
}
