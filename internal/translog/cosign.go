package translog

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"filippo.io/mldsa"
	"golang.org/x/mod/sumdb/note"
)

// The kinds of keys (c2sp.org/signed-note) that a witness may be given by.
const (
	kindPlain   = 1 // signs any note: no statement of a witness
	kindEd25519 = 4
	kindMLDSA44 = 6
)

// maxName is the longest name of a witness or log that ML-DSA-44 can sign.
const maxName = 255

// WitnessKey verifies what a witness signs (c2sp.org/tlog-cosignature): that at an
// instant a checkpoint was the longest that it had seen of a log, and began with
// all that it had seen before. It implements note.Verifier.
type WitnessKey struct {
	text, name string
	public     string // without its kind
	hash       uint32
	check      func(at uint64, text, signature []byte) bool
}

// ParseWitnessKey reads a verifier key: name, hash and public key on one line. The
// error is a sentence about the key.
func ParseWitnessKey(text string) (WitnessKey, error) {
	name, rest, _ := strings.Cut(text, "+")
	hash, encoded, _ := strings.Cut(rest, "+")
	key, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if err != nil || len(key) == 0 || !validName(name) {
		return WitnessKey{}, errors.New("a key of a witness is its name, eight hexadecimal digits and base64, joined by +")
	}
	w := WitnessKey{text: text, name: name, public: string(key[1:]), hash: keyHash(name, key)}
	if claimed, err := hex.DecodeString(hash); err != nil || len(claimed) != 4 || binary.BigEndian.Uint32(claimed) != w.hash {
		return WitnessKey{}, errors.New("the digits after the name do not fit the key: it was mistyped or cut")
	}
	w.check, err = w.checker(key[0], key[1:])
	return w, err
}

func (k WitnessKey) checker(kind byte, key []byte) (func(uint64, []byte, []byte) bool, error) {
	switch {
	case kind == kindPlain:
		return nil, errors.New("the key is for signed notes of any kind; ask the witness for the one of its cosignatures")
	case kind == kindEd25519 && len(key) == ed25519.PublicKeySize:
		return func(at uint64, text, signature []byte) bool {
			return ed25519.Verify(key, fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", at, text), signature)
		}, nil
	case kind == kindMLDSA44:
		public, err := mldsa.NewPublicKey(mldsa.MLDSA44(), key)
		if err != nil {
			return nil, errors.New("it is no key of ML-DSA-44")
		}
		return func(at uint64, text, signature []byte) bool {
			statement, ok := statement(k.name, at, text)
			return ok && mldsa.Verify(public, statement, signature, nil) == nil
		}, nil
	}
	return nil, errors.New("the key is neither of Ed25519 nor of ML-DSA-44 cosignatures")
}

// statement is what a cosignature of ML-DSA-44 signs of a whole tree.
func statement(witness string, at uint64, text []byte) ([]byte, bool) {
	origin, tree, err := parse(string(text))
	if err != nil || len(origin) > maxName {
		return nil, false
	}
	b := append([]byte("subtree/v1\n\x00"), byte(len(witness))) // #nosec G115 -- see validName
	b = append(b, witness...)
	b = binary.BigEndian.AppendUint64(b, at)
	b = append(b, byte(len(origin))) // #nosec G115 -- see above
	b = append(b, origin...)
	b = binary.BigEndian.AppendUint64(b, 0)
	b = binary.BigEndian.AppendUint64(b, uint64(tree.Size)) // #nosec G115 -- parse refuses negative ones
	return append(b, tree.Root[:]...), true
}

func validName(name string) bool {
	return name != "" && len(name) <= maxName && utf8.ValidString(name) && !strings.ContainsFunc(name, unicode.IsSpace)
}

// keyHash tells keys of one name apart; key begins with its kind.
func keyHash(name string, key []byte) uint32 {
	sum := sha256.Sum256(append([]byte(name+"\n"), key...))
	return binary.BigEndian.Uint32(sum[:])
}

// String is the key as ParseWitnessKey takes it.
func (k WitnessKey) String() string { return k.text }

// Public is the public key alone: two verifier keys may name one.
func (k WitnessKey) Public() string { return k.public }

// ID is the name with what tells keys of one name apart.
func (k WitnessKey) ID() string { return nameAndHash(k.name, k.hash) }

// Name implements note.Verifier.
func (k WitnessKey) Name() string { return k.name }

// KeyHash implements note.Verifier.
func (k WitnessKey) KeyHash() uint32 { return k.hash }

// Verify implements note.Verifier: a signature is its time, which a witness must
// not leave out, and what signs it with the text.
func (k WitnessKey) Verify(text, signature []byte) bool {
	if len(signature) < 8 {
		return false
	}
	at := binary.BigEndian.Uint64(signature)
	return at > 0 && at <= math.MaxInt64 && k.check(at, text, signature[8:])
}

// Cosignature is what a witness signed.
type Cosignature struct {
	Key  WitnessKey
	At   time.Time // by the witness's clock, to the second
	Line string    // as a checkpoint carries it, with its end
}

// ErrCosignature means that a witness's signature is not of this checkpoint.
var ErrCosignature = errors.New("translog: a cosignature does not hold")

// Cosignatures opens a checkpoint, whoever signed it, and returns what witnesses
// signed, at most one for each key; other signatures are passed over. That the log
// signed it, Open says. Errors: ErrCheckpoint, ErrCosignature.
func Cosignatures(signed []byte, keys ...WitnessKey) (origin string, t Tree, list []Cosignature, err error) {
	known := map[string]WitnessKey{}
	var verifiers []note.Verifier
	for _, k := range keys {
		if _, twice := known[k.ID()]; !twice {
			known[k.ID()] = k
			verifiers = append(verifiers, k)
		}
	}
	n, err := note.Open(signed, note.VerifierList(verifiers...))
	var none *note.UnverifiedNoteError
	var wrong *note.InvalidSignatureError
	switch {
	case errors.As(err, &none):
		n = none.Note
	case errors.As(err, &wrong):
		return "", Tree{}, nil, errors.Join(ErrCosignature, err)
	case err != nil:
		return "", Tree{}, nil, errors.Join(ErrCheckpoint, err)
	}
	if origin, t, err = parse(n.Text); err != nil {
		return "", Tree{}, nil, err
	}
	for _, s := range n.Sigs {
		list = append(list, Cosignature{known[nameAndHash(s.Name, s.Hash)], signedAt(s), "— " + s.Name + " " + s.Base64 + "\n"})
	}
	return origin, t, list, nil
}

func nameAndHash(name string, hash uint32) string { return fmt.Sprintf("%s+%08x", name, hash) }

// signedAt reads the time of a signature that Verify accepted.
func signedAt(s note.Signature) time.Time {
	raw, err := base64.StdEncoding.DecodeString(s.Base64)
	if err != nil || len(raw) < 12 {
		return time.Time{}
	}
	return time.Unix(int64(binary.BigEndian.Uint64(raw[4:])), 0).UTC() // #nosec G115 -- Verify refuses more
}
