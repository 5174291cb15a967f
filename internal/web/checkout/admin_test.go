package checkout_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/audit"
)

func TestAdministratorsList(t *testing.T) {
	w := newWorld(t)
	w.Get("admin", "/admin/orders").Is(200, "No orders yet")
	first, second := w.bought("p1"), strings.TrimPrefix(w.ordered("p2"), "/checkout/")
	a := w.Get("admin", "/admin/orders").Is(200, first, second, "$149.00", "Björn &lt;b&gt;Öl&lt;/b&gt;", "Came in, USD", "2 entries")
	if strings.Contains(a.Body, "<b>Öl") {
		t.Error("a name must not become markup")
	}
	for query, want := range map[string]string{"state=paid": first, "state=open": second, "q=ana": first, "q=p2%40": second, "sort=created": first, "sort=-amount": first, "sort=made-up": first, "person=p1": first} {
		w.Get("admin", "/admin/orders?"+query).Is(200, want)
	}
	w.Get("admin", "/admin/orders?state=attention").Is(200, "Nothing matches", "Clear the filter")
	for _, query := range []string{"state=made-up", "after=nonsense", "q=" + strings.Repeat("x", 300)} {
		w.Get("admin", "/admin/orders?"+query).Is(422)
	}
	a = w.Post("admin", "/admin/orders.csv?state=paid").Is(200, "number,state,created_at", first+",paid,2026-11-02T20:00:00Z", "14900,USD")
	if strings.Contains(a.Body, second) || !strings.Contains(a.Header.Get("Content-Disposition"), "orders.csv") {
		t.Errorf("the file holds what the filter shows: %s", a.Body)
	}
	list, err := w.audit.List(t.Context(), audit.Filter{Action: "order.export", Limit: 5})
	w.must(err)
	if len(list) != 1 || list[0].ActorID != "admin" || list[0].ObjectKind != "orders" || list[0].Details["state"] != "paid" {
		t.Errorf("who took a copy of the list is recorded: %+v", list)
	}
	w.stale = true
	w.to(w.Post("admin", "/admin/orders.csv"), "/factor")
	if list, err = w.audit.List(t.Context(), audit.Filter{Action: "order.export", Limit: 5}); err != nil || len(list) != 1 {
		t.Errorf("%d exports recorded, one went through; %v", len(list), err)
	}
}

func TestListTurnsItsPages(t *testing.T) {
	w := newWorld(t)
	n := w.bought("p1")
	for i := range 60 {
		id := "order-" + string(rune('a'+i/26)) + string(rune('a'+i%26))
		w.exec(`INSERT INTO orders (id, number, person_id, course_id, edition_id, slug, state, amount_cents, currency, livemode, buyer_name, buyer_email,
			course_title, provider, created_at, checked_at) VALUES (?, ?, 'p2', 'intro', 'e-intro', 'intro', 'expired', 100, 'USD', ?, 'B', 'b@example.org', 'T', 'P', ?, ?)`,
			id, strings.ToUpper(id), false, w.at, w.at)
	}
	next := regexp.MustCompile(`href="([^"]*after=[^"]*)" rel="next"`)
	a := w.Get("admin", "/admin/orders").Is(200, "50 of 61 shown")
	m := next.FindStringSubmatch(a.Body)
	if m == nil {
		t.Fatal("no next page")
	}
	a = w.Get("admin", strings.ReplaceAll(m[1], "&amp;", "&")).Is(200, "11 of 61 shown", n, `rel="prev"`)
	if next.MatchString(a.Body) {
		t.Error("the last page has no next one")
	}
	prev := regexp.MustCompile(`href="([^"]*before=[^"]*)" rel="prev"`).FindStringSubmatch(a.Body)
	a = w.Get("admin", strings.ReplaceAll(prev[1], "&amp;", "&")).Is(200, "50 of 61 shown", `rel="next"`)
	if strings.Contains(a.Body, `rel="prev"`) {
		t.Error("the first page has no previous one")
	}
}

