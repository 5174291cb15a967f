package course

import (
	"cmp"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/media/sniff"
)

// Insertable is something that a lesson can show or point to, with the text that
// does it.
type Insertable struct {
	Kind         string // fact, figure, handout, term, lesson, case, box or mark
	ID           string
	Title, About string
	Status       FactStatus // of a fact
	Text         string     // to put into a lesson
}

// InsertableKinds are the kinds of what can be found, in the order of a list.
func InsertableKinds() []string {
	return []string{"fact", "figure", "handout", "term", "lesson", "case", "box", "mark"}
}

// Find returns what of a course holds every word of a query, upper and lower case
// and accents alike; kind "" means any. What is called so comes before what only
// speaks of it. At most limit are returned.
func (d *Insertables) Find(query, kind string, limit int) (list []Insertable) {
	words := strings.Fields(db.Fold(query))
	var rest []Insertable
	for i, one := range d.list {
		if kind != "" && one.Kind != kind {
			continue
		}
		switch {
		case holds(d.names[i], words):
			list = append(list, one)
		case holds(d.names[i]+" "+d.texts[i], words):
			rest = append(rest, one)
		}
	}
	list = append(list, rest...)
	return list[:min(len(list), limit)]
}

func holds(text string, words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
}

// Insertables is what a course has to offer its lessons, ready to be searched.
type Insertables struct {
	list         []Insertable
	names, texts []string // folded
}

func (d *Insertables) add(one Insertable, more ...string) {
	d.list = append(d.list, one)
	d.names = append(d.names, db.Fold(one.ID+" "+one.Title))
	d.texts = append(d.texts, db.Fold(one.About+" "+strings.Join(more, " ")))
}

// NewInsertables lists what a course has to offer.
func NewInsertables(c *Course) *Insertables {
	d := &Insertables{}
	for _, f := range c.Facts {
		one := Insertable{Kind: "fact", ID: f.ID, Title: f.Title, About: f.Text, Status: f.Status, Text: "[@" + f.ID + "]"}
		sources := []string{f.Source}
		for _, r := range f.References {
			sources = append(sources, r.String())
		}
		d.add(one, sources...)
	}
	for _, f := range c.Figures {
		d.add(Insertable{Kind: "figure", ID: f.ID, Title: f.Title, About: f.Caption, Text: "![](figure:" + f.ID + ")"}, f.Alt, f.Words)
	}
	for _, m := range c.Media {
		one := Insertable{Kind: "handout", ID: m.ID, Title: m.Title, About: m.Caption, Text: "![](media:" + m.ID + ")"}
		if m.Kind == sniff.Image {
			one.Kind, one.About = "figure", cmp.Or(m.Caption, m.Alt)
		}
		d.add(one, m.Alt)
	}
	for _, t := range c.Glossary {
		d.add(Insertable{Kind: "term", ID: t.ID, Title: t.Term, About: t.Meaning, Text: "[" + linked(t.Term) + "](term:" + t.ID + ")"})
	}
	for _, m := range c.Modules {
		for _, l := range m.Lessons {
			d.add(Insertable{Kind: "lesson", ID: l.ID, Title: l.Title, About: m.Title, Text: "[" + linked(l.Title) + "](lesson:" + l.ID + ")"})
		}
	}
	for _, k := range c.Cases {
		d.add(Insertable{Kind: "case", ID: k.ID, Title: k.Title, About: k.Name, Text: "::: case " + k.ID + "\n:::\n"})
	}
	for _, b := range boxes {
		d.add(Insertable{Kind: "box", ID: b[0], Title: b[1], About: b[2], Text: "::: " + b[0] + "\n\n:::\n"})
	}
	for _, m := range marks {
		d.add(Insertable{Kind: "mark", ID: m[0], Title: m[1], About: m[2], Text: m[3]})
	}
	return d
}

var brackets = strings.NewReplacer("[", "(", "]", ")")

// linked is a text as a link can show it.
func linked(s string) string { return brackets.Replace(s) }

var boxes = [][3]string{
	{"know", "What we know", "What checked facts say."},
	{"unknown", "What we don’t know", "What nobody has shown yet, or what is only inferred."},
	{"claim", "A claim to examine", "Somebody else’s statement, that the lesson weighs."},
	{"primer", "Primer", "What some readers know already."},
	{"practice", "In your practice", "What a therapist can do."},
	{"script", "Words for a client", "Sentences that can be said."},
	{"us", "United States", "What holds there alone."},
	{"canada", "Canada", "What holds there alone."},
	{"caution", "Caution", "What can do harm."},
}

var marks = [][4]string{
	{"plain", "No clinical claim", "For a passage without a citation.", "{.plain}"},
	{"question", "An open question", "For a passage that leans on what is not verified.", "{.question}"},
	{"claim", "Somebody’s claim", "Names whose it is.", `{.claim by=""}`},
	{"outcome", "A share of people with an outcome", "Names the outcome, when it was measured, and what it is compared with.", `{.outcome what="" when="" versus=""}`},
	{"prevalence", "A share of a group", "Names the group.", `{.prevalence of=""}`},
	{"calculation", "A sum of your own", "Names the facts that it starts from.", `{.calculation from=""}`},
}
