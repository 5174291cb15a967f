package area

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// Answer is what a request got. Its checks name the page when they fail.
type Answer struct {
	t        testing.TB
	Code     int
	Location string
	Body     string
	Header   http.Header
}

// Form makes a form of pairs of names and values.
func Form(pairs ...string) url.Values {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return form
}

// Do asks as a person, "" for a visitor; headers are pairs.
func (s *Server) Do(person, method, path string, form url.Values, headers ...string) Answer {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), method, path, strings.NewReader(form.Encode()))
	r.Header.Set(Person, person)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, r)
	return Answer{s.t, rec.Code, rec.Header().Get("Location"), rec.Body.String(), rec.Header()}
}

// Get opens a page.
func (s *Server) Get(person, path string) Answer {
	s.t.Helper()
	return s.Do(person, http.MethodGet, path, nil)
}

// Post sends a form of pairs.
func (s *Server) Post(person, path string, pairs ...string) Answer {
	s.t.Helper()
	return s.Do(person, http.MethodPost, path, Form(pairs...))
}

// As serves everything to one person, for a browser.
func (s *Server) As(person string) string {
	s.t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		r.Header.Set(Person, person)
		s.ServeHTTP(rw, r)
	}))
	s.t.Cleanup(srv.Close)
	return srv.URL
}

// Is checks the status, and that the page holds the texts.
func (a Answer) Is(code int, texts ...string) Answer {
	a.t.Helper()
	if a.Code != code {
		a.t.Fatalf("status %d (to %q), want %d: %s", a.Code, a.Location, code, a.words())
	}
	for _, text := range texts {
		if !strings.Contains(a.Body, text) {
			a.t.Errorf("the page does not hold %q: %s", text, a.words())
		}
	}
	return a
}

// OK is Is of 200.
func (a Answer) OK(texts ...string) Answer {
	a.t.Helper()
	return a.Is(http.StatusOK, texts...)
}

// To checks that the answer leads to a path.
func (a Answer) To(path string) {
	a.t.Helper()
	if a.Code != http.StatusSeeOther || a.Location != path {
		a.t.Fatalf("status %d to %q, want 303 to %q: %s", a.Code, a.Location, path, a.words())
	}
}

// Says checks that the answer leads to a path and shows a flash there.
func (a Answer) Says(path, flash string) {
	a.t.Helper()
	a.To(path)
	if got := a.Header.Get("Set-Cookie"); !strings.HasPrefix(got, "flash="+flash+";") {
		a.t.Errorf("flash %q, want %s", got, flash)
	}
}

// hashed are addresses with a hash, which may hold any number.
var hashed = regexp.MustCompile(`/static/[^"]*`)

// Lacks checks that the page holds none of the texts.
func (a Answer) Lacks(texts ...string) Answer {
	a.t.Helper()
	body := hashed.ReplaceAllString(a.Body, "")
	for _, text := range texts {
		if text != "" && strings.Contains(body, text) {
			a.t.Errorf("the page holds %q", text)
		}
	}
	return a
}

var tags = regexp.MustCompile(`(?s)<script.*?</script>|<[^>]*>|\s+`)

// words is the beginning of what is to be read on the page.
func (a Answer) words() string {
	_, main, _ := strings.Cut(a.Body, "<main")
	if main == "" {
		main = a.Body
	}
	text := strings.Join(strings.Fields(tags.ReplaceAllString(main, " ")), " ")
	return text[:min(len(text), 1500)]
}
