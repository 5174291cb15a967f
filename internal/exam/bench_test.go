package exam_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/question"
)

// alone commits every write by itself.
type alone struct{ *db.DB }

func (a alone) Do(ctx context.Context, fn func(ctx context.Context) error) error {
	return a.InTx(ctx, fn)
}

const learners = 64

// BenchmarkSaveAnswer saves answers of 64 learners at once into SQLite with
// synchronous=FULL, by turns in shared transactions and in one transaction per
// answer, through the same code otherwise. Everything below HTTP is measured:
// finding the attempt, checking the answer, the durable write.
func BenchmarkSaveAnswer(b *testing.B) {
	d := dbtest.OnDisk(b)
	w := worldOn(b, d)
	sittings := w.crowd(learners)
	deps := w.Deps
	deps.Group = alone{d}
	single := exam.New(deps)
	revision := w.clock.now().UnixMilli()
	var grouped, one time.Duration
	n := 0
	for b.Loop() {
		const each = 10
		w.clock.add(time.Second) // revisions may not run far ahead of it
		grouped += saveAll(b, w.Service, sittings, revision, each)
		b.StopTimer()
		revision += each
		one += saveAll(b, single, sittings, revision, each)
		revision += each
		n += each * len(sittings)
		b.StartTimer()
	}
	perSecond := func(t time.Duration) float64 { return float64(n) / t.Seconds() }
	b.ReportMetric(perSecond(grouped), "grouped/s")
	b.ReportMetric(perSecond(one), "single/s")
	b.ReportMetric(perSecond(grouped)/perSecond(one), "times")
	b.Logf("%d learners, %d answers each way: %.0f/s in shared transactions, %.0f/s in one transaction per answer: %.1f times",
		len(sittings), n, perSecond(grouped), perSecond(one), perSecond(grouped)/perSecond(one))
}

// crowd begins an attempt for each of n learners.
func (w *world) crowd(n int) []exam.Sitting {
	w.t.Helper()
	sittings := make([]exam.Sitting, n)
	for i := range sittings {
		person := fmt.Sprint("learner", i)
		w.seed(person)
		sittings[i] = w.sit(w.begin(w.ready(person)))
	}
	return sittings
}

// saveAll lets every learner save a number of answers, one after the other.
func saveAll(t testing.TB, s *exam.Service, sittings []exam.Sitting, revision int64, each int) time.Duration {
	start := time.Now()
	var wg sync.WaitGroup
	for _, sit := range sittings {
		wg.Go(func() {
			for k := range each {
				it := sit.Items[k%len(sit.Items)]
				r := question.Response{Choices: []string{"B"}}
				if it.Question.Kind == question.ShortAnswer {
					r = question.Response{Text: "In my own words, some forty characters."}
				}
				_, err := s.SaveAnswer(context.Background(), sit.PersonID, sit.ID, exam.Answer{QuestionID: it.Question.ID, Response: r, Revision: revision + int64(k)})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	return time.Since(start)
}
