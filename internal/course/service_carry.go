package course

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
)

// Carries lists what was withdrawn or corrected in published editions and what a text
// of the course, which is to be the next, may still need. Errors: none before the first
// edition.
func (s *Service) Carries(ctx context.Context, slug string, into *Course) ([]Carry, error) {
	list, err := s.opened(ctx, slug)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	people, err := s.people(ctx, list[0].CourseID)
	if err != nil {
		return nil, err
	}
	return carries(into, list, people), nil
}

// Lacking lists what stands beside older editions, and beside the newest neither that
// nor that its text settles it. Where a Carry is not Changed people enroll in a text that
// is known to be wrong.
func (s *Service) Lacking(ctx context.Context, slug string) (out []Carry, err error) {
	list, err := s.opened(ctx, slug)
	if err != nil || len(list) < 2 {
		return nil, err
	}
	people, err := s.people(ctx, list[0].CourseID)
	if err != nil {
		return nil, err
	}
	now := list[0]
	for _, c := range carries(now.Course, list, people) {
		if !c.Current && !now.has(c) {
			out = append(out, c)
		}
	}
	return out, nil
}

// opened are the editions of a course, the newest first; none before the first.
func (s *Service) opened(ctx context.Context, slug string) (list []*Edition, err error) {
	known, err := s.Editions(ctx, slug)
	if apperr.Is(err, apperr.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for i, p := range known {
		if i > 0 && len(p.Overlays.Withdrawn)+len(p.Overlays.Errata)+len(p.Overlays.Settled) == 0 {
			list = append(list, &Edition{ID: p.ID, CourseID: p.CourseID, Slug: slug, Number: p.Number, Course: &Course{}, Overlays: p.Overlays}) // nothing to read
			continue
		}
		ed, err := s.Edition(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		list = append(list, ed)
	}
	return list, nil
}

func (s *Service) people(ctx context.Context, courseID string) (map[string]int, error) {
	if s.d.People == nil {
		return nil, nil
	}
	return s.d.People(ctx, courseID)
}

// asOfNow is a list of editions with their overlays as they stand in the transaction
// that ctx carries.
func (s *Service) asOfNow(ctx context.Context, list []*Edition) (out []*Edition, err error) {
	for _, ed := range list {
		rows, err := s.store.overlaysOf(ctx, ed.ID)
		if err != nil {
			return nil, fmt.Errorf("overlays: %w", err)
		}
		then := *ed
		if then.Overlays, err = readOverlays(rows); err != nil {
			return nil, err
		}
		if len(then.Course.Modules) == 0 && len(rows) > 0 && then.Overlays.Hash != ed.Overlays.Hash { // of this moment: it was not read
			return nil, ErrDraftChanged
		}
		out = append(out, &then)
	}
	return out, nil
}

// carry lays beside a new edition what was decided of the earlier ones.
func (s *Service) carry(ctx context.Context, editionID string, p publication, before []*Edition) error {
	before, err := s.asOfNow(ctx, before)
	if err != nil || len(before) == 0 {
		return err
	}
	people, err := s.people(ctx, before[0].CourseID)
	if err != nil {
		return err
	}
	list := carries(p.course, before, people)
	if err := p.decisions.check(list); err != nil {
		return err
	}
	for _, c := range list {
		if err := s.carryOne(ctx, editionID, p, c); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) carryOne(ctx context.Context, editionID string, p publication, c Carry) error {
	made, decided := p.decisions[c.Key]
	from := c.Numbers[0]
	switch {
	case c.Gone || decided && made.Settled:
		return s.settleCarry(ctx, editionID, p.by, c, strings.TrimSpace(made.Why))
	case !decided && !c.Stays(): // of an older edition, and the lesson is another: it stays open
		return nil
	case c.Withdrawal != nil:
		w := *c.Withdrawal
		w.LessonID, w.From = c.Lesson.ID, from
		return s.lay(ctx, editionID, overlayWithdrawal, w, p.by, map[string]any{"lesson": w.LessonID, "reason": w.Reason, "from": from})
	}
	e := *c.Erratum
	e.ID, e.Same, e.From = db.NewID(), c.Erratum.Root(), from
	if c.Lesson != nil {
		e.LessonID, e.LessonTitle = c.Lesson.ID, c.Lesson.Title
	}
	return s.lay(ctx, editionID, overlayErratum, e, p.by, map[string]any{"lesson": e.LessonID, "text": e.Text, "safety": e.Safety, "from": from})
}

func (s *Service) settleCarry(ctx context.Context, editionID, by string, c Carry, why string) error {
	t := Settled{Title: c.Title, From: c.Numbers[0], Gone: c.Gone, Why: why, At: db.Truncate(s.d.Now())}
	details := map[string]any{"from": t.From, "why": why, "gone": c.Gone}
	if c.Withdrawal != nil {
		t.LessonID = c.Withdrawal.LessonID
		details["lesson"] = t.LessonID
	} else {
		t.Erratum = c.Erratum.Root()
		details["erratum"], details["text"] = t.Erratum, c.Erratum.Text
	}
	return s.lay(ctx, editionID, overlaySettled, t, by, details)
}

// Carried are the withdrawals and corrections that an edition has from an earlier one.
func (e *Edition) Carried() (withdrawn []Withdrawal, errata []Erratum) {
	for _, l := range e.Course.Lessons() {
		if w, gone := e.Withdrawn(l.ID); gone && w.From > 0 {
			withdrawn = append(withdrawn, w)
		}
	}
	for _, x := range e.Overlays.Errata {
		if x.From > 0 {
			errata = append(errata, x)
		}
	}
	return withdrawn, slices.Clip(errata)
}
