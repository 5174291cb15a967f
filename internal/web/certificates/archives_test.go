package certificates_test

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/certificate"
)

func TestAdministratorTakesAnArchive(t *testing.T) {
	w := newWorld(t)
	const list = "/admin/certificates/archives"
	w.shows(w.get("dora", list), 200, "No archive", list+"/new")
	form := w.get("dora", list+"/new")
	w.shows(form, 200, "TMS and Ketamine in Depression", `name="from"`)
	w.shows(w.post("dora", list), 409, "No certificate that was issued fits")
	c := w.issued()
	w.must(w.service.Revoke(t.Context(), w.issued().Number, "Wrong person", "dora"))
	for field, bad := range map[string]string{"from": "yesterday", "until": "0001-01-01", "state": "preparing", "course": "c9", "q": strings.Repeat("x", 201)} {
		rec := w.post("dora", list, field, bad)
		w.shows(rec, 422, `aria-invalid="true"`)
		if field != "state" && field != "course" {
			w.shows(rec, 422, bad)
		}
	}
	w.shows(w.post("dora", list, "from", "2026-11-23", "until", "2026-11-22"), 422, "lies before the first")
	w.shows(w.post("dora", list, "q", strings.Repeat("é", 200)), 409, "No certificate that was issued fits") // characters, not bytes
	w.leads(w.post("dora", list, "state", "issued", "course", "c1", "from", "2026-11-23", "until", "2026-11-23", "q", "Ana"), list, "archive.asked")
	w.shows(w.get("dora", list), 200, "Valid, TMS and Ketamine in Depression, “Ana”, earned from 2026-11-23, earned until 2026-11-23", "0 of 1", "Dora Lee", "looks again by itself")
	w.must(w.queue.Drain(t.Context()))
	page := w.get("dora", list)
	w.shows(page, 200, "Ready", "1 certificate, 0.")
	w.hides(page, "looks again by itself")
	all, err := w.archives.List(t.Context())
	w.must(err)
	download := list + "/" + all[0].ID + "/download"
	w.stale = true
	w.shows(w.post("dora", download), 303)
	w.stale = false
	rec := w.post("dora", download)
	w.shows(rec, 200)
	z, err := zip.NewReader(bytes.NewReader(rec.Body.Bytes()), int64(rec.Body.Len()))
	if err != nil || len(z.File) != 2 || z.File[0].Name != "certificate-"+c.Number+".pdf" || rec.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%v, %v", z, err)
	}
	for _, path := range []string{list, list + "/new"} {
		w.shows(w.get("ana", path), 403)
	}
	w.shows(w.post("ana", download), 403)
	w.shows(w.post("dora", list+"/nobody/download"), 404)
	w.shows(w.post("dora", list+"/nobody/delete"), 404)
	for range 2 {
		w.leads(w.post("dora", list+"/"+all[0].ID+"/delete"), list, "archive.deleted")
	}
	w.shows(w.post("dora", download), 404)
}

func TestAnArchiveThatFailed(t *testing.T) {
	w := newWorld(t)
	c := w.issued()
	w.leads(w.post("dora", "/admin/certificates/archives"), "/admin/certificates/archives", "archive.asked")
	w.exec("UPDATE certificate_files SET pdf = ? WHERE certificate_id = ?", []byte("%PDF-"), c.ID)
	for range 20 {
		_ = w.queue.Drain(t.Context())
		w.now = w.now.Add(10 * time.Minute)
	}
	page := w.get("dora", "/admin/certificates/archives")
	w.shows(page, 200, "Failed", "All that were issued")
	w.hides(page, "/download", "looks again by itself")
	if got, err := w.service.ByNumber(t.Context(), c.Number); err != nil || got.State != certificate.Issued {
		t.Errorf("%s, %v", got.State, err)
	}
}
