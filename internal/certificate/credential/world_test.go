package credential_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/atmacena/cocare/internal/certificate/credential"
	"github.com/atmacena/cocare/internal/translog"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const (
	base   = "https://ce.example.org"
	origin = "ce.example.org/log"
	facts  = `{"number":"7K3M-92QX-4T8V-5","holder_name":"Ana María Øvergård & Søn <PhD>","completed_on":"2026-11-27","credit_lines":[{"accreditor":"Example Board","centihours":175}],"evidence":[{"title":"Passed the exam","at":"2026-11-27T18:02:03.123456Z"}]}`
)

var (
	issued = time.Date(2026, 11, 28, 9, 30, 15, 678_000_000, time.UTC)
	now    = issued.Add(24 * time.Hour)
)

// key is the same for the same seed.
func key(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}

func public(seed byte) ed25519.PublicKey { return key(seed).Public().(ed25519.PublicKey) }

func signer(t testing.TB, seed byte) credential.Key {
	t.Helper()
	k, err := credential.NewKey(key(seed))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// noteKey is a key of a log, the same for the same seed.
func noteKey(seed byte) (s note.Signer, verifierKey string, err error) {
	k := key(seed)
	if verifierKey, err = note.NewEd25519VerifierKey(origin, k.Public().(ed25519.PublicKey)); err != nil {
		return nil, "", err
	}
	v, err := note.NewVerifier(verifierKey)
	return noteSigner{v, k}, verifierKey, err
}

type noteSigner struct {
	note.Verifier
	key ed25519.PrivateKey
}

func (s noteSigner) Sign(msg []byte) ([]byte, error) { return ed25519.Sign(s.key, msg), nil }

// logKey is the log's.
func logKey(t testing.TB) (s note.Signer, verifierKey string) {
	t.Helper()
	s, verifierKey, err := noteKey(9)
	if err != nil {
		t.Fatal(err)
	}
	return s, verifierKey
}

// logged puts facts into a log of five leaves, as the fourth.
func logged(t testing.TB, facts string) credential.LogProof {
	t.Helper()
	sum, err := credential.FactsHash(json.RawMessage(facts))
	if err != nil {
		t.Fatal(err)
	}
	stored := map[int64]tlog.Hash{}
	reader := tlog.HashReaderFunc(func(list []int64) (out []tlog.Hash, err error) {
		for _, i := range list {
			out = append(out, stored[i])
		}
		return out, nil
	})
	const position, size = 3, 5
	for i := range int64(size) {
		data := translog.Data(translog.Document, string(rune('a'+i)))
		if i == position {
			data = translog.Data(translog.Facts, hex.EncodeToString(sum[:]))
		}
		hashes, err := tlog.StoredHashes(i, data, reader)
		if err != nil {
			t.Fatal(err)
		}
		for j, h := range hashes {
			stored[tlog.StoredHashIndex(0, i)+int64(j)] = h
		}
	}
	root, err := tlog.TreeHash(size, reader)
	if err != nil {
		t.Fatal(err)
	}
	proof, err := tlog.ProveRecord(size, position, reader)
	if err != nil {
		t.Fatal(err)
	}
	s, _ := logKey(t)
	signed, err := note.Sign(&note.Note{Text: origin + "\n5\n" + root.String() + "\n"}, s)
	if err != nil {
		t.Fatal(err)
	}
	return credential.LogProof{Checkpoint: signed, Position: position, Proof: proof}
}

func input(t testing.TB) credential.Input {
	t.Helper()
	return credential.Input{
		Issuer: credential.Issuer{BaseURL: base, Name: "Example Education"}, Number: "7K3M-92QX-4T8V-5",
		HolderName: "Ana María Øvergård & Søn <PhD>", CompletedAt: issued.Add(-15 * time.Hour), IssuedAt: issued,
		Course: credential.Course{ID: base + "/courses/pain?edition=3", Name: "Pain in practice",
			Description: "How pain works, and what helps.", Criteria: "All lessons, then the exam with 80 % or more."},
		Credit: 175, Facts: json.RawMessage(facts), Log: logged(t, facts), StatusIndex: 131072 + 41,
	}
}

func issue(t testing.TB, in credential.Input, seed byte) credential.Issued {
	t.Helper()
	c, err := credential.Issue(in, signer(t, seed))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// trusting is what a verifier knows who trusts the first key and the log.
func trusting(t testing.TB) credential.Options {
	t.Helper()
	_, verifierKey := logKey(t)
	return credential.Options{Keys: []credential.PublicKey{{Public: public(1)}}, LogKeys: []string{verifierKey}, Now: now}
}

// list is the status list of input, with bits set.
func list(t testing.TB, seed byte, change func(*credential.StatusInput), revoked ...int64) credential.Issued {
	t.Helper()
	in := credential.StatusInput{Issuer: credential.Issuer{BaseURL: base, Name: "Example Education"}, Number: 1,
		List: &credential.StatusList{}, ValidFrom: now.Add(-time.Hour), ValidUntil: now.Add(time.Hour), TTL: 5 * time.Minute}
	for _, bit := range revoked {
		if err := in.List.Set(bit, true); err != nil {
			t.Fatal(err)
		}
	}
	if change != nil {
		change(&in)
	}
	l, err := credential.IssueStatusList(in, signer(t, seed))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// golden compares with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs: what was issued must verify for years. If the format grew on purpose, look, then go test -update:\n%s", path, got)
	}
}
