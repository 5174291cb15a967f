package attendance_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/attendance"
	"github.com/atmacena/cocare/internal/once"
)

func TestAnEventIsReadWhereItWasHeld(t *testing.T) {
	w := newWorld(t)
	e := w.event()
	got, err := w.Event(t.Context(), e.ID)
	w.must(err)
	if !got.StartsAt.Equal(held) || got.EndsAt.Sub(got.StartsAt) != 3*time.Hour || got.Minutes != 165 || got.LeastMinutes != 150 || got.CourseID != "c1" || got.Version != 1 {
		t.Errorf("%+v", got)
	}
	if d := got.Draft(); d.StartsAt != "09:00" || d.EndsOn != "2026-11-20" || d.EndsAt != "12:00" || d.Title != draft.Title || d.Place != draft.Place {
		t.Errorf("as a form shows it: %+v", d)
	}
	bare := w.event(func(d *attendance.Draft) {
		d.Title, d.Minutes, d.LeastMinutes, d.Place, d.Online = "", "", "", "", true
	})
	if bare.Title != "TMS and Ketamine" || bare.Minutes != 180 || bare.LeastMinutes != 180 {
		t.Errorf("what is left open: %+v", bare)
	}
	long := w.event(func(d *attendance.Draft) { d.EndsOn, d.Minutes, d.LeastMinutes = "2026-11-21", "700", "" })
	if long.EndsAt.Sub(long.StartsAt) != 27*time.Hour || long.LeastMinutes != 700 {
		t.Errorf("two days: %+v", long)
	}
	if n := w.audited("event.create"); n != 3 {
		t.Errorf("%d audit events", n)
	}
}

