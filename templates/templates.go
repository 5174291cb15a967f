// Package templates embeds what the program renders: layouts, partials, pages
// and mails.
package templates

import "embed"

// FS holds every folder beside this file: layouts/*.html, partials/*.html,
// pages/<area>/<page>.html, and what other areas add.
//
//go:embed */*
var FS embed.FS
