package course

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
)

// RemovedFile is a file that a draft had once and has no more under any name.
type RemovedFile struct {
	Path    string // as it was called then
	Seq     int64  // the change that removed it
	At      time.Time
	By      string
	Content []byte // as it was before that
}

// ErrThere refuses to bring back a file over another.
var ErrThere = apperr.New(apperr.Conflict, "A file of this name is there again, and says something else. Look at its history.")

// Removed lists the files that a draft has no more, those that were removed last
// first; at most limit. Errors: ErrNotFound.
func (s *Service) Removed(ctx context.Context, slug string, limit int) (list []RemovedFile, err error) {
	c, err := s.store.course(ctx, slug)
	if err != nil {
		return nil, err
	}
	rows, err := s.store.removed(ctx, c.ID, db.PageLimit(limit))
	for _, r := range rows {
		list = append(list, RemovedFile{Path: r.Path, Seq: r.Seq, At: r.ChangedAt.UTC(), By: r.ChangedBy, Content: present(r.Content)})
	}
	return list, err
}

// BringBack puts back what a change removed, as it was before that: the file path, or
// with path "" every one. A lesson goes to where its module stands now. It is a change
// of its own, which is audited; what is back already makes none. The paths are those
// under which the files are back. Errors: ErrNotFound, ErrNoChange where the change
// removed no such file, ErrThere.
func (s *Service) BringBack(ctx context.Context, slug, path string, seq int64, by string) (back []string, err error) {
	err = s.d.DB.InTx(ctx, func(ctx context.Context) error {
		if err := s.store.lockDraft(ctx, slug); err != nil {
			return err
		}
		c, err := s.store.course(ctx, slug)
		if err != nil {
			return err
		}
		files, names, all, err := s.lost(ctx, c.ID, path, seq)
		if back = all; err != nil || len(files) == 0 {
			return err
		}
		note := fmt.Sprintf("As before change %d", seq)
		if err := s.changeDraft(ctx, &c, files, ChangeRestore, note, by, db.Truncate(s.d.Now())); err != nil {
			return err
		}
		if err := s.rename(ctx, c, names); err != nil {
			return err
		}
		s.d.DB.AfterCommit(ctx, func() { s.refresh(slug, c.ID) })
		return s.d.Audit.Record(ctx, audit.Event{Action: "course.restore", ObjectKind: "course", ObjectID: c.ID,
			Details: map[string]any{"slug": slug, "before": seq, "path": path}})
	})
	if err != nil {
		return nil, fmt.Errorf("course: bring back: %w", err)
	}
	return back, nil
}

// lost are the files that a change removed and that are not there, under the names
// that they get, with those that differ from what they were called; back has all that
// it removed.
func (s *Service) lost(ctx context.Context, courseID, only string, seq int64) (files map[string][]byte, names map[string]string, back []string, err error) {
	rows, err := s.store.removedBy(ctx, courseID, seq)
	if err != nil {
		return nil, nil, nil, err
	}
	files, names = map[string][]byte{}, map[string]string{}
	for _, r := range rows {
		if only != "" && r.Path != only {
			continue
		}
		to, err := s.home(ctx, courseID, r.Path, seq)
		if err != nil {
			return nil, nil, nil, err
		}
		back = append(back, to)
		now, err := s.store.draftFile(ctx, courseID, to)
		switch {
		case apperr.Is(err, apperr.NotFound):
			if files[to] = present(r.Content); to != r.Path {
				names[r.Path] = to
			}
		case err != nil:
			return nil, nil, nil, err
		case !bytes.Equal(now.Content, r.Content):
			return nil, nil, nil, ErrThere
		}
	}
	if len(back) == 0 {
		return nil, nil, nil, ErrNoChange
	}
	return files, names, back, nil
}

// home is where a file belongs that was called so at a change: in the folder of its
// module, wherever that went since.
func (s *Service) home(ctx context.Context, courseID, file string, seq int64) (string, error) {
	module := path.Dir(file) + "/module.yaml"
	now, err := s.follow(ctx, courseID, module, seq)
	if err != nil || now == module || path.Base(file) == "module.yaml" {
		return file, err
	}
	return path.Dir(now) + "/" + path.Base(file), nil
}
