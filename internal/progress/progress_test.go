package progress_test

import (
	"context"
	"testing"

	"github.com/atmacena/cocare/internal/progress"
)

func TestOnlyWhoListensHears(t *testing.T) {
	step := progress.State{Step: "Counting", Done: 1, Total: 2}
	progress.Report(t.Context(), step) // to nobody
	var heard []progress.State
	ctx := progress.With(t.Context(), func(s progress.State) { heard = append(heard, s) })
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	progress.Report(inner, step)
	quiet := progress.With(inner, nil)
	progress.Report(quiet, step)
	if len(heard) != 1 || heard[0] != step || !progress.Heard(inner) || progress.Heard(quiet) || progress.Heard(t.Context()) {
		t.Errorf("heard %v", heard)
	}
}
