package support_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/support"
)

// want fails unless the page has the status and says every text; a text that
// begins with "!" must not be there.
func (w *world) want(a *httptest.ResponseRecorder, status int, texts ...string) string {
	w.t.Helper()
	body := a.Body.String()
	if a.Code != status {
		w.t.Fatalf("status %d, want %d\n%s", a.Code, status, body)
	}
	for _, text := range texts {
		not := strings.HasPrefix(text, "!")
		if strings.Contains(body, strings.TrimPrefix(text, "!")) == not {
			w.t.Errorf("%q: present is %v\n%s", text, !not, body)
		}
	}
	return body
}

func (w *world) get(who, path string, texts ...string) string {
	w.t.Helper()
	return w.want(w.send(who, http.MethodGet, path, nil), http.StatusOK, texts...)
}

// lead fails unless the answer leads to a path with a message.
func (w *world) lead(a *httptest.ResponseRecorder, path, flash string) {
	w.t.Helper()
	if a.Code != http.StatusSeeOther || a.Header().Get("Location") != path || !strings.HasPrefix(a.Header().Get("Set-Cookie"), "flash="+flash+";") {
		w.t.Fatalf("%d to %q with %q, want %s with %s\n%s", a.Code, a.Header().Get("Location"), a.Header().Get("Set-Cookie"), path, flash, a.Body)
	}
}

var key = regexp.MustCompile(`name="_once" value="([^"]+)"`)

// once is the hidden key of the first form in a page that has one.
func (w *world) once(page string) string {
	w.t.Helper()
	m := key.FindStringSubmatch(page)
	if m == nil {
		w.t.Fatalf("no key in the page\n%s", page)
	}
	return m[1]
}

func (w *world) filed(who string) support.Request {
	w.t.Helper()
	n := support.NewRequest{Kind: support.Grievance, PersonID: who, Name: "Ana", Email: "ana@example.org", Body: "The exam closed early."}
	r, err := w.svc.Submit(w.t.Context(), n)
	w.must(err)
	return r
}

func (w *world) count(table string) (n int64) {
	w.t.Helper()
	w.must(w.db.Read(w.t.Context()).Raw("SELECT count(*) FROM " + table).Scan(&n).Error)
	return n
}

func TestTheRequestFormSentTwiceFilesOne(t *testing.T) {
	w := newWorld(t)
	page := w.get("ana", "/requests/new?kind=help", `name="kind" value="help" checked`, "We answer within 5 days.")
	form := url.Values{"_once": {w.once(page)}, "kind": {"help"}, "name": {"Ana"}, "body": {"Where is my receipt?"}}
	first := w.send("ana", http.MethodPost, "/requests", form)
	again := w.send("ana", http.MethodPost, "/requests", form)
	w.lead(first, first.Header().Get("Location"), "request.sent")
	w.lead(again, first.Header().Get("Location"), "request.sent")
	if n := w.count("requests"); n != 1 || len(w.mails) != 1 {
		t.Errorf("%d requests, %d mails", n, len(w.mails))
	}
	form.Set("body", "And my certificate?")
	if a := w.send("ana", http.MethodPost, "/requests", form); a.Header().Get("Location") == first.Header().Get("Location") {
		t.Error("other words on the same page were taken for a repetition")
	}
	body := w.want(w.send("ana", http.MethodPost, "/requests", url.Values{"name": {"Ana"}, "body": {"x"}}), 422, `href="#f-kind"`)
	if !strings.Contains(body, `id="f-kind" name="kind"`) {
		t.Errorf("the error leads nowhere\n%s", body)
	}
}

func TestSomebodyElsesRequestIsNotThere(t *testing.T) {
	w := newWorld(t)
	r, visitor := w.filed("ana"), w.filed("")
	w.get("ana", "/requests/"+r.ID, r.Reference)
	for _, path := range []string{"/requests/" + visitor.ID, "/requests/none"} {
		w.want(w.send("ana", http.MethodGet, path, nil), http.StatusNotFound)
	}
	w.want(w.send("dora", http.MethodGet, "/requests/"+r.ID, nil), http.StatusNotFound) // an administrator has another page
}

