package witness_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/witness"
	"github.com/atmacena/cocare/internal/witness/witnesstest"
)

// What is shown has every signature that it gets, or is the newest after some
// minutes without any.
func TestTheCheckpointThatIsShown(t *testing.T) {
	w := newWorld(t)
	w.append(2)
	if tree, list := w.shown(); tree.Size != 2 || len(list) != 0 {
		t.Errorf("without witnesses: %+v, %+v", tree, list)
	}
	one, two := w.witness("one.example", witnesstest.Ed25519), w.witness("two.example", witnesstest.Ed25519)
	w.Service = w.service(one, two)
	want := func(what string, size int64, signatures int) {
		t.Helper()
		if tree, list := w.shown(one.Key, two.Key); tree.Size != size || len(list) != signatures {
			t.Errorf("%s: %d lines, %d signatures; want %d, %d", what, tree.Size, len(list), size, signatures)
		}
	}
	want("nobody has signed yet", 2, 0)
	w.ask()
	want("both", 2, 2)
	w.append(1)
	want("a moment later", 2, 2)
	two.Instead(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusInternalServerError) })
	w.ask()
	want("one of two", 3, 1)
	two.Instead(nil)
	w.wait(time.Minute)
	w.ask()
	want("the other came back", 3, 2)
	one.Close()
	two.Close()
	w.append(1)
	w.ask()
	w.wait(4 * time.Minute)
	want("both are gone", 3, 2)
	w.wait(2 * time.Minute)
	want("they stay away", 4, 0)
	w.append(1)
	want("and the log goes on", 5, 0)
	w.Service = w.service()
	want("they left the settings", 5, 0)
	list, err := w.List(t.Context())
	w.must(err)
	if len(list) != 2 || list[0].Asked || list[0].Size != 3 || list[0].Late {
		t.Errorf("%+v", list)
	}
}

// While a witness is slow, what the other signed does not show alone.
func TestARoundShowsAsAWhole(t *testing.T) {
	w := newWorld(t)
	quick, slow := w.witness("quick.example", witnesstest.Ed25519), w.witness("slow.example", witnesstest.Ed25519)
	w.Service = w.service(quick, slow)
	w.append(1)
	var seen atomic.Int64
	slow.Instead(func(rw http.ResponseWriter, _ *http.Request) {
		for quick.Saw(origin).Size == 0 {
			time.Sleep(time.Millisecond)
		}
		c, err := w.Checkpoint(t.Context())
		if err != nil {
			t.Error(err)
		}
		seen.Store(int64(strings.Count(string(c.Note), "— ")))
		rw.WriteHeader(http.StatusInternalServerError)
	})
	w.ask()
	if seen.Load() != 1 { // the log's own
		t.Errorf("%d signatures in the middle of a round", seen.Load())
	}
	if _, list := w.shown(quick.Key, slow.Key); len(list) != 1 {
		t.Errorf("%+v", list)
	}
}

func TestTheFileOfWitnesses(t *testing.T) {
	w := newWorld(t)
	one, two := w.witness("one.example", witnesstest.Ed25519), w.witness("two.example/x", witnesstest.MLDSA44)
	list, err := witness.Parse("# ours\n\n  witness\tone " + one.Key + " https://one.example/prefix/ \r\nwitness two " + two.Key + " http://127.0.0.1:8080\n")
	if err != nil || len(list) != 2 || list[0].URL != "https://one.example/prefix" || list[1].Key.String() != two.Key {
		t.Fatalf("%+v, %v", list, err)
	}
	name, key, _ := strings.Cut(one.Key, "+")
	for text, want := range map[string]string{
		"\nlog x":                           "line 2: a line that begins with log has no meaning here",
		"quorum one":                        "waits for none",
		"one " + one.Key:                    `line 1: "one" is no witness`,
		"witness one " + one.Key:            "not four words",
		"witness one two+three https://a":   "joined by +",
		"witness one x https://one.example": "joined by +",
		"witness one other.example+" + key + " https://one.example":                                          "mistyped or cut",
		"witness one " + one.Key[:len(one.Key)-4] + " https://one.example":                                   "mistyped or cut",
		"witness one " + name + "+" + strings.Repeat("0", 8) + "+" + key[9:] + " https://a":                  "mistyped or cut",
		"witness one " + plainKey(t) + " https://one.example":                                                "signed notes of any kind",
		"witness one " + one.Key + " ftp://one.example":                                                      "not an address",
		"witness one " + one.Key + " one.example":                                                            "not an address",
		"witness one " + one.Key + " http://one.example":                                                     "write https",
		"witness one " + one.Key + " https://u:p@one.example":                                                "more than scheme",
		"witness one " + one.Key + " https://one.example?a=b":                                                "more than scheme",
		"witness one " + one.Key + " https://one.example\nwitness one " + two.Key + " https://one.example":   "line 2: the name one is taken",
		"witness one " + one.Key + " https://one.example\n\nwitness two " + one.Key + " https://two.example": "line 3: this key stands on another line",
		strings.Repeat("#\n", 3) + "witness one " + one.Key + " https://one.example extra":                   "line 4",
		many(t, w, witness.Most+1):                                                                           "more than 15",
	} {
		if list, err := witness.Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: %+v, %v", text, list, err)
		}
	}
}

// plainKey is one of signed notes that are no checkpoints.
func plainKey(t *testing.T) string {
	t.Helper()
	return "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k" // of c2sp.org/signed-note
}

func many(t *testing.T, w *world, n int) string {
	t.Helper()
	var b strings.Builder
	for range n {
		other := w.witness("w"+string(rune('a'+b.Len()%26))+".example", witnesstest.Ed25519)
		b.WriteString("witness " + other.Key[len(other.Key)-9:] + " " + other.Key + " " + other.URL + "\n")
	}
	return b.String()
}
