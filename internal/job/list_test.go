package job_test

import (
	"context"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/job"
)

func TestListIsSortedAndWalked(t *testing.T) {
	q, _, _ := newQueue(t)
	for _, kind := range []string{"b", "c", "a"} {
		q.Handle(kind, func(context.Context, []byte) error { return nil })
		if err := q.Enqueue(t.Context(), kind, nil); err != nil {
			t.Fatal(err)
		}
	}
	for sort, want := range map[string]string{"": "bca", "kind": "abc", "-kind": "cba", "made": "bca", "-made": "acb", "tries": "bca", "none": "bca"} {
		list, err := q.List(t.Context(), job.Ready, sort)
		got := ""
		for _, e := range list {
			got += e.Kind
		}
		if err != nil || got != want {
			t.Errorf("%q: %s, %v, want %s", sort, got, err, want)
		}
	}
	var walked strings.Builder
	err := q.Each(t.Context(), job.Ready, func(e job.Entry) error { walked.WriteString(e.Kind); return nil })
	if err != nil || walked.String() != "bca" {
		t.Errorf("walked %s, %v", walked.String(), err)
	}
}