func TestReply(t *testing.T) {
	w := newWorld(t)
	r := w.filed("ana")
	path := "/admin/requests/" + r.ID
	page := w.get("dora", path)
	form := url.Values{"_once": {w.once(page)}, "body": {"We <looked> into it."}}
	for range 2 {
		w.lead(w.send("dora", http.MethodPost, path+"/reply", form), path, "request.replied")
	}
	if n := w.count("request_messages"); n != 1 || len(w.mails) != 2 {
		t.Errorf("two clicks: %d messages, %d mails", n, len(w.mails))
	}
	w.lead(w.send("dora", http.MethodPost, path+"/reply", url.Values{"body": {"Log looked at."}, "internal": {"yes"}}), path, "request.noted")
	if len(w.mails) != 2 {
		t.Error("a note was mailed")
	}
	w.want(w.send("dora", http.MethodPost, path+"/reply", url.Values{"body": {"Done."}, "close": {"yes"}}), 422, `href="#f-outcome"`, "Done.")
	w.lead(w.send("dora", http.MethodPost, path+"/reply", url.Values{"body": {"Done."}, "close": {"yes"}, "outcome": {"Upheld"}}), path, "request.replied")
	w.get("dora", path, "We &lt;looked&gt; into it.", "Internal note", "Name of dora", "Upheld", "!/reply")
	w.get("ana", "/requests/"+r.ID, "We &lt;looked&gt; into it.", "!Log looked at.")
	w.want(w.send("dora", http.MethodPost, "/admin/requests/none/reply", form), http.StatusNotFound)
	w.must(w.db.Conn(t.Context()).Exec("UPDATE request_messages SET author_id = 'gone'").Error)
	w.get("dora", path, "An account that is gone")
}

// TestClosingNeedsAnOutcomeOnly once there is an answer.
func TestClosingNeedsAnOutcomeOnly(t *testing.T) {
	w := newWorld(t)
	path := "/admin/requests/" + w.filed("ana").ID
	area := regexp.MustCompile(`<textarea[^>]* required`)
	if page := w.get("dora", path, "Outcome (needed to close)", "!Outcome (optional)", "!you need none"); !area.MatchString(page) {
		t.Error("an open request asks for no answer")
	}
	w.want(w.send("dora", http.MethodPost, path+"/reply", url.Values{"close": {"yes"}, "outcome": {"Upheld"}}), 422, `href="#f-body"`)
	w.lead(w.send("dora", http.MethodPost, path+"/reply", url.Values{"body": {"Yes."}}), path, "request.replied")
	if page := w.get("dora", path, "To close the request you need none."); area.MatchString(page) {
		t.Error("an answered request asks for another answer")
	}
	w.lead(w.send("dora", http.MethodPost, path+"/reply", url.Values{"close": {"yes"}, "outcome": {"Upheld"}}), path, "request.closed")
	w.get("dora", path, "Upheld", "!/reply")
}

// TestAnAnswerFollowsTheAccount, and who answers sees where it goes.
func TestAnAnswerFollowsTheAccount(t *testing.T) {
	w := newWorld(t)
	r := w.filed("ana")
	path := "/admin/requests/" + r.ID
	w.must(w.db.Conn(t.Context()).Exec("UPDATE people SET name = 'Ana' WHERE id = 'ana'").Error)
	w.get("dora", path, "From Ana, ", "!answers go there")
	w.must(w.db.Conn(t.Context()).Exec("UPDATE people SET name = 'Ana Now', email = 'now@example.net' WHERE id = 'ana'").Error)
	w.get("dora", path, "From Ana, ", `href="mailto:ana@example.org"`, "now Ana Now, ", `href="mailto:now@example.net"`, "answers go there")
	w.lead(w.send("dora", http.MethodPost, path+"/reply", url.Values{"body": {"Yes."}}), path, "request.replied")
	if to := w.mails[len(w.mails)-1]; to.Email != "now@example.net" || to.Name != "Ana Now" {
		t.Errorf("the answer went to %v", to)
	}
	w.get("dora", "/admin/requests/"+w.filed("").ID, "visitor, no account", "!answers go there")
}

