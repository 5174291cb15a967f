package e2e

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apptest"
	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/stripesandbox"
	"github.com/atmacena/cocare/internal/support"
)

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
	s.in(b, "learn.list", "unconfirmed", "/learn")
	s.in(b, "email.unconfirmed", "", "/email/unconfirmed?next=/courses")
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
	s.in(b, "recovery.show", "", p.URL.Path)
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
