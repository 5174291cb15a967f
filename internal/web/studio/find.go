package studio

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/web/kit"
)

// shownFound bounds a list of what was found.
const shownFound = 30

// findPage searches what a lesson can show or point to.
type findPage struct {
	place
	Q, Kind string
	Found   []found
	None    bool // there is nothing of the kind
}

// found is something with the text that shows it.
type found struct {
	course.Insertable
	Word   string // what it is
	Status string // how far a fact was checked
	Tone   string
}

// Crumbs lead to the draft.
func (p findPage) Crumbs() []kit.Link { return p.crumbs() }

// Kinds are what can be looked for.
func (findPage) Kinds() []kit.Option {
	list := []kit.Option{{Value: "", Label: "Everything"}}
	for _, k := range course.InsertableKinds() {
		list = append(list, kit.Option{Value: k, Label: foundWords[k][1]})
	}
	return list
}

// foundWords name one and several of a kind.
var foundWords = map[string][2]string{
	"fact": {"Fact", "Facts"}, "figure": {"Figure", "Figures and pictures"}, "term": {"Term", "Terms"}, "lesson": {"Lesson", "Lessons"},
	"handout": {"Handout or recording", "Handouts and recordings"}, "case": {"Case", "Cases"}, "box": {"Box", "Boxes"}, "mark": {"Mark", "Marks"},
}

// beginnings lead to where somebody makes what a lesson can show.
func (p place) beginnings(kind string) []kit.Link {
	switch kind {
	case "fact":
		return []kit.Link{{Label: "Write a fact", Href: p.Form("facts.yaml", "")}}
	case "figure":
		return []kit.Link{{Label: "Add a drawing", Href: p.At("/drawing")}, {Label: "Add a picture", Href: p.At("/media")}}
	case "handout":
		return []kit.Link{{Label: "Add a handout or a recording", Href: p.At("/media")}}
	case "term":
		return []kit.Link{{Label: "Write a term", Href: p.Form("glossary.yaml", "")}}
	case "lesson":
		return []kit.Link{{Label: "Add a lesson", Href: p.At("/new")}}
	case "case":
		return []kit.Link{{Label: "Add a case", Href: p.At("/new")}}
	}
	return nil
}

// Begin leads to where one is made that is looked for.
func (p findPage) Begin() []kit.Link { return p.beginnings(p.Kind) }

// Nothing says why nothing is shown.
func (p findPage) Nothing() string {
	if !p.None {
		return "Nothing matches. Try fewer words."
	}
	if words := foundWords[p.Kind][1]; words != "" {
		return "The course has none of these yet: " + strings.ToLower(words) + "."
	}
	return "The course has none of these yet."
}

// statusWords say how far a fact was checked, with the tone of it.
var statusWords = map[course.FactStatus][2]string{
	course.VerifiedPrimary: {"checked in its source", "ok"}, course.VerifiedSecondary: {"checked in a second source", "ok"},
	course.Calculation: {"a sum of verified numbers", "ok"}, course.SearchResult: {"a search of ours", "info"},
	course.Known: {"known, not looked up", "warn"}, course.Inference: {"inferred", "warn"}, course.ArticleOnly: {"the article’s own claim", "warn"},
}

// getFind is a page, and for the editor's dialog its list alone.
func (h *handler) getFind(c echo.Context) error {
	q, err := kit.BindQuery(c)
	if err != nil {
		return err
	}
	p, err := h.place(c)
	if err != nil {
		return err
	}
	all, err := h.Courses.Insertables(c.Request().Context(), p.Slug)
	if err != nil {
		return err
	}
	page := findPage{place: p, Q: q.Str("q"), Kind: q.Str("kind")}
	for _, one := range all.Find(page.Q, page.Kind, shownFound) {
		status := statusWords[one.Status]
		page.Found = append(page.Found, found{Insertable: one, Word: foundWords[one.Kind][0], Status: status[0], Tone: status[1]})
	}
	page.None = len(all.Find("", page.Kind, 1)) == 0
	if kit.WantsJSON(c) {
		list, err := kit.Fragment(c, "studio/file", "studio-found", page)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, map[string]any{"list": list, "found": len(page.Found)})
	}
	return kit.Render(c, http.StatusOK, "studio/find", kit.View{Title: "Find what to show", Form: kit.NewForm("q", page.Q, "kind", page.Kind), Data: page})
}
