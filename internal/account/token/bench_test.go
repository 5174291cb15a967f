package token_test

import (
	"bytes"
	"log/slog"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account/token"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/keyring"
)

// BenchmarkCheck is what every page of a signed-in person pays.
func BenchmarkCheck(b *testing.B) {
	d := dbtest.New(b)
	ring, err := keyring.New(d, bytes.Repeat([]byte{7}, 32), db.Now)
	if err != nil {
		b.Fatal(err)
	}
	a, err := token.New(b.Context(), token.Config{DB: d, Keys: ring, Log: slog.New(slog.DiscardHandler), Now: time.Now, Issuer: issuer})
	if err != nil {
		b.Fatal(err)
	}
	signed, _, err := a.Sign(someone)
	if err != nil {
		b.Fatal(err)
	}
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := a.Check(signed); err != nil {
				b.Error(err)
			}
		}
	})
}
