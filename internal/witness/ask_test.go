package witness_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/keyring"
	"github.com/atmacena/cocare/internal/witness"
	"github.com/atmacena/cocare/internal/witness/witnesstest"
)

// Every size up to one with several levels, from every size before it: our proofs
// convince somebody else's verifier.
func TestWitnessesFollowTheLog(t *testing.T) {
	w := newWorld(t)
	plain, post := w.witness("witness.example.net/w1", witnesstest.Ed25519), w.witness("quantum.example.com", witnesstest.MLDSA44)
	w.Service = w.service(plain, post)
	w.ask()
	if plain.Asked() != 0 {
		t.Error("an empty log was shown")
	}
	for step := range 12 {
		w.append(step%4 + 1)
		w.wait(time.Minute)
		w.ask()
		tree, list := w.shown(plain.Key, post.Key)
		now, err := w.log.Tree(t.Context())
		w.must(err)
		if tree != now || len(list) != 2 || !list[0].At.Equal(w.clock()) || list[0].Key.Name() == list[1].Key.Name() {
			t.Fatalf("step %d: %+v of %d, %+v", step, tree, now.Size, list)
		}
	}
	asked := plain.Asked()
	if asked != 12 {
		t.Errorf("asked %d times for 12 changes", asked)
	}
	w.wait(time.Hour)
	w.ask()
	if plain.Asked() != asked {
		t.Error("asked though nothing had changed")
	}
	list, err := w.List(t.Context())
	w.must(err)
	for _, s := range list {
		if !s.Asked || s.Size != 30 || s.Late || s.Problem != "" || s.Alarm != witness.None {
			t.Errorf("%s: %+v", s.Key.Name(), s)
		}
	}
	if n, broken, err := w.Check(t.Context()); n != 24 || broken != 0 || err != nil {
		t.Errorf("%d signatures, %d broken, %v", n, broken, err)
	}
}

// A log that stands still is shown twice a day, so that a silent witness shows.
func TestALogThatStandsStillStaysFresh(t *testing.T) {
	w, other := watched(t, 3)
	for day := range 4 {
		w.ask()
		if _, list := w.shown(other.Key); len(list) != 1 || !list[0].At.Equal(w.clock()) {
			t.Errorf("half-day %d: %+v", day, list)
		}
		w.wait(12 * time.Hour)
	}
	if other.Asked() != 4 {
		t.Errorf("asked %d times", other.Asked())
	}
	other.Close()
	w.wait(13 * time.Hour)
	w.ask()
	if s := w.only(); !s.Late || !strings.Contains(s.Problem, "cannot be reached") {
		t.Errorf("%+v", s)
	}
}

// The answer was lost, or the database is older than the witness's memory: the log
// still has what the witness has seen, so they agree again at once.
func TestAWitnessThatIsAheadOfItsRow(t *testing.T) {
	w, other := watched(t, 3)
	w.ask()
	w.append(4)
	tree, err := w.log.Tree(t.Context())
	w.must(err)
	other.Remember(origin, witnesstest.Seen{Size: tree.Size, Root: tree.Root})
	w.append(2)
	w.ask()
	if s := w.only(); s.Size != 9 || s.Problem != "" || s.Alarm != witness.None || other.Saw(origin).Size != 9 {
		t.Errorf("%+v", s)
	}
	w.exec("DELETE FROM witnesses")
	w.append(1)
	w.ask()
	if s := w.only(); s.Size != 10 || s.Alarm != witness.None {
		t.Errorf("without its row: %+v", s)
	}
	if w.audited("witness.alarm")+w.audited("witness.forget") != 0 {
		t.Error("audited")
	}
}

