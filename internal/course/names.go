package course

import (
	"context"
	"slices"

	"github.com/atmacena/cocare/internal/apperr"
)

// A file goes by its path, and a move of the outline changes that. A path and a
// change together name one file for good: the one that was called so then.

// FileNow is what a file is called now that was called path at a change: path itself
// where it was not renamed since. Change 0 means that nobody knows; then a file that
// is there is meant, or the last that was called so. Errors: ErrNotFound.
func (s *Service) FileNow(ctx context.Context, slug, path string, seq int64) (string, error) {
	c, err := s.store.course(ctx, slug)
	if err != nil {
		return "", err
	}
	return s.fileNow(ctx, c.ID, path, seq)
}

func (s *Service) fileNow(ctx context.Context, courseID, path string, seq int64) (string, error) {
	if seq > 0 {
		if now, err := s.follow(ctx, courseID, path, seq); err != nil || now != path {
			return now, err
		}
	}
	if err := s.store.hasFile(ctx, courseID, path); err == nil || !apperr.Is(err, apperr.NotFound) {
		return path, err
	}
	last, err := s.store.renamedFrom(ctx, courseID, path, maxSeq)
	if err != nil || last.Seq == 0 {
		return path, err
	}
	rows, err := s.store.changes(ctx, courseID, spansOf(path), maxSeq, 1)
	if err != nil || len(rows) == 0 || rows[0].Seq != last.Seq { // another file went by that name since
		return path, err
	}
	return s.follow(ctx, courseID, last.ToPath, last.Seq)
}

// follow is FileNow without a look at whether the file is there.
func (s *Service) follow(ctx context.Context, courseID, path string, seq int64) (string, error) {
	for {
		r, err := s.store.renamedAfter(ctx, courseID, path, seq)
		if err != nil || r.Seq == 0 {
			return path, err
		}
		path, seq = r.ToPath, r.Seq
	}
}

// span is a time in which a file had one path: from a change to another, both with it.
type span struct {
	path     string
	from, to int64
}

// maxSpans bounds how many names of a file its history follows.
const maxSpans = 60

func spansOf(path string) []span { return []span{{path, 0, maxSeq}} }

// spans are the names that a file had which was called path at a change, the newest
// first.
func (s *Service) spans(ctx context.Context, courseID, path string, seq int64) (list []span, err error) {
	return trace(path, seq, func(path string, upTo int64) (renameRow, error) {
		return s.store.renamedTo(ctx, courseID, path, upTo)
	}, func(path string, before int64) (renameRow, error) {
		return s.store.renamedFrom(ctx, courseID, path, before)
	})
}

// spansAmong is spans where the renamings up to the change are known, in their order.
func spansAmong(rows []renameRow, path string, seq int64) []span {
	list, _ := trace(path, seq, func(path string, upTo int64) (renameRow, error) { // without an error, as neither has one
		return lastOf(rows, func(r renameRow) bool { return r.ToPath == path && r.Seq <= upTo }), nil
	}, func(path string, before int64) (renameRow, error) {
		return lastOf(rows, func(r renameRow) bool { return r.FromPath == path && r.Seq < before }), nil
	})
	return list
}

func lastOf(rows []renameRow, is func(renameRow) bool) renameRow {
	for _, r := range slices.Backward(rows) {
		if is(r) {
			return r
		}
	}
	return renameRow{}
}

// trace follows a path back: to is the last renaming of another path to one, up to a
// change, from that of a path to another, before one.
func trace(path string, seq int64, to, from func(path string, seq int64) (renameRow, error)) (list []span, err error) {
	for len(list) < maxSpans {
		one := span{path, 0, seq}
		came, err := to(path, seq)
		if err != nil {
			return nil, err
		}
		away, err := from(path, seq+1)
		if err != nil {
			return nil, err
		}
		if away.Seq > came.Seq { // what went by that name before is another file
			one.from = away.Seq + 1
			return append(list, one), nil
		}
		one.from = came.Seq
		if list = append(list, one); came.Seq == 0 {
			return list, nil
		}
		path, seq = came.FromPath, came.Seq-1
	}
	return list, nil
}

// then is the name of a file at a change, among its spans.
func then(list []span, seq int64) string {
	i := slices.IndexFunc(list, func(s span) bool { return s.from <= seq && seq <= s.to })
	if i < 0 {
		return ""
	}
	return list[i].path
}

// rename records what the newest change of a draft renamed, and tells who keeps
// something by a path.
func (s *Service) rename(ctx context.Context, c courseRow, names map[string]string) error {
	if len(names) == 0 {
		return nil
	}
	if err := s.store.insertRenames(ctx, c.ID, c.DraftSeq, names); err != nil {
		return err
	}
	if s.d.Renamed == nil {
		return nil
	}
	return s.d.Renamed(ctx, c.ID, names)
}

// backward are the names that files get where a draft goes back to how a change left
// it, by those that they have.
func (s *Service) backward(ctx context.Context, courseID string, seq int64, now, then Files) (map[string]string, error) {
	rows, err := s.store.renames(ctx, courseID, seq, maxSeq)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for path := range then {
		is, since := path, seq
		for _, r := range rows {
			if r.FromPath == is && r.Seq > since {
				is, since = r.ToPath, r.Seq
			}
		}
		if _, there := now[is]; there && is != path {
			names[is] = path
		}
	}
	return names, nil
}
