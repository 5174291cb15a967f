package factor

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

func (k *Keeper) methods(ctx context.Context, personID string) (m Methods, err error) {
	var row struct{ Totp, Passkeys, Recovery int }
	err = k.DB.Read(ctx).Raw(`SELECT
			(SELECT count(*) FROM totp_factors WHERE person_id = ? AND confirmed_at IS NOT NULL) AS totp,
			(SELECT count(*) FROM passkeys WHERE person_id = ?) AS passkeys,
			(SELECT count(*) FROM recovery_codes WHERE person_id = ? AND used_at IS NULL) AS recovery`,
		personID, personID, personID).Scan(&row).Error
	return Methods{TOTP: row.Totp > 0, Passkeys: row.Passkeys, RecoveryCodes: row.Recovery}, err
}

func (k *Keeper) confirmedSecret(ctx context.Context, personID string) (plain string, ok bool, err error) {
	return k.secret(ctx, personID, "confirmed_at IS NOT NULL")
}

func (k *Keeper) pendingSecret(ctx context.Context, o Owner) (plain string, ok bool, err error) {
	return k.secret(ctx, o.ID, "confirmed_at IS NULL AND session_id = ?", o.SessionID)
}

func (k *Keeper) secret(ctx context.Context, personID, where string, args ...any) (plain string, ok bool, err error) {
	var row struct{ Sealed []byte }
	q := k.DB.Read(ctx).Raw("SELECT sealed FROM totp_factors WHERE person_id = ? AND "+where, append([]any{personID}, args...)...).Scan(&row)
	if q.Error != nil || q.RowsAffected == 0 {
		return "", false, q.Error
	}
	secret, err := k.Keys.Open("totp|"+personID, row.Sealed)
	return string(secret), err == nil, err
}

func (k *Keeper) putTOTP(ctx context.Context, o Owner, sealed []byte) (bool, error) {
	now := k.Now()
	return db.Changed(k.DB.Conn(ctx).Exec(`INSERT INTO totp_factors (person_id, session_id, sealed, created_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (person_id) DO UPDATE SET session_id = excluded.session_id, sealed = excluded.sealed, created_at = excluded.created_at
		WHERE totp_factors.confirmed_at IS NULL`, o.ID, o.SessionID, sealed, now))
}

func (k *Keeper) confirmTOTP(ctx context.Context, o Owner, step int64) (bool, error) {
	return db.Changed(k.DB.Conn(ctx).Exec("UPDATE totp_factors SET confirmed_at = ?, last_step = ? WHERE person_id = ? AND session_id = ? AND confirmed_at IS NULL",
		k.Now(), step, o.ID, o.SessionID))
}

// spendStep accepts each half minute once, and none before one accepted.
func (k *Keeper) spendStep(ctx context.Context, personID string, step int64) (bool, error) {
	return db.Changed(k.DB.Conn(ctx).Exec("UPDATE totp_factors SET last_step = ? WHERE person_id = ? AND confirmed_at IS NOT NULL AND last_step < ?",
		step, personID, step))
}

func (k *Keeper) deleteTOTP(ctx context.Context, personID string) (bool, error) {
	return db.Changed(k.DB.Conn(ctx).Exec("DELETE FROM totp_factors WHERE person_id = ? AND confirmed_at IS NOT NULL", personID))
}

type passkeyRow struct {
	ID, Name, Credential string
	CreatedAt            time.Time
	LastUsedAt           *time.Time
}

func (k *Keeper) passkeyRows(ctx context.Context, personID string) (rows []passkeyRow, err error) {
	err = k.DB.Read(ctx).Raw("SELECT id, name, credential, created_at, last_used_at FROM passkeys WHERE person_id = ? ORDER BY created_at, id", personID).Scan(&rows).Error
	return rows, err
}

func (k *Keeper) insertPasskey(ctx context.Context, id, personID, name, credential string) (bool, error) {
	return db.Changed(k.DB.Conn(ctx).Exec(`INSERT INTO passkeys (id, person_id, name, credential, created_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (id) DO NOTHING`, id, personID, name, credential, k.Now()))
}

