package kit

import "time"

// Table is a short list of one kind of thing on the page of another; the partial
// "short-table" draws it. Where there are more than it shows, All leads to them.
type Table struct {
	ID, Title string // ID is that of its heading
	Head      []string
	Rows      [][]Cell
	All       Link // "" Href: there is no list of its own
	None      string
}

// Cell is a cell of a Table: text, or a day in the viewer's zone. Note is a small
// line below it; Tone makes a badge of the text, "neutral" one without a color.
type Cell struct {
	Text, Note, Href, Tone string
	Day                    *time.Time
}
