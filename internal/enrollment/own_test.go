package enrollment_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/question"
)

func TestNotes(t *testing.T) {
	w := newWorld(t)
	ctx, e := t.Context(), w.enroll("p1")
	at, err := w.SaveNote(ctx, e, "l2", enrollment.NoteEdit{Text: "Ask about adherence.\r\n", Page: "tab1"})
	w.must(err)
	w.clock.add(time.Minute)
	if _, err := w.SaveNote(ctx, e, "l2", enrollment.NoteEdit{Text: "from another tab", Page: "tab2"}); !errors.Is(err, enrollment.ErrNoteChanged) {
		t.Errorf("a page that had not seen the note overwrote it: %v", err)
	}
	_, err = w.SaveNote(ctx, e, "l2", enrollment.NoteEdit{Text: "Ask about dose.", Page: "tab1"})
	w.must(err)
	if _, err := w.SaveNote(ctx, e, "l2", enrollment.NoteEdit{Text: "stale", Page: "tab3", Seen: &at}); !errors.Is(err, enrollment.ErrNoteChanged) {
		t.Errorf("a stale page overwrote the note: %v", err)
	}
	v := w.clock.now()
	_, err = w.SaveNote(ctx, e, "l2", enrollment.NoteEdit{Text: "Ask about dose and time.", Page: "tab3", Seen: &v})
	w.must(err)
	if _, err := w.SaveNote(ctx, e, "l1", enrollment.NoteEdit{Text: strings.Repeat("ä", 5001)}); apperr.FieldsOf(err) == nil {
		t.Errorf("5,001 characters: %v", err)
	}
	if _, err := w.SaveNote(ctx, e, "l9", enrollment.NoteEdit{Text: "x"}); !errors.Is(err, enrollment.ErrNoLesson) {
		t.Errorf("an unknown lesson: %v", err)
	}
	notes, err := w.Notes(ctx, e)
	w.must(err)
	if len(notes) != 1 || notes[0].Text != "Ask about dose and time." || notes[0].Lesson.ID != "l2" {
		t.Errorf("notes: %+v", notes)
	}
	v2, err := w.SaveNote(ctx, e, "l2", enrollment.NoteEdit{Text: "", Page: "tab3"})
	w.must(err)
	if notes, err = w.Notes(ctx, e); err != nil || len(notes) != 0 || v2.IsZero() {
		t.Errorf("after removing: %+v, %v", notes, err)
	}
}

func TestCheckAnswers(t *testing.T) {
	w := newWorld(t)
	ctx, e := t.Context(), w.enroll("p1")
	w.must(w.AcknowledgeDisclosure(ctx, e))
	a, err := w.SaveCheckAnswer(ctx, e, "k1", question.Response{Choices: []string{"B"}})
	w.must(err)
	if a.Tries != 1 || a.Feedback.Result.Correct || a.Feedback.Options[0].Rationale == "" {
		t.Errorf("the wrong answer's feedback: %+v", a)
	}
	if a, err = w.SaveCheckAnswer(ctx, e, "k1", rightAnswers["k1"]); err != nil || a.Tries != 2 || !a.Feedback.Result.Correct {
		t.Errorf("the second try: %+v, %v", a, err)
	}
	a, err = w.SaveCheckAnswer(ctx, e, "k3", rightAnswers["k3"])
	if err != nil || a.Feedback.Short == nil || a.Feedback.Short.Model == "" {
		t.Errorf("a short answer shows no model: %+v, %v", a, err)
	}
	var bad *question.InputError
	for name, r := range map[string]question.Response{"nothing": {}, "an unknown option": {Choices: []string{"Z"}}} {
		if _, err := w.SaveCheckAnswer(ctx, e, "k1", r); !errors.As(err, &bad) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.SaveCheckAnswer(ctx, e, "k9", question.Response{}); !errors.Is(err, enrollment.ErrNoCheck) {
		t.Errorf("an unknown question: %v", err)
	}
	got, err := w.CheckAnswers(ctx, e, "m1")
	w.must(err)
	if len(got) != 1 || got["k1"].Tries != 2 || got["k1"].Response.Choices[0] != "A" || !got["k1"].Feedback.Result.Correct {
		t.Errorf("stored: %+v", got)
	}
	if _, err := w.CheckAnswers(ctx, e, "m9"); !errors.Is(err, enrollment.ErrNoCheck) {
		t.Errorf("an unknown module: %v", err)
	}
	public := enrollment.PublicCheck(e, w.edition.Course.Modules[0].Check[0])
	if again := enrollment.PublicCheck(e, w.edition.Course.Modules[0].Check[0]); len(public.Options) != 2 || public.Options[0] != again.Options[0] {
		t.Errorf("the order is not stable: %v, %v", public, again)
	}
}
