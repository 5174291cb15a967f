package keyring_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/keyring"
)

func ring(t *testing.T, d *db.DB, fill byte) *keyring.Ring {
	t.Helper()
	r, err := keyring.New(d, slices.Repeat([]byte{fill}, 32), db.Now)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEachPurposeHasItsOwnKeyMadeOnce(t *testing.T) {
	d := dbtest.New(t)
	seen := map[string]keyring.Purpose{}
	for _, p := range []keyring.Purpose{keyring.Session, keyring.Document, keyring.Credential, keyring.Log} {
		var wg sync.WaitGroup
		ids := make([]string, 8)
		for i := range ids {
			wg.Go(func() {
				k, err := ring(t, d, 1).Current(t.Context(), p)
				if err != nil {
					t.Error(err)
				}
				ids[i] = k.ID
			})
		}
		wg.Wait()
		if len(slices.Compact(ids)) != 1 {
			t.Errorf("%s: eight starters made different keys", p)
		}
		if other, dup := seen[ids[0]]; dup {
			t.Errorf("%s and %s share a key", p, other)
		}
		seen[ids[0]] = p
	}
}

func TestKeysSignAndSurviveRotation(t *testing.T) {
	r := ring(t, dbtest.New(t), 1)
	digest := sha256.Sum256([]byte("certificate"))
	old, err := r.Current(t.Context(), keyring.Document)
	if err != nil {
		t.Fatal(err)
	}
	sig, err := old.Signer().Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	fresh, rotated, err := r.Rotate(t.Context(), old)
	if err != nil || !rotated || fresh.ID == old.ID {
		t.Fatalf("rotate: %v, rotated: %v, same key: %v", err, rotated, fresh.ID == old.ID)
	}
	if again, rotated, err := r.Rotate(t.Context(), old); err != nil || rotated || again.ID != fresh.ID {
		t.Errorf("a key that had its time was rotated: %v, %v", rotated, err)
	}
	all, err := r.All(t.Context(), keyring.Document)
	if err != nil || len(all) != 2 {
		t.Fatalf("%d keys, %v", len(all), err)
	}
	i := slices.IndexFunc(all, func(k keyring.Key) bool { return k.ID == old.ID })
	if all[i].RetiredAt == nil || !ecdsa.VerifyASN1(all[i].Public.(*ecdsa.PublicKey), digest[:], sig) {
		t.Error("the retired key must still verify what it signed")
	}
	badge, err := r.Current(t.Context(), keyring.Credential)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := badge.Public.(ed25519.PublicKey); !ok {
		t.Errorf("credential key is %T", badge.Public)
	}
}

// TestRotatingAtOnceMakesOneKey, also on several replicas.
func TestRotatingAtOnceMakesOneKey(t *testing.T) {
	d := dbtest.New(t)
	for _, p := range keyring.Purposes {
		old, err := ring(t, d, 1).Current(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		var rotated atomic.Int32
		ids := make([]string, 8)
		for i := range ids {
			wg.Go(func() {
				k, fresh, err := ring(t, d, 1).Rotate(t.Context(), old)
				if err != nil {
					t.Error(err)
				}
				if ids[i] = k.ID; fresh {
					rotated.Add(1)
				}
			})
		}
		wg.Wait()
		all, err := ring(t, d, 1).All(t.Context(), p)
		if err != nil || len(all) != 2 || rotated.Load() != 1 || len(slices.Compact(ids)) != 1 || ids[0] == old.ID {
			t.Errorf("%s: %d keys, rotated %d times, %v", p, len(all), rotated.Load(), err)
		}
	}
}

func TestAnotherMasterKeyOpensNothing(t *testing.T) {
	d := dbtest.New(t)
	if _, err := ring(t, d, 1).Current(t.Context(), keyring.Session); err != nil {
		t.Fatal(err)
	}
	if _, err := ring(t, d, 2).Current(t.Context(), keyring.Session); !errors.Is(err, keyring.ErrMasterKey) {
		t.Errorf("err = %v", err)
	}
}

func TestARowCannotChangeItsPurpose(t *testing.T) {
	d := dbtest.New(t)
	r := ring(t, d, 1)
	if _, err := r.Current(t.Context(), keyring.Document); err != nil {
		t.Fatal(err)
	}
	if err := d.Conn(t.Context()).Exec("UPDATE signing_keys SET purpose = 'session'").Error; err != nil {
		t.Fatal(err)
	}
	if _, err := r.Current(t.Context(), keyring.Session); !errors.Is(err, keyring.ErrMasterKey) {
		t.Errorf("a document key signed sessions: %v", err)
	}
}

func TestMasterKeyIsMadeOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "master.key")
	var wg sync.WaitGroup
	keys := make([]string, 8)
	for i := range keys {
		wg.Go(func() {
			k, err := keyring.LoadOrMakeMaster(path)
			if err != nil {
				t.Error(err)
			}
			keys[i] = string(k)
		})
	}
	wg.Wait()
	if len(slices.Compact(keys)) != 1 || len(keys[0]) != 32 {
		t.Error("eight starters must agree on one key")
	}
}

// TestAPublicHalfIsTheKeysOwn: the public half lies in the open.
func TestAPublicHalfIsTheKeysOwn(t *testing.T) {
	d := dbtest.New(t)
	r := ring(t, d, 1)
	ours, err := r.Current(t.Context(), keyring.Credential)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := r.Current(t.Context(), keyring.Log)
	if err != nil {
		t.Fatal(err)
	}
	err = d.Conn(t.Context()).Exec("UPDATE signing_keys SET public = (SELECT public FROM signing_keys WHERE id = ?) WHERE id = ?", theirs.ID, ours.ID).Error
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.All(t.Context(), keyring.Credential); err == nil {
		t.Error("another's public half passes for ours")
	}
}

// TestLookingMakesNoKey where there is none.
func TestLookingMakesNoKey(t *testing.T) {
	r := ring(t, dbtest.New(t), 1)
	if _, found, err := r.Signing(t.Context(), keyring.Document); found || err != nil {
		t.Errorf("found %v, %v", found, err)
	}
	made, err := r.Current(t.Context(), keyring.Document)
	if err != nil {
		t.Fatal(err)
	}
	if k, found, err := r.Signing(t.Context(), keyring.Document); !found || err != nil || k.ID != made.ID || k.Signer() == nil {
		t.Errorf("found %v, %v", found, err)
	}
	if list, err := r.List(t.Context()); err != nil || len(list) != 1 || list[0].Public == nil {
		t.Errorf("%+v, %v", list, err)
	}
}
