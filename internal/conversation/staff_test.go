package conversation_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/conversation"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/mail"
)

func (w *world) person(id string) account.Person {
	w.t.Helper()
	return area.AddPerson(w.t, w.db, id, "Person "+id, w.now())
}

var all = conversation.Reach{All: true}

// Reviewers see reports of their courses, authors everything of theirs, others nothing.
func TestEverybodySeesWhatIsWithinReach(t *testing.T) {
	w := newWorld(t)
	q, r := w.ask(asks("ana")), w.report("ben")
	course := w.edition.CourseID
	for name, c := range map[string]struct {
		reach            conversation.Reach
		question, report bool
	}{
		"all":      {all, true, true},
		"author":   {conversation.Reach{Answers: []string{course}}, true, true},
		"reviewer": {conversation.Reach{Reports: []string{"other", course}}, false, true},
		"other":    {conversation.Reach{Answers: []string{"other"}, Reports: []string{"another"}}, false, false},
		"nobody":   {conversation.Reach{}, false, false},
	} {
		want, total := map[string]bool{q.ID: c.question, r.ID: c.report}, int64(0)
		for id, sees := range want {
			if err := w.Within(t.Context(), id, c.reach); sees != (err == nil) || !sees && !errors.Is(err, conversation.ErrNoThread) {
				t.Errorf("%s: %v", name, err)
			}
			if sees {
				total++
			}
		}
		if p, err := w.List(t.Context(), conversation.Filter{Reach: c.reach}); err != nil || p.Total != total || len(p.Rows) != int(total) {
			t.Errorf("%s: %d, %v", name, p.Total, err)
		}
		if c.reach.Course(course) != (total > 0) || c.reach.Names(course) != c.question {
			t.Errorf("%s: %+v", name, c.reach)
		}
	}
}

func TestAnAnswerIsMailedOnce(t *testing.T) {
	w := newWorld(t)
	q := w.ask(asks("ana"))
	a := w.on(q.ID, "dora")
	w.clicks(func(ctx context.Context) error { return w.Answer(ctx, a, "No.") })
	_, said, _, err := w.Get(t.Context(), q.ID, false)
	m, _ := w.mails.last().(mail.QuestionAnswered)
	if err != nil || len(said) != 1 || said[0].AuthorID != "dora" || len(w.mails.sent) != 1 || w.events("conversation.answer") != 1 ||
		m.Text != "No." || m.Closed || m.LessonTitle != "While you learn" || m.Link != "https://ce.example.org/questions/"+q.ID || w.mails.to[0].Email != "ana@example.org" {
		t.Errorf("%+v %+v, %v", said, w.mails.sent, err)
	}
	if got := w.get(q.ID); got.State != conversation.Answered || got.AnsweredAt == nil {
		t.Errorf("%+v", got)
	}
}

// Whose account was erased or blocked is not written to; what they asked stays.
func TestTheErasedAndTheBlockedAreNotWrittenTo(t *testing.T) {
	for name, end := range map[string]func(p *account.Person, at time.Time){
		"erased":  func(p *account.Person, at time.Time) { p.ErasedAt = &at },
		"blocked": func(p *account.Person, at time.Time) { p.BlockedAt = &at },
	} {
		w := newWorld(t)
		q := w.ask(asks("ana"))
		p := w.people["ana"]
		end(&p, w.now())
		w.people["ana"] = p
		w.must(w.Answer(t.Context(), w.on(q.ID, "dora"), "No."))
		if got := w.get(q.ID); len(w.mails.sent) != 0 || got.Body != "Does my tea count?" || got.PersonID != "ana" {
			t.Errorf("%s: %+v, %d mails", name, got, len(w.mails.sent))
		}
	}
}

func TestAQuestionIsClosedWithItsReason(t *testing.T) {
	w := newWorld(t)
	q := w.ask(asks("ana"))
	if err := w.Close(t.Context(), w.on(q.ID, "dora"), " "); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("without a reason: %v", err)
	}
	a := w.on(q.ID, "dora")
	w.clicks(func(ctx context.Context) error { return w.Close(ctx, a, "It names a client.") })
	m, _ := w.mails.last().(mail.QuestionAnswered)
	if got := w.get(q.ID); got.State != conversation.Closed || got.Outcome != "It names a client." || *got.EndedBy != "dora" || !m.Closed || m.Text != got.Outcome || w.events("conversation.close") != 1 {
		t.Errorf("%+v %+v", got, w.mails.sent)
	}
	if err := w.Answer(t.Context(), w.on(q.ID, "dora"), "Late."); !errors.Is(err, conversation.ErrEnded) {
		t.Errorf("answer: %v", err)
	}
}

