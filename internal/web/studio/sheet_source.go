package studio

import (
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/edit"
)

// factWords say how far a fact was checked, as docs/course-format.md does.
var factWords = map[string]string{
	"verified-p":   "Verified in the primary source: the paper’s own words, or an official page, were read",
	"verified-s":   "Verified in a secondary source: a copy, a summary or a report was read",
	"article-only": "Article only: stated by the source article, confirmed nowhere else",
	"known":        "Known: general knowledge, not checked against a source",
	"calculation":  "Calculation: ours, from checked numbers",
	"search":       "Search: what we found, or did not find, in a search",
	"inference":    "Inference: ours, not a finding",
}

var factRows = rows{One: "Fact", Many: "Facts", Apart: true, Asks: []ask{
	{Key: "id", Label: "ID"}, {Key: "title", Label: "Title"}, {Key: "text", Label: "Text", As: asLong, Most: course.MaxLong},
	{Key: "status", Label: "How far it was checked", As: asChoice, Options: []string{"verified-p", "verified-s", "article-only", "known", "calculation", "search", "inference"}, Words: factWords,
		Hint: "The key of a question can rest only on what was verified, a calculation or a search."},
	{Key: "references", Label: "References", As: asPick, Of: references}, {Key: "source", Label: "Where it was read", As: asLong, Most: course.MaxParagraph},
}, Begin: "F-0", Fresh: func(n begun) edit.Map {
	return edit.Map{{Key: "id", Value: n.ID}, {Key: "title", Value: todo}, {Key: "text", Value: todo}, {Key: "status", Value: "known"}, {Key: "references", Value: []string{}}, {Key: "source", Value: todo}}
}}

var termRows = rows{One: "Term", Many: "Terms", Apart: true, Asks: []ask{{Key: "id", Label: "ID"}, {Key: "term", Label: "Term", Most: course.MaxTerm}, {Key: "meaning", Label: "Meaning", As: asLong, Most: course.MaxStatement}}, Begin: "term-0", Names: true, Fresh: func(n begun) edit.Map {
	return edit.Map{{Key: "id", Value: n.ID}, {Key: "term", Value: todo}, {Key: "meaning", Value: todo}}
}}

var referenceRows = rows{One: "Reference", Many: "References", Apart: true, Begin: "ref-0", Names: true, Numbered: "number", Asks: []ask{
	{Key: "id", Label: "ID", Hint: "As facts name it: smith-2023."}, {Key: "type", Label: "What it is", As: asChoice, Options: []string{"article-journal", "book", "chapter", "report", "webpage", "thesis"}, Words: map[string]string{"article-journal": "Article in a journal", "chapter": "Chapter of a book", "webpage": "Web page"}},
	{Key: "title", Label: "Title", As: asLong}, {Key: "container-title", Label: "Journal, book or site", Optional: true}, {Key: "issued", Label: "Year", Optional: true},
	{Key: "volume", Label: "Volume", Optional: true}, {Key: "issue", Label: "Issue", Optional: true}, {Key: "page", Label: "Pages", Optional: true},
	{Key: "DOI", Label: "DOI", Hint: "As in 10.1234/abc, without address.", Optional: true}, {Key: "note", Label: "Note", Optional: true}, {Key: "et_al", Label: "More authors than are named (et al)", As: asCheck},
}, Lists: []rows{{Key: "author", One: "Author", Many: "Authors", Asks: []ask{
	{Key: "family", Label: "Family name"}, {Key: "given", Label: "Given names or initials"}, {Key: "literal", Label: "Or an organization", Optional: true},
}, Fresh: func(begun) edit.Map { return edit.Map{{Key: "family", Value: todo}, {Key: "given", Value: ""}} }}},
	Fresh: func(n begun) edit.Map {
		return edit.Map{{Key: "id", Value: n.ID}, {Key: "number", Value: 0}, {Key: "type", Value: "article-journal"}, {Key: "title", Value: todo}}
	}}

var figureRows = rows{One: "Figure", Many: "Figures", Apart: true, Numbered: "number", Asks: []ask{
	{Key: "id", Label: "ID"}, {Key: "title", Label: "Title", Most: course.MaxTitle}, {Key: "caption", Label: "Caption", As: asLong, Most: course.MaxParagraph, Hint: "One or two sentences."},
	{Key: "alt", Label: "Alternative text", As: asLong, Most: course.MaxLong, Hint: "What the drawing shows, for somebody who cannot see it."},
	{Key: "facts", Label: "Facts that it shows", As: asPick, Of: facts}, {Key: "axis", Label: "Numbers that only scale the drawing", As: asLines, Hint: "One a line. Every other number stands in the facts.", Optional: true},
	{Key: "file", Label: "Drawing", As: asChoice, Of: drawings},
}, Lists: []rows{{Key: "marks", One: "Mark", Many: "Marks: what its percentages are", Asks: []ask{
	{Key: "kind", Label: "Kind", As: asChoice, Options: []string{"outcome", "prevalence", "calculation", "claim"}},
	{Key: "what", Label: "The outcome", Hint: "Of an outcome, as are the next two.", Optional: true}, {Key: "when", Label: "When it was measured", Optional: true}, {Key: "versus", Label: "What it is compared with", Optional: true},
	{Key: "of", Label: "The group", Hint: "Of a prevalence.", Optional: true}, {Key: "from", Label: "Facts that it starts from", Hint: "Of a calculation: IDs, separated by commas.", Optional: true}, {Key: "by", Label: "Whose claim it is", Hint: "Of a claim.", Optional: true},
}, Fresh: func(begun) edit.Map {
	return edit.Map{{Key: "kind", Value: "outcome"}, {Key: "what", Value: todo}, {Key: "when", Value: todo}, {Key: "versus", Value: todo}}
}}}}