func TestGrantAndEnd(t *testing.T) {
	w := newWorld(t)
	w.must(w.db.Conn(t.Context()).Exec(`INSERT INTO courses (id, slug, title, draft_hash, imported_at, imported_by, created_at) VALUES ('c1', 'listening', 'Listening', '', ?, '', ?)`, w.now, w.now).Error)
	r := w.filed("ana")
	path := "/admin/requests/" + r.ID
	form := url.Values{"_once": {w.once(w.get("dora", path))}, "extra_time_percent": {"50"}, "extra_attempts": {"0"}, "course": {"c1"}, "reason": {"A letter"}}
	for range 2 {
		w.lead(w.send("dora", http.MethodPost, path+"/accommodation", form), path, "accommodation.granted")
	}
	list, err := w.svc.Accommodations(t.Context(), "ana")
	w.must(err)
	if len(list) != 1 {
		t.Fatalf("two clicks granted %d", len(list))
	}
	w.want(w.send("dora", http.MethodPost, path+"/accommodation", url.Values{"extra_time_percent": {"900"}, "extra_attempts": {"0"}, "reason": {"x"}}), 422, "0 to 300")
	end := "/admin/accommodations/" + list[0].ID + "/end"
	w.get("dora", path, "50% more time.", "Listening", `href="`+end+`"`)
	w.get("dora", end, "Name of ana", "50% more time. Listening.", "A letter", `href="`+path+`"`)
	w.want(w.send("ana", http.MethodGet, end, nil), http.StatusForbidden)
	for range 2 {
		w.lead(w.send("dora", http.MethodPost, end, nil), path, "accommodation.ended")
	}
	w.lead(w.send("dora", http.MethodGet, end, nil), path, "accommodation.ended")
	w.get("dora", path, "Ended", `!href="`+end+`"`)
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		w.want(w.send("dora", method, "/admin/accommodations/none/end", nil), http.StatusNotFound)
	}
	visitor := w.filed("")
	w.want(w.send("dora", http.MethodPost, "/admin/requests/"+visitor.ID+"/accommodation", form), http.StatusConflict)
}

func TestPublishPolicy(t *testing.T) {
	w := newWorld(t)
	w.must(w.svc.SeedPolicies(t.Context(), support.Provider{Name: "Clinic"}))
	const path = "/admin/policies/refund"
	w.get("dora", path, "Publish version 2")
	form := url.Values{"base": {"1"}, "title": {"Refunds"}, "body": {"Sixty days."}, "note": {"Longer"}}
	for range 2 {
		w.lead(w.send("dora", http.MethodPost, path, form), "/policies/refund", "policy.published")
	}
	w.get("", "/policies/refund", "Sixty days.", "Version 2")
	if n := w.count("policies WHERE name = 'refund'"); n != 2 {
		t.Errorf("%d versions", n)
	}
	form.Set("base", "2")
	w.want(w.send("dora", http.MethodPost, path, form), http.StatusUnprocessableEntity, "Nothing changed", "Publish version 3")
	form.Set("base", "1")
	form.Set("body", "Ten days.")
	w.want(w.send("dora", http.MethodPost, path, form), http.StatusConflict, "newer version", "Ten days.")
	w.get("", "/policies/refund?version=1", "A newer version is in force")
}

func TestTheListOfPolicies(t *testing.T) {
	w := newWorld(t)
	w.must(w.svc.SeedPolicies(t.Context(), support.Provider{Name: "Clinic"}))
	up, down := w.get("dora", "/admin/policies?sort=policy", `aria-sort="ascending"`, `action="/admin/policies.csv?sort=policy"`), w.get("dora", "/admin/policies?sort=-policy")
	first := func(page string) string {
		return regexp.MustCompile(`href="/admin/policies/(\w+)"`).FindStringSubmatch(page)[1]
	}
	if first(up) == first(down) {
		t.Errorf("both ways %s is first", first(up))
	}
	w.get("dora", "/admin/policies?sort=none", "Edit policies")
	file := w.want(w.send("dora", http.MethodPost, "/admin/policies.csv?sort=version", nil), 200, "name,title,version,published_at", "refund,")
	if n := strings.Count(file, "\n"); n != 1+len(support.PolicyNames) {
		t.Errorf("the file has %d lines", n)
	}
	if n := w.count("audit_events WHERE action = 'policies.export'"); n != 1 {
		t.Errorf("%d exports are recorded", n)
	}
}

