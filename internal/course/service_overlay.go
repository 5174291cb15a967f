package course

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
)

// maxOverlayText bounds reasons and errata, in characters.
const maxOverlayText = 2000

// WithdrawLesson takes a lesson out of the requirements of an edition, for
// good: it stays readable under a notice, and hours of later completions are
// computed without it. A second withdrawal is ErrWithdrawn, unless it is the
// same form sent twice.
func (s *Service) WithdrawLesson(ctx context.Context, editionID, lessonID, reason, by string) error {
	ed, err := s.Edition(ctx, editionID)
	if err != nil {
		return err
	}
	if _, ok := ed.LessonByID(lessonID); !ok {
		return ErrNoLesson
	}
	if err := checkText("reason", reason, "Write why, for the learners to read."); err != nil {
		return err
	}
	w := Withdrawal{LessonID: lessonID, Reason: strings.TrimSpace(reason), At: db.Truncate(s.d.Now())}
	return s.overlay(ctx, ed.ID, overlayWithdrawal, w, by, map[string]any{"lesson": lessonID, "reason": w.Reason},
		func(o Overlays) (bool, error) {
			if _, gone := o.Withdrawn[lessonID]; gone {
				return false, ErrWithdrawn
			}
			return true, nil
		})
}

// AddErratum adds a correction that every learner of the edition sees; lessonID
// "" means the whole course. The same form sent twice adds one.
func (s *Service) AddErratum(ctx context.Context, editionID, lessonID, text, by string) error {
	ed, err := s.Edition(ctx, editionID)
	if err != nil {
		return err
	}
	if _, ok := ed.LessonByID(lessonID); !ok && lessonID != "" {
		return ErrNoLesson
	}
	if err := checkText("text", text, "Write what was wrong and what is right."); err != nil {
		return err
	}
	e := Erratum{ID: db.NewID(), LessonID: lessonID, Text: strings.TrimSpace(text), At: db.Truncate(s.d.Now())}
	return s.overlay(ctx, ed.ID, overlayErratum, e, by, map[string]any{"lesson": lessonID, "text": e.Text}, nil)
}

func checkText(field, s, missing string) error {
	var c apperr.Check
	c.Text(field, strings.TrimSpace(s), maxOverlayText, missing)
	return c.Err()
}

// overlay appends a record, unless the same form has done it. allow, if set,
// judges by the records before it, in the same transaction, whether there is
// anything to add.
func (s *Service) overlay(ctx context.Context, editionID, kind string, record any, by string, details map[string]any, allow func(Overlays) (bool, error)) error {
	data, err := json.Marshal(record)
	if err != nil {
		return fmt.Errorf("course: overlay: %w", err)
	}
	err = s.d.DB.InTx(ctx, func(ctx context.Context) error {
		if first, err := s.once.First(ctx); err != nil || !first {
			return err
		}
		if err := s.store.bump(ctx); err != nil { // overlays come one after the other
			return err
		}
		rows, err := s.store.overlaysOf(ctx, editionID)
		if err != nil {
			return err
		}
		before, err := readOverlays(rows)
		if err != nil {
			return err
		}
		if allow != nil {
			if add, err := allow(before); err != nil || !add {
				return err
			}
		}
		row := overlayRow{
			ID: db.NewID(), EditionID: editionID, Seq: int64(len(rows) + 1), Kind: kind, Record: string(data),
			Hash: link(before.Hash, kind, string(data)), RecordedAt: db.Truncate(s.d.Now()), RecordedBy: by,
		}
		if err := s.store.insertOverlay(ctx, row); err != nil {
			return err
		}
		s.d.DB.AfterCommit(ctx, s.cache.changed)
		return s.d.Audit.Record(ctx, audit.Event{Action: "edition." + kind, ObjectKind: "edition", ObjectID: editionID, Details: details})
	})
	if err != nil {
		return fmt.Errorf("course: %s: %w", kind, err)
	}
	return nil
}
