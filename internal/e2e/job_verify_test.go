package e2e

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/apptest"
)

func awaitCertificate(t *testing.T, b *apptest.Browser) string {
	number := ""
	within(t, "the certificate", func() bool {
		href := b.Get("/certificates").Find("a[href^='/certificates/']").First().AttrOr("href", "")
		number = strings.TrimSuffix(strings.TrimPrefix(href, "/certificates/"), ".pdf")
		return number != "" && b.Get("/certificates/"+number+".pdf").Status == http.StatusOK
	})
	return number
}

func verify(t *testing.T, b *apptest.Browser, number string) {
	file := b.Get("/certificates/" + number + ".pdf")
	again := b.Get("/certificates/" + number + ".pdf")
	if !bytes.HasPrefix(file.Body, []byte("%PDF-")) || !bytes.Equal(file.Body, again.Body) {
		t.Error("the PDF is not served with the same bytes")
	}
	anyone := server.Browser(t)
	p := anyone.Get("/verify/" + strings.ToLower(number))
	for _, words := range []string{"Rosalind Okafor-Lindqvist", "not accredited", "not clinically reviewed"} {
		if !p.Has(words) {
			t.Errorf("the verification page lacks %q\n%s", words, p.Text())
		}
	}
	if p := anyone.Get("/certificates/" + number + ".pdf"); bytes.HasPrefix(p.Body, []byte("%PDF-")) {
		t.Error("a visitor downloads the certificate")
	}
	for name, tt := range map[string]struct {
		file []byte
		say  string
	}{
		"genuine": {file.Body, "Rosalind"},
		"altered": {append(bytes.Clone(file.Body), ' '), "not what we issued"},
		"unknown": {[]byte("%PDF-1.7 nothing of ours"), "no"},
	} {
		if p := drop(t, anyone, tt.file); p.Status >= 500 || !strings.Contains(strings.ToLower(p.Text()), strings.ToLower(tt.say)) {
			t.Errorf("%s file: %d\n%s", name, p.Status, p.Text())
		}
	}
}

// drop uploads a file as the verification page's form does.
func drop(t *testing.T, b *apptest.Browser, file []byte) *apptest.Page {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", "certificate.pdf")
	if err != nil {
		t.Fatal(err)
	}
	part.Write(file)
	w.Close()
	r, err := http.NewRequest(http.MethodPost, server.URL+"/verify", &body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Origin", server.URL)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.Do(r)
}
