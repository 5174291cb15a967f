package keyring_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/keyring"
)

func certificateOf(t *testing.T, name string, key crypto.Signer) *x509.Certificate {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// names are those of the keys' certificates, in alphabetical order.
func names(chains [][]*x509.Certificate) string {
	var list []string
	for _, c := range chains {
		list = append(list, c[0].Subject.CommonName)
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

func TestTheFirstChainStands(t *testing.T) {
	d := dbtest.New(t)
	r := ring(t, d, 1)
	k, err := r.Current(t.Context(), keyring.Document)
	if err != nil || len(k.Chain) != 0 {
		t.Fatalf("%d certificates, %v", len(k.Chain), err)
	}
	var all sync.WaitGroup
	names := make([]string, 8)
	for i := range names {
		all.Go(func() {
			got, err := ring(t, d, 1).SetChain(t.Context(), k.ID, []*x509.Certificate{certificateOf(t, string(rune('a'+i)), k.Signer())})
			if err != nil || len(got.Chain) != 1 {
				t.Errorf("%d certificates, %v", len(got.Chain), err)
				return
			}
			names[i] = got.Chain[0].Subject.CommonName
		})
	}
	all.Wait()
	for _, name := range names {
		if name != names[0] {
			t.Fatalf("replicas have different certificates: %q", names)
		}
	}
	if _, err := r.SetChain(t.Context(), "nobody", nil); !errors.Is(err, keyring.ErrNoKey) {
		t.Errorf("of no key: %v", err)
	}
}

func TestAKeyOfTheOperatorIsAdopted(t *testing.T) {
	d := dbtest.New(t)
	r := ring(t, d, 1)
	made, err := r.Current(t.Context(), keyring.Document)
	if err != nil {
		t.Fatal(err)
	}
	private, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	first, second, third := certificateOf(t, "first", private), certificateOf(t, "renewed", private), certificateOf(t, "renewed again", private)
	for _, tt := range []struct {
		chain   *x509.Certificate
		adopted bool
	}{{first, true}, {first, false}, {second, true}, {third, true}, {second, true}, {third, true}} {
		if err := r.Adoptable(t.Context(), private); err != nil {
			t.Error(err)
		}
		k, adopted, err := r.Adopt(t.Context(), private, []*x509.Certificate{tt.chain})
		if err != nil || adopted != tt.adopted || !k.Brought || k.Chain[0].Subject.CommonName != tt.chain.Subject.CommonName || !private.Equal(k.Signer()) {
			t.Errorf("%s: adopted %v, %v", tt.chain.Subject.CommonName, adopted, err)
		}
	}
	all, err := r.All(t.Context(), keyring.Document)
	if err != nil || len(all) != 2 {
		t.Fatalf("%d keys, %v", len(all), err)
	}
	for _, k := range all {
		if (k.ID == made.ID) != (k.RetiredAt != nil) || k.Brought == (k.ID == made.ID) {
			t.Errorf("%s retired: %v, brought: %v", k.ID, k.RetiredAt, k.Brought)
		}
		// What was signed before a renewal is verified by the certificates of then.
		if got, want := names(k.Former), map[bool]string{true: "", false: "first, renewed"}[k.ID == made.ID]; got != want {
			t.Errorf("%s had the certificates %q, want %q", k.ID, got, want)
		}
		if listed, err := r.Find(t.Context(), k.ID); err != nil || names(listed.Former) != names(k.Former) {
			t.Errorf("listed with %q, %v", names(listed.Former), err)
		}
	}
	if err := d.Conn(t.Context()).Exec("DELETE FROM signing_keys WHERE brought = ?", true).Error; err == nil {
		t.Error("a key with certificates was deleted")
	}
	if fresh, rotated, err := r.Rotate(t.Context(), all[0]); err != nil || !rotated || fresh.Brought {
		t.Fatal(rotated, err)
	}
	if _, _, err := r.Adopt(t.Context(), private, []*x509.Certificate{first}); !errors.Is(err, keyring.ErrRetired) {
		t.Errorf("a retired key came back: %v", err)
	}
	if err := r.Adoptable(t.Context(), private); !errors.Is(err, keyring.ErrRetired) {
		t.Errorf("nobody says so before: %v", err)
	}
}

func TestReplicasAdoptAtOnce(t *testing.T) {
	d := dbtest.New(t)
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	chain := []*x509.Certificate{certificateOf(t, "ours", private)}
	var all sync.WaitGroup
	var changed atomic.Int32
	for range 8 {
		all.Go(func() {
			_, adopted, err := ring(t, d, 1).Adopt(t.Context(), private, chain)
			if err != nil {
				t.Error(err)
			}
			if adopted {
				changed.Add(1)
			}
		})
	}
	all.Wait()
	if n := changed.Load(); n != 1 {
		t.Errorf("%d say that they adopted it", n)
	}
	if keys, err := ring(t, d, 1).All(t.Context(), keyring.Document); err != nil || len(keys) != 1 {
		t.Errorf("%d keys, %v", len(keys), err)
	}
}

// TestReplicasRenewAtOnce: with files that differ, each keeps its certificates.
func TestReplicasRenewAtOnce(t *testing.T) {
	d := dbtest.New(t)
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := ring(t, d, 1).Adopt(t.Context(), private, []*x509.Certificate{certificateOf(t, "a", private)}); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for _, name := range []string{"b", "c", "d", "e"} {
		all.Go(func() {
			if _, _, err := ring(t, d, 1).Adopt(t.Context(), private, []*x509.Certificate{certificateOf(t, name, private)}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	keys, err := ring(t, d, 1).All(t.Context(), keyring.Document)
	if err != nil || len(keys) != 1 {
		t.Fatalf("%d keys, %v", len(keys), err)
	}
	if got := names(append(keys[0].Former, keys[0].Chain)); got != "a, b, c, d, e" {
		t.Errorf("it had the certificates %q", got)
	}
}
