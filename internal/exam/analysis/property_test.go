package analysis_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/atmacena/cocare/internal/exam/analysis"
)

// TestGuttmanPattern: who gets a question right gets every easier one right. By
// hand for five questions and the six possible people: each sum is once 0 … 5, so
// its variance is 35/12 with n; the question that j of six get right has j/6·(6−j)/6;
// their sum is 35/36, and KR-20 is 5/4 · (1 − 12/36) = 5/6.
func TestGuttmanPattern(t *testing.T) {
	var rows [][]int
	for right := range 6 {
		row := make([]int, 5)
		for i := range right {
			row[i] = 1000
		}
		rows = append(rows, row)
	}
	r := analyze(rows, analysis.Options{Dichotomous: func(int) bool { return true }})
	near(t, "KR-20", r.KR20.Alpha, 5.0/6)
	near(t, "alpha", r.Alpha.Alpha, 5.0/6)
	for i, item := range r.Items {
		near(t, "difficulty", item.Difficulty, float64(5-i)/6)
		if item.Discrimination.V <= 0.4 {
			t.Errorf("question %d discriminates by %v in a perfect order", i, item.Discrimination)
		}
	}
}

func TestIdenticalQuestions(t *testing.T) {
	r := analyze([][]int{{1000, 1000, 1000}, {0, 0, 0}, {1000, 1000, 1000}, {500, 500, 500}}, analysis.Options{})
	near(t, "alpha", r.Alpha.Alpha, 1)
	near(t, "standard error", r.Alpha.SEM, 0)
	for _, item := range r.Items {
		near(t, "discrimination", item.Discrimination, 1)
	}
}

func TestWhatCannotBeComputedSaysWhy(t *testing.T) {
	tests := []struct {
		name                  string
		rows                  [][]int
		difficulty, r, alpha  analysis.Reason
		difficultyOf, alphaOf float64
	}{
		{"nobody", nil, "", "", analysis.NoTakers, 0, 0},
		{"one person", [][]int{{1000, 0}}, "", analysis.OneTaker, analysis.OneTaker, 1, 0},
		{"one question", [][]int{{1000}, {0}}, "", analysis.NoRest, analysis.FewItems, 0.5, 0},
		{"all right", [][]int{{1000, 1000}, {1000, 1000}}, "", analysis.SameMark, analysis.NoSpread, 1, 0},
		{"constant question", [][]int{{1000, 1000, 0}, {1000, 0, 1000}, {1000, 0, 0}}, "", analysis.SameMark, "", 1, -1.5},
		{"constant rest", [][]int{{1000, 1000}, {0, 1000}}, "", analysis.SameRest, "", 0.5, 0},
		{"sums alike", [][]int{{1000, 0}, {0, 1000}}, "", "", analysis.NoSpread, 0.5, 0},
		{"no pair met twice", [][]int{{1000, 0, none}, {none, 1000, 0}, {0, none, 1000}}, "", "", analysis.FewPairs, 0.5, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := analyze(tt.rows, analysis.Options{})
			if r.Alpha.Alpha.Why != tt.alpha || tt.alpha == "" && math.Abs(r.Alpha.Alpha.V-tt.alphaOf) > 1e-12 {
				t.Errorf("alpha %+v, want %v %q", r.Alpha.Alpha, tt.alphaOf, tt.alpha)
			}
			if len(tt.rows) == 0 {
				return
			}
			first := r.Items[0]
			if first.Difficulty.Why != tt.difficulty || first.Difficulty.V != tt.difficultyOf {
				t.Errorf("difficulty %+v, want %v %q", first.Difficulty, tt.difficultyOf, tt.difficulty)
			}
			if first.Discrimination.Why != tt.r {
				t.Errorf("discrimination %+v, want %q", first.Discrimination, tt.r)
			}
		})
	}
}

// TestNothingIsEverNaN feeds tables of every shape.
func TestNothingIsEverNaN(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		rows := make([][]int, rng.IntN(6))
		items := 1 + rng.IntN(4)
		for p := range rows {
			for range items {
				rows[p] = append(rows[p], []int{none, 0, 500, 1000}[rng.IntN(4)])
			}
		}
		r := analyze(rows, analysis.Options{MinPair: 1 + rng.IntN(3)})
		values := []analysis.Value{r.Alpha.Alpha, r.Alpha.SD, r.Alpha.SEM, r.KR20.Alpha}
		for _, i := range r.Items {
			values = append(values, i.Difficulty, i.Discrimination)
		}
		for _, v := range values {
			if math.IsNaN(v.V) || math.IsInf(v.V, 0) || v.Why != "" && v.V != 0 {
				t.Fatalf("%v: %+v", rows, v)
			}
		}
		if a := r.Alpha.Alpha; a.V > 1 {
			t.Fatalf("%v: alpha %+v", rows, a)
		}
	}
}

