package certificates_test

import (
	"testing"

	"github.com/atmacena/cocare/internal/keyring"
)

// TestTheHolderLearnsThatTheBadgesKeyFell: nobody else tells them.
func TestTheHolderLearnsThatTheBadgesKeyFell(t *testing.T) {
	w := newWorld(t)
	c := w.issued()
	path := "/certificates/" + c.Number
	w.hides(w.get("ana", path), "no longer believes")
	key, err := w.ring.Current(t.Context(), keyring.Credential)
	w.must(err)
	_, _, err = w.ring.Distrust(t.Context(), key.ID, key.CreatedAt)
	w.must(err)
	w.shows(w.get("ana", path), 200, "Software no longer believes its Open Badge by itself", "the verification page says so")
}
