package payment_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/stripesandbox"
)

const (
	base          = "http://127.0.0.1:8080"
	secretKey     = "sk_test_sandbox"
	webhookSecret = "whsec_test"
)

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

type world struct {
	*payment.Service
	t       *testing.T
	db      *db.DB
	clock   *clock
	queue   *job.Queue
	sandbox *stripesandbox.Sandbox
	wire    *wire
	shelf   *shelf
	people  people
	certs   *certificates
	learn   *enrollment.Service
	outbox  *mail.Outbox
	audit   *audit.Log
	// deaf makes the webhook answer 500.
	deaf bool
	// turned: the test itself turned rows.
	turned bool
}

// newWorld has a course for 149 dollars ("intro"), a free one ("free"), and the
// people p1 and p2 with confirmed addresses.
func newWorld(t *testing.T) *world {
	t.Helper()
	d := dbtest.New(t)
	c := &clock{at: time.Date(2026, 11, 2, 20, 0, 0, 0, time.UTC)}
	log := slog.New(slog.DiscardHandler)
	w := &world{t: t, db: d, clock: c, queue: job.New(d, log, c.now), certs: &certificates{}, outbox: mail.NewOutbox(d), audit: audit.New(d, c.now)}
	w.people = people{}
	for _, id := range []string{"p1", "p2", "admin"} {
		at := c.now()
		w.people[id] = account.Person{ID: id, Name: "Ana " + id, Email: id + "@example.org", EmailConfirmedAt: &at}
		w.exec(`INSERT INTO people (id, email, email_key, name, time_zone, password_hash, created_at) VALUES (?, ?, ?, ?, 'UTC', 'x', ?)`,
			id, id+"@example.org", id+"@example.org", "Ana "+id, c.now())
	}
	w.shelf = &shelf{bySlug: map[string]*course.Edition{}}
	w.publish("intro", 14900, "USD")
	w.publish("free", 0, "USD")
	mailer := mail.New(w.queue, w.outbox, mail.Address{Email: "noreply@example.org"}, mail.Site{Provider: "Clinic", BaseURL: base})
	group := d.NewGroup()
	t.Cleanup(group.Close)
	w.learn = enrollment.New(enrollment.Deps{DB: d, Now: c.now, Audit: w.audit, Mail: mailer, Editions: w.shelf, Group: group, BaseURL: base,
		Person: func(_ context.Context, id string) (string, string, error) {
			return w.people[id].Name, w.people[id].Email, nil
		}})
	w.sandbox = stripesandbox.New(stripesandbox.Options{DB: d, Jobs: w.queue, Now: c.now, SecretKey: secretKey, WebhookSecret: webhookSecret,
		BaseURL: base, Webhook: http.HandlerFunc(w.webhook)})
	w.wire = &wire{next: w.sandbox.Transport()}
	gateway, err := payment.NewStripe(payment.StripeConfig{SecretKey: secretKey, WebhookSecret: webhookSecret, URL: stripesandbox.URL, Transport: w.wire})
	w.must(err)
	w.Service = payment.New(payment.Deps{
		DB: d, Now: c.now, Log: log, Audit: w.audit, Mail: mailer, Jobs: w.queue, Gateway: gateway, Courses: w.shelf, Enrollments: w.learn,
		People: w.people, BaseURL: base, Seller: payment.Seller{Name: "Clinic"}, Currency: "USD",
		Money: func(cents int64, code string) (string, error) {
			return fmt.Sprintf("%s %d.%02d", code, cents/100, cents%100), nil
		},
		Policies: func(context.Context) ([]payment.PolicyVersion, error) {
			return []payment.PolicyVersion{{Name: "refunds", Title: "Refunds", Version: "2", Href: "/policies/refunds?version=2"}}, nil
		},
		CertificateOf: func(context.Context, string) (string, error) { return w.certs.number, nil },
		Revoke: func(ctx context.Context, number, reason string) error {
			if w.certs.refuse != nil {
				return w.certs.refuse
			}
			w.certs.by = audit.ActorOf(ctx).PersonID
			w.certs.revoked = append(w.certs.revoked, number+": "+reason)
			w.certs.number = ""
			return nil
		},
	})
	// Whatever happens to orders, doctor finds nothing wrong with them.
	t.Cleanup(func() {
		if _, flaws, err := w.CheckStored(context.WithoutCancel(t.Context())); err != nil || len(flaws) > 0 && !w.turned {
			t.Errorf("doctor finds %v, %v", flaws, err)
		}
	})
	return w
}

