package markup

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// engine parses and renders; it is stateless, what varies stands in the nodes.
var engine = goldmark.New(
	goldmark.WithExtensions(extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignNone))),
	goldmark.WithParserOptions(parser.WithInlineParsers(
		util.Prioritized(citeParser{}, 90), // before links (200)
		util.Prioritized(markParser{}, 91),
	)),
	goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(htmlRenderer{}, 90))),
)

// The node kinds that this package adds.
var (
	kindCite  = ast.NewNodeKind("Cite")
	kindMark  = ast.NewNodeKind("Mark")
	kindSlot  = ast.NewNodeKind("Slot")
	kindGuard = ast.NewNodeKind("Guard")
)

// citeNode is [@F-T01, @F-T07]; numbers and uses are filled in by the writer.
type citeNode struct {
	ast.BaseInline
	ids    []string
	offset int
	broken bool // begins like a citation, but is none
	hidden bool
	number []int
	use    []int
}

func (n *citeNode) Kind() ast.NodeKind         { return kindCite }
func (n *citeNode) Dump(src []byte, level int) { ast.DumpHelper(n, src, level, nil, nil) }

// markNode is {.kind key="value"}.
type markNode struct {
	ast.BaseInline
	mark   Mark
	offset int
	wrong  string // what is wrong with it
	shown  string // ready HTML, "" where the block says it all
}

func (n *markNode) Kind() ast.NodeKind         { return kindMark }
func (n *markNode) Dump(src []byte, level int) { ast.DumpHelper(n, src, level, nil, nil) }

// slotNode is ready HTML before and after its children: a term, a figure.
type slotNode struct {
	ast.BaseInline
	before, after string
}

func (n *slotNode) Kind() ast.NodeKind         { return kindSlot }
func (n *slotNode) Dump(src []byte, level int) { ast.DumpHelper(n, src, level, nil, nil) }

// guardNode is a block of ready HTML.
type guardNode struct {
	ast.BaseBlock
	before, after string
}

func (n *guardNode) Kind() ast.NodeKind         { return kindGuard }
func (n *guardNode) Dump(src []byte, level int) { ast.DumpHelper(n, src, level, nil, nil) }

var (
	citation = regexp.MustCompile(`^\[@[A-Za-z0-9-]{1,40}(\s*,\s*@[A-Za-z0-9-]{1,40})*\]`)
	aMark    = regexp.MustCompile(`^\{\.([a-z-]{1,20})((?:\s+[a-z]+="[^"]*")*)\s*\}`)
	aPair    = regexp.MustCompile(`([a-z]+)="([^"]*)"`)
)

type citeParser struct{}

func (citeParser) Trigger() []byte { return []byte{'['} }

func (citeParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, seg := block.PeekLine()
	if len(line) < 2 || line[1] != '@' {
		return nil
	}
	n := &citeNode{offset: seg.Start}
	found := citation.Find(line)
	if found == nil {
		n.broken = true
		block.Advance(2)
		return n
	}
	for id := range strings.SplitSeq(string(found[1:len(found)-1]), ",") {
		n.ids = append(n.ids, strings.TrimPrefix(strings.TrimSpace(id), "@"))
	}
	block.Advance(len(found))
	return n
}

type markParser struct{}

func (markParser) Trigger() []byte { return []byte{'{'} }

func (markParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, seg := block.PeekLine()
	if len(line) < 2 || line[1] != '.' {
		return nil
	}
	n := &markNode{offset: seg.Start}
	m := aMark.FindSubmatch(line)
	if m == nil {
		n.wrong = `the mark cannot be read; write {.kind} or {.kind name="value"} with straight quotes, on one line`
		block.Advance(2)
		return n
	}
	n.mark, n.wrong = readMark(string(m[1]), string(m[2]))
	block.Advance(len(m[0]))
	return n
}

// markKeys are the kinds of marks and what each must and may say.
var markKeys = map[string]struct{ must []string }{
	"outcome":     {must: []string{"what", "when", "versus"}},
	"prevalence":  {must: []string{"of"}},
	"calculation": {must: []string{"from"}},
	"claim":       {must: []string{"by"}},
	"question":    {},
	"plain":       {},
}

// MarkKeys returns what a mark of the kind must say; ok is false for an
// unknown kind.
func MarkKeys(kind string) (must []string, ok bool) {
	keys, ok := markKeys[kind]
	return keys.must, ok
}

func readMark(kind, pairs string) (m Mark, wrong string) {
	m.Kind = kind
	keys, known := markKeys[kind]
	if !known {
		return m, "unknown mark “" + kind + "”; use outcome, prevalence, calculation, claim, question or plain"
	}
	fields := map[string]*string{"what": &m.What, "when": &m.When, "versus": &m.Versus, "of": &m.Of, "from": &m.From, "by": &m.By}
	for _, p := range aPair.FindAllStringSubmatch(pairs, -1) {
		f := fields[p[1]]
		if f == nil || *f != "" {
			return m, "the mark “" + kind + "” says “" + clip(p[1]) + "”, which it does not know or says twice"
		}
		*f = strings.TrimSpace(p[2])
	}
	for _, k := range keys.must {
		if *fields[k] == "" {
			return m, "the mark “" + kind + "” lacks " + k + `="…"`
		}
		delete(fields, k)
	}
	for _, k := range []string{"what", "when", "versus", "of", "from", "by"} {
		if f := fields[k]; f != nil && *f != "" {
			return m, "the mark “" + kind + "” has no use for " + k
		}
	}
	return m, ""
}
