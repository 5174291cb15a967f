package intake_test

import (
	"context"
	"log/slog"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/intake"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/testneed"
)

const (
	envPath = "COCARE_TEST_INTAKE_PATH"
	envDSN  = "COCARE_TEST_INTAKE_DSN"
)

// TestCrashHelper is the process that TestKill kills: it does the jobs that are
// there.
func TestCrashHelper(t *testing.T) {
	path, dsn := os.Getenv(envPath), os.Getenv(envDSN)
	if path == "" && dsn == "" {
		t.Skip("this is the child process of TestKill")
	}
	d, err := db.Open(context.Background(), db.Config{Path: path, DSN: dsn})
	if err != nil {
		t.Fatal(err)
	}
	log := audit.New(d, time.Now)
	queue := job.New(d, slog.New(slog.DiscardHandler), time.Now)
	intake.New(intake.Deps{DB: d, Now: time.Now, Audit: log, Queue: queue, Courses: course.New(course.Deps{DB: d, Now: time.Now, Audit: log, Demo: true})})
	if err := queue.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// TestKill kills the process that reads and adds questions, again and again: what was
// done stays, and the rest comes once.
func TestKill(t *testing.T) {
	cfg := dbtest.Config(t)
	d, err := db.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	w := worldOn(t, d)
	w.clock = time.Now()
	const n = 2400
	i, err := w.Upload(t.Context(), slug, "many.xml", []byte(many(n)), "ira")
	w.must(err)
	rounds := testneed.Rounds(4)
	midway := w.killedWhile(cfg, rounds, "SELECT items FROM question_imports", n)
	w.clock = time.Now().Add(time.Hour)
	w.drain()
	if i = w.get(i.ID); i.State != intake.Ready || w.counts(i).New() != n {
		t.Fatalf("%+v %v", i, w.counts(i))
	}
	w.clock = time.Now()
	w.must(w.Confirm(t.Context(), slug, i.ID, "ira", intake.Bank, "LO1"))
	midway += w.killedWhile(cfg, rounds, "SELECT count(*) FROM question_import_items WHERE file <> ''", n)
	if midway == 0 {
		t.Fatal("no kill came midway: the test did not test")
	}
	w.clock = time.Now().Add(time.Hour)
	w.drain()
	seen := map[string]int{}
	for _, qs := range w.imported() {
		for _, q := range qs {
			seen[q.ID]++
		}
	}
	for id, times := range seen {
		if times != 1 {
			t.Errorf("%s came %d times", id, times)
		}
	}
	if len(seen) != n || w.get(i.ID).State != intake.Done {
		t.Errorf("%d questions", len(seen))
	}
	t.Logf("%d kills, %d midway", 2*rounds, midway)
}

// killedWhile kills the helper as soon as it has done something, some times over, and
// counts the kills that came before all was done.
func (w *world) killedWhile(cfg db.Config, rounds int, query string, n int) (midway int) {
	w.t.Helper()
	count := func() (done int) {
		w.must(w.db.Read(w.t.Context()).Raw(query).Scan(&done).Error)
		return done
	}
	for range rounds {
		had := count()
		// #nosec G204 -- the test's own binary
		cmd := exec.Command(os.Args[0], "-test.run=^TestCrashHelper$")
		cmd.Env = append(os.Environ(), envPath+"="+cfg.Path, envDSN+"="+cfg.DSN)
		w.must(cmd.Start())
		for range 4000 {
			if count() > had {
				break
			}
			time.Sleep(2 * time.Millisecond)
		}
		w.must(cmd.Process.Kill())
		_ = cmd.Wait()
		if done := count(); done > had && done < n {
			midway++
		}
		// The lease of the process that is gone has ended.
		w.must(w.db.Conn(w.t.Context()).Exec("UPDATE jobs SET leased_until = run_at, attempts = 1 WHERE state = 'running'").Error)
	}
	return midway
}