// TestDrawnFormsComeNearTheWholeBank: twelve of thirty questions are drawn for
// each of 4,000 people whose marks follow one ability. The alpha of a form of
// twelve is foretold from the complete table of all thirty by Spearman and Brown,
// which holds on average over the forms.
func TestDrawnFormsComeNearTheWholeBank(t *testing.T) {
	const people, bank, form = 4000, 30, 12
	rng := rand.New(rand.NewPCG(7, 7))
	whole, drawn := make([][]int, people), make([][]int, people)
	for p := range people {
		ability := rng.NormFloat64()
		whole[p], drawn[p] = make([]int, bank), make([]int, bank)
		for i := range bank {
			if rng.Float64() < 1/(1+math.Exp(float64(i%7)/3-1-ability)) {
				whole[p][i] = 1000
			}
			drawn[p][i] = none
		}
		for _, i := range rng.Perm(bank)[:form] {
			drawn[p][i] = whole[p][i]
		}
	}
	all := analyze(whole, analysis.Options{}).Alpha.Alpha.V
	each := all / (bank - (bank-1)*all)
	want := form * each / (1 + (form-1)*each)
	r := analyze(drawn, analysis.Options{MinPair: 5})
	if got := r.Alpha.Alpha.V; math.Abs(got-want) > 0.02 {
		t.Errorf("alpha of drawn forms %.3f, foretold %.3f", got, want)
	}
	if r.Alpha.Items != form || r.Alpha.UsedShare != 1 || r.Alpha.Used != bank*(bank-1)/2 {
		t.Errorf("%+v", r.Alpha)
	}
}

// TestFiguresGrowByTheStep: between two looks at a number lie at least five people, and
// between two at a coefficient ten, for each question and for the whole.
func TestFiguresGrowByTheStep(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	a := analysis.New(analysis.Options{Step: 5, Deep: 10})
	before := a.Result()
	for n := range 80 {
		var sheet []analysis.Mark
		for _, i := range rng.Perm(8)[:4] {
			sheet = append(sheet, analysis.Mark{Item: i, Points: 1000 * rng.IntN(2), Choice: rng.IntN(4)})
		}
		a.Add(sheet)
		now := a.Result()
		if now.Sheets != (n+1)/10*10 {
			t.Errorf("%d sheets count of %d", now.Sheets, n+1)
		}
		for i, item := range now.Items {
			old := analysis.Item{}
			if i < len(before.Items) {
				old = before.Items[i]
			}
			if d := item.Takers - old.Takers; d != 0 && d != 5 || item.Takers%5 != 0 || item.Deep != item.Takers/10*10 {
				t.Errorf("question %d went from %d to %d, %d deep", i, old.Takers, item.Takers, item.Deep)
			}
			if item.Deep == old.Deep && item.Discrimination != old.Discrimination && old.Takers > 0 {
				t.Errorf("question %d changed although nobody was added", i)
			}
			sum, rested, deep := 0, 0, 0
			for _, c := range item.Choices {
				sum, rested = sum+c.Count, rested+c.Rested
			}
			for _, n := range item.DeepMarks {
				deep += n
			}
			if sum != item.Takers || item.Right+item.Partly+item.Wrong != item.Takers || rested != item.Deep || deep != item.Deep {
				t.Errorf("question %d: %+v", i, item)
			}
		}
		before = now
	}
}

// TestChoicesAndTheirRest by hand: two people chose 0 and earned 1/2 and 1 on the
// rest, one chose 3 and earned nothing on it.
func TestChoicesAndTheirRest(t *testing.T) {
	a := analysis.New(analysis.Options{})
	for _, s := range [][3]int{{0, 1000, 0}, {0, 1000, 1000}, {3, 0, 0}} {
		a.Add([]analysis.Mark{{Item: 0, Points: 500, Choice: s[0]}, {Item: 1, Points: s[1], Choice: analysis.NoChoice}, {Item: 2, Points: s[2], Choice: analysis.NoChoice}})
	}
	got := a.Result().Items[0].Choices
	if len(got) != 2 || got[0] != (analysis.Choice{Count: 2, Rested: 2, Rest: analysis.Value{V: 0.75}}) || got[3] != (analysis.Choice{Count: 1, Rested: 1}) {
		t.Errorf("%+v", got)
	}
}
