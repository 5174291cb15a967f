package certificate_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/credential"
	"github.com/atmacena/cocare/internal/certificate/pades"
	"github.com/atmacena/cocare/internal/keyring"
	"github.com/atmacena/cocare/internal/translog"
)

// trust is what a stranger knows who has read the keys of this site.
func (w *world) trust() credential.Options {
	w.t.Helper()
	keys, err := w.seals.CredentialKeys(w.t.Context())
	w.must(err)
	log, err := w.tree.VerifierKeys(w.t.Context())
	w.must(err)
	return credential.Options{Keys: keys, LogKeys: log, Now: w.clock.now()}
}

// standing is what the status list says of a certificate now.
func (w *world) standing(c certificate.Certificate) credential.Standing {
	w.t.Helper()
	badge, err := w.Credential(w.t.Context(), c)
	w.must(err)
	list, err := w.StatusList(w.t.Context(), 0)
	w.must(err)
	o := w.trust()
	o.StatusList = list.JSON
	status := credential.Verify(badge.JSON, o).Status
	if status.Standing == credential.StandingUnknown {
		w.t.Fatal(status.Problem)
	}
	return status.Standing
}

// TestACertificateProvesItself: the file by its signature, the credential in it by
// its own, and both by the log, in the order of DECISIONS 7.
func TestACertificateProvesItself(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.issued("p2") // the log is not empty
	c := w.issued("p1")
	file := w.pdf(c)

	r := pades.Verify(file)
	trust, err := w.seals.Trust(ctx)
	w.must(err)
	if len(trust.Documents) != 1 || r.Verdict != pades.Sound || !r.SignedBy(trust.Documents[0].Root) || !r.SignedWith(trust.Documents[0].Key) || !r.SignedAt.Equal(c.IssuedAt.Truncate(time.Second)) || r.Name != "CoCare" {
		t.Errorf("signature: %s %s by %q at %s", r.Verdict, r.Why, r.Name, r.SignedAt)
	}
	inside, err := r.Attachments()
	w.must(err)
	badge, err := w.Credential(ctx, c)
	w.must(err)
	if len(inside) != 1 || inside[0].Name != certificate.BadgeName || !bytes.Equal(inside[0].Data, badge.JSON) {
		t.Errorf("inside: %+v", inside)
	}

	leaves, err := w.tree.Leaves(ctx, c.ID)
	w.must(err)
	if len(leaves) != 2 || leaves[0].Kind != translog.Facts || leaves[1].Kind != translog.Document || leaves[1].Hash != c.PDFHash {
		t.Fatalf("log: %+v", leaves)
	}
	record, err := c.Facts.Record().JSON()
	w.must(err)
	sum, err := credential.FactsHash(record)
	w.must(err)
	for name, form := range map[string][]byte{"JSON": badge.JSON, "JWT": []byte(badge.JWT)} {
		v := credential.Verify(form, w.trust())
		if v.Verdict != credential.Trusted || v.Log.State != credential.LogProven || v.Log.Position != leaves[0].Position || v.FactsHash != leaves[0].Hash ||
			v.HolderName != "Ana Ruiz" || v.ID != "https://ce.example.org/credentials/"+c.Number || v.Issuer != "did:web:ce.example.org" {
			t.Errorf("%s: %+v", name, v)
		}
		if leaves[0].Hash != hex.EncodeToString(sum[:]) {
			t.Errorf("%s: the log has %s, the facts are %x", name, leaves[0].Hash, sum)
		}
	}
	if again, err := w.Credential(ctx, w.again(c)); err != nil || !bytes.Equal(again.JSON, badge.JSON) || again.JWT != badge.JWT {
		t.Errorf("another credential the second time: %v", err)
	}
}

func TestStatusFollowsWhatHappens(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	c, other := w.issued("p1"), w.issued("p2")
	want := func(when string, standing credential.Standing) {
		t.Helper()
		if got := w.standing(c); got != standing {
			t.Errorf("%s: %s", when, got)
		}
		if got := w.standing(other); got != credential.InForce {
			t.Errorf("%s: another certificate is %s", when, got)
		}
	}
	want("issued", credential.InForce)
	w.must(w.Revoke(ctx, c.Number, "Wrong person", "p2"))
	want("revoked", credential.Revoked)
	w.must(w.Reinstate(ctx, c.Number, "The right person", "p2"))
	want("reinstated", credential.InForce)
	w.setHolder("p1", "Ana Soto", "UTC")
	next, err := w.replace(ctx, c.Number, "Married", "p2")
	w.must(err)
	w.drain()
	want("replaced", credential.Revoked)
	if got := w.standing(w.again(next)); got != credential.InForce {
		t.Errorf("the new one is %s", got)
	}
	for _, n := range []int64{-1, 1, 1 << 40} {
		if _, err := w.StatusList(ctx, n); !errors.Is(err, certificate.ErrNotFound) {
			t.Errorf("list %d: %v", n, err)
		}
	}
}

func TestWhatHasNoCredential(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	c := w.reserve("p1")
	if _, err := w.Credential(ctx, c); !errors.Is(err, certificate.ErrPreparing) {
		t.Errorf("before it is issued: %v", err)
	}
	w.must(w.Revoke(ctx, c.Number, "Wrong person", "p2"))
	if _, err := w.Credential(ctx, w.again(c)); !errors.Is(err, certificate.ErrNoFile) {
		t.Errorf("revoked before it was issued: %v", err)
	}
	old := w.issued("p2")
	w.exec("DELETE FROM certificate_credentials")
	if _, err := w.Credential(ctx, old); !errors.Is(err, certificate.ErrNoCredential) || !apperr.Is(err, apperr.Gone) {
		t.Errorf("of the time before: %v", err)
	}
}

