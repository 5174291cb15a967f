package demo

import (
	"context"
	"errors"
	"time"

	"github.com/atmacena/cocare/internal/refresher"
)

// practicing are those who chose practice questions after the clinical course, and
// whether by mail: the visitors' account that is certified, and those of the first
// edition, so that retention has the ten people that a figure needs.
var practicing = map[string]bool{
	"certified@example.org":            true,
	"renata.okafor@example.com":        false,
	"tomasz.wisniewski@example.net":    false,
	"siobhan.gallagher@example.com":    true,
	"olena.tkachenko@example.net":      false,
	"deshawn.pettiford@example.com":    false,
	"marisela.quintanilla@example.com": false,
	"siyuan.chen@example.net":          true,
	"fiona.macaskill@example.com":      false,
	"layla.alhaddad@example.net":       false,
	"bjorn.aasen@example.com":          false,
}

// evenings are the days after the completion on which they practice. The first is
// after every grade.
var evenings = []int{5, 8, 11, 14, 18, 24, 33, 45, 60, 78, 100, 125}

// refreshers writes their evenings down.
func (w *world) refreshers() {
	for i := range cast {
		m := &cast[i]
		byMail, ok := practicing[m.email]
		if !ok {
			continue
		}
		l := &learner{world: w, member: m, slug: clinical, rng: generator(m.email + "practice")}
		ago := m.clinical.ago(w.now)
		for n, after := range evenings {
			if ago-after < 4 { // what is due since waits for the visitor
				break
			}
			w.at(w.daysAgo(ago-after, 21, 5, time.UTC), func(ctx context.Context) error { return l.practice(ctx, n == 0, byMail) })
		}
	}
}

// practice is an evening with what is due, on the first with the choice before it.
// Who has not completed the course yet, because their exam was graded late, has none.
func (l *learner) practice(ctx context.Context, first, byMail bool) error {
	ctx, id := l.as(ctx, l.email), l.people[l.email]
	if first {
		if err := l.Refreshers.Start(ctx, id, l.slug, byMail); err != nil && !errors.Is(err, refresher.ErrNotCompleted) {
			return err
		}
	}
	for {
		st, err := l.Refreshers.Standing(ctx, id, l.slug)
		if errors.Is(err, refresher.ErrNotCompleted) {
			return nil
		}
		if err != nil {
			return err
		}
		ask, ok := st.Next()
		if !ok {
			return nil
		}
		l.clock.pass(time.Duration(20+l.rng.IntN(40)) * time.Second)
		right := l.rng.Float64() > difficulty(ask.Question)
		_, err = l.Refreshers.Answer(ctx, id, l.slug, refresher.Answer{QuestionID: ask.Question.ID, Reps: ask.Reps,
			Response: respond(ask.Question, right, l.rng), Unsure: l.rng.IntN(5) == 0})
		if err != nil {
			return err
		}
	}
}
