package translog_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/keyring"
	"github.com/atmacena/cocare/internal/translog"
)

const origin = "ce.example.org/log"

type world struct {
	*translog.Log
	t    *testing.T
	db   *db.DB
	keys *keyring.Ring
}

func newWorld(t *testing.T) *world {
	t.Helper()
	d := dbtest.New(t)
	var ticks atomic.Int64
	now := func() time.Time {
		return time.Date(2026, 11, 28, 20, 0, 0, 0, time.UTC).Add(time.Duration(ticks.Add(1)) * time.Second)
	}
	ring, err := keyring.New(d, make([]byte, 32), now)
	if err != nil {
		t.Fatal(err)
	}
	return &world{translog.New(d, ring, origin, now), t, d, ring}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) append(n int) translog.Leaf {
	w.t.Helper()
	leaf, err := w.Append(w.t.Context(), translog.Facts, fmt.Sprint("c", n), sha256.Sum256([]byte{byte(n), byte(n >> 8)}))
	w.must(err)
	return leaf
}

func (w *world) tree() translog.Tree {
	w.t.Helper()
	t, err := w.Tree(w.t.Context())
	w.must(err)
	return t
}

func TestEveryLeafIsInEveryLaterTree(t *testing.T) {
	w := newWorld(t)
	if got := w.tree(); got.Size != 0 || got.Root != sha256.Sum256(nil) {
		t.Errorf("empty: %+v", got)
	}
	var trees []translog.Tree
	var leaves []translog.Leaf
	for n := range 20 {
		leaf := w.append(n)
		if leaf.Position != int64(n) {
			t.Fatalf("leaf %d is at %d", n, leaf.Position)
		}
		leaves, trees = append(leaves, leaf), append(trees, w.tree())
	}
	for i, tree := range trees {
		for _, leaf := range leaves[:i+1] {
			p, err := w.Prove(t.Context(), leaf.Position, tree.Size)
			w.must(err)
			if err := translog.Included(tree, leaf.Position, leaf.Data(), p); err != nil {
				t.Errorf("leaf %d in %d: %v", leaf.Position, tree.Size, err)
			}
			if err := translog.Included(tree, leaf.Position, translog.Data(translog.Revoked, leaf.Hash), p); !errors.Is(err, translog.ErrProof) {
				t.Errorf("another entry in its place: %v", err)
			}
		}
		for _, later := range trees[i:] {
			p, err := w.ProveConsistency(t.Context(), tree.Size, later.Size)
			w.must(err)
			if err := translog.Consistent(tree, later, p); err != nil {
				t.Errorf("%d in %d: %v", tree.Size, later.Size, err)
			}
		}
	}
	for _, bad := range [][2]int64{{-1, 20}, {20, 20}, {3, 21}, {3, 3}} {
		if _, err := w.Prove(t.Context(), bad[0], bad[1]); !errors.Is(err, translog.ErrNoLeaf) {
			t.Errorf("%v: %v", bad, err)
		}
	}
	for _, bad := range [][2]int64{{0, 20}, {21, 20}, {3, 21}} {
		if _, err := w.ProveConsistency(t.Context(), bad[0], bad[1]); !errors.Is(err, translog.ErrNoLeaf) {
			t.Errorf("%v: %v", bad, err)
		}
	}
}

