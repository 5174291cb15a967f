package course

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course/content"
	"github.com/atmacena/cocare/internal/course/merge"
	"github.com/atmacena/cocare/internal/db"
)

const cardPath = "course.yaml"

// Create stores files as the draft of a course that was not there; the same form
// sent twice creates one. Errors: ErrTaken
// where its slug is a course's already, Invalid where the files are no course.
func (s *Service) Create(ctx context.Context, files Files, by string) (Draft, error) {
	slug, title := content.CardName(files[cardPath])
	if !content.Slug(slug) || title == "" {
		return Draft{}, apperr.New(apperr.Invalid, "A course begins with a card that names it.")
	}
	now := db.Truncate(s.d.Now())
	c := courseRow{ID: db.NewID(), Slug: slug, Title: title, ImportedAt: now, ImportedBy: by, CreatedAt: now}
	err := s.d.DB.InTx(ctx, func(ctx context.Context) error {
		row := c
		if first, err := s.once.First(ctx); err != nil || !first {
			return err
		}
		if err := s.store.insertCourse(ctx, row); err != nil {
			return err
		}
		if err := s.created(ctx, row.ID, by); err != nil {
			return err
		}
		if err := s.changeDraft(ctx, &row, files, ChangeSave, "", by, now); err != nil {
			return err
		}
		return s.d.Audit.Record(ctx, audit.Event{Action: "course.create", ObjectKind: "course", ObjectID: row.ID, Details: map[string]any{"slug": slug}})
	})
	if err != nil {
		return Draft{}, fmt.Errorf("course: create: %w", err)
	}
	return s.Draft(ctx, slug)
}

// EditDraft changes files of a draft. What somebody else has changed since a
// file was opened is merged into it where the two touch other lines; where they
// touch the same, the error is a *ClashError and nothing is stored. Mistakes in what a
// file says are no error: a draft is work in progress. Errors besides: ErrNotFound,
// ErrMoved, and Invalid for a file that has no place in a course, is no visible
// text, or makes the course too large.
func (s *Service) EditDraft(ctx context.Context, e Edit) (saved Saved, err error) {
	if err := e.check(); err != nil {
		return Saved{}, err
	}
	err = s.d.DB.InTx(ctx, func(ctx context.Context) error {
		saved = Saved{Names: map[string]string{}}
		if err := s.store.lockDraft(ctx, e.Slug); err != nil {
			return err
		}
		c, err := s.store.course(ctx, e.Slug)
		if err != nil {
			return err
		}
		saved.Seq = c.DraftSeq
		first, err := s.once.First(ctx)
		if err != nil || !first {
			saved.Again = !first
			return err
		}
		files := map[string][]byte{}
		for _, f := range e.Files {
			asked := f.Path
			if f, err = s.located(ctx, c.ID, f); err != nil {
				return err
			}
			if asked != f.Path {
				saved.Names[asked] = f.Path
			}
			data, changed, merged, err := s.settle(ctx, c.ID, asked, f)
			if err != nil {
				return err
			}
			if changed {
				files[f.Path] = data
			}
			if merged {
				saved.Merged = append(saved.Merged, f.Path)
			}
		}
		if len(files) == 0 {
			return nil
		}
		if err := s.changeDraft(ctx, &c, files, e.Kind, e.Note, e.By, db.Truncate(s.d.Now())); err != nil {
			return err
		}
		saved.Seq = c.DraftSeq
		if err := s.rename(ctx, c, e.Names); err != nil {
			return err
		}
		s.d.DB.AfterCommit(ctx, func() { s.refresh(e.Slug, c.ID) })
		return nil
	})
	if err != nil {
		return Saved{}, fmt.Errorf("course: edit draft: %w", err)
	}
	return saved, nil
}

// present is the content of a file that is there, though it may be empty.
func present(data []byte) []byte {
	if data == nil {
		return []byte{}
	}
	return data
}

func (e Edit) check() error {
	var problems []Problem
	for _, f := range e.Files {
		switch {
		case f.Remove && f.Path == cardPath:
			return apperr.New(apperr.Invalid, "A course keeps its card.")
		case f.Remove:
		default:
			problems = append(problems, content.CheckFile(f.Path, f.Content)...)
		}
	}
	if len(problems) > 0 {
		return invalid("This cannot be stored in a course. Nothing was saved.", problems)
	}
	return nil
}

