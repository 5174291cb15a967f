package proof

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/translog"
)

// Witnessed is what a witness of the log saw of the certificate.
type Witnessed struct {
	Witness string     `json:"witness"` // its name, and what tells its keys apart
	SeenAt  *time.Time `json:"seen_at"` // by its clock; nil: nothing here shows that it saw it
}

// intact are the verdicts on a file that is what was signed.
var intact = []Verdict{Genuine, Intact, Revoked, Foreign, Early}

// askWitnesses says of each witness that the caller trusts whether it signed a
// checkpoint of the log that has a line of this certificate.
func (r *Report) askWitnesses(file []byte, o Options) {
	if len(o.Witnesses) == 0 && o.LogProof == nil {
		return
	}
	if !slices.Contains(intact, r.Verdict) {
		for _, w := range o.Witnesses {
			r.Witnesses = append(r.Witnesses, Witnessed{Witness: w.ID()})
		}
		return
	}
	lines := r.lines(file)
	var evidence []translog.EntryProof
	if r.factsHash != "" {
		inside := translog.EntryProof{Position: r.log.Position, Proof: r.log.Proof, Checkpoint: r.log.Checkpoint}
		if _, held := holds(inside, lines); held {
			evidence = append(evidence, inside)
		}
	}
	if o.LogProof != nil && r.judgeProof(*o.LogProof, lines, o) {
		evidence = append(evidence, *o.LogProof)
	}
	for _, w := range o.Witnesses {
		r.askWitness(w, evidence, o)
	}
}

// lines are the log's entries of the certificate: of its facts, and of a PDF.
func (r *Report) lines(file []byte) (lines [][]byte) {
	if r.factsHash != "" {
		lines = append(lines, translog.Data(translog.Facts, r.factsHash))
	}
	if r.Form == "PDF" {
		sum := sha256.Sum256(file)
		lines = append(lines, translog.Data(translog.Document, hex.EncodeToString(sum[:])))
	}
	return lines
}

// holds reports whether a proof leads from one of the lines to its checkpoint,
// whoever signed that, and the name of the log.
func holds(p translog.EntryProof, lines [][]byte) (origin string, held bool) {
	origin, tree, _, err := translog.Cosignatures(p.Checkpoint)
	return origin, err == nil && slices.ContainsFunc(lines, func(line []byte) bool {
		return translog.Included(tree, p.Position, line, p.Proof) == nil
	})
}

// judgeProof says what the proof that the caller has is worth.
func (r *Report) judgeProof(p translog.EntryProof, lines [][]byte, o Options) bool {
	origin, held := holds(p, lines)
	if !held {
		r.find(logProof, Failed, "It is not of a line of this certificate.")
		return false
	}
	if r.factsHash != "" && origin != r.origin() {
		r.find(logProof, Failed, fmt.Sprintf("It is of the log %s; the certificate names %s.", origin, r.origin()))
		return false
	}
	if o.Trust == nil || len(o.Trust.Log) == 0 {
		r.find(logProof, Open, fmt.Sprintf("It leads to a checkpoint of %s. Without the keys of the log nobody can tell who signed that.", origin))
		return true
	}
	if _, _, err := translog.Open(p.Checkpoint, o.Trust.Log); err != nil {
		r.find(logProof, Failed, "No key of the log that you trust signed its checkpoint.")
		return false
	}
	r.find(logProof, Proven, fmt.Sprintf("The log %s has this certificate as its line %d, counted from 0.", origin, p.Position))
	return true
}

// origin is the log that the credential names.
func (r *Report) origin() string {
	origin, _, _, err := translog.Cosignatures(r.log.Checkpoint)
	if err != nil {
		return ""
	}
	return origin
}

// lateBy is how much later than the date of a certificate a witness may have seen it
// without anybody asking why.
const lateBy = 7 * 24 * time.Hour

func (r *Report) askWitness(w translog.WitnessKey, evidence []translog.EntryProof, o Options) {
	what, state, why := "Witness "+w.Name(), Open, "Nothing here is signed by it."
	if o.LogProof == nil && r.factsHash != "" {
		why += fmt.Sprintf(" Get the proof at %s/proof/%d and check again with it.", r.origin(), r.log.Position)
	}
	seen := Witnessed{Witness: w.ID()}
	for _, p := range evidence {
		origin, _, list, err := translog.Cosignatures(p.Checkpoint, w)
		switch {
		case errors.Is(err, translog.ErrCosignature):
			state, why = Failed, "The signature that bears its name is not its own, or is of another checkpoint."
		case err != nil || len(list) == 0:
		case list[0].At.After(o.Now.Add(skew)):
			state, why = Failed, "Its signature is dated later than it is now."
		case seen.SeenAt == nil || list[0].At.Before(*seen.SeenAt):
			seen.SeenAt = &list[0].At
			state, why = Proven, fmt.Sprintf("It saw this certificate in the log %s at the latest on %s.", origin, list[0].At.Format("2006-01-02 15:04 MST"))
		}
	}
	if seen.SeenAt != nil && !r.SignedAt.IsZero() && seen.SeenAt.Sub(r.SignedAt) > lateBy {
		why += fmt.Sprintf(" The date of the certificate is %d days before: that it is so old, this witness does not show.", int(seen.SeenAt.Sub(r.SignedAt).Hours()/24))
	}
	r.Witnesses = append(r.Witnesses, seen)
	r.find(what, state, why)
}

// Answered reports whether every question that the caller asked beside the verdict
// has the answer yes: the status list says that it is in force, each witness saw the
// certificate, and the proof from the log is one.
func (r Report) Answered() bool {
	return !slices.ContainsFunc(r.Witnesses, func(w Witnessed) bool { return w.SeenAt == nil }) &&
		!r.says(logProof, Failed) && (!r.asked || r.says(InForce, Proven))
}
