package certificates_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate/number"
)

func TestHolderSeesTheirOwn(t *testing.T) {
	w := newWorld(t)
	w.shows(w.get("ana", "/certificates"), 200, "No certificates yet", `href="/learn"`)
	c := w.reserve()
	page := w.get("ana", "/certificates/"+c.Number)
	w.shows(page, 200, "is being prepared")
	if pace := page.Header().Get("Refresh"); pace != "2" {
		t.Errorf("a fresh certificate is looked for every %q seconds", pace)
	}
	if rec := w.get("ana", "/certificates/"+c.Number+".pdf"); rec.Code != http.StatusConflict {
		t.Errorf("PDF while preparing: %d", rec.Code)
	}
	w.now = w.now.Add(5 * time.Minute)
	page = w.get("ana", "/certificates/"+c.Number)
	w.shows(page, 200, "longer than usual")
	if pace := page.Header().Get("Refresh"); pace != "30" {
		t.Errorf("a slow certificate is looked for every %q seconds", pace)
	}
	w.must(w.queue.Drain(t.Context()))

	w.shows(w.get("ana", "/certificates"), 200, c.Number, "Valid", "Completed November 22, 2026", "Ana Ruiz",
		"Estimated learning time 1.5 h; not accredited", "<dt>2026</dt><dd>1.5 h from 1 certificate</dd>")
	page = w.get("ana", "/certificates/"+c.Number)
	w.shows(page, 200, "Ana Ruiz", "TMS and Ketamine in Depression", "November 22, 2026", "where the holder is (Los Angeles time)", "Estimated learning time 1.5 h; not accredited",
		`data-copy="#verify-link"`, "https://ce.example.org/verify/"+c.Number, "What it does not prove", "Issued: PDF signed and frozen", ".pdf?download=1")
	w.hides(page, "You see this as an administrator")
	if pace := page.Header().Get("Refresh"); pace != "" {
		t.Errorf("an issued certificate's page loads again after %s seconds", pace)
	}
}

func TestPDFIsServedIdentically(t *testing.T) {
	w := newWorld(t)
	c := w.issued()
	want := w.pdf(c)
	rec := w.get("ana", "/certificates/"+c.Number+".pdf")
	h := rec.Header()
	if rec.Code != 200 || !bytes.Equal(rec.Body.Bytes(), want) || h.Get("Content-Type") != "application/pdf" || h.Get("ETag") != `"`+c.PDFHash+`"` ||
		h.Get("Cache-Control") != "private, no-cache" || h.Get("Content-Disposition") != `inline; filename="certificate-`+c.Number+`.pdf"` {
		t.Errorf("%d, %v", rec.Code, h)
	}
	w.now = w.now.AddDate(9, 0, 0)
	if again := w.get("ana", "/certificates/"+strings.ToLower(c.Number)+".pdf?download=1"); !bytes.Equal(again.Body.Bytes(), want) || !strings.HasPrefix(again.Header().Get("Content-Disposition"), "attachment;") {
		t.Errorf("download: %v", again.Header())
	}
	if rec := w.get("ana", "/certificates/"+c.Number+".pdf", "If-None-Match", h.Get("ETag")); rec.Code != http.StatusNotModified || rec.Body.Len() != 0 {
		t.Errorf("with its ETag: %d", rec.Code)
	}
	if rec := w.get("ana", "/certificates/"+c.Number+".pdf", "Range", "bytes=0-4"); rec.Code != http.StatusPartialContent || rec.Body.String() != "%PDF-" {
		t.Errorf("a range: %d", rec.Code)
	}
	if rec := w.do("ana", "HEAD", "/certificates/"+c.Number+".pdf", nil); rec.Code != 200 || rec.Body.Len() != 0 {
		t.Errorf("HEAD: %d", rec.Code)
	}
}

