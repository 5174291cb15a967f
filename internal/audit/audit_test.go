package audit_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
)

var actor = audit.Actor{PersonID: "person-1", IP: "203.0.113.7", UserAgent: "Browser/1", RequestID: "req-1"}

func newLog(t *testing.T) (*audit.Log, *db.DB) {
	t.Helper()
	d := dbtest.New(t)
	return audit.New(d, db.Now), d
}

func record(t *testing.T, l *audit.Log, action, id string) {
	t.Helper()
	e := audit.Event{Action: action, ObjectKind: "certificate", ObjectID: id, Details: map[string]any{"reason": "issued in <error>", "n": 1}}
	if err := l.Record(audit.WithActor(t.Context(), actor), e); err != nil {
		t.Fatal(err)
	}
}

func seal(t *testing.T, l *audit.Log) int {
	t.Helper()
	n, err := l.Seal(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func verify(t *testing.T, l *audit.Log) audit.Report {
	t.Helper()
	r, err := l.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func list(t *testing.T, l *audit.Log, f audit.Filter) []audit.Entry {
	t.Helper()
	entries, err := l.List(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

func exec(t *testing.T, d *db.DB, sql string, args ...any) {
	t.Helper()
	if err := d.Conn(t.Context()).Exec(sql, args...).Error; err != nil {
		t.Fatal(err)
	}
}

func TestRecordedSealedReadBack(t *testing.T) {
	l, _ := newLog(t)
	record(t, l, "certificate.revoke", "c1")
	if err := l.Record(t.Context(), audit.Event{Action: "key.rotate", ObjectKind: "key"}); err != nil { // by the system
		t.Fatal(err)
	}
	if r := verify(t, l); r.Unsealed != 2 || r.Seq != 0 || !r.OK() {
		t.Errorf("before sealing: %+v", r)
	}
	if n := seal(t, l) + seal(t, l); n != 2 {
		t.Errorf("sealed %d", n)
	}
	r := verify(t, l)
	if r.Unsealed != 0 || r.Seq != 2 || !r.OK() || len(r.Head) != 64 {
		t.Errorf("after sealing: %+v", r)
	}
	entries := list(t, l, audit.Filter{})
	if len(entries) != 2 || entries[0].ActorID != "" || entries[0].Hash != r.Head {
		t.Fatalf("entries %+v", entries)
	}
	e := entries[1]
	if e.Action != "certificate.revoke" || e.ObjectID != "c1" || e.ActorID != "person-1" || e.IP != actor.IP || e.UserAgent != actor.UserAgent ||
		e.RequestID != "req-1" || e.Seq != 1 || e.Erased || e.Details["reason"] != "issued in <error>" || time.Since(e.OccurredAt) > time.Minute {
		t.Errorf("entry %+v", e)
	}
}

func TestEventSharesTheFateOfItsAct(t *testing.T) {
	l, d := newLog(t)
	boom := errors.New("boom")
	err := d.InTx(t.Context(), func(ctx context.Context) error {
		if err := l.Record(ctx, audit.Event{Action: "order.refund", ObjectKind: "order", ObjectID: "o1"}); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) || len(list(t, l, audit.Filter{})) != 0 {
		t.Errorf("an act that was rolled back left its event (%v)", err)
	}
}

func TestStrangeHeadersDoNotFailTheAct(t *testing.T) {
	l, _ := newLog(t)
	ctx := audit.WithActor(t.Context(), audit.Actor{UserAgent: "a\x00b\xff\r\n" + strings.Repeat("é", 5000), IP: "::1\x00"})
	if err := l.Record(ctx, audit.Event{Action: "session.open", ObjectKind: "session", ObjectID: "s\x00"}); err != nil {
		t.Fatal(err)
	}
	seal(t, l)
	if r := verify(t, l); !r.OK() {
		t.Errorf("%v", r.Break)
	}
	if e := list(t, l, audit.Filter{})[0]; len(e.UserAgent) > 400 || !strings.HasPrefix(e.UserAgent, "a b?") {
		t.Errorf("user agent %q", e.UserAgent)
	}
}

func TestIncompleteEventsAreRefused(t *testing.T) {
	l, _ := newLog(t)
	for _, e := range []audit.Event{{ObjectKind: "x"}, {Action: "x"}, {Action: "x", ObjectKind: "x", Details: map[string]any{"f": func() {}}}} {
		if err := l.Record(t.Context(), e); err == nil {
			t.Errorf("accepted %+v", e)
		}
	}
}

func TestErasedDetailsLeaveTheChainWhole(t *testing.T) {
	l, d := newLog(t)
	record(t, l, "a.b", "1")
	record(t, l, "a.b", "2")
	seal(t, l)
	id := list(t, l, audit.Filter{ObjectKind: "certificate", ObjectID: "1"})[0].ID
	exec(t, d, "DELETE FROM audit_details WHERE event_id = ?", id)
	if r := verify(t, l); !r.OK() || r.Erased != 1 || r.Seq != 2 {
		t.Errorf("%+v %v", r, r.Break)
	}
	e := list(t, l, audit.Filter{ObjectKind: "certificate", ObjectID: "1"})[0]
	if !e.Erased || e.Details != nil || e.IP != "" || e.UserAgent != "" || e.Action != "a.b" {
		t.Errorf("entry %+v", e)
	}
	var n int
	if err := d.Read(t.Context()).Raw("SELECT count(*) FROM audit_details").Scan(&n).Error; err != nil || n != 1 {
		t.Errorf("%d side rows remain (%v), want one", n, err)
	}
}

// walk goes through the pages and back again, and returns what they show.
func walk(t *testing.T, l *audit.Log, f audit.Filter) (pages string) {
	t.Helper()
	for {
		p, err := l.Page(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		show := ""
		for _, e := range p.Entries {
			show += e.ObjectID
		}
		pages += show + "|"
		if p.Earlier {
			before, err := l.Page(t.Context(), f.Previous(p.Entries[0].ID))
			if err != nil || len(before.Entries) != f.Limit || !before.More || before.Entries[f.Limit-1].ID != f.Before+f.After {
				t.Errorf("back from %s: %+v, %v", show, before, err)
			}
		}
		if !p.More {
			return pages
		}
		f = f.Next(p.Entries[len(p.Entries)-1].ID)
	}
}

func TestListFiltersAndPages(t *testing.T) {
	l, _ := newLog(t)
	for i := range 7 {
		record(t, l, "a.b", fmt.Sprint(i))
	}
	if err := l.Record(t.Context(), audit.Event{Action: "c.d", ObjectKind: "order", ObjectID: "0"}); err != nil {
		t.Fatal(err)
	}
	for sort, want := range map[string]string{"": "654|321|0|", "-when": "654|321|0|", "when": "012|345|6|"} {
		if got := walk(t, l, audit.Filter{Action: "a.b", Sort: sort, Limit: 3}); got != want {
			t.Errorf("%q: pages show %s", sort, got)
		}
	}
	if p, err := l.Page(t.Context(), audit.Filter{Limit: 4}); err != nil || p.Total != 8 || p.Over || !p.More || p.Earlier {
		t.Errorf("the whole: %+v, %v", p, err)
	}
	seal(t, l)
	record(t, l, "a.b", "7")
	if p, err := l.Page(t.Context(), audit.Filter{Limit: 9}); err != nil || p.Total != 9 || p.More {
		t.Errorf("with a chain: %+v, %v", p, err)
	}
	n := 0
	if err := l.Each(t.Context(), audit.Filter{Action: "a.b", Limit: 2}, func(page []audit.Entry) error { n += len(page); return nil }); err != nil || n != 8 {
		t.Errorf("each of %d, %v", n, err)
	}
	if p, err := l.Page(t.Context(), audit.Filter{Action: "a.b"}); err != nil || p.Total != 8 {
		t.Errorf("a part: %+v, %v", p, err)
	}
	for _, tc := range []struct {
		f    audit.Filter
		want int
	}{
		{audit.Filter{}, 9}, {audit.Filter{Limit: 10_000}, 9}, {audit.Filter{ActorID: "person-1"}, 8}, {audit.Filter{ObjectKind: "order"}, 1},
		{audit.Filter{ObjectKind: "order", ObjectID: "1"}, 0}, {audit.Filter{ObjectID: "0"}, 2}, {audit.Filter{Action: "c.d", ActorID: "person-1"}, 0},
	} {
		if got := len(list(t, l, tc.f)); got != tc.want {
			t.Errorf("%+v: %d entries, want %d", tc.f, got, tc.want)
		}
	}
}

func TestCountingAPartOfTheLogStops(t *testing.T) {
	l, d := newLog(t)
	exec(t, d, `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10001)
		INSERT INTO audit_events (id, occurred_at, actor_id, action, object_kind, object_id, details_hash)
		SELECT 'e' || i, ?, '', 'a.b', 'x', '', '' FROM n`, db.Now())
	if p, err := l.Page(t.Context(), audit.Filter{Action: "a.b", Limit: 1}); err != nil || p.Total != 10000 || !p.Over {
		t.Errorf("%d, over %v, %v", p.Total, p.Over, err)
	}
	if p, err := l.Page(t.Context(), audit.Filter{Limit: 1}); err != nil || p.Total != 10001 || p.Over {
		t.Errorf("the whole: %d, over %v, %v", p.Total, p.Over, err)
	}
}
