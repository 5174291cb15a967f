// Package translog keeps the transparency log: every issue, supersession,
// revocation and reinstatement of a certificate is a leaf of an append-only Merkle
// tree (RFC 6962, by golang.org/x/mod/sumdb/tlog), whose root is signed.
//
// It owns the tables translog_state, translog_leaves and translog_hashes.
//
// Invariants:
//   - A leaf is never changed, moved or removed; the tree of a size never changes.
//     Whoever holds an earlier checkpoint sees any of it, and any leaf that is put
//     in later among the earlier ones (DECISIONS 7).
//   - A leaf is a hash and says nothing about anybody.
//   - Appending is one at a time: the row of translog_state is taken first, so that
//     positions have no gap and no two leaves share one.
//
// What a log without witnesses cannot prove is that everybody is shown the same
// tree, and that what stands before the first checkpoint was not backdated.
package translog

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/keyring"
)

// Kind says what a leaf is about.
type Kind string

// The kinds. Facts are logged before the document that carries their proof,
// Document is the hash of the finished PDF.
const (
	Facts      Kind = "facts"
	Document   Kind = "document"
	Superseded Kind = "superseded"
	Revoked    Kind = "revoked"
	Reinstated Kind = "reinstated"
)

// Leaf is an entry with its place in the tree.
type Leaf struct {
	Position int64
	Kind     Kind
	Subject  string // the certificate; not in the tree
	Hash     string // SHA-256, hexadecimal
	AddedAt  time.Time
}

// Data is the entry as it is hashed into the tree, and as anybody may read it.
func (l Leaf) Data() []byte { return Data(l.Kind, l.Hash) }

// Data is the entry of a kind and hash: three lines of text.
func Data(kind Kind, hash string) []byte {
	return []byte("cocare leaf 1\n" + string(kind) + "\n" + hash + "\n")
}

// ErrKeyLost means that the log has entries, and nothing in the database signs it any
// more: made anew in silence, a key would turn it into another log.
var ErrKeyLost = errors.New("the key that signs the log of certificates is missing from the database, though the log has entries. " +
	"Bring the table signing_keys back from a backup. Where no backup has it, cocare key rotate --purpose log makes another; what follows from that is in docs/deployment.md, under Keys")

// ErrNoLeaf means that the log has no such entry, or is not that long.
var ErrNoLeaf = apperr.New(apperr.NotFound, "The log has no such entry.")

// Log is the log of this installation. It is safe for concurrent use.
type Log struct {
	db     *db.DB
	keys   *keyring.Ring
	origin string
	now    func() time.Time
}

// New returns the log. origin names it in checkpoints, as ce.example.org/log: the
// host of this site and a path, without a scheme.
func New(d *db.DB, keys *keyring.Ring, origin string, now func() time.Time) *Log {
	return &Log{db: d, keys: keys, origin: origin, now: func() time.Time { return db.Truncate(now()) }}
}

// Key returns the key that signs the log. It is made with the log's first entry, or
// asked for before that, once across replicas, and never again by itself. Errors:
// ErrKeyLost.
func (l *Log) Key(ctx context.Context) (keyring.Key, error) {
	key, found, err := l.keys.Signing(ctx, keyring.Log)
	if err != nil || found {
		return key, err
	}
	if err := l.CheckKey(ctx); err != nil {
		return key, err
	}
	return l.keys.Current(ctx, keyring.Log)
}

// CheckKey returns ErrKeyLost where Key would, and makes nothing.
func (l *Log) CheckKey(ctx context.Context) error {
	_, found, err := l.keys.Signing(ctx, keyring.Log)
	if err != nil || found {
		return err
	}
	size, err := l.size(ctx)
	if err == nil && size > 0 {
		err = ErrKeyLost
	}
	return err
}

// once reports whether a leaf of this kind is added once for a subject and hash. A
// revocation can come again after it was taken back.
func (k Kind) once() bool { return k == Facts || k == Document }

