package intake

import (
	"context"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/question/exchange"
)

// Check reads a file as an import does, without a course and without a database, and calls
// fn with each of its items. It returns the format, and what is to be said of the whole
// file. Errors: ErrEmpty, ErrTooLarge, ErrFormat, fn's, and the reader's.
func Check(ctx context.Context, file io.ReaderAt, size int64, fn func(Item) error) (exchange.Format, []exchange.Note, error) {
	f, err := open(ctx, file, size)
	if err != nil {
		return "", nil, err
	}
	n := 0
	for it := range f.Items(ctx) {
		n++
		one, err := judged(n, &it)
		if err == nil {
			err = fn(one)
		}
		if err != nil {
			return f.Format, f.Notes, err
		}
	}
	if err := f.Err(); err != nil {
		return f.Format, f.Notes, fmt.Errorf("intake: check: %w", err)
	}
	return f.Format, f.Notes, nil
}

// open tells the format of a file that is not too large.
func open(ctx context.Context, file io.ReaderAt, size int64) (*exchange.File, error) {
	switch {
	case size == 0:
		return nil, ErrEmpty
	case size > MaxFile:
		return nil, ErrTooLarge
	}
	f, err := exchange.Open(ctx, file, size, limits)
	if errors.Is(err, exchange.ErrFormat) {
		return nil, ErrFormat
	}
	if err != nil {
		return nil, fmt.Errorf("intake: %w", err)
	}
	return f, nil
}

// judged is an item with its verdict. It refuses one that no file of a course holds.
func judged(n int, it *exchange.Item) (Item, error) {
	out := Item{Position: n, Place: clip(it.Place), Title: clip(it.Title), Type: clip(it.Type)}
	if it.Verdict() != exchange.Refused {
		lines, err := yaml.Marshal([]question.Question{it.Question})
		if err != nil {
			return out, err
		}
		if out.Bytes = int64(len(lines)); out.Bytes > oneBytes {
			*it = exchange.Item{Notes: []exchange.Note{{Kind: exchange.Reason, What: "It is too large", Why: "a file of a course holds at most 1 MB; shorten its texts"}}}
			out.Bytes = 0
		}
	}
	out.Verdict, out.Notes, out.Kind, out.QuestionID = it.Verdict(), it.Notes, it.Question.Kind, it.Question.ID
	return out, nil
}

func clip(s string) string { return apperr.Clip(apperr.Storable(s), 120) }
