package stripesandbox

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
)

// maxBody bounds a request of the client, in bytes.
const maxBody = 64 << 10

// Transport reaches the sandbox without a socket. It is for the product's
// Stripe client alone.
func (s *Sandbox) Transport() http.RoundTripper { return transport{s} }

type transport struct{ s *Sandbox }

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if r.Body != nil {
		defer r.Body.Close() // as the contract of RoundTripper asks
	}
	w := newRecorder()
	t.s.ServeHTTP(w, r)
	return w.response(r), nil
}

// ServeHTTP answers a request of the API.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Request-Id", newID("req_"))
	w.Header().Set("Stripe-Version", apiVersion)
	if r.Header.Get("Authorization") != "Bearer "+s.opt.SecretKey {
		fail(w, http.StatusUnauthorized, "invalid_request_error", "", "Invalid API Key provided.")
		return
	}
	s.mux.ServeHTTP(w, r)
}

// act does what a request asks, within the transaction in ctx.
type act func(ctx context.Context, form url.Values) (status int, body any)

// once answers a repeated idempotency key with the first answer, and does the
// act and keeps its answer in one transaction.
func (s *Sandbox) once(do act) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
		if err != nil || len(body) > maxBody {
			fail(w, http.StatusBadRequest, "invalid_request_error", "", "The request cannot be read or is too large.")
			return
		}
		form, err := url.ParseQuery(string(body))
		if err != nil {
			fail(w, http.StatusBadRequest, "invalid_request_error", "", "The request is not form-encoded.")
			return
		}
		sum := sha256.Sum256([]byte(r.URL.Path + "\n" + form.Encode()))
		a, err := s.remember(r.Context(), r.Header.Get("Idempotency-Key"), hex.EncodeToString(sum[:]), do, form)
		if errors.Is(err, errOtherRequest) {
			fail(w, http.StatusBadRequest, "idempotency_error", "", "Keys for idempotent requests can only be used with the same parameters they were first used with.")
			return
		}
		if err != nil {
			fail(w, http.StatusInternalServerError, "api_error", "", err.Error())
			return
		}
		write(w, a.Status, []byte(a.Body))
	}
}

var (
	errOtherRequest = errors.New("sandbox: the key was used for another request")
	errRefused      = errors.New("sandbox: refused, so nothing is kept")
)

func (s *Sandbox) remember(ctx context.Context, key, fingerprint string, do act, form url.Values) (a answer, err error) {
	if key == "" {
		key = newID("none_")
	}
	err = s.opt.DB.InTx(ctx, func(ctx context.Context) error {
		now := s.now()
		if err := s.store.forget(ctx, now.Add(-24*time.Hour)); err != nil {
			return err
		}
		// The key is taken first: a second request with it waits here on
		// PostgreSQL, and on SQLite at the beginning of its transaction.
		mine, err := s.store.insertAnswer(ctx, key, answer{Fingerprint: fingerprint, Status: 0}, now)
		if err != nil {
			return err
		}
		if !mine {
			a, err = s.store.answer(ctx, key)
			if err == nil && a.Fingerprint != fingerprint {
				return errOtherRequest
			}
			return err
		}
		status, body := do(ctx, form)
		data, err := json.Marshal(body)
		if err != nil {
			return err
		}
		a = answer{Fingerprint: fingerprint, Status: status, Body: string(data)}
		if status >= http.StatusBadRequest {
			return errRefused // Stripe does not keep what it refused for its parameters
		}
		return s.store.keepAnswer(ctx, key, a)
	})
	if errors.Is(err, errRefused) {
		err = nil
	}
	return a, err
}

func (s *Sandbox) createSession(ctx context.Context, form url.Values) (int, any) {
	item := func(name string) string { return form.Get("line_items[0]" + name) }
	amount, err := strconv.ParseInt(item("[price_data][unit_amount]"), 10, 64)
	quantity, errQ := strconv.ParseInt(item("[quantity]"), 10, 64)
	d := Data{
		AmountCents: amount * quantity, Currency: item("[price_data][currency]"), Title: item("[price_data][product_data][name]"),
		Email: form.Get("customer_email"), ClientReferenceID: form.Get("client_reference_id"),
		SuccessURL: form.Get("success_url"), CancelURL: form.Get("cancel_url"),
		Metadata: nested(form, "metadata"), IntentMetadata: nested(form, "payment_intent_data[metadata]"),
	}
	switch {
	case form.Get("mode") != "payment":
		return refuse("mode", "Invalid mode: must be payment.")
	case err != nil || errQ != nil || amount < 50 || quantity < 1 || quantity > 1000 || amount > 99_999_999:
		return refuse("line_items", "The amount must be between 50 and 99999999 of the smallest unit.")
	case len(d.Currency) != 3 || d.Currency != strings.ToLower(d.Currency):
		return refuse("line_items[0][price_data][currency]", "Invalid currency.")
	case d.Title == "" || d.SuccessURL == "":
		return refuse("success_url", "Missing required param.")
	}
	v := Session{ID: newID("cs_test_"), PaymentIntent: newID("pi_"), Charge: newID("ch_"), Status: "open", PaymentStatus: "unpaid",
		Data: d, CreatedAt: s.now()}
	if err := s.store.insert(ctx, v); err != nil {
		return http.StatusInternalServerError, errorBody("api_error", "", err.Error())
	}
	return http.StatusOK, s.sessionObject(v, false)
}

