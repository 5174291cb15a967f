package proof

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/translog"
)

// line is an entry that the log can have of a certificate.
type line struct {
	kind translog.Kind
	hash string
}

// lines are those of the certificate: of its facts, and of a PDF with what became
// of it.
func (r *Report) lines(file []byte) (list []line) {
	if r.factsHash != "" {
		list = append(list, line{translog.Facts, r.factsHash})
	}
	if r.Form == "PDF" {
		list = append(list, linesOf(file)...)
	}
	return list
}

func linesOf(pdf []byte) (list []line) {
	sum := sha256.Sum256(pdf)
	for _, kind := range []translog.Kind{translog.Document, translog.Superseded, translog.Revoked, translog.Reinstated} {
		list = append(list, line{kind, hex.EncodeToString(sum[:])})
	}
	return list
}

// holds finds the line from which a proof leads to its checkpoint, whoever signed
// that, and the name of the log.
func holds(p translog.EntryProof, lines []line) (origin string, kind translog.Kind, held bool) {
	origin, tree, _, err := translog.Cosignatures(p.Checkpoint)
	if err != nil {
		return origin, "", false
	}
	for _, l := range lines {
		if translog.Included(tree, p.Position, translog.Data(l.kind, l.hash), p.Proof) == nil {
			return origin, l.kind, true
		}
	}
	return origin, "", false
}

// became is what lines of these kinds say of a certificate.
var became = map[translog.Kind]string{
	translog.Superseded: "it was replaced by another",
	translog.Revoked:    "it was revoked",
	translog.Reinstated: "a revocation of it was taken back",
}

// judgeProof says what the proof that the caller has is worth.
func (r *Report) judgeProof(p translog.EntryProof, lines []line, o Options) bool {
	origin, kind, held := holds(p, lines)
	if !held {
		why := "It is not of a line of this certificate."
		if r.Form != "PDF" {
			why = "It is not of a line of this badge. What the log says of its PDF, it says by the hash of that file: check that."
		}
		r.find(logProof, Failed, why)
		return false
	}
	if r.factsHash != "" && origin != r.origin() {
		r.find(logProof, Failed, fmt.Sprintf("It is of the log %s; the certificate names %s.", origin, r.origin()))
		return false
	}
	what, tells := became[kind]
	r.ended = kind == translog.Superseded || kind == translog.Revoked
	if o.Trust == nil || len(o.Trust.Log) == 0 {
		says := ""
		if tells {
			says = " whose line says that " + what
		}
		r.find(logProof, Open, fmt.Sprintf("It leads to a checkpoint of %s%s. Without the keys of the log nobody can tell who signed that.", origin, says))
		return true
	}
	if _, _, err := translog.Open(p.Checkpoint, o.Trust.Log); err != nil {
		r.find(logProof, Failed, "No key of the log that you trust signed its checkpoint.")
		return false
	}
	if tells {
		r.find(logProof, Proven, fmt.Sprintf("The log %s says in its line %d, counted from 0, that %s.", origin, p.Position, what))
		r.fate(kind)
		return true
	}
	r.find(logProof, Proven, fmt.Sprintf("The log %s has this certificate as its line %d, counted from 0.", origin, p.Position))
	return true
}

// fate takes what a line of the log says became of the certificate. Nothing shows
// which lines follow it.
func (r *Report) fate(kind translog.Kind) {
	why := "The log says that " + became[kind] + "."
	switch kind {
	case translog.Reinstated:
		if r.says(InForce, Proven) || r.says(InForce, Failed) { // the status list is of a known time
			return
		}
		r.settle(InForce, Open, why+" Whether it was revoked anew since, this line cannot show: look the number up.")
		return
	case translog.Revoked:
		if r.says(InForce, Proven) {
			why += " By the status list it is in force: it was reinstated before that list was made, or revoked since."
		}
		why += " Whether that was taken back since, this line cannot show: look the number up."
	}
	r.settle(InForce, Failed, why)
	if r.Verdict == Genuine || r.Verdict == Intact {
		r.Verdict = Revoked
	}
}

// seenAt says whether the log has this very file, by the proof and the keys that the
// caller gave, and when a witness first saw it there; the zero time for never.
func (o Options) seenAt(pdf []byte) (first time.Time, logged bool) {
	if o.LogProof == nil || o.Trust == nil {
		return first, false
	}
	if _, _, held := holds(*o.LogProof, linesOf(pdf)); !held {
		return first, false
	}
	if _, _, err := translog.Open(o.LogProof.Checkpoint, o.Trust.Log); err != nil {
		return first, false
	}
	for _, w := range o.Witnesses {
		if _, at, _ := cosigned(o.LogProof.Checkpoint, w, o.Now); !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first, true
}
