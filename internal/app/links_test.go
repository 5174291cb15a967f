package app_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/team"
)

// signedIn signs somebody in and returns how they open a page.
func signedIn(t *testing.T, a *app.App, email string) func(method, path string) *httptest.ResponseRecorder {
	t.Helper()
	const host = "127.0.0.1:8080"
	send := func(method, path string, form url.Values, cookies []*http.Cookie) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
		r.Host = host
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		for _, c := range cookies {
			r.AddCookie(c)
		}
		rec := httptest.NewRecorder()
		a.Handler.ServeHTTP(rec, r)
		return rec
	}
	in := send(http.MethodPost, "/login", url.Values{"email": {email}, "password": {"correct horse battery"}}, nil)
	if in.Code != http.StatusSeeOther {
		t.Fatalf("sign in as %s: %d", email, in.Code)
	}
	cookies := in.Result().Cookies()
	return func(method, path string) *httptest.ResponseRecorder { return send(method, path, nil, cookies) }
}

// TestReadersAreShownNoLinkThatRefusesThem: every link and form of a course's pages that
// somebody is shown opens for them, whatever their part.
func TestReadersAreShownNoLinkThatRefusesThem(t *testing.T) {
	a := demoApp(t, t.TempDir())
	defer a.Close()
	ctx := t.Context()
	_, err := a.Courses.Import(ctx, courses.Bundled()[short], "test")
	must(t, err)
	for _, p := range []struct {
		name string
		role account.Role
		part team.Role
	}{{"author", account.Instructor, team.Author}, {"clinician", account.Instructor, team.Clinician}, {"editor", account.Guest, team.Editor}, {"accreditor", account.Guest, team.Accreditor}} {
		m := team.Adding{Slug: short, Email: p.name + "@example.org", Role: p.part}
		if p.part == team.Accreditor {
			m.Until = a.Now().AddDate(0, 0, 7).Format("2006-01-02")
		}
		member(t, a, m.Email, p.role)
		must(t, a.Team.Add(ctx, m, "test"))
	}
	walk := func(when string) {
		for _, name := range []string{"author", "clinician", "editor", "accreditor"} {
			open := signedIn(t, a, name+"@example.org")
			seen := map[string]bool{}
			for _, page := range []string{"", "/editions", "/comments", "/people", "/history", "/history/1", "/preview", "/questions", "/file?path=disclosure.md", "/signoff", "/notes"} {
				at := "/teach/" + short + page
				got := open(http.MethodGet, at)
				if got.Code == http.StatusForbidden || got.Code == http.StatusNotFound && page == "/signoff" {
					continue // not theirs, or not there before an edition
				}
				if got.Code != http.StatusOK {
					t.Fatalf("%s: %s opens %s: %d", when, name, at, got.Code)
				}
				doc, err := goquery.NewDocumentFromReader(got.Body)
				must(t, err)
				doc.Find(`main a[href^="/teach/` + short + `"]`).Each(func(_ int, s *goquery.Selection) {
					href, _, _ := strings.Cut(s.AttrOr("href", ""), "#")
					if seen[href] {
						return
					}
					seen[href] = true
					if to := open(http.MethodGet, href); to.Code != http.StatusOK && to.Code != http.StatusSeeOther {
						t.Errorf("%s: %s is shown %q on %s, which answers %d", when, name, href, at, to.Code)
					}
				})
				doc.Find(`main form[method="post"]`).Each(func(_ int, s *goquery.Selection) {
					if name == "author" { // who would take the others off
						return
					}
					action := s.AttrOr("action", at)
					if to := open(http.MethodPost, action); to.Code == http.StatusForbidden {
						t.Errorf("%s: %s is shown the form %q on %s, which is refused", when, name, action, at)
					}
				})
			}
			if len(seen) < 10 {
				t.Errorf("%s: %s is shown only %d links", when, name, len(seen))
			}
		}
	}
	walk("before the first edition")
	ed, err := a.Courses.Publish(ctx, short, "", "test")
	must(t, err)
	must(t, a.Courses.AddErratum(ctx, ed.ID, course.Erratum{Text: "Read 3 for 4.", Safety: true}, "test"))
	walk("after it")
}
