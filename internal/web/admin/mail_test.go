package admin_test

import (
	"strings"
	"testing"
)

func TestMail(t *testing.T) {
	w := newWorld(t)
	w.get("/admin/mail").Is(200, "No mail yet")
	w.enroll("ana", w.short)
	w.enroll("bo", w.short)
	w.get("/admin/mail").Is(200, "Enrolled", "ana@example.org", "Waits to be sent", `href="/admin/people/`+w.id["ana"]+`"`, "2 entries")
	w.must(w.Jobs.Drain(t.Context()))
	w.get("/admin/mail?state=sent").Is(200, "Sent", "2 entries")
	one := w.get("/admin/mail?person="+w.id["ana"]).Is(200, "1 entry", "Only those of", `<input type="hidden" name="person" value="`+w.id["ana"]+`">`)
	if strings.Contains(one.Body, "bo@example.org") {
		t.Error("somebody else's mail")
	}
	w.get("/admin/mail?q=nobody").Is(200, "Nothing matches “nobody”", "Clear the filter")
	w.get("/admin/mail?sort=loud&kind=enrolled").Is(200, "2 entries")
	w.get("/admin/mail?kind=none").Is(422)
	w.get("/admin/mail?state=none").Is(422)
	csv := w.post("/admin/mail.csv?q=ana").Is(200, "enrolled,"+w.id["ana"]+",Ana O'Ruiz,ana@example.org,sent,")
	if strings.Count(csv.Body, "\n") != 2 {
		t.Errorf("csv\n%s", csv.Body)
	}
	if n, _ := w.recorded("mail.export", ""); n != 1 {
		t.Errorf("export recorded %d times", n)
	}
	w.stale = true
	w.post("/admin/mail.csv").To("/factor")
}
