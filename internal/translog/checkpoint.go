package translog

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/atmacena/cocare/internal/keyring"
)

// Checkpoint is a signed statement of the log: its name, size and root, as
// c2sp.org/tlog-checkpoint has it, signed by c2sp.org/signed-note.
type Checkpoint struct {
	Tree
	Note []byte
}

// Checkpoint signs the log as it is now. Errors: ErrKeyLost.
func (l *Log) Checkpoint(ctx context.Context) (Checkpoint, error) {
	t, err := l.Tree(ctx)
	if err != nil {
		return Checkpoint{}, err
	}
	return l.Sign(ctx, t)
}

// Sign signs a tree of this log, that of now or an earlier one. Errors: ErrKeyLost.
func (l *Log) Sign(ctx context.Context, t Tree) (Checkpoint, error) {
	key, err := l.Key(ctx)
	if err != nil {
		return Checkpoint{}, err
	}
	s, err := newSigner(l.origin, key)
	if err != nil {
		return Checkpoint{}, err
	}
	signed, err := note.Sign(&note.Note{Text: text(l.origin, t)}, s)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("translog: sign: %w", err)
	}
	return Checkpoint{t, signed}, nil
}

func text(origin string, t Tree) string {
	return origin + "\n" + strconv.FormatInt(t.Size, 10) + "\n" + base64.StdEncoding.EncodeToString(t.Root[:]) + "\n"
}

// signer signs notes with a key of the ring.
type signer struct {
	note.Verifier
	private crypto.Signer
}

func newSigner(origin string, k keyring.Key) (signer, error) {
	v, err := verifierOf(origin, k)
	return signer{v, k.Signer()}, err
}

// Sign implements note.Signer.
func (s signer) Sign(msg []byte) ([]byte, error) { return s.private.Sign(nil, msg, crypto.Hash(0)) }

// VerifierKey is a key of the log as tools take it: name, hash and public key on
// one line (c2sp.org/signed-note).
func VerifierKey(origin string, k keyring.Key) (string, error) {
	public, ok := k.Public.(ed25519.PublicKey)
	if !ok {
		return "", fmt.Errorf("translog: key %s is no Ed25519 key", k.ID)
	}
	return note.NewEd25519VerifierKey(origin, public)
}

func verifierOf(origin string, k keyring.Key) (note.Verifier, error) {
	text, err := VerifierKey(origin, k)
	if err != nil {
		return nil, err
	}
	return note.NewVerifier(text)
}

// VerifierKeys are the keys that ever signed checkpoints, the newest first; one
// that is not trusted any more is left out.
func (l *Log) VerifierKeys(ctx context.Context) ([]string, error) {
	return l.verifierKeys(ctx, true)
}

// FallenKeys are those that signed checkpoints and are not trusted any more, the newest
// first. Checkpoints bear no time, so none of theirs counts.
func (l *Log) FallenKeys(ctx context.Context) ([]string, error) {
	return l.verifierKeys(ctx, false)
}

func (l *Log) verifierKeys(ctx context.Context, trusted bool) ([]string, error) {
	keys, err := l.keys.All(ctx, keyring.Log)
	if err != nil {
		return nil, err
	}
	var list []string
	for _, k := range keys {
		if trusted != (k.NotTrustedAfter == nil) {
			continue
		}
		text, err := VerifierKey(l.origin, k)
		if err != nil {
			return nil, err
		}
		list = append(list, text)
	}
	return list, nil
}

// The errors of what does not prove what it should.
var (
	ErrCheckpoint = errors.New("translog: this is no checkpoint signed by a key that is trusted")
	ErrProof      = errors.New("translog: the proof does not lead to the root")
)

// Open reads a checkpoint that one of the keys signed; keys are VerifierKeys. It
// needs neither network nor database. Errors: ErrCheckpoint.
func Open(signed []byte, keys []string) (origin string, t Tree, err error) {
	var trusted []note.Verifier
	for _, k := range keys {
		v, err := note.NewVerifier(k)
		if err != nil {
			return "", Tree{}, errors.Join(ErrCheckpoint, err)
		}
		trusted = append(trusted, v)
	}
	n, err := note.Open(signed, note.VerifierList(trusted...))
	if err != nil {
		return "", Tree{}, errors.Join(ErrCheckpoint, err)
	}
	origin, t, err = parse(n.Text)
	if err == nil && origin != n.Sigs[0].Name {
		err = fmt.Errorf("%w: %q signed for %q", ErrCheckpoint, n.Sigs[0].Name, origin)
	}
	return origin, t, err
}

// parse reads the text of a checkpoint; further lines are extensions, and not empty.
func parse(text string) (origin string, t Tree, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[0] == "" || slices.Index(lines, "") != len(lines)-1 {
		return "", Tree{}, ErrCheckpoint
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return "", Tree{}, ErrCheckpoint
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return "", Tree{}, ErrCheckpoint
	}
	return lines[0], Tree{size, tlog.Hash(root)}, nil
}

// Included checks that an entry is at a position of a tree. Errors: ErrProof.
func Included(t Tree, position int64, entry []byte, proof tlog.RecordProof) error {
	if position < 0 || position >= t.Size {
		return ErrProof
	}
	if err := tlog.CheckRecord(proof, t.Size, t.Root, position, tlog.RecordHash(entry)); err != nil {
		return errors.Join(ErrProof, err)
	}
	return nil
}

// Consistent checks that a tree begins with an earlier one. Errors: ErrProof.
func Consistent(earlier, t Tree, proof tlog.TreeProof) error {
	if earlier.Size < 1 || earlier.Size > t.Size {
		return ErrProof
	}
	if err := tlog.CheckTree(proof, t.Size, t.Root, earlier.Size, earlier.Root); err != nil {
		return errors.Join(ErrProof, err)
	}
	return nil
}
