package payment_test

import (
	"context"
	"net/http"
	"sync"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
)

// shelf answers for course.Service.
type shelf struct {
	bySlug map[string]*course.Edition
	closed error
}

func (s *shelf) Current(_ context.Context, slug string) (*course.Edition, error) {
	if ed := s.bySlug[slug]; ed != nil {
		return ed, nil
	}
	return nil, apperr.New(apperr.NotFound, "There is no such course.")
}

func (s *shelf) Edition(_ context.Context, id string) (*course.Edition, error) {
	for _, ed := range s.bySlug {
		if ed.ID == id {
			return ed, nil
		}
	}
	return nil, apperr.New(apperr.NotFound, "There is no such edition.")
}

func (s *shelf) OpenForEnrollment(context.Context, *course.Edition) error { return s.closed }

// people answers for account.Service.
type people map[string]account.Person

func (p people) Get(_ context.Context, id string) (account.Person, error) {
	if v, ok := p[id]; ok {
		return v, nil
	}
	return account.Person{}, account.ErrNotFound
}

// wire lets a test break the connection to Stripe, and count calls.
type wire struct {
	mu       sync.Mutex
	next     http.RoundTripper
	before   func(*http.Request) error // an error: the request never arrives
	after    func(*http.Request) error // an error: the answer never arrives
	requests []string
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	before, after := w.before, w.after
	w.requests = append(w.requests, r.Method+" "+r.URL.Path)
	w.mu.Unlock()
	if before != nil {
		if err := before(r); err != nil {
			return nil, err
		}
	}
	res, err := w.next.RoundTrip(r)
	if err == nil && after != nil {
		if err := after(r); err != nil {
			return nil, err
		}
	}
	return res, err
}

func (w *wire) cut(before, after func(*http.Request) error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.before, w.after = before, after
}

// certificates answers for certificate.Service.
type certificates struct {
	number  string
	refuse  error
	revoked []string
	by      string
}
