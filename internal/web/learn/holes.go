package learn

import (
	"html/template"

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
	holeOpened
	holeSeen
	holeNote
	holeSaved
	holeOwner
	holeToday
	holeCorrections
	holes
)

// own holds what fills the holes.
type own [holes]kit.Piece

// marks fill the holes of a page that is rendered to be cut.
func marks() (o own) {
	for i := range o {
		o[i] = kit.Piece{HTML: template.HTML(kit.Mark(i))} // #nosec G203 -- letters and digits
	}
	return o
}

// page returns the lesson's page for a learner, from memory if it can: one with
// a mistake in its form, or in an older cycle, is rendered whole.
func (st *still) page(c echo.Context, sl *stillLesson, p lessonPage) (kit.Ready, error) {
	if p.Suffix != "" || p.Form.Bad() {
		whole, err := kit.Fragment(c, "learn/lesson", "lesson-page", p)
		return kit.Ready{{HTML: whole}}, err
	}
	st.mu.RLock()
	s := sl.pages[p.V]
	st.mu.RUnlock()
	if s == nil {
		empty := p
		empty.Mine, empty.Form = marks(), kit.NewForm()
		whole, err := kit.Fragment(c, "learn/lesson", "lesson-page", empty)
		if err != nil {
			return nil, err
		}
		s = kit.Cut(whole, map[int]template.HTML{holeBody: sl.body.HTML, holeOwner: kit.Unknown(len(p.Mine[holeOwner].HTML)),
			holePage: kit.Unknown(len(p.Mine[holePage].HTML)), holeOpened: kit.Unknown(len(p.Mine[holeOpened].HTML))})
		st.mu.Lock()
		sl.pages[p.V] = s
		st.mu.Unlock()
	}
	return s.Fill(make(kit.Ready, 0, 2*s.Holes()+1), p.Mine[:]), nil
}
