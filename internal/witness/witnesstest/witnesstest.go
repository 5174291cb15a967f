// Package witnesstest is a witness for tests. It follows c2sp.org/tlog-witness and
// c2sp.org/tlog-cosignature by itself: it shares no code with what it tests, and
// verifies consistency by the steps of RFC 9162.
package witnesstest

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/mldsa"
)

// Kind is what a witness signs with.
type Kind byte

// The kinds, by their bytes in a verifier key.
const (
	Ed25519 Kind = 4
	MLDSA44 Kind = 6
)

// Same is how a witness refuses another root of the very size that it has seen.
type Same byte

// The ways: the draft of the protocol asks for 422, its version 1.0.0 for 409, which
// witnesses answer without a body or with the size that they have seen.
const (
	Unprocessable Same = iota
	Conflict
	ConflictWithSize
)

// Seen is the longest tree that a witness saw of a log.
type Seen struct {
	Size int64
	Root [sha256.Size]byte
}

// Witness serves add-checkpoint on this machine.
type Witness struct {
	*httptest.Server
	Name, Key string // Key is its verifier key

	kind   Kind
	signer crypto.Signer
	public []byte

	mu      sync.Mutex
	now     func() time.Time
	logs    func(origin string) []string
	instead http.HandlerFunc
	same    Same
	seen    map[string]Seen
	asked   int
}

// New runs a witness until the test ends. logs are the verifier keys that it trusts
// for an origin.
func New(t testing.TB, name string, kind Kind, logs func(origin string) []string) *Witness {
	t.Helper()
	w := &Witness{Name: name, now: time.Now, logs: logs, kind: kind, seen: map[string]Seen{}}
	var err error
	switch kind {
	case Ed25519:
		w.public, w.signer, err = ed25519.GenerateKey(rand.Reader)
	case MLDSA44:
		var key *mldsa.PrivateKey
		if key, err = mldsa.GenerateKey(mldsa.MLDSA44()); err == nil {
			w.signer, w.public = key, key.PublicKey().Bytes()
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	material := append([]byte{byte(kind)}, w.public...)
	w.Key = fmt.Sprintf("%s+%x+%s", name, w.id(), base64.StdEncoding.EncodeToString(material))
	w.Server = httptest.NewServer(w)
	t.Cleanup(w.Close)
	return w
}

// Clock gives it another clock than the machine's.
func (w *Witness) Clock(now func() time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = now
}

// Trust gives it other keys of logs.
func (w *Witness) Trust(logs func(origin string) []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.logs = logs
}

// Instead has a handler answer in its place; nil ends that.
func (w *Witness) Instead(h http.HandlerFunc) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.instead = h
}

// Refuse has it answer in another way to another root of the size that it has seen.
func (w *Witness) Refuse(s Same) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.same = s
}

// Line is how the operator of a log names the witness.
func (w *Witness) Line() string {
	return "witness " + strings.ReplaceAll(w.Name, "/", "-") + " " + w.Key + " " + w.URL
}

// Saw returns what it has seen of a log.
func (w *Witness) Saw(origin string) Seen {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.seen[origin]
}

// Remember makes it believe that it saw something else.
func (w *Witness) Remember(origin string, s Seen) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen[origin] = s
}

// Asked is how often it was asked.
func (w *Witness) Asked() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.asked
}

func (w *Witness) id() []byte {
	sum := sha256.Sum256(bytes.Join([][]byte{[]byte(w.Name), {'\n', byte(w.kind)}, w.public}, nil))
	return sum[:4]
}

// ServeHTTP implements http.Handler.
func (w *Witness) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body) // before anything else, or a client that leaves is not noticed
	w.mu.Lock()
	w.asked++
	instead := w.instead
	w.mu.Unlock()
	switch {
	case err != nil:
		http.Error(rw, err.Error(), http.StatusBadRequest)
	case instead != nil:
		instead(rw, r)
	case r.Method != http.MethodPost || r.URL.Path != "/add-checkpoint":
		http.NotFound(rw, r)
	default:
		status, kind, answer := w.judge(body)
		rw.Header().Set("Content-Type", kind)
		rw.WriteHeader(status)
		rw.Write([]byte(answer))
	}
}

