package ops_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/translog"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/internal/web/ops"
	"github.com/atmacena/cocare/internal/witness"
)

func serve(t *testing.T, d ops.Deps) http.Handler {
	t.Helper()
	if d.Metrics == nil {
		d.Metrics = prometheus.NewRegistry()
	}
	return area.Serve(t, area.Options{Name: "ops", Site: kit.Site{Demo: true}}, ops.Routes(d)...)
}

// get asks from an address with headers in pairs.
func get(e http.Handler, path, from string, headers ...string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(http.MethodGet, path, nil)
	req.RemoteAddr = from
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	e.ServeHTTP(rec, req)
	return rec
}

const here, elsewhere = "127.0.0.1:40000", "192.0.2.7:40000"

func TestMetricsAnswerTheOperatorOnly(t *testing.T) {
	const token = "0123456789abcdef0123"
	open, closed := serve(t, ops.Deps{}), serve(t, ops.Deps{Token: token})
	for _, tc := range []struct {
		name    string
		e       http.Handler
		from    string
		headers []string
		want    int
	}{
		{"this machine", open, here, nil, 200},
		{"this machine by IPv6", open, "[::1]:40000", nil, 200},
		{"another machine", open, elsewhere, nil, 403},
		{"another machine that claims to be this one", open, elsewhere, []string{"X-Forwarded-For", "127.0.0.1"}, 403},
		{"a proxy on this machine", open, here, []string{"X-Forwarded-For", "192.0.2.7"}, 403},
		{"a proxy on this machine, by the standard header", open, here, []string{"Forwarded", "for=192.0.2.7"}, 403},
		{"an address without a port", open, "127.0.0.1", nil, 403},
		{"the token", closed, elsewhere, []string{"Authorization", "Bearer " + token}, 200},
		{"the token, scheme in lower case", closed, elsewhere, []string{"Authorization", "bearer " + token}, 200},
		{"no token, though here", closed, here, nil, 401},
		{"the beginning of the token", closed, here, []string{"Authorization", "Bearer " + token[:10]}, 401},
		{"an empty token", closed, here, []string{"Authorization", "Bearer "}, 401},
		{"another scheme", closed, here, []string{"Authorization", "Basic " + token}, 401},
	} {
		rec := get(tc.e, "/metrics", tc.from, tc.headers...)
		if rec.Code != tc.want {
			t.Errorf("%s: %d, want %d", tc.name, rec.Code, tc.want)
		}
		if rec.Code == 401 && !strings.HasPrefix(rec.Header().Get("WWW-Authenticate"), "Bearer") {
			t.Errorf("%s: no WWW-Authenticate", tc.name)
		}
		if strings.Contains(rec.Body.String(), token) {
			t.Errorf("%s: the answer holds the token", tc.name)
		}
	}
}

