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

// DraftFiles lists the files of a draft, and the draft's newest change.
func (s *Service) DraftFiles(ctx context.Context, slug string) (list []FileInfo, seq int64, err error) {
	c, err := s.store.course(ctx, slug)
	if err != nil {
		return nil, 0, err
	}
	list, err = s.store.draftInfo(ctx, c.ID)
	return list, c.DraftSeq, err
}

// DraftFile opens a file of a draft. Errors: ErrNotFound, ErrNoFile.
func (s *Service) DraftFile(ctx context.Context, slug, path string) (DraftFile, error) {
	c, err := s.store.course(ctx, slug)
	if err != nil {
		return DraftFile{}, err
	}
	return s.store.draftFile(ctx, c.ID, path)
}

// DraftFileAt is a file as a change left it; nil where that removed it. Errors:
// ErrNotFound, ErrNoChange.
func (s *Service) DraftFileAt(ctx context.Context, slug, path string, seq int64) ([]byte, error) {
	c, err := s.store.course(ctx, slug)
	if err != nil {
		return nil, err
	}
	return s.store.changed(ctx, c.ID, path, seq)
}

// DraftFileBefore is a file as it was before a change; nil where it was not there.
// Errors: ErrNotFound.
func (s *Service) DraftFileBefore(ctx context.Context, slug, path string, seq int64) ([]byte, error) {
	c, err := s.store.course(ctx, slug)
	if err != nil {
		return nil, err
	}
	last, err := s.store.changes(ctx, c.ID, path, seq, 1)
	if err != nil || len(last) == 0 {
		return nil, err
	}
	return s.store.changed(ctx, c.ID, path, last[0].Seq)
}

// ChangeOf returns a change of a draft. Errors: ErrNotFound, ErrNoChange.
func (s *Service) ChangeOf(ctx context.Context, slug string, seq int64) (Change, error) {
	c, err := s.store.course(ctx, slug)
	if err != nil {
		return Change{}, err
	}
	row, err := s.store.change(ctx, c.ID, seq)
	if err != nil {
		return Change{}, err
	}
	list, err := s.listed(ctx, []changeRow{row})
	if err != nil {
		return Change{}, err
	}
	return list[0], nil
}

// Changes lists the changes of a draft, or of one of its files, before the change
// number before (0: from the newest), the newest first. more says whether earlier
// ones are kept.
func (s *Service) Changes(ctx context.Context, slug, path string, before int64, limit int) (list []Change, more bool, err error) {
	c, err := s.store.course(ctx, slug)
	if err != nil {
		return nil, false, err
	}
	if before <= 0 {
		before = c.DraftSeq + 1
	}
	limit = db.PageLimit(limit)
	rows, err := s.store.changes(ctx, c.ID, path, before, limit+1)
	if err != nil {
		return nil, false, err
	}
	if more = len(rows) > limit; more {
		rows = rows[:limit]
	}
	list, err = s.listed(ctx, rows)
	return list, more, err
}

// listed adds to changes what they touched.
func (s *Service) listed(ctx context.Context, rows []changeRow) (list []Change, err error) {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	touched, err := s.store.touched(ctx, ids)
	for _, r := range rows {
		list = append(list, Change{Seq: r.Seq, Kind: ChangeKind(r.Kind), Note: r.Note, By: r.ChangedBy, At: r.ChangedAt.UTC(), Paths: touched[r.ID]})
	}
	return list, err
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
		saved = Saved{}
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
			data, changed, merged, err := s.settle(ctx, c.ID, f)
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

// settle works out what an edit makes of a file as it is now: nil removes it.
func (s *Service) settle(ctx context.Context, courseID string, f FileEdit) (data []byte, changed, merged bool, err error) {
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
	clash := &ClashError{Path: f.Path, BaseSeq: f.Base, Yours: yours, Theirs: now.Content, Seq: now.Seq}
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
	if !clean {
		return nil, false, false, clash
	}
	return []byte(text), text != string(now.Content), true, nil
}

// fillClash adds what the edit began as, nil if that is not kept, and who made
// what it meets.
func (s *Service) fillClash(ctx context.Context, courseID string, base int64, there bool, c *ClashError) (err error) {
	if c.Base, err = s.store.changed(ctx, courseID, c.Path, base); err != nil && !apperr.Is(err, apperr.NotFound) {
		return err
	}
	if !there {
		last, err := s.store.changes(ctx, courseID, c.Path, maxSeq, 1)
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
	c.DraftSeq++
	row := changeRow{ID: db.NewID(), CourseID: c.ID, Seq: c.DraftSeq, Kind: string(kind), Note: note, ChangedAt: at, ChangedBy: by}
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
// own; path "" means every file. What changed since stays in the history. Errors:
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
		files, err := s.store.draftFiles(ctx, c.ID)
		if err != nil {
			return err
		}
		then, err := s.store.filesAt(ctx, c.ID, seq)
		if err != nil {
			return err
		}
		if path != "" {
			data, there := then[path]
			if !there {
				return ErrNoChange
			}
			then = files
			then[path] = data
		}
		maps.DeleteFunc(then, func(_ string, data []byte) bool { return data == nil })
		note := fmt.Sprintf("As of change %d", seq)
		if err := s.replaceDraft(ctx, &c, then, ChangeRestore, note, by, db.Truncate(s.d.Now())); err != nil {
			return err
		}
		return s.d.Audit.Record(ctx, audit.Event{Action: "course.restore", ObjectKind: "course", ObjectID: c.ID,
			Details: map[string]any{"slug": slug, "change": seq, "path": path}})
	})
	if err != nil {
		return fmt.Errorf("course: restore draft: %w", err)
	}
	return nil
}

// Drafts describes every draft by its title, without checking it: none names
// problems.
func (s *Service) Drafts(ctx context.Context) ([]Draft, error) {
	return s.store.drafts(ctx, "")
}

// Draft is Drafts of one course. Errors: ErrNotFound.
func (s *Service) Draft(ctx context.Context, slug string) (Draft, error) {
	list, err := s.store.drafts(ctx, slug)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Draft{}, err
	}
	return list[0], nil
}

// CheckDraft reads and checks a draft. Course holds what could be understood of
// it; Files are its files.
func (s *Service) CheckDraft(ctx context.Context, slug string) (d Draft, c *Course, files Files, err error) {
	if d, err = s.Draft(ctx, slug); err != nil {
		return d, nil, nil, err
	}
	if files, err = s.store.draftFiles(ctx, d.CourseID); err != nil {
		return d, nil, nil, err
	}
	c, d.Problems = s.check(files)
	return d, c, files, nil
}
