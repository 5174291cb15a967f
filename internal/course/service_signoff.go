package course

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
)

// ReviewYears is how far back the day of a review may lie.
const ReviewYears = 2

// RecordSignoff records that somebody reviewed parts of an edition, perhaps as
// the draft with the same hash. Kind and instant are filled in; HashSeen must be
// the edition's hash (ErrStale otherwise); Lessons are parts of the sign-off's
// Scope, none meaning all. by is the person who records, Hand whether that is the
// reviewer. What stands already is ErrSigned, but the reviewer may sign what somebody
// else recorded; the same form sent twice records once.
func (s *Service) RecordSignoff(ctx context.Context, editionID string, r SignedOff, by string) error {
	ed, err := s.Edition(ctx, editionID)
	if err != nil {
		return err
	}
	r.Name, r.License = strings.Join(strings.Fields(r.Name), " "), strings.TrimSpace(r.License)
	r.At = db.Truncate(s.d.Now())
	if r.Hand != OwnHand {
		r.Hand = OtherHand
	}
	if err := checkSignoff(ed, &r, r.At.In(s.d.Zone)); err != nil {
		return err
	}
	if r.HashSeen != ed.Hash {
		return ErrStale
	}
	return s.overlay(ctx, ed.ID, overlaySignoff, r, by, map[string]any{
		"signoff": r.SignoffID, "name": r.Name, "license": r.License, "on": r.On, "lessons": r.Lessons, "hash": r.HashSeen, "signed_by_reviewer": r.Own(),
	}, func(o Overlays) (bool, error) {
		if slices.ContainsFunc(o.Signoffs, r.same) {
			return false, ErrSigned
		}
		return true, nil
	})
}

// same reports whether a record that stands says the same, whenever it was: one that the
// reviewer signed says more than one of somebody else.
func (r SignedOff) same(o SignedOff) bool {
	return (o.Own() || !r.Own()) && r.SignoffID == o.SignoffID && strings.EqualFold(r.Name, o.Name) && strings.EqualFold(r.License, o.License) && slices.Equal(r.Lessons, o.Lessons)
}

func checkSignoff(ed *Edition, r *SignedOff, now time.Time) error {
	var c apperr.Check
	i := slices.IndexFunc(ed.Course.Signoffs, func(s Signoff) bool { return s.ID == r.SignoffID })
	if i < 0 {
		c.Field("signoff", "Choose one of the reviews that this course asks for.")
		return c.Err()
	}
	asked := ed.Course.Signoffs[i]
	r.Kind = asked.Kind
	r.Lessons = checkParts(&c, ed.Scope(asked), r.Lessons)
	c.Name("name", r.Name, 200, "Write the reviewer’s full name.")
	license := "Write the kind, number and place of the license."
	if r.Kind == "editorial" {
		license = ""
	}
	c.Name("license", r.License, 200, license)
	checkDay(&c, r.On, now)
	return c.Err()
}

// checkParts returns the chosen parts in the order of the scope, all of it for
// none.
func checkParts(c *apperr.Check, scope, chosen []string) []string {
	if len(chosen) == 0 {
		return scope
	}
	for _, part := range chosen {
		if !slices.Contains(scope, part) {
			c.Field("lessons", "Choose lessons that this review covers.")
			break
		}
	}
	return slices.DeleteFunc(slices.Clone(scope), func(part string) bool { return !slices.Contains(chosen, part) })
}

// checkDay holds the day of a review, on the provider's calendar, against
// today. Dates of this form compare as text.
func checkDay(c *apperr.Check, on string, now time.Time) {
	_, err := time.Parse(time.DateOnly, on)
	first := now.AddDate(-ReviewYears, 0, 0)
	switch {
	case err != nil:
		c.Field("on", "Write the day of the review as 2026-11-23.")
	case on > now.Format(time.DateOnly):
		c.Field("on", "The day of the review lies in the future. Record it when it has taken place.")
	case on < first.Format(time.DateOnly):
		c.Field("on", "A review counts for %d years, so from %s on. Ask for a new one.", ReviewYears, first.Format("January 2, 2006"))
	}
}

// RetractSignoff takes a recorded review back: it stays on record with the
// reason, and the edition lacks it again. recordID is SignedOff.ID; of one that
// was taken back already nothing changes. Errors: ErrNoRecord, Invalid.
func (s *Service) RetractSignoff(ctx context.Context, editionID, recordID, reason, by string) error {
	ed, err := s.Edition(ctx, editionID)
	if err != nil {
		return err
	}
	if err := checkText("reason", reason, "Write why, for the record."); err != nil {
		return err
	}
	t := Retraction{RecordID: recordID, Reason: strings.TrimSpace(reason), At: db.Truncate(s.d.Now())}
	return s.overlay(ctx, ed.ID, overlayRetraction, t, by, map[string]any{"record": recordID, "reason": t.Reason},
		func(o Overlays) (bool, error) {
			switch {
			case slices.ContainsFunc(o.Retracted, func(t Retraction) bool { return t.RecordID == recordID }):
				return false, nil
			case !slices.ContainsFunc(o.Signoffs, func(r SignedOff) bool { return r.ID == recordID }):
				return false, ErrNoRecord
			}
			return true, nil
		})
}