// A backup that is older than what a witness signed takes the log back.
func TestALogThatWentBackIsAnAlarm(t *testing.T) {
	w, other := watched(t, 5)
	w.ask()
	before := other.Saw(origin)
	other.Remember(origin, witnesstest.Seen{Size: 9})
	w.append(1)
	w.ask()
	s := w.only()
	if s.Alarm != witness.Shorter || s.Seen != 9 || s.AlarmAt == nil || s.Size != 5 || s.Problem != "" {
		t.Errorf("%+v", s)
	}
	if !strings.Contains(w.lines.String(), "level=ERROR") {
		t.Errorf("the server's log says nothing:\n%s", w.lines.String())
	}
	w.wait(2 * time.Hour)
	w.ask()
	if w.audited("witness.alarm") != 1 || w.audited("witness.agree") != 0 {
		t.Errorf("audited %d times", w.audited("witness.alarm"))
	}
	if _, list := w.shown(other.Key); len(list) != 0 {
		t.Errorf("%+v", list)
	}
	// The right database is back.
	other.Remember(origin, before)
	w.wait(2 * time.Hour)
	w.ask()
	if s := w.only(); s.Alarm != witness.None || s.AlarmAt != nil || s.Size != 6 || w.audited("witness.agree") != 1 {
		t.Errorf("%+v", s)
	}
}

// A backup is restored and the server starts: it is noticed before anything is added.
func TestAStartLooksForALogThatWentBack(t *testing.T) {
	w, other := watched(t, 5)
	w.ask()
	other.Remember(origin, witnesstest.Seen{Size: 9})
	w.wait(time.Minute)
	w.ask()
	if s := w.only(); s.Alarm != witness.None {
		t.Errorf("asked though nothing had changed: %+v", s)
	}
	w.Service = w.service(other)
	w.ask()
	if s := w.only(); s.Alarm != witness.Shorter || s.Seen != 9 {
		t.Errorf("%+v", s)
	}
}

// Another history under the same name, long enough: only the witness can tell.
func TestAForkIsAnAlarm(t *testing.T) {
	w, other := watched(t, 5)
	w.ask()
	for _, table := range []string{"translog_leaves", "translog_hashes", "witnesses", "witness_cosignatures"} {
		w.exec("DELETE FROM " + table)
	}
	w.exec("UPDATE translog_state SET size = 0")
	w.append(8)
	w.ask()
	if s := w.only(); s.Alarm != witness.Changed || s.Seen != 5 || s.CosignedAt != nil {
		t.Errorf("%+v", s)
	}
	if other.Saw(origin).Size != 5 || w.audited("witness.alarm") != 1 {
		t.Errorf("the witness saw %d", other.Saw(origin).Size)
	}
	// Of the same length as well: here the roots differ.
	w.exec("DELETE FROM witnesses")
	w.exec("DELETE FROM translog_leaves WHERE position >= 5")
	w.exec("UPDATE translog_state SET size = 5")
	w.ask()
	if s := w.only(); s.Alarm != witness.Changed {
		t.Errorf("%+v", s)
	}
}

// What a witness signed is kept beside the log: a log that was changed is not shown
// to anybody any more, and nobody has to be asked to see it.
func TestALogThatWasChangedHereIsAnAlarm(t *testing.T) {
	for name, change := range map[string]func(w *world){
		"shorter": func(w *world) {
			w.exec("DELETE FROM translog_leaves WHERE position = 4")
			w.exec("UPDATE translog_state SET size = 4")
		},
		"changed": func(w *world) {
			w.exec("UPDATE translog_hashes SET hash = ? WHERE position = 7", make([]byte, 32)) // of the fifth leaf
			w.append(1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, other := watched(t, 5)
			w.ask()
			change(w)
			if n, broken, err := w.Check(t.Context()); n != 1 || broken != 1 || err != nil {
				t.Errorf("%d signatures, %d broken, %v", n, broken, err)
			}
			asked := other.Asked()
			w.ask()
			if s := w.only(); string(s.Alarm) != name || s.Seen != 5 || other.Asked() != asked {
				t.Errorf("%+v, asked %d times", s, other.Asked())
			}
			if _, list := w.shown(other.Key); len(list) != 0 {
				t.Errorf("signed %+v", list)
			}
		})
	}
}

