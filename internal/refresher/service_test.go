package refresher_test

import (
	"errors"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/refresher"
)

func TestNothingHappensUnlessItWasChosen(t *testing.T) {
	w := newWorld(t)
	w.pass(30)
	if st := w.standing("p1"); st.Plan != nil || st.Running || st.Due != 0 || w.send() != 0 {
		t.Errorf("%+v", st)
	}
	if _, err := w.Answer(t.Context(), "p1", slug, refresher.Answer{QuestionID: "q1", Response: question.Response{Choices: []string{"A"}}}); !errors.Is(err, refresher.ErrNotRunning) {
		t.Error(err)
	}
	if err := w.Stop(t.Context(), "p1", slug); !errors.Is(err, refresher.ErrNotFound) {
		t.Error(err)
	}
}

// TestAPlanBeginsThreeDaysLater, ten questions at a time, of each module in turn.
func TestAPlanBeginsThreeDaysLater(t *testing.T) {
	w := newWorld(t)
	w.start("p1", false)
	w.start("p1", false)
	if n := w.count("SELECT count(*) FROM refresher_cards"); n != 20 {
		t.Fatalf("%d cards; the short answer has none", n)
	}
	st := w.standing("p1")
	if st.Due != 0 || st.NextAt == nil || !st.NextAt.Equal(monday.AddDate(0, 0, 3)) {
		t.Fatalf("on the first day: %+v", st)
	}
	w.pass(3)
	if st = w.standing("p1"); st.Due != 10 || st.Waiting != 10 {
		t.Fatalf("after three days: %+v", st)
	}
	var asked []string
	w.day("p1", func(id string) bool { asked = append(asked, id); return true })
	if len(asked) != 10 || asked[0] != "q1" || asked[1] != "q11" || asked[2] != "q2" {
		t.Errorf("%v", asked)
	}
	if st = w.standing("p1"); st.Due != 0 || st.Done != 10 || !st.NextAt.Equal(monday.AddDate(0, 0, 6)) {
		t.Errorf("after ten: %+v", st)
	}
}

// TestWhoBeginsLateIsAskedAtOnce: and no more than ten on a day.
func TestWhoBeginsLateIsAskedAtOnce(t *testing.T) {
	w := newWorld(t)
	w.pass(100)
	w.start("p1", false)
	w.pass(20)
	if st := w.standing("p1"); st.Waiting != 20 || st.Due != 10 {
		t.Fatalf("%+v", st)
	}
	if n := w.day("p1", all(true)); n != 10 {
		t.Errorf("%d questions on a day", n)
	}
	if st := w.standing("p1"); st.Waiting != 10 || st.Due != 0 {
		t.Errorf("%+v", st)
	}
	var q10 refresher.Answer
	w.pass(1)
	q10 = reply(w.next("p1"), true)
	if n := w.day("p1", all(true)); n != 10 {
		t.Errorf("%d questions on the day after", n)
	}
	q10.Reps = 1
	if _, err := w.Answer(t.Context(), "p1", slug, q10); !errors.Is(err, refresher.ErrNotDue) {
		t.Errorf("a question that is not due: %v", err)
	}
}

// TestADayIsThePersonsOwn: what is due in the evening is asked in the morning, of the
// day where they are.
func TestADayIsThePersonsOwn(t *testing.T) {
	w := newWorld(t)
	w.zone = time.FixedZone("far west", -9*3600) // it is morning there
	w.start("p1", false)
	w.at = time.Date(2026, 11, 5, 8, 59, 0, 0, time.UTC) // one minute before their November 5
	if st := w.standing("p1"); st.Due != 0 {
		t.Errorf("on the evening before: %+v", st)
	}
	w.at = w.at.Add(2 * time.Minute)
	if st := w.standing("p1"); st.Due != 10 {
		t.Errorf("on the day: %+v", st)
	}
}

