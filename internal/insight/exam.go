package insight

import (
	"context"
	"math"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/exam/analysis"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/veil"
)

const (
	// Deep is by how many people a coefficient moves, and DeepFrom how many a
	// correlation needs.
	Deep, DeepFrom = 2 * veil.Batch, 20
	// ReliabilityFrom is how many first attempts a reliability needs: of fewer it
	// would say more of chance than of the exam.
	ReliabilityFrom = 30
	// MinPair is how many people must have met both questions of a pair before it
	// counts for the reliability.
	MinPair = 5
	// Tries is of how many attempts of a person is told with which they passed.
	Tries = 3
)

// Exam is how the exam of an edition does. Unless it says otherwise it rests on first
// attempts alone.
type Exam struct {
	Edition *course.Edition
	Counted int         // first attempts that count, in whole batches
	Scores  veil.Values // thousandths of all marks
	Passed  veil.Range
	Bars    []Bar
	Minutes veil.Values // from the start to handing in, or to the end of the time
	Tries   []Try       // by number of the attempt
	Alpha   analysis.Reliability
	KR20    analysis.Reliability // of questions that are right or wrong
	Enough  bool                 // for a reliability
	Items   []Item               // in the order of the bank
}

// Known reports whether enough people sat the exam to say anything.
func (e Exam) Known() bool { return e.Counted >= veil.Enough }

// Mean gives bounds of the mean share of the marks, from 0 to 1.
func (e Exam) Mean() (from, to float64) {
	from, to = e.Scores.Mean(analysis.Whole)
	return from / analysis.Whole, to / analysis.Whole
}

// Try is how many passed of those whose attempt of one number counts.
type Try struct {
	Counted int
	Passed  veil.Range
}

// Bar is how many people scored from From percent up to, not including, To percent;
// the last includes it.
type Bar struct {
	From, To int
	People   veil.Range
	About    int  // people; all bars together are all people
	Pass     bool // from the pass mark on
	Mixed    bool // on both sides of the pass mark, as few are known to be below it
}

func (s *Service) countExam(ctx context.Context, ed *course.Edition) (Exam, error) {
	e := Exam{Edition: ed}
	b := newBank(ed)
	an := analysis.New(analysis.Options{Step: veil.Batch, Deep: Deep, MinPair: MinPair, Dichotomous: func(i int) bool { return b.list[i].Kind != question.ShortAnswer }})
	tries, err := s.attempts(ctx, ed.ID)
	if err != nil || len(tries[0]) < veil.Enough {
		return e, err
	}
	var sheet []analysis.Mark
	err = s.eachSheet(ctx, tries[0], b.written(), func(text string) (err error) {
		if sheet, err = b.readSheet(text, sheet[:0]); err == nil {
			an.Add(sheet)
		}
		return err
	})
	if err != nil {
		return e, err
	}
	e.fill(tries)
	r := an.Result()
	if e.Enough = r.Sheets >= ReliabilityFrom; e.Enough {
		e.Alpha, e.KR20 = r.Alpha, r.KR20
	}
	e.Items = b.items(r.Items)
	return e, nil
}

// fill tells of the attempts as a whole.
func (e *Exam) fill(tries [Tries][]attempt) {
	first := tries[0][:veil.Whole(len(tries[0]))]
	scores, minutes := make([]int, len(first)), make([]int, len(first))
	for i, a := range first {
		scores[i] = a.points * analysis.Whole / max(a.most, 1)
		minutes[i] = inMinutes(a.submitted.Sub(a.started).Seconds())
	}
	e.Counted, e.Scores, e.Minutes = len(first), veil.ValuesOf(scores), veil.ValuesOf(minutes)
	pass := e.Edition.Course.Card.PassPercent
	e.Passed, e.Bars = e.Scores.Below(perMille(pass)).Rest(), bars(e.Scores, pass)
	e.Tries = append(e.Tries, Try{e.Counted, e.Passed})
	for _, list := range tries[1:] {
		t := Try{Counted: veil.Whole(len(list))}
		failed := 0
		for _, a := range list[:t.Counted] {
			if !a.passed {
				failed++
			}
		}
		t.Passed = veil.Count(failed, t.Counted).Rest()
		e.Tries = append(e.Tries, t)
	}
}

func perMille(percent int) int { return 10 * percent }

func inMinutes(seconds float64) int { return int(math.Round(seconds / 60)) }

// bars cut the scores at tenths and at the pass mark, where people are known to be
// between two cuts. They know nothing but what is told of the scores.
func bars(scores veil.Values, pass int) (list []Bar) {
	below := func(percent int) int { return scores.Below(perMille(percent)).From }
	cuts := cutsOf(pass, below)
	thresholds := make([]int, len(cuts))
	for i, c := range cuts {
		thresholds[i] = perMille(c)
	}
	from, so := 0, 0
	for i, people := range scores.Bands(thresholds...) {
		to, upTo := 100, scores.Of()
		if i < len(cuts) {
			to, upTo = cuts[i], below(cuts[i])
		}
		list = append(list, Bar{From: from, To: to, People: people, About: upTo - so, Pass: from >= pass, Mixed: from < pass && (to > pass || to == 100)})
		from, so = to, upTo
	}
	return list
}

// cutsOf are percents, ascending, below each of which more people are known to be than
// below the one before. Of two that are alike the pass mark stays.
func cutsOf(pass int, below func(percent int) int) (cuts []int) {
	for p := 1; p < 100; p++ {
		last := len(cuts) - 1
		switch {
		case p%10 != 0 && p != pass || below(p) == 0:
		case last < 0 || below(p) > below(cuts[last]):
			cuts = append(cuts, p)
		case p == pass:
			cuts[last] = p
		}
	}
	return cuts
}
