package checkout_test

import (
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/stripesandbox"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestBuyingAsAPersonDoes(t *testing.T) {
	w := newWorld(t)
	w.want(w.get("p1", "/orders"), 200, "No orders yet", "/courses")
	path := w.ordered("p1")
	w.to(w.post("p1", "/courses/intro/enroll"), path) // a second click
	w.want(w.get("p1", path), 200, "Appraising combined treatment", "$149.00", "Clinic for continuing education",
		`value="refunds@2"`, "Read version 2", `href="/policies/refunds?version=2"`, "Pay $149.00")

	// Nothing accepted, one of two accepted: the page again, what was ticked stays.
	w.want(w.post("p1", path), 422, "There is a problem", `href="#f-policies"`, "accept every policy")
	a := w.want(w.post("p1", path, "policies", "refunds@2"), 422, `value="refunds@2" required checked`)
	if strings.Contains(a.body, `value="privacy@1" required checked`) {
		t.Error("the box that was not ticked is ticked")
	}
	w.want(w.post("p1", path, "policies", "refunds@1", "policies", "privacy@1"), 422)

	page := w.to(w.post("p1", path, "policies", "refunds@2", "policies", "privacy@1"), "/sandbox/stripe/cs_test_[a-z0-9]+")
	w.want(w.get("p1", path+"?canceled=yes"), 200, "You were not charged", "Only the payment is left")
	w.to(w.post("p1", path), page)
	if to := w.post("p1", path).header.Get("Location"); to != page {
		t.Errorf("under demo %q must stay on the host that the browser uses", to)
	}
	w.want(w.get("", page), 200, "Test payments; no real money", "Pay $149.00", "p1@example.org")
	w.want(w.post("", page, "action", "decline"), 422, "Your card was declined")
	w.want(w.post("", page, "action", "steal", "delivery", "once"), 422, "Choose what happens")
	w.to(w.post("", page, "action", "abandon"), regexp.QuoteMeta(path+"?canceled=yes"))
	w.to(w.post("", page, "action", "pay", "delivery", "late"), path+"/return")
	w.want(w.get("", page), 200, "This page has been used")
	w.want(w.post("", page, "action", "pay", "delivery", "once"), 409, "has been used or has expired")

	a = w.want(w.get("p1", path+"/return"), 200, "being confirmed")
	if strings.Contains(a.body, "enrolled</h1>") || a.header.Get("Refresh") != "3" {
		t.Error("the return page grants nothing, and looks again by itself")
	}
	w.want(w.get("p1", "/orders"), 200, "Not paid yet", `href="`+path+`"`)
	w.at = w.at.Add(time.Hour)
	if a = w.get("p1", path+"/return"); a.header.Get("Refresh") != "60" {
		t.Errorf("after an hour it looks every %s seconds", a.header.Get("Refresh"))
	}
	w.drain()
	a = w.want(w.get("p1", path+"/return"), 200, "You are enrolled", `href="/learn/intro"`)
	if a.header.Get("Refresh") != "" {
		t.Error("a confirmed page needs no refresh")
	}
	order := strings.Replace(path, "checkout", "orders", 1)
	w.to(w.get("p1", path), order)
	w.to(w.post("p1", path, "policies", "refunds@2"), path+"/return")
	w.want(w.get("p1", "/orders"), 200, "Paid", `href="`+order+`"`)
	w.to(w.post("p1", "/courses/intro/enroll"), "/learn/intro")
}

func TestAnOrderThatNobodyNeedsToPay(t *testing.T) {
	w := newWorld(t)
	path := w.ordered("p1")
	order := strings.Replace(path, "checkout", "orders", 1)
	w.want(w.get("p1", order), 200, "Go on to pay")
	w.pay.Gateway = nil
	if a := w.want(w.get("p1", order), 200, "cannot take payments"); strings.Contains(a.body, "Go on to pay") {
		t.Error("it leads to where nothing can be paid")
	}
	w = newWorld(t)
	path = w.ordered("p1")
	order = strings.Replace(path, "checkout", "orders", 1)
	_, err := w.pay.Enrollments.Enroll(t.Context(), enrollment.NewEnrollment{PersonID: "p1", EditionID: "e-intro", Source: "admin"})
	w.must(err)
	w.to(w.get("p1", path), order)
	if a := w.want(w.get("p1", order), 200, "nothing to pay", `href="/learn/intro"`); strings.Contains(a.body, "Go on to pay") {
		t.Error("it asks to pay for what they have")
	}
}

func TestFreeCourseBeginsAtOnce(t *testing.T) {
	w := newWorld(t)
	for range 2 {
		w.to(w.post("p1", "/courses/free/enroll", "policies", "refunds@2", "policies", "privacy@1"), "/learn/free")
	}
	// The policies changed while the page was open.
	w.to(w.post("p2", "/courses/free/enroll", "policies", "refunds@1", "policies", "privacy@1"), "/courses/free#enroll")
	w.want(w.post("p1", "/courses/none/enroll"), 404)
	w.want(w.post("p1", "/courses/%2e%2e%2fx/enroll"), 404)
	p := w.people["p1"]
	p.EmailConfirmedAt = nil
	w.people["p1"] = p
	w.want(w.post("p1", "/courses/intro/enroll"), 409, "confirm your email address")
}

