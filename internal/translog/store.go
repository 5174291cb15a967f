package translog

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/atmacena/cocare/internal/db"
)

var errNoState = errors.New("translog: the log has no state")

// errTorn means that hashes of the tree are missing or damaged.
var errTorn = errors.New("translog: the tree is torn")

// lock takes the log for this transaction and returns its size.
func (l *Log) lock(ctx context.Context) (size int64, err error) {
	q := l.db.Conn(ctx).Raw("UPDATE translog_state SET size = size WHERE id = 1 RETURNING size").Scan(&size)
	return size, db.One(q, errNoState)
}

func (l *Log) size(ctx context.Context) (size int64, err error) {
	q := l.db.Read(ctx).Raw("SELECT size FROM translog_state WHERE id = 1").Scan(&size)
	return size, db.One(q, errNoState)
}

const leafColumns = "position, kind, subject, hash, added_at"

func (l *Log) find(ctx context.Context, leaf Leaf) (there Leaf, err error) {
	q := l.db.Conn(ctx).Raw("SELECT "+leafColumns+" FROM translog_leaves WHERE subject = ? AND kind = ? AND hash = ?",
		leaf.Subject, leaf.Kind, leaf.Hash).Scan(&there)
	if err := db.One(q, ErrNoLeaf); err != nil {
		return leaf, err
	}
	return there, nil
}

// Leaves are those of a certificate, in the order of the log.
func (l *Log) Leaves(ctx context.Context, subject string) (list []Leaf, err error) {
	err = l.db.Read(ctx).Raw("SELECT "+leafColumns+" FROM translog_leaves WHERE subject = ? ORDER BY position", subject).Scan(&list).Error
	return list, err
}

// Subjects are the certificates that have leaves, in the order of their IDs: at most n
// after one.
func (l *Log) Subjects(ctx context.Context, after string, n int) (list []string, err error) {
	err = l.db.Read(ctx).Raw("SELECT DISTINCT subject FROM translog_leaves WHERE subject > ? ORDER BY subject LIMIT ?", after, n).Scan(&list).Error
	return list, err
}

func (l *Log) leaves(ctx context.Context, from int64, n int) (list []Leaf, err error) {
	err = l.db.Read(ctx).Raw("SELECT "+leafColumns+" FROM translog_leaves WHERE position >= ? ORDER BY position LIMIT ?", from, n).Scan(&list).Error
	return list, err
}

// insert adds a leaf and its hashes, the first of them at a position, and makes
// the log one longer.
func (l *Log) insert(ctx context.Context, leaf Leaf, first int64, hashes []tlog.Hash) error {
	conn := l.db.Conn(ctx)
	err := conn.Exec("INSERT INTO translog_leaves ("+leafColumns+") VALUES (?, ?, ?, ?, ?)",
		leaf.Position, leaf.Kind, leaf.Subject, leaf.Hash, leaf.AddedAt).Error
	if err != nil {
		return err
	}
	for i, h := range hashes {
		if err := conn.Exec("INSERT INTO translog_hashes (position, hash) VALUES (?, ?)", first+int64(i), h[:]).Error; err != nil {
			return err
		}
	}
	return conn.Exec("UPDATE translog_state SET size = ? WHERE id = 1", leaf.Position+1).Error
}

// hashes returns stored hashes in the order of their positions.
func (l *Log) hashes(ctx context.Context, positions []int64) ([]tlog.Hash, error) {
	if len(positions) == 0 {
		return nil, nil
	}
	var rows []struct {
		Position int64
		Hash     []byte
	}
	if err := l.db.Read(ctx).Raw("SELECT position, hash FROM translog_hashes WHERE position IN ?", positions).Scan(&rows).Error; err != nil {
		return nil, err
	}
	at := make(map[int64]tlog.Hash, len(rows))
	for _, r := range rows {
		if len(r.Hash) != tlog.HashSize {
			return nil, fmt.Errorf("%w: hash %d is %d bytes long", errTorn, r.Position, len(r.Hash))
		}
		at[r.Position] = tlog.Hash(r.Hash)
	}
	out := make([]tlog.Hash, len(positions))
	for i, p := range positions {
		h, there := at[p]
		if !there {
			return nil, fmt.Errorf("%w: hash %d is missing", errTorn, p)
		}
		out[i] = h
	}
	return out, nil
}
