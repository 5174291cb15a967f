package witness_test

import (
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/witness/witnesstest"
)

// A witness signed another tree of a size than ours has: this shows with none of the
// signatures of ours, whoever made it and whenever.
func TestASignatureOfAnotherRootSpoilsNothing(t *testing.T) {
	for name, earlier := range map[string]time.Duration{"earlier": -time.Hour, "later": time.Hour} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			one, two := w.witness("one.example", witnesstest.Ed25519), w.witness("two.example", witnesstest.Ed25519)
			w.Service = w.service(one, two)
			w.append(3)
			w.ask()
			text, _, _ := strings.Cut(string(w.note()), "\n\n")
			lines := strings.Split(text, "\n")
			lines[2] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
			at := w.clock().Add(earlier)
			line, err := one.Cosign(strings.Join(lines, "\n")+"\n", at)
			w.must(err)
			w.exec(`INSERT INTO witness_cosignatures (origin, witness, size, root, signed_at, line, stored_at) VALUES (?, ?, 3, ?, ?, ?, ?)`,
				origin, one.Key, make([]byte, 32), at, line, at)
			keys := []string{one.Key, two.Key}
			if tree, list := w.shown(keys...); tree.Size != 3 || len(list) != 2 {
				t.Errorf("the checkpoint: %+v, %+v", tree, list)
			}
			if p := w.prove(0, keys); p.by != "one two" || !p.complete {
				t.Errorf("the proof: %+v", p)
			}
		})
	}
}

// A log that stands still for years gets two signatures a day of each witness. What
// is shown takes no more than on the first day.
func TestALogThatStandsStillCostsNoMore(t *testing.T) {
	w, other := watched(t, 1)
	w.ask()
	cost := func() float64 {
		return testing.AllocsPerRun(3, func() {
			w.note()
			if _, _, err := w.Proof(t.Context(), 0); err != nil {
				t.Error(err)
			}
		})
	}
	before := cost()
	w.must(w.db.InTx(t.Context(), w.halfDays(other, 500)))
	if after := cost(); after > 2*before {
		t.Errorf("%.0f allocations, %.0f at first", after, before)
	}
	if _, list := w.shown(other.Key); len(list) != 1 || !list[0].At.Equal(w.clock().Add(500*12*time.Hour)) {
		t.Errorf("the checkpoint has not the last signature: %+v", list)
	}
	if p := w.prove(0, []string{other.Key}); !p.at.Equal(w.clock()) {
		t.Errorf("the proof has not the first signature: %+v", p)
	}
}
