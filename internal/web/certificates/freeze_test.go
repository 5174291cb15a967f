package certificates_test

import (
	"testing"

	"github.com/atmacena/cocare/internal/certificate"
)

// TestWhatCannotBePrintedIsFrozenAnew: the pages say which characters it is, and give
// the administrator a way.
func TestWhatCannotBePrintedIsFrozenAnew(t *testing.T) {
	w := newWorld(t)
	w.credit = []certificate.CreditLine{{Accreditor: "The Board of Examples", Unit: "contact hour", Centihours: 175, ProviderNumber: "P-9", Statement: "Approved \u202e🎉."}}
	c := w.reserve()
	path := "/admin/certificates/" + c.Number
	if rec := w.get("dora", path+"/freeze"); rec.Code != 303 || rec.Header().Get("Location") != path {
		t.Errorf("while it is prepared: %d", rec.Code)
	}
	if err := w.queue.Drain(t.Context()); err == nil {
		t.Fatal("it was printed")
	}
	for _, page := range []string{path, "/admin/certificates?state=preparing", path + "/freeze"} {
		rec := w.get("dora", page)
		w.shows(rec, 200, "Statement of the credit", "“Approved U&#43;202E🎉. Provider number P-9.”", "“🎉” (U&#43;1F389)")
		w.hides(rec, "The server’s log says why")
	}
	w.shows(w.get("dora", path), 200, path+"/freeze", "Freeze its facts anew")
	w.shows(w.get("dora", path+"/freeze"), 200, "Frozen now, it could not be printed either", "/admin/approvals")
	w.shows(w.post("dora", path+"/freeze", "reason", "Void"), 409, "U&#43;1F389")
	w.credit = nil
	ask := w.get("dora", path+"/freeze")
	w.shows(ask, 200, "What it would say", "Estimated learning time", "not accredited", "nobody has seen this one")
	w.shows(w.post("dora", path+"/freeze", "reason", ""), 422, "Say why, for the record.")
	done := w.post("dora", path+"/freeze", "reason", "The approval was void.")
	if done.Code != 303 || done.Header().Get("Location") == path {
		t.Fatalf("%d to %s", done.Code, done.Header().Get("Location"))
	}
	w.must(w.queue.Drain(t.Context()))
	w.shows(w.get("dora", done.Header().Get("Location")), 200, "Valid", "not accredited")
	w.shows(w.get("dora", path), 200, "Superseded", "The approval was void.", "Dora Lee")
	if again := w.post("dora", path+"/freeze", "reason", "The approval was void."); again.Header().Get("Location") != done.Header().Get("Location") {
		t.Errorf("a second click: %d to %s", again.Code, again.Header().Get("Location"))
	}
	// The holder knows of one certificate, also by the number that they saw first.
	own := w.get("ana", "/certificates")
	w.shows(own, 200, "Valid")
	w.hides(own, c.Number, "Superseded")
	if rec := w.get("ana", "/certificates/"+c.Number); rec.Code != 303 || rec.Header().Get("Location") == "/certificates/"+c.Number {
		t.Errorf("by the old number: %d to %s", rec.Code, rec.Header().Get("Location"))
	}
	if rec := w.get("ana", path+"/freeze"); rec.Code != 403 {
		t.Errorf("the holder: %d", rec.Code)
	}
	w.stale = true
	if rec := w.post("dora", path+"/freeze", "reason", "x"); rec.Code != 303 {
		t.Errorf("without a fresh second factor: %d", rec.Code)
	}
}
