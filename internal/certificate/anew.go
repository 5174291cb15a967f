package certificate

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate/pdf"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/job"
)

// shownOf is how much of a text that cannot be printed is told, in characters.
const shownOf = 120

// printedAs names the texts of a certificate to people.
var printedAs = map[string]string{ // #nosec G101 -- names of texts, no secret
	"holder_name": "Name of the holder", "license": "License", "title": "Title", "subtitle": "Subtitle", "format": "Format",
	"provider": "Name of the provider", "provider_address": "Address of the provider", "signatory_name": "Name of the signatory", "signatory_title": "Title of the signatory",
	"statement": "Statement", "accreditor": "Name of the accreditor", "hours": "Amount of the credit", "category": "Category of the credit", "credit_statement": "Statement of the credit",
}

// Unprinted says which of its texts cannot be printed, each in a sentence with the
// characters that no font has; none if all can.
func (f Facts) Unprinted() (list []string) {
	printed, err := f.printed()
	if err != nil {
		return nil // the days: a fault of ours, which the job tells
	}
	for _, g := range printed.Gaps() {
		what := printedAs[g.Field]
		if what == "" {
			what = "Text"
		}
		list = append(list, fmt.Sprintf("%s “%s”: cannot print %s.", what, apperr.Clip(apperr.Visible(g.Text), shownOf), named(g.Missing)))
	}
	return list
}

// Printable reports whether the facts can be printed: a Conflict that names the texts
// and the characters if not. It prints them, since they can be too long as well.
func (f Facts) Printable() error {
	if list := f.Unprinted(); len(list) > 0 {
		return apperr.Newf(apperr.Conflict, "The certificate could not be printed. %s", strings.Join(list, " "))
	}
	printed, err := f.printed()
	if err != nil {
		return err
	}
	if _, err = pdf.Render(printed, pdf.Options{}); apperr.Is(err, apperr.Invalid) {
		err = apperr.Newf(apperr.Conflict, "The certificate could not be printed. %s", apperr.Message(err))
	}
	return err
}

// FreezeAnew gives a certificate that was given up while it was prepared other facts:
// those that its enrollment earns as of its completion, by the approvals and the rules
// as they stand now. Facts are never changed, and the transparency log may have them
// already: the certificate is superseded by one with a number of its own, as Replace
// does it. Nobody has seen the old number, so the new one does not name it. The name,
// the licenses and the evidence stay as they were frozen. by is the acting person.
// Repeated with the same reason it returns the same new one. It is audited. Errors:
// Invalid (reason), ErrNotFound, ErrNotWaiting, ErrNotGivenUp, ErrNameFirst,
// ErrCopied, ErrNotCompleted of package enrollment for what was refunded since, and a
// Conflict that names what cannot be printed even so.
func (s *Service) FreezeAnew(ctx context.Context, typed, reason, by string) (Certificate, error) {
	reason, err := apperr.Reason("reason", reason, apperr.WhyForTheRecord)
	if err != nil {
		return Certificate{}, err
	}
	old, err := s.ByNumber(ctx, typed)
	if err != nil {
		return Certificate{}, err
	}
	if old.State != Preparing {
		return s.frozenAnew(ctx, old, reason)
	}
	facts, err := s.PreviewAnew(ctx, old)
	if err != nil {
		return Certificate{}, err
	}
	fresh := old
	fresh.Supersedes, fresh.Facts = old.ID, facts
	s.name(&fresh.Facts)
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.enrollments.HoldCompleted(ctx, old.EnrollmentID); err != nil {
			return err
		}
		if err := s.supersede(ctx, old, fresh, change{"certificate.freeze_anew", Preparing, reason, by}); err != nil {
			return err
		}
		return s.forget(ctx, old)
	})
	switch {
	case errors.Is(err, ErrNotIssued): // somebody was faster
		return s.frozenAnew(ctx, old, reason)
	case err != nil:
		return Certificate{}, err
	}
	return s.byNumber(ctx, fresh.Facts.Number)
}

// frozenAnew is what took the place of a certificate for this reason; ErrNotWaiting
// otherwise.
func (s *Service) frozenAnew(ctx context.Context, old Certificate, reason string) (Certificate, error) {
	next, found, err := s.successorFor(ctx, old, reason)
	if err == nil && (!found || old.Public()) {
		err = ErrNotWaiting
	}
	if err != nil {
		return Certificate{}, err
	}
	return next, nil
}

// PreviewAnew is what FreezeAnew would freeze now, without a number; nothing is
// stored. Errors: those of FreezeAnew.
func (s *Service) PreviewAnew(ctx context.Context, old Certificate) (Facts, error) {
	printing, err := s.Printing(ctx, old)
	switch {
	case err != nil:
		return Facts{}, err
	case old.State != Preparing:
		return Facts{}, ErrNotWaiting
	case old.Unprintable():
		return Facts{}, ErrNameFirst
	case !printing[old.ID].Stuck():
		return Facts{}, ErrNotGivenUp
	case old.Facts.Replaces != "":
		return Facts{}, ErrCopied
	}
	e, err := s.enrollments.Get(ctx, old.EnrollmentID)
	if err != nil {
		return Facts{}, err
	}
	if e.State != enrollment.Completed || e.CompletedAt == nil {
		return Facts{}, enrollment.ErrNotCompleted
	}
	ed, err := s.editions.EditionAsOf(ctx, old.EditionID, old.Facts.OverlayHash)
	if err != nil {
		return Facts{}, err
	}
	f, err := s.facts(ctx, e, ed, earned{Holder{Name: old.HolderName, TimeZone: old.Facts.Zone}, old.Facts.Licenses, old.Facts.Evidence})
	if err != nil {
		return Facts{}, err
	}
	f.Number, f.VerifyURL = old.Facts.Number, old.Facts.VerifyURL // as long as the new ones
	err = f.Printable()
	f.Number, f.VerifyURL = "", ""
	return f, err
}

// forget removes the jobs of a certificate that were given up.
func (s *Service) forget(ctx context.Context, c Certificate) error {
	jobs, err := s.queue.ByKey(ctx, firstKey(c), againKey(c))
	if err != nil {
		return fmt.Errorf("certificate: jobs: %w", err)
	}
	for _, e := range jobs {
		if e.State != job.Dead {
			continue // it finds nothing to do
		}
		if _, err := s.queue.Dismiss(ctx, e.ID); err != nil && !errors.Is(err, job.ErrNotDead) {
			return err
		}
	}
	return nil
}
