package studio

import (
	"bytes"
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// endings gives a text, whose lines end with a line feed alone, the endings of the
// file that it comes from: each line that is still there keeps its own, a new one
// ends as most do.
func endings(text string, was []byte) string {
	crlf := bytes.Count(was, []byte("\r\n"))
	lf := bytes.Count(was, []byte("\n")) - crlf
	most := "\n"
	if crlf > lf {
		most = "\r\n"
	}
	if crlf == 0 || lf == 0 {
		return strings.ReplaceAll(text, "\n", most)
	}
	var out strings.Builder
	lines := strings.SplitAfter(string(was), "\n")
	at := 0 // in the file, counted without its carriage returns
	take := func(to int, keep bool) {
		for at < to {
			if keep {
				out.WriteString(lines[0])
			}
			at += len(unix([]byte(lines[0])))
			lines = lines[1:]
		}
	}
	plain := unix(was)
	for _, e := range udiff.Lines(plain, text) {
		take(e.Start, true)
		out.WriteString(strings.ReplaceAll(e.New, "\n", most))
		take(e.End, false)
	}
	take(len(plain), true)
	return out.String()
}
