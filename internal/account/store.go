package account

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

const personColumns = "p.id, p.email, p.name, p.legal_name, p.time_zone, p.profession, p.email_confirmed_at, p.blocked_at, p.erased_at, p.created_at"

// personRow is a person with what never leaves the package.
type personRow struct {
	Person       `gorm:"embedded"`
	PasswordHash string
	TokenVersion int64
}

func (s *Service) personBy(ctx context.Context, where string, arg any) (personRow, error) {
	var p personRow
	err := db.One(s.DB.Read(ctx).Raw("SELECT "+personColumns+", p.password_hash, p.token_version FROM people p WHERE "+where, arg).Scan(&p), ErrNotFound)
	if err != nil {
		return personRow{}, err
	}
	p.Roles, err = s.rolesOf(ctx, p.ID)
	return p, err
}

func (s *Service) byID(ctx context.Context, id string) (personRow, error) {
	return s.personBy(ctx, "p.id = ?", id)
}

// byEmail reads as often for an address that nobody has: the time must not tell
// (DECISIONS 18).
func (s *Service) byEmail(ctx context.Context, email string) (personRow, error) {
	p, err := s.personBy(ctx, "p.email_key = ?", emailKey(email))
	if errors.Is(err, ErrNotFound) {
		if _, failed := s.rolesOf(ctx, ""); failed != nil {
			return p, failed
		}
	}
	return p, err
}

// peopleByKeys returns people by their addresses, without their roles.
func (s *Service) peopleByKeys(ctx context.Context, keys []string) (list []Person, err error) {
	err = s.DB.Read(ctx).Raw("SELECT "+personColumns+" FROM people p WHERE p.email_key IN ?", keys).Scan(&list).Error
	return list, err
}

func (s *Service) namesOf(ctx context.Context, ids []string) (map[string]string, error) {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	names := make(map[string]string, len(ids))
	for some := range slices.Chunk(ids, 1000) { // an engine takes so many parameters
		var rows []struct{ ID, Name string }
		if err := s.DB.Read(ctx).Raw("SELECT id, name FROM people WHERE id IN ?", some).Scan(&rows).Error; err != nil {
			return nil, err
		}
		for _, r := range rows {
			names[r.ID] = r.Name
		}
	}
	return names, nil
}

func (s *Service) rolesOf(ctx context.Context, personID string) ([]Role, error) {
	var roles []Role
	err := s.DB.Read(ctx).Raw("SELECT role FROM person_roles WHERE person_id = ? AND (ends_at IS NULL OR ends_at > ?)", personID, s.Now()).Scan(&roles).Error
	sortRoles(roles)
	return roles, err
}

// GuestEnds is when a person's role of a guest ends, or did; nil: they never had it.
func (s *Service) GuestEnds(ctx context.Context, personID string) (*time.Time, error) {
	var ends []time.Time
	err := s.DB.Read(ctx).Raw("SELECT ends_at FROM person_roles WHERE person_id = ? AND role = ?", personID, Guest).Scan(&ends).Error
	if err != nil || len(ends) == 0 {
		return nil, err
	}
	return &ends[0], nil
}

func sortRoles(roles []Role) {
	slices.SortFunc(roles, func(a, b Role) int { return slices.Index(Roles, a) - slices.Index(Roles, b) })
}

// insertPerson reports false when the address is taken.
func (s *Service) insertPerson(ctx context.Context, p Person, hash string) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec(`INSERT INTO people (id, email, email_key, name, legal_name, time_zone, profession,
			password_hash, email_confirmed_at, created_at, search) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (email_key) DO NOTHING`,
		p.ID, p.Email, emailKey(p.Email), p.Name, p.LegalName, p.TimeZone, p.Profession, hash, p.EmailConfirmedAt, p.CreatedAt, p.search()))
}

// search is what lists look in: license numbers as they are written, and without
// what people write differently.
func (p Person) search(licenses ...License) string {
	parts := []string{p.Name, p.LegalName, p.Email}
	for _, l := range licenses {
		parts = append(parts, l.Number, l.NumberKey())
	}
	return db.Fold(strings.Join(parts, " "))
}

// refold brings the column that lists look in up to date, after a change of
// name, legal name, address or licenses.
func (s *Service) refold(ctx context.Context, personID string) error {
	p, err := s.byID(ctx, personID)
	if err != nil {
		return err
	}
	licenses, err := s.licenses(ctx, personID)
	if err != nil {
		return err
	}
	return s.DB.Conn(ctx).Exec("UPDATE people SET search = ? WHERE id = ?", p.search(licenses...), personID).Error
}

// insertRole gives a role, or a guest's access another end, and reports whether
// that changed anything. It does nothing for a person who is not there:
// registration runs the same statements whether or not the address was free.
//
// ends may come in any zone: it is stored in UTC, as every instant is, or one
// engine would compare the clock on the wall.
func (s *Service) insertRole(ctx context.Context, personID string, r Role, ends *time.Time) (bool, error) {
	if ends != nil {
		utc := db.Truncate(*ends)
		ends = &utc
	}
	return db.Changed(s.DB.Conn(ctx).Exec(`INSERT INTO person_roles (person_id, role, granted_at, ends_at)
		SELECT p.id, ?, ?, ? FROM people p WHERE p.id = ? ON CONFLICT (person_id, role) DO UPDATE
		SET granted_at = excluded.granted_at, ends_at = excluded.ends_at WHERE person_roles.ends_at IS DISTINCT FROM excluded.ends_at`, r, s.Now(), ends, personID))
}

func (s *Service) deleteRole(ctx context.Context, personID string, r Role) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("DELETE FROM person_roles WHERE person_id = ? AND role = ?", personID, r))
}

