package support_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/once"
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
	return support.NewRequest{Kind: support.Grievance, PersonID: person, Confirmed: true, Name: "Ana", Email: "ana@example.org", Body: "The exam closed early."}
}

// clicks runs an act ten times at once, as one form.
func clicks(t *testing.T, act func(ctx context.Context) error) {
	t.Helper()
	ctx := once.With(t.Context(), t.Name())
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			if err := act(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// events counts what the audit log says of an act.
func (w *world) events(t *testing.T, action string) int {
	t.Helper()
	list, err := audit.New(w.db, db.Now).List(t.Context(), audit.Filter{Action: action})
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

func TestSubmitTwiceIsOneRequest(t *testing.T) {
	w := newWorld(t)
	visitor := ask("")
	visitor.Confirmed = false
	for name, n := range map[string]support.NewRequest{"person": ask("ana"), "visitor": visitor} {
		t.Run(name, func(t *testing.T) {
			var mu sync.Mutex
			refs := map[string]bool{}
			sent := len(w.mails.sent)
			clicks(t, func(ctx context.Context) error {
				r, err := w.Submit(ctx, n)
				mu.Lock()
				defer mu.Unlock()
				refs[r.Reference] = true
				return err
			})
			if len(refs) != 1 || refs[""] || len(w.mails.sent)-sent != 1 {
				t.Errorf("ten clicks made %v and sent %d mails", refs, len(w.mails.sent)-sent)
			}
		})
	}
}

func TestReplyTwiceIsOneAnswer(t *testing.T) {
	w := newWorld(t)
	r, err := w.Submit(t.Context(), ask("ana"))
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range []support.Answer{{By: "ben", Body: "Yes."}, {By: "ben", Body: "Done.", Close: true, Outcome: "Upheld"}} {
		t.Run(a.Body, func(t *testing.T) {
			clicks(t, func(ctx context.Context) error { return w.Reply(ctx, r.ID, a) })
		})
	}
	_, msgs, err := w.Get(t.Context(), r.ID)
	if err != nil || len(msgs) != 2 || len(w.mails.sent) != 3 || w.events(t, "request.reply") != 2 {
		t.Errorf("%d messages, %d mails, %d events, %v", len(msgs), len(w.mails.sent), w.events(t, "request.reply"), err)
	}
}

func TestGrantTwiceIsOneAccommodation(t *testing.T) {
	w := newWorld(t)
	clicks(t, func(ctx context.Context) error {
		return w.Grant(ctx, support.Accommodation{PersonID: "ana", ExtraTimePercent: 50, Reason: "note on file", GrantedBy: "ben"})
	})
	list, err := w.Accommodations(t.Context(), "ana")
	if err != nil || len(list) != 1 || w.events(t, "accommodation.grant") != 1 {
		t.Fatalf("%d accommodations, %d events, %v", len(list), w.events(t, "accommodation.grant"), err)
	}
	clicks(t, func(ctx context.Context) error { return w.End(ctx, list[0].ID) })
	if n := w.events(t, "accommodation.end"); n != 1 {
		t.Errorf("ended %d times", n)
	}
	if err := w.End(t.Context(), "none"); !errors.Is(err, support.ErrNoAccommodation) {
		t.Errorf("ending nothing: %v", err)
	}
}

func TestPublishTwiceIsOneVersion(t *testing.T) {
	w := newWorld(t)
	if err := w.SeedPolicies(t.Context(), support.Provider{}); err != nil {
		t.Fatal(err)
	}
	publish := func(ctx context.Context, by string) error {
		p, err := w.PublishPolicy(ctx, "refund", "Refunds", "Sixty days.", "Longer", by, 1)
		if err == nil && p.Version != 2 {
			t.Errorf("version %d", p.Version)
		}
		return err
	}
	clicks(t, func(ctx context.Context) error { return publish(ctx, "ben") })
	list, err := w.PolicyVersions(t.Context(), "refund")
	if err != nil || len(list) != 2 || w.events(t, "policy.publish") != 1 {
		t.Errorf("%d versions, %d events, %v", len(list), w.events(t, "policy.publish"), err)
	}
	if err := publish(t.Context(), "ana"); !apperr.Is(err, apperr.Conflict) {
		t.Errorf("the same text of somebody else: %v", err)
	}
}

func TestAVisitorsMailHasNoLink(t *testing.T) {
	w := newWorld(t)
	for _, person := range []string{"", "ana"} {
		n := ask(person)
		r, err := w.Submit(t.Context(), n)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Reply(t.Context(), r.ID, support.Answer{By: "ben", Body: "Yes."}); err != nil {
			t.Fatal(err)
		}
		want := ""
		if person != "" {
			want = "https://learn.example.org/requests/" + r.ID
		}
		last := w.mails.sent[len(w.mails.sent)-2:]
		if last[0].(mail.RequestReceived).Link != want || last[1].(mail.RequestAnswered).Link != want {
			t.Errorf("person %q: %+v", person, last)
		}
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
		n.Name, n.Email = "Zoë ŽELEZNÁ", fmt.Sprintf("100%%Person_%d@example.org", i)
		if i == 4 {
			n.Kind = support.Help
		}
		if _, err := w.Submit(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	f := support.Filter{Kind: support.Grievance, Q: "100%person_", Limit: 2}
	first, err := w.Requests(t.Context(), f)
	if err != nil || first.Total != 4 || len(first.Rows) != 2 || !first.More || first.Earlier {
		t.Fatalf("first page %+v, %v", first, err)
	}
	f.After = first.Rows[1].ID
	last, err := w.Requests(t.Context(), f)
	if err != nil || len(last.Rows) != 2 || last.More || !last.Earlier {
		t.Errorf("the rows fill the last page: %+v, %v", last, err)
	}
	f.After, f.Before = "", last.Rows[0].ID
	if back, err := w.Requests(t.Context(), f); err != nil || len(back.Rows) != 2 || back.Rows[0].ID != first.Rows[0].ID || !back.More || back.Earlier {
		t.Errorf("back: %+v, %v", back, err)
	}
	for q, want := range map[string]int64{"železná": 5, "ZOE": 5, "ZOË": 5, "zoe_": 0, first.Rows[0].Reference: 1} {
		if p, err := w.Requests(t.Context(), support.Filter{Q: q, Limit: 3}); err != nil || p.Total != want {
			t.Errorf("%q: %d, %v, want %d", q, p.Total, err, want)
		}
	}
	if p, _ := w.Requests(t.Context(), support.Filter{Q: "%", Limit: 3, State: support.Closed}); p.Total != 0 {
		t.Errorf("%d closed", p.Total)
	}
}

func TestRequestsSort(t *testing.T) {
	w := newWorld(t)
	var ids []string // help is promised in 5 days, a grievance in 10
	for _, kind := range []support.Kind{support.Grievance, support.Help, support.Grievance, support.Help} {
		n := ask("ana")
		n.Kind = kind
		r, err := w.Submit(t.Context(), n)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, r.ID)
		w.now = w.now.Add(time.Hour)
	}
	for sort, order := range map[string][]int{"": {3, 2, 1, 0}, "filed": {0, 1, 2, 3}, "-filed": {3, 2, 1, 0}, "due": {1, 3, 0, 2}, "-due": {2, 0, 3, 1}} {
		f, got := support.Filter{Sort: sort, Limit: 3}, ""
		page, err := w.Requests(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		f.After = page.Rows[2].ID
		rest, err := w.Requests(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		f.After, f.Before = "", rest.Rows[0].ID
		back, err := w.Requests(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range append(page.Rows, rest.Rows...) {
			got += fmt.Sprint(slices.Index(ids, r.ID), " ")
		}
		if want := strings.Trim(fmt.Sprint(order), "[]") + " "; got != want || back.Rows[0].ID != page.Rows[0].ID {
			t.Errorf("%q: %swant %s", sort, got, want)
		}
		n := 0
		if err := w.Each(t.Context(), support.Filter{Sort: sort}, func(support.Request) error { n++; return nil }); err != nil || n != 4 {
			t.Errorf("each: %d, %v", n, err)
		}
	}
	if p, err := w.Requests(t.Context(), support.Filter{Limit: 1 << 40}); err != nil || len(p.Rows) != 4 {
		t.Errorf("a boundless page: %d rows, %v", len(p.Rows), err)
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
		if err := w.Grant(t.Context(), a); err != nil {
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
	if err := w.End(t.Context(), list[0].ID); err != nil {
		t.Errorf("ending twice: %v", err)
	}
	if e, _ := w.EffectiveFor(t.Context(), "ana", "any"); e.ExtraTimePercent != 25 {
		t.Errorf("after the end %+v", e)
	}
	course := "none"
	err = w.Grant(t.Context(), support.Accommodation{PersonID: "ana", CourseID: &course, ExtraAttempts: 1, Reason: "x", GrantedBy: "ben"})
	if fields := apperr.FieldsOf(err); len(fields) != 1 || fields[0].Name != "course" {
		t.Errorf("an unknown course: %v", err)
	}
	if err := w.Grant(t.Context(), support.Accommodation{PersonID: "ana", Reason: "x", GrantedBy: "ben"}); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("an empty accommodation: %v", err)
	}
}
