package course

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
)

// maxOverlayText bounds reasons and errata, in characters.
const maxOverlayText = 2000

// RecordSignoff records that somebody reviewed parts of an edition. Kind and
// instant are filled in; HashSeen must be the edition's hash (ErrStale
// otherwise); Lessons are parts of the sign-off's Scope, none meaning all. by
// is the person who records. It cannot be taken back: a wrong record is
// answered by another edition.
func (s *Service) RecordSignoff(ctx context.Context, editionID string, r SignedOff, by string) error {
	ed, err := s.Edition(ctx, editionID)
	if err != nil {
		return err
	}
	r.Name, r.License = strings.TrimSpace(r.Name), strings.TrimSpace(r.License)
	r.At = db.Truncate(s.d.Now())
	if err := checkSignoff(ed, &r); err != nil {
		return err
	}
	if r.HashSeen != ed.Hash {
		return ErrStale
	}
	return s.overlay(ctx, ed.ID, overlaySignoff, r, by, map[string]any{
		"signoff": r.SignoffID, "name": r.Name, "license": r.License, "on": r.On, "lessons": r.Lessons, "hash": r.HashSeen,
	}, nil)
}

func checkSignoff(ed *Edition, r *SignedOff) error {
	var c apperr.Check
	i := slices.IndexFunc(ed.Course.Signoffs, func(s Signoff) bool { return s.ID == r.SignoffID })
	if i < 0 {
		c.Field("signoff", "Choose one of the reviews that this course asks for.")
		return c.Err()
	}
	asked := ed.Course.Signoffs[i]
	r.Kind = asked.Kind
	scope := ed.Scope(asked)
	if len(r.Lessons) == 0 {
		r.Lessons = scope
	}
	for _, part := range r.Lessons {
		if !slices.Contains(scope, part) {
			c.Field("lessons", "Choose lessons that this review covers.")
			break
		}
	}
	c.Require(r.Name != "" && len(r.Name) <= 200, "name", "Write the reviewer’s full name.")
	c.Require(len(r.License) <= 200 && (r.License != "" || r.Kind == "editorial"), "license", "Write the kind, number and place of the license.")
	on, err := time.Parse(time.DateOnly, r.On)
	switch {
	case err != nil:
		c.Field("on", "Write the day of the review as 2026-11-23.")
	case on.After(r.At.Add(24 * time.Hour)): // a day ahead may be today elsewhere
		c.Field("on", "The day of the review lies in the future.")
	}
	return c.Err()
}

// WithdrawLesson takes a lesson out of the requirements of an edition, for
// good: it stays readable under a notice, and hours of later completions are
// computed without it. A second withdrawal is ErrWithdrawn.
func (s *Service) WithdrawLesson(ctx context.Context, editionID, lessonID, reason, by string) error {
	ed, err := s.Edition(ctx, editionID)
	if err != nil {
		return err
	}
	if _, ok := ed.LessonByID(lessonID); !ok {
		return ErrNotFound
	}
	if err := checkText("reason", reason, "Write why, for the learners to read."); err != nil {
		return err
	}
	w := Withdrawal{LessonID: lessonID, Reason: strings.TrimSpace(reason), At: db.Truncate(s.d.Now())}
	return s.overlay(ctx, ed.ID, overlayWithdrawal, w, by, map[string]any{"lesson": lessonID, "reason": w.Reason},
		func(o Overlays) error {
			if _, gone := o.Withdrawn[lessonID]; gone {
				return ErrWithdrawn
			}
			return nil
		})
}

// AddErratum adds a correction that every learner of the edition sees; lessonID
// "" means the whole course.
func (s *Service) AddErratum(ctx context.Context, editionID, lessonID, text, by string) error {
	ed, err := s.Edition(ctx, editionID)
	if err != nil {
		return err
	}
	if _, ok := ed.LessonByID(lessonID); !ok && lessonID != "" {
		return ErrNotFound
	}
	if err := checkText("text", text, "Write what was wrong and what is right."); err != nil {
		return err
	}
	e := Erratum{ID: db.NewID(), LessonID: lessonID, Text: strings.TrimSpace(text), At: db.Truncate(s.d.Now())}
	return s.overlay(ctx, ed.ID, overlayErratum, e, by, map[string]any{"lesson": lessonID, "text": e.Text}, nil)
}

func checkText(field, s, missing string) error {
	var c apperr.Check
	n := len([]rune(strings.TrimSpace(s)))
	c.Require(n > 0, field, missing)
	c.Require(n <= maxOverlayText, field, fmt.Sprintf("Shorten it: %d characters are possible.", maxOverlayText))
	return c.Err()
}

// overlay appends a record. allow, if set, judges the records before it, in
// the same transaction.
func (s *Service) overlay(ctx context.Context, editionID, kind string, record any, by string, details map[string]any, allow func(Overlays) error) error {
	data, err := json.Marshal(record)
	if err != nil {
		return fmt.Errorf("course: overlay: %w", err)
	}
	err = s.d.DB.InTx(ctx, func(ctx context.Context) error {
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
			if err := allow(before); err != nil {
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
