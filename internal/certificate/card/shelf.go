package card

import (
	"bytes"
	"compress/gzip"
	"container/list"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"

	"github.com/atmacena/cocare/internal/apperr"
)

// Picture is something drawn, as it is handed out.
type Picture struct {
	Kind string // a media type
	Body []byte
	Gzip []byte // the same, compressed; nil where that gains nothing
	Hash string // of Body, hex
}

// The bounds of a Shelf.
const (
	maxBytes   = 16 << 20 // of pictures that are kept
	maxDrawing = 2        // at a time: each takes about ten megabytes and a processor
	maxWaiting = 32       // that are being drawn or wait for it
)

// ErrBusy means that more pictures are wanted at once than are drawn in a moment.
var ErrBusy = apperr.New(apperr.Limited, "Too many images are being drawn right now. Please try again in a minute.")

var errFailed = errors.New("card: a drawing was broken off")

// Shelf keeps what was drawn in memory, by its facts, and draws nothing twice at
// the same time. It is safe for concurrent use; make one with NewShelf.
type Shelf struct {
	slots chan struct{}

	mu      sync.Mutex
	books   map[key]*book
	recent  *list.List // of finished books, the one used last in front
	bytes   int
	waiting int
}

// key is what a picture is found by.
type key struct {
	Facts
	badge bool
}

// book is a picture, once done is closed.
type book struct {
	key
	done    chan struct{}
	picture Picture
	err     error
	place   *list.Element // nil until it is finished
}

// NewShelf returns an empty shelf.
func NewShelf() *Shelf {
	return &Shelf{slots: make(chan struct{}, maxDrawing), books: map[key]*book{}, recent: list.New()}
}

// Preview is the function Preview, remembered. Errors: ErrBusy.
func (s *Shelf) Preview(f Facts) (Picture, error) {
	return s.get(key{f, false}, func() (Picture, error) {
		body, err := Preview(f)
		return picture("image/png", body), err
	})
}

// Badge is the function Badge, remembered. Errors: ErrBusy.
func (s *Shelf) Badge(f Facts) (Picture, error) {
	return s.get(key{f, true}, func() (Picture, error) {
		body, err := Badge(f)
		if err != nil {
			return Picture{}, err
		}
		p := picture("image/svg+xml", body)
		p.Gzip, err = packed(body)
		return p, err
	})
}

func picture(kind string, body []byte) Picture {
	sum := sha256.Sum256(body)
	return Picture{Kind: kind, Body: body, Hash: hex.EncodeToString(sum[:12])}
}

func packed(body []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(body)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("card: compress: %w", err)
	}
	return b.Bytes(), nil
}

// get returns what is there, waits for who draws it already, or draws it.
func (s *Shelf) get(k key, draw func() (Picture, error)) (Picture, error) {
	s.mu.Lock()
	if b := s.books[k]; b != nil {
		if b.place != nil {
			s.recent.MoveToFront(b.place)
		}
		s.mu.Unlock()
		<-b.done
		return b.picture, b.err
	}
	if s.waiting >= maxWaiting {
		s.mu.Unlock()
		return Picture{}, ErrBusy
	}
	b := &book{key: k, done: make(chan struct{}), err: errFailed}
	s.books[k] = b
	s.waiting++
	s.mu.Unlock()
	defer s.finish(b) // whatever happens: others wait for it
	s.slots <- struct{}{}
	defer func() { <-s.slots }()
	b.picture, b.err = draw()
	return b.picture, b.err
}

// finish puts a book on the shelf, unless it failed, and takes away what was not
// used for longest.
func (s *Shelf) finish(b *book) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer close(b.done)
	s.waiting--
	if b.err != nil {
		delete(s.books, b.key)
		return
	}
	b.place = s.recent.PushFront(b)
	s.bytes += b.size()
	for s.bytes > maxBytes && s.recent.Len() > 1 {
		old := s.recent.Remove(s.recent.Back()).(*book) //nolint:forcetypeassert // only books are put in
		delete(s.books, old.key)
		s.bytes -= old.size()
	}
}

func (b *book) size() int { return len(b.picture.Body) + len(b.picture.Gzip) }
