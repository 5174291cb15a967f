package certificates_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/certificate/number"
	"github.com/atmacena/cocare/internal/keyring"
)

// TestUploadsAreBounded in what is read of one, and in how many are read at a time.
func TestUploadsAreBounded(t *testing.T) {
	w := newWorld(t)
	head := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.pdf\"\r\n\r\n"
	send := func(ip string, body io.Reader) *httptest.ResponseRecorder {
		req := httptest.NewRequest(http.MethodPost, "/verify", body)
		req.RemoteAddr = ip + ":1"
		req.Header.Set("Content-Type", "multipart/form-data; boundary=b")
		rec := httptest.NewRecorder()
		w.echo.ServeHTTP(rec, req)
		return rec
	}
	endless := &counter{Reader: io.MultiReader(strings.NewReader(head), zeros{})}
	w.shows(send("192.0.2.1", endless), 422, "larger than 5 MB")
	if endless.n > 13<<20 {
		t.Errorf("%d bytes were read", endless.n)
	}

	var slow []*io.PipeWriter
	var done sync.WaitGroup
	begin := func(ip string) {
		r, p := io.Pipe()
		done.Go(func() { w.shows(send(ip, r), 200, "We do not know this file") })
		_, err := io.WriteString(p, head) // returns when it is read
		w.must(err)
		slow = append(slow, p)
	}
	for range 4 {
		begin("192.0.2.1")
	}
	w.shows(send("192.0.2.1", strings.NewReader("")), 429, "Too many files are being compared", `id="f-file-error"`)
	for n := range 12 {
		begin(fmt.Sprintf("198.51.100.%d", n))
	}
	w.shows(send("203.0.113.1", strings.NewReader("")), 429, "Too many files are being compared")
	for _, p := range slow {
		_, err := io.WriteString(p, "x\r\n--b--\r\n")
		w.must(errors.Join(err, p.Close()))
	}
	done.Wait()
	w.shows(send("192.0.2.1", strings.NewReader(head+"x\r\n--b--\r\n")), 200, "We do not know this file")
}

func TestAnEmptyFileIsSaidToBeEmpty(t *testing.T) {
	w := newWorld(t)
	c := w.issued()
	rec := w.upload("file", "certificate.pdf", nil, "about", c.Number)
	w.shows(rec, 422, "This file is empty", `id="f-file-error"`, `value="`+c.Number)
	w.hides(rec, "We do not know this file")
}

// TestAFileWhoseKeyFell: the register knows what it issued, whatever became of the
// key; nobody else can know it any more, and the page says so.
func TestAFileWhoseKeyFell(t *testing.T) {
	w := newWorld(t)
	c := w.issued()
	badge := w.get("ana", "/certificates/"+c.Number+".json").Body.Bytes()
	const fell = "Its signature alone proves nothing any more"
	w.hides(w.upload("file", "c.pdf", w.pdf(c)), fell)
	for _, purpose := range []keyring.Purpose{keyring.Document, keyring.Credential} {
		key, err := w.ring.Current(t.Context(), purpose)
		w.must(err)
		_, _, err = w.ring.Distrust(t.Context(), key.ID, began.Add(-time.Hour))
		w.must(err)
	}
	w.shows(w.upload("file", "c.pdf", w.pdf(c)), 200, "This file is genuine", fell, "after this key was compromised")
	w.shows(w.upload("file", "badge.json", badge), 200, "This file is genuine", fell)
}

// TestAFileWhoseBadgesKeyFell bears the note that its badge gets, and its own
// signature is still believed.
func TestAFileWhoseBadgesKeyFell(t *testing.T) {
	w := newWorld(t)
	c := w.issued()
	badge := w.get("ana", "/certificates/"+c.Number+".json").Body.Bytes()
	key, err := w.ring.Current(t.Context(), keyring.Credential)
	w.must(err)
	_, _, err = w.ring.Distrust(t.Context(), key.ID, began.Add(-time.Hour))
	w.must(err)
	const fell = "ts signature alone proves nothing any more"
	pdf := w.upload("file", "c.pdf", w.pdf(c))
	w.shows(pdf, 200, "This file is genuine", fell, "The signature of the PDF stands", "its own signature is not believed", "The transparency log")
	w.hides(pdf, "contradicts", "altered")
	w.shows(w.upload("file", "badge.json", badge), 200, "This file is genuine", fell)
}

