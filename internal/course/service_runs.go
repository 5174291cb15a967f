package course

import (
	"context"
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
)

// An editor saves by itself every few seconds. Each of these saves is a change of
// its own, so that whoever opened the file between two of them can still be merged;
// the history shows a run of them as one. After a day only the last of a run is
// kept: who left a page open for longer and saves then chooses between two whole
// texts, and loses nothing. Each holds its whole file, so after ten minutes one a
// minute is kept of a run.
const (
	runFor     = 10 * time.Minute
	foldedKept = 24 * time.Hour
	allKept    = 10 * time.Minute
	thinEvery  = time.Minute
)

// joinRun makes a change the next of the run that the draft's newest change belongs
// to, if it is one: the same person saved the same file by themselves, and nothing
// happened between.
func (s *Service) joinRun(ctx context.Context, row *changeRow, path string) error {
	last, err := s.store.change(ctx, row.CourseID, row.Seq-1)
	if apperr.Is(err, apperr.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	first, began := last.RunSeq, last.began()
	if first == 0 {
		first = last.Seq
	}
	age := row.ChangedAt.Sub(began)
	if last.Kind != string(ChangeAutosave) || last.ChangedBy != row.ChangedBy || age < 0 || age >= runFor {
		return nil
	}
	touched, err := s.store.touched(ctx, []string{last.ID})
	if err != nil || len(touched[last.ID]) != 1 || touched[last.ID][0] != path {
		return err
	}
	row.RunSeq, row.RunAt = first, &began
	if err := s.store.fold(ctx, last.ID); err != nil {
		return err
	}
	past := row.ChangedAt.Add(-allKept)
	return s.thin(ctx, row.CourseID, past.Add(-2*runFor), past)
}

// thin lets go of what is folded between two instants, but for one a minute of each
// run; courseID "" means any course.
func (s *Service) thin(ctx context.Context, courseID string, from, to time.Time) error {
	rows, err := s.store.folded(ctx, courseID, from, to)
	if err != nil {
		return err
	}
	type minute struct {
		course string
		run    int64
		at     time.Time
	}
	kept := map[minute]bool{}
	var gone []string
	for _, r := range rows { // the first of a minute stays, whenever this is done
		m := minute{r.CourseID, r.RunSeq, r.ChangedAt.UTC().Truncate(thinEvery)}
		if kept[m] {
			gone = append(gone, r.ID)
		}
		kept[m] = true
	}
	return s.store.drop(ctx, gone)
}

// ForgetDrafts deletes what runs of autosaves left behind, and who has no file open
// any more. It returns how many changes it forgot.
func (s *Service) ForgetDrafts(ctx context.Context) (int, error) {
	now := db.Truncate(s.d.Now())
	n, err := s.store.forget(ctx, now, now.Add(-foldedKept))
	if err == nil {
		err = s.thin(ctx, "", now.Add(-foldedKept), now.Add(-allKept))
	}
	if err != nil {
		return 0, fmt.Errorf("course: forget drafts: %w", err)
	}
	return int(n), nil
}
