package course

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
)

// maxOverlayText bounds reasons and errata, in characters.
const maxOverlayText = 2000

// HollowsError is the error of a withdrawal without which editions could be completed, and
// with it not, when whoever withdraws did not say that they know. Nothing was changed.
type HollowsError struct{ Numbers []int }

func (e *HollowsError) Error() string {
	return fmt.Sprintf("course: nobody could complete the editions %v", e.Numbers)
}

// Unwrap makes it ErrHollows.
func (e *HollowsError) Unwrap() error { return ErrHollows }

// Withdrawing is a lesson that is to be withdrawn, with the reason for the learners.
type Withdrawing struct {
	LessonID, Reason string
	// Hollows are the numbers of the editions of which it is known that nobody can
	// complete them then.
	Hollows []int
}

// WithdrawLessons takes a lesson out of the requirements of editions of a course, for good,
// in all or none: it stays readable under a notice, and hours of later completions are
// computed without it. Those that lack it already are left as they are. Errors:
// ErrWithdrawn where all do, unless it is the same form sent twice; a *HollowsError where
// nobody could complete an edition that is not named for that.
func (s *Service) WithdrawLessons(ctx context.Context, editionIDs []string, of Withdrawing, by string) error {
	editions := make([]*Edition, 0, len(editionIDs))
	for _, id := range editionIDs {
		ed, err := s.Edition(ctx, id)
		if err != nil {
			return err
		}
		if _, ok := ed.LessonByID(of.LessonID); !ok {
			return ErrNoLesson
		}
		editions = append(editions, ed)
	}
	if err := checkText("reason", of.Reason, "Write why, for the learners to read."); err != nil {
		return err
	}
	w := Withdrawal{LessonID: of.LessonID, Reason: strings.TrimSpace(of.Reason), At: db.Truncate(s.d.Now())}
	return s.beside(ctx, overlayWithdrawal, func(ctx context.Context) error {
		now, err := s.asOfNow(ctx, editions)
		if err != nil {
			return err
		}
		now = slices.DeleteFunc(now, func(ed *Edition) bool {
			_, gone := ed.Withdrawn(w.LessonID)
			return gone
		})
		if len(now) == 0 {
			return ErrWithdrawn
		}
		// By what has been withdrawn in the moment in which nobody else withdraws.
		hollowed := s.hollowed(now, w.LessonID)
		if slices.ContainsFunc(hollowed, func(n int) bool { return !slices.Contains(of.Hollows, n) }) {
			return &HollowsError{hollowed}
		}
		for _, ed := range now {
			if err := s.lay(ctx, ed.ID, overlayWithdrawal, w, by, map[string]any{"lesson": w.LessonID, "reason": w.Reason}); err != nil {
				return err
			}
		}
		return nil
	})
}

// hollowed are the numbers of the editions that can be completed, and without a lesson
// could not.
func (s *Service) hollowed(list []*Edition, lessonID string) (numbers []int) {
	for _, ed := range list {
		if s.Completable(ed) && !s.Completable(ed.Without(lessonID)) {
			numbers = append(numbers, ed.Number)
		}
	}
	return numbers
}

// AddErratum adds a correction that every learner of the edition sees: its lesson
// ("" means the whole course), its text, and whether it is about safety. The same
// form sent twice adds one. Errors: ErrNoLesson, Invalid.
func (s *Service) AddErratum(ctx context.Context, editionID string, e Erratum, by string) error {
	return s.AddErrata(ctx, []string{editionID}, e, by)
}

// AddErrata is AddErratum in several editions of a course, in all or none.
func (s *Service) AddErrata(ctx context.Context, editionIDs []string, e Erratum, by string) error {
	if err := checkText("text", e.Text, "Write what was wrong and what is right."); err != nil {
		return err
	}
	e.Text, e.At, e.Same, e.From = strings.TrimSpace(e.Text), db.Truncate(s.d.Now()), "", 0
	return s.layErrata(ctx, editionIDs, e, by)
}

