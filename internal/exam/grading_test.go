package exam_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/mail"
)

// handIn sits an attempt with n right choices and a short answer.
func (w *world) handIn(e enrollment.Enrollment, n int) exam.Attempt {
	w.t.Helper()
	a := w.begin(e)
	w.answer(a, n, "It names it, two weeks after.")
	return w.submit(a)
}

func (w *world) queue() []exam.Waiting {
	w.t.Helper()
	q, err := w.Queue(context.Background(), "teacher", exam.QueueFilter{Limit: 50})
	w.must(err)
	if q.Total != len(q.Waiting) {
		w.t.Errorf("total %d of %d", q.Total, len(q.Waiting))
	}
	return q.Waiting
}

func (w *world) grade(awarded ...int) {
	w.t.Helper()
	w.must(w.Grade(context.Background(), "teacher", w.queue()[0].ItemID, exam.Marks{Awarded: awarded, Comment: " Well said. "}))
}

// TestTheOpenAnswerDecides: three marks are sure, four pass.
func TestTheOpenAnswerDecides(t *testing.T) {
	w := newWorld(t)
	e := w.ready("p1")
	a := w.handIn(e, 3)
	if a.State != exam.Submitted || a.FinalAt != nil || a.Points != 3000 || a.OpenPoints != 1000 {
		t.Fatalf("%+v", a)
	}
	if out := w.again(e).Exam; !out.Awaiting() || !out.SubmittedAt.Equal(w.clock.now()) {
		t.Errorf("outcome %+v", out)
	}
	if o := w.overview(e); !errors.Is(o.Blocked, exam.ErrAwaiting) {
		t.Errorf("%v", o.Blocked)
	}
	w.clock.add(48 * time.Hour)
	w.grade(3, 1)
	got := w.sit(a)
	if got.State != exam.Graded || !got.Passed || got.Points != 4000 || got.OpenPoints != 0 || !got.SubmittedAt.Equal(*a.SubmittedAt) {
		t.Errorf("%+v", got.Attempt)
	}
	if len(w.completed) != 1 || !w.completed[0].CompletedAt.Equal(*a.SubmittedAt) {
		t.Errorf("completed %+v: the date is the learner's act, not the grading", w.completed)
	}
	if len(w.mails) != 1 {
		t.Fatalf("mails %+v", w.mails)
	}
	if m, ok := w.mails[0].(mail.ExamGraded); !ok || !m.Passed || m.LearnLink != "https://ce.example.org/learn/intro/exam/"+a.ID+"/result" {
		t.Errorf("mail %+v", w.mails[0])
	}
}

// TestPartOfAMarkDecides: three quarters of the mark are not enough.
func TestPartOfAMarkDecides(t *testing.T) {
	w := newWorld(t)
	a := w.handIn(w.ready("p1"), 3)
	w.grade(3, 0)
	if got := w.sit(a); got.State != exam.Graded || got.Passed || got.Points != 3750 {
		t.Errorf("%+v", got.Attempt)
	}
	if len(w.completed) != 0 || len(w.mails) != 1 {
		t.Errorf("completed %v, mails %v", w.completed, w.mails)
	}
}

// TestAnAnswerThatDecidesNothing is final at once and still graded, without a
// second mail.
func TestAnAnswerThatDecidesNothing(t *testing.T) {
	w := newWorld(t)
	e1, e2 := w.ready("p1"), w.ready("p2")
	pass, fail := w.handIn(e1, 4), w.handIn(e2, 2)
	if !pass.Passed || fail.Passed || pass.FinalAt == nil || fail.FinalAt == nil {
		t.Fatalf("%+v %+v", pass, fail)
	}
	list := w.queue()
	if len(list) != 2 || !list[0].Decided || !list[1].Decided {
		t.Fatalf("%+v", list)
	}
	w.grade(0, 0)
	w.grade(3, 1)
	if got := w.sit(pass); !got.Passed || got.State != exam.Graded || got.OpenPoints != 0 {
		t.Errorf("%+v", got.Attempt)
	}
	if got := w.sit(fail); got.Passed {
		t.Errorf("%+v", got.Attempt)
	}
	if len(w.mails) != 0 || len(w.queue()) != 0 {
		t.Errorf("mails %+v, queue %d", w.mails, len(w.queue()))
	}
}

