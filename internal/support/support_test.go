package support_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/support"
)

type letters struct {
	mu   sync.Mutex
	sent []mail.Message
	to   []mail.Address
}

func (l *letters) Queue(_ context.Context, to mail.Address, m mail.Message) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent, l.to = append(l.sent, m), append(l.to, to)
	return nil
}

type world struct {
	*support.Service
	db    *db.DB
	mails *letters
	now   time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{db: dbtest.New(t), mails: &letters{}, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return w.now }
	w.Service = support.New(support.Deps{DB: w.db, Now: clock, Audit: audit.New(w.db, clock), Mail: w.mails, BaseURL: "https://learn.example.org"})
	for _, id := range []string{"ana", "ben"} {
		err := w.db.Conn(t.Context()).Exec(`INSERT INTO people (id, email, email_key, name, legal_name, time_zone, profession, password_hash, created_at)
			VALUES (?, ?, ?, ?, '', 'UTC', '', '', ?)`, id, id+"@example.org", id+"@example.org", id, db.Now()).Error
		if err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func ask(person string) support.NewRequest {
	return support.NewRequest{Kind: support.Grievance, PersonID: person, Confirmed: true, Name: "Ana", Email: "ana@example.org", Body: "The exam closed early.", FormToken: "form-" + person}
}

func TestSubmitTwiceIsOneRequest(t *testing.T) {
	w := newWorld(t)
	var wg sync.WaitGroup
	refs := make([]string, 10)
	for i := range refs {
		wg.Go(func() {
			r, err := w.Submit(t.Context(), ask("ana"))
			if err != nil {
				t.Error(err)
			}
			refs[i] = r.Reference
		})
	}
	wg.Wait()
	for _, ref := range refs {
		if ref != refs[0] {
			t.Fatalf("ten clicks made %q and %q", ref, refs[0])
		}
	}
	if len(w.mails.sent) != 1 {
		t.Errorf("%d mails confirm one request", len(w.mails.sent))
	}
}

func TestSubmitNamesEveryWrongField(t *testing.T) {
	w := newWorld(t)
	_, err := w.Submit(t.Context(), support.NewRequest{Kind: "complaint", Email: "ana@", Body: strings.Repeat("x", 5001)})
	var fields []string
	for _, f := range apperr.FieldsOf(err) {
		fields = append(fields, f.Name)
	}
	if got := fmt.Sprint(fields); got != "[kind name email body]" {
		t.Errorf("fields %s, error %v", got, err)
	}
}

func TestOnlyTheOwnerSeesARequestAndNoInternalNote(t *testing.T) {
	w := newWorld(t)
	r, err := w.Submit(t.Context(), ask("ana"))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.Own(t.Context(), "ben", r.ID); !errors.Is(err, support.ErrNoRequest) {
		t.Errorf("somebody else's request: %v", err)
	}
	for _, a := range []support.Answer{{By: "ben", Body: "Log shows a clock change.", Internal: true}, {By: "ben", Body: "You may sit it again."}} {
		if err := w.Reply(t.Context(), r.ID, a); err != nil {
			t.Fatal(err)
		}
	}
	got, msgs, err := w.Own(t.Context(), "ana", r.ID)
	if err != nil || len(msgs) != 1 || msgs[0].Body != "You may sit it again." || got.State != support.Answered || got.AnsweredAt == nil {
		t.Errorf("owner sees %+v %+v, %v", got, msgs, err)
	}
	if _, all, _ := w.Get(t.Context(), r.ID); len(all) != 2 {
		t.Errorf("administrators see %d messages", len(all))
	}
}

func TestAClosedRequestStaysClosed(t *testing.T) {
	w := newWorld(t)
	r, err := w.Submit(t.Context(), ask("ana"))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Reply(t.Context(), r.ID, support.Answer{By: "ben", Body: "Done.", Close: true}); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("closing without an outcome: %v", err)
	}
	if err := w.Reply(t.Context(), r.ID, support.Answer{By: "ben", Body: "Done.", Close: true, Outcome: "Upheld; new attempt"}); err != nil {
		t.Fatal(err)
	}
	if err := w.Reply(t.Context(), r.ID, support.Answer{By: "ben", Body: "Again."}); !errors.Is(err, support.ErrClosed) {
		t.Errorf("reply after the end: %v", err)
	}
}

func TestRequestsFilterAndPage(t *testing.T) {
	w := newWorld(t)
	for i := range 5 {
		n := ask("ana")
		n.FormToken, n.Name, n.Email = fmt.Sprint(i), "Zoë ŽELEZNÁ", fmt.Sprintf("100%%Person_%d@example.org", i)
		if i == 4 {
			n.Kind = support.Help
		}
		if _, err := w.Submit(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	page, total, err := w.Requests(t.Context(), support.Filter{Kind: support.Grievance, Q: "100%person_", Limit: 3})
	if err != nil || total != 4 || len(page) != 3 {
		t.Fatalf("%d of %d, %v", len(page), total, err)
	}
	rest, _, err := w.Requests(t.Context(), support.Filter{Kind: support.Grievance, Q: "100%person_", Limit: 3, After: page[2].ID})
	if err != nil || len(rest) != 1 {
		t.Errorf("second page has %d, %v", len(rest), err)
	}
	for q, want := range map[string]int64{"železná": 5, "ZOE": 5, "ZOË": 5, "zoe_": 0, page[0].Reference: 1} {
		if _, total, err := w.Requests(t.Context(), support.Filter{Q: q, Limit: 3}); err != nil || total != want {
			t.Errorf("%q: %d, %v, want %d", q, total, err, want)
		}
	}
	if _, total, _ := w.Requests(t.Context(), support.Filter{Q: "%", Limit: 3, State: support.Closed}); total != 0 {
		t.Errorf("%d closed", total)
	}
}

func TestPoliciesKeepTheirVersions(t *testing.T) {
	w := newWorld(t)
	provider := support.Provider{Name: "Example CE", Address: "1 Example Street", Email: "help@example.org"}
	for range 2 { // a second start changes nothing
		if err := w.SeedPolicies(t.Context(), provider); err != nil {
			t.Fatal(err)
		}
	}
	list, err := w.Policies(t.Context())
	if err != nil || len(list) != len(support.PolicyNames) {
		t.Fatalf("%d policies, %v", len(list), err)
	}
	for _, p := range list {
		if strings.ContainsAny(p.Body, "{}") || !strings.Contains(p.Body, "help@example.org") {
			t.Errorf("%s is not filled in", p.Name)
		}
	}
	refund := list[2]
	second, err := w.PublishPolicy(t.Context(), "refund", "Refunds", "Sixty days.", "Longer", "ben", 1)
	if err != nil || second.Version != 2 {
		t.Fatalf("%+v, %v", second, err)
	}
	if _, err := w.PublishPolicy(t.Context(), "refund", "Refunds", "Ten days.", "Shorter", "ben", 1); !apperr.Is(err, apperr.Conflict) {
		t.Errorf("publishing over a newer version: %v", err)
	}
	if old, err := w.Policy(t.Context(), "refund", 1); err != nil || old.Body != refund.Body {
		t.Errorf("version 1 changed: %v", err)
	}
}

func TestAccommodationsTakeTheMostGenerous(t *testing.T) {
	w := newWorld(t)
	for _, a := range []support.Accommodation{
		{PersonID: "ana", ExtraTimePercent: 25, Reason: "note on file", GrantedBy: "ben"},
		{PersonID: "ana", ExtraTimePercent: 50, ExtraAttempts: 1, Reason: "note on file", GrantedBy: "ben"},
	} {
		if _, err := w.Grant(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	e, err := w.EffectiveFor(t.Context(), "ana", "any")
	if err != nil || e != (support.Effective{ExtraTimePercent: 50, ExtraAttempts: 1}) {
		t.Fatalf("%+v, %v", e, err)
	}
	list, _ := w.Accommodations(t.Context(), "ana")
	if err := w.End(t.Context(), list[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := w.End(t.Context(), list[0].ID); !errors.Is(err, support.ErrNoAccommodation) {
		t.Errorf("ending twice: %v", err)
	}
	if e, _ := w.EffectiveFor(t.Context(), "ana", "any"); e.ExtraTimePercent != 25 {
		t.Errorf("after the end %+v", e)
	}
	if _, err := w.Grant(t.Context(), support.Accommodation{PersonID: "ana", Reason: "x", GrantedBy: "ben"}); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("an empty accommodation: %v", err)
	}
}
