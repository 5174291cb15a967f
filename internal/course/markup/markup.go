// Package markup turns the Markdown of a lesson into HTML, and into the list
// of units (paragraphs, list items, table rows) that the language rules are
// held against. It is pure: it knows no course, no database and no file.
//
// The dialect is docs/course-format.md: citations [@F-T01], marks {.plain},
// boxes fenced by :::, figures, terms and links to lessons. Raw HTML never
// reaches the output: goldmark renders without its unsafe option, and what
// this package adds is escaped here.
package markup

import (
	"fmt"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/reason"
)

// Bounds on one text. A line is a whole paragraph, so the second bound only
// stops what no author writes; it keeps a hostile file from costing seconds.
const (
	MaxBytes     = 256 << 10
	maxLineBytes = 16 << 10
)

// Text is a rendered text with everything that checks need to know about it.
type Text struct {
	HTML     string
	Words    int    // words of paragraphs, items, table cells and boxes
	Units    []Unit // in reading order
	Boxes    []Box  // in reading order
	Headings []Heading
	Cites    []string // fact IDs; the text shows index + 1
	Figures  []Use
	Media    []Use
	Terms    []Use
	Lessons  []Use
	Cases    []Use
	Problems []Problem
}

// Problem is a mistake in the text, by its line in the file.
type Problem struct {
	Line     int
	Msg, Fix string
	Why      reason.Reason
}

// Use is a reference to something by its ID.
type Use struct {
	ID   string
	Line int
}

// Heading is a heading of level 2 to 4 with the anchor that it got.
type Heading struct {
	ID, Text string
	Level    int
	Line     int
}

// Box is a fenced box. Arg is the case's ID for kind "case".
type Box struct {
	Kind, Arg, Title string
	Line             int
}

// Mark says what kind of number or statement a unit holds.
type Mark struct {
	Kind                             string
	What, When, Versus, Of, From, By string
}

// Kinds of units.
const (
	Paragraph = "paragraph"
	Item      = "list item"
	Row       = "table row"
	HeaderRow = "table header"
)

// Unit is a paragraph, a list item or a table row: what has to carry a
// citation or a mark. Text is without citations and marks.
type Unit struct {
	Kind      string
	Line      int
	Box       string // kind of the box around it, "" outside
	Text      string
	Sentences []Sentence
	Cites     []Use
	Marks     []Mark
}

// Sentence of a unit; Cited says whether a citation stands in it or directly
// behind its full stop.
type Sentence struct {
	Text  string
	Cited bool
}

// Has reports whether the unit carries a mark of the kind.
func (u Unit) Has(kind string) bool {
	return slices.ContainsFunc(u.Marks, func(m Mark) bool { return m.Kind == kind })
}

// Claim reports whether the unit is a claim under appraisal.
func (u Unit) Claim() bool { return u.Has("claim") || u.Box == "claim" }

// Case is a case as a box shows it; the texts are Markdown.
type Case struct {
	Title, Story string
	Prompts      []Prompt
}

// Prompt is a question with its model point, in Markdown.
type Prompt struct{ Question, Model string }

// Library resolves what a text refers to. A nil function means that texts of
// this kind may not refer to such things.
type Library struct {
	Fact   func(id string) bool
	Term   func(id string) (term, meaning string, ok bool)
	Lesson func(id string) (href string, ok bool)
	Figure func(id string) (string, bool)
	Medium func(id string) (string, bool)
	Case   func(id string) (Case, bool)
	// HideCites leaves the numbers out, where no list of references follows.
	HideCites bool
}

// Render reads src, whose first line is line firstLine of its file. It never
// fails: what it cannot make sense of is a problem, and its HTML is safe in
// any case.
func Render(src string, firstLine int, lib Library) *Text {
	w := &writer{lib: lib, out: &Text{}, marks: newState()}
	if len(src) > MaxBytes {
		w.problem(reason.Bounded, firstLine, "the text is longer than 256 KiB", "split it into several lessons")
		return w.out
	}
	line := firstLine
	for l := range strings.Lines(src) {
		if len(l) > maxLineBytes {
			w.problem(reason.Bounded, line, fmt.Sprintf("the line is longer than %d KiB", maxLineBytes>>10), "break the paragraph up")
			return w.out
		}
		line++
	}
	if p := costly(src, firstLine); p.Msg != "" {
		w.problem(p.Why, p.Line, p.Msg, p.Fix)
		return w.out
	}
	var html strings.Builder
	html.Grow(len(src) + len(src)/4)
	w.text(&html, src, firstLine)
	w.out.HTML = html.String()
	return w.out
}

// state is what a text and the cases inside it share: numbers and anchors.
type state struct {
	number  map[string]int // fact → number shown
	used    map[string]int // fact → how often
	anchors map[string]int
	terms   map[string]bool
	boxes   int
	tables  int
}

func newState() *state {
	return &state{number: map[string]int{}, used: map[string]int{}, anchors: map[string]int{}, terms: map[string]bool{}}
}

// writer renders one text; quiet ones render a case inside a lesson, whose
// words and mistakes are counted where the case is read.
type writer struct {
	lib   Library
	out   *Text
	marks *state
	quiet bool
	box   string // kind of the box being written
}

func (w *writer) problem(why reason.Reason, line int, msg, fix string) {
	if !w.quiet {
		w.out.Problems = append(w.out.Problems, Problem{Line: line, Msg: msg, Fix: fix, Why: why})
	}
}