// Append adds a leaf in the transaction in ctx, or in one of its own. The same
// facts or document again return the leaf that is there; of the other kinds each
// call is an entry, so whoever calls sees to it that each change is told once.
func (l *Log) Append(ctx context.Context, kind Kind, subject string, sum [sha256.Size]byte) (leaf Leaf, err error) {
	leaf = Leaf{Kind: kind, Subject: subject, Hash: hex.EncodeToString(sum[:]), AddedAt: l.now()}
	err = l.db.InTx(ctx, func(ctx context.Context) error {
		size, err := l.lock(ctx)
		if err != nil {
			return err
		}
		if kind.once() {
			there, err := l.find(ctx, leaf)
			if err == nil || !errors.Is(err, ErrNoLeaf) {
				leaf = there
				return err
			}
		}
		if size == 0 {
			if _, err := l.Key(ctx); err != nil {
				return err
			}
		}
		leaf.Position = size
		hashes, err := tlog.StoredHashes(size, leaf.Data(), l.reader(ctx))
		if err != nil {
			return fmt.Errorf("translog: leaf %d: %w", size, err)
		}
		return l.insert(ctx, leaf, tlog.StoredHashIndex(0, size), hashes)
	})
	return leaf, err
}

// Tree is the log at a size.
type Tree struct {
	Size int64
	Root tlog.Hash
}

// Tree returns the log as it is now.
func (l *Log) Tree(ctx context.Context) (Tree, error) {
	size, err := l.size(ctx)
	if err != nil {
		return Tree{}, err
	}
	return l.tree(ctx, size)
}

// TreeAt returns the log as it was when it had so many leaves. Errors: ErrNoLeaf.
func (l *Log) TreeAt(ctx context.Context, size int64) (Tree, error) {
	if err := l.within(ctx, size); err != nil || size < 0 {
		return Tree{}, orNoLeaf(err)
	}
	return l.tree(ctx, size)
}

func (l *Log) tree(ctx context.Context, size int64) (Tree, error) {
	if size == 0 {
		return Tree{Root: sha256.Sum256(nil)}, nil // RFC 6962, 2.1: the hash of an empty tree
	}
	root, err := tlog.TreeHash(size, l.reader(ctx))
	if err != nil {
		return Tree{}, fmt.Errorf("translog: root of %d: %w", size, err)
	}
	return Tree{size, root}, nil
}

// Leaf returns the one at a position. Errors: ErrNoLeaf.
func (l *Log) Leaf(ctx context.Context, position int64) (Leaf, error) {
	list, err := l.leaves(ctx, position, 1)
	if err != nil || len(list) == 0 || list[0].Position != position {
		return Leaf{}, orNoLeaf(err)
	}
	return list[0], nil
}

// Origin is the log's name.
func (l *Log) Origin() string { return l.origin }

// Prove returns the proof that the leaf at a position is in the tree of a size.
// Errors: ErrNoLeaf.
func (l *Log) Prove(ctx context.Context, position, size int64) (tlog.RecordProof, error) {
	if err := l.within(ctx, size); err != nil || position < 0 || position >= size {
		return nil, orNoLeaf(err)
	}
	p, err := tlog.ProveRecord(size, position, l.reader(ctx))
	if err != nil {
		return nil, fmt.Errorf("translog: proof of %d in %d: %w", position, size, err)
	}
	return p, nil
}

// ProveConsistency returns the proof that the tree of a size begins with that of
// a smaller one. Errors: ErrNoLeaf.
func (l *Log) ProveConsistency(ctx context.Context, from, size int64) (tlog.TreeProof, error) {
	if err := l.within(ctx, size); err != nil || from <= 0 || from > size {
		return nil, orNoLeaf(err)
	}
	p, err := tlog.ProveTree(size, from, l.reader(ctx))
	if err != nil {
		return nil, fmt.Errorf("translog: proof of %d from %d: %w", size, from, err)
	}
	return p, nil
}

func (l *Log) within(ctx context.Context, size int64) error {
	now, err := l.size(ctx)
	if err == nil && size > now {
		err = ErrNoLeaf
	}
	return err
}

func orNoLeaf(err error) error {
	if err == nil {
		err = ErrNoLeaf
	}
	return err
}

// reader reads stored hashes in the transaction in ctx.
func (l *Log) reader(ctx context.Context) tlog.HashReader {
	return tlog.HashReaderFunc(func(positions []int64) ([]tlog.Hash, error) { return l.hashes(ctx, positions) })
}
