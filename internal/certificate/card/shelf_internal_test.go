package card

import (
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
)

func TestNothingIsDrawnTwiceAtATime(t *testing.T) {
	s := NewShelf()
	var drawn atomic.Int64
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			p, err := s.get(key{Facts{Title: "one"}, false}, func() (Picture, error) {
				drawn.Add(1)
				time.Sleep(10 * time.Millisecond)
				return picture("image/png", []byte("x")), nil
			})
			if err != nil || string(p.Body) != "x" {
				t.Errorf("%q, %v", p.Body, err)
			}
		})
	}
	all.Wait()
	if n := drawn.Load(); n != 1 {
		t.Errorf("drawn %d times", n)
	}
}

// TestDrawingIsBounded: few are drawn at a time, and who comes when many wait is
// sent away.
func TestDrawingIsBounded(t *testing.T) {
	s := NewShelf()
	var now, most, busy atomic.Int64
	release := make(chan struct{})
	var all sync.WaitGroup
	for i := range maxWaiting + 10 {
		all.Go(func() {
			_, err := s.get(key{Facts{Title: strconv.Itoa(i)}, false}, func() (Picture, error) {
				if n := now.Add(1); n > most.Load() {
					most.Store(n)
				}
				<-release
				now.Add(-1)
				return Picture{}, nil
			})
			if apperr.Is(err, apperr.Limited) {
				if busy.Add(1) == 10 {
					close(release)
				}
			} else if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if most.Load() != maxDrawing || busy.Load() != 10 {
		t.Errorf("%d at a time, %d sent away", most.Load(), busy.Load())
	}
	if len(s.books) != maxWaiting || s.recent.Len() != maxWaiting || s.waiting != 0 {
		t.Errorf("%d books, %d in order, %d waiting", len(s.books), s.recent.Len(), s.waiting)
	}
}

func TestTheShelfForgetsWhatWasNotUsed(t *testing.T) {
	s := NewShelf()
	drawn := map[int]int{}
	get := func(i int) {
		_, err := s.get(key{Facts{Title: strconv.Itoa(i)}, false}, func() (Picture, error) {
			drawn[i]++
			return Picture{Body: make([]byte, maxBytes/4)}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range 4 {
		get(i)
	}
	get(0) // used again
	get(4) // one too many: 1 goes
	get(0)
	get(2)
	get(1)
	if drawn[0] != 1 || drawn[1] != 2 || drawn[2] != 1 || s.bytes != maxBytes || len(s.books) != 4 || s.recent.Len() != 4 {
		t.Errorf("drawn %v, %d bytes, %d books", drawn, s.bytes, len(s.books))
	}
}

// TestAFailureIsNotKept, nor does a panic keep others waiting.
func TestAFailureIsNotKept(t *testing.T) {
	s := NewShelf()
	k := key{Facts{Title: "one"}, true}
	boom := errors.New("boom")
	if _, err := s.get(k, func() (Picture, error) { return Picture{}, boom }); !errors.Is(err, boom) {
		t.Error(err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("no panic")
			}
		}()
		_, _ = s.get(k, func() (Picture, error) { panic("broken glyph") })
	}()
	if p, err := s.get(k, func() (Picture, error) { return picture("image/png", []byte("x")), nil }); err != nil || len(p.Hash) != 24 {
		t.Errorf("%+v, %v", p, err)
	}
	if len(s.slots) != 0 || s.waiting != 0 {
		t.Error("a slot was lost")
	}
}
