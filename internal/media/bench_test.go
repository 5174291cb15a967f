package media_test

import (
	"bytes"
	"testing"

	"github.com/atmacena/cocare/internal/media"
)

// BenchmarkUpload sends a recording of 64 MB into a folder and has it examined.
func BenchmarkUpload(b *testing.B) {
	w := inFolder(b)
	data := wav(8389, 1)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		data[100] = byte(i)
		u := w.begin("ada", len(data))
		_, err := w.Append(b.Context(), "ada", u.ID, 0, bytes.NewReader(data))
		w.must(err)
		w.must(w.Finish(b.Context(), "ada", u.ID))
		w.must(w.queue.Drain(b.Context()))
		if u, err = w.Upload(b.Context(), "ada", u.ID); err != nil || u.State != media.Ready {
			b.Fatal(u, err)
		}
		w.must(w.Discard(b.Context(), "ada", u.ID))
	}
}
