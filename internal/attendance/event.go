package attendance

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/account/lists"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
)

// Draft is an event as somebody types it. Days are YYYY-MM-DD and times HH:MM where
// it was held.
type Draft struct {
	EditionID, Title, TimeZone          string
	StartsOn, StartsAt, EndsOn, EndsAt  string // EndsOn "": the same day
	Minutes, LeastMinutes               string // "": all of the time, and all of the minutes
	Place, Presenters                   string
	Online, Disclosed, Evaluation, Exam bool
}

// Draft is the event as a form shows it.
func (e Event) Draft() Draft {
	from, to := e.StartsAt.In(e.Location()), e.EndsAt.In(e.Location())
	return Draft{EditionID: e.EditionID, Title: e.Title, TimeZone: e.TimeZone,
		StartsOn: from.Format(time.DateOnly), StartsAt: from.Format(clock), EndsOn: to.Format(time.DateOnly), EndsAt: to.Format(clock),
		Minutes: strconv.Itoa(e.Minutes), LeastMinutes: strconv.Itoa(e.LeastMinutes), Place: e.Place, Presenters: e.Presenters,
		Online: e.Online, Disclosed: e.Disclosed, Evaluation: e.Evaluation, Exam: e.Exam}
}

const clock = "15:04"

// reading turns a draft into an event, and collects what is wrong with it.
type reading struct {
	Draft
	check apperr.Check
	event Event
}

// read checks a draft. Errors: Invalid (edition, title, time_zone, starts_on,
// starts_at, ends_on, ends_at, minutes, least_minutes, place, presenters, evaluation,
// exam), and the refusal of Deps.Open with the field edition.
func (s *Service) read(ctx context.Context, d Draft) (Event, error) {
	r := &reading{Draft: d}
	ed, err := s.edition(ctx, d.EditionID)
	if err != nil {
		return Event{}, err
	}
	r.event = Event{CourseID: ed.CourseID, EditionID: ed.ID, Online: d.Online, Disclosed: d.Disclosed, Evaluation: d.Evaluation, Exam: d.Exam, TimeZone: d.TimeZone}
	r.words(ed)
	r.time(ed)
	r.minutes()
	r.check.Require(!d.Evaluation || len(ed.Course.Evaluation.Items) > 0, "evaluation", "This course has no evaluation.")
	r.check.Require(!d.Exam || ed.Course.Exam.Draw() > 0, "exam", "This course has no exam.")
	return r.event, r.check.Err()
}

var errNoEdition = apperr.InvalidField("edition", "Choose the course.")

// edition is one in which people may be enrolled.
func (s *Service) edition(ctx context.Context, id string) (*course.Edition, error) {
	ed, err := s.Editions.Edition(ctx, id)
	switch {
	case apperr.Is(err, apperr.NotFound):
		return nil, errNoEdition
	case err != nil:
		return nil, err
	}
	if err := s.Open(ctx, ed); err != nil {
		return nil, apperr.InvalidField("edition", "%s", apperr.Message(err))
	}
	return ed, nil
}

// words are what certificates print.
func (r *reading) words(ed *course.Edition) {
	e := &r.event
	e.Title, e.Place, e.Presenters = words(r.Title), words(r.Place), words(r.Presenters)
	if e.Title == "" {
		e.Title = ed.Course.Card.Title
	}
	certificate.CheckField(&r.check, "title", e.Title, MaxTitle, "")
	missing := "Say where it was held, as the town and the building."
	if e.Online {
		missing = ""
	}
	certificate.CheckField(&r.check, "place", e.Place, MaxPlace, missing)
	certificate.CheckField(&r.check, "presenters", e.Presenters, maxCell, "")
}

func words(s string) string { return strings.Join(strings.Fields(s), " ") }

