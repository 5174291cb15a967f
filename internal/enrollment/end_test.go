package enrollment_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/once"
)

func TestARefundThatKeepsTheCertificateIsNoWayToASecond(t *testing.T) {
	for _, tt := range []struct {
		name    string
		revoked bool
		repeat  int // days
		after   int // days
		want    error
	}{
		{"kept, never to be repeated", false, 0, 400, enrollment.ErrNotRepeatable},
		{"kept, too early", false, 30, 1, enrollment.ErrTooEarly},
		{"kept, and waited", false, 30, 31, nil},
		{"revoked", true, 0, 0, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.edition.Course.Card.RepeatAfterDays = tt.repeat
			e := w.enroll("p1")
			w.study(e)
			w.pass(e)
			w.must(w.SubmitEvaluation(t.Context(), e, goodForm()))
			w.must(w.End(t.Context(), e.ID, enrollment.Refunded, "goodwill"))
			w.CertificateRevoked = func(_ context.Context, id string) (bool, error) {
				if id != e.ID {
					t.Errorf("asked for %s", id)
				}
				return tt.revoked, nil
			}
			w.clock.add(time.Duration(tt.after) * 24 * time.Hour)
			if err := w.MayEnroll(t.Context(), "p1", w.edition); !errors.Is(err, tt.want) {
				t.Errorf("may enroll: %v, want %v", err, tt.want)
			}
			_, err := w.Enroll(t.Context(), enrollment.NewEnrollment{PersonID: "p1", EditionID: "ed1", Source: "free"})
			if !errors.Is(err, tt.want) {
				t.Errorf("%v, want %v", err, tt.want)
			}
		})
	}
}

func TestAClosedEditionTakesOnlyWhoHasPaid(t *testing.T) {
	w := newWorld(t)
	w.Open = func(_ context.Context, ed *course.Edition) error {
		if ed != w.edition {
			t.Errorf("asked about %s", ed.ID)
		}
		return course.ErrNotReviewed
	}
	if _, err := w.EnrollByHand(t.Context(), "p1", "ed1", "scholarship"); !errors.Is(err, course.ErrNotReviewed) {
		t.Errorf("by hand: %v", err)
	}
	if _, err := w.Enroll(t.Context(), enrollment.NewEnrollment{PersonID: "p1", EditionID: "ed1", Source: "free"}); !errors.Is(err, course.ErrNotReviewed) {
		t.Errorf("free: %v", err)
	}
	if n := w.count("SELECT COUNT(*) FROM enrollments"); n != 0 {
		t.Errorf("%d enrollments", n)
	}
	if _, err := w.Enroll(t.Context(), enrollment.NewEnrollment{PersonID: "p1", EditionID: "ed1", Source: "order", OrderID: "o1"}); err != nil {
		t.Errorf("paid: %v", err)
	}
}

func TestEnrollingByHandTwiceIsOneEnrollment(t *testing.T) {
	w := newWorld(t)
	ctx := once.With(t.Context(), "form")
	var wg sync.WaitGroup
	ids := make([]string, 8)
	for i := range ids {
		wg.Go(func() {
			e, err := w.EnrollByHand(ctx, "p1", "ed1", "scholarship")
			if err != nil {
				t.Error(err)
			}
			ids[i] = e.ID
		})
	}
	wg.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Fatalf("enrollments %v", ids)
		}
	}
	if n := w.count("SELECT COUNT(*) FROM audit_events WHERE action = 'enrollment.by_hand'"); n != 1 {
		t.Errorf("%d events", n)
	}
	if _, err := w.EnrollByHand(t.Context(), "p1", "ed1", "scholarship"); !errors.Is(err, enrollment.ErrAlreadyEnrolled) {
		t.Errorf("another form: %v", err)
	}
}

func TestMayEnrollChangesNothing(t *testing.T) {
	w := newWorld(t)
	w.must(w.MayEnroll(t.Context(), "p1", w.edition))
	e := w.enroll("p1")
	if err := w.MayEnroll(t.Context(), "p1", w.edition); !errors.Is(err, enrollment.ErrAlreadyEnrolled) {
		t.Errorf("enrolled: %v", err)
	}
	w.clock.add(366 * 24 * time.Hour)
	w.must(w.MayEnroll(t.Context(), "p1", w.edition))
	if n := w.count("SELECT COUNT(*) FROM enrollments WHERE id = ? AND state = 'active'", e.ID); n != 1 {
		t.Error("asking ended what had run out")
	}
}

func TestWhoeverWasRefundedBeforeTheEndMayComeBack(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	w.must(w.End(t.Context(), e.ID, enrollment.Refunded, "asked"))
	w.enroll("p1")
}

