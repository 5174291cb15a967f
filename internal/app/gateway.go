package app

import (
	"io"
	"net/http"

	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/stripesandbox"
)

// The sandbox's secrets protect nothing: it lives inside a demonstration and
// has no address in the network.
const (
	sandboxKey     = "sk_test_sandbox"
	sandboxWebhook = "whsec_sandbox"
)

// gateway returns what takes payments: the sandbox under demo, Stripe where it
// is configured, nil where only free courses can be taken.
func (a *App) gateway() (payment.Gateway, error) {
	if a.Demo() {
		a.Sandbox = stripesandbox.New(stripesandbox.Options{
			DB: a.DB, Jobs: a.Jobs, Now: a.Now, SecretKey: sandboxKey, WebhookSecret: sandboxWebhook, BaseURL: a.baseURL(),
			Webhook: http.HandlerFunc(a.takeEvent),
		})
		return payment.NewStripe(payment.StripeConfig{SecretKey: sandboxKey, WebhookSecret: sandboxWebhook,
			URL: stripesandbox.URL, Transport: a.Sandbox.Transport(), Log: a.Log})
	}
	if !a.Config.StripeConfigured() {
		return nil, nil //nolint:nilnil // no gateway is a valid setting
	}
	return payment.NewStripe(payment.StripeConfig{SecretKey: string(a.Config.StripeSecretKey),
		WebhookSecret: string(a.Config.StripeWebhookSecret), Log: a.Log})
}

// takeEvent hands the sandbox's event to the whole program, or, in a tool, which
// has no pages, straight to the service behind the page.
func (a *App) takeEvent(w http.ResponseWriter, r *http.Request) {
	if a.Handler != nil { // it exists only after everything else; events come later still
		a.Handler.ServeHTTP(w, r)
		return
	}
	payload, err := io.ReadAll(io.LimitReader(r.Body, payment.MaxPayload))
	if err == nil {
		err = a.Payments.Webhook(r.Context(), payload, r.Header.Get("Stripe-Signature"))
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusOK)
}
