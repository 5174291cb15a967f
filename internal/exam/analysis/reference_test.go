package analysis_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/atmacena/cocare/internal/exam/analysis"
)

// none is a question that somebody did not meet.
const none = -1

// ten people and five questions in thousandths; the fifth is a short answer.
//
// The expected values below were computed from this table by R 4 (cor, var and
// cov with use = "pairwise.complete.obs"), by the textbook's formulas, not by
// those of this package:
//
//	alpha <- k/(k-1) * (1 - sum(apply(x, 2, var)) / var(rowSums(x)))
//	kr20  <- k/(k-1) * (1 - sum(p*(1-p)) / (var(rowSums(d)) * (n-1)/n))
//	r[i]  <- cor(x[,i], rowSums(x[,-i]))
var ten = [][]int{
	{1000, 1000, 1000, 1000, 1000},
	{1000, 1000, 1000, 0, 800},
	{1000, 1000, 0, 1000, 600},
	{1000, 0, 1000, 0, 400},
	{1000, 1000, 0, 0, 600},
	{0, 1000, 0, 0, 200},
	{1000, 0, 0, 0, 0},
	{0, 0, 1000, 0, 400},
	{1000, 1000, 0, 0, 200},
	{0, 0, 0, 0, 0},
}

func analyze(rows [][]int, o analysis.Options) analysis.Result {
	a := analysis.New(o)
	for _, row := range rows {
		var sheet []analysis.Mark
		for item, points := range row {
			if points != none {
				sheet = append(sheet, analysis.Mark{Item: item, Points: points, Choice: analysis.NoChoice})
			}
		}
		a.Add(sheet)
	}
	return a.Result()
}

func near(t *testing.T, what string, got analysis.Value, want float64) {
	t.Helper()
	if !got.Known() || math.Abs(got.V-want) > 1e-12 {
		t.Errorf("%s: %v, want %.15f", what, got, want)
	}
}

func TestAgainstR(t *testing.T) {
	r := analyze(ten, analysis.Options{Dichotomous: func(i int) bool { return i < 4 }})
	near(t, "alpha", r.Alpha.Alpha, 0.666306058221872)
	near(t, "sd", r.Alpha.SD, 0.300636362109147)
	near(t, "standard error", r.Alpha.SEM, 0.173666346768739)
	near(t, "KR-20", r.KR20.Alpha, 0.454780361757106)
	if r.Alpha.Items != 5 || r.KR20.Items != 4 || r.Alpha.Met != 10 || r.Alpha.Used != 10 || r.Alpha.UsedShare != 1 {
		t.Errorf("forms of %g and %g questions, %+v", r.Alpha.Items, r.KR20.Items, r.Alpha)
	}
	difficulty := []float64{0.7, 0.6, 0.4, 0.2, 0.42}
	discrimination := []float64{0.421099817846254, 0.361739677489529, 0.148020962819670, 0.498356316569621, 0.898320576083033}
	for i, item := range r.Items {
		near(t, "difficulty", item.Difficulty, difficulty[i])
		near(t, "discrimination", item.Discrimination, discrimination[i])
	}
	if last := r.Items[4]; last.Right != 1 || last.Partly != 7 || last.Wrong != 2 || last.Marks[400] != 2 || last.Marks[200] != 2 || last.Deep != 10 {
		t.Errorf("of the short answer: %+v", last)
	}
}

// TestAgainstRWithDrawnForms: each of the ten lacks one question.
func TestAgainstRWithDrawnForms(t *testing.T) {
	rows := make([][]int, len(ten))
	for i, row := range ten {
		rows[i] = append([]int(nil), row...)
		rows[i][i%5] = none
	}
	r := analyze(rows, analysis.Options{})
	near(t, "alpha", r.Alpha.Alpha, 0.727053140096618)
	near(t, "sd", r.Alpha.SD, math.Sqrt(0.860571428571429+1.032)/4)
	for i, want := range []float64{0.579358450102347, 0.294935209850812, 0.453779031734739, 0.636940575409031, 0.620173672946042} {
		near(t, "discrimination", r.Items[i].Discrimination, want)
	}
}

// TestAgainstFractions computes alpha by the textbook's formula in fractions, of
// tables that are made up of few numbers.
func TestAgainstFractions(t *testing.T) {
	tables := [][][]int{
		{{1000, 0}, {1000, 1000}, {0, 0}},
		{{1000, 0, 1000}, {0, 0, 250}, {1000, 1000, 500}, {0, 1000, 0}},
		ten,
	}
	for _, rows := range tables {
		want, _ := exactAlpha(rows).Float64()
		near(t, "alpha", analyze(rows, analysis.Options{}).Alpha.Alpha, want)
	}
}

// exactAlpha is k/(k−1) · (1 − Σ variances / variance of the sums).
func exactAlpha(rows [][]int) *big.Rat {
	k := len(rows[0])
	columns := new(big.Rat)
	sums := make([]int, len(rows))
	for i := range k {
		column := make([]int, len(rows))
		for p, row := range rows {
			column[p] = row[i]
			sums[p] += row[i]
		}
		columns.Add(columns, exactVariance(column))
	}
	a := new(big.Rat).Quo(columns, exactVariance(sums))
	a.Sub(big.NewRat(1, 1), a)
	return a.Mul(a, big.NewRat(int64(k), int64(k-1)))
}

func exactVariance(list []int) *big.Rat {
	n := int64(len(list))
	mean, sum := new(big.Rat), new(big.Rat)
	for _, v := range list {
		mean.Add(mean, big.NewRat(int64(v), n))
	}
	for _, v := range list {
		d := new(big.Rat).Sub(big.NewRat(int64(v), 1), mean)
		sum.Add(sum, d.Mul(d, d))
	}
	return sum.Quo(sum, big.NewRat(n-1, 1))
}
