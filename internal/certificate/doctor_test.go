package certificate_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/keyring"
	"github.com/atmacena/cocare/internal/translog"
)

// tampered changes the database, examines it and puts everything back.
func (w *world) tampered(change func(run func(sql string, args ...any))) (flaws []certificate.Flaw) {
	w.t.Helper()
	back := errors.New("back")
	known := w.known()
	err := w.db.InTx(w.t.Context(), func(ctx context.Context) error {
		change(func(sql string, args ...any) {
			w.t.Helper()
			w.must(w.db.Conn(ctx).Exec(sql, args...).Error)
		})
		var err error
		if _, flaws, err = w.CheckStored(ctx, known); err != nil {
			return err
		}
		return back
	})
	if !errors.Is(err, back) {
		w.t.Fatal(err)
	}
	return flaws
}

// TestWhatWasTurnedWithAllThatLiesBesideItIsFound: somebody who writes to the database
// changes more than one place, so that these agree.
func TestWhatWasTurnedWithAllThatLiesBesideItIsFound(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.licenses = []certificate.License{{Profession: "Psychologist", Jurisdiction: "New York", Number: "PSY-11873"}}
	c, revoked := w.issued("p1"), w.issued("p2")
	w.must(w.Revoke(ctx, revoked.Number, "Issued by mistake", ""))
	w.person("p3", "Cem Old", "UTC")
	old := w.issued("p3")
	w.setHolder("p3", "Cem New", "UTC")
	fresh, err := w.replace(ctx, old.Number, "Married", "p2")
	w.must(err)
	w.drain()
	w.exec(`INSERT INTO editions (id, course_id, number, hash, note, published_at, published_by) VALUES ('ed2', 'c1', 2, 'e2', '', ?, '')`, began)

	facts := func(from, to string) func(run func(string, ...any)) {
		var text string
		w.must(w.db.Read(ctx).Raw("SELECT facts FROM certificates WHERE id = ?", c.ID).Scan(&text).Error)
		turned := strings.ReplaceAll(text, from, to)
		if turned == text {
			t.Fatalf("nothing of %s in the facts", from)
		}
		sum := sha256.Sum256([]byte(turned))
		return func(run func(string, ...any)) {
			run("UPDATE certificates SET facts = ?, facts_hash = ?, holder_name = replace(holder_name, ?, ?) WHERE id = ?", turned, hex.EncodeToString(sum[:]), from, to, c.ID)
		}
	}
	for name, tt := range map[string]struct {
		change func(run func(sql string, args ...any))
		number string
		what   string
	}{
		"untouched":            {func(func(string, ...any)) {}, "", ""},
		"facts, hash and name": {facts("Ana Ruiz", "Mallory"), c.Number, "facts are not those of the badge"},
		"what no badge says":   {facts("PSY-11873", "PSY-99873"), c.Number, "audit log noted other facts"},
		"the holder": {func(run func(string, ...any)) {
			run("UPDATE certificates SET person_id = 'p2', cycle = 9 WHERE id = ?", c.ID)
		}, c.Number, "person, edition or cycle"},
		"the edition":        {func(run func(string, ...any)) { run("UPDATE certificates SET edition_id = 'ed2' WHERE id = ?", c.ID) }, c.Number, "its edition is not the one of the facts"},
		"the edition's hash": {func(run func(string, ...any)) { run("UPDATE editions SET hash = 'ff' WHERE id = 'ed1'") }, c.Number, "its edition is not the one of the facts"},
		"the cycle":          {func(run func(string, ...any)) { run("UPDATE certificates SET cycle = 7 WHERE id = ?", c.ID) }, c.Number, "person, edition or cycle"},
		"the day of revocation": {func(run func(string, ...any)) {
			run("UPDATE certificates SET revoked_at = ? WHERE id = ?", began.AddDate(-1, 0, 0), revoked.ID)
		}, revoked.Number, "does not follow"},
		"that of its history": {func(run func(string, ...any)) {
			run("UPDATE certificate_history SET at = ? WHERE kind = 'revoked'", began.AddDate(-1, 0, 0))
		}, revoked.Number, "does not follow"},
		"revoked, but is not": {func(run func(string, ...any)) {
			run("UPDATE certificates SET revoked_at = ? WHERE id = ?", began, c.ID)
		}, c.Number, "does not follow"},
		"the day of reservation": {func(run func(string, ...any)) {
			run("UPDATE certificates SET reserved_at = ? WHERE id = ?", began.AddDate(-1, 0, 0), c.ID)
		}, c.Number, "does not follow"},
		"both reasons": {func(run func(string, ...any)) {
			run("UPDATE certificates SET revoked_reason = 'Ok' WHERE id = ?", revoked.ID)
			run("UPDATE certificate_history SET reason = 'Ok' WHERE kind = 'revoked'")
		}, revoked.Number, "another reason"},
		"the link to another": {func(run func(string, ...any)) {
			run("UPDATE certificates SET supersedes = NULL WHERE id = ?", fresh.ID)
		}, old.Number, "what replaces it"},
		"a link between others": {func(run func(string, ...any)) {
			run("UPDATE certificates SET supersedes = ? WHERE id = ?", c.ID, fresh.ID)
		}, fresh.Number, "what it replaces"},
		"the place in the lists": {func(run func(string, ...any)) { run("UPDATE certificates SET log_position = 4711 WHERE id = ?", c.ID) }, c.Number, "place in the status list"},
		"the completion": {func(run func(string, ...any)) {
			run("UPDATE enrollments SET state = 'active' WHERE id = ?", c.EnrollmentID)
		}, c.Number, "not completed"},
		"a signature": {func(run func(string, ...any)) {
			run("INSERT INTO certificate_signatures (hash, png, added_at) VALUES (?, ?, ?)", strings.Repeat("ab", 32), []byte("x"), began)
		}, "signature abababababababab", "not that of its hash"},
		"the evidence": {func(run func(string, ...any)) { run("DELETE FROM evidence WHERE enrollment_id = ?", c.EnrollmentID) }, c.Number, "no evidence of: Finish every lesson"},
		"all that there is of it": {func(run func(string, ...any)) {
			for _, table := range []string{"certificate_history", "certificate_files", "certificate_credentials"} {
				run("DELETE FROM "+table+" WHERE certificate_id = ?", c.ID)
			}
			run("DELETE FROM certificates WHERE id = ?", c.ID)
		}, c.Number, "was deleted"},
	} {
		var said []string
		for _, f := range w.tampered(tt.change) {
			if f.Number == tt.number && strings.Contains(f.What, tt.what) {
				said = nil
				break
			}
			said = append(said, f.String())
		}
		if found := len(w.tampered(tt.change)) > 0; found != (tt.what != "") || len(said) > 0 {
			t.Errorf("%s: found %v; %q", name, found, said)
		}
	}
}

