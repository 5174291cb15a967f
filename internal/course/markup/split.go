package markup

import (
	"fmt"
	"html"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/reason"
)

// boxTitles are the kinds of boxes and the titles they get when the author
// gives none. A case takes its own.
var boxTitles = map[string]string{
	"know": "What we know", "unknown": "What we don’t know", "claim": "A claim to examine",
	"primer": "Primer", "practice": "In your practice", "script": "Words for a client",
	"us": "United States", "canada": "Canada", "caution": "Caution", "case": "",
}

const boxKinds = "know, unknown, claim, primer, practice, script, case, us, canada or caution"

// chunk is a run of lines inside or outside a box.
type chunk struct {
	box  *Box
	src  string
	line int
}

// split cuts a text at its fences. Boxes do not nest, so lines suffice.
func (w *writer) split(src string, line int) []chunk {
	var chunks []chunk
	current := chunk{line: line}
	start, at := 0, 0
	flush := func(next chunk, resume int) {
		current.src = src[start:at]
		if current.box != nil || strings.TrimSpace(current.src) != "" {
			chunks = append(chunks, current)
		}
		current, start = next, resume
	}
	for l := range strings.Lines(src) {
		text := strings.TrimRight(l, " \t\r\n")
		fence := strings.HasPrefix(text, ":::")
		switch {
		case fence && strings.Trim(text, ": \t") == "":
			if current.box == nil {
				w.problem(reason.Boxed, line, "“:::” closes a box, but none is open", "remove it, or open the box with a kind, as in “::: know”")
			}
			flush(chunk{line: line + 1}, at+len(l))
		case fence:
			if current.box != nil {
				w.problem(reason.Boxed, line, fmt.Sprintf("a box opens inside the box of line %d", current.box.Line), "close the first with “:::”; boxes do not nest")
			}
			flush(chunk{box: w.openBox(text, line), line: line + 1}, at+len(l))
		}
		at += len(l)
		line++
	}
	if current.box != nil {
		w.problem(reason.Boxed, current.box.Line, "the box is not closed", "end it with a line “:::”")
	}
	flush(chunk{}, len(src))
	return chunks
}

func (w *writer) openBox(text string, line int) *Box {
	kind, title, _ := strings.Cut(strings.TrimSpace(strings.TrimLeft(text, ":")), " ")
	b := &Box{Kind: kind, Title: strings.TrimSpace(title), Line: line}
	fallback, known := boxTitles[kind]
	if !known {
		w.problem(reason.Boxed, line, fmt.Sprintf("unknown kind of box %q", clip(kind)), "use "+boxKinds)
		b.Kind = "caution"
	}
	if kind == "case" {
		b.Arg, b.Title = b.Title, ""
	} else if b.Title == "" {
		b.Title = fallback
	}
	if strings.ContainsAny(b.Title, "[]{}<>") {
		w.problem(reason.Boxed, line, "a box’s title is plain text", "move citations, marks and links into the box")
	}
	return b
}

// text renders a whole text with its boxes.
func (w *writer) text(html *strings.Builder, src string, line int) {
	for _, c := range w.split(src, line) {
		if c.box == nil {
			w.blocks(html, c.src, c.line)
			continue
		}
		w.writeBox(html, c)
	}
}

// writeBox: the role is note because an aside inside a page's main part would
// be a landmark in the wrong place.
func (w *writer) writeBox(out *strings.Builder, c chunk) {
	w.marks.boxes++
	id := fmt.Sprintf("box-%d", w.marks.boxes)
	if !w.quiet {
		w.out.Boxes = append(w.out.Boxes, *c.box)
	}
	var shown Case
	title := html.EscapeString(c.box.Title)
	if c.box.Kind == "case" {
		shown = w.findCase(*c.box)
		title = `Case: ` + html.EscapeString(shown.Title) + ` <span class="box-tag">Fictional</span>`
	}
	fmt.Fprintf(out, "<aside class=\"box box-%s\" role=\"note\" aria-labelledby=\"%s\">\n<p class=\"box-title\" id=\"%s\">%s</p>\n", c.box.Kind, id, id, title)
	if c.box.Kind == "case" {
		w.quietly().text(out, shown.Story, 0)
	}
	w.box = c.box.Kind
	w.blocks(out, c.src, c.line)
	w.box = ""
	if len(shown.Prompts) > 0 {
		w.prompts(out, shown.Prompts)
	}
	out.WriteString("</aside>\n")
}

func (w *writer) findCase(b Box) Case {
	if w.quiet || w.lib.Case == nil {
		w.problem(reason.Once, b.Line, "a case cannot be shown here", "show cases in lessons")
		return Case{}
	}
	if slices.ContainsFunc(w.out.Cases, func(u Use) bool { return u.ID == b.Arg }) {
		w.problem(reason.Once, b.Line, fmt.Sprintf("case %q is shown twice in this lesson", clip(b.Arg)), "keep one")
	}
	w.out.Cases = append(w.out.Cases, Use{b.Arg, b.Line})
	found, ok := w.lib.Case(b.Arg)
	if !ok {
		w.problem(reason.There, b.Line, fmt.Sprintf("there is no case %q", clip(b.Arg)), "name the id of a file in cases/, as in “::: case a”")
	}
	return found
}

func (w *writer) prompts(out *strings.Builder, prompts []Prompt) {
	fmt.Fprintf(out, "<details class=\"case-discussion\">\n<summary>Discussion: %d %s</summary>\n<ol>\n", len(prompts), plural(len(prompts), "question", "questions"))
	q := w.quietly()
	for _, p := range prompts {
		out.WriteString("<li>")
		q.blocks(out, p.Question, 0)
		out.WriteString("<details class=\"case-model\">\n<summary>A model point</summary>\n")
		q.blocks(out, p.Model, 0)
		out.WriteString("</details></li>\n")
	}
	out.WriteString("</ol>\n</details>\n")
}

// quietly returns a writer for a text inside this one: same numbers and
// anchors, nothing counted twice.
func (w *writer) quietly() *writer {
	return &writer{lib: w.lib, out: w.out, marks: w.marks, quiet: true}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// clip shortens foreign text for a message.
func clip(s string) string {
	r := []rune(s)
	if len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
