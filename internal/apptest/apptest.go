// Package apptest runs the whole program for tests: a demonstration on a fresh
// database behind a real listener, and a browser without scripts that reads a
// form from its page before it sends it.
package apptest

import (
	"context"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/demo"
)

// Password of every account of the demonstration.
const Password = "cocare-demo"

// Server is a running program.
type Server struct {
	*app.App
	URL  string
	stop func()
}

// Start runs a seeded demonstration until the test (or, given a nil test, the
// process) ends.
func Start(dir string) (*Server, error) {
	ln, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c, err := config.Load(config.Demo, nil, func(c *config.Config) {
		c.Addr, c.DataDir = ln.Addr().String(), filepath.Join(dir, "data")
		demo.Configure(c, nil)
	})
	if err != nil {
		return nil, err
	}
	c.BaseURL = "http://" + ln.Addr().String()
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if err := demo.Seed(context.Background(), c, log); err != nil {
		return nil, err
	}
	a, err := app.New(context.Background(), app.Options{Config: c, Log: log})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	ready, done := make(chan struct{}), make(chan error, 1)
	go func() { done <- a.Run(ctx, ln, func() { close(ready) }) }()
	<-ready
	s := &Server{App: a, URL: c.BaseURL}
	s.stop = func() {
		cancel()
		if err := <-done; err != nil {
			log.Error("run", "error", err)
		}
		if err := a.Close(); err != nil {
			log.Error("close", "error", err)
		}
	}
	return s, nil
}

// Stop ends the server and closes its database.
func (s *Server) Stop() { s.stop() }

// New starts a server of its own for one test.
func New(t testing.TB) *Server {
	t.Helper()
	s, err := Start(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}
