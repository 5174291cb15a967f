package learn

import (
	"html/template"
	"regexp"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

// variant is everything that decides which lines a lesson's page has. What
// stands in them is a learner's own and goes into the holes.
type variant struct {
	State                           enrollment.State
	Live, Own, Gone, Overdue        bool
	Timed, FromRequests             bool // time is shown; it is only from page requests
	Finished, Bookmarked, HasNote   bool
	AllRead, CertificateOpen, Saved bool
}

// The holes of a lesson's page, in the order in which own fills them.
const (
	holeOutline = iota
	holeBody
	holeDone
	holeTotal
	holeMinutesLeft
	holeLeft
	holeTime
	holeFinished
	holePage
	holeSeen
	holeNote
	holeSaved
	holes
)

// own holds what fills the holes: text, or HTML that was rendered before.
type own [holes]template.HTML

// text escapes a value for a hole; it is safe in text, in a textarea and in a
// quoted attribute.
func text(s string) template.HTML { return template.HTML(template.HTMLEscapeString(s)) } // #nosec G203 -- escaped

// marks fill the holes of a page that is rendered to be cut. They are letters
// only, so that no escaping changes them.
func marks() (o own) {
	for i := range o {
		o[i] = template.HTML("qzhole" + string(rune('a'+i)) + "zq") // #nosec G203 -- letters
	}
	return o
}

var mark = regexp.MustCompile("qzhole([a-z])zq")

// holed is a rendered page cut at its holes.
type holed struct {
	parts []string
	holes []int // between the parts
	size  int
}

func cut(page template.HTML) (h holed) {
	at := 0
	for _, m := range mark.FindAllStringSubmatchIndex(string(page), -1) {
		h.parts = append(h.parts, string(page[at:m[0]]))
		h.holes = append(h.holes, int(page[m[2]]-'a'))
		at = m[1]
	}
	h.parts = append(h.parts, string(page[at:]))
	for _, p := range h.parts {
		h.size += len(p)
	}
	return h
}

func (h holed) fill(o own) template.HTML {
	n := h.size
	for _, i := range h.holes {
		n += len(o[i])
	}
	var b strings.Builder
	b.Grow(n)
	for i, p := range h.parts {
		b.WriteString(p)
		if i < len(h.holes) {
			b.WriteString(string(o[h.holes[i]]))
		}
	}
	return template.HTML(b.String()) // #nosec G203 -- rendered parts and escaped values
}

// page returns the lesson's page for a learner, from memory if it can: one with
// a mistake in its form, or in an older cycle, is rendered whole.
func (st *still) page(c echo.Context, sl *stillLesson, p lessonPage) (template.HTML, error) {
	if p.Suffix != "" || p.Form.Bad() {
		return kit.Fragment(c, "learn/lesson", "lesson-page", p)
	}
	st.mu.Lock()
	h, ok := sl.pages[p.V]
	st.mu.Unlock()
	if !ok {
		empty := p
		empty.Mine, empty.Form = marks(), kit.NewForm()
		whole, err := kit.Fragment(c, "learn/lesson", "lesson-page", empty)
		if err != nil {
			return "", err
		}
		h = cut(whole)
		st.mu.Lock()
		sl.pages[p.V] = h
		st.mu.Unlock()
	}
	return h.fill(p.Mine), nil
}
