package certificate

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate/credential"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/enrollment"
)

// Known is what CheckStored holds signatures against: every key that ever signed here,
// whatever became of it.
type Known struct {
	Badges    []string // public keys, as credential.Multibase writes them
	Documents []string // keys of PDF files, by their pades.KeyID
}

// Flaw is what is wrong with a certificate as it is stored, or with the picture of a
// signature, in words for the operator.
type Flaw struct {
	Number string // of one that is gone without a trace its ID, of a picture its hash
	What   string
}

// String is the flaw on one line.
func (f Flaw) String() string { return f.Number + " (" + f.What + ")" }

// CheckStored examines every certificate, one at a time: its facts against their hash,
// the badge, the log and the audit log; the row around them against the facts, the
// history, the enrollment and its evidence, the edition, and the certificates that it
// replaces or is replaced by; the history against the log; PDF and badge against their
// hashes, each other and the keys; and the tree in the badge against the log as it is.
// And it looks for what the log has and the register has not. It returns how many
// PDFs there are.
func (s *Service) CheckStored(ctx context.Context, known Known) (files int, flaws []Flaw, err error) {
	for after := ""; ; {
		r, ok, err := s.nextStored(ctx, after)
		if err != nil {
			return files, flaws, err
		}
		if !ok {
			break
		}
		if r.PDFHash != "" {
			files++
		}
		wrong, err := s.examine(ctx, r, known)
		if err != nil {
			return files, flaws, err
		}
		if len(wrong) > 0 {
			flaws = append(flaws, Flaw{r.Number, strings.Join(wrong, "; ")})
		}
		after = r.ID
	}
	gone, err := s.gone(ctx)
	if err != nil {
		return files, flaws, err
	}
	pictures, err := s.pictures(ctx)
	return files, slices.Concat(flaws, gone, pictures), err
}

// pictures lists the signatures of signatories that are not those of their hash.
func (s *Service) pictures(ctx context.Context) (flaws []Flaw, err error) {
	hashes, err := s.signatureHashes(ctx)
	if err != nil {
		return nil, err
	}
	for _, hash := range hashes {
		png, err := s.storedSignature(ctx, hash)
		if err != nil {
			return nil, err
		}
		if digest(png) != hash {
			flaws = append(flaws, Flaw{"signature " + hash[:16], "the picture is not that of its hash"})
		}
	}
	return flaws, nil
}

