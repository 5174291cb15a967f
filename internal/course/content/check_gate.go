package content

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/reason"
)

// checkGate: a course with clinical content cannot drop the reviews, the
// disclosure and the crisis line that make it safe to publish.
func (l *loader) checkGate() {
	rules := l.c.Lint
	for _, s := range rules.FooterSays {
		if !strings.Contains(l.c.Card.Footer, s) && l.cardDoc.Root != nil {
			l.because(reason.Crisis).errorf("course.yaml", l.cardDoc.line("footer"), "write the line that every lesson ends with", "the footer does not say %q", s)
		}
	}
	if n := len(strings.Fields(string(l.files["disclosure.md"]))); n < rules.DisclosureWords {
		l.because(reason.Before).errorf("disclosure.md", 1, "say who paid, who controls the content, what is off-label and what the course is not", "the disclosure has %s where at least %d are asked for", several(n, "word"), rules.DisclosureWords)
	}
	l.checkExpiry()
	if rules.ClinicalReview {
		l.checkReviews()
	}
}

func (l *loader) checkExpiry() {
	card, months := l.c.Card, l.c.Lint.ExpiresWithinMonths
	checked, err := time.Parse(time.DateOnly, card.CheckedOn)
	if err != nil || months == 0 {
		return
	}
	if last := checked.AddDate(0, months, 0).Format(time.DateOnly); card.ExpiresOn > last {
		l.because(reason.Fresh).errorf("course.yaml", l.cardDoc.line("expires_on"), "check the content again, or name "+last+" at the latest",
			"the content expires on %s, more than %d months after it was checked", clip(card.ExpiresOn), months)
	}
}

// checkReviews: each module waits for a medical or therapist review, the cases
// for a therapist's, and what depends on the place for a legal one.
func (l *loader) checkReviews() {
	covers := func(id, module string, kinds ...string) bool {
		return slices.ContainsFunc(l.c.Signoffs, func(s Signoff) bool {
			return slices.Contains(kinds, s.Kind) && (slices.Contains(s.Lessons, id) || slices.Contains(s.Lessons, module))
		})
	}
	const fix = "ask for it in signoff.yaml"
	r := l.because(reason.Reviewed)
	for _, t := range l.order {
		if !covers(t.ID, t.ModuleID, "medical", "therapist") {
			r.errorf("signoff.yaml", 0, fix, "no medical or therapist review covers lesson %s", t.ID)
		}
		if len(t.Jurisdictions) > 0 && l.c.Lint.legal(t.ID) && !covers(t.ID, t.ModuleID, "legal") {
			r.errorf("signoff.yaml", 0, fix, "no legal review covers lesson %s, which depends on the place", t.ID)
		}
	}
	if len(l.c.Cases) > 0 && !slices.ContainsFunc(l.c.Signoffs, func(s Signoff) bool { return s.Kind == "therapist" && s.Cases }) {
		r.errorf("signoff.yaml", 0, fix, "no therapist review covers the cases")
	}
}

// checkKeys: what a rationale calls right is the key, and nothing else is.
func (l *loader) checkKeys(q *question.Question) {
	at := l.questions[q.ID]
	for _, o := range q.Options {
		first, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(o.Rationale)), " ")
		switch first = strings.Trim(first, ".,:;!"); {
		case o.Correct && slices.Contains([]string{"incorrect", "no", "unfair", "wrong"}, first):
			l.because(reason.Explained).errorf(at.file, at.line, "move the key, or correct the rationale", "%s: option %s is keyed as right, but its rationale begins with “%s”", q.ID, o.ID, first)
		case !o.Correct && slices.Contains([]string{"correct", "yes", "fair", "right"}, first):
			l.because(reason.Explained).errorf(at.file, at.line, "key it, or correct the rationale", "%s: option %s is not keyed, but its rationale begins with “%s”", q.ID, o.ID, first)
		}
	}
}

// checkSearch: that nothing was found is what a search can say, and never that
// nothing exists.
func (l *loader) checkSearch(file string, line int, text string, facts []string) {
	words := l.c.Lint.SearchWords
	searched := slices.ContainsFunc(facts, func(id string) bool { f := l.facts[id]; return f != nil && f.Status == SearchResult })
	if !searched || len(words) == 0 {
		return
	}
	if _, said := anyIn(normalize(text), normalizeAll(words)); !said {
		l.because(reason.Searched).errorf(file, line, "say what was found: "+strings.Join(words, ", "), "this rests on a search and does not say so: “%s”", clip(text))
	}
}

// trivialAlt reports an alternative text that describes nothing.
func trivialAlt(alt string) bool { return utf8.RuneCountInString(alt) < 15 }