// RepeatErratum records a correction of a course beside other editions of it too, in
// all or none; those that have it already are left as they are. Errors: ErrNoErratum,
// ErrNoLesson.
func (s *Service) RepeatErratum(ctx context.Context, slug, root string, editionIDs []string, by string) error {
	list, err := s.Editions(ctx, slug)
	if err != nil {
		return err
	}
	for _, ed := range list {
		for _, e := range ed.Overlays.Errata {
			if e.Root() == root {
				e.Same, e.From, e.At = root, 0, db.Truncate(s.d.Now())
				return s.layErrata(ctx, editionIDs, e, by)
			}
		}
	}
	return ErrNoErratum
}

// layErrata lays a correction beside editions. One without a root gets it from the first.
func (s *Service) layErrata(ctx context.Context, editionIDs []string, e Erratum, by string) error {
	titles := map[string]string{}
	for _, id := range editionIDs {
		ed, err := s.Edition(ctx, id)
		if err != nil {
			return err
		}
		if l, ok := ed.LessonByID(e.LessonID); ok {
			titles[id] = l.Title
		} else if e.LessonID != "" {
			return ErrNoLesson
		}
	}
	return s.beside(ctx, overlayErratum, func(ctx context.Context) error {
		for _, id := range editionIDs {
			before, err := s.laid(ctx, id)
			if err != nil {
				return err
			}
			if e.Same != "" && (&Edition{Overlays: before}).hasErratum(e.Same) {
				continue
			}
			e.ID, e.LessonTitle = db.NewID(), titles[id]
			if err := s.lay(ctx, id, overlayErratum, e, by, map[string]any{"lesson": e.LessonID, "text": e.Text, "safety": e.Safety}); err != nil {
				return err
			}
			e.Same = e.Root()
		}
		return nil
	})
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
	return s.beside(ctx, kind, func(ctx context.Context) error {
		before, err := s.laid(ctx, editionID)
		if err != nil {
			return err
		}
		if add, err := allow(before); err != nil || !add {
			return err
		}
		return s.lay(ctx, editionID, kind, record, by, details)
	})
}

// beside runs act in a transaction in which nobody else publishes or lays an overlay,
// unless the same form has done it.
func (s *Service) beside(ctx context.Context, kind string, act func(ctx context.Context) error) error {
	err := s.d.DB.InTx(ctx, func(ctx context.Context) error {
		if first, err := s.once.First(ctx); err != nil || !first {
			return err
		}
		if err := s.store.bump(ctx); err != nil { // overlays come one after the other
			return err
		}
		s.d.DB.AfterCommit(ctx, s.cache.changed)
		return act(ctx)
	})
	if err != nil {
		return fmt.Errorf("course: %s: %w", kind, err)
	}
	return nil
}

// laid are the overlays of an edition in the transaction that ctx carries.
func (s *Service) laid(ctx context.Context, editionID string) (Overlays, error) {
	rows, err := s.store.overlaysOf(ctx, editionID)
	if err != nil {
		return Overlays{}, err
	}
	return readOverlays(rows)
}

// lay appends a record to the overlays of an edition, in a transaction of beside or of
// a publication.
func (s *Service) lay(ctx context.Context, editionID, kind string, record any, by string, details map[string]any) error {
	data, err := json.Marshal(record)
	if err != nil {
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
	row := overlayRow{
		ID: db.NewID(), EditionID: editionID, Seq: int64(len(rows) + 1), Kind: kind, Record: string(data),
		Hash: link(before.Hash, kind, string(data)), RecordedAt: db.Truncate(s.d.Now()), RecordedBy: by,
	}
	if err := s.store.insertOverlay(ctx, row); err != nil {
		return err
	}
	if e, ok := record.(Erratum); ok && e.Safety && e.From == 0 && s.d.Corrected != nil { // nobody is in an edition of this moment
		if err := s.d.Corrected(ctx, editionID, e.ID); err != nil {
			return err
		}
	}
	return s.d.Audit.Record(ctx, audit.Event{Action: "edition." + kind, ObjectKind: "edition", ObjectID: editionID, Details: details})
}
