package content

import (
	"fmt"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/reason"
)

// unmeasurable are verbs for what nobody can see a learner do.
var unmeasurable = []string{"understand", "know", "learn", "appreciate", "realize", "grasp", "comprehend", "believe", "become", "be", "gain", "increase",
	"improve", "enhance", "explore", "familiarize", "have", "remember"}

// checkVerbs: an objective says what a learner will be able to do.
func (l *loader) checkVerbs() {
	r := l.because(reason.Measurable)
	for i, o := range l.c.Objectives {
		first, _, _ := strings.Cut(strings.TrimSpace(o.Text), " ")
		first = strings.ToLower(strings.Trim(first, ",.:;"))
		switch {
		case slices.Contains(unmeasurable, first):
			r.warnf("objectives.yaml", l.objectiveDoc.line("[%d].text", i), "begin with what can be seen, such as explain, compare, apply or judge", "nobody can measure whether a learner can “%s”", first)
		case o.Verb != "" && !strings.EqualFold(o.Verb, first):
			l.because(reason.Measurable).warnf("objectives.yaml", l.objectiveDoc.line("[%d].verb", i), "let both agree", "the objective begins with “%s”, its verb is “%s”", clip(first), clip(o.Verb))
		}
	}
}

// checkReading: no lesson is harder to read than the course wants.
func (l *loader) checkReading(t *lessonText) {
	most := l.c.Lint.ReadingGrade
	if most == 0 {
		return
	}
	if tenths, ok := readingGrade(t.text.Units); ok && tenths > most*10 {
		l.because(reason.Grade).warnf(t.file, t.doc.line("title"), "shorten sentences, and use the shorter of two words", "the text is of reading grade %d.%d, where at most %d is wanted", tenths/10, tenths%10, most)
	}
}

// checkReferences: the printed literature is what the facts rest on.
func (l *loader) checkReferences() {
	if l.referenceDoc == nil || l.referenceDoc.Root == nil {
		return
	}
	r := l.because(reason.Rests)
	if len(l.c.References) == 0 && l.c.Lint.ClinicalReview {
		r.warnf("references.yaml", 1, "name what the facts were read in", "the course names no literature")
	}
	used := map[*Reference]bool{}
	for _, f := range l.c.Facts {
		for _, ref := range f.References {
			used[ref] = true
		}
	}
	for i, id := range l.referenceIDs {
		if ref := l.references[id]; ref != nil && !used[ref] {
			r.warnf("references.yaml", l.referenceDoc.line("[%d].id", i), "name it with a fact, or take it off the list", "no fact rests on reference %d, %s", ref.Number, clip(ref.ID))
		}
	}
}

// listed writes numbers as a sentence does, such as “2, 5 and 9”.
func listed(numbers []int) string {
	parts := make([]string, len(numbers))
	for i, n := range numbers {
		parts[i] = fmt.Sprint(n)
	}
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}
