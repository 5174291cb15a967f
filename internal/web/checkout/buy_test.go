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
	w.Get("p1", "/orders").Is(200, "No orders yet", "/courses")
	path := w.ordered("p1")
	w.to(w.Post("p1", "/courses/intro/enroll"), path) // a second click
	w.Get("p1", path).Is(200, "Appraising combined treatment", "$149.00", "Clinic for continuing education<br>1 Example Street, Springfield<br>EIN 12-3456789",
		`value="refunds@2"`, "Read version 2", `href="/policies/refunds?version=2"`, "Pay $149.00")

	// Nothing accepted, one of two accepted: the page again, what was ticked stays.
	w.Post("p1", path).Is(422, "There is a problem", `href="#f-policies"`, "accept every policy")
	a := w.Post("p1", path, "policies", "refunds@2").Is(422, `value="refunds@2" required checked`)
	if strings.Contains(a.Body, `value="privacy@1" required checked`) {
		t.Error("the box that was not ticked is ticked")
	}
	w.Post("p1", path, "policies", "refunds@1", "policies", "privacy@1").Is(422)

	page := w.to(w.Post("p1", path, "policies", "refunds@2", "policies", "privacy@1"), "/sandbox/stripe/cs_test_[a-z0-9]+")
	w.Get("p1", path+"?canceled=yes").Is(200, "You were not charged", "Only the payment is left")
	w.to(w.Post("p1", path), page)
	if to := w.Post("p1", path).Header.Get("Location"); to != page {
		t.Errorf("under demo %q must stay on the host that the browser uses", to)
	}
	w.Get("", page).Is(200, "Test payments; no real money", "Pay $149.00", "p1@example.org")
	w.Post("", page, "action", "decline").Is(422, "Your card was declined")
	w.Post("", page, "action", "steal", "delivery", "once").Is(422, "Choose what happens")
	w.to(w.Post("", page, "action", "abandon"), regexp.QuoteMeta(path+"?canceled=yes"))
	w.to(w.Post("", page, "action", "pay", "delivery", "late"), path+"/return")
	w.Get("", page).Is(200, "This page has been used")
	w.Post("", page, "action", "pay", "delivery", "once").Is(409, "has been used or has expired")

	a = w.Get("p1", path+"/return").Is(200, "being confirmed")
	if strings.Contains(a.Body, "enrolled</h1>") || a.Header.Get("Refresh") != "3" {
		t.Error("the return page grants nothing, and looks again by itself")
	}
	order := strings.Replace(path, "checkout", "orders", 1)
	w.Get("p1", "/orders").Is(200, "Being confirmed", `href="`+order+`"`)
	w.Get("p1", order).Is(200, "do not pay again", "I did not pay")
	w.Get("p1", path).Is(200, "has not confirmed your payment yet")
	w.at = w.at.Add(time.Hour)
	if a = w.Get("p1", path+"/return"); a.Header.Get("Refresh") != "60" {
		t.Errorf("after an hour it looks every %s seconds", a.Header.Get("Refresh"))
	}
	w.drain()
	a = w.Get("p1", path+"/return").Is(200, "You are enrolled", `href="/learn/intro"`)
	if a.Header.Get("Refresh") != "" {
		t.Error("a confirmed page needs no refresh")
	}
	w.to(w.Get("p1", path), order)
	w.to(w.Post("p1", path, "policies", "refunds@2"), path+"/return")
	w.Get("p1", "/orders").Is(200, "Paid", `href="`+order+`"`)
	w.to(w.Post("p1", "/courses/intro/enroll"), "/learn/intro")
}

