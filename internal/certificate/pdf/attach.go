package pdf

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"time"
)

// Attachment is a file inside the file.
type Attachment struct {
	Name         string // a plain file name: "credential.json"
	Description  string // for people
	MediaType    string // "application/json"
	Relationship Relationship
	Data         []byte
	ModifiedAt   time.Time
}

// Relationship says what an attachment is to the page (ISO 19005-3, annex E).
type Relationship Name

// The relationships.
const (
	Source      Relationship = "Source"      // what the page was made from
	Data        Relationship = "Data"        // what the page shows, for machines
	Alternative Relationship = "Alternative" // the same in another form
	Supplement  Relationship = "Supplement"  // more than the page says
	Unspecified Relationship = "Unspecified"
)

var relationships = []Relationship{Source, Data, Alternative, Supplement, Unspecified}

var (
	// Names are the same in every encoding and on every file system.
	attachmentName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)
	mediaType      = regexp.MustCompile(`^[\w.+-]+/[\w.+-]+$`)
)

type attached struct {
	name string
	spec Ref
}

// Attach adds a file, associated with the whole document (ISO 19005-3, 6.8). Its
// name must be new to the document.
func (d *Document) Attach(a Attachment) error {
	switch {
	case !attachmentName.MatchString(a.Name):
		return fmt.Errorf("pdf: %q is no name for an attachment", a.Name)
	case slices.ContainsFunc(d.attached, func(o attached) bool { return o.name == a.Name }):
		return fmt.Errorf("pdf: two attachments are called %s", a.Name)
	case !mediaType.MatchString(a.MediaType):
		return fmt.Errorf("pdf: %q is no media type", a.MediaType)
	case a.Description == "" || a.ModifiedAt.IsZero() || !slices.Contains(relationships, a.Relationship):
		return fmt.Errorf("pdf: %s lacks its description, date or relationship", a.Name)
	}
	file := d.Add(Stream{Data: a.Data, Dict: Dict{
		"Type": Name("EmbeddedFile"), "Subtype": Name(a.MediaType),
		"Params": Dict{"ModDate": a.ModifiedAt, "Size": len(a.Data)},
	}})
	d.attached = append(d.attached, attached{a.Name, d.Add(Dict{
		"Type": Name("Filespec"), "F": Text(a.Name), "UF": Text(a.Name), "Desc": Text(a.Description),
		"AFRelationship": Name(a.Relationship), "EF": Dict{"F": file, "UF": file},
	})})
	return nil
}

// writeAttachments leads the catalog to the attachments: as associated files in
// the order in which they came, and by name. A name tree is sorted.
func (d *Document) writeAttachments() {
	if len(d.attached) == 0 {
		return
	}
	files, names := Array{}, Array{}
	for _, a := range d.attached {
		files = append(files, a.spec)
	}
	for _, a := range slices.SortedFunc(slices.Values(d.attached), func(a, b attached) int { return cmp.Compare(a.name, b.name) }) {
		names = append(names, Text(a.name), a.spec)
	}
	d.Catalog["AF"] = files
	d.Catalog["Names"] = Dict{"EmbeddedFiles": Dict{"Names": names}}
}
