package translog_test

import (
	"errors"
	"testing"

	"github.com/atmacena/cocare/internal/keyring"
	"github.com/atmacena/cocare/internal/translog"
)

// TestTheLogsKeyIsNeverReplacedInSilence: without it there are no checkpoints, rather
// than those of another log.
func TestTheLogsKeyIsNeverReplacedInSilence(t *testing.T) {
	w := newWorld(t)
	made, err := w.Key(t.Context())
	w.must(err)
	w.append(0)
	if key, err := w.Key(t.Context()); err != nil || key.ID != made.ID {
		t.Errorf("the first entry made another key: %v", err)
	}
	w.must(w.db.Conn(t.Context()).Exec("DELETE FROM signing_keys WHERE purpose = ?", keyring.Log).Error)
	if _, err := w.Checkpoint(t.Context()); !errors.Is(err, translog.ErrKeyLost) {
		t.Errorf("a checkpoint without the key: %v", err)
	}
	w.append(1)
	if keys, err := w.VerifierKeys(t.Context()); err != nil || len(keys) != 0 {
		t.Errorf("%d keys, %v", len(keys), err)
	}
}

// A log that has lines has a key: whoever loses it later notices.
func TestTheFirstEntryComesWithTheKey(t *testing.T) {
	w := newWorld(t)
	w.append(0)
	if keys, err := w.VerifierKeys(t.Context()); err != nil || len(keys) != 1 {
		t.Errorf("%d keys, %v", len(keys), err)
	}
}
