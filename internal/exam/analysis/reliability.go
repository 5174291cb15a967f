package analysis

import "math"

// Reliability is how far the score of a form can be relied on.
//
// With v the variance of a question and c the covariance of two, V is the sum of
// the variances and C that of the covariances (each pair twice) in a form, as an
// average over the forms drawn: each question and each pair weighs as often as it
// was met. Then alpha = k/(k−1) · C/(V+C) for a form of k questions, and the
// variance of its score is V+C. With one form for all this is Cronbach's alpha,
// and KR-20 where every question is right or wrong. With drawn forms it leaves out
// what one form is harder than another: it is how well a form of this blueprint
// puts people in order who sit the same one.
type Reliability struct {
	Alpha Value
	SD    Value   // of scores, as a share of a form
	SEM   Value   // standard error of measurement, as a share of a form
	Items float64 // questions in a form, on average
	// Of the pairs of questions in forms, Met were met by somebody and Used by
	// enough people; UsedShare weighs them by how often they were met.
	Met, Used int
	UsedShare float64
}

// pairSums is what is kept of questions and of their pairs, in exact numbers.
type pairSums struct {
	sheets int
	single []single
	pairs  [][]pair // pairs[j][i] with i < j
}

type single struct{ n, sx, sxx int64 }

type pair struct{ n, sx, sy, sxy int64 }

func (p *pairSums) add(sheet []Mark) {
	p.sheets++
	for _, m := range sheet {
		p.grow(m.Item)
		x := int64(m.Points)
		s := &p.single[m.Item]
		s.n, s.sx, s.sxx = s.n+1, s.sx+x, s.sxx+x*x
	}
	for a, m := range sheet {
		for _, o := range sheet[:a] {
			lo, hi := o, m
			if lo.Item > hi.Item {
				lo, hi = hi, lo
			}
			x, y := int64(lo.Points), int64(hi.Points)
			q := &p.pairs[hi.Item][lo.Item]
			q.n, q.sx, q.sy, q.sxy = q.n+1, q.sx+x, q.sy+y, q.sxy+x*y
		}
	}
}

func (p *pairSums) grow(item int) {
	for len(p.single) <= item {
		p.pairs = append(p.pairs, make([]pair, len(p.single)))
		p.single = append(p.single, single{})
	}
}

// variance is the unbiased one, of shares.
func (s single) variance() float64 {
	n := s.n
	return float64(n*s.sxx-s.sx*s.sx) / float64(n*(n-1)) / (Whole * Whole)
}

func (q pair) covariance() float64 {
	n := q.n
	return float64(n*q.sxy-q.sx*q.sy) / float64(n*(n-1)) / (Whole * Whole)
}

// sums are weighted by how often a question, or a pair, was met.
type sums struct {
	items, itemsUsed, variance   float64
	pairs, pairsUsed, covariance float64
	met, used                    int
}

func (p *pairSums) sums(minPair int, counts func(item int) bool) (t sums) {
	for j, s := range p.single {
		if s.n == 0 || !counts(j) {
			continue
		}
		t.items += float64(s.n)
		if s.n > 1 {
			t.itemsUsed += float64(s.n)
			t.variance += float64(s.n) * s.variance()
		}
		for i, q := range p.pairs[j] {
			if q.n == 0 || !counts(i) {
				continue
			}
			t.met++
			t.pairs += float64(q.n)
			if q.n >= int64(minPair) {
				t.used++
				t.pairsUsed += float64(q.n)
				t.covariance += float64(q.n) * q.covariance()
			}
		}
	}
	return t
}

// reliability is that of the questions that count.
func (p *pairSums) reliability(minPair int, counts func(item int) bool) (r Reliability) {
	none := func(why Reason) Reliability {
		r.Alpha, r.SD, r.SEM = unknown(why), unknown(why), unknown(why)
		return r
	}
	if p.sheets == 0 {
		return none(NoTakers)
	}
	t := p.sums(minPair, counts)
	n := float64(p.sheets)
	k := t.items / n
	r.Items, r.Met, r.Used = k, t.met, t.used
	switch {
	case p.sheets == 1:
		return none(OneTaker)
	case k < 2:
		return none(FewItems)
	case t.pairsUsed == 0:
		return none(FewPairs)
	}
	r.UsedShare = t.pairsUsed / t.pairs
	v := t.variance / t.itemsUsed * k
	c := 2 * t.covariance / t.pairsUsed * t.pairs / n
	if v == 0 || v+c <= v*rounding {
		return none(NoSpread)
	}
	alpha := k / (k - 1) * c / (v + c)
	if alpha > 1+rounding { // only where pairs were met by different people
		return none(AboveTrue)
	}
	alpha = min(alpha, 1)
	r.Alpha, r.SD = known(alpha), known(math.Sqrt(v+c)/k)
	r.SEM = known(r.SD.V * math.Sqrt(1-alpha))
	return r
}

// rounding is what floating point may be off by, far below what is shown.
const rounding = 1e-9