// TestARegisterThatSaysSomethingElse than what was signed is not shown as the truth:
// whoever can write into the database rewrites the facts, with their hash.
func TestARegisterThatSaysSomethingElse(t *testing.T) {
	w := newWorld(t)
	c := w.issued()
	pdf, badge := w.pdf(c), w.get("ana", "/certificates/"+c.Number+".json").Body.Bytes()
	var facts string
	w.must(w.db.Read(t.Context()).Raw("SELECT facts FROM certificates WHERE id = ?", c.ID).Scan(&facts).Error)
	facts = strings.Replace(facts, "Ana Ruiz", "Mallory Vane", 1)
	sum := sha256.Sum256([]byte(facts))
	w.exec("UPDATE certificates SET facts = ?, facts_hash = ?, holder_name = 'Mallory Vane' WHERE id = ?", facts, hex.EncodeToString(sum[:]), c.ID)
	for name, file := range map[string][]byte{"c.pdf": pdf, "badge.json": badge} {
		rec := w.upload("file", name, file)
		w.shows(rec, 200, "Our register contradicts this file", "our register now says something else than what was signed", "What the file says", "Ana Ruiz", "November 22, 2026", c.Number, "The key belongs to CoCare")
		w.hides(rec, "This file is genuine", "Mallory", "What it says", "/verify/"+c.Number)
	}
	edited := w.upload("file", "c.pdf", append(bytes.Clone(pdf), '\n'))
	w.shows(edited, 200, "This is not what we issued", "Our register contradicts the badge")
	w.hides(edited, "Mallory", "What the certificate really says", "/verify/"+c.Number)
	w.must(w.service.Revoke(t.Context(), c.Number, "Wrong person", "dora"))
	w.shows(w.upload("file", "c.pdf", pdf), 200, "Our register contradicts this file", "It also says that the certificate was revoked")
}

// TestAFileThatSomebodyPutIntoTheRegister, with its hash: no key of ours signed it.
func TestAFileThatSomebodyPutIntoTheRegister(t *testing.T) {
	w, other := newWorld(t), newWorld(t)
	c, theirs := w.issued(), other.issued()
	for name, file := range map[string][]byte{"theirs": other.pdf(theirs), "changed": bytes.Replace(w.pdf(c), []byte("Ana Ruiz"), []byte("Eva Ruiz"), 1)} {
		sum := sha256.Sum256(file)
		w.exec("UPDATE certificates SET pdf_hash = ? WHERE id = ?", hex.EncodeToString(sum[:]), c.ID)
		rec := w.upload("file", name, file)
		w.shows(rec, 200, "Our register contradicts this file", "it bears no valid signature of ours")
		w.hides(rec, "This file is genuine", "was compromised", "What the file says")
	}
}

// TestABadgeThatWasSavedAnew is named as that, with the certificate that it is about.
func TestABadgeThatWasSavedAnew(t *testing.T) {
	w := newWorld(t)
	c := w.issued()
	badge := w.get("ana", "/certificates/"+c.Number+".json").Body.Bytes()
	w.shows(w.upload("file", "badge.json", append([]byte("\xef\xbb\xbf"), badge...)), 200, "This is not what we issued", c.Number, "was saved anew by another program")
}

// TestAnImitation has our name and our address, and other keys.
func TestAnImitation(t *testing.T) {
	w, other := newWorld(t), newWorld(t)
	c := other.issued()
	for name, file := range map[string][]byte{"c.pdf": other.pdf(c), "badge.json": other.get("ana", "/certificates/"+c.Number+".json").Body.Bytes()} {
		w.shows(w.upload("file", name, file), 200, "We did not sign this file", "no key of CoCare signed it")
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// counter counts what is read.
type counter struct {
	io.Reader
	n int
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += n
	return n, err
}

// TestADroppedBadge is judged by its proof: blanks around it mean nothing, a
// changed name does.
func TestADroppedBadge(t *testing.T) {
	w := newWorld(t)
	c := w.issued()
	badge := w.get("ana", "/certificates/"+c.Number+".json")
	token := w.get("ana", "/certificates/"+c.Number+".jwt")
	if kind := badge.Header().Get("Content-Type"); kind != "application/vc" || badge.Header().Get("Content-Disposition") != `attachment; filename="badge-`+c.Number+`.json"` {
		t.Errorf("%s, %s", kind, badge.Header().Get("Content-Disposition"))
	}
	for _, file := range []string{badge.Body.String(), "\n" + badge.Body.String() + " \n", token.Body.String()} {
		w.shows(w.upload("file", "badge.json", []byte(file)), 200, "This file is genuine", "It is the Open Badge that we issued, unchanged", c.Number, "What the file itself proves", "The key belongs to CoCare")
	}
	changed := w.upload("file", "badge.json", []byte(strings.Replace(badge.Body.String(), "Ana Ruiz", "Eva Ruiz", 1)))
	w.shows(changed, 200, "This is not what we issued", "/verify/"+c.Number, "What the certificate really says", "Ana Ruiz")
	w.hides(changed, "Eva Ruiz")
	foreign := strings.ReplaceAll(badge.Body.String(), c.Number, number.New())
	w.shows(w.upload("file", "badge.json", []byte(foreign)), 200, "This file was changed", "It proves nothing")
	w.must(w.service.Revoke(t.Context(), c.Number, "Wrong person", "dora"))
	w.shows(w.upload("file", "badge.json", badge.Body.Bytes()), 200, "Genuine, but no longer valid", "Wrong person")
	// What others signed is not ours to call changed.
	other := w.upload("file", "contract.pdf", []byte("%PDF-1.4\n1 0 obj\n<< /ByteRange [0 1 2 3] >>\nendobj\n%%EOF\n"))
	w.shows(other, 200, "We do not know this file", "another program made or saved it")
	w.hides(other, "This file was changed")
}
