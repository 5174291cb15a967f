package media

import (
	"context"
	"fmt"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/job"
)

// key is that of the job that examines an upload.
func key(id string) string { return JobKind + ":" + id }

func (s *Service) enqueue(ctx context.Context, id string) error {
	return s.Queue.Enqueue(ctx, JobKind, payload{id}, job.Unique(key(id)))
}

// Stopped reports whether an upload waits to be examined and nothing examines it any
// more.
func (s *Service) Stopped(ctx context.Context, u Upload) (bool, error) {
	if u.State != Received {
		return false, nil
	}
	jobs, err := s.Queue.ByKey(ctx, key(u.ID))
	if err != nil {
		return false, fmt.Errorf("media: job: %w", err)
	}
	if e, there := jobs[key(u.ID)]; there {
		return e.State == job.Dead, nil
	}
	now, err := s.Upload(ctx, u.PersonID, u.ID) // the job may have ended a moment ago
	if apperr.Is(err, apperr.NotFound) {
		return false, nil
	}
	return err == nil && now.State == Received, err
}

// GoOn has an upload examined again whose examination was given up; otherwise it does
// nothing. Error: ErrNotFound.
func (s *Service) GoOn(ctx context.Context, personID, id string) error {
	u, err := s.Upload(ctx, personID, id)
	if err != nil {
		return err
	}
	stopped, err := s.Stopped(ctx, u)
	if err != nil || !stopped {
		return err
	}
	if revived, err := s.Queue.Revive(ctx, key(id)); err != nil || revived {
		return err
	}
	return s.enqueue(ctx, id)
}