func TestAnOrderIsCanceled(t *testing.T) {
	w := newWorld(t)
	path := w.ordered("p1")
	order := strings.Replace(path, "checkout", "orders", 1)
	for _, page := range []string{path, order} {
		w.Get("p1", page).Is(200, `action="`+order+`/cancel"`)
	}
	page := w.to(w.Post("p1", path, "policies", "refunds@2", "policies", "privacy@1"), "/sandbox/stripe/cs_test_[a-z0-9]+")
	w.down = true
	w.Post("p1", order+"/cancel").Says(order, "checkout.later")
	w.Get("p1", order).Is(200, "Not paid yet")
	w.down = false
	w.Post("p2", order+"/cancel").Is(404)
	for range 2 {
		w.Post("p1", order+"/cancel").Says(order, "checkout.canceled")
		w.Get("p1", order).Is(200, "Ended unpaid", "start again")
	}
	w.Post("", page, "action", "pay", "delivery", "once").Is(409)

	path = w.ordered("p1")
	order = strings.Replace(path, "checkout", "orders", 1)
	page = w.to(w.Post("p1", path, "policies", "refunds@2", "policies", "privacy@1"), "/sandbox/stripe/cs_test_[a-z0-9]+")
	w.to(w.Post("", page, "action", "pay", "delivery", "late"), path+"/return")
	w.to(w.Post("p1", order+"/cancel"), order)
	w.Get("p1", order).Is(200, "Paid", "Go to the course")
}

func TestAnOrderThatNobodyNeedsToPay(t *testing.T) {
	w := newWorld(t)
	path := w.ordered("p1")
	order := strings.Replace(path, "checkout", "orders", 1)
	w.Get("p1", order).Is(200, "Go on to pay")
	w.pay.Gateway = nil
	if a := w.Get("p1", order).Is(200, "cannot take payments"); strings.Contains(a.Body, "Go on to pay") {
		t.Error("it leads to where nothing can be paid")
	}
	w = newWorld(t)
	path = w.ordered("p1")
	order = strings.Replace(path, "checkout", "orders", 1)
	_, err := w.pay.Enrollments.Enroll(t.Context(), enrollment.NewEnrollment{PersonID: "p1", EditionID: "e-intro", Source: "admin"})
	w.must(err)
	w.to(w.Get("p1", path), order)
	if a := w.Get("p1", order).Is(200, "nothing to pay", `href="/learn/intro"`); strings.Contains(a.Body, "Go on to pay") {
		t.Error("it asks to pay for what they have")
	}
}

func TestWhoWorksOnTheCourseIsToldBeforeTheyPay(t *testing.T) {
	w := newWorld(t)
	path := w.ordered("p1")
	const told = "You work on this course, or did"
	if a := w.Get("p1", path).Is(200, "Pay $149.00"); strings.Contains(a.Body, told) {
		t.Error("a learner is told that they work on the course")
	}
	w.works = "p1"
	w.Get("p1", path).Is(200, told, "Pay $149.00")
}

func TestFreeCourseBeginsAtOnce(t *testing.T) {
	w := newWorld(t)
	for range 2 {
		w.to(w.Post("p1", "/courses/free/enroll", "policies", "refunds@2", "policies", "privacy@1"), "/learn/free")
	}
	// The policies changed while the page was open.
	w.to(w.Post("p2", "/courses/free/enroll", "policies", "refunds@1", "policies", "privacy@1"), "/courses/free#enroll")
	w.Post("p1", "/courses/none/enroll").Is(404)
	w.Post("p1", "/courses/%2e%2e%2fx/enroll").Is(404)
	p := w.people["p1"]
	p.EmailConfirmedAt = nil
	w.people["p1"] = p
	w.Post("p1", "/courses/intro/enroll").Is(409, "confirm your email address")
}

