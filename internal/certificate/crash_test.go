package certificate_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/testneed"
)

const (
	envPath  = "COCARE_TEST_CRASH_PATH"
	envDSN   = "COCARE_TEST_CRASH_DSN"
	envPrint = "COCARE_TEST_CRASH_PRINT" // print what is reserved, and reserve nothing
)

// TestCrashHelper is the process that is killed: it completes one enrollment
// after the other and prints what was reserved. Its mails wait in the queue, so
// that the parent can count them.
func TestCrashHelper(t *testing.T) {
	path, dsn := os.Getenv(envPath), os.Getenv(envDSN)
	if path == "" && dsn == "" {
		t.Skip("this is the child process of TestKill")
	}
	d, err := db.Open(context.Background(), db.Config{Path: path, DSN: dsn})
	if err != nil {
		t.Fatal(err)
	}
	w := open(t, d, crashProvider)
	w.setHolder("p1", "Ana Ruiz", "UTC")
	w.clock = &clock{at: time.Now()}
	q := job.New(d, slog.New(slog.DiscardHandler), time.Now)
	idle := job.New(d, slog.New(slog.DiscardHandler), time.Now)
	s := w.service(q, mail.New(idle, w.post, mail.Address{Email: "noreply@example.org"}, mail.Site{Provider: "CoCare", BaseURL: "https://ce.example.org"}))
	if os.Getenv(envPrint) != "" {
		var people []string
		w.must(d.Read(t.Context()).Raw("SELECT id FROM people").Scan(&people).Error)
		for _, id := range people {
			w.setHolder(id, "Ana Ruiz", "America/New_York")
		}
		w.must(q.Run(context.Background()))
	}
	go func() { _ = q.Run(context.Background()) }()
	from := w.count("SELECT count(*) FROM enrollments")
	for cycle := from + 1; ; cycle++ {
		e := w.completed("p1", cycle, time.Now())
		if err := s.Completed(context.Background(), e); err != nil {
			t.Fatal(err)
		}
	}
}

var crashProvider = certificate.Provider{Name: "CoCare", BaseURL: "https://ce.example.org"}

// TestKill kills a process that reserves and prints, again and again: every
// certificate is whole or absent, and what is left is finished after a restart,
// with one mail each.
func TestKill(t *testing.T) {
	w := newWorld(t)
	rounds := testneed.Rounds(8)
	left := 0
	for round := range rounds {
		w.killAfter(round+1, time.Duration(round)*7*time.Millisecond)
		left += w.whole()
	}
	all := w.count("SELECT count(*) FROM certificates")
	if all < rounds || left == 0 {
		t.Fatalf("%d certificates, %d unfinished at the kills: the test did not test", all, left)
	}

	w.finishes(all)
	t.Logf("%d kills, %d certificates, %d times one was unfinished", rounds, all, left)
}

// TestKillAmongAThousand: where very many are due at once, as after a long outage
// or a live event, kills leave each certificate whole or absent, and the queue
// finishes the rest.
func TestKillAmongAThousand(t *testing.T) {
	w := newWorld(t)
	all := 1000
	if testing.Short() {
		all = 60
	}
	w.clock.at = time.Now()
	for _, complete := range w.crowd(0, all) {
		w.must(complete())
	}
	const kills = 5
	for kill := range kills {
		w.killAfter(all/(2*kills), time.Duration(kill)*11*time.Millisecond, envPrint+"=1")
		t.Logf("kill %d: %d wait", kill+1, w.whole())
	}
	if left := w.whole(); left == 0 || left == all {
		t.Fatalf("%d of %d unfinished after the kills: the test did not test", left, all)
	}
	w.finishes(all)
}

// killAfter starts a process that prints, and kills it a while after it has issued
// n certificates.
func (w *world) killAfter(n int, while time.Duration, env ...string) {
	w.t.Helper()
	path, dsn := w.dsn()
	// #nosec G204 -- the test's own binary
	cmd := exec.Command(os.Args[0], "-test.run=^TestCrashHelper$")
	cmd.Env = append(append(os.Environ(), envPath+"="+path, envDSN+"="+dsn), env...)
	w.must(cmd.Start())
	const issued = "SELECT count(*) FROM certificates WHERE state = 'issued'"
	had := w.count(issued)
	for range 6000 {
		if w.count(issued) >= had+n {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	time.Sleep(while)
	w.must(cmd.Process.Kill())
	_ = cmd.Wait()
}

// finishes is the restart, when the leases have expired: all certificates are
// issued, each with its file and one mail.
func (w *world) finishes(all int) {
	w.t.Helper()
	w.clock.at = time.Now().Add(time.Hour)
	w.drain()
	if n := w.whole(); n != 0 {
		w.t.Errorf("%d are still being prepared", n)
	}
	mails := w.post.each("is ready")
	w.must(w.Each(w.t.Context(), certificate.Filter{}, func(c certificate.Certificate) error {
		if n := mails[c.Number]; n != 1 {
			w.t.Errorf("%s: %d mails", c.Number, n)
		}
		return nil
	}))
	n, damaged, err := w.checkStored()
	if w.must(err); n != all || len(damaged) != 0 {
		w.t.Errorf("%d files of %d, damaged %q", n, all, damaged)
	}
}

// whole fails for anything half-done and returns how many wait to be printed.
func (w *world) whole() (preparing int) {
	w.t.Helper()
	for what, sql := range map[string]string{
		"issued without its file":       "SELECT count(*) FROM certificates c WHERE state = 'issued' AND NOT EXISTS (SELECT 1 FROM certificate_files f WHERE f.certificate_id = c.id)",
		"a file without its issue":      "SELECT count(*) FROM certificates c JOIN certificate_files f ON f.certificate_id = c.id WHERE state = 'preparing'",
		"issued without its event":      "SELECT count(*) FROM certificates c WHERE (SELECT count(*) FROM certificate_history e WHERE e.certificate_id = c.id AND kind = 'issued') <> CASE WHEN state = 'issued' THEN 1 ELSE 0 END",
		"reserved without its event":    "SELECT count(*) FROM certificates c WHERE (SELECT count(*) FROM certificate_history e WHERE e.certificate_id = c.id AND kind = 'reserved') <> 1",
		"preparing without its job":     fmt.Sprintf("SELECT count(*) FROM certificates c WHERE state = 'preparing' AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.unique_key = '%s:' || c.id)", certificate.JobKind),
		"acts that were not audited":    "SELECT count(*) FROM certificates c WHERE (SELECT count(*) FROM audit_events a WHERE a.object_id = c.id) <> CASE WHEN state = 'issued' THEN 2 ELSE 1 END",
		"twice for the same completion": "SELECT count(*) FROM (SELECT enrollment_id FROM certificates GROUP BY enrollment_id HAVING count(*) > 1) AS twice",
	} {
		if n := w.count(sql); n != 0 {
			w.t.Errorf("%s: %d", what, n)
		}
	}
	return w.count("SELECT count(*) FROM certificates WHERE state = 'preparing'")
}