func TestAdministratorRefunds(t *testing.T) {
	w := newWorld(t)
	n := w.bought("p1")
	path := "/admin/orders/" + n
	w.Get("admin", path).Is(200, "Refund …", "<strong>Order paid</strong>", `<ol reversed start="`, "The system", "checkout.session.completed", "Accepted", "version 2")
	w.certificate = "7Q2K-9XVT"
	w.Get("admin", path+"/refund").Is(200, "$149.00 goes back to Ana Ruiz", "Certificate 7Q2K-9XVT</h2>", "It stays valid", "No client information")
	w.Post("admin", path+"/refund", "certificate", "keep").Is(422, "Say why the money goes back", `value="keep" checked`)
	w.Post("admin", path+"/refund", "reason", "Asked <for> it").Is(422, "Say whether it stays valid", "Asked &lt;for&gt; it")
	w.stale = true
	w.to(w.Get("admin", path+"/refund"), "/factor")
	w.to(w.Post("admin", path+"/refund", "reason", "x", "certificate", "keep"), "/factor")
	w.stale = false
	w.to(w.Post("admin", path+"/refund", "reason", "Asked for it", "certificate", "revoke"), path)
	if a := w.Get("admin", path).Is(200, "Being refunded", "Under way", "looks again by itself"); a.Header.Get("Refresh") != "3" {
		t.Error("the page must look again by itself")
	}
	w.at = w.at.Add(time.Hour)
	if a := w.Get("admin", path); a.Header.Get("Refresh") != "60" {
		t.Errorf("after an hour it looks every %s seconds", a.Header.Get("Refresh"))
	}
	w.Get("p1", "/orders/"+n).Is(200, "The refund was asked for")
	w.Get("p1", "/checkout/"+n+"/return").Is(200, "is being refunded")
	w.to(w.Post("admin", path+"/refund", "reason", "again", "certificate", "revoke"), path)
	w.Post("admin", path+"/refund", "reason", "again", "certificate", "keep").Is(409, "decided already that the certificate is revoked")
	w.drain()
	w.Get("admin", path).Is(200, "Sent back", "Asked for it", "Ada Admin", "Refund asked for", "<strong>Order refunded</strong>", "Revoked")
	w.to(w.Get("admin", path+"/refund"), path)
	w.Get("p1", "/orders/"+n).Is(200, "Refunded", "$149.00 on November 2, 2026")
	if w.certificate != "" {
		t.Error("the certificate should be revoked")
	}
	w.Post("admin", "/admin/orders.csv").Is(200, ",refunded,")
}

func TestWhoAskedForARefund(t *testing.T) {
	w := newWorld(t)
	n := w.bought("p1")
	w.must(w.pay.Refund(audit.WithActor(t.Context(), audit.Actor{PersonID: audit.CommandLine}), w.orderID(n), "Asked for it", ""))
	w.Get("admin", "/admin/orders/"+n).Is(200, "Under way", "Refund asked for", `>The command line</span>`)
	w.exec(`UPDATE refunds SET requested_by = 'gone'`)
	w.Get("admin", "/admin/orders/"+n).Is(200, "an account that is gone")
	w.exec(`UPDATE refunds SET requested_by = ''`)
	w.Get("admin", "/admin/orders/"+n).Is(200, "in Stripe’s dashboard")
}

func TestAttentionAndUndecidedCertificate(t *testing.T) {
	w := newWorld(t)
	n := w.bought("p1")
	path := "/admin/orders/" + n
	order := w.orderID(n)
	for id, text := range map[string]string{"a1": "Look at this.", "a2": "And at <that>."} {
		w.exec(`INSERT INTO order_alerts (id, order_id, kind, ref, text, raised_at) VALUES (?, ?, 'dispute', ?, ?, ?)`, id, order, id, text, w.at)
	}
	w.Get("admin", "/admin/orders?state=attention&sort=amount").Is(200, n, "Needs attention", `name="sort" value="amount"`)
	w.Post("admin", "/admin/orders.csv?state=attention").Is(200, "Look at this. And at <that>.")
	w.Get("admin", path).Is(200, "Look at this.", "And at &lt;that&gt;.", "I have dealt with it", `value="a1"`)
	for range 2 { // a page that is open twice
		w.to(w.Post("admin", path+"/seen", "alert", "a1"), path)
	}
	if a := w.Get("admin", path).Is(200, "And at &lt;that&gt;.", "dealt with"); strings.Contains(a.Body, `value="a1"`) {
		t.Error("what was dealt with is still asked for")
	}
	w.Post("admin", path+"/seen").Is(404)
	w.Post("admin", path+"/seen", "alert", "none").Is(404)
	w.to(w.Post("admin", path+"/seen", "alert", "a2"), path)
	w.Get("admin", "/admin/orders?state=attention").Is(200, "Nothing matches", "Clear the filter")

	w.to(w.Post("admin", path+"/refund", "reason", "Asked for it"), path)
	w.certificate = "7Q2K-9XVT"
	w.drain()
	// The form has a page of its own: a factor that is too old is asked for
	// before anything is chosen, not after.
	w.Get("admin", path).Is(200, "Decide whether it stays valid", `href="`+path+`/certificate"`)
	w.stale = true
	w.to(w.Get("admin", path+"/certificate"), "/factor")
	w.stale = false
	w.Get("admin", path+"/certificate").Is(200, "7Q2K-9XVT", "Record the decision", "Asked for it")
	w.Post("admin", path+"/certificate").Is(422, "Say whether it stays valid", "Record the decision")
	w.Post("admin", path+"/certificate", "certificate", "perhaps").Is(422, "Say whether it stays valid")
	w.to(w.Post("admin", path+"/certificate", "certificate", "keep"), path)
	w.Get("admin", path).Is(200, "Stays valid")
	w.to(w.Get("admin", path+"/certificate"), path)
	w.to(w.Post("admin", path+"/certificate", "certificate", "keep"), path) // a second click
	w.Post("admin", path+"/certificate", "certificate", "revoke").Is(409, "stays valid")
}
