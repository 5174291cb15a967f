// Package question owns the items of checks and exams: their kinds, how they
// are written in a course folder, what a learner may answer, how an answer is
// graded and what may be shown when. It is pure: no database, no clock, no
// other package of this program.
//
// Invariants:
//
//   - [Public] is the only form of a question that may reach a browser before
//     the answer is graded. It carries no key, rationale, working, model
//     answer or rubric, and does not depend on them.
//   - Grading is deterministic, exact (decimals, never floats) and never
//     fails: an answer that cannot be read earns nothing. Every question is
//     worth one mark, counted in thousandths ([Mark]). Every kind but the short
//     answer is all or nothing; [Result].Correct means the whole mark.
//   - A short answer is never graded by the machine: [Grade] says that it needs
//     a person, and [GradeShort] turns that person's points into a mark. An
//     unanswered question earns nothing and needs nobody.
//   - [ShuffleOrder] gives the same order for the same seed and question for
//     ever; a stored attempt should nevertheless keep the order it showed.
//   - Functions accept questions that [Question.Validate] would refuse, without
//     panic, but promise a sensible grade only for valid ones.
package question

// Kind says how a question is answered and graded.
type Kind string

// The kinds, as the course folder names them.
const (
	SingleChoice     Kind = "single-choice"
	MultipleResponse Kind = "multiple-response"
	TrueFalse        Kind = "true-false"
	Numeric          Kind = "numeric"
	Ordering         Kind = "ordering"
	Matching         Kind = "matching"
	ShortAnswer      Kind = "short-answer"
)

// Kinds lists every kind in the order in which they are documented.
func Kinds() []Kind {
	return []Kind{SingleChoice, MultipleResponse, TrueFalse, Numeric, Ordering, Matching, ShortAnswer}
}

// Choice reports whether the kind is answered by marking options.
func (k Kind) Choice() bool {
	return k == SingleChoice || k == MultipleResponse || k == TrueFalse
}

// Question is one item as its author wrote it, key included. The YAML names
// are those of the course folder; the JSON names are the same, so that a drawn
// form can be stored.
type Question struct {
	ID           string   `yaml:"id" json:"id"`
	Kind         Kind     `yaml:"kind" json:"kind"`
	Prompt       string   `yaml:"prompt" json:"prompt"`
	Case         string   `yaml:"case,omitempty" json:"case,omitempty"`
	Jurisdiction string   `yaml:"jurisdiction,omitempty" json:"jurisdiction,omitempty"`
	Objectives   []string `yaml:"objectives,omitempty" json:"objectives,omitempty"`
	Facts        []string `yaml:"facts,omitempty" json:"facts,omitempty"`
	Rationale    string   `yaml:"rationale,omitempty" json:"rationale,omitempty"`
	// Shuffle is true when absent; see [Question.Shuffles].
	Shuffle *bool `yaml:"shuffle,omitempty" json:"shuffle,omitempty"`

	// Options belong to single-choice, multiple-response and true-false.
	Options []Option `yaml:"options,omitempty" json:"options,omitempty"`

	// Answer is the key of numeric (a mapping) and ordering (a list).
	Answer *Answer `yaml:"answer,omitempty" json:"answer,omitempty"`

	// Working and Errors belong to numeric.
	Working string        `yaml:"working,omitempty" json:"working,omitempty"`
	Errors  []CommonError `yaml:"errors,omitempty" json:"errors,omitempty"`

	// Items belong to ordering.
	Items []Item `yaml:"items,omitempty" json:"items,omitempty"`

	// Left and Right belong to matching.
	Left  []Left  `yaml:"left,omitempty" json:"left,omitempty"`
	Right []Right `yaml:"right,omitempty" json:"right,omitempty"`

	// The rest belongs to short-answer.
	Model  string       `yaml:"model,omitempty" json:"model,omitempty"`
	Points int          `yaml:"points,omitempty" json:"points,omitempty"`
	Rubric []RubricLine `yaml:"rubric,omitempty" json:"rubric,omitempty"`
	ZeroIf []string     `yaml:"zero_if,omitempty" json:"zero_if,omitempty"`
	LoseIf []string     `yaml:"lose_if,omitempty" json:"lose_if,omitempty"`
	Limit  *Limit       `yaml:"limit,omitempty" json:"limit,omitempty"`
}

// Option is one choice of a single-choice, multiple-response or true-false
// question. A true-false question has the options "true" and "false".
type Option struct {
	ID        string `yaml:"id" json:"id"`
	Text      string `yaml:"text" json:"text"`
	Correct   bool   `yaml:"correct,omitempty" json:"correct,omitempty"`
	Rationale string `yaml:"rationale,omitempty" json:"rationale,omitempty"`
}

// CommonError is a wrong number that learners often reach, and why.
type CommonError struct {
	Value string `yaml:"value" json:"value"`
	Why   string `yaml:"why" json:"why"`
}

// Item is one thing to be put in order.
type Item struct {
	ID        string `yaml:"id" json:"id"`
	Text      string `yaml:"text" json:"text"`
	Rationale string `yaml:"rationale,omitempty" json:"rationale,omitempty"`
}

// Left is one row of a matching question; Match is the ID of its Right.
type Left struct {
	ID        string `yaml:"id" json:"id"`
	Text      string `yaml:"text" json:"text"`
	Match     string `yaml:"match" json:"match"`
	Rationale string `yaml:"rationale,omitempty" json:"rationale,omitempty"`
}

// Right is one thing to match with; several rows may share it, and it may
// belong to none.
type Right struct {
	ID   string `yaml:"id" json:"id"`
	Text string `yaml:"text" json:"text"`
}

// RubricLine is one thing that a short answer earns points for.
type RubricLine struct {
	Points int    `yaml:"points" json:"points"`
	Text   string `yaml:"text" json:"text"`
}

// Limit advises the writer of a short answer; it is not enforced.
type Limit struct {
	Sentences int `yaml:"sentences,omitempty" json:"sentences,omitempty"`
	Lines     int `yaml:"lines,omitempty" json:"lines,omitempty"`
}

// Shuffles reports whether the order of options, items or right-hand texts
// changes from attempt to attempt. True and false always stand in the
// author's order.
func (q *Question) Shuffles() bool {
	return q.Kind != TrueFalse && (q.Shuffle == nil || *q.Shuffle)
}

// key returns the numeric key, or nil when there is none.
func (q *Question) key() *NumericKey {
	if q.Answer == nil {
		return nil
	}
	return q.Answer.Numeric
}

// order returns the right order of the items, or nil when there is none.
func (q *Question) order() []string {
	if q.Answer == nil {
		return nil
	}
	return q.Answer.Order
}

// correctIDs returns the IDs of the correct options in the author's order.
func (q *Question) correctIDs() []string {
	var ids []string
	for _, o := range q.Options {
		if o.Correct {
			ids = append(ids, o.ID)
		}
	}
	return ids
}