// located is an edit of a file under the name that it has now.
func (s *Service) located(ctx context.Context, courseID string, f FileEdit) (FileEdit, error) {
	if f.Base == 0 {
		return f, nil
	}
	now, err := s.fileNow(ctx, courseID, f.Path, f.Base)
	f.Path = now
	return f, err
}

// settle works out what an edit makes of a file as it is now: nil removes it. was is
// what it was called when it was opened.
func (s *Service) settle(ctx context.Context, courseID, was string, f FileEdit) (data []byte, changed, merged bool, err error) {
	now, err := s.store.draftFile(ctx, courseID, f.Path)
	there := err == nil
	if err != nil && !apperr.Is(err, apperr.NotFound) {
		return nil, false, false, err
	}
	yours := present(f.Content)
	if f.Remove {
		yours = nil
	}
	switch {
	case !there && f.Remove, there && !f.Remove && bytes.Equal(now.Content, yours):
		return nil, false, false, nil
	case f.Base == now.Seq: // also 0 where there is none
		return yours, true, false, nil
	}
	clash := &ClashError{Path: f.Path, Was: was, BaseSeq: f.Base, Yours: yours, Theirs: now.Content, Seq: now.Seq}
	if err := s.fillClash(ctx, courseID, f.Base, there, clash); err != nil {
		return nil, false, false, err
	}
	if !there && f.Base == clash.Seq { // they have seen that it is gone
		return yours, true, false, nil
	}
	if clash.Base == nil || !there || f.Remove {
		return nil, false, false, clash
	}
	text, clean := merge.Clean(merge.Three(string(clash.Base), string(yours), string(now.Content)))
	if !clean || breaks(f.Path, []byte(text), yours, now.Content) {
		return nil, false, false, clash
	}
	return []byte(text), text != string(now.Content), true, nil
}

// breaks reports whether a file could be read as one of two people left it, and cannot
// where both are brought together: a key then stands twice.
func breaks(file string, joined, yours, theirs []byte) bool {
	return len(Unreadable(file, joined)) > 0 && (len(Unreadable(file, yours)) == 0 || len(Unreadable(file, theirs)) == 0)
}

// Clash is the clash of an edit with the file as it is now, whether or not the two
// could be brought together. Errors: ErrNotFound.
func (s *Service) Clash(ctx context.Context, slug string, f FileEdit) (*ClashError, error) {
	c, err := s.store.course(ctx, slug)
	if err != nil {
		return nil, err
	}
	was := f.Path
	if f, err = s.located(ctx, c.ID, f); err != nil {
		return nil, err
	}
	now, err := s.store.draftFile(ctx, c.ID, f.Path)
	if err != nil && !apperr.Is(err, apperr.NotFound) {
		return nil, err
	}
	clash := &ClashError{Path: f.Path, Was: was, BaseSeq: f.Base, Yours: present(f.Content), Theirs: now.Content, Seq: now.Seq}
	return clash, s.fillClash(ctx, c.ID, f.Base, err == nil, clash)
}

// fillClash adds what the edit began as, nil if that is not kept, and who made
// what it meets.
func (s *Service) fillClash(ctx context.Context, courseID string, base int64, there bool, c *ClashError) (err error) {
	if c.Base, err = s.store.changed(ctx, courseID, c.Was, base); err != nil && !apperr.Is(err, apperr.NotFound) {
		return err
	}
	if !there {
		last, err := s.store.changes(ctx, courseID, spansOf(c.Path), maxSeq, 1)
		if err != nil || len(last) == 0 {
			return err
		}
		c.Seq, c.By, c.At = last[0].Seq, last[0].ChangedBy, last[0].ChangedAt.UTC()
		return nil
	}
	row, err := s.store.change(ctx, courseID, c.Seq)
	if apperr.Is(err, apperr.NotFound) { // it is not kept
		return nil
	}
	c.By, c.At = row.ChangedBy, row.ChangedAt.UTC()
	return err
}

const maxSeq = int64(1) << 62

