package exchange

import (
	"math/big"
	"regexp"
	"strings"

	"github.com/atmacena/cocare/internal/question"
)

// span is an accepted range of numbers.
type span struct {
	value  string
	lo, hi *big.Rat
	strict bool // the source leaves out one of its ends
}

// numeric makes a numeric question.
func (d *draft) numeric(s span) {
	value, ok := decimal(s.value)
	if !ok {
		d.refuse("The right number “"+clip(s.value, 40)+"” cannot be written here", "ours is a plain decimal of at most 12 digits before the point and 6 behind it")
		return
	}
	d.q.Kind = question.Numeric
	k := &question.NumericKey{Value: value, Decimals: decimalsOf(value)}
	exact, _ := new(big.Rat).SetString(value)
	for _, bound := range []struct {
		to *string
		is *big.Rat
	}{{&k.Min, s.lo}, {&k.Max, s.hi}} {
		if bound.is == nil || bound.is.Cmp(exact) == 0 {
			continue
		}
		text, ok := ratText(bound.is)
		if !ok {
			d.refuse("The accepted range cannot be written here", "its ends are plain decimals of at most 8 digits behind the point")
			return
		}
		*bound.to = text
	}
	if s.strict {
		d.note(Altered, "An end of the accepted range is left out there", "here both ends are accepted")
	}
	d.q.Answer = &question.Answer{Numeric: k}
}

// around is a number with a tolerance on both sides. One with a tolerance that is no
// number is none itself.
func around(value, tolerance string) span {
	s := span{value: value}
	v, ok := rat(value)
	t, okT := rat(tolerance)
	if !okT && strings.TrimSpace(tolerance) != "" {
		s.value += " ± " + strings.TrimSpace(tolerance)
	}
	if ok && okT && t.Sign() != 0 {
		t.Abs(t)
		s.lo, s.hi = new(big.Rat).Sub(v, t), new(big.Rat).Add(v, t)
	}
	return s
}

var (
	number  = regexp.MustCompile(`^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?$`)
	written = regexp.MustCompile(`^-?[0-9]{1,12}(\.[0-9]{1,8})?$`)
)

// rat reads a number as sources write it.
func rat(s string) (*big.Rat, bool) {
	s = strings.TrimSpace(s)
	if len(s) > 40 || !number.MatchString(s) {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

// decimal is a number as a course writes it, as the source did where it can.
func decimal(s string) (string, bool) {
	s = strings.TrimSpace(s)
	if !written.MatchString(s) {
		r, ok := rat(s)
		if !ok {
			return "", false
		}
		if s, ok = ratText(r); !ok {
			return "", false
		}
	}
	return s, decimalsOf(s) <= 6
}

// ratText writes a number exactly, with at most eight decimals.
func ratText(r *big.Rat) (string, bool) {
	s := r.FloatString(8)
	back, ok := new(big.Rat).SetString(s)
	if !ok || back.Cmp(r) != 0 {
		return "", false
	}
	s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	return s, written.MatchString(s)
}

func decimalsOf(s string) int {
	_, frac, _ := strings.Cut(s, ".")
	return len(frac)
}

// between is a range without a right number of its own: its middle is taken.
func between(low, high string) span {
	lo, ok := rat(low)
	hi, okHi := rat(high)
	if !ok || !okHi || lo.Cmp(hi) > 0 {
		return span{value: low + ".." + high}
	}
	middle := new(big.Rat).Add(lo, hi)
	middle.Quo(middle, big.NewRat(2, 1))
	value := middle.FloatString(6)
	value = strings.TrimSuffix(strings.TrimRight(value, "0"), ".")
	return span{value: value, lo: lo, hi: hi}
}

func sub(a, b *big.Rat) *big.Rat { return new(big.Rat).Sub(a, b) }
