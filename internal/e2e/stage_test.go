package e2e

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apptest"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/stripesandbox"
	"github.com/atmacena/cocare/internal/support"
)

// page is an address with what is needed to see it.
type page struct {
	route  string // its name in the server's table; "" for an address without one
	state  string // which of several; "" for the only one
	b      *apptest.Browser
	path   string
	status int  // 200 unless set
	again  bool // looks as another page does, with other words: a shorter look is enough
}

// name is the page's, for subtests and files.
func (p page) name() string {
	name := p.route
	if name == "" {
		name = "none"
	}
	if p.state != "" {
		name += "-" + p.state
	}
	return name
}

// stage makes what the seeded demonstration lacks (open links, an exam in
// progress, a second factor half set up) and lists the pages.
type stage struct {
	t     *testing.T
	list  []page
	doors map[string]*apptest.Browser
}

func newStage(t *testing.T) *stage {
	forgetTries(t)
	s := &stage{t: t, doors: map[string]*apptest.Browser{"": server.Browser(t)}}
	s.public()
	s.accounts()
	s.buying()
	s.learning()
	s.exams()
	s.certificates()
	s.requests()
	s.administration()
	return s
}

// forgetTries empties the counters of doors that guess: all tests of this
// package come from one address.
func forgetTries(t testing.TB) {
	t.Helper()
	if err := server.DB.Conn(t.Context()).Exec("DELETE FROM rate_limits").Error; err != nil {
		t.Fatal(err)
	}
}

// as is a browser in which a person is signed in.
func (s *stage) as(email string) *apptest.Browser {
	if s.doors[email] == nil {
		s.doors[email] = server.As(s.t, email)
	}
	return s.doors[email]
}

func (s *stage) add(route, state, email, path string) {
	s.list = append(s.list, page{route: route, state: state, b: s.as(email), path: path})
}

// in adds a page that a particular browser sees.
func (s *stage) in(b *apptest.Browser, route, state, path string) {
	s.list = append(s.list, page{route: route, state: state, b: b, path: path})
}

func (s *stage) refused(route, state, email, path string, status int) {
	s.list = append(s.list, page{route: route, state: state, b: s.as(email), path: path, status: status})
}

// same adds a page that differs from the one before in its words alone.
func (s *stage) same(route, state, email, path string) {
	s.list = append(s.list, page{route: route, state: state, b: s.as(email), path: path, again: true})
}

func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (s *stage) person(email string) account.Person {
	return must[account.Person](s.t)(server.Accounts.FindByEmail(s.t.Context(), email))
}

func (s *stage) enrollment(email, slug string) enrollment.Enrollment {
	return must[enrollment.Enrollment](s.t)(server.Enrollments.Find(s.t.Context(), s.person(email).ID, slug, 0))
}

// mailed returns a link of the newest mail to an address, once it is there.
func mailed(t testing.TB, email, prefix string) string {
	t.Helper()
	link := ""
	within(t, "a mail with "+prefix+" to "+email, func() bool {
		for _, m := range must[[]mailStored](t)(server.Outbox.List(t.Context(), "", 50)) {
			if !strings.Contains(m.Recipient, email) {
				continue
			}
			full := must[mailStored](t)(server.Outbox.Get(t.Context(), m.ID))
			if i := strings.Index(full.Plain, prefix); i >= 0 {
				link = strings.Fields(full.Plain[i:])[0]
				return true
			}
		}
		return false
	})
	return link
}

const short = "how-learning-is-recorded"

func (s *stage) public() {
	for _, email := range []string{"", "therapist@example.org"} {
		state := strings.TrimSuffix(email, "@example.org")
		s.add("home.show", state, email, "/")
		s.add("course.list", state, email, "/courses")
		s.add("course.show", "clinical"+state, email, "/courses/"+slug)
	}
	s.add("course.show", "free", "new@example.org", "/courses/"+short)
	s.add("policy.list", "", "", "/policies")
	for _, p := range must[[]support.Policy](s.t)(server.Support.Policies(s.t.Context())) {
		s.same("policy.show", p.Name, "", "/policies/"+p.Name)
	}
	s.add("policy.show", "older", "", "/policies/refund?version=1")
	s.refused("", "not-found", "", "/nothing/here", http.StatusNotFound)
	s.refused("admin.home", "forbidden", "new@example.org", "/admin", http.StatusForbidden)
}

