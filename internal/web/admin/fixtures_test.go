package admin_test

import (
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
)

func (w *world) enroll(person string, ed *course.Edition) enrollment.Enrollment {
	w.t.Helper()
	e, err := w.Enrollments.Enroll(w.t.Context(), enrollment.NewEnrollment{PersonID: w.id[person], EditionID: ed.ID, Source: "free"})
	w.must(err)
	return e
}

// order stores a paid order with its payment, in a currency; refunded ones
// with the refund.
func (w *world) order(n int, person, currency string, cents int64, at time.Time, refunded bool, attention string) string {
	w.t.Helper()
	id, state, refundedAt := fmt.Sprintf("o%d", n), "paid", (*time.Time)(nil)
	if refunded {
		state, refundedAt = "refunded", &at
	}
	w.exec(`INSERT INTO orders (id, number, person_id, course_id, edition_id, slug, state, amount_cents, currency, livemode, buyer_name, buyer_email,
		course_title, provider, created_at, checked_at, paid_at, refunded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'B', 'b@example.org', 'T', 'P', ?, ?, ?, ?)`,
		id, fmt.Sprintf("ABCDE-%05d", n), w.id[person], w.long.CourseID, w.long.ID, long, state, cents, currency, false, at, at, at, refundedAt)
	if attention != "" {
		w.exec(`INSERT INTO order_alerts (id, order_id, kind, ref, text, raised_at) VALUES (?, ?, 'dispute', '', ?, ?)`, "a"+id, id, attention, at)
	}
	w.exec(`INSERT INTO payments (id, order_id, session_id, payment_intent, state, amount_cents, currency, livemode, received_at) VALUES (?, ?, 's', 'p', 'accepted', ?, ?, ?, ?)`,
		"p"+id, id, cents, currency, false, at)
	if refunded {
		w.exec(`INSERT INTO refunds (id, order_id, state, amount_cents, currency, reason, certificate, requested_at, settled_at) VALUES (?, ?, 'succeeded', ?, ?, 'r', 'none', ?, ?)`,
			"r"+id, id, cents, currency, at, at)
	}
	return id
}

// attempt stores an attempt at the exam of an enrollment.
func (w *world) attempt(e enrollment.Enrollment, number int, state string, points int) {
	w.t.Helper()
	var submitted, final, void *time.Time
	switch state {
	case "graded":
		submitted, final = &w.at, &w.at
	case "submitted":
		submitted = &w.at
	case "void":
		void = &w.at
	}
	w.exec(`INSERT INTO exam_attempts (id, enrollment_id, person_id, edition_id, number, state, seed, legal_name, attested_at, started_at, time_limit_minutes,
		extra_time_percent, pass_percent, submitted_at, points, open_points, max_points, passed, promised_at, final_at, voided_at, void_reason)
		VALUES (?, ?, ?, ?, ?, ?, 'seed', 'Ana', ?, ?, 0, 0, 80, ?, ?, ?, 30000, ?, ?, ?, ?, ?)`,
		fmt.Sprintf("a-%s-%d", e.ID, number), e.ID, e.PersonID, e.EditionID, number, state, w.at, w.at, submitted, points,
		map[string]int{"submitted": 3000}[state], points >= 24000, submitted, final, void, map[string]string{"void": "our fault"}[state])
}
