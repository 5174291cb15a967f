// Package archive makes one ZIP file of many certificates, for an administrator
// who answers a board or changes systems.
//
// It owns the tables archives and archive_parts. The bytes lie in the database,
// because the replica that answers a download need not be the one that worked.
//
// A request is a row and a job. The job writes the file in parts, each with how far
// it is, so that a page can tell; begun again after a crash it begins anew. The
// file holds the frozen PDF of every certificate that was issued, whatever became
// of it, and index.csv, which says so. A day later it is deleted.
package archive

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/once"
)

// JobKind names the job that writes an archive.
const JobKind = "certificate.archive"

const (
	// Most is how many certificates one archive holds: more are asked for in parts,
	// by their dates.
	Most = 10_000
	keep = 24 * time.Hour
	// attempts are few: somebody waits for the file, and may ask again.
	attempts = 5
)

// Archive is a file that is being written, or was.
type Archive struct {
	ID, RequestedBy string
	About           string // what was asked for, in words
	Total, Done     int64  // certificates
	Size            int64  // bytes so far
	CreatedAt       time.Time
	FinishedAt      *time.Time
	ExpiresAt       time.Time

	Failed bool `gorm:"-"` // nothing works on it any more
}

// Ready reports whether it can be downloaded.
func (a Archive) Ready() bool { return a.FinishedAt != nil }

// Filename is what the file is called.
func (a Archive) Filename() string {
	return "certificates-" + a.CreatedAt.Format("2006-01-02-150405") + ".zip"
}

// The errors.
var (
	ErrNotFound = apperr.New(apperr.NotFound, "There is no such archive. Archives are deleted after a day.")
	ErrNotReady = apperr.New(apperr.Conflict, "This archive is still being written.")
	ErrNothing  = apperr.New(apperr.Conflict, "No certificate that was issued fits this filter.")
	ErrTooMany  = apperr.Newf(apperr.Conflict, "That is more than %d certificates. Narrow the dates and make several archives.", Most)
)

// Certificates is what this package asks of certificate.Service.
type Certificates interface {
	CountIssued(ctx context.Context, f certificate.Filter) (int64, error)
	Each(ctx context.Context, f certificate.Filter, fn func(certificate.Certificate) error) error
	PDF(ctx context.Context, c certificate.Certificate) ([]byte, error)
}

// Deps are what a Service needs.
type Deps struct {
	DB           *db.DB
	Now          func() time.Time
	Audit        *audit.Log
	Queue        *job.Queue
	Certificates Certificates
}

// Service asks for, writes and hands out archives. It is safe for concurrent use.
type Service struct {
	db           *db.DB
	now          func() time.Time
	audit        *audit.Log
	queue        *job.Queue
	once         *once.Log
	certificates Certificates
}

// New returns the service and registers its job.
func New(d Deps) *Service {
	s := &Service{db: d.DB, now: func() time.Time { return db.Truncate(d.Now()) }, audit: d.Audit, queue: d.Queue,
		once: once.New(d.DB, d.Now), certificates: d.Certificates}
	d.Queue.Handle(JobKind, s.write)
	return s
}

type payload struct {
	ID string `json:"id"`
}

func key(id string) string { return JobKind + ":" + id }

// Request asks for an archive of what fits the filter; about says the same in
// words, by is the administrator. A form that is sent twice asks once. It is
// audited. Errors: ErrNothing, ErrTooMany.
func (s *Service) Request(ctx context.Context, f certificate.Filter, about, by string) error {
	f.After, f.Before, f.Limit, f.Sort = nil, nil, 0, "reserved"
	n, err := s.certificates.CountIssued(ctx, f)
	switch {
	case err != nil:
		return err
	case n == 0:
		return ErrNothing
	case n > Most:
		return ErrTooMany
	}
	filter, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	now := s.now()
	a := Archive{ID: db.NewID(), RequestedBy: by, About: about, Total: n, CreatedAt: now, ExpiresAt: now.Add(keep)}
	return s.db.InTx(ctx, func(ctx context.Context) error {
		if first, err := s.once.First(ctx); err != nil || !first {
			return err
		}
		if err := s.insert(ctx, a, string(filter)); err != nil {
			return err
		}
		err := s.audit.Record(ctx, audit.Event{Action: "certificate.archive", ObjectKind: "archive", ObjectID: a.ID,
			Details: map[string]any{"filter": string(filter), "certificates": n}})
		if err != nil {
			return err
		}
		return s.queue.Enqueue(ctx, JobKind, payload{a.ID}, job.Unique(key(a.ID)), job.MaxAttempts(attempts))
	})
}

// List returns the archives that are there, the newest first: those of every
// administrator.
func (s *Service) List(ctx context.Context) ([]Archive, error) {
	list, err := s.list(ctx)
	if err != nil {
		return nil, err
	}
	keys := make([]string, 0, len(list))
	for _, a := range list {
		if !a.Ready() {
			keys = append(keys, key(a.ID))
		}
	}
	if len(keys) == 0 {
		return list, nil
	}
	jobs, err := s.queue.ByKey(ctx, keys...)
	if err != nil {
		return nil, err
	}
	for i, a := range list {
		if e, there := jobs[key(a.ID)]; !a.Ready() && (!there || e.State == job.Dead) {
			list[i].Failed = true
		}
	}
	return list, nil
}

// Delete removes an archive before its day is over. It is audited. One that is gone
// stays gone. Errors: ErrNotFound for one that never was.
func (s *Service) Delete(ctx context.Context, id string) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		changed, err := s.remove(ctx, id)
		if err != nil {
			return err
		}
		if !changed {
			asked, err := s.audit.List(ctx, audit.Filter{ObjectKind: "archive", ObjectID: id, Action: "certificate.archive", Limit: 1})
			if err == nil && len(asked) == 0 {
				err = ErrNotFound
			}
			return err
		}
		return s.audit.Record(ctx, audit.Event{Action: "certificate.archive_delete", ObjectKind: "archive", ObjectID: id})
	})
}

// Open returns an archive that is ready, audited as taken away by who asks.
// Errors: ErrNotFound, ErrNotReady.
func (s *Service) Open(ctx context.Context, id string) (Archive, error) {
	a, err := s.find(ctx, id)
	switch {
	case err != nil:
		return Archive{}, err
	case !a.Ready():
		return Archive{}, ErrNotReady
	}
	err = s.audit.Record(ctx, audit.Event{Action: "certificate.archive_download", ObjectKind: "archive", ObjectID: id,
		Details: map[string]any{"certificates": a.Total}})
	return a, err
}

// Copy writes the bytes of an archive, one part in memory at a time. An archive
// that is deleted meanwhile ends with ErrNotFound.
func (s *Service) Copy(ctx context.Context, a Archive, write func([]byte) error) error {
	left := a.Size
	for n := int64(0); left > 0; n++ {
		data, err := s.part(ctx, a.ID, n)
		if err != nil {
			return err
		}
		if err := write(data); err != nil {
			return err
		}
		left -= int64(len(data))
	}
	return nil
}

// Sweep deletes archives whose day is over, and returns how many.
func (s *Service) Sweep(ctx context.Context) (int, error) { return s.expire(ctx, s.now()) }
