package course

import (
	"context"

	"github.com/atmacena/cocare/internal/db"
)

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
	list, err := s.listed(ctx, []changeRow{row}, nil)
	if err != nil {
		return Change{}, err
	}
	return list[0], nil
}

// Changes lists the changes of a draft, or of one of its files under all its names,
// before the change number before (0: from the newest), the newest first. more says
// whether earlier ones are kept.
func (s *Service) Changes(ctx context.Context, slug, path string, before int64, limit int) (list []Change, more bool, err error) {
	c, err := s.store.course(ctx, slug)
	if err != nil {
		return nil, false, err
	}
	if before <= 0 {
		before = c.DraftSeq + 1
	}
	limit = db.PageLimit(limit)
	var names []span
	if path != "" {
		if names, err = s.spans(ctx, c.ID, path, maxSeq-1); err != nil {
			return nil, false, err
		}
	}
	rows, err := s.store.changes(ctx, c.ID, names, before, limit+1)
	if err != nil {
		return nil, false, err
	}
	if more = len(rows) > limit; more {
		rows = rows[:limit]
	}
	list, err = s.listed(ctx, rows, names)
	return list, more, err
}

// listed adds to changes, the newest first, what they touched.
func (s *Service) listed(ctx context.Context, rows []changeRow, of []span) (list []Change, err error) {
	if len(rows) == 0 {
		return nil, nil
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	touched, err := s.store.touched(ctx, ids)
	if err != nil {
		return nil, err
	}
	gone, err := s.store.gone(ctx, ids)
	if err != nil {
		return nil, err
	}
	renames, err := s.store.renames(ctx, rows[0].CourseID, rows[len(rows)-1].Seq-1, maxSeq)
	for _, r := range rows {
		one := Change{Seq: r.Seq, Kind: ChangeKind(r.Kind), Note: r.Note, By: r.ChangedBy, Began: r.began(), At: r.ChangedAt.UTC(), Paths: touched[r.ID], Path: then(of, r.Seq)}
		one.named(renames, gone[r.ID])
		list = append(list, one)
	}
	return list, err
}

// named adds what a change renamed and removed, and what its files are called now:
// renames are those from it on, in their order; gone is what it took away.
func (c *Change) named(renames []renameRow, gone []string) {
	c.Names, c.Now = map[string]string{}, map[string]string{}
	for _, r := range renames {
		if r.Seq == c.Seq {
			c.Names[r.FromPath] = r.ToPath
		}
	}
	for _, path := range gone {
		if c.Names[path] == "" {
			c.Gone = append(c.Gone, path)
		}
	}
	for _, path := range c.Paths {
		now, since := path, c.Seq
		for _, r := range renames {
			if r.FromPath == now && r.Seq > since {
				now, since = r.ToPath, r.Seq
			}
		}
		if now != path {
			c.Now[path] = now
		}
	}
}

// Drafts describes every draft by its title, without checking it: none names
// problems.
func (s *Service) Drafts(ctx context.Context) ([]Draft, error) {
	return s.store.drafts(ctx, "")
}

// Draft is Drafts of one course. Errors: ErrNotFound.
func (s *Service) Draft(ctx context.Context, slug string) (Draft, error) {
	list, err := s.store.drafts(ctx, " WHERE c.slug = ?", slug)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Draft{}, err
	}
	return list[0], nil
}

// CheckDraft reads and checks a draft. Course holds what could be understood of
// it; Files are its files. Callers share both and must not change them.
func (s *Service) CheckDraft(ctx context.Context, slug string) (d Draft, c *Course, files Files, err error) {
	d, r, err := s.read(ctx, slug)
	if err != nil {
		return d, nil, nil, err
	}
	c, d.Problems, err = s.besides(ctx, d.CourseID, r.files, r.course, r.problems)
	return d, c, r.files, err
}
