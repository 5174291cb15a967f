package translog

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// EntryProof shows that the entry at a position is in the tree of a checkpoint.
type EntryProof struct {
	Position   int64
	Proof      tlog.RecordProof
	Checkpoint []byte // a signed note
}

// MaxProof is the longest file of a proof that is read, in bytes: a checkpoint with
// the cosignatures of many witnesses is below it.
const MaxProof = 128 << 10

// ErrProofFile means that a file is no proof of an entry.
var ErrProofFile = errors.New("this is no proof of an entry of a log, as a site has at /log/proof/")

// proofHead begins a file of the form that c2sp.org/tlog-proof describes.
const proofHead = "c2sp.org/tlog-proof@v1"

// maxPath is more hashes than lead from a leaf to a root.
const maxPath = 63

// File writes the proof for others to keep and to verify.
func (p EntryProof) File() []byte {
	b := fmt.Appendf(nil, "%s\nindex %d\n", proofHead, p.Position)
	for _, h := range p.Proof {
		b = fmt.Appendf(b, "%s\n", base64.StdEncoding.EncodeToString(h[:]))
	}
	return append(append(b, '\n'), p.Checkpoint...)
}

// ParseProof reads what File writes. It verifies nothing: that is for Included,
// Open and Cosignatures. Errors: ErrProofFile.
func ParseProof(data []byte) (EntryProof, error) {
	head, checkpoint, found := bytes.Cut(data, []byte("\n\n"))
	if !found || len(data) > MaxProof {
		return EntryProof{}, ErrProofFile
	}
	lines := strings.Split(string(head), "\n")
	if lines[0] != proofHead {
		return EntryProof{}, ErrProofFile
	}
	lines = lines[1:]
	if len(lines) > 0 && strings.HasPrefix(lines[0], "extra ") { // ours has none, and nobody vouches for it
		lines = lines[1:]
	}
	if len(lines) == 0 || len(lines) > 1+maxPath {
		return EntryProof{}, ErrProofFile
	}
	digits, isIndex := strings.CutPrefix(lines[0], "index ")
	position, err := strconv.ParseInt(digits, 10, 64)
	if !isIndex || err != nil || position < 0 || strconv.FormatInt(position, 10) != digits {
		return EntryProof{}, ErrProofFile
	}
	p := EntryProof{Position: position, Checkpoint: checkpoint}
	for _, line := range lines[1:] {
		raw, err := base64.StdEncoding.Strict().DecodeString(line)
		if err != nil || len(raw) != tlog.HashSize {
			return EntryProof{}, ErrProofFile
		}
		p.Proof = append(p.Proof, tlog.Hash(raw))
	}
	return p, nil
}