func TestTheQueueIsAnonymousOldestFirst(t *testing.T) {
	w := newWorld(t)
	w.handIn(w.ready("p1"), 3)
	w.clock.add(24 * time.Hour)
	w.handIn(w.ready("p2"), 3)
	w.handIn(w.ready("teacher"), 3)
	list := w.queue()
	if len(list) != 2 || !list[0].PromisedAt.Before(list[1].PromisedAt) || list[0].GradedAt != nil {
		t.Fatalf("%+v", list)
	}
	// Handed in on Monday, five working days: the end of next Monday.
	if want := time.Date(2026, 11, 9, 23, 59, 59, 0, time.UTC); !list[0].PromisedAt.Equal(want) {
		t.Errorf("promised %v", list[0].PromisedAt)
	}
	first := list[0]
	first.Edition = nil
	data, err := json.Marshal(first)
	w.must(err)
	if s := string(data); strings.Contains(s, "p1") || strings.Contains(s, "Ana") {
		t.Errorf("the grader can see who it is: %s", s)
	}
	one, err := w.Queue(t.Context(), "teacher", exam.QueueFilter{Limit: 1})
	w.must(err)
	two, err := w.Queue(t.Context(), "teacher", exam.QueueFilter{After: one.Next, Limit: 1})
	w.must(err)
	if one.Total != 2 || two.Waiting[0].ItemID != list[1].ItemID || two.Next != nil {
		t.Errorf("pages: %+v %+v", one, two)
	}
	if _, err := w.Queue(t.Context(), "teacher", exam.QueueFilter{After: []string{"x", "y"}, Limit: 1}); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("a torn address: %v", err)
	}
}

