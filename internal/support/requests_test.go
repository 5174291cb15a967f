package support_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/support"
)

// The form must not carry anybody's words to a stranger: neither often, nor in
// the name that the mail greets.
func TestStrangersGetFewMailsAndNoTypedName(t *testing.T) {
	w := newWorld(t)
	visitor := support.NewRequest{Kind: support.Help, Name: "Win money now", Email: "Victim@example.org", Body: "x"}
	unconfirmed := visitor
	unconfirmed.PersonID, unconfirmed.Email = "ben", "victim@example.org"
	for _, n := range []support.NewRequest{visitor, unconfirmed, visitor} {
		if _, err := w.Submit(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	for _, n := range []support.NewRequest{visitor, unconfirmed} {
		if _, err := w.Submit(t.Context(), n); !apperr.Is(err, apperr.Limited) {
			t.Errorf("the fourth to one address: %v", err)
		}
	}
	if len(w.mails.to) != 3 {
		t.Errorf("%d mails", len(w.mails.to))
	}
	for _, to := range w.mails.to {
		if to.Name != "" {
			t.Errorf("a stranger is greeted %q", to.Name)
		}
	}
	if p, _ := w.Requests(t.Context(), support.Filter{Limit: 9}); p.Total != 3 {
		t.Errorf("%d requests filed", p.Total)
	}
	for _, name := range []string{"https://win.example", "Win <b>now</b>", strings.Repeat("x", 121)} {
		n := visitor
		n.Name, n.Email = name, "other@example.org"
		if _, err := w.Submit(t.Context(), n); !apperr.Is(err, apperr.Invalid) {
			t.Errorf("name %q: %v", name, err)
		}
	}
	w.now = w.now.Add(24 * time.Hour)
	if _, err := w.Submit(t.Context(), visitor); err != nil {
		t.Errorf("a day later: %v", err)
	}
}

func TestOnlyFiledRequestsOfAVisitorCount(t *testing.T) {
	w := newWorld(t)
	n := support.NewRequest{Kind: support.Help, Name: "Ana", Body: "x", IP: "2001:db8:1:2::3"}
	for range 20 {
		if _, err := w.Submit(t.Context(), n); !apperr.Is(err, apperr.Invalid) {
			t.Fatal(err)
		}
	}
	var err error
	for i := range 11 {
		n.Email, n.IP = fmt.Sprintf("a%d@example.org", i), fmt.Sprintf("2001:db8:1:2::%d", i)
		if _, err = w.Submit(t.Context(), n); err != nil && i < 10 {
			t.Fatal(i, err)
		}
	}
	if !apperr.Is(err, apperr.Limited) || apperr.AfterOf(err) != time.Hour {
		t.Errorf("the 11th in an hour: %v", err)
	}
	n.IP = "2001:db8:1:3::1"
	if _, err := w.Submit(t.Context(), n); err != nil {
		t.Errorf("from elsewhere: %v", err)
	}
}

func TestAPersonIsLimitedWhateverTheAddress(t *testing.T) {
	w := newWorld(t)
	var err error
	for i := range 21 {
		n := ask("ana")
		n.Email = fmt.Sprintf("a%d@example.org", i)
		if _, err = w.Submit(t.Context(), n); err != nil && i < 20 {
			t.Fatal(i, err)
		}
	}
	if !apperr.Is(err, apperr.Limited) || w.mails.to[0].Name != "Ana" {
		t.Errorf("the 21st in a day: %v, mail to %+v", err, w.mails.to[0])
	}
}

// A note among administrators, written at the same moment, must not undo that
// the person was answered.
func TestAnswerAndNoteAtOnceKeepBoth(t *testing.T) {
	w := newWorld(t)
	for range 15 {
		r, err := w.Submit(t.Context(), ask("ana"))
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for _, a := range []support.Answer{{By: "ben", Body: "Yes."}, {By: "ben", Body: "Called.", Internal: true}, {By: "ben", Body: "Checked.", Internal: true}} {
			wg.Go(func() {
				if err := w.Reply(t.Context(), r.ID, a); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got, msgs, err := w.Get(t.Context(), r.ID); err != nil || got.State != support.Answered || got.AnsweredAt == nil || len(msgs) != 3 {
			t.Fatalf("%+v with %d messages, %v", got, len(msgs), err)
		}
	}
}

// An address may have been given up since, or lost to somebody: what is answered
// goes to the account as it stands. The request keeps what was filed.
func TestAnswersFollowTheAccount(t *testing.T) {
	w := newWorld(t)
	r, err := w.Submit(t.Context(), ask("ana"))
	if err != nil {
		t.Fatal(err)
	}
	visitor := ask("")
	visitor.Confirmed, visitor.Email = false, "visitor@example.org"
	v, err := w.Submit(t.Context(), visitor)
	if err != nil {
		t.Fatal(err)
	}
	w.moved(t, "ana", "Ana Óriz", "new@example.net")
	for id, want := range map[string]mail.Address{r.ID: {Name: "Ana Óriz", Email: "new@example.net"}, v.ID: {Name: "Ana", Email: "visitor@example.org"}} {
		if err := w.Reply(t.Context(), id, support.Answer{By: "ben", Body: "Granted."}); err != nil {
			t.Fatal(err)
		}
		if to := w.mails.to[len(w.mails.to)-1]; to != want {
			t.Errorf("the answer went to %v, want %v", to, want)
		}
	}
	if got, _, err := w.Get(t.Context(), r.ID); err != nil || got.Name != "Ana" || got.Email != "ana@example.org" {
		t.Errorf("the request says %s, %s, %v", got.Name, got.Email, err)
	}
}

func TestRequestsAreFoundByTheAccountAndTheOrder(t *testing.T) {
	w := newWorld(t)
	n := ask("ana")
	n.About = "Order 4F7QK-9M2XT"
	for _, n := range []support.NewRequest{n, ask("ben")} {
		if _, err := w.Submit(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	w.moved(t, "ana", "Ana Óriz", "new@example.net")
	for q, want := range map[string]int64{"oriz": 1, "new@example.net": 1, "ana@example.org": 2, "4f7qk-9m2xt": 1, "4F7QK9M2XT": 1, "order": 1, "--": 0, "": 2, "nobody": 0} {
		if p, err := w.Requests(t.Context(), support.Filter{Q: q}); err != nil || p.Total != want || len(p.Rows) != int(want) {
			t.Errorf("%q: %d, %v, want %d", q, p.Total, err, want)
		}
	}
}

func TestACopyOfTheListIsAudited(t *testing.T) {
	w := newWorld(t)
	if err := w.RecordExport(t.Context(), support.Filter{Q: "ana", Kind: support.Help}); err != nil {
		t.Fatal(err)
	}
	list, err := audit.New(w.db, func() time.Time { return w.now }).List(t.Context(), audit.Filter{ObjectKind: "requests"})
	if err != nil || len(list) != 1 || list[0].Action != "requests.export" {
		t.Errorf("%+v, %v", list, err)
	}
}