const plain = "text/plain; charset=utf-8"

// judge follows the order of the specification.
func (w *Witness) judge(body []byte) (status int, kind, answer string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	head, checkpoint, found := strings.Cut(string(body), "\n\n")
	lines := strings.Split(head, "\n")
	old, hasOld := strings.CutPrefix(lines[0], "old ")
	size, err := strconv.ParseInt(old, 10, 64)
	if !found || !hasOld || err != nil || strconv.FormatInt(size, 10) != old || len(lines) > 64 {
		return http.StatusBadRequest, plain, "no request of this protocol\n"
	}
	var proof [][sha256.Size]byte
	for _, line := range lines[1:] {
		raw, err := base64.StdEncoding.Strict().DecodeString(line)
		if err != nil || len(raw) != sha256.Size {
			return http.StatusBadRequest, plain, "no proof\n"
		}
		proof = append(proof, [sha256.Size]byte(raw))
	}
	origin, _, _ := strings.Cut(checkpoint, "\n")
	keys := w.logs(origin)
	if len(keys) == 0 {
		return http.StatusNotFound, plain, "unknown log\n"
	}
	text, err := opened(checkpoint, keys)
	if err != nil {
		return http.StatusForbidden, plain, err.Error() + "\n"
	}
	next, err := tree(text)
	if err != nil || size > next.Size {
		return http.StatusBadRequest, plain, "no checkpoint\n"
	}
	last := w.seen[origin]
	if size != last.Size {
		return http.StatusConflict, sizeType, fmt.Sprintf("%d\n", last.Size)
	}
	if size > 0 && size == next.Size && last.Root != next.Root {
		return w.otherRoot(size)
	}
	if !consistent(last, next, proof) {
		return http.StatusUnprocessableEntity, plain, "inconsistent\n"
	}
	signature, err := w.Cosign(text, w.now())
	if err != nil {
		return http.StatusInternalServerError, plain, err.Error() + "\n"
	}
	w.seen[origin] = next
	return http.StatusOK, plain, signature
}

const sizeType = "text/x.tlog.size"

func (w *Witness) otherRoot(size int64) (status int, kind, answer string) {
	switch w.same {
	case Conflict:
		return http.StatusConflict, "", ""
	case ConflictWithSize:
		return http.StatusConflict, sizeType, fmt.Sprintf("%d\n", size)
	}
	return http.StatusUnprocessableEntity, plain, "inconsistent\n"
}

// Cosign signs the text of a checkpoint as of a time and returns the line.
func (w *Witness) Cosign(text string, at time.Time) (string, error) {
	stamp := binary.BigEndian.AppendUint64(nil, uint64(at.Unix())) // #nosec G115 -- tests live after 1970
	message := fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", at.Unix(), text)
	if w.kind == MLDSA44 {
		t, err := tree(text)
		if err != nil {
			return "", err
		}
		origin, _, _ := strings.Cut(text, "\n")
		end := binary.BigEndian.AppendUint64(nil, uint64(t.Size)) // #nosec G115 -- tests have few leaves
		message = bytes.Join([][]byte{[]byte("subtree/v1\n\x00"), short(w.Name), stamp, short(origin), make([]byte, 8), end, t.Root[:]}, nil)
	}
	signature, err := w.signer.Sign(nil, message, crypto.Hash(0))
	if err != nil {
		return "", err
	}
	return "— " + w.Name + " " + base64.StdEncoding.EncodeToString(bytes.Join([][]byte{w.id(), stamp, signature}, nil)) + "\n", nil
}

// short is text behind its length in a byte.
func short(text string) []byte {
	return append([]byte{byte(len(text))}, text...) // #nosec G115 -- tests use short names
}
