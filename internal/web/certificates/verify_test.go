package certificates_test

import (
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
