package enrollment_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/enrollment"
)

const followUpDays = enrollment.FollowUpDays * 24 * time.Hour

// agreed is an enrollment whose learner sent the evaluation and agreed to be
// asked again.
func (w *world) agreed(person string) enrollment.Enrollment {
	w.t.Helper()
	e := w.enroll(person)
	w.study(e)
	w.pass(e)
	w.must(w.SubmitEvaluation(w.t.Context(), e, goodForm()))
	return e
}

// asked is agreed, and the day on which they are asked.
func (w *world) asked(person string) enrollment.Enrollment {
	w.t.Helper()
	e := w.agreed(person)
	w.clock.add(followUpDays)
	w.sends(1)
	return e
}

func (w *world) sends(want int) {
	w.t.Helper()
	if n, err := w.SendFollowUps(w.t.Context()); err != nil || n != want {
		w.t.Errorf("%d mails, want %d, %v", n, want, err)
	}
}

func (w *world) followUp(person string, want enrollment.FollowUpState) enrollment.FollowUp {
	w.t.Helper()
	f, err := w.FollowUpOf(w.t.Context(), person, "intro")
	w.must(err)
	if f.State() != want {
		w.t.Errorf("the follow-up of %s is %s, want %s", person, f.State(), want)
	}
	return f
}

func answer(text string) map[string][]string { return map[string][]string{"followup": {text}} }

func TestFollowUpIsAskedOnceAfterSixtyDays(t *testing.T) {
	w := newWorld(t)
	w.agreed("p1")
	w.followUp("p1", enrollment.FollowUpWaiting)
	w.clock.add(followUpDays - time.Minute)
	w.sends(0)
	if err := w.AnswerFollowUp(t.Context(), "p1", "intro", answer("Early.")); !errors.Is(err, enrollment.ErrFollowUpWaiting) {
		t.Errorf("before anybody asked: %v", err)
	}
	w.clock.add(time.Minute)
	mails := w.count("SELECT COUNT(*) FROM jobs WHERE kind = 'mail.send'")
	// Some replicas at once, and again an hour later.
	var wg sync.WaitGroup
	var sent atomic.Int64
	for range 4 {
		wg.Go(func() {
			n, err := w.SendFollowUps(context.Background())
			if err != nil {
				t.Error(err)
			}
			sent.Add(int64(n))
		})
	}
	wg.Wait()
	w.clock.add(time.Hour)
	w.sends(0)
	if n := w.count("SELECT COUNT(*) FROM jobs WHERE kind = 'mail.send'"); n != mails+1 || sent.Load() != 1 {
		t.Errorf("%d mails in the queue before and %d after, %d counted", mails, n, sent.Load())
	}
	f := w.followUp("p1", enrollment.FollowUpOpen)
	if f.Title != "Intro" || len(f.Questions) != 1 || f.Questions[0] != (enrollment.FollowUpQuestion{ID: "followup", Text: "Ask me in 60 days."}) {
		t.Errorf("%+v", f)
	}
}

func TestFollowUpAsksWhatTheFormQuotes(t *testing.T) {
	w := newWorld(t)
	w.edition.Course.Evaluation.Items[4].Text = "Follow-up at 60 days (optional): “Which of your planned changes happened?”"
	w.agreed("p1")
	if f := w.followUp("p1", enrollment.FollowUpWaiting); f.Questions[0].Text != "Which of your planned changes happened?" {
		t.Errorf("asks %q", f.Questions[0].Text)
	}
}

func TestFollowUpNeedsConsentAndAnAccount(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	w.study(e)
	w.pass(e)
	form := goodForm()
	delete(form, "followup")
	w.must(w.SubmitEvaluation(t.Context(), e, form))
	w.agreed("p2")
	w.exec("UPDATE people SET blocked_at = ? WHERE id = 'p2'", w.clock.now())
	w.clock.add(followUpDays)
	w.sends(0)
	if _, err := w.FollowUpOf(t.Context(), "p1", "intro"); !errors.Is(err, enrollment.ErrNoFollowUp) {
		t.Errorf("who agreed to nothing: %v", err)
	}
	for _, slug := range []string{"intro", "unknown"} {
		if err := w.AnswerFollowUp(t.Context(), "p1", slug, answer("Theirs.")); !errors.Is(err, enrollment.ErrNoFollowUp) {
			t.Errorf("answer %s: %v", slug, err)
		}
		if err := w.WithdrawFollowUp(t.Context(), "p1", slug); !errors.Is(err, enrollment.ErrNoFollowUp) {
			t.Errorf("withdraw %s: %v", slug, err)
		}
	}
	w.exec("UPDATE people SET blocked_at = NULL, erased_at = ? WHERE id = 'p2'", w.clock.now())
	w.sends(0)
	w.exec("UPDATE people SET erased_at = NULL WHERE id = 'p2'")
	w.sends(1)
}

