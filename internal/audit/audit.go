// Package audit is the record of who did what to whom: administrative, money,
// credit and security acts.
//
// It owns the tables audit_events and audit_details.
//
// Invariants:
//   - An event is inserted in the transaction of the act that it records: no
//     act without its event, no event without its act.
//   - One sealer at a time chains the events: each gets the next sequence
//     number and a hash over itself and the hash before it. The order of the
//     chain is the order of sealing, so that an event which a slow transaction
//     committed late is chained all the same. The unique index on the sequence
//     number settles races between replicas.
//   - The chain covers the details only by a salted hash. The details, addresses
//     and the salt lie in a side row that can be erased: then nobody can prove
//     what it said, and the chain still holds.
//
// What the chain does not prove: that its newest events were not cut off, or
// the whole of it computed anew, by somebody who writes to the database. For
// that, compare Report.Seq and Report.Head with values noted elsewhere.
package audit

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
)

// Actor is who acts and from where. The zero Actor is the system itself.
type Actor struct {
	PersonID  string
	IP        string
	UserAgent string
	RequestID string
}

type actorKey struct{}

// WithActor returns a ctx in which Record knows who acts.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorOf returns the actor in ctx, the zero Actor if there is none.
func ActorOf(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}

// Event is an act. Action is object and verb ("certificate.revoke"); Details
// hold what a reader needs besides, never a secret.
type Event struct {
	Action     string
	ObjectKind string
	ObjectID   string
	Details    map[string]any
}

// Entry is an event as it is read back.
type Entry struct {
	ID         string
	OccurredAt time.Time
	ActorID    string // empty: the system
	Action     string
	ObjectKind string
	ObjectID   string
	Seq        int64  // place in the chain, 0 before it is sealed
	Hash       string // hex SHA-256, empty before it is sealed

	Erased    bool // the fields below were erased
	Details   map[string]any
	IP        string
	UserAgent string
	RequestID string
}

// Filter narrows a list; zero fields do not. Before is the ID of the last entry
// of the previous page. Limit defaults to 50 and is at most 500.
type Filter struct {
	ObjectKind string
	ObjectID   string
	ActorID    string
	Action     string
	Before     string
	Limit      int
}

// ErrNotFound is returned by EraseDetails for an unknown event.
var ErrNotFound = apperr.New(apperr.NotFound, "There is no such audit event.")

// Log records, chains and reads events.
type Log struct {
	db  *db.DB
	now func() time.Time
}

// New returns the log on d.
func New(d *db.DB, now func() time.Time) *Log {
	return &Log{db: d, now: func() time.Time { return db.Truncate(now()) }}
}

// Record stores an event of the actor in ctx, in the transaction that ctx
// carries or in one of its own.
func (l *Log) Record(ctx context.Context, e Event) error {
	if e.Action == "" || e.ObjectKind == "" {
		return fmt.Errorf("audit: event without action or object kind: %+v", e)
	}
	a := ActorOf(ctx)
	s, err := newSide(e.Details, plain(a.IP, 64), plain(a.UserAgent, 400), plain(a.RequestID, 100))
	if err != nil {
		return fmt.Errorf("audit: details of %s: %w", e.Action, err)
	}
	r := event{
		ID: db.NewID(), OccurredAt: l.now(), ActorID: a.PersonID, Action: e.Action,
		ObjectKind: e.ObjectKind, ObjectID: plain(e.ObjectID, 200), DetailsHash: s.hash(),
	}
	err = l.db.InTx(ctx, func(ctx context.Context) error { return l.insert(ctx, r, s) })
	if err != nil {
		return fmt.Errorf("audit: record %s: %w", e.Action, err)
	}
	return nil
}

// plain makes what a client sent fit for a text column, so that a strange
// header cannot fail the act that it came with.
func plain(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	if len(s) > limit {
		s = strings.ToValidUTF8(s[:limit], "")
	}
	return s
}

// List returns entries, newest first.
func (l *Log) List(ctx context.Context, f Filter) ([]Entry, error) {
	if f.Limit <= 0 {
		f.Limit = 50
	}
	f.Limit = min(f.Limit, 500)
	entries, err := l.list(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("audit: list: %w", err)
	}
	return entries, nil
}

// EraseDetails removes details, address and salt of an event; erasing twice is
// no error. The caller records the erasure as an act of its own. Errors:
// ErrNotFound.
func (l *Log) EraseDetails(ctx context.Context, eventID string) error {
	return l.db.InTx(ctx, func(ctx context.Context) error {
		erased, err := l.eraseSide(ctx, eventID)
		if err != nil {
			return fmt.Errorf("audit: erase details: %w", err)
		}
		if erased {
			return nil
		}
		known, err := l.exists(ctx, eventID)
		if err != nil {
			return fmt.Errorf("audit: erase details: %w", err)
		}
		if !known {
			return ErrNotFound
		}
		return nil
	})
}
