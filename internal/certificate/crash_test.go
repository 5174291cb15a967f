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
	envPath = "COCARE_TEST_CRASH_PATH"
	envDSN  = "COCARE_TEST_CRASH_DSN"
)

// TestCrashHelper is the process that TestKill kills: it completes one
// enrollment after the other and prints what was reserved. Its mails wait in
// the queue, so that the parent can count them.
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
	path, dsn := w.dsn()
	left := 0
	for round := range rounds {
		// #nosec G204 -- the test's own binary
		cmd := exec.Command(os.Args[0], "-test.run=^TestCrashHelper$")
		cmd.Env = append(os.Environ(), envPath+"="+path, envDSN+"="+dsn)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		had := w.count("SELECT count(*) FROM certificates WHERE state = 'issued'")
		for range 400 {
			if w.count("SELECT count(*) FROM certificates WHERE state = 'issued'") > had+round {
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
		time.Sleep(time.Duration(round) * 7 * time.Millisecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		left += w.whole()
	}
	all := w.count("SELECT count(*) FROM certificates")
	if all < rounds || left == 0 {
		t.Fatalf("%d certificates, %d unfinished at the kills: the test did not test", all, left)
	}

	// The restart: leases have expired.
	w.clock.at = time.Now().Add(time.Hour)
	w.drain()
	if n := w.whole(); n != 0 {
		t.Errorf("%d are still being prepared", n)
	}
	list, err := w.ByPerson(t.Context(), "p1")
	w.must(err)
	for _, c := range list {
		if n := w.post.about("is ready", c.Number); n != 1 {
			t.Errorf("%s: %d mails", c.Number, n)
		}
		w.pdf(c)
	}
	n, damaged, err := w.CheckStored(t.Context())
	if w.must(err); n != len(list) || len(damaged) != 0 {
		t.Errorf("%d files of %d, damaged %q", n, len(list), damaged)
	}
	t.Logf("%d kills, %d certificates, %d times one was unfinished", rounds, all, left)
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
