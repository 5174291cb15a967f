package pdf

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"sync"
	"time"
)

const producer = "CoCare"

// The packet names the conformance the file is built for. PDF/UA's own
// property is unknown to PDF/A, which therefore wants it described
// (ISO 19005-3, 6.6.2.3).
const packet = `<?xpacket begin="` + "\ufeff" + `" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>%s</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>%s</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>%s</xmp:CreatorTool>
<xmp:CreateDate>%[6]s</xmp:CreateDate>
<xmp:ModifyDate>%[6]s</xmp:ModifyDate>
<xmp:MetadataDate>%[6]s</xmp:MetadataDate>
<pdf:Producer>%[7]s</pdf:Producer>
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file is built for</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>
`

// xmp returns the metadata packet; it says the same as the Info dictionary.
func xmp(i Info) []byte {
	date := i.Created.UTC().Format(time.RFC3339)
	var out bytes.Buffer
	fmt.Fprintf(&out, packet, escape(i.Title), escape(i.Author), escape(i.Subject), escape(i.Lang), escape(i.Creator), date, producer)
	return out.Bytes()
}

func escape(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a bytes.Buffer does not fail
	return b.String()
}

// profile is the same for every file and compressed once.
var profile = sync.OnceValue(func() []byte { return deflate(srgb()) })

// outputIntent says that all colors are sRGB.
func (d *Document) outputIntent() Dict {
	ref := d.Add(Stream{Dict: Dict{"N": 3, "Alternate": Name("DeviceRGB")}, Data: profile(), Form: Deflated})
	return Dict{
		"Type": Name("OutputIntent"), "S": Name("GTS_PDFA1"),
		"OutputConditionIdentifier": Text("sRGB IEC61966-2.1"),
		"Info":                      Text("sRGB IEC61966-2.1"),
		"RegistryName":              Text("http://www.color.org"),
		"DestOutputProfile":         ref,
	}
}
