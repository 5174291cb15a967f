package proof_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/atmacena/cocare/internal/certificate/proof"
	"github.com/atmacena/cocare/internal/translog"
	"github.com/atmacena/cocare/internal/witness/witnesstest"
)

// signedBy adds what a witness signs at a time to a checkpoint.
func signedBy(t *testing.T, checkpoint []byte, w *witnesstest.Witness, at time.Time) []byte {
	t.Helper()
	text, _, found := bytes.Cut(checkpoint, []byte("\n\n"))
	line, err := w.Cosign(string(text)+"\n", at)
	if err != nil || !found {
		t.Fatal(err)
	}
	return slices.Concat(checkpoint, []byte(line))
}

func keyOf(t *testing.T, w *witnesstest.Witness) translog.WitnessKey {
	t.Helper()
	key, err := translog.ParseWitnessKey(w.Key)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestWhatWitnessesSaw(t *testing.T) {
	const number = "7K2M-Q9XD-4T8RN"
	ours, other := newIssuer(t), newIssuer(t)
	badge := ours.credential(number)
	file := ours.file(number, badge.JSON)
	sum := sha256.Sum256(file)
	one, two := witnesstest.New(t, "one.example", witnesstest.Ed25519, nil), witnesstest.New(t, "two.example", witnesstest.MLDSA44, nil)
	stranger := witnesstest.New(t, "one.example", witnesstest.Ed25519, nil)
	seen, now := issued.Add(time.Minute), issued.Add(30*24*time.Hour)

	facts := ours.checkpoint(ours.leaf(number))
	of := func(checkpoint []byte) *translog.EntryProof { return &translog.EntryProof{Checkpoint: checkpoint} }
	both := signedBy(t, signedBy(t, facts, one, seen), two, seen.Add(time.Hour))
	// The PDF is the second of two lines.
	document := translog.Data(translog.Document, hex.EncodeToString(sum[:]))
	root := tlog.NodeHash(tlog.RecordHash(ours.leaf(number)), tlog.RecordHash(document))
	second, err := note.Sign(&note.Note{Text: "ce.example.org/log\n2\n" + root.String() + "\n"}, ours.logKey)
	if err != nil {
		t.Fatal(err)
	}
	pdf := &translog.EntryProof{Position: 1, Proof: tlog.RecordProof{tlog.RecordHash(ours.leaf(number))}, Checkpoint: signedBy(t, second, one, seen)}
	elsewhere := bytes.Replace(both, []byte("ce.example.org/log\n"), []byte("ce.example.net/log\n"), 1)
	wrong := signedBy(t, facts, stranger, seen)
	renamed := inTheNameOf(t, wrong, keyOf(t, one))

	for name, tt := range map[string]struct {
		file  []byte
		trust *proof.Trust
		proof *translog.EntryProof
		// Of the proof and the witnesses one and two: p, o, f, and - for no finding.
		states   string
		says     string
		answered bool
	}{
		"no proof":                   {badge.JSON, &ours.trust, nil, "-oo", "Get the proof at ce.example.org/log/proof/0?witness=", false},
		"both":                       {badge.JSON, &ours.trust, of(both), "ppp", "at the latest on 2026-11-29 08:01 UTC", true},
		"a JWT":                      {[]byte(badge.JWT), &ours.trust, of(both), "ppp", "line 0", true},
		"the badge in a PDF":         {file, &ours.trust, of(both), "ppp", "", true},
		"the PDF itself":             {file, &ours.trust, pdf, "ppo", "line 1", false},
		"a PDF without a badge":      {ours.file(number, nil), &ours.trust, of(both), "foo", "not of a line of this", false},
		"no keys":                    {badge.JSON, nil, of(both), "opp", "Without the keys of the log", true},
		"nobody signed":              {badge.JSON, &ours.trust, of(facts), "poo", "Nothing here is signed by it.", false},
		"another log's key":          {badge.JSON, &other.trust, of(both), "foo", "No key of the log", false},
		"another certificate":        {ours.credential("8K2M-Q9XD-4T8RN").JSON, &ours.trust, of(both), "foo", "not of a line", false},
		"another place":              {badge.JSON, &ours.trust, &translog.EntryProof{Position: 1, Checkpoint: both}, "foo", "not of a line", false},
		"another log":                {badge.JSON, nil, of(elsewhere), "foo", "It is of the log ce.example.net/log", false},
		"noise":                      {badge.JSON, &ours.trust, of([]byte("x")), "foo", "not of a line", false},
		"a witness of the same name": {badge.JSON, &ours.trust, of(wrong), "poo", "", false},
		"in the name of the witness": {badge.JSON, &ours.trust, of(renamed), "pfo", "not its own", false},
		"later than now":             {badge.JSON, &ours.trust, of(signedBy(t, facts, one, now.Add(time.Hour))), "pfo", "later than it is now", false},
		"long after the date":        {badge.JSON, &ours.trust, of(signedBy(t, both, one, now)), "ppp", "", true},
		"only long after the date":   {badge.JSON, &ours.trust, of(signedBy(t, signedBy(t, facts, one, now), two, seen)), "ppp", "is 30 days before", true},
		"the checkpoint inside":      {ours.stated(number, both).JSON, &ours.trust, nil, "-pp", "", true},
		"inside and a proof":         {ours.stated(number, signedBy(t, facts, one, seen.Add(time.Hour))).JSON, &ours.trust, of(both), "ppp", "2026-11-29 08:01 UTC", true},
		"in its name beside it":      {ours.stated(number, both).JSON, &ours.trust, of(renamed), "pfp", "not its own", false},
		"in its name inside":         {ours.stated(number, renamed).JSON, &ours.trust, of(both), "pfp", "not its own", false},
		"a file that was changed":    {bytes.Replace(badge.JSON, []byte("Ana"), []byte("Eva"), 1), &ours.trust, of(both), "---", "", false},
	} {
		r := proof.Check(tt.file, proof.Options{Trust: tt.trust, Now: now, LogProof: tt.proof, Witnesses: []translog.WitnessKey{keyOf(t, one), keyOf(t, two)}})
		got, says := []byte("---"), ""
		for _, f := range r.Findings {
			for i, what := range []string{"The proof from the log", "Witness one.example", "Witness two.example"} {
				if f.What == what {
					got[i] = map[proof.State]byte{proof.Proven: 'p', proof.Open: 'o', proof.Failed: 'f'}[f.State]
					says += f.Why + "\n"
				}
			}
		}
		if string(got) != tt.states || !strings.Contains(says, tt.says) || r.Answered() != tt.answered || len(r.Witnesses) != 2 {
			t.Errorf("%s: %s, %v, want %s with %q\n%s%+v", name, got, r.Answered(), tt.states, tt.says, says, r.Witnesses)
		}
		for i, w := range r.Witnesses {
			if proven := got[i+1] == 'p'; proven != (w.SeenAt != nil) {
				t.Errorf("%s: %+v", name, w)
			}
		}
	}
}

// inTheNameOf has the last signature of a note name another key.
func inTheNameOf(t *testing.T, note []byte, key translog.WitnessKey) []byte {
	t.Helper()
	at := bytes.LastIndexByte(note, ' ') + 1
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(note[at:])))
	if err != nil {
		t.Fatal(err)
	}
	binary.BigEndian.PutUint32(raw, key.KeyHash())
	return slices.Concat(note[:at], []byte(base64.StdEncoding.EncodeToString(raw)+"\n"))
}
