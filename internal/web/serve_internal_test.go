package web

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// wire is a listener with one connection that holds nothing back: what the
// reader does not take, the server waits for.
type wire struct {
	conns chan net.Conn
	done  chan struct{}
}

func (w *wire) Accept() (net.Conn, error) {
	select {
	case c := <-w.conns:
		return c, nil
	case <-w.done:
		return nil, net.ErrClosed
	}
}

func (w *wire) Close() error   { close(w.done); return nil }
func (w *wire) Addr() net.Addr { return &net.TCPAddr{} }

// ask sends a request to a server with this handler and returns what the reader
// gets. It runs in a bubble whose clock is not the machine's.
func ask(t *testing.T, h http.HandlerFunc) (answer io.Reader, stop func()) {
	t.Helper()
	here, there := net.Pipe()
	l := &wire{conns: make(chan net.Conn, 1), done: make(chan struct{})}
	l.conns <- there
	srv := NewServer(h, slog.New(slog.DiscardHandler), Patience)
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	if _, err := io.WriteString(here, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	return here, func() {
		here.Close()
		srv.Close()
		<-served
	}
}

var long = bytes.Repeat([]byte("certificate "), 100_000)

// TestWhoReadsSlowlyGetsItAll: a quarter of an hour for a megabyte, because
// something is taken within each minute.
func TestWhoReadsSlowlyGetsItAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		answer, stop := ask(t, func(w http.ResponseWriter, _ *http.Request) {
			time.Sleep(2 * Patience) // a long search before the first byte
			if n, err := w.Write(long); n != len(long) || err != nil {
				t.Errorf("cut after %d of %d bytes: %v", n, len(long), err)
			}
		})
		defer stop()
		res, err := http.ReadResponse(bufio.NewReader(slow{answer}), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil || !bytes.Equal(body, long) {
			t.Errorf("%d of %d bytes, %v", len(body), len(long), err)
		}
		if took := time.Since(start); took < 10*Patience {
			t.Errorf("the reader was not slow: %s", took)
		}
	})
}

// slow takes four kilobytes each three seconds.
type slow struct{ io.Reader }

func (s slow) Read(p []byte) (int, error) {
	time.Sleep(3 * time.Second)
	return s.Reader.Read(p[:min(len(p), 4096)])
}

// TestWhoReadsNothingIsCut soon, whatever is left to send.
func TestWhoReadsNothingIsCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cut := make(chan error, 1)
		var after time.Duration
		answer, stop := ask(t, func(w http.ResponseWriter, _ *http.Request) {
			start := time.Now()
			_, err := w.Write(long)
			after = time.Since(start)
			cut <- err
		})
		defer stop()
		if _, err := io.CopyN(io.Discard, answer, 2*stretch); err != nil {
			t.Fatal(err)
		}
		if err := <-cut; !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("err = %v", err)
		}
		if after > Patience {
			t.Errorf("held for %s", after)
		}
	})
}

// TestControllersReachTheConnection: a flush goes through.
func TestControllersReachTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answer, stop := ask(t, func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, "first")
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Error(err)
			}
		})
		defer stop()
		res, err := http.ReadResponse(bufio.NewReader(answer), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if body, err := io.ReadAll(res.Body); err != nil || string(body) != "first" {
			t.Errorf("%q, %v", body, err)
		}
	})
}