func TestAppendingTwiceAddsOneLeaf(t *testing.T) {
	w := newWorld(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for n := range 5 {
				if _, err := w.Append(t.Context(), translog.Facts, fmt.Sprint("c", n), sha256.Sum256([]byte{byte(n), 0})); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got := w.tree(); got.Size != 5 {
		t.Errorf("size %d", got.Size)
	}
	if _, err := w.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if list, err := w.Leaves(t.Context(), "c3"); err != nil || len(list) != 1 || list[0].Kind != translog.Facts {
		t.Errorf("%+v, %v", list, err)
	}
}

// A certificate that is revoked once more is an entry once more.
func TestWhatHappensAgainIsLoggedAgain(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	for _, kind := range []translog.Kind{translog.Document, translog.Revoked, translog.Reinstated, translog.Revoked} {
		_, err := w.Append(ctx, kind, "c1", sha256.Sum256([]byte("pdf")))
		w.must(err)
	}
	list, err := w.Leaves(ctx, "c1")
	w.must(err)
	if len(list) != 4 || list[1].Kind != translog.Revoked || list[3].Kind != translog.Revoked || list[3].Position != 3 {
		t.Errorf("%+v", list)
	}
	if _, err := w.Check(ctx); err != nil {
		t.Error(err)
	}
}

func TestACheckpointIsOpenedWithTheKeysAlone(t *testing.T) {
	w := newWorld(t)
	w.append(1)
	first, err := w.Checkpoint(t.Context())
	w.must(err)
	key, err := w.keys.Current(t.Context(), keyring.Log)
	w.must(err)
	_, _, err = w.keys.Rotate(t.Context(), key)
	w.must(err)
	w.append(2)
	second, err := w.Checkpoint(t.Context())
	w.must(err)
	keys, err := w.VerifierKeys(t.Context())
	w.must(err)
	if len(keys) != 2 || !strings.HasPrefix(keys[0], origin+"+") {
		t.Fatalf("%q", keys)
	}
	for i, c := range []translog.Checkpoint{first, second} {
		name, tree, err := translog.Open(c.Note, keys)
		if err != nil || name != origin || tree != c.Tree || tree.Size != int64(i+1) {
			t.Errorf("%q, %+v, %v", name, tree, err)
		}
	}
	if _, _, err := translog.Open(first.Note, keys[:1]); !errors.Is(err, translog.ErrCheckpoint) {
		t.Errorf("by another key: %v", err)
	}
	for _, bad := range []string{"", "nonsense", strings.Replace(string(first.Note), "\n1\n", "\n2\n", 1), strings.Replace(string(first.Note), origin, "evil.example.org/log", 1),
		strings.Repeat("x", 1<<20)} {
		if _, _, err := translog.Open([]byte(bad), keys); !errors.Is(err, translog.ErrCheckpoint) {
			t.Errorf("%.40q: %v", bad, err)
		}
	}
	list, err := w.keys.All(t.Context(), keyring.Log)
	w.must(err)
	_, _, err = w.keys.Distrust(t.Context(), list[1].ID, time.Date(2026, 11, 28, 19, 0, 0, 0, time.UTC))
	w.must(err)
	if keys, err = w.VerifierKeys(t.Context()); err != nil || len(keys) != 1 {
		t.Errorf("a key that is not trusted: %q, %v", keys, err)
	}
}

// tiles reads the tree as a stranger does.
type tiles struct {
	t *testing.T
	w *world
}

func (r tiles) Height() int { return 8 }

func (r tiles) ReadTiles(list []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(list))
	for i, tile := range list {
		data, err := r.w.Tile(r.t.Context(), tile.L, tile.N, tile.W)
		if err != nil {
			return nil, err
		}
		out[i] = data
	}
	return out, nil
}

func (r tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func TestTilesMakeTheTree(t *testing.T) {
	w := newWorld(t)
	w.must(w.db.InTx(t.Context(), func(ctx context.Context) error {
		for n := range 300 {
			if _, err := w.Append(ctx, translog.Facts, fmt.Sprint("c", n), sha256.Sum256([]byte{byte(n), byte(n >> 8)})); err != nil {
				return err
			}
		}
		return nil
	}))
	tree := w.tree()
	reader := tlog.TileHashReader(tlog.Tree{N: tree.Size, Hash: tree.Root}, tiles{t, w})
	for _, n := range []int64{0, 17, 255, 256, 299} {
		p, err := tlog.ProveRecord(tree.Size, n, reader)
		w.must(err)
		bundle, err := w.Entries(t.Context(), n/256, int(min(256, tree.Size-n/256*256)))
		w.must(err)
		w.must(translog.Included(tree, n, entry(bundle, n%256), p))
	}
	for _, bad := range []struct {
		level  int
		n      int64
		hashes int
	}{{-1, 0, 1}, {0, -1, 1}, {0, 0, 0}, {0, 0, 257}, {0, 1, 45}, {1, 0, 2}, {2, 0, 1}, {9, 0, 1}, {0, 1 << 60, 1}} {
		if _, err := w.Tile(t.Context(), bad.level, bad.n, bad.hashes); !apperr.Is(err, apperr.NotFound) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	for _, bad := range [][2]int64{{1, 45}, {-1, 1}, {0, 257}, {1 << 60, 1}, {0, 0}} {
		if _, err := w.Entries(t.Context(), bad[0], int(bad[1])); !apperr.Is(err, apperr.NotFound) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

// entry is the n-th of a bundle.
func entry(bundle []byte, n int64) []byte {
	for ; n > 0; n-- {
		bundle = bundle[2+binary.BigEndian.Uint16(bundle):]
	}
	return bundle[2 : 2+binary.BigEndian.Uint16(bundle)]
}

// Whoever has the database can change it; whoever has an earlier checkpoint, or
// runs Check, sees it.
func TestTamperingShows(t *testing.T) {
	for name, sql := range map[string]string{
		"another hash": `UPDATE translog_leaves SET hash = '0000000000000000000000000000000000000000000000000000000000000000' WHERE position = 3`,
		"another kind": `UPDATE translog_leaves SET kind = 'revoked' WHERE position = 3`,
		"a leaf gone":  `DELETE FROM translog_leaves WHERE position = 3`,
		"the last one": `DELETE FROM translog_leaves WHERE position = 9`,
		"cut short":    `UPDATE translog_state SET size = 11`,
		"a hash gone":  `DELETE FROM translog_hashes WHERE position = 2`,
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			for n := range 10 {
				w.append(n)
			}
			_, err := w.Check(t.Context())
			w.must(err)
			w.must(w.db.Conn(t.Context()).Exec(sql).Error)
			if _, err := w.Check(t.Context()); err == nil {
				t.Error("nobody noticed")
			}
		})
	}
}

// TestAForgedHistoryBreaksEarlierCheckpoints, although its own tree is whole.
func TestAForgedHistoryBreaksEarlierCheckpoints(t *testing.T) {
	w := newWorld(t)
	for n := range 10 {
		w.append(n)
	}
	earlier := w.tree()
	for _, sql := range []string{`DELETE FROM translog_leaves`, `DELETE FROM translog_hashes`, `UPDATE translog_state SET size = 0`} {
		w.must(w.db.Conn(t.Context()).Exec(sql).Error)
	}
	for _, n := range []int{0, 1, 2, 77, 3, 4, 5, 6, 7, 8, 9, 10} { // one put in among the earlier ones
		w.append(n)
	}
	now, err := w.Check(t.Context())
	w.must(err)
	p, err := w.ProveConsistency(t.Context(), earlier.Size, now.Size)
	w.must(err)
	if err := translog.Consistent(earlier, now, p); !errors.Is(err, translog.ErrProof) {
		t.Errorf("%v", err)
	}
}
