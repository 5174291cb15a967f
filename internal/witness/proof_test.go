package witness_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/translog"
	"github.com/atmacena/cocare/internal/witness"
	"github.com/atmacena/cocare/internal/witness/witnesstest"
)

// proven is a proof as others read it.
type proven struct {
	file     string
	size     int64
	by       string // names in their order
	at       time.Time
	complete bool
}

// prove asks for a proof, verifies it, and looks for signatures of keys.
func (w *world) prove(leaf int64, keys []string, names ...string) proven {
	w.t.Helper()
	p, complete, err := w.Proof(w.t.Context(), leaf, names...)
	w.must(err)
	file := p.File()
	p, err = translog.ParseProof(file)
	w.must(err)
	tree, list := cosigned(w.t, p.Checkpoint, keys...)
	entry, err := w.log.Leaf(w.t.Context(), leaf)
	w.must(err)
	w.must(translog.Included(tree, leaf, entry.Data(), p.Proof))
	got := proven{file: string(file), size: tree.Size, complete: complete}
	var by []string
	for _, c := range list {
		by, got.at = append(by, strings.TrimSuffix(c.Key.Name(), ".example")), c.At
	}
	slices.Sort(by)
	got.by = strings.Join(by, " ")
	return got
}

// TestAProofNamesTheFirstWitness: a line is proven by the first checkpoint that has
// it, so the time of the signature says when it was there.
func TestAProofNamesTheFirstWitness(t *testing.T) {
	w := newWorld(t)
	other := w.witness("one.example", witnesstest.Ed25519)
	w.Service = w.service(other)
	w.append(3)
	begun, keys := w.clock(), []string{other.Key}
	if p := w.prove(1, keys); p.by != "" || p.complete {
		t.Errorf("before anybody signed: %+v", p)
	}
	w.ask()
	first := w.prove(1, keys)
	for range 5 {
		w.wait(13 * time.Hour)
		w.append(2)
		w.ask()
	}
	if again := w.prove(1, keys); again != first || again.by != "one" || !again.complete || !again.at.Equal(begun) {
		t.Errorf("%+v\n%+v", first, again)
	}
	if p := w.prove(4, keys); !p.at.Equal(begun.Add(13 * time.Hour)) {
		t.Errorf("%+v", p)
	}
	for _, leaf := range []int64{-1, 13, 1 << 40} {
		if _, _, err := w.Proof(t.Context(), leaf); !errors.Is(err, translog.ErrNoLeaf) {
			t.Errorf("%d: %v", leaf, err)
		}
	}
	// What was changed since is not shown with signatures of what it was.
	w.exec("UPDATE translog_hashes SET hash = ? WHERE position = 2", make([]byte, 32))
	p, complete, err := w.Proof(t.Context(), 1)
	if err != nil || complete || strings.Contains(string(p.File()), other.Name) {
		t.Errorf("%v, %v\n%s", complete, err, p.File())
	}
}

// TestAProofForEachWitness: whoever trusts a witness that was found later, or one that
// is not asked any more, gets a proof that this one signed.
func TestAProofForEachWitness(t *testing.T) {
	w := newWorld(t)
	one, two, dead := w.witness("one.example", witnesstest.Ed25519), w.witness("two.example", witnesstest.MLDSA44), w.witness("dead.example", witnesstest.Ed25519)
	again := w.witness("one.example", witnesstest.Ed25519) // under a fresh key
	dead.Close()
	keys := []string{one.Key, two.Key, dead.Key, again.Key}
	want := func(what string, leaf, size int64, by string, complete bool, names ...string) {
		t.Helper()
		if p := w.prove(leaf, keys, names...); p.size != size || p.by != by || p.complete != complete {
			t.Errorf("%s: %d lines by %q, %v; want %d by %q, %v", what, p.size, p.by, p.complete, size, by, complete)
		}
	}
	step := func(asked ...*witnesstest.Witness) {
		t.Helper()
		w.append(2)
		w.wait(2 * time.Hour)
		w.Service = w.service(asked...)
		w.ask()
	}
	step(one)
	step(one)
	w.Service = w.service(one, two)
	want("the second has not signed yet", 0, 2, "one", false)
	want("nor did it by itself", 0, 2, "one", false, "two.example")
	step(one, two)
	want("both", 0, 6, "one two", true)
	want("the first alone", 0, 2, "one", true, "one.example")
	want("the second alone", 0, 6, "one two", true, "two.example")
	want("both by name", 0, 6, "one two", true, "two.example", "one.example", "one.example")
	step(one, two, dead)
	want("nobody waits for who is gone", 0, 6, "one two", false)
	want("who never signed", 0, 2, "one", false, "dead.example")
	step(two, again)
	want("those who are asked now", 0, 10, "one two", true)
	want("of one name, who is asked now", 0, 10, "one two", true, "one.example")
	id, _ := translog.ParseWitnessKey(one.Key)
	want("by its key", 0, 2, "one", true, one.Key)
	want("by what tells keys apart", 2, 4, "one", true, id.ID())
	two.Instead(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusServiceUnavailable) })
	step(two, again)
	want("one of them", 10, 12, "one", false)
	two.Instead(nil)
	again.Close()
	step(two, again)
	want("never together", 10, 12, "one", false)
	want("never together, the other", 10, 14, "two", true, "two.example")
	w.Service = w.service()
	want("nobody is asked", 0, 2, "one", true)
	for _, names := range [][]string{{"three.example"}, {"one.example", "x"}, {"one"}, {""}, make([]string, 16)} {
		if _, _, err := w.Proof(t.Context(), 0, names...); !errors.Is(err, witness.ErrNoWitness) {
			t.Errorf("%q: %v", names, err)
		}
	}
}