func TestEveryExpiryHasItsEvent(t *testing.T) {
	w := newWorld(t)
	const ends = "SELECT COUNT(*) FROM audit_events WHERE action = 'enrollment.end'"
	for _, p := range []string{"p1", "p2"} {
		w.enroll(p)
	}
	w.clock.add(366 * 24 * time.Hour)
	w.enroll("p1") // closes the old one by the way
	if n := w.count(ends); n != 1 {
		t.Errorf("%d events of the one that a new enrollment closed", n)
	}
	if n, err := w.ExpireDue(t.Context()); err != nil || n != 1 {
		t.Errorf("%d expired, %v", n, err)
	}
	if n := w.count(ends); n != 2 {
		t.Errorf("%d events", n)
	}
}

func TestWhoSitsTheExamIsNotExpired(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	w.study(e)
	w.exec(`INSERT INTO exam_attempts (id, enrollment_id, person_id, edition_id, number, state, seed, legal_name, attested_at, started_at,
		time_limit_minutes, extra_time_percent, pass_percent) VALUES ('a1', ?, 'p1', 'ed1', 1, 'in_progress', 's', 'Ana', ?, ?, 0, 0, 80)`,
		e.ID, w.clock.now(), w.clock.now())
	w.clock.add(366 * 24 * time.Hour)
	if n, err := w.ExpireDue(t.Context()); err != nil || n != 0 {
		t.Errorf("%d expired in the middle of an exam, %v", n, err)
	}
	w.exec("UPDATE exam_attempts SET state = 'void', voided_at = ?", w.clock.now())
	if n, err := w.ExpireDue(t.Context()); err != nil || n != 1 {
		t.Errorf("%d expired, %v", n, err)
	}
}

// An answer to a check is committed in a group; when it is the last act, the
// certificate's event still says who it was.
func TestTheLastAnswerCompletesInTheLearnersName(t *testing.T) {
	w := newWorld(t)
	w.edition.Course.Exam.Blueprint, w.edition.Course.Evaluation.Items = nil, nil
	e := w.enroll("p1")
	ctx := audit.WithActor(t.Context(), audit.Actor{PersonID: "p1", IP: "192.0.2.7", RequestID: "r1"})
	w.must(w.AcknowledgeDisclosure(ctx, e))
	for _, l := range []string{"l1", "l2", "l3", "l4"} {
		w.must(w.FinishLesson(ctx, e, l))
	}
	for q, r := range rightAnswers {
		_, err := w.SaveCheckAnswer(ctx, e, q, r)
		w.must(err)
	}
	if len(w.actors) != 1 || w.actors[0].PersonID != "p1" || w.actors[0].IP != "192.0.2.7" {
		t.Errorf("completed by %+v", w.actors)
	}
}

func TestTheMailSaysTheEndWhereThePersonIs(t *testing.T) {
	w := newWorld(t)
	w.Zone = func(context.Context, string) (*time.Location, error) { return time.LoadLocation("Asia/Tokyo") }
	w.enroll("p1") // on November 2 at 20:00 UTC: November 3 in Tokyo
	var payload string
	w.must(w.db.Read(t.Context()).Raw("SELECT payload FROM jobs WHERE kind = 'mail.send'").Scan(&payload).Error)
	if !strings.Contains(payload, "November 3, 2027") {
		t.Errorf("the mail says %s", payload)
	}
}

// Nobody who presses the button twice is told that it did not work.
func TestTheEvaluationSentTwiceAtOnce(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	w.study(e)
	w.pass(e)
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			if err := w.SubmitEvaluation(context.Background(), e, goodForm()); err != nil && !errors.Is(err, enrollment.ErrEvaluationSent) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := w.count("SELECT COUNT(*) FROM evaluation_answers"); n != 1 {
		t.Errorf("%d answers", n)
	}
}

// TestTheLearnerIsToldOfActs that an administrator does, once each.
func TestTheLearnerIsToldOfActs(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	until := e.ExpiresAt.AddDate(0, 0, 10)
	for range 2 {
		w.must(w.Extend(t.Context(), e.ID, until, "illness"))
	}
	for range 2 {
		w.must(w.End(t.Context(), e.ID, enrollment.Withdrawn, "asked"))
	}
	for _, subject := range []string{"Your access was extended", "Your enrollment was withdrawn"} {
		if n := w.count("SELECT COUNT(*) FROM jobs WHERE kind = 'mail.send' AND payload LIKE ?", "%"+subject+"%"); n != 1 {
			t.Errorf("%q was sent %d times", subject, n)
		}
	}
	w.must(w.End(t.Context(), w.enroll("p2").ID, enrollment.Refunded, "order 1"))
	if n := w.count("SELECT COUNT(*) FROM jobs WHERE kind = 'mail.send' AND payload LIKE '%withdrawn%'"); n != 1 {
		t.Error("a refund is told as a withdrawal")
	}
}
