package certificates_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/number"
)

func TestAdministratorReplaces(t *testing.T) {
	w := newWorld(t)
	c := w.issued()
	path := "/admin/certificates/" + c.Number
	w.shows(w.post("dora", path+"/replace", "name", "Ana Ruiz", "reason", "Married name"), 409, "present legal name already", "Married name")
	w.people["ana"] = withName(w, "Ana Soto")
	w.shows(w.get("dora", path+"/replace"), 200, "Ana Soto", "Ana Ruiz", `name="name" value="Ana Soto"`)
	w.people["ana"] = withName(w, "Ana Ruiz-Soto") // while the page is open
	w.shows(w.post("dora", path+"/replace", "name", "Ana Soto", "reason", "Married name"), 409,
		"changed meanwhile", "Married name</textarea>", `name="name" value="Ana Ruiz-Soto"`, "by one for Ana Ruiz-Soto")
	w.people["ana"] = withName(w, "Ana Soto")
	w.shows(w.post("dora", path+"/replace", "name", "Ana Soto", "reason", ""), 422, "Give the reason")
	rec := w.post("dora", path+"/replace", "name", "Ana Soto", "reason", "Married name")
	next := strings.TrimPrefix(rec.Header().Get("Location"), "/admin/certificates/")
	if _, ok := number.Parse(next); rec.Code != 303 || !ok || next == c.Number {
		t.Fatalf("%d to %s", rec.Code, rec.Header().Get("Location"))
	}
	if rec := w.post("dora", path+"/replace", "name", "Ana Soto", "reason", "Married name"); rec.Header().Get("Location") != "/admin/certificates/"+next { // a second click
		t.Errorf("replaced twice: %d to %s", rec.Code, rec.Header().Get("Location"))
	}
	w.shows(w.get("", "/verify/"+c.Number), 200, "Superseded: no longer valid", "is being replaced")
	w.shows(w.get("ana", "/certificates/"+c.Number), 200, "The one that replaces it is being prepared")
	w.shows(w.get("dora", path), 200, "is being prepared", "Married name")
	w.shows(w.get("dora", "/admin/certificates/"+next), 200, "Being prepared", "Prepare again", "Replaces")
	w.must(w.queue.Drain(t.Context()))
	w.shows(w.get("", "/verify/"+c.Number), 200, `href="/verify/`+next+`"`, "Married name")
	w.shows(w.get("", "/verify/"+next), 200, "Ana Soto", "It replaces certificate", `href="/verify/`+c.Number+`"`)
	w.shows(w.get("ana", "/certificates/"+c.Number), 200, `href="/certificates/`+next+`"`)
	w.shows(w.get("dora", path), 200, "Replaced by")
	// What ended is neither replaced nor revoked: both pages lead back and say so.
	fresh := "/admin/certificates/" + next
	w.leads(w.get("dora", path+"/replace"), path, "certificate.was_superseded")
	w.leads(w.get("dora", path+"/revoke"), path, "certificate.was_superseded")
	w.must(w.service.Revoke(t.Context(), next, "Wrong person", "dora"))
	w.leads(w.get("dora", fresh+"/replace"), fresh, "certificate.was_revoked")
	w.leads(w.get("dora", fresh+"/revoke"), fresh, "certificate.was_revoked")
	w.leads(w.post("dora", fresh+"/revoke", "reason", ""), fresh, "certificate.was_revoked")
	waiting := "/admin/certificates/" + w.reserve().Number
	w.leads(w.get("dora", waiting+"/replace"), waiting, "certificate.not_issued")
	w.shows(w.get("dora", waiting+"/revoke"), 200, "not printed yet")
}

func TestNobodyIsGivenTheNameOfTheirAccount(t *testing.T) {
	w := newWorld(t)
	c := w.issued()
	path := "/admin/certificates/" + c.Number + "/replace"
	w.people["ana"] = withName(w, "")
	page := w.get("dora", path)
	w.shows(page, 200, "Not given", "/admin/people/ana/edit")
	w.hides(page, "<form method=\"post\" action=\""+path)
	w.shows(w.post("dora", path, "name", "Ana Ruiz", "reason", "Married name"), 409, "The account has no legal name")
}

// TestTheEndOfAReplacementIsTold to whoever holds the certificate before it.
func TestTheEndOfAReplacementIsTold(t *testing.T) {
	w := newWorld(t)
	replace := func(old certificate.Certificate, name string) certificate.Certificate {
		w.people["ana"] = withName(w, name)
		next, err := w.service.Replace(t.Context(), old.Number, name, "Name changed", "dora")
		w.must(err)
		return next
	}
	old := w.issued()
	file := w.pdf(old)
	next := replace(old, "Ana Soto")
	w.must(w.queue.Drain(t.Context()))
	pages := func(want string) {
		t.Helper()
		for _, rec := range []*httptest.ResponseRecorder{w.get("", "/verify/"+old.Number), w.get("ana", "/certificates/"+old.Number),
			w.get("dora", "/admin/certificates/"+old.Number), w.upload("file", "c.pdf", file)} {
			w.shows(rec, 200, want)
		}
	}
	w.hides(w.get("", "/verify/"+old.Number), "which was itself")
	third := replace(next, "Ana Third")
	w.must(w.queue.Drain(t.Context()))
	pages("which was itself superseded.")
	w.must(w.service.Revoke(t.Context(), third.Number, "Wrong person", "dora"))
	old, file = next, w.pdf(w.again(next))
	pages("which was itself revoked on November 23, 2026.")

	w.people["ana"] = withName(w, "Ana Ruiz")
	old = w.issued()
	file, next = w.pdf(old), replace(old, "Ana Soto")
	w.must(w.service.Revoke(t.Context(), next.Number, "Wrong person", "dora"))
	pages("was revoked on November 23, 2026, before it was issued.")
	w.hides(w.get("", "/verify/"+old.Number), next.Number, "is being replaced")
}
