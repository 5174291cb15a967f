package certificate_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"testing"

	"github.com/atmacena/cocare/internal/certificate"
)

// TestWhatHappensToAFileIsLogged, in the transaction in which it happens; what was
// never printed is not.
func TestWhatHappensToAFileIsLogged(t *testing.T) {
	w := newWorld(t)
	var log []string
	w.log = func(kind, id string, sum [sha256.Size]byte) error {
		if kind != certificate.Stated {
			log = append(log, kind+" "+id+" "+hex.EncodeToString(sum[:]))
		}
		return nil
	}
	c := w.issued("p1")
	w.setHolder("p1", "Ana Ruiz Vega", "America/New_York")
	next, err := w.Replace(t.Context(), c.Number, "Ana Ruiz Vega", "Married.", "admin")
	w.must(err)
	w.must(w.Revoke(t.Context(), next.Number, "Issued by mistake", "admin")) // before it was printed
	w.drain()
	other := w.issued("p2")
	for range 2 {
		w.must(w.Revoke(t.Context(), other.Number, "Issued by mistake", "admin"))
	}
	want := []string{"issued " + c.ID + " " + c.PDFHash, "superseded " + c.ID + " " + c.PDFHash,
		"issued " + other.ID + " " + other.PDFHash, "revoked " + other.ID + " " + other.PDFHash}
	if !slices.Equal(log, want) {
		t.Errorf("%q, want %q", log, want)
	}
	events, err := w.Events(t.Context(), other.ID)
	w.must(err)
	leaves, err := w.tree.Leaves(t.Context(), other.ID)
	w.must(err)
	if len(leaves) != 3 || events[0].LogPosition != nil || *events[1].LogPosition != leaves[1].Position || *events[2].LogPosition != leaves[2].Position {
		t.Errorf("history %+v of the entries %+v", events, leaves)
	}
}

// A log that takes nothing lets nothing happen: there is no certificate that it
// does not show.
func TestNothingHappensWithoutTheLog(t *testing.T) {
	w := newWorld(t)
	c := w.issued("p1")
	w.log = func(string, string, [sha256.Size]byte) error { return errors.New("full") }
	if err := w.Revoke(t.Context(), c.Number, "Issued by mistake", "admin"); err == nil {
		t.Error("revoked behind the log's back")
	}
	if now, err := w.ByNumber(t.Context(), c.Number); err != nil || now.State != certificate.Issued {
		t.Errorf("%s, %v", now.State, err)
	}
}
