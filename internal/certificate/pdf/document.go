// Package pdf prints certificates. It has two layers: a small general writer of
// tagged PDF 1.7 files (Document, Page, Element), and on it the certificate
// itself (Render). It owns no table and knows neither network nor database.
//
// Invariants: the bytes are a function of the input alone; every font is
// embedded as a subset with a map to Unicode; everything drawn is either in the
// structure tree or marked as an artifact; nothing is transparent, encrypted or
// fetched from outside. The files are built to the clauses of PDF/UA-1
// (ISO 14289-1) and PDF/A-3b (ISO 19005-3); the tests check what qpdf, poppler
// and this package itself can check of them.
package pdf

import (
	"crypto/sha256"
	"fmt"
	"time"
)

// Info describes a document. Title, Lang and Created are required by the
// standards the writer aims at.
type Info struct {
	Title, Author, Subject string
	// Creator is the application that wrote the content.
	Creator string
	// Lang is a BCP 47 tag.
	Lang    string
	Created time.Time
}

// Document collects objects and writes them once, by Bytes. It is for one
// goroutine.
type Document struct {
	// Catalog is written as the document's root. Entries that the writer does
	// not know (forms, associated files) may be set until Bytes is called.
	Catalog Dict

	info    Info
	objects []any // object n is objects[n-1]
	pages   []*Page
	root    *Element
	fonts   []*embedded
	annots  []annotation

	attached []attached
	signer   *signer
}

// NewDocument returns an empty document.
func NewDocument(info Info) *Document {
	d := &Document{Catalog: Dict{}, info: info}
	d.root = &Element{doc: d, kind: "Document", ref: d.Reserve()}
	return d
}

// Root is the structure element that holds all others.
func (d *Document) Root() *Element { return d.root }

// Reserve returns the number of an object that Set will define.
func (d *Document) Reserve() Ref {
	d.objects = append(d.objects, nil)
	return Ref(len(d.objects))
}

// Set defines a reserved object.
func (d *Document) Set(r Ref, object any) { d.objects[r-1] = object }

// Add defines a new indirect object.
func (d *Document) Add(object any) Ref {
	r := d.Reserve()
	d.Set(r, object)
	return r
}

// Bytes finishes the document and returns the file. It may be called once.
func (d *Document) Bytes() ([]byte, error) {
	tree := d.Reserve()
	for _, f := range d.fonts {
		if err := d.writeFont(f); err != nil {
			return nil, err
		}
	}
	d.writeAttachments()
	kids := make(Array, 0, len(d.pages))
	for _, p := range d.pages {
		d.writePage(p, tree)
		kids = append(kids, p.ref)
	}
	d.Set(tree, Dict{"Type": Name("Pages"), "Kids": kids, "Count": len(kids)})
	d.Catalog["Type"] = Name("Catalog")
	d.Catalog["Pages"] = tree
	d.Catalog["Lang"] = Text(d.info.Lang)
	d.Catalog["MarkInfo"] = Dict{"Marked": true}
	d.Catalog["ViewerPreferences"] = Dict{"DisplayDocTitle": true}
	d.Catalog["StructTreeRoot"] = d.writeStructure()
	d.Catalog["Metadata"] = d.Add(Stream{
		Dict: Dict{"Type": Name("Metadata"), "Subtype": Name("XML")},
		Data: xmp(d.info),
		Form: Plain,
	})
	d.Catalog["OutputIntents"] = Array{d.Add(d.outputIntent())}
	info := Dict{
		"Title": Text(d.info.Title), "Author": Text(d.info.Author), "Subject": Text(d.info.Subject),
		"Creator": Text(d.info.Creator), "Producer": Text(producer),
		"CreationDate": d.info.Created, "ModDate": d.info.Created,
	}
	return d.write(d.Add(d.Catalog), d.Add(info))
}

// write lays out header, objects, cross-reference table and trailer, and has the
// whole signed. The file's ID is the hash of what stands before it, so that it
// names the content.
func (d *Document) write(catalog, info Ref) ([]byte, error) {
	out := []byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	offsets := make([]int, len(d.objects))
	for i, o := range d.objects {
		if o == nil {
			return nil, fmt.Errorf("pdf: object %d was reserved and never set", i+1)
		}
		offsets[i] = len(out)
		out = fmt.Appendf(out, "%d 0 obj\n", i+1)
		var err error
		if out, err = appendObject(out, o); err != nil {
			return nil, err
		}
		out = append(out, "\nendobj\n"...)
	}
	start := len(out)
	id := sha256.Sum256(out)
	out = fmt.Appendf(out, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, o := range offsets {
		out = fmt.Appendf(out, "%010d 00000 n \n", o)
	}
	out, err := appendObject(append(out, "trailer\n"...), Dict{
		"Size": len(offsets) + 1, "Root": catalog, "Info": info,
		"ID": Array{Bytes(id[:16]), Bytes(id[:16])},
	})
	if err != nil {
		return nil, err
	}
	out = fmt.Appendf(out, "\nstartxref\n%d\n%%%%EOF\n", start)
	if d.signer != nil {
		err = d.signer.seal(out, offsets[d.signer.ref-1])
	}
	return out, err
}
