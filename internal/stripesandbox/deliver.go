package stripesandbox

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/job"
)

const jobDeliver = "sandbox.deliver"

// The events that the sandbox tells.
const (
	evCompleted = "checkout.session.completed"
	evSucceeded = "checkout.session.async_payment_succeeded"
	evFailed    = "checkout.session.async_payment_failed"
	evExpired   = "checkout.session.expired"
	evRefunded  = "charge.refunded"
)

// event is one that is to be told; after delays it.
type event struct {
	kind  string
	after time.Duration
}

// delivery is the payload of the job.
type delivery struct {
	Session, Kind, EventID string
	PaymentStatus          string // as the event shows it, however late it comes
	Created                int64
}

// send queues events in the transaction in ctx.
func (s *Sandbox) send(ctx context.Context, v Session, events []event, d Delivery) error {
	if d == OutOfOrder {
		events = slices.Clone(events) // a transaction may run twice
		slices.Reverse(events)
		for i := range events {
			events[i].after = time.Duration(i) * settleAfter
		}
	}
	now := s.now()
	for _, e := range events {
		at := now.Add(e.after)
		if d == Late {
			at = at.Add(LateBy)
		}
		out := delivery{Session: v.ID, Kind: e.kind, EventID: newID("evt_"), PaymentStatus: v.PaymentStatus, Created: now.Unix()}
		if e.kind == evSucceeded {
			out.PaymentStatus = "paid"
		}
		times := 1
		if d == Twice {
			times = 2
		}
		for range times {
			if err := s.opt.Jobs.Enqueue(ctx, jobDeliver, out, job.At(at)); err != nil {
				return err
			}
		}
	}
	return nil
}

// deliver posts an event to the product's webhook. An answer other than 2xx is
// an error, so that the queue tries again, as Stripe does.
func (s *Sandbox) deliver(ctx context.Context, payload []byte) error {
	var d delivery
	if err := json.Unmarshal(payload, &d); err != nil {
		return job.Permanent(fmt.Errorf("sandbox: payload: %w", err))
	}
	v, err := s.store.session(ctx, d.Session)
	if err != nil {
		return err
	}
	switch d.Kind {
	case evSucceeded:
		err = s.store.setPaymentStatus(ctx, v.ID, "paid")
	case evFailed:
		err = s.store.setPaymentStatus(ctx, v.ID, "failed")
	}
	if err != nil {
		return err
	}
	v.PaymentStatus = d.PaymentStatus
	body, err := json.Marshal(s.eventObject(v, d))
	if err != nil {
		return job.Permanent(err)
	}
	return s.post(ctx, body)
}

func (s *Sandbox) post(ctx context.Context, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.opt.BaseURL+"/webhooks/stripe", bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("User-Agent", "Stripe/1.0 (sandbox)")
	r.Header.Set("Stripe-Signature", Sign(s.opt.WebhookSecret, body, time.Now()))
	r.RemoteAddr = "127.0.0.1:0"
	w := newRecorder()
	s.opt.Webhook.ServeHTTP(w, r)
	if w.status < 200 || w.status > 299 {
		return fmt.Errorf("sandbox: the webhook answered %d", w.status)
	}
	return nil
}

// Sign makes the Stripe-Signature header, as Stripe documents it: HMAC-SHA-256
// over time, a period and the body. The time is real time: the product refuses
// what is older than five minutes.
func Sign(secret string, body []byte, at time.Time) string {
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "%d.", at.Unix())
	mac.Write(body)
	return fmt.Sprintf("t=%d,v1=%s", at.Unix(), hex.EncodeToString(mac.Sum(nil)))
}

func (s *Sandbox) eventObject(v Session, d delivery) map[string]any {
	object := s.sessionObject(v, false)
	if d.Kind == evRefunded {
		object = chargeObject(v)
	}
	return map[string]any{
		"id": d.EventID, "object": "event", "api_version": apiVersion, "created": d.Created, "livemode": false,
		"pending_webhooks": 1, "request": map[string]any{"id": nil, "idempotency_key": nil}, "type": d.Kind,
		"data": map[string]any{"object": object},
	}
}

func (s *Sandbox) sessionObject(v Session, expand bool) map[string]any {
	d := v.Data
	object := map[string]any{
		"id": v.ID, "object": "checkout.session", "amount_subtotal": d.AmountCents, "amount_total": d.AmountCents,
		"cancel_url": d.CancelURL, "success_url": d.SuccessURL, "client_reference_id": d.ClientReferenceID,
		"created": v.CreatedAt.Unix(), "expires_at": v.CreatedAt.Add(sessionLife).Unix(), "currency": d.Currency,
		"customer_email": d.Email, "livemode": false, "metadata": d.Metadata, "mode": "payment",
		"payment_method_types": []string{"card", "us_bank_account"}, "payment_intent": nil,
		"payment_status": strings.Replace(v.PaymentStatus, "failed", "unpaid", 1), "status": v.Status, "url": nil,
	}
	if v.Status == "open" {
		object["url"] = s.opt.BaseURL + PagePath + v.ID
	}
	if v.Status == "complete" {
		object["payment_intent"] = v.PaymentIntent
		if expand {
			status := map[string]string{"unpaid": "processing", "paid": "succeeded", "failed": "requires_payment_method"}[v.PaymentStatus]
			object["payment_intent"] = map[string]any{"id": v.PaymentIntent, "object": "payment_intent", "status": status,
				"amount": d.AmountCents, "currency": d.Currency, "metadata": d.IntentMetadata}
		}
	}
	return object
}

func chargeObject(v Session) map[string]any {
	d := v.Data
	return map[string]any{
		"id": v.Charge, "object": "charge", "amount": d.AmountCents, "amount_refunded": d.AmountCents, "refunded": true,
		"currency": strings.ToLower(d.Currency), "livemode": false, "metadata": d.IntentMetadata,
		"payment_intent": v.PaymentIntent, "paid": true, "status": "succeeded",
	}
}
