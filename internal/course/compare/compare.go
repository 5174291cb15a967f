// Package compare says what differs between two states of a course, in the terms of
// those who teach and learn it: lessons, questions, rules, and every other part word by
// word. It is pure, and never fails: a course with mistakes is compared as far as it was
// understood. Left out are where a text lies, what authors plan, and lint.yaml; a test
// knows every field of a course.
package compare

import (
	"slices"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/course/content"
)

// Kind says what became of a part.
type Kind string

// The kinds of changes.
const (
	Added   Kind = "added"
	Removed Kind = "removed"
	Changed Kind = "changed"
)

// Change is one part that differs. Before and After are its text; "" where it is
// not there.
type Change struct {
	Kind          Kind
	ID, Title     string
	Before, After string
}

// Spans are the words of both texts, as far as they differ with their sign.
func (c Change) Spans() []Span { return Words(c.Before, c.After) }

// Lesson is a lesson that differs.
type Lesson struct {
	Change
	File                    string
	WordsBefore, WordsAfter int
	// Around: its own text is the same, but not what it shows of the rest of the course.
	Around bool
}

// Question is an item that differs. Graded: the same answer may earn another mark.
type Question struct {
	Change
	Exam   bool // of the exam, not of a check
	Graded bool
}

// Part is a part of the course with what differs in it. Authoring: learners do not feel
// it.
type Part struct {
	ID, Title string
	Authoring bool
	Changes   []Change
}

// Comparison is what differs, each part in the order of the later course, then what
// is gone in the order of the earlier one.
type Comparison struct {
	Lessons    []Lesson
	Questions  []Question
	Rules      []Change // that learners feel, in words
	Parts      []Part   // all else, only those that differ
	Disclosure *Change  // of what learners acknowledge; nil: the same
}

// Same reports whether nothing differs.
func (c Comparison) Same() bool {
	return len(c.Lessons)+len(c.Questions)+len(c.Rules)+len(c.Parts) == 0 && c.Disclosure == nil
}

// Courses compares an earlier state of a course with a later one.
func Courses(before, after *content.Course) Comparison {
	return Comparison{
		Lessons:    lessons(before, after),
		Questions:  append(questions(before, after, checks(before), checks(after), false), questions(before, after, before.Bank, after.Bank, true)...),
		Rules:      rules(before.Card, after.Card),
		Parts:      parts(before, after),
		Disclosure: Disclosure(before, after),
	}
}

// Disclosure compares what learners acknowledge, not only disclosure.md: the page also
// says whose conflicts of interest there are, and what the certificate takes. nil: it
// is the same.
func Disclosure(before, after *content.Course) *Change {
	was, is := disclosed(before), disclosed(after)
	if was == is {
		return nil
	}
	return &Change{Kind: Changed, Title: "Disclosure", Before: was, After: is}
}

// pair walks two lists of parts by their ID: those of the later list in its order,
// then the ones that are gone. An ID that a list has twice is paired in turn.
func pair[T any](before, after []T, id func(T) string, fn func(was, is *T)) {
	old, keys := map[string]*T{}, named(before, id)
	for i, key := range keys {
		old[key] = &before[i]
	}
	seen := map[string]bool{}
	for i, key := range named(after, id) {
		seen[key] = true
		fn(old[key], &after[i])
	}
	for i, key := range keys {
		if !seen[key] {
			fn(&before[i], nil)
		}
	}
}

// named are the IDs of a list, each with how often it stood before.
func named[T any](list []T, id func(T) string) []string {
	count, keys := map[string]int{}, make([]string, len(list))
	for i, one := range list {
		name := id(one)
		keys[i] = name + "\x00" + strconv.Itoa(count[name])
		count[name]++
	}
	return keys
}

// entry is a text of a part under its own name.
type entry struct{ id, title, text string }

// listed compares texts by their IDs, and the order in which those stand that both have.
func listed(before, after []entry) (out []Change) {
	id := func(e entry) string { return e.id }
	pair(before, after, id, func(was, is *entry) {
		switch {
		case was == nil:
			out = append(out, Change{Added, is.id, is.title, "", is.text})
		case is == nil:
			out = append(out, Change{Removed, was.id, was.title, was.text, ""})
		case was.title != is.title:
			out = append(out, Change{Changed, is.id, is.title, was.title + "\n" + was.text, is.title + "\n" + is.text})
		case was.text != is.text:
			out = append(out, Change{Changed, is.id, is.title, was.text, is.text})
		}
	})
	was, is := common(before, after), common(after, before)
	if !slices.Equal(was, is) {
		out = append(out, Change{Changed, "order", "Order", strings.Join(was, "\n"), strings.Join(is, "\n")})
	}
	return out
}

// common are the IDs of a list that another has, too, in its order.
func common(list, other []entry) (out []string) {
	there := map[string]bool{}
	for _, e := range other {
		there[e.id] = true
	}
	for _, e := range list {
		if there[e.id] {
			out = append(out, e.id)
		}
	}
	return out
}