func (s *Sandbox) getSession(w http.ResponseWriter, r *http.Request) {
	v, err := s.Get(r.Context(), r.PathValue("id"))
	switch {
	case apperr.Is(err, apperr.NotFound):
		fail(w, http.StatusNotFound, "invalid_request_error", "resource_missing", "No such checkout.session.")
	case err != nil:
		fail(w, http.StatusInternalServerError, "api_error", "", err.Error())
	default:
		expand := strings.Contains(r.URL.RawQuery, "payment_intent")
		writeJSON(w, http.StatusOK, s.sessionObject(v, expand))
	}
}

func (s *Sandbox) expireSession(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	_, err := s.Act(r.Context(), id, Expire, AtOnce)
	switch {
	case errors.Is(err, ErrOver):
		fail(w, http.StatusBadRequest, "invalid_request_error", "", "Only Checkout Sessions with a status in [\"open\"] can be expired.")
	case err != nil && !errors.Is(err, ErrNotFound):
		fail(w, http.StatusInternalServerError, "api_error", "", err.Error())
	default:
		s.getSession(w, r)
	}
}

func (s *Sandbox) createRefund(ctx context.Context, form url.Values) (int, any) {
	v, err := s.store.byIntent(ctx, form.Get("payment_intent"))
	switch {
	case apperr.Is(err, apperr.NotFound):
		return http.StatusNotFound, errorBody("invalid_request_error", "resource_missing", "No such payment_intent.")
	case err != nil:
		return http.StatusInternalServerError, errorBody("api_error", "", err.Error())
	case v.PaymentStatus != "paid":
		return refuse("payment_intent", "This PaymentIntent does not have a successful charge to refund.")
	}
	if text := form.Get("amount"); text != "" && text != strconv.FormatInt(v.Data.AmountCents, 10) {
		return refuse("amount", "This sandbox sends back whole amounts only.")
	}
	v.Refund = newID("re_")
	changed, err := s.store.setRefund(ctx, v.ID, v.Refund)
	if err != nil {
		return http.StatusInternalServerError, errorBody("api_error", "", err.Error())
	}
	if !changed {
		return http.StatusBadRequest, errorBody("invalid_request_error", "charge_already_refunded", "Charge "+v.Charge+" has already been refunded.")
	}
	if err := s.send(ctx, v, []event{{kind: evRefunded}}, AtOnce); err != nil {
		return http.StatusInternalServerError, errorBody("api_error", "", err.Error())
	}
	return http.StatusOK, map[string]any{
		"id": v.Refund, "object": "refund", "amount": v.Data.AmountCents, "charge": v.Charge, "created": s.now().Unix(),
		"currency": v.Data.Currency, "metadata": nested(form, "metadata"), "payment_intent": v.PaymentIntent,
		"reason": form.Get("reason"), "status": "succeeded",
	}
}

// nested reads prefix[key]=value.
func nested(form url.Values, prefix string) map[string]string {
	out := map[string]string{}
	for name, list := range form {
		if rest, ok := strings.CutPrefix(name, prefix+"["); ok && strings.HasSuffix(rest, "]") && len(list) > 0 {
			out[strings.TrimSuffix(rest, "]")] = list[0]
		}
	}
	return out
}

func refuse(param, msg string) (int, any) {
	body := errorBody("invalid_request_error", "parameter_invalid", msg)
	body["error"].(map[string]any)["param"] = param //nolint:forcetypeassert // made one line above
	return http.StatusBadRequest, body
}

func errorBody(kind, code, msg string) map[string]any {
	return map[string]any{"error": map[string]any{"type": kind, "code": code, "message": msg}}
}

func fail(w http.ResponseWriter, status int, kind, code, msg string) {
	writeJSON(w, status, errorBody(kind, code, msg))
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	data, err := json.Marshal(body)
	if err != nil {
		status, data = http.StatusInternalServerError, []byte(`{"error":{"type":"api_error"}}`)
	}
	write(w, status, data)
}

func write(w http.ResponseWriter, status int, data []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(data) // to memory
}

// recorder is a ResponseWriter in memory.
type recorder struct {
	status int
	header http.Header
	body   bytes.Buffer
}

func newRecorder() *recorder { return &recorder{header: http.Header{}} }

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *recorder) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

func (w *recorder) response(r *http.Request) *http.Response {
	w.WriteHeader(http.StatusOK)
	return &http.Response{
		StatusCode: w.status, Status: http.StatusText(w.status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.header, Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()), Request: r,
	}
}
