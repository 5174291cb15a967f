package pack

import (
	"embed"
	"fmt"
	"sync"
)

//go:embed packs/*.yaml
var files embed.FS

// File is a pack as it was written.
type File struct {
	Pack *Pack
	Text []byte
}

// Bundled are the packs that ship with the program, ordered by code. Callers
// change none of it.
var Bundled = sync.OnceValue(func() []File {
	entries, err := files.ReadDir("packs")
	if err != nil {
		panic(err) //nolint:forbidigo // the folder is part of the program
	}
	list := make([]File, len(entries))
	for i, e := range entries {
		text, err := files.ReadFile("packs/" + e.Name())
		if err != nil {
			panic(err) //nolint:forbidigo // so is each file
		}
		p, problems := Parse(text)
		if len(problems) > 0 {
			panic(fmt.Sprintf("%s: %+v", e.Name(), problems)) //nolint:forbidigo // a test reads them all
		}
		list[i] = File{p, text}
	}
	return list
})