// A key that had its time signs no more, and what it signed is as good as ever.
func TestKeysChange(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	old := w.issued("p1")
	for _, p := range []keyring.Purpose{keyring.Document, keyring.Credential, keyring.Log} {
		k, err := w.ring.Current(ctx, p)
		w.must(err)
		if p == keyring.Log {
			_, _, err = w.ring.Rotate(ctx, k)
		} else {
			_, _, err = w.ring.Distrust(ctx, k.ID, w.clock.now())
		}
		w.must(err)
	}
	w.clock.add(time.Hour)
	fresh := w.issued("p2")
	a, b := pades.Verify(w.pdf(old)), pades.Verify(w.pdf(fresh))
	if a.Verdict != pades.Sound || b.Verdict != pades.Sound || bytes.Equal(a.Root().Raw, b.Root().Raw) {
		t.Errorf("%s, %s, the same root: %v", a.Verdict, b.Verdict, bytes.Equal(a.Root().Raw, b.Root().Raw))
	}
	for _, c := range []certificate.Certificate{old, fresh} {
		badge, err := w.Credential(ctx, c)
		w.must(err)
		if v := credential.Verify(badge.JSON, w.trust()); v.Verdict != credential.Trusted || v.Log.State != credential.LogProven || v.Unconfirmed {
			t.Errorf("%s: %s %s, log %s %s", c.HolderName, v.Verdict, v.Problem, v.Log.State, v.Log.Problem)
		}
	}
}

// After a rotation the status list is signed by the fresh key, and judges what the
// old one signed.
func TestARotatedKeyIsJudgedByTheFreshOne(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	kept, revoked := w.issued("p1"), w.issued("p2")
	k, err := w.ring.Current(ctx, keyring.Credential)
	w.must(err)
	_, _, err = w.ring.Rotate(ctx, k)
	w.must(err)
	w.must(w.Revoke(ctx, revoked.Number, "Wrong person", "p3"))
	list, err := w.StatusList(ctx, 0)
	w.must(err)
	o := w.trust()
	o.StatusList = list.JSON
	for c, want := range map[string]credential.Standing{kept.Number: credential.InForce, revoked.Number: credential.Revoked} {
		found, err := w.ByNumber(ctx, c)
		w.must(err)
		badge, err := w.Credential(ctx, found)
		w.must(err)
		if v := credential.Verify(badge.JSON, o); v.Verdict != credential.Trusted || v.Status.Standing != want {
			t.Errorf("%s: %s, %s %s", c, v.Verdict, v.Status.Standing, v.Status.Problem)
		}
	}
}

// Without the log nothing is issued; with it again, everything is, once.
func TestTheJobWaitsForTheLog(t *testing.T) {
	w := newWorld(t)
	c := w.reserve("p1")
	w.log = func(kind, _ string, _ [32]byte) error {
		if kind == certificate.WasIssued {
			return errors.New("the disk is full")
		}
		return nil
	}
	if err := w.queue.Drain(t.Context()); err == nil {
		t.Fatal("issued behind the log's back")
	}
	if got := w.again(c); got.State != certificate.Preparing || w.count("SELECT count(*) FROM certificate_credentials") != 0 {
		t.Fatalf("%+v", got)
	}
	w.log = nil
	w.clock.add(time.Minute)
	w.drain()
	leaves, err := w.tree.Leaves(t.Context(), c.ID)
	w.must(err)
	var kinds []translog.Kind
	for _, l := range leaves {
		kinds = append(kinds, l.Kind)
	}
	if !slices.Equal(kinds, []translog.Kind{translog.Facts, translog.Document}) || w.again(c).State != certificate.Issued {
		t.Errorf("%q", kinds)
	}
}

// A key that cannot sign today is no fault of the facts: the certificate waits, and
// is issued once the clock is right again.
func TestAClockThatLagsDelaysOnly(t *testing.T) {
	w := newWorld(t)
	w.issued("p2") // makes the keys
	c := w.reserve("p1")
	w.clock.add(-48 * time.Hour) // before the key's certificate was valid
	if err := w.queue.Drain(t.Context()); err == nil {
		t.Fatal("signed before the certificate was valid")
	}
	printing, err := w.Printing(t.Context(), w.again(c))
	w.must(err)
	if p := printing[c.ID]; p.GivenUp || p.Lost {
		t.Errorf("nothing tries again: %+v", p)
	}
	w.clock.add(49 * time.Hour)
	w.drain()
	if got := w.again(c); got.State != certificate.Issued {
		t.Errorf("%s after the clock was set right", got.State)
	}
}

// What takes long to be stored was issued when it was signed: history, row and
// signature say the same.
func TestTheHistoryDatesTheSignature(t *testing.T) {
	w := newWorld(t)
	c := w.reserve("p1")
	w.asked = func() { w.clock.add(5 * time.Minute) } // the database was busy
	w.drain()
	c = w.again(c)
	events, err := w.Events(t.Context(), c.ID)
	w.must(err)
	if !events[1].At.Equal(*c.IssuedAt) {
		t.Errorf("issued at %s, by the history at %s", c.IssuedAt, events[1].At)
	}
	if _, damaged, err := w.checkStored(); err != nil || len(damaged) != 0 {
		t.Errorf("damaged: %q, %v", damaged, err)
	}
}