func TestOthersOrdersDoNotExist(t *testing.T) {
	w := newWorld(t)
	n := w.bought("p1")
	for _, path := range []string{"/checkout/" + n, "/checkout/" + n + "/return", "/orders/" + n} {
		w.Get("p2", path).Is(404)
		w.Get("admin", path).Is(404)
		w.Get("p2", strings.Replace(path, n, "4F7QK-9M2XT", 1)).Is(404)
		w.to(w.Get("", path), "/login\\?next=.*")
	}
	w.Post("p2", "/checkout/"+n, "policies", "refunds@2").Is(404)
	for _, path := range []string{"/admin/orders", "/admin/orders/" + n, "/admin/orders/" + n + "/refund", "/admin/orders/" + n + "/certificate"} {
		w.Get("p1", path).Is(403)
	}
	for _, path := range []string{"refund", "seen", "certificate"} {
		w.Post("p1", "/admin/orders/"+n+"/"+path).Is(403)
		w.Post("admin", "/admin/orders/none/"+path, "reason", "x").Is(404)
	}
	w.Get("p1", "/sandbox/stripe/cs_test_none").Is(404)
}

func TestEndingsOfAPayment(t *testing.T) {
	w := newWorld(t)
	for action, says := range map[string]string{"bounce": "Your bank refused it", "expire": "ran out of time"} {
		path := w.ordered("p1")
		page := w.to(w.Post("p1", path, "policies", "refunds@2", "policies", "privacy@1"), "/sandbox/.*")
		w.Post("", page, "action", action, "delivery", "once").Is(303)
		w.at = w.at.Add(time.Minute)
		w.drain()
		w.Get("p1", path+"/return").Is(200, "did not go through", says)
		w.Get("p1", path).Is(200, "ended without a payment", `href="/courses/intro"`)
		w.Post("p1", path).Is(409, "has ended without a payment")
		w.Get("p1", strings.Replace(path, "checkout", "orders", 1)).Is(200, "You were not charged")
	}
}

func TestPaidWithoutEnrollmentSaysWhatHappens(t *testing.T) {
	w := newWorld(t)
	n := w.bought("p1")
	w.exec(`UPDATE orders SET enrollment_id = NULL`)
	w.Get("p1", "/orders/"+n).Is(200, "could not enroll you", "send the whole amount back")
	w.Get("p1", "/checkout/"+n+"/return").Is(200, "We received your payment", "will refund you")
	w.Get("admin", "/admin/orders/"+n+"/refund").Is(200, "This order enrolled nobody")
}

func TestStripeIsDown(t *testing.T) {
	w := newWorld(t)
	path := w.ordered("p1")
	w.down = true
	w.Post("p1", path, "policies", "refunds@2", "policies", "privacy@1").Is(503, "There is a problem", "Nothing was charged", "Pay $149.00")
}

func TestReceiptIsGolden(t *testing.T) {
	w := newWorld(t)
	n := w.bought("p2")
	a := w.Get("p2", "/orders/"+n).Is(200)
	body := a.Body[strings.Index(a.Body, "<main"):strings.Index(a.Body, "</main>")]
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
		rec := httptest.NewRecorder()
		w.ServeHTTP(rec, r)
		return rec.Code
	}
	event := `{"id":"evt_1","api_version":"2023-10-16","type":"customer.created","data":{"object":{}}}`
	old, huge := strings.Replace(event, "2023-10-16", "2022-11-15", 1), strings.Repeat("x", 65<<10)
	for _, tt := range []struct {
		name, body, signature string
		status                int
	}{
		{"an event that is not for us", event, stripesandbox.Sign(webhookSecret, []byte(event), time.Now()), 200},
		{"not signed", event, "", 400},
		{"signed by somebody else", event, stripesandbox.Sign("whsec_other", []byte(event), time.Now()), 400},
		{"too large", huge, stripesandbox.Sign(webhookSecret, []byte(huge), time.Now()), 413},
		{"another API version", old, stripesandbox.Sign(webhookSecret, []byte(old), time.Now()), 500},
		{"nonsense", "[]", stripesandbox.Sign(webhookSecret, []byte("[]"), time.Now()), 400},
	} {
		if got := send(tt.body, tt.signature); got != tt.status {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.status)
		}
	}
	// Every other form of the area is refused from another site.
	w.Do("p1", http.MethodPost, "/courses/free/enroll", nil, "Sec-Fetch-Site", "cross-site").Is(403)
}