func TestAnEventThatMakesNoSense(t *testing.T) {
	w := newWorld(t)
	for name, tt := range map[string]struct {
		change      func(d *attendance.Draft)
		field, says string
	}{
		"no course":       {func(d *attendance.Draft) { d.EditionID = "ed9" }, "edition", "Choose the course."},
		"before it":       {func(d *attendance.Draft) { d.StartsOn = "2026-09-30" }, "edition", "published on October 1, 2026"},
		"no day":          {func(d *attendance.Draft) { d.StartsOn = "20.11.2026" }, "starts_on", "year-month-day"},
		"no time":         {func(d *attendance.Draft) { d.StartsAt = "9am" }, "starts_at", "hours and minutes"},
		"no end":          {func(d *attendance.Draft) { d.EndsAt = "" }, "ends_at", "hours and minutes"},
		"no such day":     {func(d *attendance.Draft) { d.StartsOn = "2026-02-30" }, "starts_on", "There is no such day."},
		"no time at all":  {func(d *attendance.Draft) { d.EndsAt = "09:00" }, "ends_at", "the same as the start"},
		"backward":        {func(d *attendance.Draft) { d.EndsAt = "08:00" }, "ends_at", "before the start"},
		"no zone":         {func(d *attendance.Draft) { d.TimeZone = "Mars/Olympus" }, "time_zone", "from the list"},
		"the hour lost":   {func(d *attendance.Draft) { d.StartsOn, d.StartsAt = "2027-03-14", "02:30" }, "starts_at", "no such time"},
		"too long":        {func(d *attendance.Draft) { d.EndsOn = "2027-01-20" }, "ends_on", "31 days"},
		"more minutes":    {func(d *attendance.Draft) { d.Minutes = "181" }, "minutes", "more than the event lasted"},
		"no minutes":      {func(d *attendance.Draft) { d.Minutes = "0" }, "minutes", "from 1"},
		"odd minutes":     {func(d *attendance.Draft) { d.Minutes = "many" }, "minutes", "from 1"},
		"days without":    {func(d *attendance.Draft) { d.EndsOn, d.Minutes, d.LeastMinutes = "2026-11-22", "", "" }, "minutes", "lasts longer than a day"},
		"least above":     {func(d *attendance.Draft) { d.LeastMinutes = "166" }, "least_minutes", "up to those of instruction"},
		"no place":        {func(d *attendance.Draft) { d.Place = " " }, "place", "where it was held"},
		"a long title":    {func(d *attendance.Draft) { d.Title = strings.Repeat("é", 151) }, "title", "at most 150"},
		"an unprintable":  {func(d *attendance.Draft) { d.Title = "Live \U00013000" }, "title", "cannot print"},
		"a hidden letter": {func(d *attendance.Draft) { d.Presenters = "A\u202eB" }, "presenters", "nobody can see it"},
	} {
		d := draft
		tt.change(&d)
		_, err := w.Create(w.ctx(), d, "dora")
		fields := apperr.FieldsOf(err)
		if len(fields) != 1 || fields[0].Name != tt.field || !strings.Contains(fields[0].Msg, tt.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Without a course everything else is told all the same.
	_, err := w.Create(w.ctx(), attendance.Draft{TimeZone: "America/New_York", StartsOn: "2026-11-20", StartsAt: "09:00", EndsAt: "08:00"}, "dora")
	if fields := apperr.FieldsOf(err); len(fields) != 3 || fields[0].Name != "edition" || fields[1].Name != "place" || fields[2].Name != "ends_at" {
		t.Errorf("no course, and more: %v", err)
	}
	w.edition.Course.Evaluation.Items, w.edition.Course.Exam.Blueprint = nil, nil
	d := draft
	d.Evaluation, d.Exam = true, true
	_, err = w.Create(w.ctx(), d, "dora")
	if fields := apperr.FieldsOf(err); len(fields) != 2 || fields[0].Name != "evaluation" || fields[1].Name != "exam" {
		t.Errorf("what the course has not: %v", err)
	}
	w.closed = apperr.New(apperr.Conflict, "This edition waits for its review.")
	_, err = w.Create(w.ctx(), draft, "dora")
	if fields := apperr.FieldsOf(err); len(fields) != 1 || fields[0].Msg != "This edition waits for its review." {
		t.Errorf("an edition that nobody reviewed: %v", err)
	}
	if n := w.count("SELECT count(*) FROM live_events"); n != 0 {
		t.Errorf("%d events", n)
	}
}

func TestADoubleClickMakesOneEvent(t *testing.T) {
	w := newWorld(t)
	ctx := once.With(w.ctx(), "the form")
	first, err := w.Create(ctx, draft, "dora")
	w.must(err)
	second, err := w.Create(ctx, draft, "dora")
	w.must(err)
	if first.ID != second.ID || w.count("SELECT count(*) FROM live_events") != 1 {
		t.Errorf("%s and %s", first.ID, second.ID)
	}
}

func TestAnEventChangesUntilItIsUsed(t *testing.T) {
	w := newWorld(t)
	e := w.event()
	l := w.upload(e, "email,name", "ana@example.com,Ana Ruiz")
	d := e.Draft()
	d.Title, d.Evaluation = "TMS, live", true
	ctx := once.With(w.ctx(), "the form")
	for range 2 { // a second click
		w.must(w.Change(ctx, e.ID, 1, d))
	}
	got, err := w.Event(t.Context(), e.ID)
	w.must(err)
	if got.Title != "TMS, live" || got.Version != 2 || !got.Evaluation || w.audited("event.change") != 1 {
		t.Errorf("%+v", got)
	}
	w.refused(w.Change(w.ctx(), e.ID, 1, d), attendance.ErrMoved, "")
	w.refused(w.Change(w.ctx(), "nobody", 1, d), attendance.ErrNoEvent, "")
	if err := w.Change(w.ctx(), e.ID, 2, attendance.Draft{EditionID: "ed1"}); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("%v", err)
	}
	// What was checked against the event as it was is not issued.
	w.refused(w.Start(w.ctx(), l.ID, l.CheckSHA256, nil, true, "dora"), attendance.ErrStale, "")
	w.must(w.Check(w.ctx(), l.ID))
	l = w.again(l)
	w.run(l)
	w.refused(w.Change(w.ctx(), e.ID, 2, d), attendance.ErrUsed, "")
}

func TestTheListOfEvents(t *testing.T) {
	w := newWorld(t)
	for _, day := range []string{"2026-11-20", "2026-10-05", "2026-11-21", "2026-11-20"} {
		w.event(func(d *attendance.Draft) { d.StartsOn, d.Title = day, "On "+day })
	}
	first, err := w.Events(t.Context(), attendance.Filter{Limit: 3})
	w.must(err)
	if first.Total != 4 || !first.More || first.Earlier || len(first.Events) != 3 || first.Events[0].Title != "On 2026-11-21" {
		t.Fatalf("%+v", first)
	}
	rest, err := w.Events(t.Context(), attendance.Filter{Limit: 3, After: first.Events[2].ID})
	w.must(err)
	if len(rest.Events) != 1 || rest.Events[0].Title != "On 2026-10-05" || rest.More || !rest.Earlier {
		t.Errorf("%+v", rest)
	}
	back, err := w.Events(t.Context(), attendance.Filter{Limit: 3, Before: rest.Events[0].ID})
	w.must(err)
	if len(back.Events) != 3 || back.Events[0].ID != first.Events[0].ID || back.Earlier {
		t.Errorf("%+v", back)
	}
	w.run(w.upload(first.Events[1].Event, "email,name", "ana@example.com,Ana Ruiz"))
	if first, err = w.Events(t.Context(), attendance.Filter{}); err != nil || first.Events[1].Certificates != 1 || first.Events[0].Certificates != 0 {
		t.Errorf("%+v, %v", first, err)
	}
	if _, err := w.Event(t.Context(), "nobody"); !errors.Is(err, attendance.ErrNoEvent) {
		t.Errorf("%v", err)
	}
}

// TestWhatWasLeftEmptyStaysEmpty on the form that changes an event: it goes on to mean
// all of it.
func TestWhatWasLeftEmptyStaysEmpty(t *testing.T) {
	w := newWorld(t)
	e := w.event(func(d *attendance.Draft) { d.Minutes, d.LeastMinutes = "100", "" })
	d := e.Draft()
	if d.LeastMinutes != "" || d.Minutes != "100" {
		t.Fatalf("%+v", d)
	}
	d.Minutes = "120"
	w.must(w.Change(w.ctx(), e.ID, 1, d))
	got, err := w.Event(t.Context(), e.ID)
	if err != nil || got.LeastMinutes != 120 {
		t.Errorf("%+v, %v", got, err)
	}
	e = w.event(func(d *attendance.Draft) { d.Minutes, d.LeastMinutes = "", "" })
	d = e.Draft()
	d.EndsAt = "13:00"
	w.must(w.Change(w.ctx(), e.ID, 1, d))
	if got, err = w.Event(t.Context(), e.ID); err != nil || got.Minutes != 240 || got.LeastMinutes != 240 {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestAnEventIsRemoved while nothing rests on it, with its lists.
func TestAnEventIsRemoved(t *testing.T) {
	w := newWorld(t)
	ctx := w.ctx()
	e := w.event()
	w.upload(e, "email,name", "ana@example.com,Ana Ruiz")
	w.must(w.accounts.Block(ctx, w.person("ben@example.com", "Ben Ode", "Ben Ode").ID, "Asked for it."))
	nobody := w.upload(e, "email,name", "ben@example.com,Ben Ode", "ana@example.com,Ana Ruiz")
	w.exec("UPDATE attendance_rows SET verdict = 'issue' WHERE list_id = ? AND position = 1", nobody.ID) // as it was before the account was blocked
	w.exec("UPDATE attendance_rows SET verdict = 'short' WHERE list_id = ? AND position = 2", nobody.ID)
	w.must(w.Start(ctx, nobody.ID, nobody.CheckSHA256, nil, true, "dora"))
	if yes, err := w.Removable(ctx, e.ID); err != nil || yes {
		t.Errorf("while a list is worked on: %v, %v", yes, err)
	}
	w.refused(w.Remove(ctx, e.ID), attendance.ErrRuns, "")
	w.drain()
	if yes, err := w.Removable(ctx, e.ID); err != nil || !yes {
		t.Errorf("nothing was issued: %v, %v", yes, err)
	}
	for range 2 { // a second click
		w.must(w.Remove(ctx, e.ID))
	}
	if n := w.count("SELECT (SELECT count(*) FROM live_events) + (SELECT count(*) FROM attendance_lists) + (SELECT count(*) FROM attendance_rows)"); n != 0 || w.audited("event.remove") != 1 {
		t.Errorf("%d left", n)
	}
	e = w.event()
	w.run(w.upload(e, "email,name", "ana@example.com,Ana Ruiz"))
	checked := w.upload(e, "email,name", "cleo@example.com,Cleo Ode")
	if yes, err := w.Removable(ctx, e.ID); err != nil || yes {
		t.Errorf("a certificate was issued: %v, %v", yes, err)
	}
	w.refused(w.Remove(ctx, e.ID), attendance.ErrAttended, "")
	if w.again(checked).State != attendance.Checked {
		t.Error("a list is gone")
	}
}

// TestRemovingAndIssuingAtOnce: one of them happens.
func TestRemovingAndIssuingAtOnce(t *testing.T) {
	w := newWorld(t)
	for i := range 10 {
		e := w.event()
		l := w.upload(e, "email,name", "p"+letters(i)+"@example.com,Ana Number "+letters(i))
		var all sync.WaitGroup
		var removed, started error
		all.Go(func() { removed = w.Remove(w.ctx(), e.ID) })
		all.Go(func() { started = w.Start(w.ctx(), l.ID, l.CheckSHA256, nil, true, "dora") })
		all.Wait()
		if (removed == nil) == (started == nil) || removed != nil && !apperr.Is(removed, apperr.Conflict) || started != nil && !apperr.Is(started, apperr.NotFound) && !apperr.Is(started, apperr.Conflict) {
			t.Errorf("removed: %v; started: %v", removed, started)
		}
		w.drain()
	}
}
