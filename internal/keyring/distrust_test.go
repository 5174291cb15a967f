package keyring_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/keyring"
)

func TestADistrustedKeySignsNoMore(t *testing.T) {
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	r, err := keyring.New(dbtest.New(t), make([]byte, 32), func() time.Time { return at })
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	old, err := r.Current(ctx, keyring.Document)
	if err != nil {
		t.Fatal(err)
	}
	since := at.Add(-time.Hour)
	k, changed, err := r.Distrust(ctx, old.ID, since)
	if err != nil || !changed || k.NotTrustedAfter == nil || !k.NotTrustedAfter.Equal(since) || k.RetiredAt == nil || !k.RetiredAt.Equal(at) {
		t.Fatalf("%+v, changed %v, %v", k, changed, err)
	}
	fresh, err := r.Current(ctx, keyring.Document)
	if err != nil || fresh.ID == old.ID {
		t.Fatalf("it signs still: %v", err)
	}
	if list, err := r.List(ctx); err != nil || len(list) != 2 {
		t.Errorf("%d keys, %v: the old one stays for verification, beside a fresh one", len(list), err)
	}
	for _, tc := range []struct {
		name    string
		after   time.Time
		changed bool
		kind    apperr.Kind
	}{
		{"the same again", since, false, 0},
		{"back", since.Add(-time.Hour), true, 0},
		{"on", since, false, apperr.Conflict},
		{"ahead", at.Add(time.Second), false, apperr.Invalid},
	} {
		_, changed, err := r.Distrust(ctx, old.ID, tc.after)
		if changed != tc.changed || (tc.kind == 0) != (err == nil) || err != nil && !apperr.Is(err, tc.kind) {
			t.Errorf("%s: changed %v, %v", tc.name, changed, err)
		}
	}
	if n, err := r.Distrusted(ctx, keyring.Document); err != nil || n != 1 {
		t.Errorf("%d distrusted, %v", n, err)
	}
	if _, _, err := r.Distrust(ctx, "nothing", since); !errors.Is(err, keyring.ErrNoKey) {
		t.Errorf("an unknown key: %v", err)
	}
}

// A key that was retired before is distrusted where it stands.
func TestDistrustLeavesTheSuccessorAlone(t *testing.T) {
	d := dbtest.New(t)
	r := ring(t, d, 1)
	old, err := r.Current(t.Context(), keyring.Session)
	if err != nil {
		t.Fatal(err)
	}
	next, _, err := r.Rotate(t.Context(), old)
	if err != nil {
		t.Fatal(err)
	}
	refused := errors.New("no event")
	err = d.InTx(t.Context(), func(ctx context.Context) error {
		if _, _, err := r.Distrust(ctx, old.ID, old.CreatedAt); err != nil {
			return err
		}
		return refused
	})
	if n, countErr := r.Distrusted(t.Context(), keyring.Session); !errors.Is(err, refused) || countErr != nil || n != 0 {
		t.Fatalf("distrusted although the transaction failed: %d, %v", n, errors.Join(err, countErr))
	}
	if _, _, err := r.Distrust(t.Context(), old.ID, old.CreatedAt); err != nil {
		t.Fatal(err)
	}
	if now, err := r.Current(t.Context(), keyring.Session); err != nil || now.ID != next.ID {
		t.Errorf("the successor went too: %v", err)
	}
}
