package content_test

import (
	"testing"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/course/content"
)

// BenchmarkLoad: what a server pays once an edition.
func BenchmarkLoad(b *testing.B) {
	fsys := courses.Bundled()["tms-ketamine"]
	for b.Loop() {
		if c, _ := content.Load(fsys); c == nil {
			b.Fatal("not loaded")
		}
	}
}