// publish puts a course on the shelf; a known slug gets a new edition.
func (w *world) publish(slug string, cents int64, currency string) {
	w.t.Helper()
	number := 1
	if ed := w.shelf.bySlug[slug]; ed != nil {
		number = ed.Number + 1
	} else {
		w.exec(`INSERT INTO courses (id, slug, title, draft_hash, imported_at, imported_by, created_at) VALUES (?, ?, ?, '', ?, '', ?)`,
			"c-"+slug, slug, slug, w.clock.now(), w.clock.now())
	}
	id := fmt.Sprintf("e-%s-%d", slug, number)
	w.exec(`INSERT INTO editions (id, course_id, number, hash, note, published_at, published_by) VALUES (?, ?, ?, ?, '', ?, '')`,
		id, "c-"+slug, number, id, w.clock.now())
	w.shelf.bySlug[slug] = &course.Edition{ID: id, CourseID: "c-" + slug, Slug: slug, Number: number,
		Course: &course.Course{Card: course.Card{Slug: slug, Title: "Course " + slug, PriceCents: cents, Currency: currency, AccessDays: 365}}}
}

// webhook is the product's endpoint, without the web.
func (w *world) webhook(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err == nil && w.deaf {
		err = errors.New("deaf")
	}
	if err == nil {
		err = w.Webhook(r.Context(), body, r.Header.Get("Stripe-Signature"))
	}
	if err != nil {
		rw.WriteHeader(http.StatusInternalServerError)
		return
	}
	rw.WriteHeader(http.StatusOK)
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	w.must(w.db.Conn(w.t.Context()).Exec(sql, args...).Error)
}

func (w *world) count(sql string, args ...any) (n int) {
	w.t.Helper()
	w.must(w.db.Read(w.t.Context()).Raw(sql, args...).Scan(&n).Error)
	return n
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// drain runs the jobs that are due.
func (w *world) drain() {
	w.t.Helper()
	w.must(w.queue.Drain(w.t.Context()))
}

var refunds2 = []payment.PolicyVersion{{Name: "refunds", Version: "2"}}

// checkout starts an order of p1 for the course and takes it to Stripe's page.
func (w *world) checkout() (payment.Order, stripesandbox.Session) {
	w.t.Helper()
	return w.checkoutOf("p1")
}

func (w *world) checkoutOf(person string) (payment.Order, stripesandbox.Session) {
	w.t.Helper()
	o, err := w.Start(w.t.Context(), person, "intro")
	w.must(err)
	url, err := w.Checkout(w.t.Context(), person, o.Number, refunds2)
	w.must(err)
	sess, err := w.sandbox.Get(w.t.Context(), strings.TrimPrefix(url, base+stripesandbox.PagePath))
	w.must(err)
	return w.again(o), sess
}

// bought is an order that was paid and told.
func (w *world) bought() payment.Order {
	w.t.Helper()
	return w.boughtBy("p1")
}

func (w *world) boughtBy(person string) payment.Order {
	w.t.Helper()
	o, sess := w.checkoutOf(person)
	w.act(sess, stripesandbox.Pay, stripesandbox.AtOnce)
	w.drain()
	return w.again(o)
}

func (w *world) act(s stripesandbox.Session, a stripesandbox.Action, d stripesandbox.Delivery) {
	w.t.Helper()
	_, err := w.sandbox.Act(w.t.Context(), s.ID, a, d)
	w.must(err)
}

func (w *world) again(o payment.Order) payment.Order {
	w.t.Helper()
	o, err := w.ByNumber(w.t.Context(), o.Number)
	w.must(err)
	return o
}

// send signs an event of our own making and hands it to the webhook.
func (w *world) send(kind, id string, object map[string]any) error {
	w.t.Helper()
	body, err := json.Marshal(map[string]any{"id": id, "object": "event", "api_version": "2023-10-16", "created": 1, "type": kind,
		"data": map[string]any{"object": object}})
	w.must(err)
	return w.Webhook(w.t.Context(), body, stripesandbox.Sign(webhookSecret, body, time.Now()))
}

// completed is the object of checkout.session.completed for an order.
func completed(o payment.Order, change map[string]any) map[string]any {
	object := map[string]any{
		"id": o.SessionID, "object": "checkout.session", "client_reference_id": o.ID, "amount_total": o.AmountCents, "currency": "usd",
		"livemode": false, "payment_status": "paid", "status": "complete", "payment_intent": "pi_" + o.ID,
	}
	maps.Copy(object, change)
	return object
}

// want fails unless the order and its enrollment are in these states; "" means
// no enrollment.
func (w *world) want(o payment.Order, state payment.State, enrolled enrollment.State) payment.Order {
	w.t.Helper()
	o = w.again(o)
	got := enrollment.State("")
	e, err := w.learn.Find(w.t.Context(), o.PersonID, o.Slug, 0)
	if err == nil {
		got = e.State
	} else if !apperr.Is(err, apperr.NotFound) {
		w.t.Fatal(err)
	}
	if o.State != state || got != enrolled {
		w.t.Errorf("order is %s, enrollment %q; want %s, %q", o.State, got, state, enrolled)
	}
	return o
}

// mails counts the mails with the subject.
func (w *world) mails(subject string) int {
	w.t.Helper()
	return w.count(`SELECT count(*) FROM outbox_mails WHERE subject LIKE ?`, subject+"%")
}

// audited counts the audit events of the action.
func (w *world) audited(action string) int {
	w.t.Helper()
	return w.count(`SELECT count(*) FROM audit_events WHERE action = ?`, action)
}