func (k *Keeper) usePasskey(ctx context.Context, personID, id, credential string) (bool, error) {
	return db.Changed(k.DB.Conn(ctx).Exec("UPDATE passkeys SET credential = ?, last_used_at = ? WHERE id = ? AND person_id = ?", credential, k.Now(), id, personID))
}

func (k *Keeper) deletePasskey(ctx context.Context, personID, id string) (bool, error) {
	return db.Changed(k.DB.Conn(ctx).Exec("DELETE FROM passkeys WHERE id = ? AND person_id = ?", id, personID))
}

func (k *Keeper) insertChallenge(ctx context.Context, hash, personID, purpose, data string, expires time.Time) error {
	return k.DB.Conn(ctx).Exec("INSERT INTO passkey_challenges (hash, person_id, purpose, data, expires_at) VALUES (?, ?, ?, ?, ?)",
		hash, personID, purpose, data, expires).Error
}

func (k *Keeper) spendChallenge(ctx context.Context, hash, personID, purpose string) (data string, err error) {
	err = db.One(k.DB.Conn(ctx).Raw(`DELETE FROM passkey_challenges WHERE hash = ? AND person_id = ? AND purpose = ? AND expires_at > ?
		RETURNING data`, hash, personID, purpose, k.Now()).Scan(&data), ErrPasskey)
	return data, err
}

func (k *Keeper) insertRecovery(ctx context.Context, personID, hash string) error {
	return k.DB.Conn(ctx).Exec("INSERT INTO recovery_codes (hash, person_id, created_at) VALUES (?, ?, ?)", hash, personID, k.Now()).Error
}

func (k *Keeper) spendRecovery(ctx context.Context, personID, hash string) (bool, error) {
	return db.Changed(k.DB.Conn(ctx).Exec("UPDATE recovery_codes SET used_at = ? WHERE hash = ? AND person_id = ? AND used_at IS NULL", k.Now(), hash, personID))
}

func (k *Keeper) deleteRecovery(ctx context.Context, personID string) error {
	return k.DB.Conn(ctx).Exec("DELETE FROM recovery_codes WHERE person_id = ?", personID).Error
}

// putSheet keeps sealed codes, unless others may still be read.
func (k *Keeper) putSheet(ctx context.Context, personID string, sealed []byte, expires time.Time) (bool, error) {
	return db.Changed(k.DB.Conn(ctx).Exec(`INSERT INTO recovery_sheets (person_id, sealed, expires_at) VALUES (?, ?, ?)
		ON CONFLICT (person_id) DO UPDATE SET sealed = excluded.sealed, expires_at = excluded.expires_at
		WHERE recovery_sheets.expires_at <= ?`, personID, sealed, expires, k.Now()))
}

func (k *Keeper) sheet(ctx context.Context, personID string) (sealed []byte, err error) {
	var row struct{ Sealed []byte }
	err = db.One(k.DB.Read(ctx).Raw("SELECT sealed FROM recovery_sheets WHERE person_id = ? AND expires_at > ?", personID, k.Now()).Scan(&row), ErrNoSheet)
	return row.Sealed, err
}

func (k *Keeper) deleteSheet(ctx context.Context, personID string) error {
	return k.DB.Conn(ctx).Exec("DELETE FROM recovery_sheets WHERE person_id = ?", personID).Error
}

// deleteFactors removes every factor of a person.
func (k *Keeper) deleteFactors(ctx context.Context, personID string) error {
	for _, table := range []string{"totp_factors", "passkeys", "recovery_codes", "recovery_sheets", "passkey_challenges"} {
		if err := k.DB.Conn(ctx).Exec("DELETE FROM "+table+" WHERE person_id = ?", personID).Error; err != nil {
			return err
		}
	}
	return nil
}

func (k *Keeper) sweep(ctx context.Context, now time.Time) error {
	if err := k.DB.Conn(ctx).Exec("DELETE FROM recovery_sheets WHERE expires_at <= ?", now).Error; err != nil {
		return err
	}
	return k.DB.Conn(ctx).Exec("DELETE FROM passkey_challenges WHERE expires_at < ?", now).Error
}
