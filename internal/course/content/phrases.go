package content

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/atmacena/cocare/internal/course/markup"
	"github.com/atmacena/cocare/internal/reason"
)

// phrases are the language rules, ready to search with.
type phrases struct {
	rules             []rule
	device, medicine  []string
	clearedOrApproved bool
	offLabel          []OffLabel // normalized
}

type rule struct {
	words []string // normalized
	msg   string   // with one %s for the words found
	fix   string
}

// finding is one hit of a rule.
type finding struct {
	msg, fix string
	why      reason.Reason
}

func newPhrases(r LintRules) *phrases {
	p := &phrases{clearedOrApproved: r.ClearedNotApproved, device: normalizeAll(r.Devices), medicine: normalizeAll(r.Medicines)}
	for _, b := range r.Banned {
		if slices.Equal(b.Words, []string{Placeholder}) { // found everywhere, by checkPlaceholders
			continue
		}
		p.rules = append(p.rules, rule{normalizeAll(b.Words), "“%s” is ruled out", strings.TrimSpace(b.Why + ` Or mark the passage {.claim by="…"}`)})
	}
	for _, x := range r.Prefer {
		p.rules = append(p.rules, rule{normalizeAll([]string{x.Not}), "“%s” is not how this course says it", "write “" + x.Use + "”"})
	}
	if len(r.Names) > 0 {
		p.rules = append(p.rules, rule{normalizeAll(r.Names), "the name “%s” stands in the course", "name no provider as an endorsement"})
	}
	for _, o := range r.OffLabel {
		p.offLabel = append(p.offLabel, OffLabel{normalize(o.Medicine), normalizeAll(o.For)})
	}
	return p
}

// normalize brings a text to lower case words with single spaces around them,
// so that a whole phrase is found by a plain search. Hyphens inside words and
// percent signs stay.
func normalize(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 2)
	b.WriteByte(' ')
	space := true
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '%' {
			b.WriteRune(unicode.ToLower(r))
			space = false
		} else if !space {
			b.WriteByte(' ')
			space = true
		}
	}
	if !space {
		b.WriteByte(' ')
	}
	return b.String()
}

func normalizeAll(words []string) (out []string) {
	for _, w := range words {
		if n := normalize(w); n != " " {
			out = append(out, n)
		}
	}
	return out
}

// anyIn returns the first phrase that stands in a normalized text.
func anyIn(text string, words []string) (string, bool) {
	for _, w := range words {
		if strings.Contains(text, w) {
			return strings.TrimSpace(w), true
		}
	}
	return "", false
}

// denies are words that turn "approved" around.
var denies = normalizeAll([]string{"not", "no", "never", "off-label", "without", "nor", "neither", "unapproved"})

// promises finds a sentence that calls a medicine approved for what it is not.
func (p *phrases) promises(sentence string) (out []finding) {
	_, approved := anyIn(sentence, approves)
	_, denied := anyIn(sentence, denies)
	if !approved || denied {
		return nil
	}
	for _, o := range p.offLabel {
		if use, hit := anyIn(sentence, o.For); hit && strings.Contains(sentence, o.Medicine) {
			out = append(out, finding{fmt.Sprintf("%s is not approved for %s", strings.TrimSpace(o.Medicine), use), "write that this use is off-label", reason.Approved})
		}
	}
	return out
}

var (
	clears   = normalizeAll([]string{"cleared", "clears", "clearance", "clearances"})
	approves = normalizeAll([]string{"approved", "approves", "approval", "approvals"})
)

// find returns what the rules say about a text.
func (p *phrases) find(text string) (out []finding) {
	all := normalize(text)
	for _, r := range p.rules {
		if w, hit := anyIn(all, r.words); hit {
			out = append(out, finding{fmt.Sprintf(r.msg, w), r.fix, reason.Ruled})
		}
	}
	_, saysCleared := anyIn(all, clears)
	_, saysApproved := anyIn(all, approves)
	if !saysCleared && !saysApproved {
		return out
	}
	for _, s := range markup.Sentences(text) {
		n := normalize(s.Text)
		out = append(out, p.promises(n)...)
		if !p.clearedOrApproved {
			continue
		}
		_, device := anyIn(n, p.device)
		_, medicine := anyIn(n, p.medicine)
		_, cleared := anyIn(n, clears)
		_, approved := anyIn(n, approves)
		if device && !medicine && approved && !cleared {
			out = append(out, finding{"devices are cleared, not approved", "write “cleared”", reason.Approved})
		}
		if medicine && !device && cleared && !approved {
			out = append(out, finding{"medicines are approved, not cleared", "write “approved”", reason.Approved})
		}
	}
	return out
}