// TestFollowUpSurvivesACrash: what was not committed is asked by the next run.
func TestFollowUpSurvivesACrash(t *testing.T) {
	w := newWorld(t)
	w.agreed("p1")
	w.clock.add(followUpDays)
	crash := errors.New("crash")
	err := w.db.InTx(t.Context(), func(ctx context.Context) error {
		if n, err := w.SendFollowUps(ctx); err != nil || n != 1 {
			t.Errorf("%d, %v", n, err)
		}
		return crash
	})
	if !errors.Is(err, crash) {
		t.Fatal(err)
	}
	w.sends(1)
}

// TestOneFollowUpThatFails does not keep the others from theirs.
func TestOneFollowUpThatFails(t *testing.T) {
	w := newWorld(t)
	w.agreed("p1")
	w.agreed("p2")
	person := w.Person
	w.Person = func(ctx context.Context, id string) (string, string, error) {
		if id == "p1" {
			return "", "", errors.New("unreadable")
		}
		return person(ctx, id)
	}
	w.clock.add(followUpDays)
	if n, err := w.SendFollowUps(t.Context()); n != 1 || err == nil {
		t.Errorf("%d, %v", n, err)
	}
	w.followUp("p1", enrollment.FollowUpWaiting)
	w.followUp("p2", enrollment.FollowUpOpen)
}

func TestFollowUpIsAnsweredOnce(t *testing.T) {
	w := newWorld(t)
	w.asked("p1")
	for _, bad := range []map[string][]string{nil, answer("  \n"), answer(strings.Repeat("x", 5001))} {
		err := w.AnswerFollowUp(t.Context(), "p1", "intro", bad)
		if fields := apperr.FieldsOf(err); len(fields) != 1 || fields[0].Name != "followup" {
			t.Errorf("%.20v: %v", bad, err)
		}
	}
	w.followUp("p1", enrollment.FollowUpOpen)
	w.must(w.AnswerFollowUp(t.Context(), "p1", "intro", answer("I ask five things.")))
	w.must(w.AnswerFollowUp(t.Context(), "p1", "intro", answer(" I ask five things."))) // the second click
	if err := w.AnswerFollowUp(t.Context(), "p1", "intro", answer("Another.")); !errors.Is(err, enrollment.ErrFollowUpAnswered) {
		t.Errorf("another answer: %v", err)
	}
	if f := w.followUp("p1", enrollment.FollowUpAnswered); f.Answers["followup"] != "I ask five things." {
		t.Errorf("%v", f.Answers)
	}
}

func TestFollowUpIsTakenBack(t *testing.T) {
	w := newWorld(t)
	e := w.agreed("p1")
	w.must(w.WithdrawFollowUp(t.Context(), "p1", "intro"))
	w.must(w.WithdrawFollowUp(t.Context(), "p1", "intro"))
	w.clock.add(followUpDays)
	w.sends(0)
	w.followUp("p1", enrollment.FollowUpWithdrawn)
	if err := w.AnswerFollowUp(t.Context(), "p1", "intro", answer("Late.")); !errors.Is(err, enrollment.ErrFollowUpWithdrawn) {
		t.Errorf("after taking back: %v", err)
	}
	if n := w.count("SELECT COUNT(*) FROM evaluation_followups WHERE enrollment_id = ? AND asked_at IS NULL", e.ID); n != 1 {
		t.Errorf("%d rows", n)
	}
	w.asked("p2")
	w.must(w.AnswerFollowUp(t.Context(), "p2", "intro", answer("All of them.")))
	w.must(w.WithdrawFollowUp(t.Context(), "p2", "intro"))
	if f := w.followUp("p2", enrollment.FollowUpWithdrawn); len(f.Answers) != 0 || f.AnsweredAt != nil {
		t.Errorf("the answer is still there: %+v", f)
	}
}

