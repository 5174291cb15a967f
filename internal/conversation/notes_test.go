package conversation_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/conversation"
	"github.com/atmacena/cocare/internal/mail"
)

func TestANoteIsDoneInTheEditionThatHasIt(t *testing.T) {
	w := newWorld(t)
	q := w.ask(asks("ana"))
	if err := w.KeepNote(t.Context(), q.ID, "dora", " "); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("without words: %v", err)
	}
	w.clicks(func(ctx context.Context) error {
		return w.KeepNote(ctx, q.ID, "dora", "Say that a pause does not count.")
	})
	course := w.edition.CourseID
	list, _, _, err := w.Notes(t.Context(), course, false, conversation.Place{})
	if err != nil || len(list) != 1 || list[0].Path != "modules/01-your-record/01-while-you-learn.md" || list[0].Of.ID != q.ID || list[0].In != 0 {
		t.Fatalf("%+v, %v", list, err)
	}
	if n, err := w.OpenNotes(t.Context()); err != nil || n[course] != 1 {
		t.Errorf("%v, %v", n, err)
	}
	id := list[0].ID
	for name, got := range map[string][2]error{
		"no edition":     {w.Done(t.Context(), slug, course, id, "none", "dora"), conversation.ErrNoEdition},
		"no course":      {w.Done(t.Context(), "none", course, id, w.edition.ID, "dora"), conversation.ErrNoEdition},
		"another course": {w.Done(t.Context(), slug, "other", id, w.edition.ID, "dora"), conversation.ErrNoNote},
		"no note":        {w.Reopen(t.Context(), course, "none"), conversation.ErrNoNote},
	} {
		if !errors.Is(got[0], got[1]) {
			t.Errorf("%s: %v", name, got[0])
		}
	}
	second := w.publish(map[string]string{"Go and make tea, and it stops.": "Go and make tea, and it stops: a pause does not count."})
	for range 2 {
		w.must(w.Done(t.Context(), slug, course, id, second.ID, "dora"))
	}
	list, _, _, err = w.Notes(t.Context(), course, true, conversation.Place{})
	if err != nil || len(list) != 1 || list[0].In != 2 || w.events("conversation.note_done") != 1 {
		t.Errorf("%+v, %v", list, err)
	}
	if list, _, _, err = w.Notes(t.Context(), course, false, conversation.Place{}); err != nil || len(list) != 0 {
		t.Errorf("still open: %+v, %v", list, err)
	}
	for range 2 {
		w.must(w.Reopen(t.Context(), course, id))
	}
	if list, _, _, err = w.Notes(t.Context(), course, false, conversation.Place{}); err != nil || len(list) != 1 || w.events("conversation.note_open") != 1 {
		t.Errorf("%+v, %v", list, err)
	}
	w.must(w.Hide(t.Context(), q.ID, "emil", "It names a client."))
	if list, _, _, err = w.Notes(t.Context(), course, false, conversation.Place{}); err != nil || len(list) != 1 || list[0].Of.Quote != "" {
		t.Errorf("words of what is hidden: %+v, %v", list, err)
	}
}

// TestTheAuditOfNotesNamesTheCourse, so that it leads to its notes; and the export is of
// no one conversation.
func TestTheAuditOfNotesNamesTheCourse(t *testing.T) {
	w := newWorld(t)
	ctx, course := t.Context(), w.edition.CourseID
	w.must(w.KeepNote(ctx, w.ask(asks("ana")).ID, "dora", "Say that a pause does not count."))
	second := w.publish(map[string]string{"Go and make tea": "Go and make coffee"})
	list, _, _, err := w.Notes(ctx, course, false, conversation.Place{})
	w.must(err)
	w.must(w.Done(ctx, slug, course, list[0].ID, second.ID, "dora"))
	w.must(w.Reopen(ctx, course, list[0].ID))
	w.must(w.RecordExport(ctx, conversation.Filter{}))
	log := audit.New(w.db, w.now)
	for _, action := range []string{"conversation.note", "conversation.note_done", "conversation.note_open"} {
		events, err := log.List(ctx, audit.Filter{Action: action})
		if err != nil || len(events) != 1 || events[0].Details["course"] != slug {
			t.Errorf("%s: %+v, %v", action, events, err)
		}
	}
	events, err := log.List(ctx, audit.Filter{Action: "conversation.export"})
	if err != nil || len(events) != 1 || events[0].ObjectKind != "list" || events[0].ObjectID != "questions" {
		t.Errorf("%+v, %v", events, err)
	}
}

