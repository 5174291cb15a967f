package content

import (
	"fmt"

	"github.com/atmacena/cocare/internal/yamldoc"
)

// yamlDoc is a decoded YAML text that can tell the line of each value.
type yamlDoc struct {
	file string
	*yamldoc.Doc
}

// decode reads strictly: one document, known keys. Every mistake becomes an
// error in r; out then holds what could be read.
func (r *report) decode(file string, data []byte, first int, out any) *yamlDoc {
	doc, problems := yamldoc.Decode(data, first, out)
	d := &yamlDoc{file, doc}
	r.visibleValues(d)
	for _, p := range problems {
		r.because(p.Why).errorf(file, p.Line, p.Fix, "%s", p.Msg)
	}
	return d
}

// line returns the line of the deepest part of a path that exists, such as
// "authors[0].name".
func (d *yamlDoc) line(format string, args ...any) int {
	if d == nil {
		return 0
	}
	return d.Line(fmt.Sprintf(format, args...))
}
