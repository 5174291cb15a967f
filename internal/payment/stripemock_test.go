package payment_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stripe/stripe-mock/embedded"
	"github.com/stripe/stripe-mock/server"

	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/testneed"
)

// mock is Stripe's own stripe-mock, in this process: it holds every request
// against Stripe's OpenAPI description. It keeps no state.
type mock struct {
	handler http.Handler
	seen    []string
}

func newMock(t *testing.T) *mock {
	t.Helper()
	spec, err := server.LoadSpec(embedded.OpenAPISpec, "")
	if err != nil {
		testneed.Missing(t, testneed.StripeMock, err.Error())
	}
	fixtures, err := server.LoadFixtures(embedded.OpenAPIFixtures, "")
	if err != nil {
		t.Fatal(err)
	}
	stub, err := server.NewStubServer(fixtures, spec, false, false)
	if err != nil {
		t.Fatal(err)
	}
	return &mock{handler: http.HandlerFunc(stub.HandleRequest)}
}

func (m *mock) RoundTrip(r *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	m.handler.ServeHTTP(rec, r)
	m.seen = append(m.seen, r.Method+" "+r.URL.Path+" "+http.StatusText(rec.Code))
	return rec.Result(), nil
}

func TestStripeMockAcceptsEveryRequest(t *testing.T) {
	m := newMock(t)
	s, err := payment.NewStripe(payment.StripeConfig{SecretKey: "sk_test_123", WebhookSecret: webhookSecret, Transport: m})
	if err != nil {
		t.Fatal(err)
	}
	o := payment.Order{ID: "0198c7a5-0000-7000-8000-000000000001", Number: "4F7QK-9M2XT", AmountCents: 14900, Currency: "USD",
		BuyerEmail: "ana@example.org", CourseTitle: "Appraising combined treatment"}
	sess, err := s.CreateSession(t.Context(), o, base+"/checkout/x/return", base+"/checkout/x?canceled=yes")
	if err != nil || sess.ID == "" {
		t.Errorf("create session: %+v, %v", sess, err)
	}
	if _, err := s.GetSession(t.Context(), "cs_test_123"); err != nil {
		t.Errorf("get session: %v", err)
	}
	if err := s.ExpireSession(t.Context(), "cs_test_123"); err != nil {
		t.Errorf("expire session: %v", err)
	}
	id, err := s.RefundPayment(t.Context(), payment.Refund{ID: "r1", OrderID: o.ID}, "pi_123")
	if err != nil || id == "" {
		t.Errorf("refund: %q, %v", id, err)
	}
	want := []string{"POST /v1/checkout/sessions OK", "GET /v1/checkout/sessions/cs_test_123 OK",
		"POST /v1/checkout/sessions/cs_test_123/expire OK", "POST /v1/refunds OK"}
	if !slices.Equal(m.seen, want) {
		t.Errorf("sent %v, want %v", m.seen, want)
	}
}

// The test above proves nothing if the mock accepts anything.
func TestStripeMockRefusesWhatStripeWould(t *testing.T) {
	m := newMock(t)
	for body, path := range map[string]string{
		"mode=payment&made_up=1": "/v1/checkout/sessions", "mode=nonsense": "/v1/checkout/sessions", "made_up=1": "/v1/refunds", "x=1": "/v1/made/up",
	} {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer sk_test_123")
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		res, err := m.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if res.StatusCode < 400 {
			t.Errorf("%s %s: %d", path, body, res.StatusCode)
		}
	}
}

func TestStripeNeedsItsSecrets(t *testing.T) {
	for _, cfg := range []payment.StripeConfig{{SecretKey: "sk_test_1"}, {WebhookSecret: "whsec_1"}} {
		if _, err := payment.NewStripe(cfg); err == nil {
			t.Errorf("%+v must be refused", cfg)
		}
	}
	for key, live := range map[string]bool{"sk_test_1": false, "sk_live_1": true, "rk_live_1": true} {
		s, err := payment.NewStripe(payment.StripeConfig{SecretKey: key, WebhookSecret: "whsec_1"})
		if err != nil || s.Livemode() != live {
			t.Errorf("%s: live %v, %v", key, s.Livemode(), err)
		}
	}
}