// A witness that forgets protects nobody: it is asked on, and the record says so.
func TestAWitnessThatForgets(t *testing.T) {
	w, other := watched(t, 5)
	w.ask()
	other.Remember(origin, witnesstest.Seen{})
	w.append(1)
	w.ask()
	if s := w.only(); s.Size != 6 || s.Alarm != witness.None || w.audited("witness.forget") != 1 {
		t.Errorf("%+v", s)
	}
	if !strings.Contains(w.lines.String(), "forgot") {
		t.Errorf("%s", w.lines.String())
	}
}

func TestAnswersThatAreNone(t *testing.T) {
	w, other := watched(t, 5)
	c, err := w.Checkpoint(t.Context())
	w.must(err)
	text, _, _ := strings.Cut(string(c.Note), "\n\n")
	text += "\n"
	stranger := w.witness("witness.example.net/w1", witnesstest.Ed25519) // of the same name
	sign := func(by *witnesstest.Witness, text string, at time.Time) string {
		line, err := by.Cosign(text, at)
		w.must(err)
		return line
	}
	good := sign(other, text, w.clock())
	more := sign(other, string(c.Note)+"more\n", w.clock()) // of a longer text that begins alike
	extended := sign(other, text+"an extension\n", w.clock())
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it followed") }))
	defer elsewhere.Close()
	body := func(status int, kind, body string) http.HandlerFunc {
		return func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Type", kind)
			rw.WriteHeader(status)
			rw.Write([]byte(body))
		}
	}
	for name, tt := range map[string]struct {
		answer  http.HandlerFunc
		problem string
	}{
		"unknown log": {body(404, "text/plain", ""), "does not know this log"},
		"key refused": {body(403, "text/plain", ""), "does not accept the key"},
		"bad request": {body(400, "text/plain", ""), "answered 400"},
		"too many":    {body(429, "text/plain", ""), "answered 429"},
		"broken":      {body(500, "text/plain", strings.Repeat("x", 1<<20)), "answered 500"},
		"redirect": {func(rw http.ResponseWriter, r *http.Request) {
			http.Redirect(rw, r, elsewhere.URL, http.StatusTemporaryRedirect)
		}, "sends elsewhere"},
		"empty":           {body(200, "text/plain", ""), "by the key"},
		"no content":      {body(204, "text/plain", ""), "answered 204"},
		"not a signature": {body(200, "text/html", "<p>Welcome</p>"), "no signature"},
		"cut":             {body(200, "text/plain", strings.TrimSuffix(good, "\n")), "no signature"},
		"other key":       {body(200, "text/plain", sign(stranger, text, w.clock())), "by the key"},
		"other text":      {body(200, "text/plain", sign(other, strings.Replace(text, "\n5\n", "\n6\n", 1), w.clock())), "no signature"},
		"other time":      {body(200, "text/plain", strings.Replace(good, "AAA", "AAB", 1)), "no signature"},
		"ahead":           {body(200, "text/plain", sign(other, text, w.clock().Add(time.Hour))), "clock is ahead"},
		"behind":          {body(200, "text/plain", sign(other, text, w.clock().AddDate(-2, 0, 0))), "clock is behind"},
		"a bit behind":    {body(200, "text/plain", sign(other, text, w.clock().Add(-6*time.Minute))), "clock is behind"},
		"no time":         {body(200, "text/plain", sign(other, text, time.Unix(0, 0))), "no signature"},
		"a longer text":   {body(200, "text/plain", "more\n\n"+more), "no signature"},
		"an extension":    {body(200, "text/plain", extended), "no signature"},
		"a blank line":    {body(200, "text/plain", "\n"+good), "no signature"},
		"another note":    {body(200, "text/plain", "\nanother/log\n5\n\n"+good), "no signature"},
		"huge":            {body(200, "text/plain", strings.Repeat(good, 2000)), "too long"},
		"huge conflict":   {body(409, "text/x.tlog.size", strings.Repeat("1", 1<<20)), "too long"},
		"no size":         {body(409, "text/plain", "5\n"), "without saying how many"},
		"negative":        {body(409, "text/x.tlog.size", "-5\n"), "without saying how many"},
		"not canonical":   {body(409, "text/x.tlog.size", "05\n"), "without saying how many"},
		"two sizes":       {body(409, "text/x.tlog.size", "5\n6\n"), "without saying how many"},
		"stubborn":        {body(409, "text/x.tlog.size", "3\n"), "does not go on"},
		"slow": {func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-r.Context().Done():
			case <-time.After(time.Minute):
			}
		}, "cannot be reached"},
		"slow body": {func(rw http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				rw.Write([]byte("—"))
				http.NewResponseController(rw).Flush()
				time.Sleep(20 * time.Millisecond)
			}
		}, "cannot be reached"},
	} {
		w.exec("DELETE FROM witnesses")
		other.Instead(tt.answer)
		start := time.Now()
		if w.patience = time.Minute; strings.HasPrefix(name, "slow") {
			w.patience = 200 * time.Millisecond
		}
		w.Service = w.service(other)
		w.ask()
		s := w.only()
		if !strings.Contains(s.Problem, tt.problem) || s.CosignedAt != nil || s.Size != 0 || s.Alarm != witness.None {
			t.Errorf("%s: %+v", name, s)
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s took %s", name, took)
		}
	}
	if n, _, err := w.Check(t.Context()); n != 0 || err != nil {
		t.Errorf("%d signatures were stored, %v", n, err)
	}
	w.exec("DELETE FROM witnesses")
	other.Instead(body(200, "text/plain", sign(stranger, text, w.clock())+good+strings.Replace(good, "w1", "w2", 1)))
	w.ask()
	if s := w.only(); s.Problem != "" || s.Size != 5 {
		t.Errorf("among others: %+v", s)
	}
}

