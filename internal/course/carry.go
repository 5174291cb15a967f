package course

import (
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course/compare"
)

// Carry is a withdrawal or a correction that stands beside earlier editions, and that
// another text of the course may need as well. One of Withdrawal and Erratum is set.
type Carry struct {
	Key        string // names it in a form, and in Decisions
	Withdrawal *Withdrawal
	Erratum    *Erratum
	Numbers    []int   // of the editions beside which it stands, the newest first
	Lesson     *Lesson // in the other text; nil for the whole course, and where Gone
	Title      string  // of the lesson, "" for the whole course
	Current    bool    // it stands beside the newest edition
	Gone       bool    // the other text has no such lesson
	Changed    bool    // the lesson says something else than in the newest of Numbers
}

// Stays reports whether it is carried over where nobody decides: what the newest
// edition has always, what an older one has while the lesson says the same.
func (c Carry) Stays() bool { return !c.Gone && (c.Current || !c.Changed) }

// Clear reports whether that is so plain that a form may propose it. Where the words
// around a correction have changed only its author knows.
func (c Carry) Clear() bool {
	return c.Stays() && (!c.Changed || c.Withdrawal != nil)
}

// Decision is what becomes of a Carry in the next edition: it is carried over, or the
// new text settles it.
type Decision struct {
	Settled bool
	Why     string // for the record and for learners; a lesson that is back needs it
}

// Decisions are those of somebody who publishes, by Carry.Key. nil: nobody was asked,
// and what Carry.Stays is carried over.
type Decisions map[string]Decision

// check refuses decisions that leave something open. Fields are named by the keys, and
// "why-" before them.
func (d Decisions) check(list []Carry) error {
	var c apperr.Check
	for _, x := range list {
		made, decided := d[x.Key]
		switch {
		case d == nil || x.Gone:
		case !decided:
			c.Require(false, x.Key, "Choose what becomes of it in the new edition.")
		case made.Settled && x.Withdrawal != nil:
			c.Text("why-"+x.Key, strings.TrimSpace(made.Why), apperr.MaxReason, "Say why the lesson is back.")
		case made.Settled && made.Why != "":
			c.Text("why-"+x.Key, strings.TrimSpace(made.Why), apperr.MaxReason, "Say why.")
		}
	}
	return c.Err()
}

// carries lists what stands beside editions, the newest first, and what another text
// may need. people counts who learns in each by its ID; nil: nobody knows, so somebody
// may. What a later edition settled is not in it; nor is what stands beside older
// editions alone, in which nobody learns, once the lesson says something else.
func carries(into *Course, list []*Edition, people map[string]int) (out []Carry) {
	for i, ed := range list {
		for _, l := range ed.Course.Lessons() {
			w, gone := ed.Overlays.Withdrawn[l.ID]
			if gone && !settledWithdrawal(list[:i], w) {
				out = addCarry(out, into, ed, Carry{Key: "w-" + l.ID, Withdrawal: &w, Current: i == 0}, l.ID, people)
			}
		}
		for _, e := range ed.Overlays.Errata {
			if !settledErratum(list[:i], e) {
				out = addCarry(out, into, ed, Carry{Key: "e-" + e.Root(), Erratum: &e, Current: i == 0}, e.LessonID, people)
			}
		}
	}
	return out
}

func addCarry(out []Carry, into *Course, ed *Edition, c Carry, lessonID string, people map[string]int) []Carry {
	if i := slices.IndexFunc(out, func(o Carry) bool { return o.Key == c.Key }); i >= 0 {
		out[i].Numbers = append(out[i].Numbers, ed.Number)
		return out
	}
	c.Numbers = []int{ed.Number}
	if lessonID == "" {
		c.Changed = !c.Current // the course says something else by now, and nobody knows where
	} else if was, ok := ed.LessonByID(lessonID); ok {
		c.Title, c.Lesson = was.Title, find(into, ed.Course, was)
		c.Gone = c.Lesson == nil
		c.Changed = !c.Gone && !compare.SameLesson(was, c.Lesson)
	}
	if !c.Current && (c.Gone || c.Changed && people != nil && people[ed.ID] == 0) {
		return out
	}
	return append(out, c)
}

// find is a lesson in another text: by its ID, or under another one by its words.
func find(into, from *Course, was *Lesson) *Lesson {
	if l, ok := into.LessonByID(was.ID); ok {
		return l
	}
	for _, l := range into.Lessons() {
		if _, old := from.LessonByID(l.ID); !old && l.Source == was.Source {
			return l
		}
	}
	return nil
}

func settledWithdrawal(later []*Edition, w Withdrawal) bool {
	return slices.ContainsFunc(later, func(ed *Edition) bool {
		return slices.ContainsFunc(ed.Overlays.Settled, func(s Settled) bool {
			return s.Erratum == "" && s.LessonID == w.LessonID && !s.At.Before(w.At)
		})
	})
}

func settledErratum(later []*Edition, e Erratum) bool {
	return slices.ContainsFunc(later, func(ed *Edition) bool {
		return slices.ContainsFunc(ed.Overlays.Settled, func(s Settled) bool { return s.Erratum == e.Root() })
	})
}

// has reports whether an edition has what a Carry says.
func (e *Edition) has(c Carry) bool {
	if c.Withdrawal != nil {
		_, gone := e.Withdrawn(c.Lesson.ID)
		return gone
	}
	return e.hasErratum(c.Erratum.Root())
}

func (e *Edition) hasErratum(root string) bool {
	return slices.ContainsFunc(e.Overlays.Errata, func(x Erratum) bool { return x.Root() == root })
}