// otherAdministrators tells whether an administrator remains besides personID
// who can still sign in.
func (s *Service) otherAdministrators(ctx context.Context, personID string) (bool, error) {
	var found []string
	err := s.DB.Read(ctx).Raw(`SELECT r.person_id FROM person_roles r JOIN people p ON p.id = r.person_id
		WHERE r.role = 'administrator' AND r.person_id <> ? AND p.blocked_at IS NULL AND p.erased_at IS NULL LIMIT 1`, personID).Scan(&found).Error
	return len(found) > 0, err
}

// lockAdministrators makes changes to the set of administrators wait for each
// other: two who remove each other at once would leave none.
func (s *Service) lockAdministrators(ctx context.Context) error {
	return s.DB.Conn(ctx).Exec(`INSERT INTO settings (name, value, updated_at) VALUES ('account.administrators', '', ?)
		ON CONFLICT (name) DO UPDATE SET updated_at = excluded.updated_at`, s.Now()).Error
}

// hold takes the person's row: what is found out about them from here to the end
// of the transaction, nobody changes meanwhile. Whoever opens or ends sessions,
// adds or removes factors takes it first.
func (s *Service) hold(ctx context.Context, personID string) error {
	held, err := db.Changed(s.DB.Conn(ctx).Exec("UPDATE people SET token_version = token_version WHERE id = ?", personID))
	if err == nil && !held {
		err = ErrNotFound
	}
	return err
}

// holdPassword is hold on behalf of a password that was right when read was
// read, and returns the person as they are now. Errors: ErrCredentials if it is
// no longer their password, or they are kept out.
func (s *Service) holdPassword(ctx context.Context, read personRow) (personRow, error) {
	held, err := db.Changed(s.DB.Conn(ctx).Exec(`UPDATE people SET token_version = token_version
		WHERE id = ? AND password_hash = ? AND blocked_at IS NULL AND erased_at IS NULL`, read.ID, read.PasswordHash))
	if err != nil || !held {
		return personRow{}, orElse(err, ErrCredentials)
	}
	return s.byID(ctx, read.ID)
}

// setPerson updates one column of a person by a fixed name.
func (s *Service) setPerson(ctx context.Context, personID, column string, value any) error {
	changed, err := db.Changed(s.DB.Conn(ctx).Exec("UPDATE people SET "+column+" = ? WHERE id = ?", value, personID))
	if err == nil && !changed {
		return ErrNotFound
	}
	if err == nil && column == "name" {
		return s.refold(ctx, personID)
	}
	return err
}

// setLegalName reports false where it is the legal name already.
func (s *Service) setLegalName(ctx context.Context, personID, name string) (bool, error) {
	changed, err := db.Changed(s.DB.Conn(ctx).Exec("UPDATE people SET legal_name = ? WHERE id = ? AND legal_name <> ?", name, personID, name))
	if err != nil || !changed {
		return false, err
	}
	return true, s.refold(ctx, personID)
}

func (s *Service) confirmAddress(ctx context.Context, personID, email string) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("UPDATE people SET email_confirmed_at = ? WHERE id = ? AND email_key = ? AND email_confirmed_at IS NULL",
		s.Now(), personID, emailKey(email)))
}

func (s *Service) setEmail(ctx context.Context, personID, email string) error {
	err := s.DB.Conn(ctx).Exec("UPDATE people SET email = ?, email_key = ?, email_confirmed_at = ? WHERE id = ?",
		email, emailKey(email), s.Now(), personID).Error
	if err != nil {
		return err
	}
	return s.refold(ctx, personID)
}

// adopt makes a registration of an unconfirmed address the account's.
func (s *Service) adopt(ctx context.Context, t accountToken) error {
	err := s.DB.Conn(ctx).Exec(`UPDATE people SET name = ?, legal_name = '', time_zone = ?, profession = ?, password_hash = ? WHERE id = ?`,
		t.Name, t.TimeZone, t.Profession, t.PasswordHash, t.PersonID).Error
	if err != nil {
		return err
	}
	if err := s.DB.Conn(ctx).Exec("DELETE FROM licenses WHERE person_id = ?", t.PersonID).Error; err != nil {
		return err
	}
	return s.refold(ctx, t.PersonID)
}

func (s *Service) raiseTokenVersion(ctx context.Context, personID string) (version int64, err error) {
	err = db.One(s.DB.Conn(ctx).Raw("UPDATE people SET token_version = token_version + 1 WHERE id = ? RETURNING token_version", personID).Scan(&version), ErrNotFound)
	return version, err
}

// block reports false for a person who is blocked already: the first reason
// stays.
func (s *Service) block(ctx context.Context, personID, reason string) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("UPDATE people SET blocked_at = ?, blocked_reason = ? WHERE id = ? AND blocked_at IS NULL",
		s.Now(), reason, personID))
}

func (s *Service) unblock(ctx context.Context, personID string) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("UPDATE people SET blocked_at = NULL, blocked_reason = '' WHERE id = ? AND blocked_at IS NOT NULL", personID))
}

func (s *Service) blockReason(ctx context.Context, personID string) (reason string, err error) {
	err = db.One(s.DB.Read(ctx).Raw("SELECT blocked_reason FROM people WHERE id = ?", personID).Scan(&reason), ErrNotFound)
	return reason, err
}

// contest notes that an account without a confirmed address was registered again.
func (s *Service) contest(ctx context.Context, personID string) error {
	return s.DB.Conn(ctx).Exec("UPDATE people SET contested = TRUE WHERE id = ? AND email_confirmed_at IS NULL", personID).Error
}

// disown takes the password of a contested account away, and reports whether it is
// one: an empty hash fits no text.
func (s *Service) disown(ctx context.Context, personID string) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("UPDATE people SET password_hash = '' WHERE id = ? AND contested", personID))
}
