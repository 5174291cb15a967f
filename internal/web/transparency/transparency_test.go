package transparency_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/keyring"
	"github.com/atmacena/cocare/internal/translog"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/internal/web/transparency"
	"github.com/atmacena/cocare/internal/witness"
	"github.com/atmacena/cocare/internal/witness/witnesstest"
)

// world is the area on a real log, with the witnesses of the test.
type world struct {
	*area.Server
	log  *translog.Log
	ring *keyring.Ring
	*witness.Service
}

func newWorld(t *testing.T, leaves int, witnesses ...func(*translog.Log) *witnesstest.Witness) world {
	t.Helper()
	d := dbtest.New(t)
	now := func() time.Time { return time.Date(2026, 11, 28, 20, 0, 0, 0, time.UTC) }
	ring, err := keyring.New(d, make([]byte, 32), now)
	if err != nil {
		t.Fatal(err)
	}
	w := world{log: translog.New(d, ring, "ce.example.org/log", now), ring: ring}
	for n := range leaves {
		if _, err := w.log.Append(t.Context(), translog.Document, fmt.Sprint("c", n), sha256.Sum256([]byte{byte(n)})); err != nil {
			t.Fatal(err)
		}
	}
	var file strings.Builder
	for _, f := range witnesses {
		fmt.Fprintln(&file, f(w.log).Line())
	}
	list, err := witness.Parse(file.String())
	if err != nil {
		t.Fatal(err)
	}
	w.Service = witness.New(witness.Deps{DB: d, Log: w.log, Audit: audit.New(d, now), Logger: slog.New(slog.DiscardHandler), Now: now, Witnesses: list})
	w.Server = area.Serve(t, area.Options{Name: "transparency", Now: now, Site: kit.Site{BaseURL: "https://ce.example.org"},
		Viewer: func(string) *kit.Viewer { return nil }}, transparency.Routes(transparency.Deps{Log: w.log, Witnesses: w.Service})...)
	return w
}

// named is a witness that has seen so many lines already, of whatever log.
func named(t *testing.T, name string, kind witnesstest.Kind, seen int64) func(*translog.Log) *witnesstest.Witness {
	return func(log *translog.Log) *witnesstest.Witness {
		w := witnesstest.New(t, name, kind, func(string) []string {
			keys, err := log.VerifierKeys(t.Context())
			if err != nil {
				t.Error(err)
			}
			return keys
		})
		w.Clock(func() time.Time { return time.Date(2026, 11, 28, 20, 0, 0, 0, time.UTC) })
		w.Remember("ce.example.org/log", witnesstest.Seen{Size: seen})
		return w
	}
}

func TestAnybodyReadsWhoWitnessesTheLog(t *testing.T) {
	gone := func(log *translog.Log) *witnesstest.Witness {
		w := named(t, "gone.example", witnesstest.Ed25519, 0)(log)
		w.Close()
		return w
	}
	w := newWorld(t, 5, named(t, "one.example", witnesstest.Ed25519, 0), named(t, "two.example", witnesstest.MLDSA44, 0),
		named(t, "longer.example", witnesstest.Ed25519, 9), named(t, "other.example", witnesstest.Ed25519, 4), gone)
	w.Get("", "/log").Is(200, "None of them signs now", "Does not sign", "none does now").Lacks("What it proves")
	if err := w.Ask(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.Get("", "/log").Is(200, "Signs", "5 lines, on November 28, 2026", "it has seen 9 lines, and the log has fewer", "does not begin with the 4 that it has seen", "cannot be reached",
		"What it proves", "<summary>Show it</summary>", "two.example&#43;", "Nothing").Lacks("that everybody is shown the same log")
	note := w.Get("", "/log/checkpoint").Is(200, "— one.example ", "— two.example ")
	if strings.Contains(note.Body, "longer.example") || note.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("%s\n%s", note.Header, note.Body)
	}
	a := w.Get("", "/log/proof/3").Is(200, "c2sp.org/tlog-proof@v1\nindex 3\n", "— one.example ")
	p, err := translog.ParseProof([]byte(a.Body))
	if err != nil || !strings.Contains(a.Header.Get("Content-Disposition"), "log-3.tlog-proof") {
		t.Fatalf("%v, %s", err, a.Header)
	}
	_, tree, _, err := translog.Cosignatures(p.Checkpoint)
	sum := sha256.Sum256([]byte{3})
	if err != nil || translog.Included(tree, 3, translog.Data(translog.Document, hex.EncodeToString(sum[:])), p.Proof) != nil {
		t.Errorf("%+v, %v", tree, err)
	}
	for _, path := range []string{"5", "-1", "03", "x", "99999999999999999999"} {
		w.Get("", "/log/proof/"+path).Is(http.StatusNotFound)
	}
}

