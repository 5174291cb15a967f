package keyring

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// record is a row of signing_keys.
type record struct {
	ID              string
	Purpose         Purpose
	Public          []byte
	Sealed          []byte
	CreatedAt       time.Time
	RetiredAt       *time.Time
	NotTrustedAfter *time.Time
	Chain           []byte // DER, one after the other
	Brought         bool
}

const columns = "id, purpose, public, sealed, created_at, retired_at, not_trusted_after, chain, brought"

func (r *Ring) current(ctx context.Context, p Purpose) (rec record, found bool, err error) {
	q := r.db.Read(ctx).Raw("SELECT "+columns+" FROM signing_keys WHERE purpose = ? AND retired_at IS NULL", p).Scan(&rec)
	return rec, q.RowsAffected == 1, q.Error
}

func (r *Ring) list(ctx context.Context, p Purpose) (recs []record, err error) {
	err = r.db.Read(ctx).Raw("SELECT "+columns+" FROM signing_keys WHERE purpose = ? ORDER BY created_at DESC, id", p).Scan(&recs).Error
	return recs, err
}

// listed is list with the chains that document keys had, by the key's ID.
func (r *Ring) listed(ctx context.Context, p Purpose) (recs []record, former map[string][][]byte, err error) {
	if recs, err = r.list(ctx, p); err != nil || p != Document {
		return recs, nil, err
	}
	var rows []struct {
		KeyID string
		Chain []byte
	}
	err = r.db.Read(ctx).Raw("SELECT key_id, chain FROM document_chains ORDER BY key_id, added_at DESC, hash").Scan(&rows).Error
	former = make(map[string][][]byte, len(rows))
	for _, row := range rows {
		former[row.KeyID] = append(former[row.KeyID], row.Chain)
	}
	return recs, former, err
}

// insert lets the partial unique index decide between two replicas: the loser
// inserts nothing and then reads the winner's key.
func (r *Ring) insert(ctx context.Context, rec record) (bool, error) {
	return db.Changed(r.db.Conn(ctx).Exec(`INSERT INTO signing_keys (id, purpose, public, sealed, created_at, chain, brought) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING`, rec.ID, rec.Purpose, rec.Public, rec.Sealed, rec.CreatedAt, rec.Chain, rec.Brought))
}

func (r *Ring) find(ctx context.Context, id string) (rec record, found bool, err error) {
	q := r.db.Read(ctx).Raw("SELECT "+columns+" FROM signing_keys WHERE id = ?", id).Scan(&rec)
	return rec, q.RowsAffected == 1, q.Error
}

// setFirstChain lets one of several replicas say what the certificates are.
func (r *Ring) setFirstChain(ctx context.Context, id string, chain []byte) error {
	return r.db.Conn(ctx).Exec("UPDATE signing_keys SET chain = ? WHERE id = ? AND chain IS NULL", chain, id).Error
}

// keepChain keeps a chain of a key for good, whichever signs.
func (r *Ring) keepChain(ctx context.Context, id string, chain []byte, at time.Time) error {
	sum := sha256.Sum256(chain)
	return r.db.Conn(ctx).Exec("INSERT INTO document_chains (key_id, hash, chain, added_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
		id, hex.EncodeToString(sum[:]), chain, at).Error
}

// setChain says which chain signs; see keepChain.
func (r *Ring) setChain(ctx context.Context, id string, chain []byte) error {
	return r.db.Conn(ctx).Exec("UPDATE signing_keys SET chain = ? WHERE id = ?", chain, id).Error
}

// retire ends the current key, unless it is the one to keep.
func (r *Ring) retire(ctx context.Context, p Purpose, keep string, at time.Time) error {
	return r.db.Conn(ctx).Exec("UPDATE signing_keys SET retired_at = ? WHERE purpose = ? AND retired_at IS NULL AND id <> ?", at, p, keep).Error
}

// retireOne ends a key that signs, and reports whether it did until now.
func (r *Ring) retireOne(ctx context.Context, id string, at time.Time) (bool, error) {
	return db.Changed(r.db.Conn(ctx).Exec("UPDATE signing_keys SET retired_at = ? WHERE id = ? AND retired_at IS NULL", at, id))
}

// distrust sets the time, or moves it back, and retires the key.
func (r *Ring) distrust(ctx context.Context, id string, after, now time.Time) (bool, error) {
	return db.Changed(r.db.Conn(ctx).Exec(`UPDATE signing_keys SET not_trusted_after = ?, retired_at = COALESCE(retired_at, ?)
		WHERE id = ? AND (not_trusted_after IS NULL OR not_trusted_after > ?)`, after, now, id, after))
}

func (r *Ring) countDistrusted(ctx context.Context, p Purpose) (n int, err error) {
	err = r.db.Read(ctx).Raw("SELECT count(*) FROM signing_keys WHERE purpose = ? AND not_trusted_after IS NOT NULL", p).Scan(&n).Error
	return n, err
}
