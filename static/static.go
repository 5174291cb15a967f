// Package static embeds what browsers fetch: styles, scripts, pictures, fonts.
//
// Package kit serves it under content-hashed addresses. What lies in css and js itself
// is for every page: it is joined, in the order of the file names, into css/app.css
// and js/app.js. css/area/*.css and js/area/*.js are joined into css/area.css and
// js/area.js, and css/only/x.css and js/only/x.js are served alone: the pages that
// need them name them in their head.
package static

import "embed"

// FS holds the folders css, js, img and fonts.
//
//go:embed css js img fonts
var FS embed.FS
