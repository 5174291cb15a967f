package account

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// sessionRow is a session, one device.
type sessionRow struct {
	ID, PersonID, Device, IP                 string
	AuthAt, CreatedAt, LastSeenAt, ExpiresAt time.Time
	FactorAt, EndedAt                        *time.Time
	FactorProof                              string // see Proof.key
}

func (s *Service) insertSession(ctx context.Context, r sessionRow) error {
	return s.DB.Conn(ctx).Exec(`INSERT INTO sessions (id, person_id, device, ip, auth_at, factor_at, factor_proof, created_at, last_seen_at, expires_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, r.ID, r.PersonID, r.Device, r.IP, r.AuthAt, r.FactorAt, r.FactorProof, r.CreatedAt, r.LastSeenAt, r.ExpiresAt).Error
}

func (s *Service) session(ctx context.Context, id string) (r sessionRow, err error) {
	err = db.One(s.DB.Read(ctx).Raw(`SELECT id, person_id, device, ip, auth_at, factor_at, factor_proof, created_at, last_seen_at, expires_at, ended_at
		FROM sessions WHERE id = ?`, id).Scan(&r), ErrSession)
	return r, err
}

func (s *Service) liveSessions(ctx context.Context, personID string) (rows []sessionRow, err error) {
	err = s.DB.Read(ctx).Raw(`SELECT id, person_id, device, ip, auth_at, factor_at, created_at, last_seen_at, expires_at FROM sessions
		WHERE person_id = ? AND ended_at IS NULL AND expires_at > ? ORDER BY last_seen_at DESC, id DESC`, personID, s.Now()).Scan(&rows).Error
	return rows, err
}

// allSessions are also those that have ended and are not swept yet.
func (s *Service) allSessions(ctx context.Context, personID string) (rows []sessionRow, err error) {
	err = s.DB.Read(ctx).Raw(`SELECT id, person_id, device, ip, auth_at, factor_at, created_at, last_seen_at, expires_at, ended_at FROM sessions
		WHERE person_id = ? ORDER BY last_seen_at DESC, id DESC`, personID).Scan(&rows).Error
	return rows, err
}

func (s *Service) touchSession(ctx context.Context, id, ip string, expires time.Time) error {
	return s.DB.Conn(ctx).Exec("UPDATE sessions SET last_seen_at = ?, ip = ?, expires_at = ? WHERE id = ?", s.Now(), ip, expires, id).Error
}

// setAuth says that the password was given in the session now.
func (s *Service) setAuth(ctx context.Context, sessionID string) error {
	return s.DB.Conn(ctx).Exec("UPDATE sessions SET auth_at = ? WHERE id = ?", s.Now(), sessionID).Error
}

// setFactorProof says that a second factor was given in the session now; key is
// Proof.key.
func (s *Service) setFactorProof(ctx context.Context, sessionID, key string) error {
	return s.DB.Conn(ctx).Exec("UPDATE sessions SET factor_at = ?, factor_proof = ? WHERE id = ?", s.Now(), key, sessionID).Error
}

func (s *Service) endSession(ctx context.Context, personID, sessionID, reason string) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("UPDATE sessions SET ended_at = ?, end_reason = ? WHERE id = ? AND person_id = ? AND ended_at IS NULL",
		s.Now(), reason, sessionID, personID))
}

func (s *Service) insertRefresh(ctx context.Context, hash, sessionID string) error {
	return s.DB.Conn(ctx).Exec("INSERT INTO refresh_tokens (hash, session_id, created_at) VALUES (?, ?, ?)", hash, sessionID, s.Now()).Error
}

// rotateRefresh spends a refresh token: of any number of parallel requests one
// gets true.
func (s *Service) rotateRefresh(ctx context.Context, hash string) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("UPDATE refresh_tokens SET rotated_at = ? WHERE hash = ? AND rotated_at IS NULL", s.Now(), hash))
}

type refreshRow struct {
	SessionID string
	RotatedAt *time.Time
}

func (s *Service) refreshToken(ctx context.Context, hash string) (r refreshRow, err error) {
	err = db.One(s.DB.Read(ctx).Raw("SELECT session_id, rotated_at FROM refresh_tokens WHERE hash = ?", hash).Scan(&r), ErrSession)
	return r, err
}

// knownAddress tells whether the person was signed in from this network address
// since an instant, in a session that they did not have to end in a hurry.
func (s *Service) knownAddress(ctx context.Context, personID, ip string, since time.Time) (bool, error) {
	var found []string
	err := s.DB.Read(ctx).Raw("SELECT id FROM sessions WHERE person_id = ? AND ip = ? AND last_seen_at > ? AND end_reason IN ('', 'signed out') LIMIT 1", personID, ip, since).Scan(&found).Error
	return len(found) > 0, err
}

// accountToken is a link sent by mail, or a ticket. Name, PasswordHash, TimeZone
// and Profession are those of a registration that counts when the link is used.
type accountToken struct {
	PersonID, Email                          string
	Purpose                                  string // of a spent one
	Name, PasswordHash, TimeZone, Profession string
	UsedAt                                   time.Time
	SessionID                                string // that a spent ticket opened
}

// The purposes of account_tokens.
const (
	purposeConfirm = "confirm"
	purposeReset   = "reset"
	purposeChange  = "change"
	purposeFactor  = "factor"
)

func (s *Service) insertToken(ctx context.Context, hash, personID, purpose, email string, life time.Duration) error {
	now := s.Now()
	return s.DB.Conn(ctx).Exec("INSERT INTO account_tokens (hash, person_id, purpose, email, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
		hash, personID, purpose, email, now, now.Add(life)).Error
}

// insertDraft keeps a registration under a hash that no link has, until
// openDraft gives it one.
func (s *Service) insertDraft(ctx context.Context, draft, personID, hash string, r Registration) error {
	now := s.Now()
	return s.DB.Conn(ctx).Exec(`INSERT INTO account_tokens (hash, person_id, purpose, email, name, password_hash, time_zone, profession, created_at, expires_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		draft, personID, purposeConfirm, r.Email, r.Name, hash, r.TimeZone, r.Profession, now, now.Add(confirmLife)).Error
}

func (s *Service) openDraft(ctx context.Context, draft, personID, hash string) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("UPDATE account_tokens SET hash = ? WHERE hash = ? AND person_id = ?", hash, draft, personID))
}