// What is shown are the words chosen for it; what was said stays.
func TestShowingIsByOtherWordsAndTakenBack(t *testing.T) {
	w := newWorld(t)
	q := w.ask(asks("ana"))
	if err := w.Show(t.Context(), w.on(q.ID, "dora"), "Q", "A"); !errors.Is(err, conversation.ErrNotYet) {
		t.Errorf("before an answer: %v", err)
	}
	w.must(w.Answer(t.Context(), w.on(q.ID, "dora"), "No, Ana."))
	if err := w.Show(t.Context(), w.on(q.ID, "dora"), " ", "\u200b"); len(apperr.FieldsOf(err)) != 2 {
		t.Errorf("without words: %v", err)
	}
	a := w.on(q.ID, "dora")
	for range 2 { // a second click
		w.must(w.Show(t.Context(), a, "Does a pause count?", "No."))
	}
	p, err := w.OfLesson(t.Context(), "ben", slug, 0, lesson, conversation.Place{})
	if err != nil || len(p.Shown) != 1 || p.Shown[0].ShownQuestion != "Does a pause count?" || p.Shown[0].ShownAnswer != "No." || w.events("conversation.show") != 1 {
		t.Errorf("%+v, %v", p.Shown, err)
	}
	if _, _, err := w.Own(t.Context(), "ben", q.ID); !errors.Is(err, conversation.ErrNoThread) {
		t.Errorf("the whole conversation is open to others: %v", err)
	}
	for range 2 {
		w.must(w.Unshow(t.Context(), q.ID))
	}
	p, err = w.OfLesson(t.Context(), "ben", slug, 0, lesson, conversation.Place{})
	if got := w.get(q.ID); err != nil || len(p.Shown) != 0 || got.Body != "Does my tea count?" || got.ShownAnswer != "No." || w.events("conversation.unshow") != 1 {
		t.Errorf("%+v %+v, %v", p.Shown, got, err)
	}
}

// Whatever was said or shown since somebody looked keeps them from an act, until they
// look again; what was acted on in between stays.
func TestNobodyActsOnWordsThatTheyHaveNotSeen(t *testing.T) {
	ctx := t.Context()
	acts := map[string]func(w *world, a conversation.Act) error{
		"answer": func(w *world, a conversation.Act) error { return w.Answer(ctx, a, "No.") },
		"close":  func(w *world, a conversation.Act) error { return w.Close(ctx, a, "All said.") },
		"show":   func(w *world, a conversation.Act) error { return w.Show(ctx, a, "Does a pause count?", "No.") },
		"judge": func(w *world, a conversation.Act) error {
			return w.Judge(ctx, a, conversation.Verdict{Text: "Not so."})
		},
	}
	between := map[string]func(w *world, id string) error{
		"add":    func(w *world, id string) error { return w.Add(ctx, "ana", id, "And what about seizures?") },
		"reword": func(w *world, id string) error { return w.Reword(ctx, "ana", id, "Does coffee count?") },
		"answer": func(w *world, id string) error { return w.Answer(ctx, w.on(id, "emil"), "It does.") },
		"show":   func(w *world, id string) error { return w.Show(ctx, w.on(id, "emil"), "And coffee?", "It does.") },
		"unshow": func(w *world, id string) error { return w.Unshow(ctx, id) },
	}
	w := newWorld(t)
	for _, c := range []struct{ act, between string }{
		{"answer", "add"}, {"answer", "reword"}, {"answer", "answer"}, {"close", "add"}, {"close", "reword"}, {"close", "answer"},
		{"judge", "add"}, {"judge", "reword"}, {"show", "show"}, {"show", "unshow"},
	} {
		n := asks("ana")
		if c.act == "judge" {
			n.Kind = conversation.Inaccuracy
		}
		id := w.ask(n).ID
		if c.act == "show" {
			w.must(w.Answer(ctx, w.on(id, "dora"), "No, Ana."))
			w.must(w.Show(ctx, w.on(id, "dora"), "Does tea count?", "No."))
		}
		a := w.on(id, "dora")
		w.must(between[c.between](w, id))
		was := w.get(id)
		if err := acts[c.act](w, a); !errors.Is(err, conversation.ErrUnseen) {
			t.Errorf("%s after %s: %v", c.act, c.between, err)
		}
		if got := w.get(id); got.State != was.State || got.ShownAnswer != was.ShownAnswer || got.Revision != was.Revision {
			t.Errorf("%s after %s left %+v", c.act, c.between, got.Thread)
		}
		w.must(acts[c.act](w, w.on(id, "dora")))
	}
}

