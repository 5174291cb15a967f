package certificates_test

import "testing"

func TestAdministratorReinstates(t *testing.T) {
	w := newWorld(t)
	c := w.issued()
	path := "/admin/certificates/" + c.Number
	w.leads(w.get("dora", path+"/reinstate"), path, "certificate.is_valid")
	w.leads(w.post("dora", path+"/revoke", "reason", "Wrong person"), path, "certificate.revoked")
	w.shows(w.get("dora", path), 200, `href="`+path+`/reinstate"`, "Wrong person")
	w.shows(w.get("dora", path+"/reinstate"), 200, "The reason given was: Wrong person", "sees that it is valid")
	w.shows(w.post("dora", path+"/reinstate", "reason", " "), 422, "Give the reason")
	for range 2 { // a second click
		w.leads(w.post("dora", path+"/reinstate", "reason", "It was the right person"), path, "certificate.reinstated")
	}
	w.shows(w.get("dora", path), 200, "Reinstated: the revocation was taken back", "It was the right person", "Revoke …")
	w.shows(w.get("", "/verify/"+c.Number), 200, "Valid certificate", "Wrong person", "It was the right person", "entry 1", "What it rests on", "Spend 90 minutes", "entry 2", "entry 3")
	w.shows(w.post("ana", path+"/reinstate", "reason", "Please"), 403)
}

func TestAdministratorSendsTheLinkAgain(t *testing.T) {
	w := newWorld(t)
	c := w.issued()
	path := "/admin/certificates/" + c.Number
	w.shows(w.get("dora", path), 200, `action="`+path+`/resend"`)
	w.leads(w.post("dora", path+"/resend"), path, "certificate.resent")
	w.must(w.service.Revoke(t.Context(), c.Number, "Wrong person", "dora"))
	w.hides(w.get("dora", path), "/resend")
	w.shows(w.post("dora", path+"/resend"), 409, "Only a valid certificate is sent again")
	w.shows(w.post("ana", path+"/resend"), 403)
}
