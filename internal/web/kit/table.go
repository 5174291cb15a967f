package kit

import "time"

// Table is a short list of one kind of thing on the page of another; the partial
// "short-table" draws it. All leads to the whole list, where there is one.
type Table struct {
	ID, Title string // ID is that of its heading
	Head      []string
	Rows      [][]Cell
	All       string // address, or ""
	None      string // what stands there without rows
}

// Cell is a cell of a Table: text, which Href makes a link, or a day in the
// viewer's zone, or a Value as the lists of its kind show it. Note is a small
// line below.
type Cell struct {
	Text, Note, Href string
	Day              *time.Time
	Kind             string // of Value: enrollment, order, certificate, request, accommodation or mail
	Value            any
}
