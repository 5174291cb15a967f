package enrollment_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
)

// second publishes a second edition of the world's course that differs by change.
func (w *world) second(change func(*course.Course)) *course.Edition {
	w.t.Helper()
	ed := newEdition(w.t)
	ed.ID, ed.Number, ed.Hash = "ed2", 2, "e2"
	change(ed.Course)
	c := ed.Course // what is looked up in it was before the change
	ed.Course = &course.Course{Card: c.Card, Facts: c.Facts, Modules: c.Modules, Exam: c.Exam, Evaluation: c.Evaluation, Disclosure: c.Disclosure}
	w.Editions.(shelf)[ed.ID] = ed
	w.exec(`INSERT INTO editions (id, course_id, number, hash, note, published_at, published_by) VALUES ('ed2', 'c1', 2, 'e2', '', ?, '')`, w.clock.now())
	w.Newest = func(context.Context, string) (*course.Edition, error) { return ed, nil }
	return ed
}

func nothing(*course.Course) {}

// rewritten changes the text of a lesson.
func rewritten(n int) func(*course.Course) {
	return func(c *course.Course) { c.Lessons()[n].Source += "More." }
}

// without leaves out a lesson of the second module.
func without(n int) func(*course.Course) {
	return func(c *course.Course) {
		c.Modules[1].Lessons = slices.DeleteFunc(slices.Clone(c.Modules[1].Lessons), func(l *course.Lesson) bool { return l.ID == fmt.Sprintf("l%d", n) })
	}
}

// note saves what a learner writes below a lesson.
func (w *world) note(e enrollment.Enrollment, lesson, text string) {
	w.t.Helper()
	_, err := w.SaveNote(w.t.Context(), e, lesson, enrollment.NoteEdit{Text: text, Page: "page"})
	w.must(err)
}

// TestANoteOutlivesItsLesson: one that was saved while its writer moved, or before a
// move asked about notes.
func TestANoteOutlivesItsLesson(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	w.must(w.AcknowledgeDisclosure(t.Context(), e))
	for _, lesson := range []string{"l4", "l1"} {
		w.note(e, lesson, "About "+lesson)
	}
	w.second(without(4))
	w.exec("UPDATE enrollments SET edition_id = 'ed2'")
	notes, err := w.Notes(t.Context(), w.again(e))
	w.must(err)
	if len(notes) != 2 || notes[0].Lesson == nil || notes[0].Lesson.ID != "l1" || notes[1].Lesson != nil || notes[1].LessonID != "l4" || notes[1].Text != "About l4" {
		t.Errorf("%+v", notes)
	}
}

// TestMovingKeepsWhatWasDone and goes on in the newer edition.
func TestMovingKeepsWhatWasDone(t *testing.T) {
	w := newWorld(t)
	e, ctx := w.enroll("p1"), t.Context()
	w.must(w.AcknowledgeDisclosure(ctx, e))
	w.must(w.FinishLesson(ctx, e, "l1"))
	_, err := w.SaveCheckAnswer(ctx, e, "k1", rightAnswers["k1"])
	w.must(err)
	w.second(rewritten(2))

	m, err := w.MoveOf(ctx, e)
	w.must(err)
	if len(m.Losses) > 0 || m.Disclosure || m.From.ID != "ed1" || m.To.ID != "ed2" {
		t.Fatalf("%+v", m)
	}
	w.must(w.MoveTo(ctx, e, "ed2"))
	w.must(w.MoveTo(ctx, e, "ed2")) // a second click on an old page
	moved := w.again(e)
	l, err := w.Learning(ctx, moved)
	w.must(err)
	if moved.EditionID != "ed2" || moved.DisclosedAt == nil || !l.Record.Lessons["l1"].Finished() || len(l.Record.Checks) != 1 {
		t.Errorf("%+v", l)
	}
	list := w.evidence(e, "edition.moved")
	if len(list) != 1 || list[0].Ref != "ed2" || list[0].Details["from_hash"] != "e0" || list[0].Details["to_hash"] != "e2" {
		t.Errorf("evidence %+v", list)
	}
	if n := w.count("SELECT COUNT(*) FROM audit_events WHERE action = 'enrollment.move'"); n != 1 {
		t.Errorf("%d audit events", n)
	}
	if _, err := w.MoveOf(ctx, moved); !errors.Is(err, enrollment.ErrNoNewer) {
		t.Errorf("again: %v", err)
	}
	// What was opened before the move finishes nothing of the newer edition.
	if err := w.FinishLesson(ctx, e, "l3"); !errors.Is(err, enrollment.ErrMovedOn) {
		t.Errorf("an old lesson page: %v", err)
	}
	if _, err := w.SaveCheckAnswer(ctx, e, "k2", rightAnswers["k2"]); !errors.Is(err, enrollment.ErrMovedOn) {
		t.Errorf("an old page of questions: %v", err)
	}
	if held, err := w.HoldOpen(ctx, e); err != nil || held {
		t.Errorf("an exam of the older edition: %v, %v", held, err)
	}
	w.must(w.FinishLesson(ctx, moved, "l3"))
}

