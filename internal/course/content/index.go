package content

import (
	"html"
	"html/template"
	"strings"

	"github.com/atmacena/cocare/internal/question"
)

// index finds the parts of a course by name.
type index struct {
	bySlug, byID map[string]*Lesson
	lessons      []*Lesson
	modules      map[string]*Module
	questions    map[string]*question.Question
	cases        map[string]*Case
	facts        map[string]*Fact
	media        map[string]MediaFile
}

func newIndex(c *Course) *index {
	x := &index{
		bySlug: map[string]*Lesson{}, byID: map[string]*Lesson{}, modules: map[string]*Module{},
		questions: map[string]*question.Question{}, cases: map[string]*Case{}, facts: map[string]*Fact{}, media: mediaFiles(c),
	}
	for _, m := range c.Modules {
		x.modules[m.ID] = m
		for _, l := range m.Lessons {
			x.bySlug[l.Slug], x.byID[l.ID] = l, l
			x.lessons = append(x.lessons, l)
		}
		for _, q := range m.Check {
			x.questions[q.ID] = q
		}
	}
	for _, q := range c.Bank {
		x.questions[q.ID] = q
	}
	for _, k := range c.Cases {
		x.cases[k.ID] = k
	}
	for _, f := range c.Facts {
		x.facts[f.ID] = f
	}
	return x
}

// names builds the index on first use: a course is complete by then.
func (c *Course) names() *index {
	if x := c.index.Load(); x != nil {
		return x
	}
	x := newIndex(c)
	c.index.Store(x)
	return x
}

// Lessons returns all lessons in reading order.
func (c *Course) Lessons() []*Lesson { return c.names().lessons }

// Lesson finds a lesson by its slug.
func (c *Course) Lesson(slug string) (*Lesson, bool) { l, ok := c.names().bySlug[slug]; return l, ok }

// LessonByID finds a lesson by its ID.
func (c *Course) LessonByID(id string) (*Lesson, bool) { l, ok := c.names().byID[id]; return l, ok }

// Module finds a module by its ID.
func (c *Course) Module(id string) (*Module, bool) { m, ok := c.names().modules[id]; return m, ok }

// Question finds an item of a check or of the exam.
func (c *Course) Question(id string) (*question.Question, bool) {
	q, ok := c.names().questions[id]
	return q, ok
}

// Case finds a case.
func (c *Course) Case(id string) (*Case, bool) { k, ok := c.names().cases[id]; return k, ok }

// Fact finds a fact.
func (c *Course) Fact(id string) (*Fact, bool) { f, ok := c.names().facts[id]; return f, ok }

// Objective finds an objective.
func (c *Course) Objective(id string) (Objective, bool) {
	for _, o := range c.Objectives {
		if o.ID == id {
			return o, true
		}
	}
	return Objective{}, false
}

// Words returns the words of all lessons, as counted for credit.
func (c *Course) Words() (n int) {
	for _, l := range c.names().lessons {
		n += l.Words
	}
	return n
}

// Link returns the address of the work, "" where no DOI is known.
func (r *Reference) Link() string {
	if r.DOI == "" {
		return ""
	}
	return "https://doi.org/" + r.DOI
}

// Names prints the authors as in a list of references.
func (r *Reference) Names() string {
	var names []string
	for _, a := range r.Authors {
		names = append(names, strings.TrimSpace(a.Literal+" "+strings.TrimSpace(a.Family+" "+a.Given)))
	}
	s := strings.Join(names, ", ")
	if r.EtAl && s != "" {
		s += ", et al"
	}
	return s
}

// String prints the reference in the order that biomedical journals use:
// authors, title, journal, year;volume(issue):pages.
func (r *Reference) String() string {
	var parts []string
	for _, p := range []string{r.Names(), r.Title, r.Container + r.numbers()} {
		if p = strings.TrimRight(strings.TrimSpace(p), "."); p != "" {
			if !strings.HasSuffix(p, "?") {
				p += "."
			}
			parts = append(parts, p)
		}
	}
	s := strings.Join(parts, " ")
	if r.Note != "" {
		s += " (" + r.Note + ")"
	}
	return s
}

func (r *Reference) numbers() string {
	s := ""
	if r.Issued != "" {
		s = " " + r.Issued
	}
	if r.Volume != "" {
		s += ";" + r.Volume
	}
	if r.Issue != "" {
		s += "(" + r.Issue + ")"
	}
	if r.Page != "" {
		s += ":" + r.Page
	}
	return s
}

// HTML prints the reference with its DOI as a link.
func (r *Reference) HTML() template.HTML {
	s := html.EscapeString(r.String())
	if r.DOI != "" {
		s += ` <a href="` + html.EscapeString(r.Link()) + `">doi:` + html.EscapeString(r.DOI) + `</a>`
	}
	return safe(s)
}

// BankOf returns the exam items of an objective: those whose first objective
// it is, since a blueprint row draws each item once.
func (c *Course) BankOf(objective string) (out []*question.Question) {
	for _, q := range c.Bank {
		if len(q.Objectives) > 0 && q.Objectives[0] == objective {
			out = append(out, q)
		}
	}
	return out
}