func TestAWitnessThatFailsIsAskedMoreAndMoreRarely(t *testing.T) {
	w, other := watched(t, 1)
	other.Instead(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusServiceUnavailable) })
	for range 8640 { // a day
		w.ask()
		w.wait(witness.Every)
	}
	if n := other.Asked(); n < 25 || n > 35 {
		t.Errorf("asked %d times in a day", n)
	}
	if !w.only().Late {
		t.Error("nobody notices")
	}
	other.Instead(nil)
	w.wait(time.Hour)
	w.ask()
	if s := w.only(); s.Late || s.Size != 1 {
		t.Errorf("%+v", s)
	}
	// A clock that was wrong keeps nobody waiting.
	w.exec("UPDATE witnesses SET ask_at = ?, problem = 'x'", w.clock().AddDate(5, 0, 0))
	asked := other.Asked()
	w.ask()
	if other.Asked() != asked+1 {
		t.Error("it waits for a clock that was wrong")
	}
}

// A server that stops blames nobody.
func TestAStoppingServerBlamesNobody(t *testing.T) {
	w, other := watched(t, 1)
	ctx, stop := context.WithCancel(t.Context())
	other.Instead(func(_ http.ResponseWriter, r *http.Request) { stop(); <-r.Context().Done() })
	if err := w.Ask(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if s := w.only(); s.Problem != "" {
		t.Errorf("%+v", s)
	}
}

// After the log's key was distrusted, its witness must be told the fresh one.
func TestAFreshLogKey(t *testing.T) {
	w, other := watched(t, 2)
	w.ask()
	known, err := w.log.VerifierKeys(t.Context())
	w.must(err)
	other.Trust(func(string) []string { return known })
	key, err := w.ring.Current(t.Context(), keyring.Log)
	w.must(err)
	_, _, err = w.ring.Distrust(t.Context(), key.ID, w.clock())
	w.must(err)
	w.append(1)
	w.ask()
	if s := w.only(); !strings.Contains(s.Problem, "403") || s.Size != 2 {
		t.Errorf("%+v", s)
	}
	// What it signed before holds under the fresh key as well.
	if tree, list := w.shown(other.Key); tree.Size != 2 || len(list) != 1 {
		t.Errorf("%+v, %+v", tree, list)
	}
	known, err = w.log.VerifierKeys(t.Context())
	w.must(err)
	w.wait(time.Minute)
	w.ask()
	if s := w.only(); s.Size != 3 {
		t.Errorf("%+v", s)
	}
}