// witnessKey is one of nobody.
func witnessKey(t *testing.T, name string) translog.WitnessKey {
	t.Helper()
	key, err := translog.ParseWitnessKey(name + "+" + id(name) + "+" + base64.StdEncoding.EncodeToString(append([]byte{4}, make([]byte, 32)...)))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func id(name string) string {
	sum := sha256.Sum256(append([]byte(name+"\n\x04"), make([]byte, 32)...))
	return hex.EncodeToString(sum[:4])
}

func TestMetricsTellOfJobsAndConnections(t *testing.T) {
	stats, fail := job.Stats{Ready: 7, Due: 3, Running: 2, Dead: 1, Lag: 90 * time.Second, Overdue: []string{"a"}, Failing: []string{"b", "c"}}, error(nil)
	reg := prometheus.NewRegistry()
	now := time.Date(2026, 11, 28, 20, 0, 0, 0, time.UTC)
	signed := now.Add(-90 * time.Second)
	witnesses := []witness.Standing{{Key: witnessKey(t, "one.example"), Asked: true, CosignedAt: &signed}, {Key: witnessKey(t, "two.example"), Asked: true, Alarm: witness.Changed}, {}}
	err := ops.Register(reg, ops.Sources{
		Now:       func() time.Time { return now },
		Witnesses: func(context.Context) ([]witness.Standing, error) { return witnesses, fail },
		Jobs:      func(context.Context) (job.Stats, error) { return stats, fail },
		Pools: func() map[string]sql.DBStats {
			return map[string]sql.DBStats{"write": {MaxOpenConnections: 1, OpenConnections: 1, InUse: 1, WaitCount: 5, WaitDuration: 2 * time.Second}}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	e := serve(t, ops.Deps{Metrics: reg})
	body := get(e, "/metrics", here).Body.String()
	for _, want := range []string{
		`cocare_witness_silent_seconds{witness="one.example+` + id("one.example") + `"} 90`, `cocare_witness_alarm{witness="two.example+` + id("two.example") + `"} 1`,
		"cocare_jobs_up 1", `cocare_jobs{state="ready"} 7`, `cocare_jobs{state="running"} 2`, `cocare_jobs{state="dead"} 1`,
		"cocare_jobs_due 3", "cocare_job_lag_seconds 90", `cocare_periodic_work{trouble="overdue"} 1`, `cocare_periodic_work{trouble="failing"} 2`,
		`cocare_db_connections{pool="write",use="busy"} 1`, `cocare_db_connections{pool="write",use="idle"} 0`,
		`cocare_db_connections_open{pool="write"} 1`, `cocare_db_connections_max{pool="write"} 1`,
		`cocare_db_waits_total{pool="write"} 5`, `cocare_db_wait_seconds_total{pool="write"} 2`, "go_goroutines",
	} {
		if !strings.Contains(body, want+"\n") && !strings.Contains(body, want+" ") {
			t.Errorf("no %s in the metrics", want)
		}
	}
	fail = errors.New("the database sleeps")
	rec := get(e, "/metrics", here)
	if body := rec.Body.String(); rec.Code != 200 || !strings.Contains(body, "cocare_jobs_up 0\n") || strings.Contains(body, "sleeps") {
		t.Errorf("with a silent database: %d\n%s", rec.Code, body)
	}
	if err := ops.Register(reg, ops.Sources{}); err == nil {
		t.Error("registering twice passed")
	}
}

func TestPoolsOfARealDatabase(t *testing.T) {
	d := dbtest.New(t)
	q := job.New(d, slog.New(slog.DiscardHandler), time.Now)
	q.Every("sleep", time.Hour, func(context.Context) error { return nil })
	reg := prometheus.NewRegistry()
	none := func(context.Context) ([]witness.Standing, error) { return nil, nil }
	if err := ops.Register(reg, ops.Sources{Jobs: q.Stats, Pools: d.Pools, Witnesses: none}); err != nil {
		t.Fatal(err)
	}
	if err := q.Enqueue(t.Context(), "nobody.knows", nil); err != nil {
		t.Fatal(err)
	}
	body := get(serve(t, ops.Deps{Metrics: reg}), "/metrics", here).Body.String()
	if !strings.Contains(body, `cocare_jobs{state="ready"} 1`) || !regexp.MustCompile(`cocare_db_connections_open\{pool="\w+"\} [1-9]`).MatchString(body) {
		t.Error(body)
	}
}

func TestOutboxShowsMail(t *testing.T) {
	box := mail.NewOutbox(dbtest.New(t))
	e := serve(t, ops.Deps{Outbox: box})
	if body := get(e, "/outbox", here).Body.String(); !strings.Contains(body, "No mail yet") {
		t.Errorf("empty outbox:\n%s", body)
	}
	for i := range 51 {
		m := mail.Mail{ID: "a" + string(rune('0'+i/10)) + string(rune('0'+i%10)), To: mail.Address{Name: "Ana", Email: "ana@example.org"}, Subject: "Mail <" + string(rune('A'+i)) + ">",
			Text: "Open it:\nhttp://127.0.0.1:8080/email/confirm/abc?x=1&y=2.\nThank you <b>.", HTML: "<html><head><style>p{}</style></head><body><p>Hello</p></body></html>"}
		if err := box.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	list := get(e, "/outbox", here).Body.String()
	if strings.Count(list, `<a href="/outbox/a`) != 50 || !strings.Contains(list, "Mail &lt;") || !strings.Contains(list, "Older") {
		t.Errorf("list:\n%s", list)
	}
	older := regexp.MustCompile(`href="(/outbox\?after=[^"]+)"`).FindStringSubmatch(list)
	if older == nil {
		t.Fatal("no link to older mail")
	}
	rest := get(e, older[1], here).Body.String()
	if strings.Count(rest, `<a href="/outbox/a`) != 1 || strings.Contains(rest, "Older") || !strings.Contains(rest, "Newest") {
		t.Errorf("second page:\n%s", rest)
	}
	show := get(e, "/outbox/a07", here).Body.String()
	for _, want := range []string{
		`<a href="http://127.0.0.1:8080/email/confirm/abc?x=1&amp;y=2">http://127.0.0.1:8080/email/confirm/abc?x=1&amp;y=2</a>.`,
		"Thank you &lt;b&gt;.", `<iframe src="/outbox/a07/html"`, `sandbox="allow-top-navigation-by-user-activation"`, "ana@example.org",
	} {
		if !strings.Contains(show, want) {
			t.Errorf("no %s in\n%s", want, show)
		}
	}
}

func TestMailIsShownInACage(t *testing.T) {
	box := mail.NewOutbox(dbtest.New(t))
	if err := box.Send(t.Context(), mail.Mail{ID: "a1", Subject: "S", HTML: "<html><head></head><body><script>alert(1)</script></body></html>"}); err != nil {
		t.Fatal(err)
	}
	e := serve(t, ops.Deps{Outbox: box})
	rec := get(e, "/outbox/a1/html", here)
	csp := rec.Header().Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "style-src 'unsafe-inline'", "form-action 'none'", "frame-ancestors 'self'", "sandbox"} {
		if !strings.Contains(csp, want) {
			t.Errorf("no %s in %s", want, csp)
		}
	}
	if strings.Contains(csp, "script") || strings.Contains(csp, "allow-scripts") {
		t.Errorf("scripts are named in %s", csp)
	}
	if rec.Header().Get("X-Frame-Options") != "SAMEORIGIN" || !strings.Contains(rec.Body.String(), `<base target="_top">`) {
		t.Errorf("frame: %v\n%s", rec.Header(), rec.Body)
	}
	if other := get(e, "/outbox/a1", here).Header(); strings.Contains(other.Get("Content-Security-Policy"), "unsafe-inline") || other.Get("X-Frame-Options") != "DENY" {
		t.Errorf("the page around it: %v", other)
	}
}

func TestOutboxDoors(t *testing.T) {
	open, none := serve(t, ops.Deps{Outbox: mail.NewOutbox(dbtest.New(t))}), serve(t, ops.Deps{})
	for path, want := range map[string]int{"/outbox/nothing": 404, "/outbox/nothing/html": 404, "/outbox/%00": 404, "/outbox?after=damaged": 422} {
		rec := get(open, path, here)
		if rec.Code != want {
			t.Errorf("%s: %d, want %d", path, rec.Code, want)
		}
		if csp := rec.Header().Get("Content-Security-Policy"); strings.Contains(csp, "unsafe") {
			t.Errorf("%s: %s", path, csp)
		}
	}
	for _, path := range []string{"/outbox", "/outbox/a1", "/outbox/a1/html"} {
		if rec := get(none, path, here); rec.Code != 404 {
			body, _ := io.ReadAll(rec.Body)
			t.Errorf("%s exists outside a demo: %d %s", path, rec.Code, body)
		}
	}
}
