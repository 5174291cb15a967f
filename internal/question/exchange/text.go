package exchange

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/atmacena/cocare/internal/apperr"
)

// loss is something of a marked-up text that plain text cannot hold.
type loss int

const (
	lostImage loss = iota
	lostMedia
	lostScript
	lostField
	lostLink
	lostEmphasis
	formulaFlat
	tableFlat
	listFlat
	paragraphsFlat
	unseenOut
	unreadable
	textCut
	losses
)

// words say each loss, of one and of several, and why.
var words = [losses]struct {
	kind           NoteKind
	one, many, why string
}{
	lostImage:      {Lost, "An image is lost", "%d images are lost", "questions are plain text; a case or a lesson can show a figure"},
	lostMedia:      {Lost, "A video, a sound or an embedded page is lost", "%d videos, sounds or embedded pages are lost", "questions are plain text"},
	lostScript:     {Lost, "A script or a style is left out", "%d scripts or styles are left out", "questions are plain text"},
	lostField:      {Lost, "A form field in the text is lost", "%d form fields in the text are lost", "questions are plain text"},
	lostLink:       {Lost, "The address of a link is lost; its text is kept", "The addresses of %d links are lost; their texts are kept", "questions are plain text"},
	lostEmphasis:   {Lost, "Emphasis is lost", "Emphasis is lost at %d places", "questions are plain text"},
	formulaFlat:    {Altered, "A formula became plain text", "%d formulas became plain text", "read them again"},
	tableFlat:      {Altered, "A table became one line", "%d tables became one line each", "questions are one paragraph"},
	listFlat:       {Altered, "A list became one line", "%d lists became one line each", "questions are one paragraph"},
	paragraphsFlat: {Altered, "Paragraphs became one", "Paragraphs became one, at %d places", "questions are one paragraph"},
	unseenOut:      {Altered, "A character that nobody can see is left out", "%d characters that nobody can see are left out", ""},
	unreadable:     {Altered, "A character could not be read and became a question mark", "%d characters could not be read and became question marks", "was the file saved in another encoding"},
	textCut:        {Lost, "The end of a text is left out", "The ends of %d texts are left out", fmt.Sprintf("at most %d KB of one are read", textBytes>>10)},
}

// lossCount counts what the texts of one item lost.
type lossCount [losses]int

func (l *lossCount) notes() []Note {
	var out []Note
	for i, n := range l {
		if n == 0 {
			continue
		}
		w := words[i]
		what := w.one
		if n > 1 {
			what = fmt.Sprintf(w.many, n)
		}
		out = append(out, Note{Kind: w.kind, What: what, Why: w.why})
	}
	return out
}

// flat turns marked-up text into one paragraph. Elements are told to it in order,
// from HTML or from a tree of XML.
type flat struct {
	out    []byte
	lost   *lossCount
	skip   string // an element whose content is dropped
	nested int    // of the same name, inside it
	marks  []int  // where raised and lowered texts began
	deeper int    // of them, inside the last one that counts
	cut    bool   // it is too long already
	math   int
	blocks int
	fresh  bool // a block began and has no text yet
	row    bool // a row of a table has a cell already
}

func newFlat(lost *lossCount) *flat { return &flat{lost: lost, fresh: true} }

// dropped are elements that go with their content, and what that is.
var dropped = map[string]loss{
	"script": lostScript, "style": lostScript, "template": lostScript, "noscript": lostScript,
	"iframe": lostMedia, "video": lostMedia, "audio": lostMedia, "canvas": lostMedia, "applet": lostMedia, "embed": lostMedia,
	"object": lostMedia, "svg": lostImage, "select": lostField, "textarea": lostField, "button": lostField,
}

var blockNames = map[string]bool{
	"p": true, "div": true, "h1": true, "h2": true, "h3": true, "h4": true, "h5": true, "h6": true, "blockquote": true, "pre": true, "hr": true,
	"section": true, "article": true, "header": true, "footer": true, "address": true, "center": true, "main": true, "aside": true, "nav": true, "details": true, "summary": true, "form": true, "fieldset": true, "legend": true, "figure": true, "figcaption": true, "br": true, "dl": true, "dt": true, "dd": true,
}

