package question

import (
	"fmt"
	"regexp"
	"unicode/utf8"
)

// Finding is a weakness of writing: nothing that prevents grading, but
// something that lets a learner guess or that item-writing guides advise
// against. Question is "" where the finding concerns a whole bank.
type Finding struct {
	Question string `json:"question,omitempty"`
	Rule     string `json:"rule"`
	Msg      string `json:"msg"`
}

// The rules of [Lint] and [LintBank].
const (
	RuleLengthCue   = "length-cue"
	RuleCatchAll    = "catch-all-option"
	RuleAllCorrect  = "all-correct"
	RuleAlignedKey  = "aligned-key"
	RuleKeyPosition = "key-position"
	RuleKindShare   = "true-false-share"
	RuleLongestKey  = "longest-key"
)

// A correct option counts as a length cue when it exceeds the longest of the
// others by this ratio and by this many characters. The values are ours: a
// reader notices a quarter more, and short options vary by a word anyway.
const (
	cuePercent = 125
	cueRunes   = 15
)

// catchAll finds options that refer to the other options, which shuffling
// makes wrong and partial knowledge makes easy.
var catchAll = regexp.MustCompile(`(?i)\b(all|none|both|neither|any) of (the )?(above|below|these|others|other (options|answers))\b|\b(both|neither) [A-Z] (and|nor) [A-Z]\b`)

// Lint returns the weaknesses of one question.
func Lint(q *Question) []Finding {
	var out []Finding
	add := func(rule, format string, args ...any) {
		out = append(out, Finding{Question: q.ID, Rule: rule, Msg: fmt.Sprintf(format, args...)})
	}
	for _, o := range q.Options {
		if m := catchAll.FindString(o.Text); m != "" {
			add(RuleCatchAll, "option %s says %q, which fails when options are shuffled; name the thing itself", o.ID, m)
		}
	}
	if id, length, longest := lengthCue(q); id != "" {
		add(RuleLengthCue, "the correct option %s has %d characters, the longest other %d; even them out", id, length, longest)
	}
	if q.Kind == MultipleResponse && len(q.Options) > 0 && len(q.correctIDs()) == len(q.Options) {
		add(RuleAllCorrect, "every option is correct; add one that is not")
	}
	if aligned(q) {
		add(RuleAlignedKey, "left and right are listed in matching order, which the ids show in the browser; list right in another order")
	}
	return out
}

// lengthCue returns the correct option of a single choice when its length
// gives it away, with its length and that of the longest other in characters.
func lengthCue(q *Question) (id string, length, longest int) {
	if q.Kind != SingleChoice || len(q.Options) < 3 {
		return "", 0, 0
	}
	for _, o := range q.Options {
		if n := utf8.RuneCountInString(o.Text); o.Correct {
			id, length = o.ID, n
		} else {
			longest = max(longest, n)
		}
	}
	if length*100 < longest*cuePercent || length-longest < cueRunes {
		return "", 0, 0
	}
	return id, length, longest
}

// aligned reports whether each row of a matching meets the right-hand entry of
// the same place.
func aligned(q *Question) bool {
	if q.Kind != Matching || len(q.Left) < 3 || len(q.Right) < len(q.Left) {
		return false
	}
	for i, l := range q.Left {
		if q.Right[i].ID != l.Match {
			return false
		}
	}
	return true
}

// KeyPositions counts, over the single-choice questions, how often the
// correct option stands first, second and so on in the author's order. It
// matters where options are not shuffled and on printed copies.
func KeyPositions(qs []Question) []int {
	var counts []int
	for i := range qs {
		if qs[i].Kind != SingleChoice {
			continue
		}
		for pos, o := range qs[i].Options {
			for len(counts) <= pos {
				counts = append(counts, 0)
			}
			if o.Correct {
				counts[pos]++
			}
		}
	}
	return counts
}

// longestKeys counts the single-choice questions of three options or more whose
// correct one is longer than every other.
func longestKeys(qs []Question) (n int) {
	for i := range qs {
		if qs[i].Kind != SingleChoice || len(qs[i].Options) < 3 {
			continue
		}
		key, longest := 0, 0
		for _, o := range qs[i].Options {
			if runes := utf8.RuneCountInString(o.Text); o.Correct {
				key = runes
			} else {
				longest = max(longest, runes)
			}
		}
		if key > longest {
			n++
		}
	}
	return n
}

// minForSkew is how many single-choice questions a bank needs before the
// places of their keys say anything.
const minForSkew = 12

// LintBank returns the weaknesses of a bank as a whole: a key that stands
// noticeably often at one place, or is the longest of its options (half of all or
// more), and more true-false questions than trueFalsePercent allows (100: no limit).
func LintBank(qs []Question, trueFalsePercent int) []Finding {
	var out []Finding
	counts := KeyPositions(qs)
	total := 0
	for _, n := range counts {
		total += n
	}
	for pos, n := range counts {
		if total >= minForSkew && len(counts) > 2 && 2*n >= total {
			out = append(out, Finding{Rule: RuleKeyPosition, Msg: fmt.Sprintf(
				"the correct option stands at place %s in %d of %d single-choice questions; spread the keys", Letter(pos), n, total)})
		}
	}
	if n := longestKeys(qs); total >= minForSkew && 2*n >= total {
		out = append(out, Finding{Rule: RuleLongestKey, Msg: fmt.Sprintf(
			"the correct option is the longest in %d of %d single-choice questions; who always takes the longest gets them right", n, total)})
	}
	n := 0
	for i := range qs {
		if qs[i].Kind == TrueFalse {
			n++
		}
	}
	if n*100 > trueFalsePercent*len(qs) {
		out = append(out, Finding{Rule: RuleKindShare, Msg: fmt.Sprintf(
			"%d of %d questions are true-false; at most %d percent should be", n, len(qs), trueFalsePercent)})
	}
	return out
}
