package course

import (
	"context"
	"fmt"
	"strings"
)

// FileDiff is what a change made of a file; nil is a file that is not there.
type FileDiff struct{ Before, After []byte }

// DraftDiff is what a change made of files that it touched, by their paths at the
// change: before it, and before the saves that it goes on with, whatever a file was
// called then. What is read does not grow with the files. Errors: ErrNotFound, ErrNoChange.
func (s *Service) DraftDiff(ctx context.Context, slug string, seq int64, paths []string) (map[string]FileDiff, error) {
	c, err := s.store.course(ctx, slug)
	if err != nil {
		return nil, err
	}
	of, err := s.store.change(ctx, c.ID, seq)
	if err != nil {
		return nil, err
	}
	before := seq
	if of.RunSeq > 0 {
		before = of.RunSeq
	}
	was, err := s.placesBefore(ctx, c.ID, before, paths)
	if err != nil {
		return nil, fmt.Errorf("course: diff: %w", err)
	}
	places := make([]filePlace, 0, 2*len(paths))
	for _, path := range paths {
		places = append(places, filePlace{path, seq})
		if at, there := was[path]; there {
			places = append(places, at)
		}
	}
	files, err := s.store.filesOf(ctx, c.ID, places)
	if err != nil {
		return nil, fmt.Errorf("course: diff: %w", err)
	}
	out := map[string]FileDiff{}
	for _, path := range paths {
		after, known := files[filePlace{path, seq}]
		if !known {
			return nil, ErrNoChange
		}
		one := FileDiff{After: after}
		if at, there := was[path]; there {
			one.Before = files[at]
		}
		out[path] = one
	}
	return out, nil
}

// filePlace is where a file stands in the history: its path at a change that touched it.
type filePlace struct {
	path string
	seq  int64
}

// placesBefore are where files that were called so at a change stand before it. One that
// was never there is not in it.
func (s *Service) placesBefore(ctx context.Context, courseID string, seq int64, paths []string) (map[string]filePlace, error) {
	renames, err := s.store.renames(ctx, courseID, 0, seq)
	if err != nil {
		return nil, err
	}
	spans := make([][]span, len(paths))
	for i, path := range paths {
		spans[i] = spansAmong(renames, path, seq)
	}
	last, err := s.store.lastTouched(ctx, courseID, spans, seq)
	if err != nil {
		return nil, err
	}
	out := map[string]filePlace{}
	for i, path := range paths {
		if last[i] > 0 {
			out[path] = filePlace{then(spans[i], last[i]), last[i]}
		}
	}
	return out, nil
}

// lastTouched are, for each file by its spans, the last change before one that touched
// it; 0 for none.
func (s store) lastTouched(ctx context.Context, courseID string, files [][]span, before int64) ([]int64, error) {
	out := make([]int64, len(files))
	var rows []string
	var args []any
	for i, of := range files {
		for _, one := range of {
			rows = append(rows, "(CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS BIGINT), CAST(? AS BIGINT))")
			args = append(args, i, one.path, one.from, one.to)
		}
	}
	if len(rows) == 0 {
		return out, nil
	}
	var found []struct{ File, Seq int64 }
	err := s.db.Read(ctx).Raw("WITH spans (file, path, first, last) AS (VALUES "+strings.Join(rows, ", ")+`)
		SELECT s.file, coalesce((SELECT c.seq FROM draft_changes c WHERE c.course_id = ? AND c.seq < ? AND c.seq BETWEEN s.first AND s.last AND NOT c.folded
			AND EXISTS (SELECT 1 FROM draft_change_files f WHERE f.change_id = c.id AND f.path = s.path) ORDER BY c.seq DESC LIMIT 1), 0) AS seq FROM spans s`,
		append(args, courseID, before)...).Scan(&found).Error
	for _, f := range found {
		out[f.File] = max(out[f.File], f.Seq)
	}
	return out, err
}

// filesOf are files as changes left them; nil where a change removed one. What is not
// kept is not in it.
func (s store) filesOf(ctx context.Context, courseID string, places []filePlace) (map[filePlace][]byte, error) {
	out := map[filePlace][]byte{}
	if len(places) == 0 {
		return out, nil
	}
	pairs := make([][]any, len(places))
	for i, p := range places {
		pairs[i] = []any{p.seq, p.path}
	}
	var rows []struct {
		Seq     int64
		Path    string
		Content []byte
		Gone    bool
	}
	err := s.db.Read(ctx).Raw(`SELECT c.seq, f.path, f.content, f.content IS NULL AS gone FROM draft_changes c JOIN draft_change_files f ON f.change_id = c.id
		WHERE c.course_id = ? AND (c.seq, f.path) IN ?`, courseID, pairs).Scan(&rows).Error
	for _, r := range rows {
		out[filePlace{r.Path, r.Seq}] = fileThen{r.Path, r.Content, r.Gone}.content()
	}
	return out, err
}