func (s *stage) accounts() {
	b := server.Browser(s.t)
	const email = "ada.pages@example.org"
	p := b.Get("/register").Submit("form[action='/register']", url.Values{"name": {"Ada Pages"}, "email": {email}, "time_zone": {"America/New_York"}, "password": {"a quiet harbor at dusk"}})
	s.in(b, "register.sent", "", p.URL.RequestURI())
	b.Get("/login").Submit("form[action^='/login']", url.Values{"email": {email}, "password": {"a quiet harbor at dusk"}})
	s.in(b, "account.show", "unconfirmed", "/account")
	s.add("email.confirm_page", "", "", mailed(s.t, email, "/email/confirm/"))
	s.refused("email.confirm_page", "stale", "", "/email/confirm/stale", http.StatusGone)
	for route, path := range map[string]string{"register.new": "/register", "login.new": "/login", "password.forgot_page": "/password/forgot", "password.sent": "/password/forgot/sent"} {
		s.add(route, "", "", path)
	}
	server.Browser(s.t).Get("/password/forgot").Submit("form[action='/password/forgot']", url.Values{"email": {"chloe.dubois@example.net"}})
	s.add("password.reset_page", "", "", mailed(s.t, "chloe.dubois@example.net", "/password/reset/"))
	s.refused("password.reset_page", "stale", "", "/password/reset/stale", http.StatusGone)

	const who = "therapist@example.org"
	for route, path := range map[string]string{"account.show": "", "account.email_page": "/email", "account.password_page": "/password",
		"license.list": "/licenses", "security.show": "/security", "confirm.show": "/security/confirm", "data.show": "/data", "passkey.new": "/security/passkeys"} {
		s.add(route, "", who, "/account"+path)
	}
	list := must[[]account.License](s.t)(server.Accounts.Licenses(s.t.Context(), s.person(who).ID))
	s.add("license.edit", "", who, "/account/licenses/"+list[0].ID)
	s.add("license.remove_page", "", who, "/account/licenses/"+list[0].ID+"/remove")
	s.add("session.end_others_page", "", who, "/account/security/sessions/others/end")
	s.add("license.list", "empty", "new@example.org", "/account/licenses")
	s.factors()
}

// factors sets up one second factor whole and another by half.
func (s *stage) factors() {
	const half, whole = "hannah.osei@example.net", "marek.dvorak@example.com"
	s.as(half).Get("/account/security").Submit("form[action='/account/security/totp']", nil)
	s.add("totp.show", "", half, "/account/security/totp")

	b := s.as(whole)
	p := b.Get("/account/security").Submit("form[action='/account/security/totp']", nil)
	secret := strings.ReplaceAll(p.Find("code").First().Text(), " ", "")
	code := must[string](s.t)(totp.GenerateCode(secret, time.Now()))
	p = p.Submit("form[action$='/totp/confirm']", url.Values{"code": {code}})
	if p.URL.Path != "/account/security" {
		s.t.Fatalf("set up an authenticator app: %s", p.Text())
	}
	if p = p.Submit("form[action='/account/security/recovery-codes']", nil); p.Status != http.StatusOK || p.Find("code, li").Length() < 10 {
		s.t.Errorf("recovery codes: %d %s", p.Status, p.Text())
	}
	const key = `INSERT INTO passkeys (id, person_id, name, credential, created_at) VALUES ('stage', ?, 'Phone', '{}', ?)`
	if err := server.DB.Conn(s.t.Context()).Exec(key, s.person(whole).ID, server.Now()).Error; err != nil {
		s.t.Fatal(err)
	}
	for route, path := range map[string]string{"totp.remove_page": "totp/remove", "passkey.remove_page": "passkeys/stage/remove", "recovery.create_page": "recovery-codes"} {
		s.add(route, "", whole, "/account/security/"+path)
	}
	s.add("admin.person.factors_page", "", "admin@example.org", "/admin/people/"+s.person(whole).ID+"/factors/remove")
	s.add("security.show", "factor", whole, "/account/security")
	s.add("confirm.show", "factor", whole, "/account/security/confirm")
	second := server.Browser(s.t)
	p = second.Get("/login").Submit("form[action^='/login']", url.Values{"email": {whole}, "password": {apptest.Password}})
	s.in(second, "login.factor_page", "", p.URL.RequestURI())
}