// An edition that is not newer than what the note is about has the mistake.
func TestANoteIsDoneInALaterEditionAlone(t *testing.T) {
	w := newWorld(t)
	second := w.publish(map[string]string{"Go and make tea": "Go and make coffee"})
	w.people["cleo"] = w.person("cleo")
	w.begin("cleo") // in the second
	w.must(w.KeepNote(t.Context(), w.ask(asks("cleo")).ID, "dora", "Say that a pause does not count."))
	list, _, _, err := w.Notes(t.Context(), w.edition.CourseID, false, conversation.Place{})
	w.must(err)
	for _, ed := range []string{w.edition.ID, second.ID} {
		if err := w.Done(t.Context(), slug, w.edition.CourseID, list[0].ID, ed, "dora"); !errors.Is(err, conversation.ErrNoEdition) {
			t.Errorf("in an edition that has the mistake: %v", err)
		}
	}
	third := w.publish(nil)
	w.must(w.Done(t.Context(), slug, w.edition.CourseID, list[0].ID, third.ID, "dora"))
}

// Who asked is told once of the edition that has a change that came of it, however many
// notes it has and however often they are ticked.
func TestWhoAskedIsToldOfTheChange(t *testing.T) {
	w := newWorld(t)
	q, hidden, gone := w.ask(asks("ana")), w.report("ben"), w.report("ben")
	course := w.edition.CourseID
	for _, id := range []string{q.ID, q.ID, hidden.ID, gone.ID} {
		w.must(w.KeepNote(t.Context(), id, "dora", "Say that a pause does not count."))
	}
	w.must(w.Hide(t.Context(), hidden.ID, "emil", "It names a client."))
	w.must(w.Withdraw(t.Context(), "ben", gone.ID))
	second := w.publish(map[string]string{"Go and make tea": "Go and make coffee"})
	list, _, _, err := w.Notes(t.Context(), course, false, conversation.Place{})
	w.must(err)
	for range 2 {
		for _, n := range list {
			w.must(w.Done(t.Context(), slug, course, n.ID, second.ID, "dora"))
			w.must(w.Reopen(t.Context(), course, n.ID))
		}
	}
	m, _ := w.mails.last().(mail.LessonChanged)
	if len(w.mails.sent) != 1 || w.mails.to[0].Email != "ana@example.org" || m.Edition != 2 || m.Report || m.LessonTitle != "While you learn" || m.Link != "https://ce.example.org/questions/"+q.ID {
		t.Errorf("%+v to %v", w.mails.sent, w.mails.to)
	}
	if in, err := w.ChangedIn(t.Context(), q.ID); err != nil || len(in) != 0 {
		t.Errorf("every note is open: %v, %v", in, err)
	}
	for _, n := range list {
		w.must(w.Done(t.Context(), slug, course, n.ID, second.ID, "dora"))
	}
	third := w.publish(nil)
	w.must(w.Reopen(t.Context(), course, list[3].ID))
	w.must(w.Done(t.Context(), slug, course, list[3].ID, third.ID, "dora"))
	if in, err := w.ChangedIn(t.Context(), q.ID); err != nil || !slices.Equal(in, []int{2, 3}) || len(w.mails.sent) != 2 {
		t.Errorf("changed in %v, %d mails, %v", in, len(w.mails.sent), err)
	}
}
