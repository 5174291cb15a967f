package pdf

// Element is a node of the structure tree (ISO 32000-1, 14.7). Its children
// appear in the order in which they were made or drawn, which is the reading
// order.
type Element struct {
	// Alt describes in words what cannot be read; required for kind Figure.
	Alt string

	doc    *Document
	parent *Element
	kind   Name
	ref    Ref
	kids   Array
	box    *[4]float64
}

// Child adds an element of a standard structure type: H1, P, Figure, Link, …
func (e *Element) Child(kind Name) *Element {
	c := &Element{doc: e.doc, parent: e, kind: kind, ref: e.doc.Reserve()}
	e.kids = append(e.kids, c)
	return c
}

// Box records the rectangle that a figure fills, in points from the lower left
// corner of its page.
func (e *Element) Box(x, y, w, h float64) { e.box = &[4]float64{x, y, x + w, y + h} }

// annotation is what the parent tree needs to lead from a link or a form field to
// its element.
type annotation struct {
	dict    Dict
	element Ref
}

// writeStructure defines all elements and returns the tree's root.
func (d *Document) writeStructure() Ref {
	root := d.Reserve()
	d.root.write(root)
	nums := Array{}
	for i, p := range d.pages {
		owners := make(Array, len(p.owners))
		for j, e := range p.owners {
			owners[j] = e.ref
		}
		nums = append(nums, i, owners)
	}
	for i, a := range d.annots {
		key := len(d.pages) + i
		a.dict["StructParent"] = key
		nums = append(nums, key, a.element)
	}
	d.Set(root, Dict{
		"Type":              Name("StructTreeRoot"),
		"K":                 d.root.ref,
		"ParentTree":        d.Add(Dict{"Nums": nums}),
		"ParentTreeNextKey": len(d.pages) + len(d.annots),
	})
	return root
}

func (e *Element) write(parent Ref) {
	out := Dict{"Type": Name("StructElem"), "S": e.kind, "P": parent}
	kids := make(Array, len(e.kids))
	for i, k := range e.kids {
		if c, ok := k.(*Element); ok {
			c.write(e.ref)
			k = c.ref
		}
		kids[i] = k
	}
	out["K"] = kids
	if e.Alt != "" {
		out["Alt"] = Text(e.Alt)
	}
	if e.box != nil {
		b := e.box
		out["A"] = Dict{"O": Name("Layout"), "Placement": Name("Block"), "BBox": Array{b[0], b[1], b[2], b[3]}}
	}
	e.doc.Set(e.ref, out)
}
