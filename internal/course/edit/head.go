package edit

import (
	"fmt"
	"strings"
)

// Head opens the keys at the head of a Markdown file, between two lines ---. whole
// is the file with the keys as they are then. Errors: ErrCannot, and those of Parse.
func Head(data []byte) (d *Doc, whole func() []byte, err error) {
	text := string(data)
	head, rest, ok := strings.Cut(text, "\n")
	if !ok || strings.TrimRight(head, " \t\r") != "---" {
		return nil, nil, fmt.Errorf("%w: no keys stand at its head", ErrCannot)
	}
	size := 0
	for line := range strings.Lines(rest) {
		if strings.TrimRight(line, " \t\r\n") != "---" {
			size += len(line)
			continue
		}
		if d, err = Parse([]byte(rest[:size])); err != nil {
			return nil, nil, err
		}
		return d, func() []byte { return []byte(head + "\n" + string(d.Bytes()) + rest[size:]) }, nil
	}
	return nil, nil, fmt.Errorf("%w: the keys at its head do not end", ErrCannot)
}

// Front changes the keys at the head of a Markdown file. Errors: those of Head and of
// the change.
func Front(data []byte, change func(d *Doc) error) ([]byte, error) {
	d, whole, err := Head(data)
	if err == nil {
		err = change(d)
	}
	if err != nil {
		return nil, err
	}
	return whole(), nil
}
