package kit

import (
	"fmt"
	"html/template"
	"strings"
)

// inURL writes a drawing as part of an address: what the syntax of an address,
// or the quotes of an attribute around it, would take for their own.
var inURL = strings.NewReplacer(`"`, "'", "%", "%25", "#", "%23", "<", "%3C", ">", "%3E", "&", "%26", " ", "%20", "\n", "")

// inline returns a drawing as an address that holds the whole of it, which costs
// a page a few hundred bytes and no request.
func (a *Assets) inline(name string) (template.URL, error) {
	f := a.files[name]
	if f == nil || f.kind != assetTypes[".svg"] {
		return "", fmt.Errorf("no drawing %q", name)
	}
	return template.URL("data:image/svg+xml," + inURL.Replace(string(f.body))), nil // #nosec G203 -- our own embedded drawing
}
