package attendance

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/once"
)

// Editions is what this package asks of course.Service.
type Editions interface {
	Edition(ctx context.Context, id string) (*course.Edition, error)
}

// Deps are what a Service stands on.
type Deps struct {
	DB          *db.DB
	Now         func() time.Time
	Audit       *audit.Log
	Queue       *job.Queue
	Editions    Editions
	Accounts    *account.Service
	Enrollments *enrollment.Service
	// Open says whether people may be enrolled in an edition.
	Open func(ctx context.Context, ed *course.Edition) error
	Zone *time.Location // where the provider is: the zone of accounts that are made
	// Signatory is in whose name certificates are signed.
	Signatory string
}

// Service is the use cases. It is safe for concurrent use.
type Service struct {
	Deps
	once *once.Log
}

// New returns the service and registers its job with the queue.
func New(d Deps) *Service {
	s := &Service{Deps: d, once: once.New(d.DB, d.Now)}
	d.Queue.Handle(JobKind, s.work)
	return s
}

func (s *Service) now() time.Time { return db.Truncate(s.Now()) }

func (s *Service) record(ctx context.Context, action, kind, id string, details map[string]any) error {
	return s.Audit.Record(ctx, audit.Event{Action: action, ObjectKind: kind, ObjectID: id, Details: details})
}

// Upload checks a list and keeps it with what was found: nothing else changes. The
// same file sent again is checked again, and stays one list until it is started. name
// is what the browser calls the file. It is audited. Errors: ErrNoEvent, ErrManyList,
// ErrStarted where somebody starts the list of the same file meanwhile, those of Parse.
func (s *Service) Upload(ctx context.Context, eventID, name string, body []byte, by string) (List, error) {
	ev, err := s.Event(ctx, eventID)
	if err != nil {
		return List{}, err
	}
	entries, err := Parse(body)
	if err != nil {
		return List{}, err
	}
	sum := sha256.Sum256(body)
	l := List{ID: db.NewID(), EventID: ev.ID, Name: apperr.FileName(name, "list.csv"), SHA256: hex.EncodeToString(sum[:]), Size: int64(len(body)), Total: len(entries),
		State: Checked, UploadedBy: by, UploadedAt: s.now()}
	rows, err := s.checked(ctx, &l, ev, entries)
	if err != nil {
		return List{}, err
	}
	out := l
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		// The list before the event, as whoever starts it takes them.
		same, err := s.sameFile(ctx, l, rows)
		if !errors.Is(err, ErrNoList) {
			out = same
			return err
		}
		out, err = s.newFile(ctx, l, body, rows)
		return err
	})
	if err != nil {
		return List{}, err
	}
	return out, nil
}

// sameFile is the list that this very file made before, with the new verdicts. Errors:
// ErrNoList, ErrStarted.
func (s *Service) sameFile(ctx context.Context, l List, rows []Row) (List, error) {
	old, err := s.checkedList(ctx, l.EventID, l.SHA256)
	if err != nil {
		return List{}, err
	}
	old.CheckedAt, old.EventVersion, old.CheckSHA256 = l.CheckedAt, l.EventVersion, l.CheckSHA256
	return old, s.replaceCheck(ctx, old, rows)
}

// newFile keeps a list that was not there. Somebody who uploads the same file at the
// same time may be faster: then it is theirs, which was checked this moment.
func (s *Service) newFile(ctx context.Context, l List, body []byte, rows []Row) (List, error) {
	held, err := s.holdEvent(ctx, l.EventID)
	if err != nil || !held {
		return List{}, cmp.Or(err, error(ErrNoEvent))
	}
	switch theirs, err := s.checkedList(ctx, l.EventID, l.SHA256); {
	case err == nil:
		return theirs, nil
	case !errors.Is(err, ErrNoList):
		return List{}, err
	}
	switch open, err := s.openLists(ctx, l.EventID); {
	case err != nil:
		return List{}, err
	case open >= maxLists:
		return List{}, ErrManyList
	}
	// Whoever adds a list of the event holds it, so this one is added.
	if inserted, err := s.insertList(ctx, l); err != nil || !inserted {
		return List{}, cmp.Or(err, error(ErrStale))
	}
	if err := s.insertFile(ctx, l.ID, body); err != nil {
		return List{}, err
	}
	if err := s.insertRows(ctx, l.ID, rows); err != nil {
		return List{}, err
	}
	return l, s.record(ctx, "attendance.upload", "attendance_list", l.ID, map[string]any{"event": l.EventID, "name": l.Name, "sha256": l.SHA256, "rows": l.Total,
		"possible": possible(rows)})
}