func (s *stage) buying() {
	const buyer = "new@example.org"
	b := s.as(buyer)
	p := b.Get("/courses/"+slug).Submit("form[action='/courses/"+slug+"/enroll']", nil)
	s.add("checkout.show", "", buyer, p.URL.Path)
	s.add("checkout.return", "open", buyer, p.URL.Path+"/return")
	accept := url.Values{}
	for i := range p.Find("input[name=policies]").Length() {
		accept.Add("policies", p.Find("input[name=policies]").Eq(i).AttrOr("value", ""))
	}
	s.in(b, "sandbox.show", "", p.Submit("form[action^='/checkout/']", accept).URL.Path)
	order := func(email string) payment.Order {
		list := must[[]payment.Order](s.t)(server.Payments.ByPerson(s.t.Context(), s.person(email).ID))
		if len(list) == 0 {
			s.t.Fatalf("%s has no order", email)
		}
		return list[0]
	}
	for state, email := range map[string]string{"paid": "certified@example.org", "refunded": "refunded@example.org"} {
		s.add("order.list", state, email, "/orders")
		s.add("order.show", state, email, "/orders/"+order(email).Number)
		s.add("admin.order.show", state, "admin@example.org", "/admin/orders/"+order(email).Number)
		s.add("checkout.return", state, email, "/checkout/"+order(email).Number+"/return")
	}
	s.undecided(order("priya.raghunathan@example.com"))
	s.add("order.list", "none", "hannah.osei@example.net", "/orders")
	s.add("admin.order.refund.new", "", "admin@example.org", "/admin/orders/"+order("ready@example.org").Number+"/refund")
	s.add("admin.order.show", "open", "admin@example.org", "/admin/orders/"+order(buyer).Number)
}

// undecided refunds an order as the provider would in Stripe's own dashboard:
// then nobody has said yet what becomes of its certificate. The buyer's bank
// disputes it as well.
func (s *stage) undecided(o payment.Order) {
	s.stripe("charge.refunded", map[string]any{"id": "ch_dashboard", "object": "charge", "amount": o.AmountCents, "amount_refunded": o.AmountCents,
		"currency": strings.ToLower(o.Currency), "livemode": false, "payment_intent": o.PaymentIntent, "metadata": map[string]any{"order_id": o.ID}})
	s.stripe("charge.dispute.created", map[string]any{"id": "dp_stage", "object": "dispute", "amount": o.AmountCents,
		"currency": strings.ToLower(o.Currency), "livemode": false, "payment_intent": o.PaymentIntent, "reason": "fraudulent", "status": "needs_response"})
	s.add("admin.order.show", "attention", "admin@example.org", "/admin/orders/"+o.Number)
	s.add("admin.order.certificate.new", "", "admin@example.org", "/admin/orders/"+o.Number+"/certificate")
}

// stripe tells the webhook an event.
func (s *stage) stripe(kind string, object map[string]any) {
	s.t.Helper()
	body := must[[]byte](s.t)(json.Marshal(map[string]any{
		"id": "evt_" + kind, "object": "event", "api_version": "2023-10-16", "created": time.Now().Unix(), "type": kind, "livemode": false,
		"data": map[string]any{"object": object},
	}))
	if err := server.Payments.Webhook(s.t.Context(), body, stripesandbox.Sign("whsec_sandbox", body, time.Now())); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) learning() {
	ed := edition(s.t)
	const half, done = "therapist@example.org", "certified@example.org"
	s.add("learn.list", "", half, "/learn")
	s.add("learn.list", "certified", done, "/learn")
	s.add("learn.list", "empty", "new@example.org", "/learn")
	for state, email := range map[string]string{"half": half, "certified": done, "ready": "ready@example.org", "waiting": "waiting@example.org", "failed": "failed-once@example.org"} {
		s.add("learn.show", state, email, "/learn/"+slug)
	}
	s.add("learn.disclosure", "acknowledged", half, "/learn/"+slug+"/disclosure")
	fresh := s.learner("begun.pages@example.org", "Begun Pages", 0)
	s.in(fresh, "learn.disclosure", "open", "/learn/"+slug+"/disclosure")
	s.in(fresh, "learn.show", "begun", "/learn/"+slug)
	for i, l := range ed.RequiredLessons() {
		s.same("lesson.show", strconv.Itoa(i+1), half, "/learn/"+slug+"/lessons/"+l.Slug)
	}
	s.add("lesson.show", "certified", done, "/learn/"+slug+"/lessons/"+ed.RequiredLessons()[0].Slug)
	for _, f := range ed.Course.Figures {
		s.same("figure.show", f.ID, half, "/learn/"+slug+"/figures/"+f.ID)
	}
	for _, m := range ed.Course.Modules {
		s.same("check.show", m.ID, half, "/learn/"+slug+"/checks/"+m.ID)
		s.same("check.show", m.ID+"-answered", "ready@example.org", "/learn/"+slug+"/checks/"+m.ID)
	}
	s.add("evaluation.show", "open", "nearly-done@example.org", "/learn/"+slug+"/evaluation")
	s.add("evaluation.show", "sent", done, "/learn/"+slug+"/evaluation")
	s.as(half).Get("/learn/"+slug+"/lessons/"+ed.RequiredLessons()[0].Slug).Submit("form[action$='/note']", url.Values{"note": {"Ask about the second trial.\nWrite the dose down."}})
	s.add("note.list", "", half, "/learn/"+slug+"/notes")
	s.add("note.list", "empty", "waiting@example.org", "/learn/"+slug+"/notes")
	s.add("glossary.show", "", half, "/learn/"+slug+"/glossary")
	s.add("glossary.show", "empty", done, "/learn/"+short+"/glossary")
	s.add("learn.show", "free", done, "/learn/"+short)
}

