package compare

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/course/content"
	"github.com/atmacena/cocare/internal/question"
)

// SameQuestion reports whether two items, each of its course, are the same in every
// word, the case included that they are about.
func SameQuestion(before, after *content.Course, a, b *question.Question) bool {
	return text(before, a) == text(after, b) && key(a) == key(b)
}

func questions(before, after *content.Course, earlier, later []*question.Question, exam bool) (out []Question) {
	id := func(q *question.Question) string { return q.ID }
	pair(earlier, later, id, func(was, is **question.Question) {
		switch {
		case was == nil:
			out = append(out, Question{Change{Added, (*is).ID, (*is).Prompt, "", text(after, *is)}, exam, false})
		case is == nil:
			out = append(out, Question{Change{Removed, (*was).ID, (*was).Prompt, text(before, *was), ""}, exam, false})
		case !SameQuestion(before, after, *was, *is):
			out = append(out, Question{Change{Changed, (*is).ID, (*is).Prompt, text(before, *was), text(after, *is)}, exam, key(*was) != key(*is)})
		}
	})
	return out
}

func checks(c *content.Course) (out []*question.Question) {
	for _, m := range c.Modules {
		out = append(out, m.Check...)
	}
	return out
}

// text is an item in words, a line for each of its parts; every field is in it.
func text(c *content.Course, q *question.Question) string {
	w := &lines{}
	w.some("", q.Prompt)
	w.some("For readers in: ", q.Jurisdiction)
	if k, ok := c.Case(q.Case); ok {
		w.some("", caseText(k))
	} else {
		w.some("Case: ", q.Case)
	}
	for _, o := range q.Options {
		sign := "wrong"
		if o.Correct {
			sign = "right"
		}
		w.line("%s. %s (%s) %s", o.ID, o.Text, sign, o.Rationale)
	}
	for _, i := range q.Items {
		w.line("%s. %s %s", i.ID, i.Text, i.Rationale)
	}
	for _, l := range q.Left {
		w.line("%s. %s → %s %s", l.ID, l.Text, l.Match, l.Rationale)
	}
	for _, r := range q.Right {
		w.line("%s. %s", r.ID, r.Text)
	}
	answer(w, q)
	for _, e := range q.Errors {
		w.line("Often %s: %s", e.Value, e.Why)
	}
	short(w, q)
	w.some("", q.Working)
	w.some("", q.Rationale)
	order := "in this order"
	if q.Shuffles() {
		order = "in any order"
	}
	w.line("%s, %s; objectives %s; facts %s", q.Kind, order, strings.Join(q.Objectives, ", "), strings.Join(q.Facts, ", "))
	return w.String()
}

// answer writes the key that stands apart from options and rows.
func answer(w *lines, q *question.Question) {
	if q.Answer == nil {
		return
	}
	w.some("Key: ", strings.Join(q.Answer.Order, ", "))
	if n := q.Answer.Numeric; n != nil {
		w.line("Key: %s, from %s to %s, unit %s, %d decimals", n.Value, n.Min, n.Max, n.Unit, n.Decimals)
	}
}

// short writes what belongs to a short answer.
func short(w *lines, q *question.Question) {
	w.some("Model: ", q.Model)
	if q.Points > 0 {
		w.line("Points: %d", q.Points)
	}
	for _, r := range q.Rubric {
		w.line("%d: %s", r.Points, r.Text)
	}
	for _, s := range q.ZeroIf {
		w.line("No points if: %s", s)
	}
	for _, s := range q.LoseIf {
		w.line("One point less if: %s", s)
	}
	if l := q.Limit; l != nil {
		w.line("About %d sentences, %d lines", l.Sentences, l.Lines)
	}
}

// key is what decides the mark, in a form that differs when an answer may earn another
// one: the rules of marking, and the texts that they are about, because the same letter
// stands for another answer when its text is another.
func key(q *question.Question) string {
	parts := []string{string(q.Kind), strconv.Itoa(q.Points)}
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	for _, o := range q.Options {
		if o.Correct {
			add("%s=%s", o.ID, o.Text)
		}
	}
	right := map[string]string{}
	for _, r := range q.Right {
		right[r.ID] = r.Text
	}
	for _, l := range q.Left {
		add("%s %s=%s %s", l.ID, l.Text, l.Match, right[l.Match])
	}
	if q.Answer != nil {
		item := map[string]string{}
		for _, i := range q.Items {
			item[i.ID] = i.Text
		}
		for _, id := range q.Answer.Order {
			add("%s=%s", id, item[id])
		}
		if n := q.Answer.Numeric; n != nil {
			add("%+v", *n)
		}
	}
	for _, r := range q.Rubric {
		add("%d %s", r.Points, r.Text)
	}
	add("zero %q, lose %q", q.ZeroIf, q.LoseIf)
	return strings.Join(parts, "\n")
}
