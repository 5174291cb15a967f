package analysis

import (
	"maps"
	"math"
)

// Item is how one question did among those who met it.
type Item struct {
	Takers               int
	Marks                map[int]int // points → how many of Takers earned them
	Right, Partly, Wrong int         // whole mark, some of it, none
	Difficulty           Value
	Choices              map[int]Choice // by the caller's number
	// Deep of Takers count for Discrimination and for the Rest of choices; DeepMarks
	// are theirs.
	Deep           int
	DeepMarks      map[int]int
	Discrimination Value
}

// Choice is one answer to a question: how many of Takers gave it, and the mean share
// that Rested of Deep who did earned on the rest.
type Choice struct {
	Count, Rested int
	Rest          Value
}

// taker is one person's answer to a question.
type taker struct {
	points, choice int
	rest           float64 // share of the rest of the form
	hasRest        bool
}

// itemSums is what is kept of a question.
type itemSums struct {
	waiting          []taker // fewer than a step
	held             []taker // counted, but fewer than a deep step
	marks, deepMarks map[int]int
	both             moments // of mark and rest
	choices          map[int]*choiceSums
}

type choiceSums struct {
	count, rested int
	rest          float64
}

func (s *itemSums) add(t taker, step, deep int) {
	if s.waiting = append(s.waiting, t); len(s.waiting) < step {
		return
	}
	if s.marks == nil {
		s.marks, s.deepMarks, s.choices = map[int]int{}, map[int]int{}, map[int]*choiceSums{}
	}
	for _, t := range s.waiting {
		s.marks[t.points]++
		if c := s.choice(t); c != nil {
			c.count++
		}
	}
	s.held, s.waiting = append(s.held, s.waiting...), s.waiting[:0]
	if len(s.held) < deep {
		return
	}
	for _, t := range s.held {
		s.deepen(t)
	}
	s.held = s.held[:0]
}

// choice is what is kept of a taker's answer, nil if it is not told apart.
func (s *itemSums) choice(t taker) *choiceSums {
	if t.choice < 0 {
		return nil
	}
	c := s.choices[t.choice]
	if c == nil {
		c = &choiceSums{}
		s.choices[t.choice] = c
	}
	return c
}

// deepen takes a taker in where the rest of the form counts.
func (s *itemSums) deepen(t taker) {
	s.deepMarks[t.points]++
	if !t.hasRest {
		return
	}
	s.both.add(float64(t.points)/Whole, t.rest)
	if c := s.choice(t); c != nil {
		c.rested++
		c.rest += t.rest
	}
}

func (s *itemSums) item() Item {
	i := Item{Marks: maps.Clone(s.marks), DeepMarks: maps.Clone(s.deepMarks), Difficulty: unknown(NoTakers), Discrimination: unknown(NoTakers)}
	points := 0
	for mark, n := range s.marks {
		i.Takers, points = i.Takers+n, points+mark*n
		switch {
		case mark >= Whole:
			i.Right += n
		case mark > 0:
			i.Partly += n
		default:
			i.Wrong += n
		}
	}
	if i.Takers == 0 {
		return i
	}
	for _, n := range s.deepMarks {
		i.Deep += n
	}
	i.Difficulty = known(float64(points) / float64(i.Takers*Whole))
	if i.Deep > 0 {
		i.Discrimination = s.both.correlation()
	}
	i.Choices = make(map[int]Choice, len(s.choices))
	for id, c := range s.choices {
		out := Choice{Count: c.count, Rested: c.rested, Rest: unknown(NoRest)}
		if c.rested > 0 {
			out.Rest = known(c.rest / float64(c.rested))
		}
		i.Choices[id] = out
	}
	return i
}

// moments are sums of two variables about their first values, so that little is
// lost where they hardly differ.
type moments struct {
	n                      int
	x0, y0                 float64
	sx, sy, sxx, syy, sxy  float64
	minX, maxX, minY, maxY float64
}

func (m *moments) add(x, y float64) {
	if m.n == 0 {
		m.x0, m.y0 = x, y
		m.minX, m.maxX, m.minY, m.maxY = x, x, y, y
	}
	m.n++
	m.minX, m.maxX, m.minY, m.maxY = min(m.minX, x), max(m.maxX, x), min(m.minY, y), max(m.maxY, y)
	x, y = x-m.x0, y-m.y0
	m.sx, m.sy = m.sx+x, m.sy+y
	m.sxx, m.syy, m.sxy = m.sxx+x*x, m.syy+y*y, m.sxy+x*y
}

// correlation is Pearson's, of the mark (x) with the rest (y).
func (m *moments) correlation() Value {
	switch {
	case m.n == 0:
		return unknown(NoRest)
	case m.n == 1:
		return unknown(OneTaker)
	case m.minX == m.maxX:
		return unknown(SameMark)
	case m.minY == m.maxY:
		return unknown(SameRest)
	}
	n := float64(m.n)
	xx, yy, xy := n*m.sxx-m.sx*m.sx, n*m.syy-m.sy*m.sy, n*m.sxy-m.sx*m.sy
	return known(max(-1, min(1, xy/math.Sqrt(xx*yy))))
}