// TestNobodyMovesAwayFromWhatTheyEarned.
func TestNobodyMovesAwayFromWhatTheyEarned(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*course.Course)
		done   func(w *world, e enrollment.Enrollment)
		loss   string
	}{
		"a finished lesson says something else": {rewritten(0), nil, "the lesson “Lesson 1”, which says something else"},
		"what it cites says something else": {func(c *course.Course) {
			f := *c.Facts[0]
			f.Text = "Another."
			for i := range c.Lessons()[0].Citations {
				c.Lessons()[0].Citations[i].Fact = &f
			}
		}, nil, "“Lesson 1”, which says something else"},
		"an answered question is another": {func(c *course.Course) { c.Modules[0].Check[0].Prompt = "Which one?" }, nil, "practice questions of “First”"},
		"a question that nobody answered": {func(c *course.Course) { c.Modules[0].Check[1].Prompt = "How many then?" }, nil, ""},
		"a finished lesson is gone": {func(c *course.Course) {
			c.Modules[0].Lessons = c.Modules[0].Lessons[1:]
		}, nil, "“Lesson 1”, which is not in it"},
		"a note would be gone": {without(4), func(w *world, e enrollment.Enrollment) { w.note(e, "l4", "Ask about it.") }, "a note or a bookmark at the lesson “Lesson 4”"},
		"a bookmark would be gone": {without(4), func(w *world, e enrollment.Enrollment) {
			w.must(w.SetBookmark(w.t.Context(), e, "l4", true))
		}, "a note or a bookmark at the lesson “Lesson 4”"},
		"a note was taken away": {without(4), func(w *world, e enrollment.Enrollment) {
			w.note(e, "l4", "Ask about it.")
			w.note(e, "l4", "")
		}, ""},
		"a note stays": {nothing, func(w *world, e enrollment.Enrollment) { w.note(e, "l4", "Ask about it.") }, ""},
		"the exam was begun": {nothing, func(w *world, e enrollment.Enrollment) {
			w.exec(`INSERT INTO exam_attempts (id, enrollment_id, person_id, edition_id, number, state, seed, legal_name, attested_at, started_at, time_limit_minutes, extra_time_percent, pass_percent)
				VALUES ('a1', ?, 'p1', 'ed1', 1, 'in_progress', 's', 'Ana', ?, ?, 0, 0, 80)`, e.ID, w.clock.now(), w.clock.now())
		}, "You have begun the exam"},
		"the exam was passed": {nothing, func(w *world, e enrollment.Enrollment) { w.pass(e) }, "You have begun the exam"},
		"the evaluation was sent": {nothing, func(w *world, e enrollment.Enrollment) {
			w.edition.Course.Exam = course.Exam{}
			w.must(w.SubmitEvaluation(w.t.Context(), w.again(e), goodForm()))
		}, "You have sent the evaluation"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.t = t
			e, ctx := w.enroll("p1"), t.Context()
			w.must(w.AcknowledgeDisclosure(ctx, e))
			w.must(w.FinishLesson(ctx, e, "l1"))
			_, err := w.SaveCheckAnswer(ctx, e, "k1", rightAnswers["k1"])
			w.must(err)
			if tt.done != nil {
				tt.done(w, e)
			}
			w.second(tt.change)
			m, err := w.MoveOf(ctx, w.again(e))
			w.must(err)
			if got := strings.Join(m.Losses, " "); !strings.Contains(got, tt.loss) || tt.loss == "" && got != "" || len(m.Losses) > 1 {
				t.Errorf("losses %q, want %q", got, tt.loss)
			}
			err = w.MoveTo(ctx, w.again(e), "ed2")
			if tt.loss == "" && err != nil || tt.loss != "" && !errors.Is(err, enrollment.ErrLoses) {
				t.Errorf("moved: %v", err)
			}
			if stays := w.again(e).EditionID == "ed1"; stays != (tt.loss != "") {
				t.Errorf("stays: %v", stays)
			}
		})
	}
}

