package attendance_test

import (
	"context"
	"log/slog"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/attendance"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/testneed"
)

const (
	envPath = "COCARE_TEST_ATTENDANCE_PATH"
	envDSN  = "COCARE_TEST_ATTENDANCE_DSN"
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
	w := open(t, d, &clock{at: time.Now()})
	w.replica(slog.New(slog.NewTextHandler(os.Stderr, nil)))
	if err := w.queue.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// TestKill kills the process that works through a list, again and again: every person
// is done or untouched, and the rest is done after a restart.
func TestKill(t *testing.T) {
	w := newWorld(t)
	w.clock.set(time.Now())
	const n = 60
	l := w.upload(w.event(), numbered(n)...)
	w.must(w.Start(w.ctx(), l.ID, l.CheckSHA256, nil, true, "dora"))
	path, dsn := w.dsn()
	rounds := testneed.Rounds(5)
	midway := 0
	for round := range rounds {
		had := w.count("SELECT count(*) FROM attendance_rows WHERE outcome <> ''")
		// #nosec G204 -- the test's own binary
		cmd := exec.Command(os.Args[0], "-test.run=^TestCrashHelper$")
		cmd.Env = append(os.Environ(), envPath+"="+path, envDSN+"="+dsn)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for range 1000 {
			if w.count("SELECT count(*) FROM attendance_rows WHERE outcome <> ''") > had+round {
				break
			}
			time.Sleep(2 * time.Millisecond)
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		if done := w.count("SELECT count(*) FROM attendance_rows WHERE outcome <> ''"); done > had && done < n {
			midway++
		}
		w.onceEach(-1)
		// The lease of the process that is gone has ended.
		w.exec("UPDATE jobs SET leased_until = run_at, attempts = 1 WHERE state = 'running'")
	}
	if midway == 0 {
		t.Fatal("no kill came midway: the test did not test")
	}
	w.clock.set(time.Now().Add(time.Hour))
	w.drain()
	w.onceEach(n)
	if w.again(l).State != attendance.Finished || w.audited("attendance.finish") != 1 {
		t.Errorf("%+v", w.again(l))
	}
	t.Logf("%d kills, %d midway", rounds, midway)
}
