package paste

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// blocks writes paragraphs and tables below an element, as the HTML that a word
// processor would give for them.
func (d *docx) blocks(to *html.Node, from *xmlNode) {
	for _, k := range from.kids {
		switch k.name {
		case "p":
			d.writeParagraph(to, k)
		case "tbl":
			d.writeTable(to, k)
		case "del", "moveFrom":
			d.left["deleted"]++
		case "sdt", "sdtContent", "customXml", "ins", "moveTo":
			d.blocks(to, k)
		}
	}
}

func (d *docx) writeParagraph(to *html.Node, p *xmlNode) {
	means := d.paragraph(p)
	if means.toc {
		return
	}
	e := element("p")
	switch {
	case means.heading > 0:
		e = element("h" + strconv.Itoa(means.heading))
	case means.quote:
		e.Attr = []html.Attribute{{Key: "class", Val: "Quote"}}
	case means.list != "":
		e.Attr = []html.Attribute{{Key: "style", Val: fmt.Sprintf("mso-list:l0 level%d", means.level)}, {Key: markAttr, Val: means.list}}
	}
	d.inline(e, p, means)
	if e.FirstChild != nil {
		to.AppendChild(e)
	}
}

// inline writes what stands in a paragraph.
func (d *docx) inline(to *html.Node, from *xmlNode, means paragraph) {
	for _, k := range from.kids {
		switch k.name {
		case "r":
			d.run(to, k, means)
		case "del", "moveFrom":
			d.left["deleted"]++
		case "hyperlink":
			if k.attr("id") != "" {
				d.left["link"]++
			}
			d.inline(to, k, means)
		case "oMath", "oMathPara":
			d.left["formula"]++
		case "ins", "moveTo", "smartTag", "customXml", "sdt", "sdtContent", "fldSimple", "bdo", "dir":
			d.inline(to, k, means)
		}
	}
}

// run writes letters that look alike.
func (d *docx) run(to *html.Node, r *xmlNode, means paragraph) {
	props := r.child("rPr")
	if n := props.child("vanish"); n != nil && on(n) {
		return
	}
	styles := d.chain(props.child("rStyle").val())
	styled := func(name string, byParagraph bool) bool {
		if n := props.child(name); n != nil {
			return on(n)
		}
		return said(styles, name) || byParagraph
	}
	if styled("b", means.bold) && means.heading == 0 {
		to = within(to, "strong")
	}
	if styled("i", means.italic) && means.heading == 0 {
		to = within(to, "em")
	}
	d.letters(to, r, props.child("vertAlign").val())
}

func within(to *html.Node, name string) *html.Node {
	e := element(name)
	to.AppendChild(e)
	return e
}

func (d *docx) letters(to *html.Node, from *xmlNode, raised string) {
	for _, k := range from.kids {
		text := ""
		switch k.name {
		case "t":
			text = plain.Replace(k.text)
			if by := map[string]*strings.Replacer{"superscript": superscript, "subscript": subscript}[raised]; by != nil && digits.MatchString(text) {
				text = by.Replace(text)
			}
		case "tab", "ptab":
			text = " "
		case "noBreakHyphen":
			text = "-"
		case "br", "cr":
			if t := k.attr("type"); t == "" || t == "textWrapping" {
				to.AppendChild(element("br"))
			}
		case "footnoteReference", "endnoteReference":
			d.left["footnote"]++
		case "commentReference":
			d.left["comment"]++
		case "drawing", "pict", "object":
			d.picture(k)
		case "AlternateContent": // twice the same: the first is enough
			if choice := k.child("Choice"); choice != nil {
				d.letters(to, choice, raised)
			}
		}
		if text != "" {
			to.AppendChild(&html.Node{Type: html.TextNode, Data: text})
		}
	}
}

func (d *docx) picture(k *xmlNode) {
	if k.holds("txbxContent") {
		d.left["box"]++
		return
	}
	d.left["picture"]++
}

// maxSpan bounds how many columns a cell may take.
const maxSpan = 30

func (d *docx) writeTable(to *html.Node, t *xmlNode) {
	table := element("table")
	for _, tr := range t.kids {
		if tr.name != "tr" {
			continue
		}
		if tr.at("trPr", "del") != nil {
			d.left["deleted"]++
			continue
		}
		row := element("tr")
		for _, tc := range tr.kids {
			if tc.name != "tc" {
				continue
			}
			cell := within(row, "td")
			d.blocks(cell, tc)
			span, err := strconv.Atoi(tc.at("tcPr", "gridSpan").val())
			for n := 1; err == nil && n < min(span, maxSpan); n++ {
				within(row, "td")
			}
		}
		table.AppendChild(row)
	}
	if table.FirstChild != nil {
		to.AppendChild(table)
	}
}
