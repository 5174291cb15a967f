package course

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course/content"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/progress"
)

// Import stores a folder byte for byte, but for byte order marks, as the draft of the
// course that its card names, replacing the draft before it. by is the ID of the person who
// acts, or the name of the program. A folder with mistakes is stored with its
// problems in the draft, as work in progress; only one that is out of bounds or
// has no usable slug or title is refused, as Invalid.
func (s *Service) Import(ctx context.Context, fsys fs.FS, by string) (Draft, error) {
	return s.ImportIf(ctx, fsys, by, func(context.Context, Draft) error { return nil })
}

// ImportIf is Import where may allows it, whose error it returns. may is asked of the
// draft that would be replaced: before anything is kept, and again in the transaction
// that replaces it, when nobody else can change that draft or who works on it. It is
// not asked of a course that is not there.
func (s *Service) ImportIf(ctx context.Context, fsys fs.FS, by string, may func(ctx context.Context, was Draft) error) (Draft, error) {
	progress.Report(ctx, progress.State{Step: "Reading the folder"})
	files, problems := content.ReadFiles(fsys)
	if errs := Errors(problems); len(errs) > 0 {
		return Draft{}, invalid("The folder is not a course. Nothing was imported.", errs)
	}
	progress.Report(ctx, progress.State{Step: "Checking the course"})
	c, problems := s.check(files)
	if _, hidden := apperr.Hidden(c.Card.Title); hidden || c.Card.Title == "" || !content.Slug(c.Card.Slug) {
		return Draft{}, invalid("The folder is not a course. Nothing was imported.", cardFirst(files, Errors(problems)))
	}
	was, err := s.mayReplace(ctx, c.Card.Slug, may)
	if err != nil {
		return Draft{}, fmt.Errorf("course: import: %w", err)
	}
	came, err := s.takeMedia(ctx, fsys, c, was)
	if err != nil {
		return Draft{}, err
	}
	row, problems, err := s.bringIn(ctx, bringing{c, files, problems, came, by}, may)
	if err != nil {
		return Draft{}, fmt.Errorf("course: import: %w", err)
	}
	return Draft{
		CourseID: row.ID, Slug: row.Slug, Title: row.Title, Hash: row.DraftHash, Seq: row.DraftSeq, ImportedAt: row.ImportedAt,
		Files: len(files), Bytes: files.Bytes(), Problems: problems,
	}, nil
}

// cardFirst puts what is wrong with the card first, by the line: that keeps a folder from
// being a course. Of one that cannot be read it is all that is said, since what else is
// found follows from it.
func cardFirst(files Files, problems []Problem) []Problem {
	if card, there := files[cardPath]; there {
		if unreadable := Unreadable(cardPath, card); len(unreadable) > 0 {
			return unreadable
		}
	}
	rank := func(p Problem) int {
		switch {
		case p.File != cardPath:
			return 2
		case p.Line == 0:
			return 1
		}
		return 0
	}
	slices.SortStableFunc(problems, func(a, b Problem) int { return rank(a) - rank(b) })
	return problems
}

// FolderTitle is what the card of a folder calls its course, "" where it cannot be read.
func FolderTitle(folder fs.FS) string {
	f, err := folder.Open(cardPath)
	if err != nil {
		return ""
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, content.MaxFileBytes+1))
	if err != nil || len(data) > content.MaxFileBytes {
		return ""
	}
	_, title := content.CardName(data)
	return title
}

// mayReplace asks of the draft of a course, if there is one, and returns it.
func (s *Service) mayReplace(ctx context.Context, slug string, may func(ctx context.Context, was Draft) error) (was Draft, err error) {
	was, err = s.Draft(ctx, slug)
	switch {
	case errors.Is(err, ErrNotFound):
		return Draft{}, nil
	case err != nil:
		return Draft{}, err
	}
	return was, may(ctx, was)
}

// bringing is a folder that is brought in.
type bringing struct {
	course *Course
	files  Files
	flaws  []Problem // of the files themselves
	came   []string  // hashes of the media that came with it
	by     string
}

// bringIn makes files the draft of the course that they are, and returns everything that is
// wrong with it: an import that cannot tell leaves the draft as it was.
func (s *Service) bringIn(ctx context.Context, b bringing, may func(ctx context.Context, was Draft) error) (row courseRow, problems []Problem, err error) {
	c, files, by := b.course, b.files, b.by
	now := db.Truncate(s.d.Now())
	id := db.NewID()
	err = s.d.DB.InTx(ctx, func(ctx context.Context) error {
		if err := s.store.bump(ctx); err != nil { // not while somebody publishes
			return err
		}
		var err error
		if row, err = s.store.saveCourse(ctx, courseRow{
			ID: id, Slug: c.Card.Slug, Title: c.Card.Title, DraftHash: files.Hash(), ImportedAt: now, ImportedBy: by, CreatedAt: now,
		}); err != nil {
			return err
		}
		if row.ID == id {
			err = s.created(ctx, id, by)
		} else {
			_, err = s.mayReplace(ctx, row.Slug, may)
		}
		if err != nil {
			return err
		}
		if err := s.holdMedia(ctx, row.ID, b.came); err != nil {
			return err
		}
		row.Title, row.ImportedAt = c.Card.Title, now
		if err := s.replaceDraft(ctx, &row, files, ChangeImport, "", by, now); err != nil {
			return err
		}
		if _, problems, err = s.besides(ctx, row.ID, files, c, b.flaws); err != nil {
			return err
		}
		return s.d.Audit.Record(ctx, audit.Event{Action: "course.import", ObjectKind: "course", ObjectID: row.ID,
			Details: map[string]any{"slug": row.Slug, "hash": row.DraftHash, "files": len(files)}})
	})
	return row, problems, err
}