// start begins an element; empty says that it has no end.
func (f *flat) start(name string, attr func(string) string, empty bool) {
	if f.skip != "" {
		if name == f.skip && !empty {
			f.nested++
		}
		return
	}
	if l, ok := dropped[name]; ok {
		f.drop(name, l, attr, empty)
		return
	}
	switch name {
	case "img", "image":
		f.image(attr)
	case "input":
		f.lost[lostField]++
	case "a":
		f.lost[lostLink] += among(attr("href") != "")
	case "b", "strong", "i", "em", "u", "mark":
		f.lost[lostEmphasis]++
	case "sub", "sup":
		f.raise()
	case "math":
		f.lost[formulaFlat]++
		f.math++
		f.add(" ")
	case "annotation", "annotation-xml":
		f.skip = name
	default:
		f.structure(name)
	}
}

// structure begins what only arranges text.
func (f *flat) structure(name string) {
	switch name {
	case "ul", "ol":
		f.lost[listFlat]++
		f.add(" ")
	case "li":
		f.add(" • ")
	case "table":
		f.lost[tableFlat]++
		f.add(" ")
	case "tr":
		f.add(" / ")
		f.row = false
	case "td", "th":
		if f.row {
			f.add(" | ")
		}
		f.row = true
	default:
		if blockNames[name] {
			f.add(" ")
			f.fresh = true
		}
	}
}

func (f *flat) drop(name string, l loss, attr func(string) string, empty bool) {
	if name == "object" && strings.HasPrefix(attr("type"), "image/") {
		l = lostImage
		f.add(" [image] ")
	}
	f.lost[l]++
	if !empty {
		f.skip = name
	}
}

// image stands for a picture by its description.
func (f *flat) image(attr func(string) string) {
	if tex := attr("data-equation-content"); tex != "" {
		f.lost[formulaFlat]++
		f.add(" " + tex + " ")
		return
	}
	f.lost[lostImage]++
	if alt := strings.TrimSpace(attr("alt")); alt != "" {
		f.add(" [image: " + alt + "] ")
		return
	}
	f.add(" [image] ")
}

// end closes an element.
func (f *flat) end(name string) {
	if f.skip != "" {
		switch {
		case name != f.skip:
		case f.nested > 0:
			f.nested--
		default:
			f.skip = ""
		}
		return
	}
	switch name {
	case "sub", "sup":
		f.raised(name)
	case "math":
		if f.math > 0 {
			f.math--
		}
		f.add(" ")
	default:
		if blockNames[name] || name == "li" || name == "table" {
			f.add(" ")
			f.fresh = true
		}
	}
}

// raisedDeep is how many raised and lowered texts count that stand in one another:
// each is written anew when it ends.
const raisedDeep = 8

// raise begins a raised or lowered text.
func (f *flat) raise() {
	if len(f.marks) == raisedDeep {
		f.deeper++
		return
	}
	f.marks = append(f.marks, len(f.out))
}

// raised ends one.
func (f *flat) raised(name string) {
	n := len(f.marks)
	switch {
	case f.deeper > 0:
		f.deeper--
	case n > 0:
		at := f.marks[n-1]
		f.marks = f.marks[:n-1]
		f.out = append(f.out[:at], raised(name, string(f.out[at:]))...)
	}
}

// add writes, up to what can be no text of a question any more.
func (f *flat) add(s string) {
	if over := len(f.out) + len(s) - textBytes; over > 0 {
		s = strings.ToValidUTF8(s[:max(0, len(s)-over)], "")
		f.lost[textCut] += among(!f.cut)
		f.cut = true
	}
	f.out = append(f.out, s...)
}

// text adds characters.
func (f *flat) text(s string) {
	if f.skip != "" {
		return
	}
	if f.math > 0 {
		s = strings.TrimSpace(s)
	}
	if f.fresh && strings.TrimSpace(s) != "" {
		f.fresh = false
		f.blocks++
	}
	f.add(s)
}

// done is the paragraph.
func (f *flat) done() string {
	f.lost[paragraphsFlat] += among(f.blocks > 1 && f.lost[listFlat]+f.lost[tableFlat] == 0)
	return clean(string(f.out), f.lost)
}

func among(is bool) int {
	if is {
		return 1
	}
	return 0
}

// clean makes a text one line of visible characters.
func clean(s string, lost *lossCount) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r):
			return ' '
		case r == '\ufffd':
			lost[unreadable]++
			return '?'
		case apperr.Invisible(r):
			lost[unseenOut]++
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// clip shortens foreign text that a note repeats.
func clip(s string, most int) string { return apperr.Clip(s, most) }
