package app_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/apptest"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/translog"
)

// TestTwoHundredLastActsEarnOneCertificate: the last evaluation, sent two hundred
// times at once to two replicas among other acts that look whether the course is
// complete, earns one certificate, is told once and is two entries of the log.
func TestTwoHundredLastActsEarnOneCertificate(t *testing.T) {
	a, b := replicas(t)
	ctx := t.Context()
	const slug = "how-learning-is-recorded"
	if _, err := a.Courses.Import(ctx, courses.Bundled()[slug], "test"); err != nil {
		t.Fatal(err)
	}
	ed, err := a.Courses.Publish(ctx, slug, "First", "test")
	if err != nil {
		t.Fatal(err)
	}
	e, evaluation := apptest.Study(t, a, ed, "ana@example.org", "Ana Quist")
	lesson := ed.RequiredLessons()[0].ID

	var acts sync.WaitGroup
	start := make(chan struct{})
	errs := make([]error, 200)
	for i := range errs {
		on := []*app.App{a, b}[i%2]
		acts.Go(func() {
			<-start
			if i%8 < 2 {
				errs[i] = on.Enrollments.FinishLesson(ctx, e, lesson)
				return
			}
			errs[i] = on.Enrollments.SubmitEvaluation(ctx, e, evaluation)
		})
	}
	close(start)
	acts.Wait()
	sent := 0
	for i, err := range errs {
		switch {
		case err == nil && i%8 >= 2:
			sent++
		case err != nil && !errors.Is(err, enrollment.ErrEvaluationSent) && !errors.Is(err, enrollment.ErrCompleted):
			t.Error(err)
		}
	}
	if sent != 1 {
		t.Errorf("sent %d times", sent)
	}

	var list []certificate.Certificate
	soon(t, "the certificate is issued", func() bool {
		list, err = a.Certificates.ByPerson(ctx, e.PersonID)
		return err == nil && len(list) > 0 && list[0].State == certificate.Issued
	})
	if len(list) != 1 {
		t.Fatalf("%d certificates", len(list))
	}
	history, err := b.Certificates.Events(ctx, list[0].ID)
	if err != nil || len(history) != 2 {
		t.Errorf("history %+v, %v", history, err)
	}
	leaves, err := b.TransLog.Leaves(ctx, list[0].ID)
	if err != nil || len(leaves) != 2 || leaves[0].Kind != translog.Facts || leaves[1].Kind != translog.Document {
		t.Errorf("entries of the log: %+v, %v", leaves, err)
	}
}