// time reads when it was held.
func (r *reading) time(ed *course.Edition) {
	e := &r.event
	if !lists.Has(lists.Zones, r.TimeZone) {
		r.check.Field("time_zone", "Choose a time zone from the list.")
		return
	}
	if r.EndsOn == "" {
		r.EndsOn = r.StartsOn
	}
	from, ok := r.instant("starts", r.StartsOn, r.StartsAt)
	if !ok {
		return
	}
	to, ok := r.instant("ends", r.EndsOn, r.EndsAt)
	if !ok {
		return
	}
	e.StartsAt, e.EndsAt = from.UTC(), to.UTC()
	switch span := to.Sub(from); {
	case span <= 0:
		r.check.Field("ends_at", "The end lies before the start.")
	case span > maxDays*24*time.Hour:
		r.check.Field("ends_on", "An event lasts %d days at the most.", maxDays)
	case from.Before(ed.PublishedAt):
		r.check.Field("edition", "Edition %d was published on %s, after the event began. Choose an edition that was there.", ed.Number, ed.PublishedAt.In(e.Location()).Format("January 2, 2006"))
	}
}

// instant reads a day and a time of the event's zone.
func (r *reading) instant(field, day, at string) (t time.Time, ok bool) {
	zone := r.event.Location()
	d, err := time.ParseInLocation(time.DateOnly, day, zone)
	if err != nil || d.Year() < 2000 || d.Year() > 2100 {
		r.check.Field(field+"_on", "Enter the day as year-month-day, such as 2027-03-31.")
		return t, false
	}
	if _, err := time.Parse(clock, at); err != nil {
		r.check.Field(field+"_at", "Enter the time as hours and minutes, such as 09:30 or 17:00.")
		return t, false
	}
	t, err = time.ParseInLocation(time.DateOnly+" "+clock, day+" "+at, zone)
	if err != nil || t.Format(clock) != at {
		r.check.Field(field+"_at", "There was no such time on that day: the clocks were set forward.")
		return t, false
	}
	return t, true
}

// minutes reads how much of it was instruction, and the least that counts.
func (r *reading) minutes() {
	e := &r.event
	span := int(e.EndsAt.Sub(e.StartsAt) / time.Minute)
	if span <= 0 { // told elsewhere
		return
	}
	e.Minutes = span
	if m := strings.TrimSpace(r.Minutes); m != "" || span > 24*60 {
		n, err := strconv.Atoi(m)
		switch {
		case err != nil || n < 1 || n > MaxMinutes:
			r.check.Field("minutes", "Enter the minutes of instruction, breaks left out, from 1 to %d.", MaxMinutes)
			return
		case n > span:
			r.check.Field("minutes", "That is more than the event lasted.")
			return
		}
		e.Minutes = n
	}
	e.LeastMinutes = e.Minutes
	if m := strings.TrimSpace(r.LeastMinutes); m != "" {
		n, err := strconv.Atoi(m)
		r.check.Require(err == nil && n >= 1 && n <= e.Minutes, "least_minutes", "Enter a number of minutes up to those of instruction.")
		e.LeastMinutes = n
	}
}

// Create records an event. A form that is sent twice records one, and returns it. It
// is audited. Errors: those of a draft.
func (s *Service) Create(ctx context.Context, d Draft, by string) (Event, error) {
	e, err := s.read(ctx, d)
	if err != nil {
		return Event{}, err
	}
	e.ID, e.Version, e.CreatedBy, e.CreatedAt = db.NewID(), 1, by, s.now()
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		first, err := s.once.First(ctx)
		if err != nil {
			return err
		}
		if !first {
			e, err = s.newestBy(ctx, by)
			return err
		}
		if err := s.insertEvent(ctx, e); err != nil {
			return err
		}
		return s.recordEvent(ctx, "event.create", e)
	})
	if err != nil {
		return Event{}, err
	}
	return e, nil
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

func (s *Service) recordEvent(ctx context.Context, action string, e Event) error {
	return s.record(ctx, action, "live_event", e.ID, map[string]any{"title": e.Title, "edition": e.EditionID, "starts_at": e.StartsAt, "ends_at": e.EndsAt,
		"minutes": e.Minutes, "least_minutes": e.LeastMinutes, "online": e.Online, "place": e.Place, "presenters": e.Presenters, "disclosed": e.Disclosed,
		"evaluation": e.Evaluation, "exam": e.Exam, "version": e.Version})
}
