package cli

import (
	"errors"
	"io"
	"testing"
)

func TestAPasswordIsTypedTwice(t *testing.T) {
	for _, tt := range []struct {
		typed []string
		want  error
	}{
		{[]string{"nine quiet herons", "nine quiet herons"}, nil},
		{[]string{"nine quiet herons", "nine quiet heron"}, usageError("the two passwords differ; nothing was done")},
		{[]string{""}, errNoPassword},
		{nil, io.EOF},
	} {
		left := tt.typed
		got, err := askTwice(io.Discard, func() (string, error) {
			if len(left) == 0 {
				return "", io.EOF
			}
			next := left[0]
			left = left[1:]
			return next, nil
		})
		if !errors.Is(err, tt.want) || err == nil && got != tt.typed[0] {
			t.Errorf("%q: %q, %v", tt.typed, got, err)
		}
	}
}
