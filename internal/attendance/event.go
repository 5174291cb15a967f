package attendance

import (
	"context"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/enrollment"
)

// Create records an event. A form that is sent twice records one, and returns it. It
// is audited. Errors: those of a draft.
func (s *Service) Create(ctx context.Context, d Draft, by string) (Event, error) {
	e, err := s.read(ctx, d)
	if err != nil {
		return Event{}, err
	}
	e.ID, e.Version, e.CreatedBy, e.CreatedAt = db.NewID(), 1, by, s.now()
	out := e
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		first, err := s.once.First(ctx)
		if err != nil {
			return err
		}
		if !first {
			out, err = s.sameAs(ctx, e)
			return err
		}
		out = e
		if err := s.insertEvent(ctx, e); err != nil {
			return err
		}
		return s.recordEvent(ctx, "event.create", e)
	})
	if err != nil {
		return Event{}, err
	}
	return out, nil
}

// Change changes an event as somebody saw it in a version; lists that were checked
// are to be checked again. The same form sent twice changes it once. It is audited.
// Errors: ErrNoEvent, ErrUsed, ErrMoved, those of a draft.
func (s *Service) Change(ctx context.Context, id string, version int, d Draft) error {
	e, err := s.read(ctx, d)
	if err != nil {
		return err
	}
	e.ID, e.Version = id, version+1
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		if first, err := s.once.First(ctx); err != nil || !first {
			return err
		}
		changed, err := s.updateEvent(ctx, e, version)
		if err != nil {
			return err
		}
		if !changed {
			old, err := s.Event(ctx, id)
			switch {
			case err != nil:
				return err
			case old.Used:
				return ErrUsed
			}
			return ErrMoved
		}
		return s.recordEvent(ctx, "event.change", e)
	})
}

// Remove deletes an event that was recorded by mistake, with its lists, as long as no
// attendance is recorded by it. One that is gone already stays gone. It is audited.
// Errors: ErrAttended, ErrRuns while a list is worked on.
func (s *Service) Remove(ctx context.Context, id string) error {
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		e, err := s.Event(ctx, id)
		if apperr.Is(err, apperr.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		// First the lists, as who starts one holds it before the event.
		lists, err := s.deleteLists(ctx, id)
		if err != nil {
			return err
		}
		deleted, err := s.deleteEvent(ctx, id)
		switch {
		case err != nil:
			return err
		case !deleted:
			return s.kept(ctx, id)
		}
		return s.record(ctx, "event.remove", "live_event", id, map[string]any{"title": e.Title, "edition": e.EditionID, "starts_at": e.StartsAt, "ends_at": e.EndsAt,
			"version": e.Version, "lists": lists})
	})
}

// kept says why an event is not removed.
func (s *Service) kept(ctx context.Context, id string) error {
	lists, err := s.Lists(ctx, id, Filter{Limit: 1})
	switch {
	case err != nil:
		return err
	case lists.Total > 0: // those that are left are worked on
		return ErrRuns
	}
	return ErrAttended
}

// Attended is what is recorded of somebody whose row says so of the minutes; false for
// what no row that can be issued says.
func (e Event) Attended(minutes string) (enrollment.Attendance, bool) {
	n, why := minutesOf(e, minutes)
	a := e.Whole()
	a.Minutes = n
	return a, why == ""
}

func (s *Service) recordEvent(ctx context.Context, action string, e Event) error {
	return s.record(ctx, action, "live_event", e.ID, map[string]any{"title": e.Title, "edition": e.EditionID, "starts_at": e.StartsAt, "ends_at": e.EndsAt,
		"minutes": e.Minutes, "least_minutes": e.LeastMinutes, "online": e.Online, "place": e.Place, "presenters": e.Presenters, "disclosed": e.Disclosed,
		"evaluation": e.Evaluation, "exam": e.Exam, "version": e.Version})
}
