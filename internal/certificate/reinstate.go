package certificate

import (
	"context"
	"slices"

	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/mail"
)

// Reinstate takes a revocation back, with a reason that the verification page
// shows beside that of the revocation: both stay in the history. One that was
// never printed is prepared again. by is the acting person, empty for the system.
// Repeated with the same reason it changes nothing. It is audited, and the holder
// is told by mail. Errors: Invalid (reason), ErrNotFound, ErrNotRevoked.
func (s *Service) Reinstate(ctx context.Context, typed, reason, by string) error {
	c, holder, reason, err := s.actOn(ctx, typed, reason)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context) error {
		changed, err := s.markReinstated(ctx, c.ID)
		if err != nil {
			return err
		}
		if !changed {
			return s.reinstatedFor(ctx, c.ID, reason)
		}
		if err := s.happened(ctx, c.ID, WasReinstated, reason, by); err != nil {
			return err
		}
		if err := s.record(ctx, "certificate.reinstate", c, map[string]any{"reason": reason, "revoked_for": c.RevokedReason}); err != nil {
			return err
		}
		if !c.Public() { // nobody was told of it; its holder is once it is ready
			return s.queue.Enqueue(ctx, JobKind, issueJob{c.ID}, job.Unique(againKey(c)))
		}
		return s.tell(ctx, holder, mail.CertificateReinstated{CourseTitle: c.CourseTitle, Number: c.Number, Reason: reason, Link: s.ownLink(c)})
	})
}

// reinstatedFor is nil if the last that happened to a certificate is that it was
// reinstated for this very reason, or was printed since.
func (s *Service) reinstatedFor(ctx context.Context, id, reason string) error {
	events, err := s.Events(ctx, id)
	if err != nil {
		return err
	}
	for _, e := range slices.Backward(events) {
		if e.Kind != WasIssued {
			if e.Kind == WasReinstated && e.Reason == reason {
				return nil
			}
			break
		}
	}
	return ErrNotRevoked
}