// changeDraft stores files as the draft's next change. It is called in a
// transaction that holds the draft; c is brought up to date.
func (s *Service) changeDraft(ctx context.Context, c *courseRow, files map[string][]byte, kind ChangeKind, note, by string, at time.Time) error {
	if card, ok := files[cardPath]; ok {
		slug, title := content.CardName(card)
		if slug != "" && slug != c.Slug {
			return ErrMoved
		}
		if _, hidden := apperr.Hidden(title); title != "" && !hidden {
			c.Title = title
		}
	}
	if err := s.nameMedia(ctx, c.ID, files, by); err != nil {
		return err
	}
	c.DraftSeq++
	row := changeRow{ID: db.NewID(), CourseID: c.ID, Seq: c.DraftSeq, Kind: string(kind), Note: note, ChangedAt: at, ChangedBy: by}
	if path, one := only(files); one && kind == ChangeAutosave {
		if err := s.joinRun(ctx, &row, path); err != nil {
			return err
		}
	}
	if err := s.store.insertChange(ctx, row, files); err != nil {
		return err
	}
	hash, count, size, err := s.store.draftHash(ctx, c.ID)
	if err != nil {
		return err
	}
	if count > content.MaxFiles || size > content.MaxCourseBytes {
		return apperr.Newf(apperr.Invalid, "With this the course would hold more than %d files or 32 MiB. Nothing was saved.", content.MaxFiles)
	}
	c.DraftHash = hash
	return s.store.setDraft(ctx, *c)
}

// only is the path of files where there is just one.
func only(files map[string][]byte) (path string, one bool) {
	for path = range files {
	}
	return path, len(files) == 1
}

// replaceDraft makes files the draft, as one change of what differs.
func (s *Service) replaceDraft(ctx context.Context, c *courseRow, files Files, kind ChangeKind, note, by string, at time.Time) error {
	was, err := s.store.draftFiles(ctx, c.ID)
	if err != nil {
		return err
	}
	differ := map[string][]byte{}
	for p, data := range files {
		if old, there := was[p]; !there || !bytes.Equal(old, data) {
			differ[p] = present(data)
		}
	}
	for p := range was {
		if _, there := files[p]; !there {
			differ[p] = nil
		}
	}
	if len(differ) == 0 && c.DraftSeq > 0 {
		return s.store.setDraft(ctx, *c)
	}
	return s.changeDraft(ctx, c, differ, kind, note, by, at)
}

// RestoreDraft brings the draft back to how a change left it, as a change of its
// own; path "" means every file, otherwise it is that of a file at that change. What
// changed since stays in the history. Errors:
// ErrNotFound, ErrNoChange.
func (s *Service) RestoreDraft(ctx context.Context, slug, path string, seq int64, by string) error {
	err := s.d.DB.InTx(ctx, func(ctx context.Context) error {
		if err := s.store.lockDraft(ctx, slug); err != nil {
			return err
		}
		c, err := s.store.course(ctx, slug)
		if err != nil {
			return err
		}
		files, names, err := s.asOf(ctx, c.ID, path, seq)
		if err != nil {
			return err
		}
		note, was := fmt.Sprintf("As of change %d", seq), c.DraftSeq
		if err := s.replaceDraft(ctx, &c, files, ChangeRestore, note, by, db.Truncate(s.d.Now())); err != nil {
			return err
		}
		if c.DraftSeq > was {
			if err := s.rename(ctx, c, names); err != nil {
				return err
			}
		}
		return s.d.Audit.Record(ctx, audit.Event{Action: "course.restore", ObjectKind: "course", ObjectID: c.ID,
			Details: map[string]any{"slug": slug, "change": seq, "path": path}})
	})
	if err != nil {
		return fmt.Errorf("course: restore draft: %w", err)
	}
	return nil
}

// asOf are the files of a draft where all, or one that was called path, are as a
// change left them, and what that renames.
func (s *Service) asOf(ctx context.Context, courseID, path string, seq int64) (files Files, names map[string]string, err error) {
	now, err := s.store.draftFiles(ctx, courseID)
	if err != nil {
		return nil, nil, err
	}
	then, err := s.store.filesAt(ctx, courseID, seq)
	if err != nil {
		return nil, nil, err
	}
	if path == "" {
		maps.DeleteFunc(then, func(_ string, data []byte) bool { return data == nil })
		names, err = s.backward(ctx, courseID, seq, now, then)
		return then, names, err
	}
	data, there := then[path]
	if !there {
		return nil, nil, ErrNoChange
	}
	if path, err = s.follow(ctx, courseID, path, seq); err != nil {
		return nil, nil, err
	}
	if now[path] = data; data == nil {
		delete(now, path)
	}
	return now, nil, nil
}
