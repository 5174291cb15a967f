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
	"golang.org/x/mod/sumdb/note"
)

// Kind is what a witness signs with.
type Kind byte

// The kinds, by their bytes in a verifier key.
const (
	Ed25519 Kind = 4
	MLDSA44 Kind = 6
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
		return http.StatusConflict, "text/x.tlog.size", fmt.Sprintf("%d\n", last.Size)
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

func opened(checkpoint string, keys []string) (text string, err error) {
	var list []note.Verifier
	for _, k := range keys {
		v, err := note.NewVerifier(k)
		if err != nil {
			return "", err
		}
		list = append(list, v)
	}
	n, err := note.Open([]byte(checkpoint), note.VerifierList(list...))
	if err != nil {
		return "", err
	}
	return n.Text, nil
}

func tree(text string) (s Seen, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return s, fmt.Errorf("%d lines", len(lines))
	}
	if s.Size, err = strconv.ParseInt(lines[1], 10, 64); err != nil || strconv.FormatInt(s.Size, 10) != lines[1] {
		return s, fmt.Errorf("size %q", lines[1])
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(raw) != sha256.Size {
		return s, fmt.Errorf("root %q", lines[2])
	}
	s.Root = [sha256.Size]byte(raw)
	return s, nil
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

// consistent verifies a proof by the steps of RFC 9162, 2.1.4.2.
func consistent(first, second Seen, proof [][sha256.Size]byte) bool {
	switch {
	case first.Size == 0:
		return len(proof) == 0 && (second.Size > 0 || second.Root == sha256.Sum256(nil))
	case first.Size == second.Size:
		return len(proof) == 0 && first.Root == second.Root
	case first.Size > second.Size || len(proof) == 0:
		return false
	}
	if first.Size&(first.Size-1) == 0 {
		proof = append([][sha256.Size]byte{first.Root}, proof...)
	}
	fn, sn := first.Size-1, second.Size-1
	for fn&1 == 1 {
		fn, sn = fn>>1, sn>>1
	}
	fr, sr := proof[0], proof[0]
	for _, c := range proof[1:] {
		if sn == 0 {
			return false
		}
		if fn&1 == 1 || fn == sn {
			fr, sr = node(c, fr), node(c, sr)
			for fn&1 == 0 && fn != 0 {
				fn, sn = fn>>1, sn>>1
			}
		} else {
			sr = node(sr, c)
		}
		fn, sn = fn>>1, sn>>1
	}
	return sn == 0 && fr == first.Root && sr == second.Root
}

func node(left, right [sha256.Size]byte) [sha256.Size]byte {
	return sha256.Sum256(bytes.Join([][]byte{{1}, left[:], right[:]}, nil))
}