// An addition and an answer at once: the thread waits where the addition came last.
func TestAnAdditionIsNeverAnsweredUnseen(t *testing.T) {
	w := newWorld(t)
	for i := range 8 {
		n := asks("ana")
		n.Body = fmt.Sprint("Question ", i)
		id := w.ask(n).ID
		a := w.on(id, "dora")
		var added, answered error
		var wg sync.WaitGroup
		wg.Go(func() { added = w.Add(t.Context(), "ana", id, "And what about seizures?") })
		wg.Go(func() { answered = w.Answer(t.Context(), a, "No.") })
		wg.Wait()
		if got := w.get(id); added != nil || got.State != conversation.Open || answered != nil && !errors.Is(answered, conversation.ErrUnseen) {
			t.Errorf("added: %v, answered: %v, %s", added, answered, got.State)
		}
	}
}

func TestAReportEndsWithWhatItLedTo(t *testing.T) {
	w := newWorld(t)
	r := w.report("ana")
	w.must(w.courses.AddErratum(t.Context(), w.edition.ID, course.Erratum{LessonID: r.LessonID, Text: "Read two minutes."}, "dora"))
	ed, err := w.courses.Edition(t.Context(), w.edition.ID)
	w.must(err)
	good := conversation.Verdict{Confirmed: true, Text: "Corrected.", ErratumID: ed.Overlays.Errata[0].ID}
	for name, v := range map[string]conversation.Verdict{
		"text":          {Confirmed: true, Note: "Say two."},
		"note":          {Confirmed: true, Text: "Right."},
		"erratum":       {Confirmed: true, Text: "Right.", ErratumID: "none"},
		"erratum note":  {Text: "Not so.", ErratumID: good.ErratumID, Note: "Say two."},
		"text note too": {Text: strings.Repeat("x", 5001), Note: "x"},
	} {
		if err := w.Judge(t.Context(), w.on(r.ID, "dora"), v); !apperr.Is(err, apperr.Invalid) || apperr.FieldsOf(err)[0].Name != strings.Fields(name)[0] {
			t.Errorf("%s: %v", name, err)
		}
	}
	a := w.on(r.ID, "dora")
	w.clicks(func(ctx context.Context) error { return w.Judge(ctx, a, good) })
	m, _ := w.mails.last().(mail.ReportHandled)
	if got := w.get(r.ID); got.State != conversation.Confirmed || got.ErratumID != good.ErratumID || !m.Confirmed || m.Text != "Corrected." || m.Correction != "Read two minutes." || len(w.mails.sent) != 1 || w.events("conversation.judge") != 1 {
		t.Errorf("%+v %+v", got, w.mails.sent)
	}
	if err := w.Judge(t.Context(), w.on(r.ID, "emil"), conversation.Verdict{Text: "No."}); !errors.Is(err, conversation.ErrJudged) {
		t.Errorf("judged again: %v", err)
	}
}

func TestAReportCanLeadToANoteOrToNothing(t *testing.T) {
	w := newWorld(t)
	r := w.report("ana")
	w.must(w.Judge(t.Context(), w.on(r.ID, "dora"), conversation.Verdict{Confirmed: true, Text: "Right.", Note: "Say two minutes."}))
	kept, wrong := w.report("ana"), w.report("ben")
	w.must(w.KeepNote(t.Context(), kept.ID, "dora", "Say it once."))
	w.must(w.Judge(t.Context(), w.on(kept.ID, "dora"), conversation.Verdict{Confirmed: true, Text: "Right again."}))
	w.must(w.Judge(t.Context(), w.on(wrong.ID, "dora"), conversation.Verdict{Text: "The standard says a minute."}))
	if got := w.get(wrong.ID); got.State != conversation.NotConfirmed || w.events("conversation.note") != 2 {
		t.Errorf("%+v, %d notes", got, w.events("conversation.note"))
	}
	q := w.ask(asks("ana"))
	for name, got := range map[string][2]error{
		"judge a question": {w.Judge(t.Context(), w.on(q.ID, "dora"), conversation.Verdict{Text: "x"}), conversation.ErrNoReport},
		"answer a report":  {w.Answer(t.Context(), w.on(w.report("ben").ID, "dora"), "x"), conversation.ErrReport},
		"close a report":   {w.Close(t.Context(), w.on(wrong.ID, "dora"), "x"), conversation.ErrReport},
		"show a report":    {w.Show(t.Context(), w.on(wrong.ID, "dora"), "x", "x"), conversation.ErrReport},
	} {
		if !errors.Is(got[0], got[1]) {
			t.Errorf("%s: %v", name, got[0])
		}
	}
}

