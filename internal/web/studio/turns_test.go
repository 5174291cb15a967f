package studio_test

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/web/studio"
)

// slow makes previews that take until nobody waits for them, but for the last.
type slow struct {
	*course.Service
	begun            chan struct{}
	calls, now, most atomic.Int64
}

func (s *slow) ViewFile(ctx context.Context, slug, path string, typed []byte) (course.FileView, error) {
	if n := s.now.Add(1); n > s.most.Load() {
		s.most.Store(n)
	}
	defer s.now.Add(-1)
	if s.calls.Add(1) < 3 {
		s.begun <- struct{}{}
		<-ctx.Done()
		return course.FileView{}, ctx.Err()
	}
	return s.Service.ViewFile(ctx, slug, path, typed)
}

// TestTheNewestPreviewWins: one is made at a time for each person, and the one before
// ends.
func TestTheNewestPreviewWins(t *testing.T) {
	w := newWorld(t)
	s := &slow{Service: w.courses, begun: make(chan struct{})}
	server := area.Serve(t, area.Options{Name: "studio", Now: w.now, Viewer: viewer}, studio.Routes(studio.Deps{Courses: s, People: w, Currency: "USD", Now: w.now})...)
	old := make(chan area.Answer, 2)
	for range 2 {
		go func() { old <- server.Post("ira", at+"/preview?path=course.yaml", "body", "old") }()
		<-s.begun
	}
	server.Post("ira", at+"/preview?path=course.yaml", "body", "title: new").OK("findings", "slug is")
	for range 2 {
		(<-old).Is(http.StatusConflict)
	}
	if s.most.Load() != 1 {
		t.Errorf("%d at once", s.most.Load())
	}
}