// TestAPlanEndsWithItsEnrollment, and with its year, and begins anew with what it knew.
func TestAPlanEndsWithItsEnrollment(t *testing.T) {
	w := newWorld(t)
	w.start("p1", true)
	w.pass(3)
	id := w.answer("p1", true)
	w.exec("UPDATE enrollments SET state = 'refunded' WHERE id = 'en-p1-1'")
	w.pass(30)
	if _, err := w.Standing(t.Context(), "p1", slug); !errors.Is(err, refresher.ErrNotCompleted) {
		t.Error(err)
	}
	if _, err := w.Review(t.Context(), "p1", slug, id); !errors.Is(err, refresher.ErrNotFound) {
		t.Error(err)
	}
	if n := w.send(); n != 0 {
		t.Errorf("%d mails after a refund", n)
	}
	w.exec("UPDATE enrollments SET state = 'completed' WHERE id = 'en-p1-1'")
	w.must(w.Stop(t.Context(), "p1", slug))
	w.must(w.Stop(t.Context(), "p1", slug))
	if st := w.standing("p1"); st.Running || st.Due != 0 || w.send() != 0 {
		t.Errorf("stopped: %+v", st)
	}
	w.start("p1", true)
	if st := w.standing("p1"); !st.Running || st.Due != 10 || w.count("SELECT count(*) FROM refresher_cards WHERE reps = 1") != 1 {
		t.Errorf("begun anew: %+v", st)
	}
	w.pass(refresher.Lasts)
	if st := w.standing("p1"); st.Running || w.send() != 0 {
		t.Errorf("after a year: %+v", st)
	}
	w.start("p1", false)
	if st := w.standing("p1"); !st.Running || st.Plan.ByMail {
		t.Errorf("after a year, begun anew: %+v", st)
	}
}

func TestWhoMayBegin(t *testing.T) {
	w := newWorld(t, "p3")
	w.exec("UPDATE enrollments SET state = 'active', completed_at = NULL WHERE id = 'en-p2-1'")
	w.exec(`UPDATE enrollments SET attended = '{"EventID":"ev1","Title":"Live"}' WHERE id = 'en-p3-1'`)
	for person, want := range map[string]error{"p2": refresher.ErrNotCompleted, "p3": enrollment.ErrLiveEvent, "p9": refresher.ErrNotFound} {
		if err := w.Start(t.Context(), person, slug, true); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", person, err, want)
		}
	}
	for _, m := range w.edition.Course.Modules {
		m.Check = nil
	}
	if err := w.Start(t.Context(), "p1", slug, true); !errors.Is(err, refresher.ErrNoQuestions) {
		t.Error(err)
	}
}

// TestTheNewestTimeCounts: an earlier time's plan goes on while the course is taken
// again, and ends when the newer one's begins.
func TestTheNewestTimeCounts(t *testing.T) {
	w := newWorld(t)
	w.start("p1", true)
	w.pass(10)
	w.enroll("p1", 2, "active")
	if st := w.standing("p1"); !st.Running || st.Enrollment.Cycle != 1 {
		t.Fatalf("while the course is taken again: %+v", st)
	}
	at := w.now()
	w.exec("UPDATE enrollments SET state = 'completed', completed_at = ? WHERE id = 'en-p1-2'", at)
	if st := w.standing("p1"); st.Plan != nil || st.Enrollment.Cycle != 2 {
		t.Fatalf("of the second time: %+v", st)
	}
	w.start("p1", true)
	if n := w.count("SELECT count(*) FROM refresher_plans WHERE stopped_at IS NULL"); n != 1 {
		t.Errorf("%d plans run", n)
	}
}

// TestWithdrawnLessonsAreNotAsked, nor counted, nor written about.
func TestWithdrawnLessonsAreNotAsked(t *testing.T) {
	w := newWorld(t)
	w.start("p1", true)
	w.edition.Overlays.Withdrawn["l1"] = course.Withdrawal{Reason: "wrong"}
	w.pass(3)
	if st := w.standing("p1"); st.Due != 5 {
		t.Errorf("%+v", st)
	}
	w.edition.Overlays.Withdrawn["l2"] = course.Withdrawal{Reason: "wrong"}
	w.pass(30)
	if st := w.standing("p1"); st.Due != 0 || w.send() != 0 {
		t.Errorf("%+v", st)
	}
}

// TestErasingLeavesNothing of one person, and the others as they were.
func TestErasingLeavesNothing(t *testing.T) {
	w := newWorld(t)
	w.start("p1", true)
	w.start("p2", true)
	w.pass(6)
	if n := w.send(); n != 2 {
		t.Fatalf("%d mails", n)
	}
	w.answer("p1", true)
	w.answer("p2", true)
	c, err := w.Copies(t.Context(), "p1")
	if err != nil || len(c) != 1 || len(c[0].Cards) != 20 || len(c[0].Reviews) != 1 || c[0].Reviews[0].Response != `{"choices":["A"]}` {
		t.Errorf("the copy: %+v, %v", c, err)
	}
	w.must(w.Erase(t.Context(), "p1"))
	w.must(w.Erase(t.Context(), "p1"))
	for table, want := range map[string]int{"refresher_plans": 1, "refresher_cards": 20, "refresher_reviews": 1, "refresher_mails": 1} {
		if n := w.count("SELECT count(*) FROM " + table); n != want {
			t.Errorf("%s: %d rows, want %d", table, n, want)
		}
	}
}