func TestWhoMaySeeWhat(t *testing.T) {
	w := newWorld(t)
	c := w.issued()
	other := number.New()
	for _, tt := range []struct {
		who, path string
		want      int
	}{
		{"", "/certificates", 303}, {"", "/certificates/" + c.Number, 303}, {"", "/certificates/" + c.Number + ".pdf", 303},
		{"ben", "/certificates/" + c.Number, 404}, {"ben", "/certificates/" + c.Number + ".pdf", 404},
		{"ana", "/certificates/" + other, 404}, {"ana", "/certificates/nonsense", 404}, {"ana", "/certificates/" + c.Number + ".exe", 404},
		{"ana", "/certificates/" + c.Number + ".json", 200}, {"ben", "/certificates/" + c.Number + ".json", 404}, {"", "/certificates/" + c.Number + ".jwt", 303}, {"dora", "/certificates/" + c.Number + ".jwt", 200},
		{"dora", "/certificates/" + c.Number, 200}, {"dora", "/certificates/" + c.Number + ".pdf", 200}, {"dora", "/certificates/" + other, 404},
		{"", "/admin/certificates", 303}, {"ana", "/admin/certificates", 403}, {"ana", "/admin/certificates/" + c.Number, 403},
		{"ana", "/admin/certificates/" + c.Number + "/revoke", 403}, {"dora", "/admin/certificates/" + other, 404}, {"dora", "/admin/certificates/" + other + "/revoke", 404},
		{"", "/verify", 200}, {"", "/verify/" + c.Number, 200}, {"ben", "/verify/" + c.Number, 200},
	} {
		if rec := w.get(tt.who, tt.path); rec.Code != tt.want {
			t.Errorf("%q GET %s: %d, want %d", tt.who, tt.path, rec.Code, tt.want)
		}
	}
	for _, act := range []string{"revoke", "replace", "retry"} {
		path := "/admin/certificates/" + c.Number + "/" + act
		if a, b := w.post("", path, "reason", "x").Code, w.post("ana", path, "reason", "x").Code; a != 303 || b != 403 {
			t.Errorf("%s: visitor %d, holder %d", act, a, b)
		}
	}
	if got, err := w.service.ByNumber(t.Context(), c.Number); err != nil || got.State != "issued" {
		t.Errorf("%s, %v", got.State, err)
	}
	w.shows(w.get("dora", "/certificates/"+c.Number), 200, "You see this as an administrator")
}

func TestVerificationPage(t *testing.T) {
	w := newWorld(t)
	c := w.issued()
	page := w.get("", "/verify/"+c.Number)
	w.shows(page, 200, "Valid certificate", `<meta name="robots" content="noindex">`, "Ana Ruiz", "TMS and Ketamine in Depression", "What a therapist needs to know", "November 22, 2026",
		"Estimated learning time 1.5 h; not accredited", "In the provider&#39;s time zone (UTC) the course was completed on November 23, 2026, and the certificate was issued on November 23, 2026.",
		"Self-paced text", "1 Main Street, Springfield", "Dr. Vera Lindqvist", "Program Director", c.Number, strings.Repeat("ab12", 16), c.PDFHash, "What this proves", "What it does not prove", "Earned: number given", "What it rests on", "Finish every lesson")
	w.shows(page, 200, "Counselor, Colorado, license\u00a0…\u2060733", `name="about" value="`+c.Number)
	w.hides(page, "worked out", "= 0.9 ×", "Mergener", "ana@example.org", "0014733")
	// The holder sees all that the verification page tells of them.
	own := w.get("ana", "/certificates/"+c.Number)
	w.shows(own, 200, `<p class="cert-name">Ana Ruiz</p>
<p class="small">Counselor, Colorado, license LPC.0014733</p>`, `/requests/new?kind=help&amp;about=Certificate%20`+c.Number, "Something is wrong on it?", "What it rests on", "Finish every lesson", "when each requirement was met")
	w.hides(own, "worked out", "= 0.9 ×", "Mergener")
	w.shows(w.get("dora", "/admin/certificates/"+c.Number), 200, "license LPC.0014733", "How this was worked out (not approved)", "= 0.9 ×")
	w.hides(w.get("dora", "/certificates/"+c.Number), "Something is wrong")
	if page.Header().Get("X-Robots-Tag") != "noindex" {
		t.Error("indexed")
	}
	if rec := w.get("", "/verify/"+strings.ToLower(strings.ReplaceAll(c.Number, "-", ""))); rec.Code != 301 || rec.Header().Get("Location") != "/verify/"+c.Number {
		t.Errorf("another spelling: %d to %s", rec.Code, rec.Header().Get("Location"))
	}
	waiting := w.reserve()
	w.shows(w.get("", "/verify/"+waiting.Number), 404, "No certificate with this number", "well-formed")

	w.must(w.service.Revoke(t.Context(), c.Number, "Issued to the <wrong> person", "dora"))
	page = w.get("", "/verify/"+c.Number)
	w.shows(page, 200, "Revoked: not valid", "Issued to the &lt;wrong&gt; person", "November 23, 2026", "Ana Ruiz")
	w.hides(page, "Valid certificate", "Dora Lee")
	w.shows(w.get("ana", "/certificates/"+c.Number), 200, "Revoked on November 23, 2026", "kind=grievance")
}