// examine says what is wrong with one.
func (s *Service) examine(ctx context.Context, r stored, known Known) (wrong []string, err error) {
	events, err := s.Events(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	entries, err := s.log.Entries(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	var f Facts
	readable := json.Unmarshal([]byte(r.Facts), &f) == nil
	badge := credential.Verify(r.Badge, credential.Options{})
	for _, part := range []struct {
		sound bool
		what  string
	}{
		{readable && digest([]byte(r.Facts)) == r.FactsHash, "the facts are not those of their hash"},
		{r.bears(f), "the row says something else than the facts"},
		{r.states(f, badge), "the facts are not those of the badge"},
		{r.follows(events) && r.dated(events), "the state does not follow from the history"},
		{r.told(events, entries), "the history is not that of the log"},
		{r.placed(badge, entries), "the badge’s facts or the place in the status list are not those of the log"},
		{r.linked(f), "what it replaces, or what replaces it, does not say so"},
		{f.EditionHash == r.EditionHash && f.EditionNumber == r.EditionNumber, "its edition is not the one of the facts"},
		{r.PDFHash == "" || digest(r.PDF) == r.PDFHash, "the PDF is not the one that was issued"},
		{r.PDFHash == "" || r.carries(badge, known), "the badge is not the one in the PDF, or a key that is not ours signed it"},
	} {
		if !part.sound {
			wrong = append(wrong, part.what)
		}
	}
	for _, look := range []func(context.Context, stored, Facts, credential.Report) (string, error){s.earned, s.audited, s.grown} {
		what, err := look(ctx, r, f, badge)
		if err != nil {
			return nil, err
		}
		if what != "" {
			wrong = append(wrong, what)
		}
	}
	return wrong, nil
}

// earned compares a certificate with the enrollment that it is of.
func (s *Service) earned(ctx context.Context, r stored, f Facts, _ credential.Report) (string, error) {
	e, err := s.enrollments.Get(ctx, r.EnrollmentID)
	switch {
	case apperr.Is(err, apperr.NotFound):
		return "its enrollment is gone", nil
	case err != nil:
		return "", err
	case e.State.Open() || e.State == enrollment.Pending || e.State == enrollment.Expired || e.CompletedAt == nil || !db.Truncate(*e.CompletedAt).Equal(f.CompletedAt):
		return "its enrollment is not completed, or was on another day", nil
	case e.PersonID != r.PersonID || e.CourseID != r.CourseID || e.EditionID != r.EditionID || e.Cycle != r.Cycle:
		return "person, edition or cycle are not those of its enrollment", nil
	}
	listed := make([]enrollment.Requirement, len(f.Evidence))
	for i, ev := range f.Evidence {
		listed[i] = enrollment.Requirement{Title: ev.Title, DoneAt: ev.At}
	}
	missing, err := s.enrollments.Unproven(ctx, e.ID, listed)
	if err != nil || len(missing) == 0 {
		return "", err
	}
	return "its enrollment has no evidence of: " + strings.Join(missing, ", "), nil
}

// audited compares a certificate with what the audit log noted of it; whoever turns
// the register cannot turn that chain. Details that were erased say nothing.
func (s *Service) audited(ctx context.Context, r stored, _ Facts, _ credential.Report) (string, error) {
	events, err := s.audit.List(ctx, audit.Filter{ObjectKind: "certificate", ObjectID: r.ID, Limit: db.MaxPage})
	if err != nil {
		return "", err
	}
	noted := func(action, detail, value string) bool {
		known := false
		for _, e := range events {
			if v, there := e.Details[detail]; e.Action == action && there {
				if v == value {
					return true
				}
				known = true
			}
		}
		return !known
	}
	if noted("certificate.reserve", "facts_sha256", r.FactsHash) && (r.PDFHash == "" || noted("certificate.issue", "pdf_sha256", r.PDFHash)) &&
		(r.State != Revoked || noted("certificate.revoke", "reason", r.RevokedReason)) {
		return "", nil
	}
	return "the audit log noted other facts, another PDF or another reason", nil
}

// grown says whether the log still begins with the tree that the badge carries.
func (s *Service) grown(ctx context.Context, r stored, _ Facts, badge credential.Report) (string, error) {
	if r.Badge == nil || !badge.Intact() {
		return "", nil
	}
	begins, err := s.log.BeginsWith(ctx, badge.Log.Checkpoint)
	if err != nil || begins {
		return "", err
	}
	return "the log does not begin with the tree that its badge carries: lines were changed or taken out since", nil
}

// gone lists what the log has and the register has not.
func (s *Service) gone(ctx context.Context) (flaws []Flaw, err error) {
	for after := ""; ; {
		ids, err := s.log.Subjects(ctx, after, db.MaxPage)
		if err != nil || len(ids) == 0 {
			return flaws, err
		}
		there, err := s.existing(ctx, ids)
		if err != nil {
			return flaws, err
		}
		for _, id := range ids {
			if slices.Contains(there, id) {
				continue
			}
			name, err := s.numberNoted(ctx, id)
			if err != nil {
				return flaws, err
			}
			flaws = append(flaws, Flaw{name, "it is in the log and not in the register: it was deleted"})
		}
		after = ids[len(ids)-1]
	}
}

// numberNoted is the number of a certificate that is gone, if the audit log has it, or
// else its ID.
func (s *Service) numberNoted(ctx context.Context, id string) (string, error) {
	events, err := s.audit.List(ctx, audit.Filter{ObjectKind: "certificate", ObjectID: id, Action: "certificate.reserve"})
	for _, e := range events {
		if n, ok := e.Details["number"].(string); ok {
			return n, err
		}
	}
	return id, err
}
