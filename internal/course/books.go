package course

import (
	"sync"
	"sync/atomic"
)

// keptOlderBytes bounds what is kept parsed of editions that are not the newest of their
// course, in bytes of their files.
const keptOlderBytes = 64 << 20

// books are the courses that are kept parsed, by the hash of their files and across
// refreshes: every newest edition that was asked for, and of the older ones, which fewer
// and fewer learn in, those that were used last.
type books struct {
	mu    sync.Mutex
	older int64 // the bound; 0: keptOlderBytes
	kept  map[string]*book
	turn  atomic.Int64
}

// book is a parsed course with the size of its files and the turn in which it was used.
type book struct {
	course *Course
	bytes  int64
	used   atomic.Int64
}

// ready is the edition of a slot if it is parsed, nil otherwise.
func (k *books) ready(e *slot) *Edition {
	o := e.opened.Load()
	if o == nil {
		return nil
	}
	o.book.used.Store(k.turn.Add(1))
	return o.edition
}

// of is the kept course of a hash, nil for none.
func (k *books) of(hash string) *book {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.kept[hash]
}

// keep makes the edition of a slot of a course, and lets go of older ones that nobody
// used for longest. Where somebody was faster, it is theirs.
func (k *books) keep(e *slot, b *book, s *shelf) *Edition {
	k.mu.Lock()
	defer k.mu.Unlock()
	if o := e.opened.Load(); o != nil {
		return o.edition
	}
	if k.kept == nil {
		k.kept = map[string]*book{}
	}
	if first := k.kept[e.row.Hash]; first != nil {
		b = first
	}
	k.kept[e.row.Hash] = b
	b.used.Store(k.turn.Add(1))
	ed := &Edition{
		ID: e.row.ID, CourseID: e.row.CourseID, Slug: e.row.Slug, Number: e.row.Number, Hash: e.row.Hash,
		PublishedAt: e.row.PublishedAt.UTC(), Note: e.row.Note, Course: b.course, Overlays: e.overlays,
	}
	e.opened.Store(&opened{ed, b})
	if s != nil {
		k.letGo(s)
	}
	return ed
}

// letGo forgets older courses until the rest is within the bound; the one that was used
// last stays in any case.
func (k *books) letGo(s *shelf) {
	bound := k.older
	if bound == 0 {
		bound = keptOlderBytes
	}
	newest := map[string]bool{}
	for _, e := range s.list {
		newest[e.row.Hash] = true
	}
	for {
		var size int64
		oldest, older := "", 0
		for hash, b := range k.kept {
			if newest[hash] {
				continue
			}
			older++
			size += b.bytes
			if oldest == "" || b.used.Load() < k.kept[oldest].used.Load() {
				oldest = hash
			}
		}
		if size <= bound || older <= 1 {
			return
		}
		delete(k.kept, oldest)
		for _, e := range s.byID {
			if e.row.Hash == oldest {
				e.opened.Store(nil)
			}
		}
	}
}
