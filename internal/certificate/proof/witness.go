package proof

import (
	"errors"
	"fmt"
	"net/url"
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
		if _, _, held := holds(inside, lines); held {
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
	what, state, why, wrong := "Witness "+w.Name(), Open, "Nothing here is signed by it.", ""
	if o.LogProof == nil && r.factsHash != "" {
		why += fmt.Sprintf(" Get the proof at %s/proof/%d?witness=%s and check again with it.", r.origin(), r.log.Position, url.QueryEscape(w.ID()))
	}
	seen := Witnessed{Witness: w.ID()}
	for _, p := range evidence {
		origin, at, problem := cosigned(p.Checkpoint, w, o.Now)
		switch {
		case problem != "":
			wrong = problem
		case !at.IsZero() && (seen.SeenAt == nil || at.Before(*seen.SeenAt)):
			seen.SeenAt = &at
			state, why = Proven, fmt.Sprintf("It saw this certificate in the log %s at the latest on %s.", origin, at.Format(minute))
		}
	}
	if wrong != "" { // a signature was made up here: no other speaks for it
		state, why, seen.SeenAt = Failed, wrong, nil
	}
	if seen.SeenAt != nil && !r.SignedAt.IsZero() && seen.SeenAt.Sub(r.SignedAt) > lateBy {
		why += fmt.Sprintf(" The date of the certificate is %d days before: that it is so old, this witness does not show.", int(seen.SeenAt.Sub(r.SignedAt).Hours()/24))
	}
	r.Witnesses = append(r.Witnesses, seen)
	r.find(what, state, why)
}

// cosigned says when a witness signed a checkpoint: the zero time where it did not,
// with the problem where something else bears its name.
func cosigned(checkpoint []byte, w translog.WitnessKey, now time.Time) (origin string, at time.Time, problem string) {
	origin, _, list, err := translog.Cosignatures(checkpoint, w)
	switch {
	case errors.Is(err, translog.ErrCosignature):
		return origin, at, "The signature that bears its name is not its own, or is of another checkpoint."
	case err != nil || len(list) == 0:
		return origin, at, ""
	case list[0].At.After(now.Add(skew)):
		return origin, at, "Its signature is dated later than it is now."
	}
	return origin, list[0].At, ""
}

// Answered reports whether every question that the caller asked beside the verdict
// has the answer yes: the status list says that it is in force, each witness saw the
// certificate, and the log has it, by its own key or a witness's, and does not say
// that it ended.
func (r Report) Answered() bool {
	unseen := slices.ContainsFunc(r.Witnesses, func(w Witnessed) bool { return w.SeenAt == nil })
	unsigned := r.says(logProof, Failed) || r.says(logProof, Open) && len(r.Witnesses) == 0
	return !unseen && !unsigned && !r.ended && (!r.asked || r.says(InForce, Proven))
}
