package apptest

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// Browser is a client with cookies and without scripts.
type Browser struct {
	t    testing.TB
	base string
	http http.Client
}

// Page is an answer, read whole.
type Page struct {
	*goquery.Document
	Status int
	URL    *url.URL // after redirects
	Header http.Header
	Body   []byte
	b      *Browser
}

// Browser opens a fresh one: no cookies, nobody signed in.
func (s *Server) Browser(t testing.TB) *Browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Browser{t: t, base: s.URL, http: http.Client{Jar: jar}}
}

// As opens a browser and signs in.
func (s *Server) As(t testing.TB, email string) *Browser {
	t.Helper()
	b := s.Browser(t)
	p := b.Get("/login").Submit("form[action^='/login']", url.Values{"email": {email}, "password": {Password}})
	if p.Status != http.StatusOK || strings.HasPrefix(p.URL.Path, "/login") {
		t.Fatalf("sign in as %s: status %d at %s\n%s", email, p.Status, p.URL, p.Text())
	}
	return b
}

// Cookies are those that the client would send, for another browser to use.
func (b *Browser) Cookies() []*http.Cookie {
	b.t.Helper()
	u, err := url.Parse(b.base)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.http.Jar.Cookies(u)
}

// Do sends a request and follows redirects.
func (b *Browser) Do(r *http.Request) *Page {
	b.t.Helper()
	res, err := b.http.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	p := &Page{Status: res.StatusCode, URL: res.Request.URL, Header: res.Header, Body: body, b: b}
	if p.Document, err = goquery.NewDocumentFromReader(bytes.NewReader(body)); err != nil {
		b.t.Fatal(err)
	}
	return p
}

// Get opens a path.
func (b *Browser) Get(path string) *Page {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.base+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.Do(r)
}

// Post sends a form that was not read from a page, as an intruder would.
func (b *Browser) Post(path string, values url.Values) *Page {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.base+path, strings.NewReader(values.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", b.base)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.Do(r)
}

// Text is the page's text, white space folded.
func (p *Page) Text() string {
	return strings.Join(strings.Fields(p.Find("main").Text()), " ")
}

// Has reports whether the page's text holds words.
func (p *Page) Has(words string) bool { return strings.Contains(p.Text(), words) }

// Follow opens the first link that matches.
func (p *Page) Follow(selector string) *Page {
	p.b.t.Helper()
	href, ok := p.Find(selector).First().Attr("href")
	if !ok {
		p.b.t.Fatalf("%s has no link %q\n%s", p.URL, selector, p.Text())
	}
	u, err := p.URL.Parse(href)
	if err != nil {
		p.b.t.Fatal(err)
	}
	return p.b.Get(u.RequestURI())
}

// Fields reads what a form would send as it stands.
func Fields(form *goquery.Selection) url.Values {
	out := url.Values{}
	form.Find("input[name], select[name], textarea[name]").Each(func(_ int, s *goquery.Selection) {
		name, _ := s.Attr("name")
		if _, off := s.Attr("disabled"); off {
			return
		}
		switch goquery.NodeName(s) {
		case "textarea":
			out.Add(name, s.Text())
		case "select":
			o := s.Find("option[selected]").First()
			if o.Length() == 0 {
				o = s.Find("option").First()
			}
			out.Add(name, o.AttrOr("value", o.Text()))
		default:
			kind := s.AttrOr("type", "text")
			_, checked := s.Attr("checked")
			if kind == "submit" || kind == "button" || kind == "file" || (kind == "radio" || kind == "checkbox") && !checked {
				return
			}
			out.Add(name, s.AttrOr("value", map[string]string{"checkbox": "on"}[kind]))
		}
	})
	return out
}

// Submit fills the first form that matches and sends it where it says.
func (p *Page) Submit(selector string, fill url.Values) *Page {
	p.b.t.Helper()
	form := p.Find(selector).First()
	if form.Length() == 0 {
		p.b.t.Fatalf("%s has no form %q\n%s", p.URL, selector, p.Text())
	}
	return p.Send(form, fill)
}

// Send is Submit of a form that was found already.
func (p *Page) Send(form *goquery.Selection, fill url.Values) *Page {
	p.b.t.Helper()
	values := Fields(form)
	maps.Copy(values, fill)
	action, err := p.URL.Parse(form.AttrOr("action", ""))
	if err != nil {
		p.b.t.Fatal(err)
	}
	if strings.EqualFold(form.AttrOr("method", "get"), "get") {
		action.RawQuery = values.Encode()
		return p.b.Get(action.RequestURI())
	}
	return p.b.Post(action.RequestURI(), values)
}
