package course

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/atmacena/cocare/internal/course/content"
)

// The bounds of what is kept of drafts, and how often a draft that many change is
// read anew for those who type in it.
const (
	keptDrafts     = 8
	keptDraftBytes = 48 << 20 // of their files
	rereadEvery    = 10 * time.Second
	readAtMost     = 120 * time.Millisecond // that a page waits for a newer reading
)

// reading is a draft as it was parsed and checked. It is shared, and never changes.
type reading struct {
	hash     string
	seq      int64 // of the newest of its files
	course   *Course
	files    Files
	problems []Problem

	findOnce sync.Once
	find     *Insertables
}

// insertables is what the course has to offer its lessons, made ready once.
func (r *reading) insertables() *Insertables {
	r.findOnce.Do(func() { r.find = NewInsertables(r.course) })
	return r.find
}

// readings keep the newest reading of the drafts that people work on, by the
// course's ID. A reading is known by the hash of its files, so it is never wrong,
// only old.
type readings struct {
	mu    sync.Mutex
	kept  map[string]*keptReading
	turn  int64
	locks map[string]*sync.Mutex // of who reads a course now
}

type keptReading struct {
	*reading
	used  int64
	bytes int64
	began time.Time // when it was last read anew
}

// last is the newest reading of a course, nil for none.
func (k *readings) last(courseID string) *reading {
	k.mu.Lock()
	defer k.mu.Unlock()
	if r := k.kept[courseID]; r != nil {
		k.turn++
		r.used = k.turn
		return r.reading
	}
	return nil
}

// due reports whether it is time to read a course anew, and takes the turn.
func (k *readings) due(courseID string, now time.Time) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	r := k.kept[courseID]
	if r == nil || now.Sub(r.began) < rereadEvery && !now.Before(r.began) {
		return false
	}
	r.began = now
	return true
}

// keep makes a reading the newest, and lets go of those that nobody used for
// longest.
func (k *readings) keep(courseID string, r *reading, now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.kept == nil {
		k.kept = map[string]*keptReading{}
	}
	k.turn++
	k.kept[courseID] = &keptReading{reading: r, used: k.turn, bytes: r.files.Bytes(), began: now}
	for {
		var size int64
		oldest := ""
		for id, r := range k.kept {
			size += r.bytes
			if oldest == "" || r.used < k.kept[oldest].used {
				oldest = id
			}
		}
		if len(k.kept) <= keptDrafts && size <= keptDraftBytes || len(k.kept) == 1 {
			return
		}
		delete(k.kept, oldest)
	}
}

// alone makes those who read one course wait for one another.
func (k *readings) alone(courseID string) *sync.Mutex {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.locks == nil {
		k.locks = map[string]*sync.Mutex{}
	}
	if k.locks[courseID] == nil {
		k.locks[courseID] = &sync.Mutex{}
	}
	return k.locks[courseID]
}

// WarmDrafts reads the drafts that were changed last, as many as are kept, so that
// nobody who goes on writing after a start waits until a large course is read.
func (s *Service) WarmDrafts(ctx context.Context) error {
	list, err := s.store.changedLast(ctx, keptDrafts)
	if err != nil {
		return err
	}
	for _, slug := range slices.Backward(list) { // the last stays the longest
		if _, _, err := s.read(ctx, slug); err != nil {
			return fmt.Errorf("course: draft of %s: %w", slug, err)
		}
	}
	return nil
}

// read is the draft as it is now, with its reading: from memory where nothing has
// changed since.
func (s *Service) read(ctx context.Context, slug string) (d Draft, r *reading, err error) {
	if d, err = s.Draft(ctx, slug); err != nil {
		return d, nil, err
	}
	if s.d.DB.InTransaction(ctx) { // it may see what nobody else will
		r, err = s.parse(ctx, d)
		return d, r, err
	}
	if r = s.drafts.last(d.CourseID); r != nil && r.hash == d.Hash {
		return d, r, nil
	}
	lock := s.drafts.alone(d.CourseID)
	lock.Lock()
	defer lock.Unlock()
	for range 3 { // somebody may save meanwhile
		if d, err = s.Draft(ctx, slug); err != nil {
			return d, nil, err
		}
		if r = s.drafts.last(d.CourseID); r != nil && r.hash == d.Hash {
			return d, r, nil
		}
		if r, err = s.parse(ctx, d); err != nil {
			return d, nil, err
		}
		s.drafts.keep(d.CourseID, r, s.d.Now())
		if r.hash == d.Hash {
			break
		}
	}
	d.Hash = r.hash
	return d, r, nil
}