// TestAKeyThatIsNotOursIsFound: whoever lacks our keys signs with their own.
func TestAKeyThatIsNotOursIsFound(t *testing.T) {
	w := newWorld(t)
	c := w.issued("p1")
	for _, p := range []keyring.Purpose{keyring.Credential, keyring.Document} {
		known := w.known()
		if p == keyring.Credential {
			known.Badges = nil
		} else {
			known.Documents = nil
		}
		if _, flaws, err := w.CheckStored(t.Context(), known); err != nil || len(flaws) != 1 || flaws[0].Number != c.Number || !strings.Contains(flaws[0].What, "not ours") {
			t.Errorf("%s: %v, %v", p, flaws, err)
		}
	}
	for _, p := range []keyring.Purpose{keyring.Credential, keyring.Document} { // what a distrusted key signed is as it was
		k, err := w.ring.Current(t.Context(), p)
		w.must(err)
		_, _, err = w.ring.Distrust(t.Context(), k.ID, began.Add(-time.Hour))
		w.must(err)
	}
	if _, damaged, err := w.checkStored(); err != nil || len(damaged) != 0 {
		t.Errorf("%q, %v", damaged, err)
	}
}

// TestALogThatWasMadeAnewIsFound: its tree is sound, but badges carry the one that
// was there.
func TestALogThatWasMadeAnewIsFound(t *testing.T) {
	w := newWorld(t)
	w.issued("p1")
	c := w.issued("p2")
	var leaves []translog.Leaf
	w.must(w.db.Read(t.Context()).Raw("SELECT position, kind, subject, hash FROM translog_leaves ORDER BY position").Scan(&leaves).Error)
	w.exec("DELETE FROM translog_leaves")
	w.exec("DELETE FROM translog_hashes")
	w.exec("UPDATE translog_state SET size = 0")
	for _, l := range leaves {
		sum, err := hex.DecodeString(l.Hash)
		w.must(err)
		if l.Position == 0 {
			sum = make([]byte, sha256.Size)
		}
		_, err = w.tree.Append(t.Context(), l.Kind, l.Subject, [sha256.Size]byte(sum))
		w.must(err)
	}
	_, flaws, err := w.CheckStored(t.Context(), w.known())
	w.must(err)
	for _, f := range flaws {
		if f.Number == c.Number && strings.Contains(f.What, "does not begin with the tree") {
			return
		}
	}
	t.Errorf("%v", flaws)
}
