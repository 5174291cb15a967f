package compare

import (
	"strings"

	"github.com/atmacena/cocare/internal/course/content"
)

// CardPart is a part of a course card in words.
type CardPart struct {
	ID, Title string
	Rows      []CardRow
}

// CardRow is what a thing is called, and what it is.
type CardRow struct {
	Title string
	Lines []string
}

// Card is everything that a course card says, for who reads it without its file, in the
// words in which two of them are compared. What is empty is left out.
func Card(c *content.Course) (out []CardPart) {
	for _, p := range []struct {
		id, title string
		rows      [][2]string
	}{
		{"about", "What the course says of itself", titled(about(c))},
		{"people", "People behind the course", titled(people(c))},
		{"rules", "Rules that learners feel", inWords(c.Card)},
		{"credit", "What estimated hours are worked out from", titled(hours(c))},
		{"offer", "How it is offered", titled(offer(c))},
	} {
		part := CardPart{ID: p.id, Title: p.title}
		for _, r := range p.rows {
			if text := strings.TrimSpace(r[1]); text != "" {
				part.Rows = append(part.Rows, CardRow{r[0], strings.Split(text, "\n")})
			}
		}
		if len(part.Rows) > 0 {
			out = append(out, part)
		}
	}
	return out
}

func titled(list []entry) (out [][2]string) {
	for _, e := range list {
		out = append(out, [2]string{e.title, e.text})
	}
	return out
}
