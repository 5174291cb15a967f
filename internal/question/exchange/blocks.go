package exchange

import (
	"bufio"
	"errors"
	"io"
	"strings"
)

// block is a run of lines without an empty one between them.
type block struct {
	text  string
	line  int // of its first
	large bool
}

// blocks hands out the runs of lines of a text, each within a bound.
func blocks(r io.Reader, most int, yield func(block) bool) error {
	in := bufio.NewReaderSize(r, 64<<10)
	b, n := block{}, 0
	var text strings.Builder
	for {
		line, err := boundedLine(in, most)
		end := errors.Is(err, io.EOF)
		if err != nil && !end {
			return err
		}
		if n++; strings.TrimSpace(line) != "" {
			if b.line == 0 {
				b.line = n
			}
			if b.large = b.large || text.Len()+len(line) > most; !b.large {
				text.WriteString(line)
			}
			if !end {
				continue
			}
		}
		if b.text = text.String(); b.line > 0 && !yield(b) || end {
			return nil
		}
		b = block{}
		text.Reset()
	}
}

// boundedLine reads a line; of one that is too long it keeps a bit too much.
func boundedLine(in *bufio.Reader, most int) (string, error) {
	var out []byte
	for {
		part, err := in.ReadSlice('\n')
		if len(out) <= most {
			out = append(out, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return string(out), err
		}
	}
}

// textBytes bounds an item of a text format.
const textBytes = 256 << 10
