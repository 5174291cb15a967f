package question

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/atmacena/cocare/internal/reason"
)

// MaxAuthored bounds a text of a question, in characters.
const MaxAuthored = 2000

// Bounds on what an author may write.
const (
	maxOptions  = 26 // one letter each
	maxRows     = 20
	maxRefs     = 50 // objectives or facts
	maxDecimals = 6
	maxPoints   = 100
)

// Problem is one mistake in a question. Path names the field, as in
// "options[2].rationale", where rows count from 1. Line is its line in the
// file, 0 where the question did not come from [Parse]. Question is its ID,
// where it has one. Msg says what to do, Why what for.
type Problem struct {
	Question string `json:"question,omitempty"`
	Path     string `json:"path"`
	Line     int    `json:"line,omitempty"`
	Msg      string `json:"msg"`

	Why reason.Reason `json:"-"`
}

func (p Problem) String() string {
	s := p.Msg
	if p.Path != "" {
		s = p.Path + ": " + s
	}
	if p.Question != "" {
		s = p.Question + ": " + s
	}
	return s
}

// checker collects the problems of one question.
type checker struct {
	q        *Question
	problems []Problem
}

func (c *checker) add(why reason.Reason, path, format string, args ...any) {
	c.problems = append(c.problems, Problem{Question: c.q.ID, Path: path, Msg: fmt.Sprintf(format, args...), Why: why})
}

// Validate returns every mistake that can be seen in the question alone.
// Whether its objectives, facts and case exist is for the course to say.
func (q *Question) Validate() []Problem {
	c := &checker{q: q}
	if !c.counts() {
		return c.problems
	}
	c.id("id", q.ID)
	c.text("prompt", q.Prompt, true)
	c.text("rationale", q.Rationale, false)
	c.common()
	if !slices.Contains(Kinds(), q.Kind) {
		c.add(reason.Known, "kind", "unknown kind %q; use one of %s", clip(string(q.Kind)), kindNames())
		return c.problems
	}
	c.foreign()
	switch {
	case q.Kind.Choice():
		c.options()
	case q.Kind == Numeric:
		c.numeric()
	case q.Kind == Ordering:
		c.ordering()
	case q.Kind == Matching:
		c.matching()
	case q.Kind == ShortAnswer:
		c.short()
	}
	return c.problems
}

// counts bounds every list before any work that grows faster than its length.
func (c *checker) counts() bool {
	q := c.q
	for _, l := range []struct {
		path    string
		n, most int
	}{
		{"objectives", len(q.Objectives), maxRefs},
		{"facts", len(q.Facts), maxRefs},
		{"options", len(q.Options), maxOptions},
		{"answer", len(q.order()), maxRows},
		{"errors", len(q.Errors), maxRows},
		{"items", len(q.Items), maxRows},
		{"left", len(q.Left), maxRows},
		{"right", len(q.Right), maxOptions},
		{"rubric", len(q.Rubric), maxRows},
		{"zero_if", len(q.ZeroIf), maxRows},
		{"lose_if", len(q.LoseIf), maxRows},
	} {
		if l.n > l.most {
			c.add(reason.Bounded, l.path, "has %d entries; give at most %d", l.n, l.most)
		}
	}
	return len(c.problems) == 0
}

