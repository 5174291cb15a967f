package learn

import (
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

// The bounds of a search: what is typed beyond them is not looked for, what is
// found beyond them is counted.
const (
	maxQuery  = 100 // characters
	maxWords  = 6
	maxHits   = 3  // shown of a lesson
	maxOthers = 10 // shown of the glossary, and of the references
	around    = 70 // characters shown before the first word found
	shown     = 220
)

// hit is a passage found; group are those of one lesson, or of a list.
type hit struct {
	Heading, Href string
	Text          []stretch
}

type group struct {
	Title, Href string
	Hits        []hit
	More        int // found beside those shown
}

func (g *group) add(h hit, most int) {
	if len(g.Hits) == most {
		g.More++
		return
	}
	g.Hits = append(g.Hits, h)
}

// searchPage is the field with what was found.
type searchPage struct {
	frame
	Query  string
	Short  bool // too short to look for
	Groups []group
	Count  int
}

func (h *handler) getSearch(c echo.Context) error {
	l, f, err := h.content(c)
	if err != nil {
		return err
	}
	if l.DisclosedAt == nil && l.State == enrollment.Active {
		return kit.Redirect(c, f.Base+"/disclosure", nil)
	}
	st, err := h.shelf.of(c, f)
	if err != nil {
		return err
	}
	p := searchPage{frame: f, Query: asked(c.QueryParam("q"))}
	if w, ok := newWords(p.Query); ok {
		p.find(l, st.search(), w)
	} else {
		p.Short = p.Query != ""
	}
	return kit.Render(c, 200, "learn/search", p)
}

// asked is a query within its bounds.
func asked(q string) string {
	r := []rune(strings.Join(strings.Fields(strings.ToValidUTF8(q, "")), " "))
	return string(r[:min(len(r), maxQuery)])
}

// find fills the page; a lesson that is still locked is not looked into.
func (p *searchPage) find(l enrollment.Learning, x *index, w words) {
	keep := func(g group) {
		if len(g.Hits) > 0 {
			p.Groups = append(p.Groups, g)
			p.Count += len(g.Hits) + g.More
		}
	}
	open := map[string]bool{}
	for _, list := range x.lessons {
		lesson := list[0].lesson
		if l.State == enrollment.Active && enrollment.Locked(l.Edition, l.Record, lesson.ID) {
			continue
		}
		open["/lessons/"+lesson.Slug] = true
		at := p.URL("/lessons/" + lesson.Slug)
		g := group{Title: lesson.Title, Href: at}
		for _, s := range list {
			if !w.in(s.text) {
				continue
			}
			one := hit{Heading: "Beginning of the lesson", Href: at, Text: w.cut(s.text)}
			if s.anchor != "" {
				one.Heading, one.Href = s.heading, at+"#"+s.anchor
			}
			g.add(one, maxHits)
		}
		keep(g)
	}
	for _, part := range []struct {
		title string
		list  []entry
	}{{"Glossary", x.glossary}, {"References", x.references}} {
		g := group{Title: part.title}
		for _, e := range part.list {
			path, anchor, _ := strings.Cut(e.place, "#")
			if w.in(e.text) && (path == "/glossary" || open[path]) {
				g.add(hit{Heading: e.heading, Href: p.URL(path) + "#" + anchor, Text: w.cut(e.text)}, maxOthers)
			}
		}
		keep(g)
	}
}
