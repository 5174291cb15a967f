package witness

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/atmacena/cocare/internal/translog"
)

// FuzzAnswer: whatever a witness says, nothing that it did not sign is taken for a
// signature, and a size is one.
func FuzzAnswer(f *testing.F) {
	key, err := translog.ParseWitnessKey("w.example+e25d5acc+BAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB")
	if err != nil {
		f.Fatal(err)
	}
	line := "— w.example " + base64.StdEncoding.EncodeToString(append([]byte{0xe2, 0x5d, 0x5a, 0xcc, 0, 0, 0, 0, 0x69, 0, 0, 0}, make([]byte, 64)...)) + "\n"
	root := tlog.Hash{1}
	c := translog.Checkpoint{Tree: translog.Tree{Size: 5, Root: root},
		Note: fmt.Appendf(nil, "ce.example.org/log\n5\n%s\n\n— ce.example.org/log AAAAAAAA\n", base64.StdEncoding.EncodeToString(root[:]))}
	for _, seed := range []struct {
		status int
		kind   string
		body   string
	}{{200, "text/plain", line}, {200, "", "\n\n" + line}, {409, "text/x.tlog.size", "7\n"}, {409, "text/x.tlog.size; charset=utf-8", "-1"}, {422, "", ""}, {302, "", "x"}} {
		f.Add(seed.status, seed.kind, []byte(seed.body))
	}
	now := time.Date(2026, 11, 28, 20, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, status int, kind string, body []byte) {
		got := answer{status, kind, body}.read(c, key, span{now, now})
		if got.cosignature != nil {
			t.Errorf("nobody signed %q", body)
		}
		if got.has != nil && (*got.has < 0 || status != 409 || !strings.HasPrefix(string(body), fmt.Sprint(*got.has))) {
			t.Errorf("%d of %q", *got.has, body)
		}
		if said := (got.has != nil) || got.refuted; said == (got.problem != "") || got.refuted != (status == 422) {
			t.Errorf("%d %q: %+v", status, body, got)
		}
	})
}

// FuzzParse: witnesses that can be asked, or an error that names a line.
func FuzzParse(f *testing.F) {
	f.Add("# x\nwitness w w.example+e25d5acc+BAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB https://w.example/a")
	f.Add("witness\nlog")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := Parse(text)
		if err != nil && (list != nil || !strings.HasPrefix(err.Error(), "line ")) || len(list) > Most {
			t.Errorf("%d, %v", len(list), err)
		}
		for _, w := range list {
			if w.Key.Name() == "" || !strings.HasPrefix(w.URL, "http") {
				t.Errorf("%+v", w)
			}
		}
	})
}
