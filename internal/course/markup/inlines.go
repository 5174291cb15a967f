package markup

import (
	"fmt"
	"html"
	"strings"

	"github.com/yuin/goldmark/ast"

	"github.com/atmacena/cocare/internal/reason"
)

// inlines reads the inside of one unit or heading.
type inlines struct {
	*tree
	unit *Unit
	raw  strings.Builder // text with a cited sign for each citation
	done bool            // a mark was seen: nothing may follow but marks
	seen []*markNode     // the unit's marks
}

// cells reads a table row; only the last cell may carry marks.
func (in *inlines) cells(row ast.Node) {
	for c := row.FirstChild(); c != nil; c = c.NextSibling() {
		in.done = false
		before := len(in.unit.Marks)
		in.walk(c)
		if c.NextSibling() != nil {
			in.raw.WriteString(" | ")
			if len(in.unit.Marks) > before {
				in.problem(reason.Marked, in.unit.Line, "a mark stands inside the row", "put it at the end of the row’s last cell")
			}
		}
	}
}

func (in *inlines) walk(n ast.Node) {
	for c := n.FirstChild(); c != nil; {
		next := c.NextSibling()
		switch c := c.(type) {
		case *ast.Text:
			in.text(c)
		case *ast.Link:
			in.link(n, c)
		case *ast.Image:
			in.problem(reason.Apart, in.unit.Line, "a figure stands inside a paragraph", "give it a paragraph of its own: ![](figure:fig-01)")
		case *ast.AutoLink:
			in.problem(reason.Plain, in.unit.Line, "an address stands in the text", "cite the fact; its reference holds the address")
		case *ast.RawHTML:
			in.problem(reason.Plain, in.unit.Line, "raw HTML is refused", "write it in Markdown; for a sign such as < write &lt;")
		case *citeNode:
			in.cite(c)
		case *markNode:
			in.mark(c)
		default:
			in.walk(c)
		}
		c = next
	}
}

func (in *inlines) text(c *ast.Text) {
	s := string(c.Segment.Value(in.source))
	if !c.IsRaw() {
		s = plainText([]byte(s))
	}
	s = strings.ReplaceAll(s, string(cited), "")
	if in.done && strings.TrimSpace(s) != "" {
		in.problem(reason.Marked, in.line(c.Segment.Start), "text follows a mark", "move the mark to the end of its paragraph, item or row")
		in.done = false
	}
	in.raw.WriteString(s)
	if c.SoftLineBreak() || c.HardLineBreak() {
		in.raw.WriteByte(' ')
	}
}

// cite numbers the facts in the order of their first use.
func (in *inlines) cite(c *citeNode) {
	line := in.line(c.offset)
	if c.broken {
		in.problem(reason.Cited, line, "a citation cannot be read", "write [@F-T01] or [@F-T01, @F-T07] on one line")
		return
	}
	in.raw.WriteRune(cited)
	if prev, ok := c.PreviousSibling().(*ast.Text); ok { // the number stands close to its word
		prev.Segment = prev.Segment.TrimRightSpace(in.source)
		prev.SetSoftLineBreak(false)
	}
	c.hidden = in.lib.HideCites
	for _, id := range c.ids {
		if in.lib.Fact == nil || !in.lib.Fact(id) {
			in.problem(reason.There, line, fmt.Sprintf("there is no fact %s", clip(id)), "cite an id of facts.yaml")
			continue
		}
		in.unit.Cites = append(in.unit.Cites, Use{id, line})
		n, seen := in.marks.number[id]
		if !seen {
			n = len(in.marks.number) + 1
			in.marks.number[id] = n
			in.out.Cites = append(in.out.Cites, id)
		}
		in.marks.used[id]++
		c.number = append(c.number, n)
		c.use = append(c.use, in.marks.used[id])
	}
}

func (in *inlines) mark(c *markNode) {
	if c.wrong != "" {
		in.problem(reason.Marked, in.line(c.offset), c.wrong, "see “Marks” in the format’s description")
		return
	}
	in.done = true
	in.unit.Marks = append(in.unit.Marks, c.mark)
	in.seen = append(in.seen, c)
}

// link resolves terms and lessons; anything else is refused, because an
// address in the text would bypass the references.
func (in *inlines) link(parent ast.Node, c *ast.Link) {
	in.walk(c)
	scheme, id, _ := strings.Cut(string(c.Destination), ":")
	switch {
	case scheme == "term" && in.lib.Term != nil:
		in.term(parent, c, id)
	case scheme == "lesson" && in.lib.Lesson != nil:
		href, ok := in.lib.Lesson(id)
		if !ok {
			in.problem(reason.There, in.unit.Line, fmt.Sprintf("there is no lesson %q", clip(id)), "name the id of a lesson, as in [M4](lesson:m4-l1)")
		}
		c.Destination = []byte(href)
		if !in.quiet {
			in.out.Lessons = append(in.out.Lessons, Use{id, in.unit.Line})
		}
	default:
		in.problem(reason.Plain, in.unit.Line, fmt.Sprintf("a link to %q", clip(string(c.Destination))), "link to terms (term:…) and lessons (lesson:…); addresses belong into references.yaml")
		c.Destination = []byte("#")
	}
}

// term makes a button that opens the meaning beside it, without scripts.
func (in *inlines) term(parent ast.Node, c *ast.Link, id string) {
	term, meaning, ok := in.lib.Term(id)
	if !ok {
		in.problem(reason.There, in.unit.Line, fmt.Sprintf("there is no term %q", clip(id)), "name an id of glossary.yaml")
	}
	first := ok && !in.marks.terms[id]
	if ok && !first {
		in.problem(reason.Once, in.unit.Line, fmt.Sprintf("the term %q is linked twice in this lesson", clip(id)), "link its first use only")
	}
	if !in.quiet {
		in.out.Terms = append(in.out.Terms, Use{id, in.unit.Line})
	}
	slot := &slotNode{}
	if first {
		in.marks.terms[id] = true
		anchor := html.EscapeString("term-" + id)
		// A line may break beside a button, but not where its surroundings forbid it: so
		// a comma stays with its term.
		slot.before = `<span class="nowrap"><button type="button" class="term" popovertarget="` + anchor + `">`
		slot.after = `</button><span popover id="` + anchor + `" class="term-note"><strong>` + html.EscapeString(term) + `</strong> ` + html.EscapeString(meaning) + `</span></span>`
	}
	parent.ReplaceChild(parent, c, slot)
	for k := c.FirstChild(); k != nil; k = c.FirstChild() {
		slot.AppendChild(slot, k)
	}
}
