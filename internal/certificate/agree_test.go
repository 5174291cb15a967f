package certificate_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/certificate"
)

// TestTheRegisterIsHeldToTheBadge: whoever can write into the database can change the
// facts with their hash, and not what was signed.
func TestTheRegisterIsHeldToTheBadge(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	c := w.issued("p1")
	badge, err := w.Credential(ctx, c)
	w.must(err)
	pdf := w.pdf(c)
	files := map[string][]byte{"PDF": pdf, "JSON": badge.JSON, "JWT": []byte(badge.JWT), "edited": append(append([]byte{}, pdf...), '\n')}
	want := func(when string, contradicted bool) {
		t.Helper()
		for name, file := range files {
			got, err := w.CheckFile(ctx, file)
			if w.must(err); got.Contradicted != contradicted || (got.Verdict == certificate.Genuine) != (name != "edited") {
				t.Errorf("%s, %s: %+v", when, name, got)
			}
		}
	}
	want("as issued", false)
	var stored struct{ Facts, HolderName string }
	w.must(w.db.Read(ctx).Raw("SELECT facts, holder_name FROM certificates WHERE id = ?", c.ID).Scan(&stored).Error)
	rewrite := func(facts, holder string) {
		sum := sha256.Sum256([]byte(facts))
		w.exec("UPDATE certificates SET facts = ?, facts_hash = ?, holder_name = ? WHERE id = ?", facts, hex.EncodeToString(sum[:]), holder, c.ID)
	}
	rewrite(strings.Replace(stored.Facts, "Ana Ruiz", "Eva Ruiz", 1), "Eva Ruiz")
	want("another holder", true)
	rewrite(strings.Replace(stored.Facts, `"learning_time_centihours":`, `"learning_time_centihours":9`, 1), stored.HolderName)
	want("more hours", true)
	rewrite(stored.Facts, "Eva Ruiz")
	want("another name in the row", true)
	rewrite(stored.Facts, stored.HolderName)
	want("as it was", false)

	w.exec("DELETE FROM certificate_credentials")
	if got, err := w.CheckFile(ctx, files["edited"]); err != nil || got.Contradicted {
		t.Errorf("without a badge: %+v, %v", got, err)
	}
}