// What is hidden is read by administrators alone, and nothing is done to it.
func TestHiding(t *testing.T) {
	w := newWorld(t)
	q := w.ask(asks("ana"))
	w.must(w.Answer(t.Context(), w.on(q.ID, "dora"), "No."))
	w.must(w.Show(t.Context(), w.on(q.ID, "dora"), "Does my tea count?", "No."))
	if err := w.Hide(t.Context(), q.ID, "emil", ""); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("without a reason: %v", err)
	}
	for range 2 {
		w.must(w.Hide(t.Context(), q.ID, "emil", "It names a client."))
	}
	if _, _, _, err := w.Get(t.Context(), q.ID, false); !errors.Is(err, conversation.ErrNoThread) {
		t.Errorf("an instructor reads it: %v", err)
	}
	own, said, err := w.Own(t.Context(), "ana", q.ID)
	if err != nil || own.Body != "" || own.Quote != "" || own.ShownAnswer != "" || len(said) != 0 || own.HiddenReason != "It names a client." {
		t.Errorf("%+v %+v, %v", own, said, err)
	}
	list, err := w.OwnAll(t.Context(), "ana")
	if err != nil || list[0].Body != "" {
		t.Errorf("%+v, %v", list, err)
	}
	p, err := w.OfLesson(t.Context(), "ben", slug, 0, lesson, conversation.Place{})
	if err != nil || len(p.Shown) != 0 {
		t.Errorf("%+v, %v", p.Shown, err)
	}
	for name, err := range map[string]error{"answer": w.Answer(t.Context(), w.on(q.ID, "dora"), "x"), "add": w.Add(t.Context(), "ana", q.ID, "x"), "note": w.KeepNote(t.Context(), q.ID, "dora", "x")} {
		if !errors.Is(err, conversation.ErrHidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for hidden, want := range map[bool]int64{false: 0, true: 1} {
		if p, err := w.List(t.Context(), conversation.Filter{Reach: all, Hidden: hidden}); err != nil || p.Total != want || len(p.Rows) != int(want) {
			t.Errorf("hidden %v: %+v, %v", hidden, p, err)
		}
	}
	copies, err := w.CopiesOf(t.Context(), "ana")
	if err != nil || len(copies[0].Messages) != 0 || copies[0].Body == "" || copies[0].HiddenBy != nil {
		t.Errorf("%+v, %v", copies, err)
	}
	for range 2 {
		w.must(w.Unhide(t.Context(), q.ID))
	}
	if p, err = w.OfLesson(t.Context(), "ben", slug, 0, lesson, conversation.Place{}); err != nil || len(p.Shown) != 1 || w.events("conversation.hide") != 1 || w.events("conversation.unhide") != 1 {
		t.Errorf("%+v, %v", p.Shown, err)
	}
}

func TestTheListBeginsWithWhatWaits(t *testing.T) {
	w := newWorld(t)
	var ids []string
	for range 3 {
		ids = append(ids, w.ask(asks("ana")).ID)
	}
	ids = append(ids, w.report("ben").ID)
	w.must(w.Answer(t.Context(), w.on(ids[2], "dora"), "No."))
	want := []string{ids[3], ids[1], ids[0], ids[2]}
	var got []string
	w.must(w.Each(t.Context(), conversation.Filter{Reach: all}, func(p conversation.Placed) error { got = append(got, p.ID); return nil }))
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("%v, want %v", got, want)
	}
	f := conversation.Filter{Reach: all, Place: conversation.Place{Limit: 2}}
	first, err := w.List(t.Context(), f)
	if err != nil || first.Total != 4 || !first.More || first.Earlier || first.Rows[1].ID != want[1] {
		t.Fatalf("%+v, %v", first, err)
	}
	f.After = want[1]
	last, err := w.List(t.Context(), f)
	if err != nil || last.More || !last.Earlier || len(last.Rows) != 2 || last.Rows[1].ID != want[3] {
		t.Errorf("%+v, %v", last, err)
	}
	f.After, f.Before = "", want[2]
	if back, err := w.List(t.Context(), f); err != nil || len(back.Rows) != 2 || back.Rows[0].ID != want[0] || !back.More || back.Earlier {
		t.Errorf("back: %+v, %v", back, err)
	}
	for name, c := range map[string]struct {
		f conversation.Filter
		n int64
	}{
		"reports":  {conversation.Filter{Reach: all, Kind: conversation.Inaccuracy}, 1},
		"answered": {conversation.Filter{Reach: all, State: conversation.Answered}, 1},
		"course":   {conversation.Filter{Reach: all, CourseID: w.edition.CourseID}, 4},
		"other":    {conversation.Filter{Reach: all, CourseID: "none"}, 0},
	} {
		if p, err := w.List(t.Context(), c.f); err != nil || p.Total != c.n {
			t.Errorf("%s: %d, %v", name, p.Total, err)
		}
	}
}
