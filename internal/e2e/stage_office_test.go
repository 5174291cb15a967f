package e2e

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/atmacena/cocare/internal/apptest"
	"github.com/atmacena/cocare/internal/support"
)

func (s *stage) requests() {
	s.add("request.new", "visitor", "", "/requests/new")
	s.add("request.new", "", "therapist@example.org", "/requests/new?kind=accommodation")
	b := server.Browser(s.t)
	p := b.Get("/requests/new").Submit("form[action='/requests']", url.Values{"kind": {"help"}, "name": {"Ada Pages"}, "email": {"ada.pages@example.org"}, "body": {"May I pay by invoice?"}})
	s.in(b, "request.sent", "", p.URL.RequestURI())
	s.add("request.list", "empty", "new@example.org", "/requests")
	for state, email := range map[string]string{"open": "ready@example.org", "closed": "refunded@example.org", "accommodated": "hannah.osei@example.net"} {
		rows := must[[]support.Request](s.t)(server.Support.OwnRequests(s.t.Context(), s.person(email).ID))
		if len(rows) == 0 {
			s.t.Fatalf("%s has asked for nothing", email)
		}
		s.add("request.list", state, email, "/requests")
		s.add("request.show", state, email, "/requests/"+rows[0].ID)
		s.add("admin.request.show", state, "admin@example.org", "/admin/requests/"+rows[0].ID)
	}
	given := must[[]support.Accommodation](s.t)(server.Support.Accommodations(s.t.Context(), s.person("hannah.osei@example.net").ID))
	s.add("admin.accommodation.end_page", "", "admin@example.org", "/admin/accommodations/"+given[0].ID+"/end")
}

func (s *stage) administration() {
	const admin = "admin@example.org"
	confirm := s.as(admin).Get("/account/security/confirm").Submit("form[action='/account/security/confirm']", url.Values{"password": {apptest.Password}})
	if confirm.Status != http.StatusOK {
		s.t.Fatalf("confirm as the administrator: %d %s", confirm.Status, confirm.Text())
	}
	s.add("admin.home", "", admin, "/admin")
	deadJob(s.t)
	s.add("admin.job.dismiss_page", "", admin, "/admin/jobs/00000000-0000-7000-8000-00000000dead/dismiss")
	s.add("admin.job.list", "waiting", admin, "/admin/jobs?state=ready")
	for route, path := range map[string]string{"admin.person.list": "people", "admin.order.list": "orders", "admin.request.list": "requests",
		"admin.enrollment.list": "enrollments", "admin.certificate.list": "certificates", "admin.audit.list": "audit"} {
		s.add(route, "", admin, "/admin/"+path)
		s.add(route, "empty", admin, "/admin/"+path+"?q=nobody-of-this-name&object=nothing")
	}
	for route, path := range map[string]string{"admin.policy.list": "policies", "admin.policy.edit": "policies/refund", "admin.job.list": "jobs",
		"admin.enrollment.new": "enrollments/new", "admin.audit.verify_page": "audit/verify"} {
		s.add(route, "", admin, "/admin/"+path)
	}
	for state, email := range map[string]string{"therapist": "certified@example.org", "accommodated": "hannah.osei@example.net", "own": admin} {
		s.add("admin.person.show", state, admin, "/admin/people/"+s.person(email).ID)
		s.add("admin.person.edit", state, admin, "/admin/people/"+s.person(email).ID+"/edit")
	}
	s.add("admin.person.role_page", "", admin, "/admin/people/"+s.person("certified@example.org").ID+"/roles/therapist")
	s.add("admin.person.role_page", "give", admin, "/admin/people/"+s.person("certified@example.org").ID+"/roles/administrator")
	for state, email := range map[string]string{"active": "therapist@example.org", "completed": "certified@example.org", "refunded": "refunded@example.org", "withdrawn": "chloe.dubois@example.net"} {
		s.add("admin.enrollment.show", state, admin, "/admin/enrollments/"+s.enrollment(email, slug).ID)
	}
	active := "/admin/enrollments/" + s.enrollment("therapist@example.org", slug).ID
	s.add("admin.enrollment.extend_page", "", admin, active+"/extend")
	s.add("admin.enrollment.withdraw_page", "", admin, active+"/withdraw")
	s.add("admin.enrollment.reinstate_page", "", admin, "/admin/enrollments/"+s.enrollment("chloe.dubois@example.net", slug).ID+"/reinstate")
	s.add("admin.mail.list", "", admin, "/admin/mail")
	mails := must[[]mailStored](s.t)(server.Outbox.List(s.t.Context(), "", 1))
	s.add("outbox.list", "", "", "/outbox")
	s.add("outbox.show", "", "", "/outbox/"+mails[0].ID)
}

// deadJob gives up a job whose error holds what no browser should see.
func deadJob(t testing.TB) {
	t.Helper()
	ctx := t.Context()
	q := server.DB.Conn(ctx).Exec(`INSERT INTO jobs (id, kind, payload, state, run_at, attempts, max_attempts, last_error, created_at, died_at)
		VALUES (?, 'mail.send', '{}', 'dead', ?, 16, 16, 'pgconn: SQL logic error in /tmp/cocare/mail.go:12', ?, ?) ON CONFLICT DO NOTHING`,
		"00000000-0000-7000-8000-00000000dead", server.Now(), server.Now(), server.Now())
	if q.Error != nil {
		t.Fatal(q.Error)
	}
}