func (s *Service) peekToken(ctx context.Context, hash, purpose string) (t accountToken, err error) {
	err = db.One(s.DB.Read(ctx).Raw(`SELECT person_id, email FROM account_tokens
		WHERE hash = ? AND purpose = ? AND used_at IS NULL AND expires_at > ?`, hash, purpose, s.Now()).Scan(&t), ErrLink)
	return t, err
}

// spendToken uses a token up: of any number of parallel requests one gets it.
func (s *Service) spendToken(ctx context.Context, hash, purpose string) (t accountToken, err error) {
	now := s.Now()
	err = db.One(s.DB.Conn(ctx).Raw(`UPDATE account_tokens SET used_at = ? WHERE hash = ? AND purpose = ? AND used_at IS NULL
		AND expires_at > ? RETURNING person_id, email, name, password_hash, time_zone, profession`, now, hash, purpose, now).Scan(&t), ErrLink)
	return t, err
}

// spentToken finds a token that was used up a while ago: whoever clicks twice is
// to find what they did, not a dead end. It stays as long as it would have been
// good.
func (s *Service) spentToken(ctx context.Context, hash, purpose string) (t accountToken, err error) {
	err = db.One(s.DB.Read(ctx).Raw(`SELECT person_id, email, purpose, used_at, session_id FROM account_tokens
		WHERE hash = ? AND purpose = ? AND used_at IS NOT NULL AND expires_at > ?`, hash, purpose, s.Now()).Scan(&t), ErrLink)
	return t, err
}

func (s *Service) setTicketSession(ctx context.Context, hash, sessionID string) error {
	return s.DB.Conn(ctx).Exec("UPDATE account_tokens SET session_id = ? WHERE hash = ?", sessionID, hash).Error
}

func (s *Service) pendingEmail(ctx context.Context, personID string) (p PendingEmail, err error) {
	err = s.DB.Read(ctx).Raw(`SELECT email, created_at AS sent_at, expires_at FROM account_tokens WHERE person_id = ? AND purpose = ? AND used_at IS NULL AND expires_at > ?
		ORDER BY created_at DESC, hash LIMIT 1`, personID, purposeChange, s.Now()).Scan(&p).Error
	return p, err
}

// dropChanges makes links to other addresses than email void.
func (s *Service) dropChanges(ctx context.Context, personID, email string) error {
	return s.DB.Conn(ctx).Exec("DELETE FROM account_tokens WHERE person_id = ? AND purpose = ? AND used_at IS NULL AND email <> ?", personID, purposeChange, email).Error
}

// cancelChange makes links to email void, and reports whether one was good.
func (s *Service) cancelChange(ctx context.Context, personID, email string) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("DELETE FROM account_tokens WHERE person_id = ? AND purpose = ? AND used_at IS NULL AND expires_at > ? AND email = ?",
		personID, purposeChange, s.Now(), email))
}

// dropTokens makes every open link and ticket of a person void. Spent ones stay,
// without what a registration wrote into them.
func (s *Service) dropTokens(ctx context.Context, personID string) error {
	if err := s.DB.Conn(ctx).Exec("DELETE FROM account_tokens WHERE person_id = ? AND used_at IS NULL", personID).Error; err != nil {
		return err
	}
	return s.DB.Conn(ctx).Exec(`UPDATE account_tokens SET name = '', password_hash = '', time_zone = '', profession = ''
		WHERE person_id = ? AND password_hash <> ''`, personID).Error
}

// sweepBatch is how many refresh tokens are deleted in one statement: each waits
// for the writer, and nobody behind it for long.
const sweepBatch = 500

// sweepRefresh deletes some of the tokens that say nothing any more, and reports
// whether there were as many as it deletes at once. A token replaces itself within
// idleLife of its making or never; for another idleLife a copy of it is known.
func (s *Service) sweepRefresh(ctx context.Context, now time.Time) (more bool, err error) {
	done := s.DB.Conn(ctx).Exec("DELETE FROM refresh_tokens WHERE hash IN (SELECT hash FROM refresh_tokens WHERE created_at < ? ORDER BY created_at LIMIT ?)",
		now.Add(-2*idleLife), sweepBatch)
	return done.RowsAffected == sweepBatch, done.Error
}

// sweep deletes what has no meaning anymore. Ended sessions stay for ninety
// days, so that an owner who asks can be told.
func (s *Service) sweep(ctx context.Context, now time.Time) error {
	if err := s.DB.Conn(ctx).Exec("DELETE FROM account_tokens WHERE expires_at < ?", now).Error; err != nil {
		return err
	}
	if err := s.DB.Conn(ctx).Exec("DELETE FROM removals WHERE removed_at < ?", now.Add(-removalLife)).Error; err != nil {
		return err
	}
	old := now.Add(-90 * 24 * time.Hour)
	return s.DB.Conn(ctx).Exec("DELETE FROM sessions WHERE expires_at < ? AND (ended_at IS NULL OR ended_at < ?)", old, old).Error
}