func TestUnknownNumbersGetHelp(t *testing.T) {
	w := newWorld(t)
	w.shows(w.get("", "/verify/"+number.New()), 404, "well-formed", "compare the file", `name="number"`)
	w.shows(w.get("", "/verify/7K2M-Q9XD-%3Cb%3E"), 404, "check character", "7K2M-Q9XD-&lt;b&gt;")
	w.shows(w.get("", "/verify/"+strings.Repeat("x", 3000)), 404, strings.Repeat("x", 60)+"…")
	w.hides(w.get("", "/verify/"+strings.Repeat("x", 3000)), strings.Repeat("x", 61))
}

func TestVerifyByTypedNumber(t *testing.T) {
	w := newWorld(t)
	w.shows(w.get("", "/verify"), 200, `enctype="multipart/form-data"`, "The file is not kept", `name="number"`)
	n := number.New()
	for _, pasted := range []string{"https://ce.example.org/verify/" + n, "ce.example.org/verify/" + n + "/?x=1"} {
		if rec := w.post("", "/verify", "number", pasted); rec.Header().Get("Location") != "/verify/"+n {
			t.Errorf("%s: %d to %s", pasted, rec.Code, rec.Header().Get("Location"))
		}
	}
	if rec := w.post("", "/verify", "number", " "+strings.ToLower(n)+" "); rec.Code != 303 || rec.Header().Get("Location") != "/verify/"+n {
		t.Errorf("%d to %s", rec.Code, rec.Header().Get("Location"))
	}
	for _, wrong := range []string{"", "hello", n[:14], strings.Repeat("9", 5000)} {
		rec := w.post("", "/verify", "number", wrong)
		w.shows(rec, 422, "not a whole number of ours", `id="f-number-error"`)
		if wrong != "" {
			w.shows(rec, 422, `value="`+wrong[:min(len(wrong), 15)])
		}
	}
	if rec := w.do("", "POST", "/verify", strings.NewReader("x"), "Content-Type", "text/plain"); rec.Code != 422 {
		t.Errorf("plain text: %d", rec.Code)
	}
	w.limited = apperr.New(apperr.Limited, "Too many tries. Please wait a minute.")
	for _, rec := range []int{w.post("", "/verify", "number", n).Code, w.get("", "/verify/"+n).Code} {
		if rec != 429 {
			t.Errorf("limited: %d", rec)
		}
	}
	if w.get("", "/verify").Code != 200 {
		t.Error("the empty form is limited too")
	}
}

func TestVerifyByFile(t *testing.T) {
	w := newWorld(t)
	c := w.issued()
	file := w.pdf(c)
	rec := w.upload("file", "my <b>certificate.pdf", file)
	w.shows(rec, 200, "This file is genuine", c.Number, c.PDFHash, "my &lt;b&gt;certificate.pdf", "We did not keep it", "Ana Ruiz")
	if rec.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", rec.Header())
	}
	w.hides(w.upload("file", "c.pdf", file, "about", c.Number), "belongs to another")
	w.shows(w.upload("file", "c.pdf", file, "about", "7K2M-Q9XD-4T8RN"), 200, "This file is genuine")
	w.shows(w.upload("file", "c.pdf", append(bytes.Clone(file), 0)), 200, "This is not what we issued", "/verify/"+c.Number, "What the certificate really says")
	w.shows(w.upload("file", "c.pdf", []byte("%PDF-1.4 other")), 200, "We do not know this file")
	w.shows(w.upload("file", "c.html", []byte("<h1>"+c.Number+"</h1>")), 200, "We do not know this file")
	w.shows(w.upload("file", "big.pdf", bytes.Repeat([]byte("x"), 6<<20)), 422, "larger than 5 MB")
	w.shows(w.upload("file", "huge.pdf", bytes.Repeat([]byte("x"), 30<<20)), 422, "larger than 5 MB")
	w.shows(w.upload("file", "", nil), 422, "Choose the PDF file")
	w.shows(w.upload("other", "c.pdf", file), 422, "Choose the PDF file")

	w.people["ana"] = withName(w, "Ana Soto")
	_, err := w.service.Replace(t.Context(), c.Number, "Ana Soto", "Married name", "dora")
	w.must(err)
	w.shows(w.upload("file", "c.pdf", file), 200, "Genuine, but no longer valid", "superseded by a newer one")
	d := w.issued()
	w.must(w.service.Revoke(t.Context(), d.Number, "Wrong person", "dora"))
	w.shows(w.upload("file", "c.pdf", w.pdf(d)), 200, "Genuine, but no longer valid", "Reason: Wrong person")
}

