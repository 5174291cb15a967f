// Package static embeds what browsers fetch: styles, scripts, pictures, fonts.
//
// Package kit serves it under content-hashed addresses. Every css/*.css is
// concatenated, in the order of the file names, into css/app.css, and every
// js/*.js into js/app.js; a file in a folder below is served alone, to pages that name it.
package static

import "embed"

// FS holds the folders css, js, img and fonts.
//
//go:embed css js img fonts
var FS embed.FS