func kindNames() string {
	var names []string
	for _, k := range Kinds() {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

func (c *checker) common() {
	if c.q.Case != "" {
		c.id("case", c.q.Case)
	}
	if c.q.Jurisdiction != "" {
		c.id("jurisdiction", c.q.Jurisdiction)
	}
	if len(c.q.Objectives) == 0 {
		c.add(reason.Reflected, "objectives", "name at least one objective, as in [LO1]")
	}
	c.ids("objectives", c.q.Objectives)
	c.ids("facts", c.q.Facts)
}

// foreign refuses fields that the kind does not use.
func (c *checker) foreign() {
	q := c.q
	k := q.Kind
	for _, f := range []struct {
		path    string
		present bool
		fits    bool
	}{
		{"options", len(q.Options) > 0, k.Choice()},
		{"answer", q.Answer != nil, k == Numeric || k == Ordering},
		{"working", q.Working != "", k == Numeric},
		{"errors", len(q.Errors) > 0, k == Numeric},
		{"items", len(q.Items) > 0, k == Ordering},
		{"left", len(q.Left) > 0, k == Matching},
		{"right", len(q.Right) > 0, k == Matching},
		{"model", q.Model != "", k == ShortAnswer},
		{"points", q.Points != 0, k == ShortAnswer},
		{"rubric", len(q.Rubric) > 0, k == ShortAnswer},
		{"zero_if", len(q.ZeroIf) > 0, k == ShortAnswer},
		{"lose_if", len(q.LoseIf) > 0, k == ShortAnswer},
		{"limit", q.Limit != nil, k == ShortAnswer},
		{"shuffle", q.Shuffle != nil, k != Numeric && k != ShortAnswer},
	} {
		if f.present && !f.fits {
			c.add(reason.Understood, f.path, "a %s question has no %s; remove it", k, f.path)
		}
	}
}

var idPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$`)

func (c *checker) id(path, id string) {
	if !idPattern.MatchString(id) {
		c.add(reason.Named, path, "%q is not an id; use 1 to 32 letters, digits, dots, dashes or underscores", clip(id))
	}
}

// ids checks form and uniqueness of a list of references.
func (c *checker) ids(path string, ids []string) {
	for i, id := range ids {
		at := row(path, i, "")
		c.id(at, id)
		if slices.Contains(ids[:i], id) {
			c.add(reason.Named, at, "%s stands here twice; remove one", clip(id))
		}
	}
}

// text checks one paragraph of plain text.
func (c *checker) text(path, s string, required bool) {
	c.textFor(reason.Said, path, s, required)
}

// textFor is text where what is missing is missed for a reason of its own.
func (c *checker) textFor(why reason.Reason, path, s string, required bool) {
	switch {
	case s == "":
		if required {
			c.add(why, path, "is missing; write it")
		}
	case !utf8.ValidString(s):
		c.add(reason.Legible, path, "is not valid UTF-8; save the file as UTF-8")
	case strings.ContainsFunc(s, unicode.IsControl):
		c.add(reason.Fits, path, "holds a line break or control character; write one paragraph on one line, or fold it with >-")
	case strings.TrimSpace(s) != s:
		c.add(reason.Fits, path, "begins or ends with a space, or is blank; remove the space or write the text")
	case utf8.RuneCountInString(s) > MaxAuthored:
		c.add(reason.Fits, path, "has %d characters; at most %d are possible", utf8.RuneCountInString(s), MaxAuthored)
	}
}

// rows checks IDs and texts of a list; two equal texts cannot be told
// apart by a learner.
func (c *checker) rows(path string, ids, texts []string) {
	if len(ids) < 2 {
		c.add(reason.Gradable, path, "has %d entries; give at least 2", len(ids))
	}
	for i, id := range ids {
		c.id(row(path, i, "id"), id)
		if slices.Contains(ids[:i], id) {
			c.add(reason.Named, row(path, i, "id"), "%s is used twice; give every entry its own id", clip(id))
		}
		c.text(row(path, i, "text"), texts[i], true)
		if first := slices.Index(texts, texts[i]); first < i && texts[i] != "" {
			c.add(reason.Gradable, row(path, i, "text"), "is the same as that of entry %d; write a different one", first+1)
		}
	}
}

// row names the i-th row of a list, counted from 1 for people.
func row(path string, i int, field string) string {
	s := fmt.Sprintf("%s[%d]", path, i+1)
	if field != "" {
		s += "." + field
	}
	return s
}

// clip shortens foreign text that a message repeats.
func clip(s string) string {
	if utf8.RuneCountInString(s) > maxForeignRunes {
		return string([]rune(s)[:maxForeignRunes]) + "…"
	}
	return s
}