func TestNobodyGradesTwiceNorThemselves(t *testing.T) {
	w := newWorld(t)
	w.handIn(w.ready("teacher"), 3)
	var own string
	w.must(w.db.Read(t.Context()).Raw("SELECT id FROM exam_items WHERE awaits_grader").Scan(&own).Error)
	w.fails(w.Grade(t.Context(), "teacher", own, exam.Marks{Awarded: []int{3, 1}}), exam.ErrOwnAnswer)

	w.handIn(w.ready("p1"), 3)
	id := w.queue()[0].ItemID
	for _, m := range []exam.Marks{{}, {Awarded: []int{4, 0}}, {Awarded: []int{-1, 0}}, {Awarded: []int{3, 1}, Deductions: 2}} {
		if err := w.Grade(t.Context(), "teacher", id, m); !apperr.Is(err, apperr.Invalid) {
			t.Errorf("%+v: %v", m, err)
		}
	}
	long := exam.Marks{Awarded: []int{3, 1}, Comment: strings.Repeat("x", exam.MaxComment+1)}
	if err := w.Grade(t.Context(), "teacher", id, long); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("a long comment: %v", err)
	}
	w.fails(w.Grade(t.Context(), "teacher", "nonsense", exam.Marks{}), exam.ErrNoAnswer)

	// Two graders with other marks, each clicking ten times: one of them wins.
	var won [2]atomic.Int32
	var wg sync.WaitGroup
	for n := range 20 {
		wg.Go(func() {
			grader, marks := n%2, exam.Marks{Awarded: []int{3, n % 2}}
			switch err := w.Grade(context.Background(), []string{"admin", "teacher"}[grader], id, marks); {
			case err == nil:
				won[grader].Add(1)
			case !errors.Is(err, exam.ErrAlreadyGraded):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won[0].Load()+won[1].Load() != 10 || won[0].Load()*won[1].Load() != 0 || len(w.mails) != 1 || w.count("SELECT COUNT(*) FROM audit_events WHERE action = 'exam.grade'") != 1 {
		t.Errorf("the graders won %d and %d times, %d mails", won[0].Load(), won[1].Load(), len(w.mails))
	}
	got, err := w.Waiting(t.Context(), "teacher", id)
	w.must(err)
	if got.GradedAt == nil {
		t.Error("not graded")
	}
}

// TestTwoGradersFinishTogether: each grades another answer of one attempt; the
// outcome is recorded once and not missed.
func TestTwoGradersFinishTogether(t *testing.T) {
	w := newWorld(t)
	w.edition.Course.Exam.Blueprint[1].Draw = 2 // six marks: 4,800 points pass
	for round := range 10 {
		person := string(rune('a' + round))
		w.seed(person)
		a := w.handIn(w.ready(person), 3)
		list := w.queue()
		if len(list) != 2 {
			t.Fatalf("%d in the queue", len(list))
		}
		var wg sync.WaitGroup
		for _, x := range list {
			wg.Go(func() {
				if err := w.Grade(context.Background(), "teacher", x.ItemID, exam.Marks{Awarded: []int{3, 1}}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got := w.sit(a); !got.Passed || got.Points != 5000 {
			t.Fatalf("round %d: %+v", round, got.Attempt)
		}
		if len(w.mails) != round+1 || len(w.completed) != round+1 {
			t.Fatalf("round %d: %d mails, %d completed", round, len(w.mails), len(w.completed))
		}
	}
}

func TestPromisedSkipsWeekends(t *testing.T) {
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		at   string
		days int
		want string
	}{
		{"2026-11-06T23:30:00-08:00", 1, "2026-11-09T23:59:59-08:00"}, // Friday night there, Saturday in UTC
		{"2026-11-07T10:00:00-08:00", 5, "2026-11-13T23:59:59-08:00"}, // Saturday
		{"2026-11-04T10:00:00-08:00", 0, "2026-11-04T23:59:59-08:00"},
	} {
		at, _ := time.Parse(time.RFC3339, c.at)
		if got := exam.Promised(at, c.days, zone).Format(time.RFC3339); got != c.want {
			t.Errorf("%s and %d days: %s, want %s", c.at, c.days, got, c.want)
		}
	}
}

// TestWhatWasTakenBackIsNotGraded: nothing can come of it, so nobody reads it and
// no mail promises a certificate.
func TestWhatWasTakenBackIsNotGraded(t *testing.T) {
	for _, end := range []enrollment.State{enrollment.Withdrawn, enrollment.Refunded} {
		w := newWorld(t)
		e := w.ready("p1")
		w.handIn(e, 3)
		item := w.queue()[0].ItemID
		w.must(w.enrollments.End(t.Context(), e.ID, end, "asked"))
		if q := w.queue(); len(q) != 0 {
			t.Errorf("%s: %d answers wait", end, len(q))
		}
		w.fails(w.Grade(t.Context(), "teacher", item, exam.Marks{Awarded: []int{3, 1}}), exam.ErrTakenBack)
		if len(w.mails) != 0 {
			t.Errorf("%s: mails %+v", end, w.mails)
		}
	}
}

// The marks may be put right for the record; the learner hears of no pass.
func TestACorrectionOfWhatWasTakenBackIsNotMailed(t *testing.T) {
	w := newWorld(t)
	e := w.ready("p1")
	w.handIn(e, 3)
	item := w.queue()[0].ItemID
	w.grade(0, 0)
	w.must(w.enrollments.End(t.Context(), e.ID, enrollment.Withdrawn, "asked"))
	w.must(w.Correct(t.Context(), "teacher", item, exam.Marks{Awarded: []int{3, 1}}, "Read again."))
	if n := len(w.mails); n != 1 || w.mails[0].(mail.ExamGraded).Passed {
		t.Errorf("mails %+v", w.mails)
	}
}
