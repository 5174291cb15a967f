// Package courses embeds the authored courses, one folder each. The folder's
// format is described in docs/course-format.md.
package courses

import (
	"embed"
	"io/fs"
)

//go:embed */*
var content embed.FS

// Bundled returns the folders of the bundled courses by name.
func Bundled() map[string]fs.FS {
	entries, err := content.ReadDir(".")
	if err != nil {
		panic("courses: embedded folder: " + err.Error()) //nolint:forbidigo // the build put it there
	}
	out := make(map[string]fs.FS, len(entries))
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		sub, err := fs.Sub(content, e.Name())
		if err != nil {
			panic("courses: embedded folder: " + err.Error()) //nolint:forbidigo // as above
		}
		out[e.Name()] = sub
	}
	return out
}
