package certificate

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/job"
)

// Printing is how the work on a certificate in preparation stands.
type Printing struct {
	Failed  int        // tries that failed
	GivenUp bool       // nothing tries again by itself
	Stalled bool       // the last try ended with its process
	Lost    bool       // there is no job at all
	NextAt  *time.Time // of the next try after one that failed
	jobID   string
}

// Stuck reports whether it stays in preparation unless somebody acts.
func (p Printing) Stuck() bool { return p.GivenUp || p.Lost }

// The first job of a certificate, and the one that an administrator asked for:
// not the key of the first, which may wait for hours.
func firstKey(c Certificate) string { return JobKind + ":" + c.ID }
func againKey(c Certificate) string { return JobKind + ":again:" + c.ID }

// Printing tells how the certificates in preparation among these stand, by their
// IDs.
func (s *Service) Printing(ctx context.Context, list ...Certificate) (map[string]Printing, error) {
	var keys []string
	for _, c := range list {
		if c.State == Preparing {
			keys = append(keys, firstKey(c), againKey(c))
		}
	}
	out := map[string]Printing{}
	if len(keys) == 0 {
		return out, nil
	}
	jobs, err := s.queue.ByKey(ctx, keys...)
	if err != nil {
		return nil, fmt.Errorf("certificate: jobs: %w", err)
	}
	for _, c := range list {
		if c.State == Preparing {
			out[c.ID] = standing(jobs, firstKey(c), againKey(c))
		}
	}
	return out, nil
}

// standing is that of the job that is nearest to its end.
func standing(jobs map[string]job.Entry, keys ...string) Printing {
	p := Printing{Lost: true}
	for _, key := range keys {
		e, ok := jobs[key]
		if !ok || !p.Lost && !p.GivenUp {
			continue
		}
		p = Printing{Failed: e.Attempts, GivenUp: e.State == job.Dead, Stalled: e.Stalled(), jobID: e.ID}
		switch {
		case e.State == job.Running: // the present try has not failed
			p.Failed--
		case e.State == job.Ready && e.Attempts > 0:
			p.NextAt = &e.RunAt
		}
	}
	return p
}

// Retry has a certificate that hangs in preparing printed again, for an
// administrator: the job that was given up, or a new one. It is audited. Errors:
// ErrNotFound, ErrNotWaiting.
func (s *Service) Retry(ctx context.Context, typed string) error {
	c, err := s.ByNumber(ctx, typed)
	if err != nil {
		return err
	}
	if c.State != Preparing {
		return ErrNotWaiting
	}
	now, err := s.Printing(ctx, c)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context) error {
		if err := s.again(ctx, c, now[c.ID]); err != nil {
			return err
		}
		return s.record(ctx, "certificate.retry", c, nil)
	})
}

// Resend has the mail that leads the holder to their certificate sent again, to the
// address that the account has now. A form that is sent twice sends one mail. It is
// audited. Errors: ErrNotFound, ErrNotValid, ErrNoAddress.
func (s *Service) Resend(ctx context.Context, typed string) error {
	c, err := s.ByNumber(ctx, typed)
	if err != nil {
		return err
	}
	holder, err := s.holder(ctx, c.PersonID)
	switch {
	case err != nil:
		return err
	case c.State != Issued:
		return ErrNotValid
	case holder.Email == "":
		return ErrNoAddress
	}
	return s.db.InTx(ctx, func(ctx context.Context) error {
		if first, err := s.once.First(ctx); err != nil || !first {
			return err
		}
		if err := s.record(ctx, "certificate.resend", c, nil); err != nil {
			return err
		}
		return s.tell(ctx, holder, s.ready(c))
	})
}

// again revives the job that was given up, so that it no longer stands among the
// dead. Beside one that waits after a failure it adds another: two prints at once
// are harmless, since one conditional UPDATE decides. What is due already needs
// nothing.
func (s *Service) again(ctx context.Context, c Certificate, p Printing) error {
	switch {
	case p.GivenUp:
		err := s.queue.Retry(ctx, p.jobID)
		if err == nil || !errors.Is(err, job.ErrNotDead) {
			return err
		}
	case !p.Lost && p.NextAt == nil:
		return nil
	}
	return s.queue.Enqueue(ctx, JobKind, issueJob{c.ID}, job.Unique(againKey(c)))
}
