package sharing_test

import (
	"testing"

	"github.com/atmacena/cocare/internal/keyring"
)

// TestABadgeWhoseKeyFellIsNotPraised: software refuses it now.
func TestABadgeWhoseKeyFellIsNotPraised(t *testing.T) {
	w := newWorld(t)
	c := w.issued("ana")
	w.Get("ana", choice(c)).OK("Software checks it without asking us")
	key, err := w.ring.Current(t.Context(), keyring.Credential)
	w.must(err)
	_, _, err = w.ring.Distrust(t.Context(), key.ID, key.CreatedAt)
	w.must(err)
	w.Get("ana", choice(c)).OK("Software no longer believes it by itself", "still tells that the certificate counts").Lacks("without asking us")
	later := w.issued("ana") // by the fresh key
	w.Get("ana", choice(later)).OK("Software checks it without asking us")
}