// TestFollowUpOfTheTimeAskedLast: who takes a course again answers for the time
// that we asked about, and takes back all of them.
func TestFollowUpOfTheTimeAskedLast(t *testing.T) {
	w := newWorld(t)
	w.edition.Course.Card.RepeatAfterDays = 30
	first := w.agreed("p1")
	w.clock.add(40 * 24 * time.Hour)
	second := w.agreed("p1")
	w.clock.add(20 * 24 * time.Hour)
	w.sends(1)
	if f := w.followUp("p1", enrollment.FollowUpOpen); f.EnrollmentID != first.ID {
		t.Errorf("of %s, want the first", f.EnrollmentID)
	}
	w.must(w.AnswerFollowUp(t.Context(), "p1", "intro", answer("Some.")))
	w.clock.add(40 * 24 * time.Hour)
	w.sends(1)
	if f := w.followUp("p1", enrollment.FollowUpOpen); f.EnrollmentID != second.ID {
		t.Errorf("of %s, want the second", f.EnrollmentID)
	}
	list, err := w.FollowUpsOf(t.Context(), "p1")
	if err != nil || len(list) != 1 || list[0].EnrollmentID != second.ID {
		t.Errorf("%+v, %v", list, err)
	}
	w.must(w.WithdrawFollowUp(t.Context(), "p1", "intro"))
	if n := w.count("SELECT COUNT(*) FROM evaluation_followups WHERE withdrawn_at IS NOT NULL AND answers = ''"); n != 2 {
		t.Errorf("%d of 2 taken back", n)
	}
}

func TestFollowUpAnswersByName(t *testing.T) {
	w := newWorld(t)
	var people []string
	for _, id := range []string{"q1", "q2", "q3", "q4", "q5"} {
		w.exec(`INSERT INTO people (id, email, email_key, name, time_zone, password_hash, created_at) VALUES (?, ?, ?, ?, 'UTC', 'x', ?)`,
			id, id+"@example.org", id+"@example.org", "Name "+id, w.clock.now())
		w.agreed(id)
		people = append(people, id)
	}
	w.clock.add(followUpDays)
	w.sends(5)
	for _, id := range people[:4] {
		w.must(w.AnswerFollowUp(t.Context(), id, "intro", answer("from "+id)))
		w.clock.add(time.Minute)
	}
	w.must(w.WithdrawFollowUp(t.Context(), "q1", "intro"))
	sum := w.summary()
	if sum.Consented != 5 || sum.Asked != 5 || sum.Answered != 3 {
		t.Errorf("%+v", sum.EditionAnswers)
	}
	page := func(p enrollment.FollowUpFilter, want string, more, earlier bool) (first, last string) {
		t.Helper()
		p.EditionID, p.Limit = "ed1", 2
		list, m, e, err := w.FollowUpAnswers(t.Context(), p)
		w.must(err)
		var got []string
		for _, a := range list {
			got = append(got, a.PersonName+" "+a.Answers["followup"])
		}
		if strings.Join(got, ", ") != want || m != more || e != earlier {
			t.Errorf("%v, more %v, earlier %v", got, m, e)
		}
		return list[0].EnrollmentID, list[len(list)-1].EnrollmentID
	}
	_, last := page(enrollment.FollowUpFilter{}, "Name q4 from q4, Name q3 from q3", true, false)
	first, _ := page(enrollment.FollowUpFilter{After: last}, "Name q2 from q2", false, true)
	page(enrollment.FollowUpFilter{Before: first}, "Name q4 from q4, Name q3 from q3", true, false)
	var walked []string
	w.must(w.EachFollowUpAnswer(t.Context(), "ed1", func(a enrollment.NamedAnswer) error { walked = append(walked, a.PersonName); return nil }))
	if got := strings.Join(walked, ", "); got != "Name q4, Name q3, Name q2" {
		t.Errorf("walked %s", got)
	}
	if list, err := w.EvaluatedEditions(t.Context()); err != nil || !slices.ContainsFunc(list, func(e enrollment.EditionAnswers) bool { return e.Answered == 3 }) {
		t.Errorf("%+v, %v", list, err)
	}
}

// TestMailsWaitForTheDay: at night nobody is reminded or asked, and in the morning they
// are, once.
func TestMailsWaitForTheDay(t *testing.T) {
	w := newWorld(t)
	w.Zone = func(context.Context, string) (*time.Location, error) { return time.FixedZone("", 6*3600), nil }
	w.agreed("p1")
	w.enroll("p2") // at 20:00 UTC, which is 2 o'clock there
	reminded := func(want int) {
		t.Helper()
		if n, err := w.SendReminders(t.Context()); err != nil || n != want {
			t.Errorf("%d reminders, want %d, %v", n, want, err)
		}
	}
	w.clock.add(followUpDays)
	w.sends(0)
	w.clock.add(5 * time.Hour)
	w.sends(1)
	w.clock.add(19 * time.Hour)
	w.sends(0)
	w.clock.add(335*24*time.Hour - followUpDays - 24*time.Hour)
	reminded(0)
	w.clock.add(5 * time.Hour)
	reminded(1)
	var payload string
	w.must(w.db.Read(t.Context()).Raw("SELECT payload FROM jobs WHERE kind = 'mail.send' ORDER BY id DESC LIMIT 1").Scan(&payload).Error)
	if !strings.Contains(payload, "on November 3, 2027") {
		t.Errorf("the mail says %s", payload)
	}
}