// Whoever trusts one of the witnesses finds the proof that this one signed.
func TestAProofThatANamedWitnessSigned(t *testing.T) {
	gone := func(log *translog.Log) *witnesstest.Witness {
		w := named(t, "gone.example", witnesstest.Ed25519, 0)(log)
		w.Close()
		return w
	}
	w := newWorld(t, 5, named(t, "one.example/w", witnesstest.Ed25519, 0), gone)
	w.Get("", "/log").Is(200).Lacks("Proof of a line")
	if err := w.Ask(t.Context()); err != nil {
		t.Fatal(err)
	}
	links := regexp.MustCompile(`href="(/log/proof/4\?witness=[^"]+)"`).FindAllStringSubmatch(w.Get("", "/log").Is(200, "Proof of a line").Body, -1)
	if len(links) != 1 {
		t.Fatalf("%q", links)
	}
	link := html.UnescapeString(links[0][1])
	for path, seconds := range map[string]string{
		link: "300",
		strings.NewReplacer("%2B", "+", "%2b", "+").Replace(link): "300", // as people write it
		"/log/proof/3?witness=one.example/w":                      "300",
		"/log/proof/3":                                            "5", // the other may come back
		"/log/proof/3?witness=":                                   "5",
		"/log/proof/3?witness=gone.example":                       "5",
	} {
		a := w.Get("", path).Is(200, "c2sp.org/tlog-proof@v1\n", "— one.example/w ")
		if cache := a.Header.Get("Cache-Control"); cache != "public, max-age="+seconds {
			t.Errorf("%s: %s", path, cache)
		}
	}
	for _, name := range []string{"two.example", "one.example", "one.example%2Fw%2B"} {
		w.Get("", "/log/proof/3?witness="+name).Is(http.StatusNotFound)
	}
}

func TestALogWithoutWitnessesSaysSo(t *testing.T) {
	w := newWorld(t, 2)
	w.Get("", "/log").Is(200, "Nobody does so for this log", "none does so far").Lacks("What it proves")
	w.Get("", "/log/proof/1").Is(200, "index 1\n")
	empty := newWorld(t, 0, named(t, "one.example", witnesstest.Ed25519, 0))
	empty.Get("", "/log").Is(200, "Nothing to sign yet")
}

func TestAnybodyReadsTheLog(t *testing.T) {
	s := newWorld(t, 5)
	s.Get("", "/log").Is(200, "Lines", ">5<", "ce.example.org/log&#43;", "What it does not prove", "/log/checkpoint")
	a := s.Get("", "/log/checkpoint").Is(200)
	keys, err := s.log.VerifierKeys(t.Context())
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
	s := newWorld(t, 0)
	s.Get("", "/log").Is(200, ">0<")
	s.Get("", "/log/tile/0/000.p/1").Is(http.StatusNotFound)
}

func TestOnlyTilesThatAreThere(t *testing.T) {
	s := newWorld(t, 5)
	for _, path := range []string{"0/000", "0/x001/x000/000.p/5", "0/x001/x000/000.p/5/6", "0/000.p/6", "0/000.p/0", "0/000.p/05", "0/000.p/256", "0/000.p", "0/0", "0/001.p/1", "1/000.p/1", "00/000.p/5", "-1/000.p/5",
		"x/000.p/5", "99/000.p/5", "0/x000/000.p/5", "0/x001/000.p/5", "0/x001.p/5", "0/x001", "0/000/5", "0/000.p/5/6", "entries/000", "entries/000.p/6", "0/-00.p/5", "0/+01.p/5"} {
		s.Get("", "/log/tile/"+path).Is(http.StatusNotFound)
	}
}

// TestAKeyThatFellIsNamed: whoever kept a checkpoint of it learns that it counts no
// more.
func TestAKeyThatFellIsNamed(t *testing.T) {
	w := newWorld(t, 2)
	w.Get("", "/log").Is(200).Lacks("Not trusted any more")
	old, err := w.log.Key(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.ring.Distrust(t.Context(), old.ID, old.CreatedAt); err != nil {
		t.Fatal(err)
	}
	text, err := translog.VerifierKey("ce.example.org/log", old)
	if err != nil {
		t.Fatal(err)
	}
	w.Get("", "/log").Is(200, "Not trusted any more", strings.ReplaceAll(text, "+", "&#43;"), "none that it signed counts")
}
