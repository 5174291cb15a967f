package exchange_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/question/exchange"
)

// failing is a file on a disk that ends at a place of it.
type failing struct {
	io.ReaderAt
	at  int64
	why func() error
}

func (f failing) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > f.at {
		return 0, f.why()
	}
	return f.ReaderAt.ReadAt(p, off)
}

// bulk is a file of each kind of reader with more items than are read at a time.
func bulk(t *testing.T) map[string][]byte {
	t.Helper()
	pad := strings.Repeat("x", 1000)
	files := map[string][]byte{}
	for i := range 300 {
		files[fmt.Sprintf("%03d.xml", i)] = []byte(moodle(fmt.Sprintf(essay, i)))
	}
	return map[string][]byte{
		"Moodle": []byte(moodle(numbered(300, `<question type="essay"><questiontext><text>Q%d</text></questiontext><generalfeedback><text>`+pad+`</text></generalfeedback></question>`))),
		"GIFT":   []byte(numbered(300, "Q%d {T####"+pad+"}\n\n")),
		"Aiken":  []byte(numbered(300, "Q%d "+pad+"\nA) a\nB) b\nANSWER: A\n")),
		"CSV":    []byte("prompt,correct,option_a,option_b\n" + numbered(300, "Q%d "+pad+",A,a,b\n")),
		"ZIP":    packed(t, files),
	}
}

// TestTheReadersFaultIsNotTheFiles: what keeps a file from being read is told as that, and
// no item is refused for it.
func TestTheReadersFaultIsNotTheFiles(t *testing.T) {
	lost := errors.New("failed to connect to host=db user=cocare")
	for name, data := range bulk(t) {
		size := int64(len(data))
		if _, err := exchange.Open(t.Context(), failing{bytes.NewReader(data), 2, func() error { return lost }}, size, exchange.Limits{}); !errors.Is(err, lost) {
			t.Errorf("%s: %v", name, err)
		}
		broken := &failing{bytes.NewReader(data), size, nil}
		f, err := exchange.Open(t.Context(), broken, size, exchange.Limits{})
		if err != nil {
			t.Fatal(name, err)
		}
		for _, want := range []error{lost, context.Canceled} {
			ctx, end := context.WithCancel(t.Context())
			broken.at, broken.why = size/2, func() error {
				if errors.Is(want, context.Canceled) {
					end()
				}
				return want
			}
			items := slices.Collect(f.Items(ctx))
			if !errors.Is(f.Err(), want) || len(items) >= 300 {
				t.Errorf("%s: %d items, %v", name, len(items), f.Err())
			}
			for _, it := range items {
				if it.Verdict() == exchange.Refused {
					t.Errorf("%s: %v", name, it.Notes)
				}
			}
			end()
		}
		broken.at = size
		if items := slices.Collect(f.Items(t.Context())); len(items) != 300 || f.Err() != nil {
			t.Errorf("%s: %d items, %v", name, len(items), f.Err())
		}
	}
}

// TestNothingIsReadWhenNobodyWaits: the end of the context ends the items.
func TestNothingIsReadWhenNobodyWaits(t *testing.T) {
	for name, data := range bulk(t) {
		f, err := exchange.Open(t.Context(), bytes.NewReader(data), int64(len(data)), exchange.Limits{})
		if err != nil {
			t.Fatal(name, err)
		}
		ctx, end := context.WithCancel(t.Context())
		n := 0
		for range f.Items(ctx) {
			if n++; n == 10 {
				end()
			}
		}
		end()
		if n != 10 || !errors.Is(f.Err(), context.Canceled) {
			t.Errorf("%s: %d items, %v", name, n, f.Err())
		}
	}
}
