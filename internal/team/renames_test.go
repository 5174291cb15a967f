package team_test

import (
	"context"
	"testing"

	"github.com/atmacena/cocare/internal/team"
)

// TestCommentsGoAlong with files that get other names, also with two that take each
// other's, and with those of that course alone.
func TestCommentsGoAlong(t *testing.T) {
	w := newWorld(t)
	for slug, paths := range map[string][]string{"one": {"a.md", "b.md", "c.md"}, "two": {"a.md"}} {
		for _, p := range paths {
			w.must(w.Say(t.Context(), slug, p, "", "on "+p, "ann"))
		}
	}
	w.must(w.db.InTx(t.Context(), func(ctx context.Context) error {
		return w.FilesRenamed(ctx, "c-one", map[string]string{"a.md": "b.md", "b.md": "a.md", "x.md": "c.md"})
	}))
	for _, c := range [][3]string{{"one", "a.md", "on b.md"}, {"one", "b.md", "on a.md"}, {"one", "c.md", "on c.md"}, {"two", "a.md", "on a.md"}} {
		list, err := w.Comments(t.Context(), c[0], team.CommentFilter{Path: c[1], Limit: 10})
		if err != nil || len(list.Rows) != 1 || list.Rows[0].Body != c[2] {
			t.Errorf("%s of %s: %+v, %v", c[1], c[0], list, err)
		}
	}
}
