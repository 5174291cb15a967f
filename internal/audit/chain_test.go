package audit_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
)

func TestOlderIDAfterNewerOneWasChained(t *testing.T) {
	l, d := newLog(t)
	record(t, l, "fast.act", "2")
	seal(t, l)
	record(t, l, "slow.act", "1")
	const older = "00000000-0000-7000-8000-000000000000"
	exec(t, d, `INSERT INTO audit_events (id, occurred_at, actor_id, action, object_kind, object_id, details_hash)
		SELECT ?, occurred_at, actor_id, action, object_kind, object_id, details_hash FROM audit_events WHERE seq IS NULL`, older)
	exec(t, d, "UPDATE audit_details SET event_id = ? WHERE event_id = (SELECT id FROM audit_events WHERE seq IS NULL AND id <> ?)", older, older)
	exec(t, d, "DELETE FROM audit_events WHERE seq IS NULL AND id <> ?", older)
	seal(t, l)
	if r := verify(t, l); !r.OK() || r.Seq != 2 || r.Unsealed != 0 {
		t.Errorf("%+v %v", r, r.Break)
	}
}

func TestSlowTransactionIsChainedWhenItCommits(t *testing.T) {
	if !dbtest.OnPostgres() {
		t.Skip("SQLite has one writer: nobody commits between the insert and the commit of another")
	}
	l, d := newLog(t)
	inserted, release, done := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		done <- d.InTx(context.Background(), func(ctx context.Context) error {
			err := l.Record(ctx, audit.Event{Action: "slow.act", ObjectKind: "x", ObjectID: "1"})
			close(inserted)
			<-release
			return err
		})
	}()
	<-inserted
	record(t, l, "fast.act", "2")
	if n := seal(t, l); n != 1 {
		t.Errorf("sealed %d", n)
	}
	close(release)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	seal(t, l)
	if r := verify(t, l); !r.OK() || r.Seq != 2 || r.Unsealed != 0 {
		t.Errorf("%+v %v", r, r.Break)
	}
}

func TestSealersRace(t *testing.T) {
	l, d := newLog(t)
	const events, sealers = 450, 4 // more than two batches
	for i := range events {
		record(t, l, "a.b", fmt.Sprint(i))
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	total := 0
	for range sealers {
		other := audit.New(d, db.Now)
		wg.Go(func() {
			for range 20 {
				n, err := other.Seal(context.Background())
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				total += n
				mu.Unlock()
			}
		})
	}
	for i := range 50 {
		record(t, l, "during.race", fmt.Sprint(i))
	}
	wg.Wait()
	total += seal(t, l)
	if r := verify(t, l); !r.OK() || r.Seq != events+50 || r.Unsealed != 0 || total != events+50 {
		t.Errorf("sealed %d, %+v %v", total, r, r.Break)
	}
}

func TestTamperingIsFoundWhereItHappened(t *testing.T) {
	for name, tc := range map[string]struct {
		sql     string
		seq     int64
		problem string
	}{
		"action":          {"UPDATE audit_events SET action = 'nothing.happened' WHERE seq = 3", 3, "changed after"},
		"actor":           {"UPDATE audit_events SET actor_id = 'somebody else' WHERE seq = 1", 1, "changed after"},
		"object":          {"UPDATE audit_events SET object_id = 'x' WHERE seq = 5", 5, "changed after"},
		"time":            {"UPDATE audit_events SET occurred_at = '2020-01-01 00:00:00+00:00' WHERE seq = 2", 2, "changed after"},
		"sealing time":    {"UPDATE audit_events SET sealed_at = '2020-01-01 00:00:00+00:00' WHERE seq = 2", 2, "changed after"},
		"hash":            {"UPDATE audit_events SET hash = 'x' WHERE seq = 2", 2, "changed after"},
		"no hash":         {"UPDATE audit_events SET hash = NULL WHERE seq = 2", 2, "changed after"},
		"link":            {"UPDATE audit_events SET previous_hash = 'x' WHERE seq = 2", 2, "does not follow"},
		"details":         {"UPDATE audit_details SET details = '{}' WHERE event_id = (SELECT id FROM audit_events WHERE seq = 4)", 4, "details were changed"},
		"address":         {"UPDATE audit_details SET ip = '' WHERE event_id = (SELECT id FROM audit_events WHERE seq = 4)", 4, "details were changed"},
		"renumbered":      {"UPDATE audit_events SET seq = 9 WHERE seq = 5", 9, "5 to 8 are missing"},
		"first unsealed":  {"UPDATE audit_events SET seq = NULL WHERE seq = 1", 2, "1 to 1 are missing"},
		"middle unsealed": {"UPDATE audit_events SET seq = NULL WHERE seq = 3", 4, "3 to 3 are missing"},
	} {
		t.Run(name, func(t *testing.T) {
			l, d := newLog(t)
			for i := range 5 {
				record(t, l, "a.b", fmt.Sprint(i))
			}
			seal(t, l)
			exec(t, d, tc.sql)
			r := verify(t, l)
			if r.OK() || r.Break.Seq != tc.seq || !strings.Contains(r.Break.String(), tc.problem) {
				t.Errorf("report %+v, break %v; want %q at %d", r, r.Break, tc.problem, tc.seq)
			}
		})
	}
}

func TestVerifyReadsPageByPage(t *testing.T) {
	l, d := newLog(t)
	err := d.InTx(t.Context(), func(ctx context.Context) error {
		for i := range 1100 { // more than one page
			if err := l.Record(ctx, audit.Event{Action: "a.b", ObjectKind: "x", ObjectID: fmt.Sprint(i)}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := seal(t, l); n != 1100 {
		t.Errorf("sealed %d", n)
	}
	if r := verify(t, l); !r.OK() || r.Seq != 1100 {
		t.Errorf("%+v %v", r, r.Break)
	}
	exec(t, d, "UPDATE audit_events SET action = 'x' WHERE seq = 1050")
	if r := verify(t, l); r.OK() || r.Break.Seq != 1050 {
		t.Errorf("%+v", r)
	}
}
