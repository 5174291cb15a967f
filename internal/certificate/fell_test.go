package certificate_test

import (
	"errors"
	"testing"

	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/keyring"
)

// TestABadgeWhoseKeyFellIsMadeAnew, under the same name: there is no other way to one
// that software believes.
func TestABadgeWhoseKeyFellIsMadeAnew(t *testing.T) {
	w := newWorld(t)
	old := w.issued("p1")
	if fell, err := w.BadgeFell(t.Context(), old); fell || err != nil {
		t.Errorf("fell %v, %v", fell, err)
	}
	key, err := w.ring.Current(t.Context(), keyring.Credential)
	w.must(err)
	_, _, err = w.ring.Distrust(t.Context(), key.ID, began)
	w.must(err)
	if fell, err := w.BadgeFell(t.Context(), old); !fell || err != nil {
		t.Errorf("fell %v, %v", fell, err)
	}
	fresh, err := w.replace(t.Context(), old.Number, "Its badge is not believed any more", "p2")
	w.must(err)
	w.drain()
	fresh = w.again(fresh)
	if fell, err := w.BadgeFell(t.Context(), fresh); fell || err != nil || fresh.State != certificate.Issued || fresh.HolderName != old.HolderName || w.again(old).State != certificate.Superseded {
		t.Errorf("fell %v, %+v, %v", fell, fresh, err)
	}
	if _, err := w.replace(t.Context(), fresh.Number, "Again", "p2"); !errors.Is(err, certificate.ErrSameName) {
		t.Errorf("again: %v", err)
	}
	if _, damaged, err := w.checkStored(); err != nil || len(damaged) != 0 {
		t.Errorf("%q, %v", damaged, err)
	}
}