// parse reads a draft: of the one that was read before only what changed, where
// that is the text of lessons.
func (s *Service) parse(ctx context.Context, d Draft) (*reading, error) {
	if last := s.drafts.last(d.CourseID); last != nil && !s.d.DB.InTransaction(ctx) {
		r, err := s.patch(ctx, d.CourseID, last)
		if err != nil || r != nil && r.hash == d.Hash { // another hash: a file went, or somebody saved
			return r, err
		}
	}
	files, seq, err := s.store.draftFilesAfter(ctx, d.CourseID, 0)
	if err != nil {
		return nil, fmt.Errorf("course: draft: %w", err)
	}
	r := &reading{hash: files.Hash(), seq: seq, files: files}
	r.course, r.problems = s.check(files)
	return r, nil
}

// patch is the draft read from a reading and what changed since; nil where that
// does not tell everything.
func (s *Service) patch(ctx context.Context, courseID string, last *reading) (*reading, error) {
	const few = 4
	changed, seq, err := s.store.draftFilesAfter(ctx, courseID, last.seq)
	if err != nil {
		return nil, fmt.Errorf("course: draft: %w", err)
	}
	if len(changed) == 0 || len(changed) > few {
		return nil, nil //nolint:nilnil // nobody outside sees it
	}
	r := &reading{seq: seq, course: last.course, files: last.files, problems: last.problems}
	for _, p := range changed.Paths() {
		before := r.files
		r.files = maps.Clone(before)
		r.files[p] = changed[p]
		var ok bool
		if r.course, r.problems, ok = content.Patch(r.course, r.problems, before, r.files, p); !ok {
			return nil, nil //nolint:nilnil // as above
		}
	}
	r.hash = r.files.Hash()
	return r, nil
}

// soon is the reading for one file's page: that of the draft as it is now if it is
// there or comes within a moment, otherwise the one before it. Who types does not
// wait at all.
func (s *Service) soon(ctx context.Context, d Draft, typing bool) (*reading, error) {
	last := s.drafts.last(d.CourseID)
	switch {
	case last != nil && last.hash == d.Hash, typing && last != nil && !s.drafts.due(d.CourseID, s.d.Now()):
		return last, nil
	case last == nil || s.d.DB.InTransaction(ctx):
		_, r, err := s.read(ctx, d.Slug)
		return r, err
	}
	done := make(chan *reading, 1)
	go func() {
		alone, cancel := context.WithTimeout(context.WithoutCancel(ctx), refreshWithin)
		defer cancel()
		_, r, err := s.read(alone, d.Slug)
		if err != nil { // who needs it exactly will hear of it
			r = last
		}
		done <- r
	}()
	if typing {
		return last, nil
	}
	select {
	case r := <-done:
		return r, nil
	case <-time.After(readAtMost):
		return last, nil
	}
}

// refresh reads a draft that somebody has open here after it was saved, so that the
// next page does not wait for it.
func (s *Service) refresh(slug, courseID string) {
	if s.drafts.last(courseID) == nil {
		return
	}
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), refreshWithin)
		defer cancel()
		_, _, _ = s.read(ctx, slug) // who opens the draft reads it otherwise
	}()
}

// glance is a file of a draft as the text in it says, against the rest of a
// reading. What cannot be read alone takes the whole course, as long as somebody
// waits for it.
func (s *Service) glance(ctx context.Context, r *reading, path string, text []byte) (content.Glance, error) {
	files := maps.Clone(r.files)
	files[path] = text
	if g, ok := content.Preview(r.course, files, path); ok {
		return g, nil
	}
	_, problems, err := s.checkFor(ctx, files)
	return content.Glance{Problems: problemsOf(problems, path)}, err
}

func problemsOf(problems []Problem, path string) (out []Problem) {
	for _, p := range problems {
		if p.File == path {
			out = append(out, p)
		}
	}
	return out
}
