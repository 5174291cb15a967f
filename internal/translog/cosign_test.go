package translog_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/atmacena/cocare/internal/translog"
)

// sample is a checkpoint that github.com/transparency-dev/formats v0.1.1 signed, for
// a log and for a witness of each kind, and their keys.
func sample(t testing.TB) (signed []byte, logKey string, witnesses []translog.WitnessKey) {
	t.Helper()
	signed, err := os.ReadFile("testdata/cosigned.note")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("testdata/cosigned.keys")
	if err != nil {
		t.Fatal(err)
	}
	keys := strings.Fields(string(text))
	for _, k := range keys[1:] {
		w, err := translog.ParseWitnessKey(k)
		if err != nil {
			t.Fatal(err)
		}
		witnesses = append(witnesses, w)
	}
	return signed, keys[0], witnesses
}

func TestCosignaturesOfAnotherProgram(t *testing.T) {
	signed, logKey, witnesses := sample(t)
	if _, _, err := translog.Open(signed, []string{logKey}); err != nil {
		t.Error(err)
	}
	at := time.Date(2026, 11, 29, 9, 37, 1, 0, time.UTC)
	for _, keys := range [][]translog.WitnessKey{nil, witnesses[:1], witnesses[1:], witnesses, {witnesses[1], witnesses[0], witnesses[1]}} {
		name, tree, list, err := translog.Cosignatures(signed, keys...)
		if err != nil || name != origin || tree.Size != 20852163 || len(list) != min(len(keys), 2) {
			t.Fatalf("%d keys: %q, %+v, %+v, %v", len(keys), name, tree, list, err)
		}
		for _, c := range list {
			if !c.At.Equal(at) || !bytes.Contains(signed, []byte(c.Line)) || !strings.HasPrefix(c.Line, "— "+c.Key.Name()+" ") {
				t.Errorf("%+v", c)
			}
		}
	}
}

func TestNoChangedCosignatureHolds(t *testing.T) {
	signed, _, witnesses := sample(t)
	text := string(signed)
	lines := strings.SplitAfter(text, "\n")
	for name, changed := range map[string]string{
		"another size":   strings.Replace(text, "\n20852163\n", "\n20852164\n", 1),
		"another origin": strings.Replace(text, origin, "other.example.org/log", 1),
	} {
		for _, w := range witnesses {
			if _, _, _, err := translog.Cosignatures([]byte(changed), w); !errors.Is(err, translog.ErrCosignature) {
				t.Errorf("%s, %s: %v", name, w.Name(), err)
			}
		}
	}
	for i, w := range witnesses { // each bit of the key's hash, the time and the signature
		line := lines[5+i]
		raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(line[strings.LastIndex(line, " ")+1:]))
		if err != nil {
			t.Fatal(err)
		}
		for at := 0; at < len(raw); at += 1 + at/8 {
			flipped := slices.Clone(raw)
			flipped[at] ^= 1
			_, _, list, err := translog.Cosignatures([]byte(strings.Replace(text, line, "— "+w.Name()+" "+base64.StdEncoding.EncodeToString(flipped)+"\n", 1)), w)
			if at < 4 && (err != nil || len(list) != 0) || at >= 4 && !errors.Is(err, translog.ErrCosignature) {
				t.Errorf("%s, byte %d: %+v, %v", w.Name(), at, list, err)
			}
		}
	}
	for _, bad := range []string{"", "x\n", "\n\n", strings.Join(lines[:4], ""), strings.Replace(text, "\n20852163\n", "\n-1\n", 1),
		strings.Replace(text, "\n\n", "\n\nextension\n\n", 1)} {
		if _, _, _, err := translog.Cosignatures([]byte(bad)); !errors.Is(err, translog.ErrCheckpoint) {
			t.Errorf("%.40q: %v", bad, err)
		}
	}
}

// FuzzCosignatures puts something else into a cosigned checkpoint: it says the same,
// or a witness did not sign it.
func FuzzCosignatures(f *testing.F) {
	signed, _, witnesses := sample(f)
	_, whole, _, err := translog.Cosignatures(signed)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(uint16(20), uint16(1), []byte("1"))
	f.Add(uint16(180), uint16(0), []byte("\n"))
	f.Add(uint16(0), uint16(18), []byte("a/log"))
	f.Fuzz(func(t *testing.T, at, cut uint16, with []byte) {
		from := int(at) % len(signed)
		to := min(len(signed), from+int(cut)%64)
		note := slices.Concat(signed[:from], with, signed[to:])
		name, tree, list, err := translog.Cosignatures(note, witnesses...)
		if len(list) > 0 && (err != nil || name != origin || tree != whole) {
			t.Errorf("%q for [%d:%d]: %q, %+v, %v", with, from, to, name, tree, err)
		}
	})
}

func TestAProofIsReadAsItIsWritten(t *testing.T) {
	checkpoint := []byte("ce.example.org/log\n2\nx\n\n— a b\n")
	for _, p := range []translog.EntryProof{{0, nil, checkpoint}, {7, tlog.RecordProof{{1}, {2}}, checkpoint}} {
		back, err := translog.ParseProof(p.File())
		if err != nil || back.Position != p.Position || !slices.Equal(back.Proof, p.Proof) || string(back.Checkpoint) != string(checkpoint) {
			t.Errorf("%+v, %v", back, err)
		}
	}
	whole := string(translog.EntryProof{7, tlog.RecordProof{{1}, {2}}, checkpoint}.File())
	if p, err := translog.ParseProof([]byte(strings.Replace(whole, "index", "extra YQ==\nindex", 1))); err != nil || p.Position != 7 {
		t.Errorf("%+v, %v", p, err)
	}
	for _, bad := range []string{"", "\n\n", strings.Replace(whole, "@v1", "@v2", 1), strings.Replace(whole, "index 7", "index 07", 1), strings.Replace(whole, "index 7", "index -7", 1),
		strings.Replace(whole, "index 7\n", "", 1), strings.Replace(whole, "AA", "", 1), strings.Replace(whole, "\n\n", "\n", 2), strings.Replace(whole, "index", "extra\nindex", 1),
		whole + strings.Repeat("x", translog.MaxProof), strings.Replace(whole, "index 7\n", "index 7\n"+strings.Repeat(strings.Repeat("A", 43)+"=\n", 64), 1)} {
		if _, err := translog.ParseProof([]byte(bad)); !errors.Is(err, translog.ErrProofFile) {
			t.Errorf("%.60q: %v", bad, err)
		}
	}
}

// FuzzParseProof: what is read is written as it was, but for what nobody vouches for.
func FuzzParseProof(f *testing.F) {
	f.Add([]byte("c2sp.org/tlog-proof@v1\nindex 7\n" + strings.Repeat("A", 43) + "=\n\nce.example.org/log\n"))
	f.Add([]byte("c2sp.org/tlog-proof@v1\nextra \nindex 0\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := translog.ParseProof(data)
		if err != nil {
			return
		}
		back := p.File()
		if !bytes.Equal(back, data) && !bytes.HasPrefix(data, []byte("c2sp.org/tlog-proof@v1\nextra ")) {
			t.Errorf("%q became %q", data, back)
		}
	})
}
