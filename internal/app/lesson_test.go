package app_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// statements runs fn and returns what it cost the database.
func (r *reader) statements(fn func()) (read, write int64) {
	read0, write0 := r.DB.Statements()
	fn()
	read1, write1 := r.DB.Statements()
	return read1 - read0, write1 - write0
}

// TestALessonPageCostsOneOrTwoReads: through every middleware, with a session, a
// page is at most two reads and no write; the visit is counted later.
func TestALessonPageCostsOneOrTwoReads(t *testing.T) {
	r := newReader(t)
	r.Tracker.Close() // it counts visits in the background: by hand here
	r.Tracker = nil
	open := func() {
		t.Helper()
		rec := httptest.NewRecorder()
		r.Handler.ServeHTTP(rec, r.request("", true))
		if rec.Code != http.StatusOK {
			t.Fatalf("%d", rec.Code)
		}
	}
	if read, write := r.statements(open); read > 2 || write != 0 {
		t.Errorf("the first time: %d reads, %d writes", read, write)
	}
	for range 20 {
		if read, write := r.statements(open); read > 2 || write != 0 {
			t.Errorf("later: %d reads, %d writes", read, write)
		}
	}
	_, rest, _ := strings.Cut(r.render(t), `name="opened" value="`)
	opened, _, _ := strings.Cut(rest, `"`)
	form := url.Values{"opened": {opened}}.Encode()
	// The counter counts: an act writes.
	_, write := r.statements(func() {
		req := r.request("", false)
		req.Method, req.URL.Path = http.MethodPost, r.page+"/finish"
		req.Body, req.ContentLength = io.NopCloser(strings.NewReader(form)), int64(len(form))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		rec := httptest.NewRecorder()
		r.Handler.ServeHTTP(rec, req)
		if rec.Code != http.StatusSeeOther {
			t.Errorf("finish: %d", rec.Code)
		}
	})
	if write == 0 {
		t.Error("finishing a lesson wrote nothing")
	}
}

// TestARevokedSessionSeesNoLesson: the token was found good a moment ago and is
// remembered, yet nothing is shown after its revocation.
func TestARevokedSessionSeesNoLesson(t *testing.T) {
	r := newReader(t)
	if page := r.render(t); !strings.Contains(page, r.name) {
		t.Fatal("no page")
	}
	for _, c := range r.cookies {
		if c.Name == "refresh" {
			if err := r.Accounts.SignOut(t.Context(), c.Value); err != nil {
				t.Fatal(err)
			}
		}
	}
	rec := httptest.NewRecorder()
	r.Handler.ServeHTTP(rec, r.request("", false))
	if rec.Code != http.StatusSeeOther || !strings.HasPrefix(rec.Header().Get("Location"), "/login") {
		t.Errorf("%d to %s", rec.Code, rec.Header().Get("Location"))
	}
}
