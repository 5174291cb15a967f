package sharing_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"encoding/xml"
	"errors"
	"image/color"
	"image/png"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/certificate/credential"
)

// TestImagesMayBeShownElsewhere, and run nothing wherever they are opened.
func TestImagesMayBeShownElsewhere(t *testing.T) {
	w := newWorld(t)
	c := w.shared("name")
	for end, kind := range map[string]string{"/preview.png": "image/png", "/badge.svg": "image/svg+xml"} {
		a := w.Get("ana", public(c)+end).OK()
		for name, want := range map[string]string{"Content-Type": kind, "Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "public, max-age=300",
			"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox", "X-Content-Type-Options": "nosniff", "X-Robots-Tag": "noindex", "Set-Cookie": ""} {
			if got := a.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", end, name, got, want)
			}
		}
		if vary := strings.Join(a.Header.Values("Vary"), ","); strings.Contains(vary, "Cookie") {
			t.Errorf("%s: Vary: %s", end, vary)
		}
		// What others may not embed is everything else.
		if got := w.Get("", public(c)).Header.Get("Cross-Origin-Resource-Policy"); got != "same-origin" {
			t.Errorf("the page: %s", got)
		}
		etag := a.Header.Get("ETag")
		again := w.Do("", "GET", public(c)+end, nil, "If-None-Match", `W/"x", `+etag)
		if again.Code != 304 || again.Body != "" || again.Header.Get("ETag") != etag || again.Header.Get("Cache-Control") == "" {
			t.Errorf("%s asked again: %d, %d bytes", end, again.Code, len(again.Body))
		}
		w.choose(c) // without the name it is another image
		if other := w.Do("", "GET", public(c)+end, nil, "If-None-Match", etag).OK(); other.Body == a.Body || other.Header.Get("ETag") == etag {
			t.Errorf("%s is the same without the name", end)
		}
		w.choose(c, "name", "listed")
		if got := w.Get("", public(c)+end).Header.Get("X-Robots-Tag"); got != "" {
			t.Errorf("%s: listed, but %s", end, got)
		}
		w.choose(c, "name")
	}
}

func TestTheBadgeComesCompressed(t *testing.T) {
	w := newWorld(t)
	c := w.shared("name")
	plain := w.Get("", public(c)+"/badge.svg").OK("<title id=\"t\">Certificate of completion: TMS and Ketamine in Depression. Ana Ruiz. ")
	small := w.Do("", "GET", public(c)+"/badge.svg", nil, "Accept-Encoding", "br, gzip")
	if small.Header.Get("Content-Encoding") != "gzip" || small.Header.Get("Vary") != "Accept-Encoding" || len(small.Body) > len(plain.Body)/2 {
		t.Errorf("%s, %s, %d bytes of %d", small.Header.Get("Content-Encoding"), small.Header.Get("Vary"), len(small.Body), len(plain.Body))
	}
	r, err := gzip.NewReader(strings.NewReader(small.Body))
	w.must(err)
	body, err := io.ReadAll(r)
	if err != nil || string(body) != plain.Body {
		t.Errorf("it is not the same: %v", err)
	}
	dec := xml.NewDecoder(bytes.NewReader(body))
	for {
		if _, err := dec.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// TestARevocationShowsOnTheImages, and what was kept is not sent for it.
func TestARevocationShowsOnTheImages(t *testing.T) {
	w := newWorld(t)
	c := w.shared("name")
	before := w.Get("", public(c)+"/preview.png").OK()
	w.must(w.service.Revoke(t.Context(), c.Number, "Wrong person", ""))
	img, err := png.Decode(strings.NewReader(w.Do("", "GET", public(c)+"/preview.png", nil, "If-None-Match", before.Header.Get("ETag")).OK().Body))
	w.must(err)
	if got := img.At(600, 4); got != (color.RGBA{0x96, 0x20, 0x1c, 0xff}) || img.Bounds().Dx() != 1200 || img.Bounds().Dy() != 630 {
		t.Errorf("the top is %v of %v", got, img.Bounds())
	}
	w.Get("", public(c)+"/badge.svg").OK("Revoked: not valid")
}

// TestTheOldNameIsOnNoImage after it was corrected.
func TestTheOldNameIsOnNoImage(t *testing.T) {
	w := newWorld(t)
	old := w.shared("name")
	w.rename(old, "Ana Ruiz Ode")
	w.Get("", public(old)+"/badge.svg").OK("Superseded: no longer valid").Lacks("Ana", "Ruiz")
}

func TestHead(t *testing.T) {
	w := newWorld(t)
	c := w.shared("name", "completed", "credit", "badge")
	for _, end := range []string{"", ".json", "/preview.png", "/badge.svg"} {
		get, head := w.Get("", public(c)+end).OK(), w.Do("", "HEAD", public(c)+end, nil)
		for _, name := range []string{"Content-Type", "ETag", "Cache-Control", "Content-Length"} {
			if head.Code != 200 || get.Header.Get(name) != head.Header.Get(name) {
				t.Errorf("HEAD %s: %d, %s %q, GET has %q", end, head.Code, name, head.Header.Get(name), get.Header.Get(name))
			}
		}
	}
}

// TestTheAcceptHeaderIsWeighed: the page, unless a form of the badge is liked better.
func TestTheAcceptHeaderIsWeighed(t *testing.T) {
	w := newWorld(t)
	c := w.shared("name", "completed", "credit", "badge")
	const page, badge, token = "text/html; charset=utf-8", "application/vc", "application/vc+jwt"
	for accept, want := range map[string]string{
		"application/vc;q=0":                                              page,
		"application/vc; q=0, */*":                                        page,
		"application/vc;q=0, application/*":                               badge, // as the other JSON
		"text/html;q=0.1, application/vc":                                 badge,
		"application/vc, text/html;q=0.1":                                 badge,
		"application/json;q=0.9,text/html":                                page,
		"application/json;q=0.9, text/html;q=0.9":                         page,
		"text/*, application/vc":                                          page,
		"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": page,
		"Application/VC":                                                  badge,
		"application/vc+jwt, application/vc;q=0.5":                        token,
		"application/vcard":                                               page,
		"image/png":                                                       page,
		"application/vc;q=nan, application/json;q=-1, text/html;q=2, ;;,/,a/b/c": page,
	} {
		if got := w.Do("", "GET", public(c), nil, "Accept", accept).OK().Header.Get("Content-Type"); got != want {
			t.Errorf("%q: %s, want %s", accept, got, want)
		}
	}
}

// TestManyAskForTheImageAtOnce and all get it.
func TestManyAskForTheImageAtOnce(t *testing.T) {
	w := newWorld(t)
	c := w.shared("name")
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if a := w.Get("", public(c)+"/preview.png"); a.Code != 200 {
				t.Errorf("%d", a.Code)
			}
		})
	}
	all.Wait()
	start := time.Now()
	for i := range 50 { // whatever is added to the address
		w.Get("", public(c)+"/preview.png?v="+strings.Repeat("x", i)).OK()
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("50 times what is there took %v", took)
	}
}

