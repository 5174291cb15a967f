package learn

import (
	"html/template"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

// still is what of an edition's lesson pages is the same for every learner. An
// edition never changes and its overlays come with a new *course.Edition, so it
// is rendered once; a page then joins a few ready pieces.
type still struct {
	edition  *course.Edition
	modules  []stillModule
	mu       sync.RWMutex
	lessons  map[string]*stillLesson // by lesson ID, rendered when first asked for
	outlines map[string]kit.Piece    // by what is done; who reads in order shares them
	indexed  sync.Once
	index    *index       // for the search; see search
	used     atomic.Int64 // the turn
}

// maxOutlines bounds the memory: about 12 KB each.
const maxOutlines = 256

// stillLesson are the unchanging parts of one lesson's page: the text, and the
// page around it with holes for what is a learner's own, in each variant.
type stillLesson struct {
	body  kit.Piece
	pages map[variant]*kit.Stencil
}

// stillModule are the pieces of a module's outline.
type stillModule struct {
	title   template.HTML
	lessons []stillItem
	check   []template.HTML // by the number of questions answered; empty: none
}

// stillItem is a lesson in the outline, in each of its states.
type stillItem struct {
	id     string
	states [itemStates]template.HTML
}

const (
	itemTodo = iota
	itemDone
	itemLocked
	itemCurrent
	itemDoneCurrent
	itemStates
)

// maxStills bounds how many editions are kept rendered, those that were read last.
const maxStills = 64

// shelf keeps the editions that are being read.
type shelf struct {
	mu   sync.RWMutex
	m    map[string]*still // by edition ID
	turn atomic.Int64
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
		st.used.Store(s.turn.Add(1))
		return st, nil
	}
	st, err := newStill(c, f)
	if err != nil {
		return nil, err
	}
	s.keep(f.Edition.ID, st)
	return st, nil
}

// keep puts the pieces of an edition on the shelf, and lets go of those that nobody read
// for longest.
func (s *shelf) keep(id string, st *still) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.m == nil {
		s.m = map[string]*still{}
	}
	st.used.Store(s.turn.Add(1))
	s.m[id] = st
	for len(s.m) > maxStills {
		oldest := id
		for other, o := range s.m {
			if o.used.Load() < s.m[oldest].used.Load() {
				oldest = other
			}
		}
		delete(s.m, oldest)
	}
}

// stillData is the dot of the parts of templates/pages/learn/lesson.html.
type stillData struct {
	frame
	Module                              *course.Module
	Lesson                              *course.Lesson
	Of                                  int
	Objectives                          []course.Objective
	Withdrawn                           *course.Withdrawal
	Unreviewed, Done, Locked, Gone, Now bool
	Answered, Check                     int
}

// StatusWords says how far a fact was checked.
func (stillData) StatusWords(f *course.Fact) string {
	if f.Status == course.VerifiedPrimary && len(f.References) == 0 { // no paper stands above these words
		return "Checked at this source."
	}
	return statusWords[f.Status]
}

// ObjectiveWord says what an objective's ID means: LO3 is Objective 3.
func (stillData) ObjectiveWord(id string) string {
	if n, numbered := strings.CutPrefix(id, "LO"); numbered {
		return "Objective " + n
	}
	return "Objective " + id
}

// SourceWords says where a fact was read, which no reference to a work can: that
// it was its abstract, or somebody else’s page about it.
func (stillData) SourceWords(f *course.Fact) string {
	source := strings.TrimRight(f.Source, ". ")
	switch {
	case source == "":
		return ""
	case f.Status == course.Calculation || f.Status == course.SearchResult || f.Status == course.Inference:
		return source + "."
	}
	return "Read in: " + source + "."
}

func newStill(c echo.Context, f frame) (*still, error) {
	st := &still{edition: f.Edition, lessons: map[string]*stillLesson{}, outlines: map[string]kit.Piece{}}
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
	for state := range item.states {
		d.Done, d.Locked = state == itemDone || state == itemDoneCurrent, state == itemLocked
		d.Now = state == itemCurrent || state == itemDoneCurrent
		var err error
		if item.states[state], err = kit.Fragment(c, "learn/lesson", "outline-lesson", d); err != nil {
			return item, err
		}
	}
	return item, nil
}

// lesson returns the parts of a lesson's page.
func (st *still) lesson(c echo.Context, f frame, l *course.Lesson) (*stillLesson, error) {
	st.mu.RLock()
	sl := st.lessons[l.ID]
	st.mu.RUnlock()
	if sl != nil {
		return sl, nil
	}
	d := stillData{frame: f, Lesson: l, Of: len(f.Edition.Course.Lessons()), Unreviewed: !f.Edition.Reviewed()}
	d.Module, _ = f.Edition.Module(l.ModuleID)
	for _, id := range l.Objectives {
		if o, ok := f.Edition.Course.Objective(id); ok {
			d.Objectives = append(d.Objectives, o)
		}
	}
	if w, gone := f.Edition.Withdrawn(l.ID); gone {
		d.Withdrawn = &w
	}
	body, err := kit.Fragment(c, "learn/lesson", "lesson-body", d)
	if err != nil {
		return nil, err
	}
	sl = &stillLesson{body: kit.Pack(body), pages: map[variant]*kit.Stencil{}}
	st.mu.Lock()
	defer st.mu.Unlock()
	if first := st.lessons[l.ID]; first != nil {
		return first, nil
	}
	st.lessons[l.ID] = sl
	return sl, nil
}

// outline returns the outline as it stands for one learner.
func (st *still) outline(l enrollment.Learning, current string) kit.Piece {
	key := make([]byte, 0, 128)
	for i, m := range st.modules {
		for j := range m.lessons {
			key = append(key, m.lessons[j].state(l, current))
		}
		if len(m.check) > 0 {
			n := l.Record.Answered(l.Edition.Check(l.Edition.Course.Modules[i].ID))
			key = append(key, byte(n>>8), byte(n)) // #nosec G115 -- at most len(m.check)
		}
	}
	st.mu.RLock()
	p, ok := st.outlines[string(key)]
	st.mu.RUnlock()
	if ok {
		return p
	}
	p = kit.Pack(st.join(key))
	st.mu.Lock()
	defer st.mu.Unlock()
	if len(st.outlines) >= maxOutlines {
		clear(st.outlines)
	}
	st.outlines[string(key)] = p
	return p
}

// join puts the pieces together that key names.
func (st *still) join(key []byte) template.HTML {
	out := make([]byte, 0, 12<<10)
	for _, m := range st.modules {
		out = append(out, m.title...)
		for j := range m.lessons {
			out = append(out, m.lessons[j].states[key[j]]...)
		}
		key = key[len(m.lessons):]
		if len(m.check) > 0 {
			out = append(out, m.check[int(key[0])<<8|int(key[1])]...)
			key = key[2:]
		}
		out = append(out, "</ol>\n"...)
	}
	return template.HTML(out) // #nosec G203 -- made of rendered pieces
}

func (s *stillItem) state(l enrollment.Learning, current string) byte {
	done := l.Record.Lessons[s.id].Finished()
	switch {
	case s.id == current && done:
		return itemDoneCurrent
	case s.id == current:
		return itemCurrent
	case done:
		return itemDone
	case l.State == enrollment.Active && enrollment.Locked(l.Edition, l.Record, s.id):
		return itemLocked
	default:
		return itemTodo
	}
}