// TestADisclosureThatSaysSomethingElseIsReadAgain, and each time is evidence: the page
// also says who has conflicts of interest, and what the certificate takes.
func TestADisclosureThatSaysSomethingElseIsReadAgain(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(c *course.Course)
		asks   enrollment.Asks
		again  bool
	}{
		"the text":            {func(c *course.Course) { c.Disclosure = course.Disclosure{HTML: "<p>Some.</p>", Hash: "0ther"} }, enrollment.Asks{}, true},
		"an author’s":         {func(c *course.Course) { c.Card.Authors[0].Disclosure = "Owns shares of a maker." }, enrollment.Asks{}, true},
		"another author":      {func(c *course.Course) { c.Card.Authors = append(c.Card.Authors, course.Author{Name: "Bo"}) }, enrollment.Asks{}, true},
		"the pass mark":       {func(c *course.Course) { c.Card.PassPercent = 85 }, enrollment.Asks{}, true},
		"the attempts":        {func(c *course.Course) { c.Card.Attempts = 2 }, enrollment.Asks{}, true},
		"minutes that bind":   {func(c *course.Course) { c.Lessons()[3].Minutes = 50 }, enrollment.Asks{Time: enrollment.TimeBlock}, true},
		"minutes that do not": {func(c *course.Course) { c.Lessons()[3].Minutes = 50 }, enrollment.Asks{}, false},
		"how it is written":   {func(c *course.Course) { c.Disclosure.Hash = "0ther" }, enrollment.Asks{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			author := course.Author{Name: "Ana", Role: "author", Disclosure: "Nothing to disclose."}
			w.edition.Course.Card.Authors, w.asks = []course.Author{author}, tt.asks
			e, ctx := w.enroll("p1"), t.Context()
			w.must(w.AcknowledgeDisclosure(ctx, e))
			w.second(func(c *course.Course) {
				c.Card.Authors = []course.Author{author}
				tt.change(c)
			})
			m, err := w.MoveOf(ctx, w.again(e))
			w.must(err)
			w.must(w.MoveTo(ctx, e, "ed2"))
			moved := w.again(e)
			if m.Disclosure != tt.again || (moved.DisclosedAt == nil) != tt.again {
				t.Errorf("told %v, asked again %v, want %v", m.Disclosure, moved.DisclosedAt == nil, tt.again)
			}
			if !tt.again {
				return
			}
			if err := w.FinishLesson(ctx, moved, "l1"); !errors.Is(err, enrollment.ErrDisclosureFirst) {
				t.Errorf("before: %v", err)
			}
			w.must(w.AcknowledgeDisclosure(ctx, moved))
			w.must(w.FinishLesson(ctx, moved, "l1"))
			list := w.evidence(e, "disclosure.acknowledged")
			if len(list) != 2 || list[0].Details["edition_hash"] != "e0" || list[1].Details["edition_hash"] != "e2" {
				t.Errorf("acknowledgments %+v", list)
			}
			if wrong, err := w.Unproven(ctx, e.ID, nil); err != nil || len(wrong) > 0 {
				t.Errorf("without evidence: %q, %v", wrong, err)
			}
		})
	}
}

// TestAnOldPageAcknowledgesNothing that it did not show.
func TestAnOldPageAcknowledgesNothing(t *testing.T) {
	w := newWorld(t)
	e, ctx := w.enroll("p1"), t.Context()
	w.second(func(c *course.Course) { c.Disclosure = course.Disclosure{HTML: "<p>Some.</p>", Hash: "0ther"} })
	w.must(w.MoveTo(ctx, e, "ed2"))
	if err := w.AcknowledgeDisclosure(ctx, e); !errors.Is(err, enrollment.ErrMovedOn) {
		t.Errorf("the disclosure: %v", err)
	}
	w.exec("UPDATE enrollments SET exam_submitted_at = ?, exam_attempt_id = 'a1'", w.clock.now())
	if err := w.SubmitEvaluation(ctx, e, goodForm()); !errors.Is(err, enrollment.ErrMovedOn) {
		t.Errorf("the evaluation: %v", err)
	}
	if n := w.count("SELECT COUNT(*) FROM evidence WHERE kind <> 'edition.moved'") + w.count("SELECT COUNT(*) FROM evaluation_answers"); n > 0 {
		t.Errorf("%d pieces of false evidence", n)
	}
}

