package demo_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/demo"
)

func settings(t testing.TB, dir string) *config.Config {
	t.Helper()
	c, err := config.Load(config.Demo, nil, func(c *config.Config) {
		c.DataDir = filepath.Join(dir, "data")
		demo.Configure(c, nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSeed(t *testing.T) {
	c := settings(t, t.TempDir())
	start := time.Now()
	if err := demo.Seed(context.Background(), c, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	t.Log(time.Since(start))
}
