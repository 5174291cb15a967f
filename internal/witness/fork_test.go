package witness_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/witness"
	"github.com/atmacena/cocare/internal/witness/witnesstest"
)

// sames are all ways to refuse another root of a size.
var sames = map[string]witnesstest.Same{"422": witnesstest.Unprocessable, "409": witnesstest.Conflict, "409 and the size": witnesstest.ConflictWithSize}

// Another history under the same name, as long as what the witness has seen: it
// names the size, and then refuses it.
func TestAForkOfTheSameSizeIsAnAlarm(t *testing.T) {
	for name, same := range sames {
		t.Run(name, func(t *testing.T) {
			w, other := watched(t, 5)
			w.ask()
			other.Refuse(same)
			for _, table := range []string{"translog_leaves", "translog_hashes", "witnesses", "witness_cosignatures"} {
				w.exec("DELETE FROM " + table)
			}
			w.exec("UPDATE translog_state SET size = 0")
			w.append(5)
			w.ask()
			if s := w.only(); s.Alarm != witness.Changed || s.Seen != 5 || s.Problem != "" || w.audited("witness.alarm") != 1 {
				t.Errorf("%+v", s)
			}
		})
	}
}

// The witness signed this tree, and later another one of the same size for somebody
// else who has a copy of the database.
func TestAWitnessThatMovedToAForkIsAnAlarm(t *testing.T) {
	for name, same := range sames {
		t.Run(name, func(t *testing.T) {
			w, other := watched(t, 5)
			w.ask()
			other.Refuse(same)
			other.Remember(origin, witnesstest.Seen{Size: 5, Root: [32]byte{1}})
			w.wait(13 * time.Hour)
			w.ask()
			if s := w.only(); s.Alarm != witness.Changed || s.Seen != 5 || s.CosignedAt == nil {
				t.Errorf("%+v", s)
			}
		})
	}
}

// Something in front of the witness answers 409 to all: no size was named, so nobody
// contradicts.
func TestAConflictWithoutASizeIsNoAlarm(t *testing.T) {
	w, other := watched(t, 5)
	w.ask()
	other.Instead(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusConflict) })
	w.wait(13 * time.Hour)
	w.ask()
	if s := w.only(); s.Alarm != witness.None || !strings.Contains(s.Problem, "without saying how many") {
		t.Errorf("%+v", s)
	}
}