// learner makes a person who has finished so many lessons, and with the last of
// them all checks, by the services.
func (s *stage) learner(email, name string, lessons int) *apptest.Browser {
	learner(s.t, email, name, lessons)
	return s.as(email)
}

func learner(t testing.TB, email, name string, lessons int) enrollment.Enrollment {
	t.Helper()
	ctx, ed := t.Context(), edition(t)
	p := must[account.Person](t)(server.Accounts.Create(ctx, account.NewPerson{Email: email, Name: name, Password: apptest.Password, Published: true,
		TimeZone: "America/New_York", Roles: []account.Role{account.Therapist}}))
	e := must[enrollment.Enrollment](t)(server.Enrollments.Enroll(ctx, enrollment.NewEnrollment{PersonID: p.ID, EditionID: ed.ID, Source: "admin"}))
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	if lessons > 0 {
		check(server.Enrollments.AcknowledgeDisclosure(ctx, e))
	}
	for i, l := range ed.RequiredLessons() {
		if i < lessons {
			check(server.Enrollments.FinishLesson(ctx, e, l.ID))
		}
	}
	for _, m := range ed.Course.Modules {
		for _, q := range ed.Check(m.ID) {
			if lessons >= len(ed.RequiredLessons()) {
				must[enrollment.CheckAnswer](t)(server.Enrollments.SaveCheckAnswer(ctx, e, q.ID, solution(q)))
			}
		}
	}
	return e
}

func (s *stage) exams() {
	for state, email := range map[string]string{"ready": "ready@example.org", "failed": "failed-once@example.org", "waiting": "waiting@example.org", "passed": "certified@example.org", "out": "terrence.blackwood@example.com"} {
		s.add("exam.show", state, email, "/learn/"+slug+"/exam")
		e := s.enrollment(email, slug)
		s.add("admin.exam.show", state, "admin@example.org", "/admin/exams/"+e.ID)
		if last, ok := must[exam.Overview](s.t)(server.Exams.Overview(s.t.Context(), e)).Last(); ok {
			s.add("exam.result", state, email, "/learn/"+slug+"/exam/"+last.ID+"/result")
		}
	}
	s.add("exam.show", "closed", "therapist@example.org", "/learn/"+slug+"/exam")
	b := s.learner("sitting.pages@example.org", "Sitting Pages", 20)
	e := s.enrollment("sitting.pages@example.org", slug)
	a := must[exam.Attempt](s.t)(server.Exams.Begin(s.t.Context(), exam.Beginning{PersonID: e.PersonID, EnrollmentID: e.ID, LegalName: "Sitting Pages", Attested: true}))
	base := "/learn/" + slug + "/exam"
	s.in(b, "exam.show", "open", base)
	kinds := map[question.Kind]bool{}
	for _, i := range must[exam.Sitting](s.t)(server.Exams.Sitting(s.t.Context(), e.PersonID, a.ID)).Items {
		if !kinds[i.Question.Kind] {
			kinds[i.Question.Kind] = true
			s.in(b, "exam.question", string(i.Question.Kind), base+"/"+a.ID+"?q="+strconv.Itoa(i.Position))
		}
	}
	s.in(b, "exam.review", "", base+"/"+a.ID+"/review")
	s.add("admin.exam.show", "open", "admin@example.org", "/admin/exams/"+e.ID)

	const teacher = "instructor@example.org"
	s.add("grading.list", "", teacher, "/teach/grading")
	q := must[exam.Queue](s.t)(server.Exams.Queue(s.t.Context(), s.person(teacher).ID, exam.QueueFilter{Limit: 1}))
	if len(q.Waiting) == 0 {
		s.t.Fatal("no short answer waits in the demonstration")
	}
	s.add("grading.show", "", teacher, "/teach/grading/"+q.Waiting[0].ItemID)
	s.add("grading.list", "graded", teacher, "/teach/grading?state=graded")
	q = must[exam.Queue](s.t)(server.Exams.Queue(s.t.Context(), s.person(teacher).ID, exam.QueueFilter{Graded: true, Limit: 1}))
	s.add("grading.show", "graded", teacher, "/teach/grading/"+q.Waiting[0].ItemID)
	s.add("signoff.show", "", teacher, "/teach/"+slug+"/signoff")
	ed := edition(s.t)
	err := server.Courses.RecordSignoff(s.t.Context(), ed.ID, course.SignedOff{SignoffID: "legal", Name: "Ada Rivera", License: "Bar 1, Oregon",
		On: server.Now().AddDate(0, 0, -2).Format(time.DateOnly), HashSeen: ed.Hash, Lessons: []string{"m6-l1"}}, "test")
	if err != nil {
		s.t.Fatal(err)
	}
	s.add("signoff.retract_page", "", teacher, "/teach/"+slug+"/signoff/"+edition(s.t).Overlays.Signoffs[0].ID+"/retract")
	s.add("signoff.show", "medical", "admin@example.org", "/teach/"+slug+"/signoff?review=medical")
}

