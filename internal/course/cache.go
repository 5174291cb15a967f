package course

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/atmacena/cocare/internal/course/content"
)

// refreshEvery bounds how long another replica's publication, withdrawal or
// sign-off goes unseen here; refreshWithin bounds the look itself.
const (
	refreshEvery  = 3 * time.Second
	refreshWithin = 30 * time.Second
)

// cache keeps what is published in memory. Editions never change, so a page
// costs no read; every few seconds one request looks at one row to learn
// whether something was published or overlaid elsewhere.
//
// What it keeps it reads outside any transaction (a fresh context): what is not
// committed must not be seen by others. A transaction that finds something
// missing reads it on its own connection and waits for nobody: the connections
// of the pool may all belong to transactions that look for the same.
type cache struct {
	store store
	now   func() time.Time
	mu    sync.Mutex // held while looking
	shelf atomic.Pointer[shelf]
	books books
	clean atomic.Pointer[clean]
}

// clean is the draft that passed the checks last: who imports and publishes in
// one go, as the demo does at its start, parses once.
type clean struct {
	hash     string
	bytes    int64
	course   *Course
	warnings []Problem
}

// shelf is one immutable view of everything published.
type shelf struct {
	version int64
	looked  time.Time
	byID    map[string]*slot
	current map[string]*slot // by slug
	list    []*slot          // newest of each course, by slug
}

// slot is an edition that is parsed when it is asked for, and for as long as its course
// is kept.
type slot struct {
	row      editionRow
	overlays Overlays
	mu       sync.Mutex // held by who parses it
	opened   atomic.Pointer[opened]
}

// opened is an edition with the course that it is made of.
type opened struct {
	edition *Edition
	book    *book
}

// view returns the shelf. Nobody waits for a look that another request makes.
func (c *cache) view(ctx context.Context) (*shelf, error) {
	s := c.shelf.Load()
	switch {
	case s != nil && c.isFresh(s):
		return s, nil
	case c.store.db.InTransaction(ctx):
		return c.viewInside(ctx, s)
	case s == nil:
		c.mu.Lock()
	case !c.mu.TryLock():
		return s, nil
	}
	defer c.mu.Unlock()
	if again := c.shelf.Load(); again != s {
		return again, nil
	}
	if err := c.look(false); err != nil {
		return nil, err
	}
	return c.shelf.Load(), nil
}

func (c *cache) isFresh(s *shelf) bool {
	age := c.now().Sub(s.looked)
	return age >= 0 && age < refreshEvery
}

// viewInside is the shelf as the transaction in ctx sees it; s is the one that is
// kept, nil if none is. Others get what was read only where nothing has changed:
// the change may be the transaction's own.
func (c *cache) viewInside(ctx context.Context, s *shelf) (*shelf, error) {
	version, err := c.store.version(ctx)
	if err != nil {
		return nil, fmt.Errorf("course: version: %w", err)
	}
	if s == nil || s.version != version {
		return c.read(ctx, version, s)
	}
	fresh := *s
	fresh.looked = c.now()
	c.shelf.CompareAndSwap(s, &fresh)
	return &fresh, nil
}

// viewNow is view for who misses what was published elsewhere a moment ago.
func (c *cache) viewNow(ctx context.Context) (*shelf, error) {
	if c.store.db.InTransaction(ctx) {
		return c.viewInside(ctx, c.shelf.Load())
	}
	c.changed()
	return c.view(ctx)
}

// changed looks at once; it is called after a local change has committed. If
// it fails, the next view looks again.
func (c *cache) changed() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.look(true); err != nil {
		c.shelf.Store(nil)
	}
}

// look reads the version and, if it moved or always is set, the rest.
func (c *cache) look(always bool) error {
	ctx, cancel := context.WithTimeout(context.Background(), refreshWithin)
	defer cancel()
	version, err := c.store.version(ctx)
	if err != nil {
		return fmt.Errorf("course: version: %w", err)
	}
	old := c.shelf.Load()
	if old != nil && old.version == version && !always {
		fresh := *old
		fresh.looked = c.now()
		c.shelf.Store(&fresh)
		return nil
	}
	fresh, err := c.read(ctx, version, old)
	if err != nil {
		return err
	}
	c.shelf.Store(fresh)
	return nil
}

func (c *cache) read(ctx context.Context, version int64, old *shelf) (*shelf, error) {
	rows, err := c.store.editions(ctx)
	if err != nil {
		return nil, fmt.Errorf("course: editions: %w", err)
	}
	overlays, err := c.store.overlays(ctx)
	if err != nil {
		return nil, fmt.Errorf("course: overlays: %w", err)
	}
	by := map[string][]overlayRow{}
	for _, o := range overlays {
		by[o.EditionID] = append(by[o.EditionID], o)
	}
	s := &shelf{version: version, looked: c.now(), byID: map[string]*slot{}, current: map[string]*slot{}}
	for _, row := range rows {
		lay, err := readOverlays(by[row.ID])
		if err != nil {
			return nil, err
		}
		e := &slot{row: row, overlays: lay}
		if old != nil { // keep the same *Edition where nothing changed
			if was := old.byID[row.ID]; was != nil && was.overlays.Hash == lay.Hash {
				e = was
			}
		}
		s.byID[row.ID] = e
		s.current[row.Slug] = e // rows come by number: the last one stays
	}
	for i, row := range rows {
		if i+1 == len(rows) || rows[i+1].Slug != row.Slug {
			s.list = append(s.list, s.byID[row.ID])
		}
	}
	return s, nil
}

// open returns the edition of a slot, parsed once; a transaction rather parses it
// besides than waits. Others wait for who parses the same edition, and nobody else.
func (c *cache) open(ctx context.Context, e *slot) (*Edition, error) {
	if ed := c.books.ready(e); ed != nil {
		return ed, nil
	}
	if !c.store.db.InTransaction(ctx) {
		e.mu.Lock()
		defer e.mu.Unlock()
		if ed := c.books.ready(e); ed != nil {
			return ed, nil
		}
		alone, cancel := context.WithTimeout(context.Background(), refreshWithin)
		defer cancel()
		ctx = alone
	}
	b, err := c.load(ctx, e.row)
	if err != nil {
		return nil, err
	}
	return c.books.keep(e, b, c.shelf.Load()), nil
}

// load parses an edition's files. It is not checked again: it passed the
// checks of the day it was published. Files that do not match the hash are
// refused: certificates name it.
func (c *cache) load(ctx context.Context, row editionRow) (*book, error) {
	if b := c.books.of(row.Hash); b != nil {
		return b, nil
	}
	if last := c.clean.Load(); last != nil && last.hash == row.Hash { // published a moment ago
		return &book{course: last.course, bytes: last.bytes}, nil
	}
	files, err := c.store.editionFiles(ctx, row.ID)
	if err != nil {
		return nil, fmt.Errorf("course: files of edition %s: %w", row.ID, err)
	}
	if got := files.Hash(); got != row.Hash {
		return nil, fmt.Errorf("course: files of edition %s have hash %s, not %s", row.ID, got, row.Hash)
	}
	return &book{course: content.Build(files), bytes: files.Bytes()}, nil
}