// checked judges entries and writes into the list what that rests on.
func (s *Service) checked(ctx context.Context, l *List, ev Event, entries []Entry) ([]Row, error) {
	rows, err := s.judgeAll(ctx, ev, entries)
	if err != nil {
		return nil, err
	}
	shown := make([][5]string, len(rows))
	for i, r := range rows {
		shown[i] = [5]string{r.Email, string(r.Verdict), r.Note, r.AccountName, r.AccountID}
	}
	text, err := json.Marshal(map[string]any{"event": ev.ID, "version": ev.Version, "file": l.SHA256, "rows": shown})
	if err != nil {
		return nil, fmt.Errorf("attendance: %w", err)
	}
	sum := sha256.Sum256(text)
	l.CheckedAt, l.EventVersion, l.CheckSHA256 = s.now(), ev.Version, hex.EncodeToString(sum[:])
	return rows, nil
}

func possible(rows []Row) (n int) {
	for _, r := range rows {
		if r.Verdict.Possible() {
			n++
		}
	}
	return n
}

// Check judges a list again that was not started. It is audited. Errors: ErrNoList,
// ErrStarted.
func (s *Service) Check(ctx context.Context, listID string) error {
	l, err := s.List(ctx, listID)
	if err != nil {
		return err
	}
	if l.State != Checked {
		return ErrStarted
	}
	ev, err := s.Event(ctx, l.EventID)
	if err != nil {
		return err
	}
	entries, err := s.entries(ctx, l.ID)
	if err != nil {
		return err
	}
	rows, err := s.checked(ctx, &l, ev, entries)
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error { return s.replaceCheck(ctx, l, rows) })
}

// replaceCheck stores the verdicts of a list anew, unless it was started.
func (s *Service) replaceCheck(ctx context.Context, l List, rows []Row) error {
	changed, err := s.updateCheck(ctx, l)
	if err != nil {
		return err
	}
	if !changed {
		return ErrStarted
	}
	if err := s.deleteRows(ctx, l.ID); err != nil {
		return err
	}
	if err := s.insertRows(ctx, l.ID, rows); err != nil {
		return err
	}
	return s.record(ctx, "attendance.check", "attendance_list", l.ID, map[string]any{"event": l.EventID, "sha256": l.SHA256, "rows": l.Total, "possible": possible(rows)})
}

// Discard deletes a list that was not started, with its file. One that is gone
// already stays gone. It is audited. Errors: ErrStarted.
func (s *Service) Discard(ctx context.Context, listID string) error {
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		l, err := s.List(ctx, listID)
		if apperr.Is(err, apperr.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		deleted, err := s.deleteList(ctx, listID)
		switch {
		case err != nil:
			return err
		case !deleted:
			return ErrStarted
		}
		return s.record(ctx, "attendance.discard", "attendance_list", listID, map[string]any{"event": l.EventID, "name": l.Name, "sha256": l.SHA256, "rows": l.Total})
	})
}

