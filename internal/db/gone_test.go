package db_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"

	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/testneed"
)

// wire carries a database's connections until it is cut.
type wire struct {
	listener net.Listener
	mu       sync.Mutex
	open     []net.Conn
}

func newWire(t *testing.T, to string) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{listener: l}
	t.Cleanup(w.cut)
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", to)
			if err != nil {
				_ = near.Close()
				return
			}
			w.mu.Lock()
			w.open = append(w.open, near, far)
			w.mu.Unlock()
			go func() { _, _ = io.Copy(far, near) }()
			go func() { _, _ = io.Copy(near, far) }()
		}
	}()
	return w
}

func (w *wire) cut() {
	_ = w.listener.Close()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.open {
		_ = c.Close()
	}
}

// TestAServerThatGoesAwayIsUnavailable, to those who read as to those who write,
// on a connection that died and on one that cannot be made.
func TestAServerThatGoesAwayIsUnavailable(t *testing.T) {
	if !dbtest.OnPostgres() {
		testneed.Missing(t, testneed.Postgres, dbtest.EnvPostgres+" is not set, and SQLite is no server")
	}
	dsn, err := url.Parse(dbtest.Config(t).DSN)
	if err != nil {
		t.Fatal(err)
	}
	w := newWire(t, dsn.Host)
	dsn.Host = w.listener.Addr().String()
	d, err := db.Open(t.Context(), db.Config{DSN: dsn.String()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	var n int
	reads := map[string]func() error{
		"Scan": func() error { return d.Read(t.Context()).Raw("SELECT 1").Scan(&n).Error },
		"Query": func() error {
			rows, err := d.Query(t.Context(), "SELECT 1")
			if err == nil {
				err = errors.Join(rows.Err(), rows.Close())
			}
			return err
		},
		"InTx": func() error {
			return d.InTx(t.Context(), func(ctx context.Context) error { return put(ctx, d, "x") })
		},
	}
	for name, read := range reads {
		if err := read(); err != nil && name != "InTx" {
			t.Fatalf("%s: %v", name, err)
		}
	}
	w.cut()
	for range 3 {
		for name, read := range reads {
			if err := read(); !errors.Is(err, db.ErrUnavailable) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