// TestTheBadgeFile is what the certificate was issued with, for programs at the
// address that it names as its own, for people to save.
func TestTheBadgeFile(t *testing.T) {
	w := newWorld(t)
	c := w.shared("name", "completed", "credit", "badge")
	want, err := w.service.Credential(t.Context(), c)
	w.must(err)
	saved := w.Get("", public(c)+".json").OK()
	if saved.Body != string(want.JSON) || saved.Header.Get("Content-Disposition") != `attachment; filename="badge-`+c.Number+`.json"` {
		t.Errorf("%s", saved.Header.Get("Content-Disposition"))
	}
	for accept, kind := range map[string]string{"application/vc": "application/vc", "application/ld+json, */*;q=0.1": "application/vc", "application/json": "application/vc",
		"application/vc+jwt": "application/vc+jwt", "": "text/html; charset=utf-8", "*/*": "text/html; charset=utf-8", "text/html,application/xhtml+xml,application/json": "text/html; charset=utf-8"} {
		a := w.Do("", "GET", public(c), nil, "Accept", accept).OK()
		if a.Header.Get("Content-Type") != kind || !strings.Contains(strings.Join(a.Header.Values("Vary"), ","), "Accept") || a.Header.Get("Content-Disposition") != "" {
			t.Errorf("%q: %s, Vary %s", accept, a.Header.Get("Content-Type"), a.Header.Values("Vary"))
		}
		if cc := a.Header.Get("Cache-Control"); cc != "private, no-cache" {
			t.Errorf("%q: %s", accept, cc)
		}
	}
	var doc struct{ ID string }
	w.must(json.Unmarshal(want.JSON, &doc))
	if doc.ID != credential.Address(base, c.Number) || doc.ID != base+public(c) {
		t.Errorf("the badge names %s", doc.ID)
	}
	// Beside the status lists, which the same path holds.
	w.Get("", "/credentials/status/0").OK("BitstringStatusListCredential")
	w.choose(c, "name", "completed", "credit")
	w.Get("", public(c)+".json").Is(404)
	if a := w.Do("", "GET", public(c), nil, "Accept", "application/vc"); a.Code != 404 {
		t.Errorf("not shown: %d", a.Code)
	}
	w.Get("", public(c)).OK().Lacks(".json")
}
