package learn

import (
	"html/template"
	"sync"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

// still is what of an edition's lesson pages is the same for every learner. An
// edition never changes and its overlays come with a new *course.Edition, so it
// is rendered once; a page then joins a few ready pieces.
type still struct {
	edition *course.Edition
	mu      sync.Mutex
	lessons map[string]*stillLesson // by lesson ID, rendered when first asked for
	modules []stillModule
}

// stillLesson are the unchanging parts of one lesson's page: the text, and the
// page around it with holes for what is a learner's own, in each variant.
type stillLesson struct {
	body  template.HTML
	pages map[variant]holed
}

// stillModule are the pieces of a module's outline.
type stillModule struct {
	title   template.HTML
	lessons []stillItem
	check   []template.HTML // by the number of questions answered; empty: none
}

// stillItem is a lesson in the outline, in each of its states.
type stillItem struct {
	id                          string
	todo, done, locked, current template.HTML
	doneCurrent                 template.HTML
}

// shelf keeps the editions that are being read.
type shelf struct {
	mu sync.RWMutex
	m  map[string]*still // by edition ID
}

// of returns the pieces of an edition, made anew when its overlays changed. An
// older cycle has addresses of its own and is rare: its pieces are not kept.
func (s *shelf) of(c echo.Context, f frame) (*still, error) {
	if f.Suffix != "" {
		return newStill(c, f)
	}
	s.mu.RLock()
	st := s.m[f.Edition.ID]
	s.mu.RUnlock()
	if st != nil && st.edition == f.Edition {
		return st, nil
	}
	st, err := newStill(c, f)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.m == nil {
		s.m = map[string]*still{}
	}
	s.m[f.Edition.ID] = st
	return st, nil
}

// stillData is the dot of the parts of templates/pages/learn/lesson.html.
type stillData struct {
	frame
	Module                              *course.Module
	Lesson                              *course.Lesson
	Of                                  int
	Objectives                          []course.Objective
	Errata                              []course.Erratum
	Withdrawn                           *course.Withdrawal
	Unreviewed, Done, Locked, Gone, Now bool
	Answered, Check                     int
}

// StatusWords says how far a fact was checked.
func (stillData) StatusWords(s course.FactStatus) string { return statusWords[s] }

func newStill(c echo.Context, f frame) (*still, error) {
	st := &still{edition: f.Edition, lessons: map[string]*stillLesson{}}
	for _, m := range f.Edition.Course.Modules {
		var sm stillModule
		var err error
		d := stillData{frame: f, Module: m, Check: len(f.Edition.Check(m.ID))}
		if sm.title, err = kit.Fragment(c, "learn/lesson", "outline-title", d); err != nil {
			return nil, err
		}
		for _, l := range m.Lessons {
			item, err := newItem(c, d, l)
			if err != nil {
				return nil, err
			}
			sm.lessons = append(sm.lessons, item)
		}
		for n := 0; d.Check > 0 && n <= d.Check; n++ {
			d.Answered = n
			piece, err := kit.Fragment(c, "learn/lesson", "outline-check", d)
			if err != nil {
				return nil, err
			}
			sm.check = append(sm.check, piece)
		}
		st.modules = append(st.modules, sm)
	}
	return st, nil
}

func newItem(c echo.Context, d stillData, l *course.Lesson) (stillItem, error) {
	item := stillItem{id: l.ID}
	d.Lesson = l
	_, d.Gone = d.Edition.Withdrawn(l.ID)
	for _, v := range []struct {
		to                *template.HTML
		done, locked, now bool
	}{{&item.todo, false, false, false}, {&item.done, true, false, false}, {&item.locked, false, true, false}, {&item.current, false, false, true}, {&item.doneCurrent, true, false, true}} {
		d.Done, d.Locked, d.Now = v.done, v.locked, v.now
		var err error
		if *v.to, err = kit.Fragment(c, "learn/lesson", "outline-lesson", d); err != nil {
			return item, err
		}
	}
	return item, nil
}

// lesson returns the parts of a lesson's page.
func (st *still) lesson(c echo.Context, f frame, l *course.Lesson) (*stillLesson, error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if sl := st.lessons[l.ID]; sl != nil {
		return sl, nil
	}
	d := stillData{frame: f, Lesson: l, Of: len(f.Edition.Course.Lessons()), Errata: f.Edition.ErrataOf(l.ID), Unreviewed: !f.Edition.Reviewed()}
	d.Module, _ = f.Edition.Module(l.ModuleID)
	for _, id := range l.Objectives {
		if o, ok := f.Edition.Course.Objective(id); ok {
			d.Objectives = append(d.Objectives, o)
		}
	}
	if w, gone := f.Edition.Withdrawn(l.ID); gone {
		d.Withdrawn = &w
	}
	sl := &stillLesson{pages: map[variant]holed{}}
	var err error
	if sl.body, err = kit.Fragment(c, "learn/lesson", "lesson-body", d); err != nil {
		return nil, err
	}
	st.lessons[l.ID] = sl
	return sl, nil
}

// outline joins the pieces for one learner.
func (st *still) outline(l enrollment.Learning, current string) template.HTML {
	out := make([]byte, 0, 12<<10)
	for i, m := range st.modules {
		out = append(append(out, m.title...), "<ol>"...)
		for j := range m.lessons {
			out = append(out, m.lessons[j].piece(l, current)...)
		}
		if len(m.check) > 0 {
			check := l.Edition.Check(l.Edition.Course.Modules[i].ID)
			out = append(out, m.check[l.Record.Answered(check)]...)
		}
		out = append(out, "</ol>\n"...)
	}
	return template.HTML(out) // #nosec G203 -- made of rendered pieces
}

func (s *stillItem) piece(l enrollment.Learning, current string) template.HTML {
	done := l.Record.Lessons[s.id].Finished()
	switch {
	case s.id == current && done:
		return s.doneCurrent
	case s.id == current:
		return s.current
	case done:
		return s.done
	case l.State == enrollment.Active && enrollment.Locked(l.Edition, l.Record, s.id):
		return s.locked
	default:
		return s.todo
	}
}