func TestOthersOrdersDoNotExist(t *testing.T) {
	w := newWorld(t)
	n := w.bought("p1")
	for _, path := range []string{"/checkout/" + n, "/checkout/" + n + "/return", "/orders/" + n} {
		w.want(w.get("p2", path), 404)
		w.want(w.get("admin", path), 404)
		w.want(w.get("p2", strings.Replace(path, n, "4F7QK-9M2XT", 1)), 404)
		w.to(w.get("", path), "/login\\?next=.*")
	}
	w.want(w.post("p2", "/checkout/"+n, "policies", "refunds@2"), 404)
	for _, path := range []string{"/admin/orders", "/admin/orders/" + n, "/admin/orders/" + n + "/refund", "/admin/orders/" + n + "/certificate"} {
		w.want(w.get("p1", path), 403)
	}
	for _, path := range []string{"refund", "seen", "certificate"} {
		w.want(w.post("p1", "/admin/orders/"+n+"/"+path), 403)
		w.want(w.post("admin", "/admin/orders/none/"+path, "reason", "x"), 404)
	}
	w.want(w.get("p1", "/sandbox/stripe/cs_test_none"), 404)
}

func TestEndingsOfAPayment(t *testing.T) {
	w := newWorld(t)
	for action, says := range map[string]string{"bounce": "Your bank refused it", "expire": "ran out of time"} {
		path := w.ordered("p1")
		page := w.to(w.post("p1", path, "policies", "refunds@2", "policies", "privacy@1"), "/sandbox/.*")
		w.want(w.post("", page, "action", action, "delivery", "once"), 303)
		w.at = w.at.Add(time.Minute)
		w.drain()
		w.want(w.get("p1", path+"/return"), 200, "did not go through", says)
		w.want(w.get("p1", path), 200, "ended without a payment", `href="/courses/intro"`)
		w.want(w.post("p1", path), 409, "has ended without a payment")
		w.want(w.get("p1", strings.Replace(path, "checkout", "orders", 1)), 200, "You were not charged")
	}
}

func TestPaidWithoutEnrollmentSaysWhatHappens(t *testing.T) {
	w := newWorld(t)
	n := w.bought("p1")
	w.exec(`UPDATE orders SET enrollment_id = NULL`)
	w.want(w.get("p1", "/orders/"+n), 200, "could not enroll you", "send the whole amount back")
	w.want(w.get("p1", "/checkout/"+n+"/return"), 200, "We received your payment", "will refund you")
}

func TestStripeIsDown(t *testing.T) {
	w := newWorld(t)
	path := w.ordered("p1")
	w.down = true
	w.want(w.post("p1", path, "policies", "refunds@2", "policies", "privacy@1"), 503, "There is a problem", "Nothing was charged", "Pay $149.00")
}

func TestReceiptIsGolden(t *testing.T) {
	w := newWorld(t)
	n := w.bought("p2")
	a := w.want(w.get("p2", "/orders/"+n), 200)
	body := a.body[strings.Index(a.body, "<main"):strings.Index(a.body, "</main>")]
	body = strings.ReplaceAll(body, n, "NUMBER")
	body = regexp.MustCompile(`pi_[a-z0-9]+`).ReplaceAllString(body, "pi_ID")
	file := filepath.Join("testdata", "receipt.html")
	if *update {
		w.must(os.WriteFile(file, []byte(body), 0o600))
	}
	want, err := os.ReadFile(file)
	w.must(err)
	if body != string(want) {
		t.Errorf("the receipt changed; run with -update and read the difference\n%s", body)
	}
}

func TestWebhookDoor(t *testing.T) {
	w := newWorld(t)
	send := func(body, signature string) int {
		r := httptest.NewRequest(http.MethodPost, "/webhooks/stripe", strings.NewReader(body))
		r.Header.Set("Stripe-Signature", signature)
		r.Header.Set("Sec-Fetch-Site", "cross-site") // a signed event needs no origin
		return w.do("", r).status
	}
	event := `{"id":"evt_1","api_version":"2023-10-16","type":"customer.created","data":{"object":{}}}`
	huge := strings.Repeat("x", 65<<10)
	for _, tt := range []struct {
		name, body, signature string
		status                int
	}{
		{"an event that is not for us", event, stripesandbox.Sign(webhookSecret, []byte(event), time.Now()), 200},
		{"not signed", event, "", 400},
		{"signed by somebody else", event, stripesandbox.Sign("whsec_other", []byte(event), time.Now()), 400},
		{"too large", huge, stripesandbox.Sign(webhookSecret, []byte(huge), time.Now()), 413},
		{"another API version", `{"id":"evt_2"}`, stripesandbox.Sign(webhookSecret, []byte(`{"id":"evt_2"}`), time.Now()), 500},
	} {
		if got := send(tt.body, tt.signature); got != tt.status {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.status)
		}
	}
	// Every other form of the area is refused from another site.
	r := httptest.NewRequest(http.MethodPost, "/courses/free/enroll", nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w.want(w.do("p1", r), 403)
}