// TestNobodyLeavesACorrectionUnread that is about safety: nobody asks for it again.
func TestNobodyLeavesACorrectionUnread(t *testing.T) {
	w := newWorld(t)
	e, ctx := w.enroll("p1"), t.Context()
	w.second(nothing)
	w.edition.Overlays.Errata = []course.Erratum{{ID: "x2", Text: "A name was wrong."}}
	now := *w.edition
	now.Overlays.Errata = append(now.Overlays.Errata, course.Erratum{ID: "x1", Text: "Read 3 for 4.", Safety: true})
	w.EditionNow = func(context.Context, string) (*course.Edition, error) { return &now, nil } // it was recorded this moment
	if err := w.MoveTo(ctx, e, "ed2"); !errors.Is(err, enrollment.ErrUnread) {
		t.Errorf("unread: %v", err)
	}
	w.edition.Overlays = now.Overlays
	m, err := w.MoveOf(ctx, e)
	w.must(err)
	if len(m.Unread) != 1 || m.Unread[0].ID != "x1" || len(m.Losses) > 0 {
		t.Errorf("%+v", m)
	}
	w.must(w.ReadErratum(ctx, e, "x1"))
	w.must(w.MoveTo(ctx, e, "ed2"))
}

// TestWhoCannotMove.
func TestWhoCannotMove(t *testing.T) {
	w := newWorld(t)
	e, ctx := w.enroll("p1"), t.Context()
	w.Newest = func(context.Context, string) (*course.Edition, error) { return w.edition, nil }
	if _, err := w.MoveOf(ctx, e); !errors.Is(err, enrollment.ErrNoNewer) {
		t.Errorf("in the newest: %v", err)
	}
	w.second(nothing)
	if err := w.MoveTo(ctx, e, "ed3"); !errors.Is(err, enrollment.ErrMoveShown) {
		t.Errorf("to one that was not shown: %v", err)
	}
	closed := errors.New("closed")
	for _, refused := range []error{closed, course.ErrNotReviewed} {
		w.Open = func(context.Context, *course.Edition) error { return refused }
		if err := w.MoveTo(ctx, e, "ed2"); !errors.Is(err, refused) {
			t.Errorf("to one that takes nobody: %v", err)
		}
	}
	l, err := w.Learning(ctx, e)
	w.must(err)
	if m, err := w.MoveOf(ctx, e); err != nil || !errors.Is(m.Closed, course.ErrNotReviewed) {
		t.Errorf("told of one that takes nobody: %+v, %v", m, err)
	}
	if leads, err := w.HasNewer(ctx, l); err != nil || leads {
		t.Errorf("led to one that takes nobody: %v, %v", leads, err)
	}
	w.Open = nil
	if leads, err := w.HasNewer(ctx, l); err != nil || !leads {
		t.Errorf("not led to one that takes them: %v, %v", leads, err)
	}
	w.must(w.End(ctx, e.ID, enrollment.Withdrawn, "x"))
	if err := w.MoveTo(ctx, e, "ed2"); !errors.Is(err, enrollment.ErrWithdrawn) {
		t.Errorf("after the end: %v", err)
	}
}

// TestMovingAndFinishingAtOnce: whichever comes first, no lesson is finished in an
// edition in which it was not read.
func TestMovingAndFinishingAtOnce(t *testing.T) {
	for range 10 {
		w := newWorld(t)
		e, ctx := w.enroll("p1"), t.Context()
		w.must(w.AcknowledgeDisclosure(ctx, e))
		w.second(rewritten(0))
		var both sync.WaitGroup
		var moved, finished error
		both.Go(func() { moved = w.MoveTo(ctx, e, "ed2") })
		both.Go(func() { finished = w.FinishLesson(ctx, e, "l1") })
		both.Wait()
		if (moved == nil) == (finished == nil) {
			t.Fatalf("moved: %v, finished: %v", moved, finished)
		}
	}
}
