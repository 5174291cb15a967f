package witness_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/keyring"
	"github.com/atmacena/cocare/internal/translog"
	"github.com/atmacena/cocare/internal/witness"
	"github.com/atmacena/cocare/internal/witness/witnesstest"
)

const origin = "ce.example.org/log"

// world is a log with the witnesses of a test, and a clock that stands.
type world struct {
	*witness.Service
	t     *testing.T
	db    *db.DB
	log   *translog.Log
	ring  *keyring.Ring
	lines bytes.Buffer // of the server's log

	patience time.Duration // with an answer

	mu  sync.Mutex
	now time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), patience: time.Minute, now: time.Date(2026, 11, 28, 20, 0, 0, 0, time.UTC)}
	var err error
	if w.ring, err = keyring.New(w.db, make([]byte, 32), w.clock); err != nil {
		t.Fatal(err)
	}
	w.log = translog.New(w.db, w.ring, origin, w.clock)
	w.Service = w.service()
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) wait(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// service is one that asks some witnesses.
func (w *world) service(list ...*witnesstest.Witness) *witness.Service {
	w.t.Helper()
	var text strings.Builder
	for _, other := range list {
		fmt.Fprintln(&text, other.Line())
	}
	witnesses, err := witness.Parse(text.String())
	w.must(err)
	return witness.New(witness.Deps{DB: w.db, Log: w.log, Audit: audit.New(w.db, w.clock), Logger: slog.New(slog.NewTextHandler(&w.lines, nil)),
		Now: w.clock, Witnesses: witnesses, Patience: w.patience})
}

// witness runs one that knows the log and has its clock.
func (w *world) witness(name string, kind witnesstest.Kind) *witnesstest.Witness {
	w.t.Helper()
	other := witnesstest.New(w.t, name, kind, func(asked string) []string {
		if asked != origin {
			return nil
		}
		keys, err := w.log.VerifierKeys(w.t.Context())
		if err != nil {
			w.t.Error(err)
		}
		return keys
	})
	other.Clock(w.clock)
	return other
}

// watched is a world with one witness, and some lines in its log.
func watched(t *testing.T, lines int) (*world, *witnesstest.Witness) {
	t.Helper()
	w := newWorld(t)
	other := w.witness("witness.example.net/w1", witnesstest.Ed25519)
	w.Service = w.service(other)
	w.append(lines)
	return w, other
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// append adds lines that were never there before.
func (w *world) append(n int) {
	w.t.Helper()
	for range n {
		id := db.NewID()
		_, err := w.log.Append(w.t.Context(), translog.Facts, id, sha256.Sum256([]byte(id)))
		w.must(err)
	}
}

func (w *world) ask() {
	w.t.Helper()
	w.must(w.Ask(w.t.Context()))
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	w.must(w.db.Conn(w.t.Context()).Exec(sql, args...).Error)
}

// note is the checkpoint that everybody sees.
func (w *world) note() []byte {
	w.t.Helper()
	c, err := w.Checkpoint(w.t.Context())
	w.must(err)
	return c.Note
}

// shown is that checkpoint with who signed it.
func (w *world) shown(keys ...string) (translog.Tree, []translog.Cosignature) {
	w.t.Helper()
	note := w.note()
	own, err := w.log.VerifierKeys(w.t.Context())
	w.must(err)
	if _, _, err := translog.Open(note, own); err != nil {
		w.t.Fatalf("the log did not sign what it shows: %v\n%s", err, note)
	}
	return cosigned(w.t, note, keys...)
}

// halfDays stores what a witness signs of a log that stands still.
func (w *world) halfDays(other *witnesstest.Witness, n int) func(context.Context) error {
	text, _, _ := strings.Cut(string(w.note()), "\n\n")
	tree, err := w.log.Tree(w.t.Context())
	w.must(err)
	return func(ctx context.Context) error {
		for i := range n {
			at := w.clock().Add(time.Duration(i+1) * 12 * time.Hour)
			line, err := other.Cosign(text+"\n", at)
			w.must(err)
			w.must(w.db.Conn(ctx).Exec(`INSERT INTO witness_cosignatures (origin, witness, size, root, signed_at, line, stored_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
				origin, other.Key, tree.Size, tree.Root[:], at, line, at).Error)
		}
		return nil
	}
}

func cosigned(t *testing.T, note []byte, keys ...string) (translog.Tree, []translog.Cosignature) {
	t.Helper()
	var parsed []translog.WitnessKey
	for _, k := range keys {
		key, err := translog.ParseWitnessKey(k)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, key)
	}
	name, tree, list, err := translog.Cosignatures(note, parsed...)
	if err != nil || name != origin {
		t.Fatalf("%q, %v\n%s", name, err, note)
	}
	return tree, list
}

func (w *world) only() witness.Standing {
	w.t.Helper()
	list, err := w.List(w.t.Context())
	w.must(err)
	if len(list) != 1 {
		w.t.Fatalf("%d witnesses", len(list))
	}
	return list[0]
}

func (w *world) audited(action string) (n int) {
	w.t.Helper()
	w.must(w.db.Read(w.t.Context()).Raw("SELECT count(*) FROM audit_events WHERE action = ? AND object_kind = 'witness'", action).Scan(&n).Error)
	return n
}
