package paste

import (
	"strconv"
	"strings"
)

// docx is a Word document under conversion.
type docx struct {
	styles, numbering *xmlNode
	left              map[string]int

	styleOf map[string]*xmlNode          // by ID
	formats map[string]map[string]string // of a numbering, by its level
}

// index makes styles and lists ready to be looked up.
func (d *docx) index() {
	d.styleOf, d.formats = map[string]*xmlNode{}, map[string]map[string]string{}
	if d.styles != nil {
		for _, s := range d.styles.kids {
			if s.name == "style" {
				d.styleOf[s.attr("styleId")] = s
			}
		}
	}
	if d.numbering == nil {
		return
	}
	abstract := map[string]map[string]string{}
	for _, n := range d.numbering.kids {
		levels := map[string]string{}
		switch n.name {
		case "abstractNum":
			for _, l := range n.kids {
				if l.name == "lvl" {
					levels[l.attr("ilvl")] = l.child("numFmt").val()
				}
			}
			abstract[n.attr("abstractNumId")] = levels
		case "num": // after all that they are made of
			d.formats[n.attr("numId")] = abstract[n.child("abstractNumId").val()]
		}
	}
}

// maxChain bounds how many styles one rests on.
const maxChain = 12

// chain are a style and those that it rests on.
func (d *docx) chain(id string) (list []*xmlNode) {
	for s := d.styleOf[id]; s != nil && len(list) < maxChain; s = d.styleOf[s.child("basedOn").val()] {
		list = append(list, s)
	}
	return list
}

// paragraph is what a paragraph's properties mean.
type paragraph struct {
	heading      int // 1 to 6, 0 for none
	quote, toc   bool
	list         string // ul or ol, "" for none
	level        int    // of the list, from 1
	bold, italic bool   // by its style
}

func (d *docx) paragraph(p *xmlNode) (out paragraph) {
	props := p.child("pPr")
	styles := d.chain(props.child("pStyle").val())
	levels := []*xmlNode{props}
	for _, s := range styles {
		levels = append(levels, s.child("pPr"))
		name := strings.ToLower(s.child("name").val())
		out.toc = out.toc || strings.HasPrefix(name, "toc ")
		out.quote = out.quote || name == "quote" || name == "intense quote"
		if n, found := strings.CutPrefix(name, "heading "); found && out.heading == 0 {
			out.heading, _ = strconv.Atoi(n) // 0: it is no heading
		}
		if name == "title" {
			out.heading = 1
		}
	}
	for _, l := range levels { // what is nearest counts
		if lvl := l.child("outlineLvl"); lvl != nil && out.heading == 0 {
			if n, err := strconv.Atoi(lvl.val()); err == nil && n < 9 {
				out.heading = n + 1
			}
			break
		}
	}
	out.heading = max(0, min(out.heading, 6))
	if out.heading > 0 || out.quote {
		return out
	}
	out.list, out.level = d.list(levels)
	out.bold, out.italic = said(styles, "b"), said(styles, "i")
	return out
}

// list is the kind of a paragraph's list, with its level; properties are of the
// paragraph and of its styles.
func (d *docx) list(properties []*xmlNode) (kind string, level int) {
	id, ilvl := "", ""
	for _, p := range properties {
		n := p.child("numPr")
		if id == "" {
			id = n.child("numId").val()
		}
		if ilvl == "" {
			ilvl = n.child("ilvl").val()
		}
	}
	if id == "" || id == "0" {
		return "", 0
	}
	level, err := strconv.Atoi(ilvl)
	if err != nil || level < 0 || level > 8 {
		level = 0
	}
	switch d.formats[id][strconv.Itoa(level)] {
	case "none":
		return "", 0
	case "bullet", "":
		return "ul", level + 1
	}
	return "ol", level + 1
}

// said reports what the nearest of some styles says of letters.
func said(styles []*xmlNode, what string) bool {
	for _, s := range styles {
		if n := s.at("rPr", what); n != nil {
			return on(n)
		}
	}
	return false
}

// on reports whether a switch is on: it is where it says nothing.
func on(n *xmlNode) bool {
	switch n.val() {
	case "0", "false", "off", "none":
		return false
	}
	return true
}
