// Package templates embeds what pages are made of: layouts, partials, pages.
package templates

import "embed"

// FS holds layouts/*.html, partials/*.html,
// pages/<area>/<page>.html. Mails embed themselves (package emails).
//
//go:embed layouts partials pages
var FS embed.FS
