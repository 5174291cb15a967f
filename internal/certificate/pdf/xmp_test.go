package pdf_test

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"
	"time"
)

// properties are the metadata that XMP (ISO 16684-1) and ISO 19005-3, 6.6.4, define;
// PDF/UA's own is described in the packet (6.6.2.3).
var properties = map[string]string{
	"dc:format": "http://purl.org/dc/elements/1.1/", "dc:title": "http://purl.org/dc/elements/1.1/",
	"dc:creator": "http://purl.org/dc/elements/1.1/", "dc:description": "http://purl.org/dc/elements/1.1/",
	"dc:language":     "http://purl.org/dc/elements/1.1/",
	"xmp:CreatorTool": "http://ns.adobe.com/xap/1.0/", "xmp:CreateDate": "http://ns.adobe.com/xap/1.0/",
	"xmp:ModifyDate": "http://ns.adobe.com/xap/1.0/", "xmp:MetadataDate": "http://ns.adobe.com/xap/1.0/",
	"pdf:Producer": "http://ns.adobe.com/pdf/1.3/",
	"pdfaid:part":  "http://www.aiim.org/pdfa/ns/id/", "pdfaid:conformance": "http://www.aiim.org/pdfa/ns/id/",
	"pdfuaid:part":          "http://www.aiim.org/pdfua/ns/id/",
	"pdfaExtension:schemas": "http://www.aiim.org/pdfa/ns/extension/",
}

// node is an element with its prefix as written.
type node struct {
	space, name, text string
	kids              []*node
}

// tree reads a packet; prefixes are those that the packet declares.
func tree(t *testing.T, packet []byte) *node {
	t.Helper()
	prefix := map[string]string{}
	root := &node{}
	open := []*node{root}
	d := xml.NewDecoder(bytes.NewReader(packet))
	for {
		tok, err := d.Token()
		if tok == nil {
			if len(open) != 1 {
				t.Fatal(err)
			}
			return root
		}
		top := open[len(open)-1]
		switch x := tok.(type) {
		case xml.StartElement:
			for _, a := range x.Attr {
				if a.Name.Space == "xmlns" {
					prefix[a.Value] = a.Name.Local
				}
			}
			n := &node{space: x.Name.Space, name: prefix[x.Name.Space] + ":" + x.Name.Local}
			top.kids = append(top.kids, n)
			open = append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			top.text += string(x)
		}
	}
}

// all is the text of a node and those in it.
func (n *node) all() string {
	s := n.text
	for _, k := range n.kids {
		s += k.all()
	}
	return strings.TrimSpace(s)
}

// TestXMP holds ISO 19005-3, 6.6, and ISO 14289-1, 5 and 7.1: a packet without
// attributes of its own, properties that are defined, the right identification,
// and the same facts as in the document information.
func TestXMP(t *testing.T) {
	facts := sample("Anna <Nowak> & Søn")
	facts.Title, facts.Provider = "“A & B”", "Institut für <Fortbildung>"
	f := read(t, complete(t, facts))
	meta, _ := f.get(f.catalog()["Metadata"]).(stream)
	if !bytes.HasPrefix(meta.data, []byte("<?xpacket begin=\"\ufeff\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n")) || !bytes.HasSuffix(meta.data, []byte("<?xpacket end=\"r\"?>\n")) {
		t.Errorf("the packet is wrapped in %.60q", meta.data)
	}
	if meta.dict["Type"] != name("Metadata") || meta.dict["Subtype"] != name("XML") || meta.dict["Filter"] != nil {
		t.Errorf("metadata %v", meta.dict)
	}
	got := map[string]string{}
	rdf := tree(t, meta.data).kids[0].kids[0]
	for _, description := range rdf.kids {
		for _, p := range description.kids {
			if properties[p.name] != p.space {
				t.Errorf("%s of %s is not defined", p.name, p.space)
			}
			if _, twice := got[p.name]; twice {
				t.Errorf("%s is there twice", p.name)
			}
			got[p.name] = p.all()
		}
	}
	if len(got) != len(properties) || got["pdfaid:part"] != "3" || got["pdfaid:conformance"] != "B" || got["pdfuaid:part"] != "1" {
		t.Errorf("properties %v", got)
	}
	for _, want := range []string{"http://www.aiim.org/pdfua/ns/id/", "pdfuaid", "Integer", "internal"} {
		if !strings.Contains(got["pdfaExtension:schemas"], want) {
			t.Errorf("the extension schema lacks %s", want)
		}
	}
	info := f.dict(f.trailer["Info"])
	for k, property := range map[string]string{
		"Title": "dc:title", "Author": "dc:creator", "Subject": "dc:description", "Creator": "xmp:CreatorTool", "Producer": "pdf:Producer",
	} {
		s, _ := info[k].(str)
		if want := got[property]; string(s) != want && string(s) != "\xfe\xff"+utf16be(want) || want == "" {
			t.Errorf("%s is %q, %s %q", k, s, property, want)
		}
	}
	for k, property := range map[string]string{"CreationDate": "xmp:CreateDate", "ModDate": "xmp:ModifyDate"} {
		when, err := time.Parse(time.RFC3339, got[property])
		if err != nil || info[k] != str(when.UTC().Format("D:20060102150405+00'00'")) {
			t.Errorf("%s is %v, %s %q", k, info[k], property, got[property])
		}
	}
	if len(info) != 7 {
		t.Errorf("information %v", info)
	}
}
