package certificate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	"github.com/atmacena/cocare/internal/certificate/credential"
	"github.com/atmacena/cocare/internal/certificate/pdfread"
)

// agrees reports whether the register's row of a certificate says what its badge
// says. Both were written of the same facts, and neither may change since: a badge
// cannot without its signature showing it, a row can.
func (c Certificate) agrees(badge []byte) bool {
	v := credential.Verify(badge, credential.Options{})
	var said Record
	if !v.Intact() || json.Unmarshal(v.Facts, &said) != nil {
		return false
	}
	theirs, err := said.JSON()
	ours, wrong := c.Facts.Record().JSON()
	return err == nil && wrong == nil && bytes.Equal(ours, theirs) &&
		c.Number == said.Number && c.HolderName == said.Holder.Name && c.CourseTitle == said.Course.Title
}

// contradicted reports whether the row that a file was found by says something else
// than the file's badge; of a file that is not what was issued, than the badge that is
// kept. What was issued before there were badges has nothing to compare.
func (s *Service) contradicted(ctx context.Context, out FileCheck, file []byte) (bool, error) {
	if out.Verdict == Genuine {
		if badge := badgeOf(file); badge != nil {
			return !out.Certificate.agrees(badge), nil
		}
	}
	kept, err := s.credentialOf(ctx, out.Certificate.ID)
	if errors.Is(err, ErrNoCredential) {
		return false, nil
	}
	// A PDF that was issued with a badge has it inside.
	return err == nil && (out.Verdict == Genuine || !out.Certificate.agrees(kept.JSON)), err
}

// badgeOf is the badge that a file is or carries; nil for none.
func badgeOf(file []byte) []byte {
	if !isPDF(file) {
		return file
	}
	f, err := pdfread.Open(file)
	if err != nil {
		return nil
	}
	inside, err := f.Attachments()
	if err != nil || len(inside) != 1 || inside[0].Name != BadgeName {
		return nil
	}
	return inside[0].Data
}