// Start has the certificates of a list issued. seen is the CheckSHA256 of what the
// administrator saw; chosen are the positions of rows whose account has another name;
// attested says that they hold the record (Attestation). A job does the work. The
// second click, and the second administrator who saw the same, succeed too. It is
// audited. Errors: ErrNoList, ErrAttest, ErrNotOver, ErrStale also where a row cannot be
// chosen, ErrStarted after something else was shown, ErrChoose, ErrNothing.
func (s *Service) Start(ctx context.Context, listID, seen string, chosen []int, attested bool, by string) error {
	l, err := s.List(ctx, listID)
	if err != nil {
		return err
	}
	ev, err := s.Event(ctx, l.EventID)
	switch {
	case err != nil:
		return err
	case !attested:
		return ErrAttest
	case !ev.Over(s.now()):
		return ErrNotOver
	case len(chosen) > MaxChosen: // no page asks for so many
		return ErrStale
	}
	now := s.now()
	l.StartedBy, l.StartedAt, l.Attestation = by, &now, Attestation
	chosen = slices.Compact(slices.Sorted(slices.Values(chosen)))
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		changed, err := s.start(ctx, l, seen)
		if err != nil {
			return err
		}
		if !changed {
			return s.startedAs(ctx, listID, seen)
		}
		if held, err := s.useEvent(ctx, ev.ID, l.EventVersion); err != nil || !held {
			return orStale(err)
		}
		return s.begin(ctx, l, chosen)
	})
}

func orStale(err error) error {
	if err == nil {
		err = ErrStale
	}
	return err
}

// startedAs is nil if a list was started as it was seen.
func (s *Service) startedAs(ctx context.Context, listID, seen string) error {
	l, err := s.List(ctx, listID)
	switch {
	case err != nil:
		return err
	case l.State == Checked:
		return ErrStale
	case l.CheckSHA256 != seen:
		return ErrStarted
	}
	return nil
}

// begin settles what is not to be issued, and enqueues the rest.
func (s *Service) begin(ctx context.Context, l List, chosen []int) error {
	n, err := s.choose(ctx, l.ID, chosen)
	if err != nil || n != int64(len(chosen)) {
		return orStale(err)
	}
	todo, err := s.refuseRest(ctx, l.ID, *l.StartedAt)
	switch {
	case err != nil:
		return err
	case todo == 0:
		return s.nothing(ctx, l.ID)
	}
	err = s.record(ctx, "attendance.start", "attendance_list", l.ID, map[string]any{"event": l.EventID, "name": l.Name, "sha256": l.SHA256, "rows": l.Total,
		"to_issue": todo, "chosen": n, "check_sha256": l.CheckSHA256, "attestation": l.Attestation})
	if err != nil {
		return err
	}
	return s.enqueue(ctx, l.ID)
}

// nothing says why no row is issued.
func (s *Service) nothing(ctx context.Context, listID string) error {
	verdicts, err := s.Verdicts(ctx, listID)
	switch {
	case err != nil:
		return err
	case verdicts[OtherName] > 0:
		return ErrChoose
	}
	return ErrNothing
}

// GoOn has a list worked on again whose job was given up. One that is being worked
// on, or done, stays so. It is audited. Errors: ErrNoList, ErrNotStarted.
func (s *Service) GoOn(ctx context.Context, listID string) error {
	l, err := s.List(ctx, listID)
	switch {
	case err != nil:
		return err
	case l.State == Checked:
		return ErrNotStarted
	}
	stopped, err := s.Stopped(ctx, l)
	if err != nil || !stopped {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		if err := s.record(ctx, "attendance.go_on", "attendance_list", l.ID, map[string]any{"event": l.EventID}); err != nil {
			return err
		}
		return s.enqueue(ctx, l.ID)
	})
}

// Stopped reports whether nothing works any more on a list that was started.
func (s *Service) Stopped(ctx context.Context, l List) (bool, error) {
	if l.State != Started {
		return false, nil
	}
	jobs, err := s.Queue.ByKey(ctx, key(l.ID))
	if err != nil {
		return false, fmt.Errorf("attendance: job: %w", err)
	}
	e, there := jobs[key(l.ID)]
	return !there || e.State == job.Dead, nil
}

// RecordReport audits that an administrator takes a report away, or the list itself.
func (s *Service) RecordReport(ctx context.Context, l List, what string) error {
	return s.record(ctx, "attendance.export", "attendance_list", l.ID, map[string]any{"event": l.EventID, "what": what, "sha256": l.SHA256})
}