func (s *stage) certificates() {
	const holder, admin = "certified@example.org", "admin@example.org"
	s.add("certificate.list", "", holder, "/certificates")
	s.add("certificate.list", "empty", "new@example.org", "/certificates")
	s.add("verify.new", "", "", "/verify")
	s.refused("verify.show", "unknown", "", "/verify/7K2M-Q9XD-4T8RB", http.StatusNotFound)
	for _, state := range []certificate.State{certificate.Issued, certificate.Revoked, certificate.Superseded} {
		page, err := server.Certificates.List(s.t.Context(), certificate.Filter{State: state, Limit: 100})
		// Those of people whom other tests register have another password.
		list := slices.DeleteFunc(page.Certificates, func(c certificate.Certificate) bool { return strings.HasSuffix(s.mailOf(c.PersonID), "@"+walkers) })
		if err != nil || len(list) == 0 {
			s.t.Fatalf("no certificate is %s: %v", state, err)
		}
		number, name := list[0].Number, string(state)
		s.add("verify.show", name, "", "/verify/"+number)
		s.add("admin.certificate.show", name, admin, "/admin/certificates/"+number)
		s.add("certificate.show", name, s.mailOf(list[0].PersonID), "/certificates/"+number)
		if state == certificate.Issued {
			s.add("certificate.show", "admin", admin, "/certificates/"+number)
			s.add("admin.certificate.revoke.new", "", admin, "/admin/certificates/"+number+"/revoke")
			s.add("admin.certificate.replace.new", "", admin, "/admin/certificates/"+number+"/replace")
		}
	}
}

func (s *stage) mailOf(personID string) string {
	return must[account.Person](s.t)(server.Accounts.Get(s.t.Context(), personID)).Email
}

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
	for state, email := range map[string]string{"active": "therapist@example.org", "completed": "certified@example.org", "refunded": "refunded@example.org", "withdrawn": "chloe.dubois@example.net"} {
		s.add("admin.enrollment.show", state, admin, "/admin/enrollments/"+s.enrollment(email, slug).ID)
	}
	active := "/admin/enrollments/" + s.enrollment("therapist@example.org", slug).ID
	s.add("admin.enrollment.extend_page", "", admin, active+"/extend")
	s.add("admin.enrollment.withdraw_page", "", admin, active+"/withdraw")
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

// solution answers a question rightly.
func solution(q *question.Question) question.Response {
	var r question.Response
	for _, o := range q.Options {
		if o.Correct {
			r.Choices = append(r.Choices, o.ID)
		}
	}
	if q.Kind == question.Matching {
		r.Pairs = map[string]string{}
		for _, l := range q.Left {
			r.Pairs[l.ID] = l.Match
		}
	}
	if q.Answer != nil {
		r.Order = q.Answer.Order
		if q.Answer.Numeric != nil {
			r.Number = q.Answer.Numeric.Value
		}
	}
	r.Text = q.Model
	return r
}
