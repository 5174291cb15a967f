// Package paste turns what a word processor puts on the clipboard, or saves as HTML
// or .docx, into the Markdown of lessons. It keeps headings, lists, emphasis, quotes and
// tables; what the dialect has no place for it leaves out, and names. It is pure.
package paste

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/JohannesKaufmann/html-to-markdown/v2/converter"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/base"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/commonmark"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/table"
	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
)

// MaxBytes bounds what is taken.
const MaxBytes = 1 << 20

// maxDepth bounds how deep elements nest: no word processor comes near it.
const maxDepth = 200

// The errors of a conversion.
var (
	ErrTooLarge = errors.New("paste: more text than is taken at a time")
	ErrNoPage   = errors.New("paste: no web page")
	ErrTooDeep  = errors.New("paste: the elements nest too deep")
)

// Text is what became of it.
type Text struct {
	Markdown string   // ends with a line break, "" where nothing was to be read
	Left     []string // what was left out, in words, as "2 pictures"
}

// HTML converts. Errors: ErrTooLarge, ErrTooDeep.
func HTML(source string) (Text, error) {
	if len(source) > MaxBytes {
		return Text{}, ErrTooLarge
	}
	doc, err := html.Parse(strings.NewReader(source))
	if err != nil { // a string can be read, so it is the parser's own bound
		return Text{}, fmt.Errorf("%w: %w", ErrTooDeep, err)
	}
	if deeper(doc, maxDepth) {
		return Text{}, ErrTooDeep
	}
	c := &cleaner{left: map[string]int{}}
	c.clean(doc)
	return finish(doc, c)
}

// Page converts a file with HTML in whatever letters it says, or looks, to be written
// in: Word's are windows-1252 unless told otherwise. Errors: ErrTooLarge, ErrTooDeep,
// ErrNoPage.
func Page(file []byte) (Text, error) {
	for _, other := range []string{"%PDF-", `{\rtf`, "\xd0\xcf\x11\xe0"} {
		if bytes.HasPrefix(file, []byte(other)) {
			return Text{}, ErrNoPage
		}
	}
	r, err := charset.NewReader(bytes.NewReader(file), "")
	if errors.Is(err, io.EOF) { // an empty file
		return Text{}, nil
	}
	if err != nil {
		return Text{}, fmt.Errorf("%w: %w", ErrNoPage, err)
	}
	source, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return Text{}, fmt.Errorf("%w: %w", ErrNoPage, err)
	}
	if bytes.IndexByte(source, 0) >= 0 {
		return Text{}, ErrNoPage
	}
	return HTML(string(source))
}

// File converts a Word document or a web page, whichever it is. Errors: those of Docx
// and Page.
func File(file []byte) (Text, error) {
	if bytes.HasPrefix(file, []byte("PK\x03\x04")) {
		return Docx(file)
	}
	return Page(file)
}

// finish turns clean elements into Markdown.
func finish(doc *html.Node, c *cleaner) (Text, error) {
	shape(doc)
	var clean strings.Builder
	if err := html.Render(&clean, doc); err != nil {
		return Text{}, fmt.Errorf("paste: %w", err)
	}
	if clean.Len() > 2*MaxBytes { // the tags are ours
		return Text{}, ErrTooLarge
	}
	md, err := writer.ConvertString(policy.Sanitize(clean.String()))
	if err != nil {
		return Text{}, fmt.Errorf("paste: %w", err)
	}
	return Text{Markdown: tidy(md), Left: c.words()}, nil
}

func deeper(n *html.Node, than int) bool {
	if than == 0 {
		return true
	}
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		if deeper(k, than-1) {
			return true
		}
	}
	return false
}

// policy is what may reach the conversion: shape without looks.
var policy = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "blockquote", "table", "thead", "tbody", "tr", "th", "td")
	return p
}()

var writer = converter.NewConverter(converter.WithPlugins(
	base.NewBasePlugin(),
	commonmark.NewCommonmarkPlugin(commonmark.WithListEndComment(false)),
	table.NewTablePlugin(table.WithHeaderPromotion(true), table.WithSkipEmptyRows(true), table.WithCellPaddingBehavior(table.CellPaddingBehaviorMinimal)),
))

var (
	blanks = regexp.MustCompile(`\n{3,}`)
	apart  = regexp.MustCompile(`\n\n( +(?:-|\d{1,3}\.) )`) // a list inside an item
	opener = regexp.MustCompile(`(^|[^\\])\{\.`)
)

// tidy ends every line at its last letter, and keeps what reads like signs of the
// dialect from being any.
func tidy(md string) string {
	lines := strings.Split(md, "\n")
	for i, line := range lines {
		line = strings.TrimRight(strings.ReplaceAll(line, "\u00a0", " "), " \t")
		if strings.HasPrefix(line, ":::") {
			line = `\` + line
		}
		lines[i] = opener.ReplaceAllString(line, `$1\{.`)
	}
	md = strings.Trim(blanks.ReplaceAllString(strings.Join(lines, "\n"), "\n\n"), "\n")
	md = apart.ReplaceAllString(md, "\n$1")
	if md == "" {
		return ""
	}
	return md + "\n"
}
