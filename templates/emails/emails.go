// Package emails embeds the mail templates: <name>.html and <name>.txt for each
// mail, and a layout for each form.
package emails

import "embed"

// FS holds the templates.
//
//go:embed *.html *.txt
var FS embed.FS