func TestBrokenUploads(t *testing.T) {
	w := newWorld(t)
	const kind = "multipart/form-data; boundary=b"
	for body, want := range map[string]string{
		"": "Choose the PDF file",
		"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.pdf\"\r\n\r\n%PDF-1.7": "did not arrive whole",
		strings.Repeat("--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n", 20):       "Choose the PDF file",
		"--b\r\nContent-Disposition: form-data; name=\"number\"\r\n\r\n123\r\n--b--\r\n":           "not a whole number of ours",
		"--b--\r\n": "Choose the PDF file",
	} {
		w.shows(w.do("", "POST", "/verify", strings.NewReader(body), "Content-Type", kind), 422, want)
	}
	w.shows(w.do("", "POST", "/verify", strings.NewReader("x"), "Content-Type", "multipart/form-data"), 422, "did not arrive whole")
}

func TestAdministratorRevokes(t *testing.T) {
	w := newWorld(t)
	c := w.issued()
	path := "/admin/certificates/" + c.Number
	w.shows(w.get("dora", path), 200, "Ana Ruiz", "What it rests on", "Finish every lesson", c.FactsHash, path+"/revoke", path+"/replace", "the system", "/admin/people/ana")
	w.stale = true
	for _, p := range []string{path + "/revoke", path + "/replace"} {
		if rec := w.get("dora", p); rec.Code != 303 || rec.Header().Get("Location") != "/account/confirm" {
			t.Errorf("%s with a stale factor: %d", p, rec.Code)
		}
	}
	if w.post("dora", "/admin/certificates.csv").Header().Get("Location") != "/account/confirm" {
		t.Error("handed out with a stale factor")
	}
	if w.post("dora", path+"/revoke", "reason", "x").Header().Get("Location") != "/account/confirm" {
		t.Error("revoked with a stale factor")
	}
	w.stale = false
	w.shows(w.get("dora", path+"/revoke"), 200, "Revoke certificate "+c.Number, "data-confirm")
	w.shows(w.post("dora", path+"/revoke", "reason", " "), 422, "Give the reason", `id="f-reason-error"`)
	long := strings.Repeat("long ", 200)
	w.shows(w.post("dora", path+"/revoke", "reason", long), 422, long)
	if rec := w.post("dora", "/admin/certificates/"+strings.ToLower(c.Number)+"/revoke", "reason", "Shared answers"); rec.Code != 303 || rec.Header().Get("Location") != path {
		t.Errorf("%d to %s", rec.Code, rec.Header().Get("Location"))
	}
	page := w.get("dora", path)
	w.shows(page, 200, "Revoked on November 23, 2026", "Shared answers", "Dora Lee")
	w.hides(page, path+"/revoke", path+"/replace")
	if rec := w.post("dora", path+"/revoke", "reason", "Shared answers"); rec.Code != 303 { // a second click
		t.Errorf("revoked twice: %d", rec.Code)
	}
	w.shows(w.post("dora", path+"/revoke", "reason", "again"), 409, "superseded or revoked already", `href="`+path+`">Open the certificate</a>`)
}

func TestStuckPrintingIsSeenAndRetried(t *testing.T) {
	w := newWorld(t)
	c := w.reserve()
	path := "/admin/certificates/" + c.Number
	w.now = w.now.Add(time.Hour)
	w.exec("UPDATE jobs SET state = 'dead', died_at = ?", began)
	w.shows(w.get("dora", "/admin/certificates?state=preparing"), 200, c.Number, "Stuck")
	w.shows(w.get("dora", path), 200, "Not prepared yet, since", "The server’s log says why")
	if rec := w.post("dora", path+"/retry"); rec.Code != 303 || rec.Header().Get("Location") != path {
		t.Errorf("%d", rec.Code)
	}
	w.must(w.queue.Drain(t.Context()))
	w.shows(w.get("dora", path), 200, "Valid")
	if rec := w.post("dora", path+"/retry"); rec.Code != 409 {
		t.Errorf("retry of an issued one: %d", rec.Code)
	}
	d := w.reserve()
	w.must(w.service.Revoke(t.Context(), d.Number, "Refunded", ""))
	w.shows(w.get("ana", "/certificates/"+d.Number), 200, "revoked before it was printed")
	if rec := w.get("ana", "/certificates/"+d.Number+".pdf"); rec.Code != http.StatusGone {
		t.Errorf("its PDF: %d", rec.Code)
	}
}

