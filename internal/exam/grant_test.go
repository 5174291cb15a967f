package exam_test

import (
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/mail"
)

func TestGrantsAtOnceGiveOne(t *testing.T) {
	w := newWorld(t)
	e := w.ready("p1")
	for range 3 {
		w.fail(e)
		w.clock.add(24 * time.Hour)
	}
	errs := make([]error, 8)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = w.Grant(t.Context(), "admin", e.ID, "The screen reader failed.") })
	}
	wg.Wait()
	granted := 0
	for _, err := range errs {
		switch {
		case err == nil:
			granted++
		case !apperr.Is(err, apperr.Conflict):
			t.Errorf("refused with %v", err)
		}
	}
	if n := w.count("SELECT COUNT(*) FROM exam_grants"); granted != 1 || n != 1 || w.overview(e).Left() != 1 {
		t.Errorf("%d granted, %d stored, %d left", granted, n, w.overview(e).Left())
	}
	if n := w.count("SELECT COUNT(*) FROM audit_events WHERE action = 'exam.grant'"); n != 1 {
		t.Errorf("%d audit events", n)
	}
	if n := len(w.mails); n != 1 || w.mails[0] != (mail.AttemptGranted{CourseTitle: "Intro", ExamLink: "https://ce.example.org/learn/intro/exam"}) {
		t.Errorf("mails %+v", w.mails)
	}
}
