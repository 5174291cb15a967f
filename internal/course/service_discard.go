package course

import (
	"context"
	"fmt"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
)

// The errors of discarding a draft.
var (
	ErrPublished = apperr.New(apperr.Conflict, "This course was published. People may have begun it, and certificates may name it, so it stays.")
	ErrHeld      = apperr.New(apperr.Conflict, "Something else names this course: an approval, a live session, an accommodation or an order. It stays as long as that does.")
	ErrDraftOn   = apperr.New(apperr.Conflict, "Somebody changed the draft meanwhile. Nothing was discarded; look at it again.")
)

// Discard deletes a course that was never published, by the newest change of its draft
// that somebody saw: its files and their whole history, its comments, who works on it,
// what was imported or sent for it. Files of media that nothing else names go with the
// next sweep. Its short name is free again. What stays is the record of the act.
// Errors: ErrNotFound, ErrPublished, ErrHeld, ErrDraftOn.
func (s *Service) Discard(ctx context.Context, slug string, seen int64) error {
	err := s.d.DB.InTx(ctx, func(ctx context.Context) error {
		if err := s.store.bump(ctx); err != nil { // not while somebody publishes
			return err
		}
		if err := s.store.lockDraft(ctx, slug); err != nil {
			return err
		}
		c, err := s.store.course(ctx, slug)
		if err != nil {
			return err
		}
		_, published, err := s.store.newest(ctx, c.ID)
		switch {
		case err != nil:
			return err
		case published:
			return ErrPublished
		case c.DraftSeq != seen:
			return ErrDraftOn
		}
		if err := s.store.deleteCourse(ctx, c.ID); err != nil {
			return err
		}
		return s.d.Audit.Record(ctx, audit.Event{Action: "course.discard", ObjectKind: "course", ObjectID: c.ID,
			Details: map[string]any{"slug": slug, "title": c.Title, "hash": c.DraftHash, "changes": c.DraftSeq}})
	})
	if err != nil {
		return fmt.Errorf("course: discard: %w", err)
	}
	return nil
}

// deleteCourse deletes a course with what hangs on its draft. Errors: ErrHeld.
func (s store) deleteCourse(ctx context.Context, courseID string) error {
	err := s.db.Conn(ctx).Exec("DELETE FROM courses WHERE id = ?", courseID).Error
	if db.IsHeld(err) {
		return ErrHeld.Because(err)
	}
	return err
}
