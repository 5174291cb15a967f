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

// Draft is the event as a form shows it. What means all of it stays empty, so that it
// goes on to mean that when something else is changed.
func (e Event) Draft() Draft {
	from, to := e.StartsAt.In(e.Location()), e.EndsAt.In(e.Location())
	d := Draft{EditionID: e.EditionID, Title: e.Title, TimeZone: e.TimeZone,
		StartsOn: from.Format(time.DateOnly), StartsAt: from.Format(clock), EndsOn: to.Format(time.DateOnly), EndsAt: to.Format(clock),
		Minutes: strconv.Itoa(e.Minutes), LeastMinutes: strconv.Itoa(e.LeastMinutes), Place: e.Place, Presenters: e.Presenters,
		Online: e.Online, Disclosed: e.Disclosed, Evaluation: e.Evaluation, Exam: e.Exam}
	if span := e.span(); e.Minutes == span && span <= maxSpan {
		d.Minutes = ""
	}
	if e.LeastMinutes == e.Minutes {
		d.LeastMinutes = ""
	}
	return d
}

// maxSpan is the longest event, in minutes, of which all can be instruction: a longer
// one has a night in it.
const maxSpan = 24 * 60

// span is how long it lasted, in minutes.
func (e Event) span() int { return int(e.EndsAt.Sub(e.StartsAt) / time.Minute) }

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
	if err != nil && !apperr.Is(err, apperr.Invalid) {
		return Event{}, err
	}
	r.event = Event{Online: d.Online, Disclosed: d.Disclosed, Evaluation: d.Evaluation, Exam: d.Exam, TimeZone: d.TimeZone}
	r.add(err)
	r.words(ed)
	r.time()
	r.minutes()
	if ed != nil {
		r.of(ed)
	}
	return r.event, r.check.Err()
}

// add collects what an Invalid error says; nothing of nil.
func (r *reading) add(err error) {
	for _, f := range apperr.FieldsOf(err) {
		r.check.Field(f.Name, "%s", f.Msg)
	}
}

// of checks what the edition has to do with it.
func (r *reading) of(ed *course.Edition) {
	e := &r.event
	e.CourseID, e.EditionID = ed.CourseID, ed.ID
	if !e.StartsAt.IsZero() && e.StartsAt.Before(ed.PublishedAt) {
		r.check.Field("edition", "Edition %d was published on %s, after the event began. Choose an edition that was there.", ed.Number, ed.PublishedAt.In(e.Location()).Format("January 2, 2006"))
	}
	r.check.Require(!e.Evaluation || len(ed.Course.Evaluation.Items) > 0, "evaluation", "This course has no evaluation.")
	r.check.Require(!e.Exam || ed.Course.Exam.Draw() > 0, "exam", "This course has no exam.")
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

// words are what certificates print. ed is nil where none was chosen.
func (r *reading) words(ed *course.Edition) {
	e := &r.event
	e.Title, e.Place, e.Presenters = words(r.Title), words(r.Place), words(r.Presenters)
	if e.Title == "" && ed != nil {
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
func (r *reading) time() {
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
	case span == 0:
		r.check.Field("ends_at", "The end is the same as the start.")
	case span < 0:
		r.check.Field("ends_at", "The end lies before the start.")
	case span > maxDays*24*time.Hour:
		r.check.Field("ends_on", "An event lasts %d days at the most.", maxDays)
	}
}

// instant reads a day and a time of the event's zone.
func (r *reading) instant(field, day, at string) (t time.Time, ok bool) {
	zone := r.event.Location()
	if _, ok := r.check.Date(field+"_on", day, 2000, 2100); !ok {
		return t, false
	}
	if _, err := time.Parse(clock, at); err != nil {
		r.check.Field(field+"_at", "Enter the time as hours and minutes, such as 09:30 or 17:00.")
		return t, false
	}
	t, err := time.ParseInLocation(time.DateOnly+" "+clock, day+" "+at, zone)
	if err != nil || t.Format(clock) != at {
		r.check.Field(field+"_at", "There was no such time on that day: the clocks were set forward.")
		return t, false
	}
	return t, true
}

// minutes reads how much of it was instruction, and the least that counts.
func (r *reading) minutes() {
	e := &r.event
	span := e.span()
	if span <= 0 { // told elsewhere
		return
	}
	e.Minutes = span
	if m := strings.TrimSpace(r.Minutes); m != "" || span > maxSpan {
		n, err := strconv.Atoi(m)
		switch {
		case m == "":
			r.check.Field("minutes", "The event lasts longer than a day, so not all of it was instruction. Enter the minutes of instruction, breaks left out.")
			return
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
