package witness

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/atmacena/cocare/internal/translog"
)

// request is what is posted: what the witness has seen, the proof that the
// checkpoint begins with it, and the checkpoint.
func request(old int64, proof tlog.TreeProof, checkpoint []byte) []byte {
	b := fmt.Appendf(nil, "old %d\n", old)
	for _, h := range proof {
		b = fmt.Appendf(b, "%s\n", base64.StdEncoding.EncodeToString(h[:]))
	}
	return append(append(b, '\n'), checkpoint...)
}

// said is an answer in our words. Where it holds neither signature nor size,
// problem says why, in a sentence for people.
type said struct {
	cosignature *translog.Cosignature
	has         *int64 // a conflict: how many lines it has seen
	conflict    bool   // with what it has seen, whether it says how many lines or not
	refuted     bool   // the checkpoint does not begin with what it has seen
	problem     string
}

// skew is by how much the clock of a witness may be wrong.
const skew = 5 * time.Minute

// span is when a signature can have been made: from the last line of the checkpoint
// on, until now.
type span struct{ added, now time.Time }

// problem says why an instant is not in the span. A line that our own clock once
// dated ahead does not make those of others wrong.
func (s span) problem(at time.Time) string {
	switch {
	case at.After(s.now.Add(skew)):
		return "Its clock is ahead."
	case at.Before(s.added.Add(-skew)) && at.Before(s.now.Add(-skew)):
		return "Its clock is behind: it signs lines before they were added."
	}
	return ""
}

// read understands what a witness answered to a checkpoint. The answer may hold
// anything.
func (a answer) read(c translog.Checkpoint, key translog.WitnessKey, when span) said {
	switch {
	case a.status == 409:
		return a.conflict()
	case a.status == 200 && a.body == nil:
		return said{problem: tooLong}
	case a.status == 200:
		return a.signature(c, key, when)
	case a.status == 422:
		return said{refuted: true}
	case a.status == 403:
		return said{problem: "It does not accept the key of this log (403)."}
	case a.status == 404:
		return said{problem: "It does not know this log (404)."}
	case a.status >= 300 && a.status < 400:
		return said{problem: fmt.Sprintf("It sends elsewhere (%d); its address has changed.", a.status)}
	}
	return said{problem: fmt.Sprintf("It answered %d.", a.status)}
}

const tooLong = "Its answer is too long."

// signature looks for the line of the key. Put behind the checkpoint, the lines must
// leave its text as it is: a signature of another text would spoil what is shown.
func (a answer) signature(c translog.Checkpoint, key translog.WitnessKey, when span) said {
	lines := bytes.HasPrefix(a.body, []byte("— ")) && !bytes.Contains(a.body, []byte("\n\n"))
	_, tree, list, err := translog.Cosignatures(slices.Concat(c.Note, a.body), key)
	switch {
	case !lines && len(a.body) > 0, err != nil, tree != c.Tree:
		return said{problem: "Its answer is no signature of the checkpoint."}
	case len(list) == 0:
		return said{problem: "Its answer has no signature by the key in the settings."}
	}
	if problem := when.problem(list[0].At); problem != "" {
		return said{problem: problem}
	}
	return said{cosignature: &list[0]}
}

func (a answer) conflict() said {
	if a.body == nil {
		return said{conflict: true, problem: tooLong}
	}
	kind, _, err := mime.ParseMediaType(a.kind)
	digits := strings.TrimSuffix(string(a.body), "\n")
	size, bad := strconv.ParseInt(digits, 10, 64)
	if err != nil || bad != nil || kind != "text/x.tlog.size" || size < 0 || strconv.FormatInt(size, 10) != digits {
		return said{conflict: true, problem: "It answered 409 without saying how many lines it has seen."}
	}
	return said{conflict: true, has: &size}
}

// otherRoot reports whether a conflict over a whole checkpoint can only be about its
// root: the witness has seen as many lines as the checkpoint has. It says so in the
// answer, or has named that size before. For such a conflict version 1.0.0 of the
// protocol asks for 409, with or without a body, and its draft for 422.
func (s said) otherRoot(named bool, size int64) bool {
	return s.conflict && (s.has == nil && named || s.has != nil && *s.has == size)
}
