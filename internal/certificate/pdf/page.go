package pdf

import (
	"fmt"
	"math"
	"strconv"
)

// Color is red, green and blue in sRGB, each 0 to 1.
type Color [3]float64

// Page is one page. Coordinates are in points from its lower left corner.
// Drawing happens inside Tagged or Artifact, never outside.
type Page struct {
	Width, Height float64

	doc     *Document
	index   int
	ref     Ref
	under   []byte // compressed
	content []byte
	owners  []*Element // by marked-content number
	fonts   map[*embedded]bool
	annots  Array

	pictures map[*Picture]Name
}

// AddPage appends an empty page.
func (d *Document) AddPage(width, height float64) *Page {
	p := &Page{Width: width, Height: height, doc: d, index: len(d.pages), ref: d.Reserve(), fonts: map[*embedded]bool{}}
	d.pages = append(d.pages, p)
	return p
}

// Tagged runs draw with everything it draws belonging to e.
func (p *Page) Tagged(e *Element, draw func()) {
	id := len(p.owners)
	p.owners = append(p.owners, e)
	e.kids = append(e.kids, Dict{"Type": Name("MCR"), "Pg": p.ref, "MCID": id})
	p.op("/%s <</MCID %d>> BDC", e.kind, id)
	draw()
	p.op("EMC")
}

// Artifact runs draw with everything it draws marked as decoration, which
// assistive technology skips.
func (p *Page) Artifact(draw func()) {
	p.op("/Artifact BMC")
	draw()
	p.op("EMC")
}

// Decoration returns vector drawing as compressed content, marked as artifact,
// for Underlay. It has no text. Many pages may share it.
func Decoration(draw func(*Page)) []byte {
	p := &Page{}
	p.Artifact(func() { draw(p) })
	return deflate(p.content)
}

// Underlay puts a Decoration below everything else on the page.
func (p *Page) Underlay(decoration []byte) { p.under = decoration }

// Link makes a rectangle lead to a web address. e is the Link element whose
// text the rectangle covers; contents says in words where it leads.
func (p *Page) Link(e *Element, x, y, w, h float64, url, contents string) {
	p.annotate(e, p.doc.Reserve(), Dict{
		"Subtype": Name("Link"), "F": 4,
		"Rect": Array{x, y, x + w, y + h}, "Border": Array{0, 0, 0},
		"Contents": Text(contents),
		"A":        Dict{"Type": Name("Action"), "S": Name("URI"), "URI": Bytes(url)},
	})
}

// annotate defines ref as an annotation of the page that belongs to e. Its key in
// the parent tree follows those of the pages, so Bytes adds it when all are known.
func (p *Page) annotate(e *Element, ref Ref, dict Dict) {
	dict["Type"], dict["P"] = Name("Annot"), p.ref
	p.doc.Set(ref, dict)
	p.annots = append(p.annots, ref)
	p.doc.annots = append(p.doc.annots, annotation{dict, e.ref})
	e.kids = append(e.kids, Dict{"Type": Name("OBJR"), "Pg": p.ref, "Obj": ref})
}

func (d *Document) writePage(p *Page, tree Ref) {
	fonts := Dict{}
	for f := range p.fonts {
		fonts[f.name] = f.ref
	}
	contents := Array{d.Add(Stream{Data: p.content})}
	if p.under != nil {
		contents = Array{d.Add(Stream{Data: p.under, Form: Deflated}), contents[0]}
	}
	resources := Dict{"Font": fonts}
	if len(p.pictures) > 0 {
		resources["XObject"] = d.writePictures(p)
	}
	page := Dict{
		"Type": Name("Page"), "Parent": tree,
		"MediaBox":      Array{0, 0, p.Width, p.Height},
		"Resources":     resources,
		"Contents":      contents,
		"StructParents": p.index,
		"Tabs":          Name("S"),
	}
	if len(p.annots) > 0 {
		page["Annots"] = p.annots
	}
	d.Set(p.ref, page)
}

func (p *Page) op(format string, args ...any) {
	p.content = fmt.Appendf(p.content, format+"\n", args...)
}

// ops writes numbers and an operator.
func (p *Page) ops(operator string, v ...float64) {
	for _, x := range v {
		p.content = append(appendNumber(p.content, x), ' ')
	}
	p.content = append(append(p.content, operator...), '\n')
}

// Save and Restore bracket changes of the graphics state.
func (p *Page) Save() { p.ops("q") }

// Restore undoes what changed since Save.
func (p *Page) Restore() { p.ops("Q") }

// Transform multiplies the coordinate system by a matrix.
func (p *Page) Transform(a, b, c, d, e, f float64) { p.ops("cm", a, b, c, d, e, f) }

// Rotate turns the coordinate system counterclockwise by radians. It writes six
// decimals: the factors are multiplied with whole distances.
func (p *Page) Rotate(radians float64) {
	sin, cos := math.Sincos(radians)
	p.op("%.6f %.6f %.6f %.6f 0 0 cm", cos, sin, -sin, cos)
}

// Fill sets the color of text and of filled paths.
func (p *Page) Fill(c Color) { p.ops("rg", c[:]...) }

// Stroke sets color and width of lines.
func (p *Page) Stroke(c Color, width float64) {
	p.ops("RG", c[:]...)
	p.ops("w", width)
}

// MoveTo starts a path.
func (p *Page) MoveTo(x, y float64) { p.ops("m", x, y) }

// LineTo adds a straight line.
func (p *Page) LineTo(x, y float64) { p.ops("l", x, y) }

// CurveTo adds a cubic Bézier curve.
func (p *Page) CurveTo(x1, y1, x2, y2, x, y float64) { p.ops("c", x1, y1, x2, y2, x, y) }

// Rect adds a rectangle.
func (p *Page) Rect(x, y, w, h float64) { p.ops("re", x, y, w, h) }

// PaintStroke draws the path's line.
func (p *Page) PaintStroke() { p.ops("S") }

// PaintFill fills the path.
func (p *Page) PaintFill() { p.ops("f") }

// pictureName is the resource name of the n-th picture of a page.
func pictureName(n int) Name { return Name("P" + strconv.Itoa(n)) }

// fontName is the resource name of the n-th font of a document.
func fontName(n int) Name { return Name("F" + strconv.Itoa(n)) }