func TestPreviewOfAPolicy(t *testing.T) {
	w := newWorld(t)
	w.must(w.svc.SeedPolicies(t.Context(), support.Provider{Name: "Clinic"}))
	const path = "/admin/policies/refund"
	form := url.Values{"base": {"1"}, "title": {"Money back"}, "body": {"# How\n\nAsk <b>us</b>.\n\n<div>\nraw\n</div>\n\n## Where\n"}, "act": {"preview"}}
	page := w.want(w.send("dora", http.MethodPost, path, form), http.StatusOK, "not published yet", "<h2>Money back</h2>", "<h3>How</h3>", "<h4>Where</h4>",
		"<p>Ask us.</p>", "Publish version 2", `name="base" value="1"`)
	if strings.Contains(page, "omitted") || strings.Contains(page, "&lt;!--") {
		t.Error("it says what it left out")
	}
	if n := w.count("policies WHERE name = 'refund'"); n != 1 {
		t.Errorf("a preview published: %d versions", n)
	}
	form.Del("act")
	form.Set("note", "Shorter")
	w.lead(w.send("dora", http.MethodPost, path, form), "/policies/refund", "policy.published")
	if page := w.get("", "/policies/refund", "<h2>How</h2>", "<h3>Where</h3>"); strings.Count(page, "<h1") != 1 {
		t.Error("a page has one heading of its own")
	}
	// A preview made after somebody else published does not publish over that.
	form.Set("act", "preview")
	w.want(w.send("dora", http.MethodPost, path, form), http.StatusOK, "Publish version 2", "version 2</a>")
}

func TestTheListOfRequests(t *testing.T) {
	w := newWorld(t)
	w.get("dora", "/admin/requests", "No requests yet", "!Clear the filter")
	for range 50 {
		w.filed("")
		w.must(w.db.Conn(t.Context()).Exec("DELETE FROM rate_limits").Error)
	}
	w.get("dora", "/admin/requests?q=nobody&sort=none", "Nothing matches “nobody”", "Clear the filter")
	w.get("dora", "/admin/requests", "50 entries", `!rel="next"`, `action="/admin/requests.csv"`)
	w.filed("ana")
	w.get("dora", "/admin/requests?person=ana", "1 entry", "Only those of")
	page := w.get("dora", "/admin/requests?sort=due&state=open", "50 of 51 shown", `!rel="prev"`,
		`<input type="hidden" name="sort" value="due">`, `action="/admin/requests.csv?sort=due&amp;state=open"`, `<option value="open" selected>`)
	next := regexp.MustCompile(`href="([^"]+)" rel="next"`).FindStringSubmatch(page)
	if next == nil {
		t.Fatal("no next page")
	}
	page = w.get("dora", strings.ReplaceAll(next[1], "&amp;", "&"), "1 of 51 shown", `!rel="next"`)
	prev := regexp.MustCompile(`href="([^"]+)" rel="prev"`).FindStringSubmatch(page)
	if prev == nil {
		t.Fatal("no way back")
	}
	w.get("dora", strings.ReplaceAll(prev[1], "&amp;", "&"), "50 of 51 shown", `!rel="prev"`, `rel="next"`)
	for _, query := range []string{"state=none", "kind=none", "after=damaged"} {
		w.want(w.send("dora", http.MethodGet, "/admin/requests?"+query, nil), http.StatusUnprocessableEntity)
		w.want(w.send("dora", http.MethodPost, "/admin/requests.csv?"+query, nil), http.StatusUnprocessableEntity)
	}
	if got := strings.Count(w.want(w.send("dora", http.MethodPost, "/admin/requests.csv?sort=filed", nil), 200), "\n"); got != 52 {
		t.Errorf("the file has %d lines", got)
	}
}
