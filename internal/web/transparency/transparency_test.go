package transparency_test

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/keyring"
	"github.com/atmacena/cocare/internal/translog"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/internal/web/transparency"
)

func newWorld(t *testing.T, leaves int) (*area.Server, *translog.Log) {
	t.Helper()
	d := dbtest.New(t)
	now := func() time.Time { return time.Date(2026, 11, 28, 20, 0, 0, 0, time.UTC) }
	ring, err := keyring.New(d, make([]byte, 32), now)
	if err != nil {
		t.Fatal(err)
	}
	log := translog.New(d, ring, "ce.example.org/log", now)
	for n := range leaves {
		if _, err := log.Append(t.Context(), translog.Document, fmt.Sprint("c", n), sha256.Sum256([]byte{byte(n)})); err != nil {
			t.Fatal(err)
		}
	}
	return area.Serve(t, area.Options{Name: "transparency", Now: now, Site: kit.Site{BaseURL: "https://ce.example.org"},
		Viewer: func(string) *kit.Viewer { return nil }}, transparency.Routes(transparency.Deps{Log: log})...), log
}

func TestAnybodyReadsTheLog(t *testing.T) {
	s, log := newWorld(t, 5)
	s.Get("", "/log").Is(200, "Lines", ">5<", "ce.example.org/log&#43;", "What it does not prove", "/log/checkpoint")
	a := s.Get("", "/log/checkpoint").Is(200)
	keys, err := log.VerifierKeys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, tree, err := translog.Open([]byte(a.Body), keys)
	if err != nil || tree.Size != 5 {
		t.Fatalf("%+v, %v", tree, err)
	}
	tile := s.Get("", "/log/tile/0/000.p/5").Is(200)
	if len(tile.Body) != 5*tlog.HashSize || !strings.Contains(tile.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("%d bytes, %s", len(tile.Body), tile.Header)
	}
	bundle := s.Get("", "/log/tile/entries/000.p/5").Is(200)
	if n := strings.Count(bundle.Body, "cocare leaf 1\ndocument\n"); n != 5 {
		t.Errorf("%d entries", n)
	}
}

func TestAnEmptyLog(t *testing.T) {
	s, _ := newWorld(t, 0)
	s.Get("", "/log").Is(200, ">0<")
	s.Get("", "/log/tile/0/000.p/1").Is(http.StatusNotFound)
}

func TestOnlyTilesThatAreThere(t *testing.T) {
	s, _ := newWorld(t, 5)
	for _, path := range []string{"0/000", "0/000.p/6", "0/000.p/0", "0/000.p/05", "0/000.p/256", "0/000.p", "0/0", "0/001.p/1", "1/000.p/1", "00/000.p/5", "-1/000.p/5",
		"x/000.p/5", "99/000.p/5", "0/x000/000.p/5", "0/x001/000.p/5", "0/x001.p/5", "0/x001", "0/000/5", "0/000.p/5/6", "entries/000", "entries/000.p/6", "0/-00.p/5", "0/+01.p/5"} {
		s.Get("", "/log/tile/"+path).Is(http.StatusNotFound)
	}
}