func TestAdministratorsList(t *testing.T) {
	w := newWorld(t)
	w.shows(w.get("dora", "/admin/certificates"), 200, "No certificates yet")
	first := w.issued()
	for range 50 {
		w.now = w.now.Add(time.Second)
		w.reserve()
	}
	page := w.get("dora", "/admin/certificates")
	w.shows(page, 200, "50 of 51 shown", `rel="next"`, "<dt>Valid</dt><dd>1</dd>", "<dt>Being prepared</dt><dd>50</dd>")
	w.hides(page, first.Number)
	w.shows(w.get("dora", "/admin/certificates?sort=reserved"), 200, first.Number, `aria-sort="ascending"`)
	w.shows(w.get("dora", "/admin/certificates?state=issued&q=ANA+ruiz"), 200, first.Number, "1 entry", `value="ANA ruiz"`)
	w.shows(w.get("dora", "/admin/certificates?q=nobody"), 200, "Nothing matches “nobody”", `href="/admin/certificates">Clear the filter`)
	w.shows(w.get("dora", "/admin/certificates?sort=price"), 200, "50 of 51 shown")
	w.shows(w.get("dora", "/admin/certificates?person=nobody"), 200, "Nothing matches", "Only those of")
	w.shows(w.get("dora", "/admin/certificates?approval=nobody"), 200, "Nothing matches", `Only those that rest on <a href="/admin/approvals/nobody">one approval</a>`, `name="approval" value="nobody"`)
	for _, bad := range []string{"approval=" + strings.Repeat("x", 51), "state=lost", "after=x", "q=" + strings.Repeat("x", 300)} {
		if rec := w.get("dora", "/admin/certificates?"+bad); rec.Code != 422 {
			t.Errorf("%s: %d", bad, rec.Code)
		}
	}
	next := between(page.Body.String(), `rel="next"`)
	page = w.get("dora", next)
	w.shows(page, 200, first.Number, "1 of 51 shown", `rel="prev"`)
	w.shows(w.get("dora", between(page.Body.String(), `rel="prev"`)), 200, "50 of 51 shown", `rel="next"`)
	page = w.get("dora", "/admin/certificates?state=preparing") // fills its page exactly
	w.shows(page, 200, "50 entries")
	w.hides(page, `rel="next"`)

	rec := w.post("dora", "/admin/certificates.csv?sort=reserved")
	rows, err := csv.NewReader(rec.Body).ReadAll()
	if err != nil || len(rows) != 52 || rec.Header().Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	want := []string{first.Number, "issued", "Ana Ruiz", "TMS and Ketamine in Depression", "2", strings.Repeat("ab12", 16), "2026-11-22", "2026-11-22", "1.5", "",
		"2026-11-23T07:30:00Z", "2026-11-23T07:30:00Z", "", "", "", first.PDFHash}
	if got := strings.Join(rows[1], "|"); got != strings.Join(want, "|") {
		t.Errorf("row %s", got)
	}
	var exports int
	if err := w.db.Read(t.Context()).Raw("SELECT COUNT(*) FROM audit_events WHERE action = 'certificate.export'").Scan(&exports).Error; err != nil || exports != 1 {
		t.Errorf("%d exports on record, %v", exports, err)
	}
}

var errDown = errors.New("the database is down")

func TestLimiterFaultIsNotHidden(t *testing.T) {
	w := newWorld(t)
	w.limited = errDown
	if rec := w.get("", "/verify/"+number.New()); rec.Code != 500 {
		t.Errorf("%d", rec.Code)
	}
}

// TestTheHoldersPageLeadsToSharing, and says whether it is shared; an administrator
// who looks at it is not asked.
func TestTheHoldersPageLeadsToSharing(t *testing.T) {
	w := newWorld(t)
	c := w.issued()
	path := "/certificates/" + c.Number
	w.shows(w.get("ana", path), 200, `href="`+path+`/share"`, "Share this certificate", "We show it to nobody who has neither")
	w.shared = true
	w.shows(w.get("ana", path), 200, `href="/credentials/`+c.Number+`"`, "Change what is shared", "Your public page leads to it")
	w.hides(w.get("dora", path), "/share", "/credentials/")
}
