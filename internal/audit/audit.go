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

	"github.com/atmacena/cocare/internal/db"
)

// CommandLine stands for the person where somebody runs a command on the server:
// the machine let them in, and it alone knows who they are.
const CommandLine = "cli"

// ActorName names an actor who is no person with an account; "" for one who is.
func ActorName(id string) string {
	switch id {
	case "":
		return "The system"
	case CommandLine:
		return "The command line"
	}
	return ""
}

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
	ActorID    string // of a person, or one that ActorName names
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

// Filter narrows a list; zero fields do not. Before and After are the ID of an
// entry: only what is older, or newer, is listed, the nearest to it; see Next and
// Previous. Sort is one of Sorts. Limit defaults to 50 and is at most 500.
type Filter struct {
	ObjectKind    string
	ObjectID      string
	ActorID       string
	Action        string
	Before, After string
	Sort          string
	Limit         int
}

// Next returns the filter of the page behind the entry with an ID.
func (f Filter) Next(id string) Filter {
	f.Before, f.After = id, ""
	if f.up() {
		f.Before, f.After = "", id
	}
	return f
}

// Previous returns the filter of the page before the entry with an ID.
func (f Filter) Previous(id string) Filter {
	f.Before, f.After = "", id
	if f.up() {
		f.Before, f.After = id, ""
	}
	return f
}

// up reports whether the oldest entry comes first.
func (f Filter) up() bool { return f.Sort == "when" }

// back reports whether the page lies before an entry.
func (f Filter) back() bool { return f.up() && f.Before != "" || !f.up() && f.After != "" }

// Sorts are the values of Filter.Sort: by time, up or down. Empty is the newest
// first.
var Sorts = []string{"", "when", "-when"}

// Page is a part of the list. Total counts what matches; Over says that there
// are more, because counting a long log at each view would take too long. More
// and Earlier say whether entries lie behind the last and before the first.
type Page struct {
	Entries       []Entry
	Total         int64
	Over          bool
	More, Earlier bool
}

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

// List returns entries, newest first unless sorted otherwise.
func (l *Log) List(ctx context.Context, f Filter) ([]Entry, error) {
	p, err := l.page(ctx, f)
	return p.Entries, err
}

// Each calls fn with the filtered log, page by page in its order, without
// loading it whole: for CSV.
func (l *Log) Each(ctx context.Context, f Filter, fn func([]Entry) error) error {
	f.Before, f.After, f.Limit = "", "", db.MaxPage
	return db.WalkPages(func(last *Entry) ([]Entry, bool, error) {
		if last != nil {
			f = f.Next(last.ID)
		}
		p, err := l.page(ctx, f)
		return p.Entries, p.More, err
	}, fn)
}

// Page returns a page of the log for people to read.
func (l *Log) Page(ctx context.Context, f Filter) (Page, error) {
	p, err := l.page(ctx, f)
	if err != nil {
		return Page{}, err
	}
	if p.Total, p.Over, err = l.count(ctx, f); err != nil {
		return Page{}, fmt.Errorf("audit: count: %w", err)
	}
	return p, nil
}

func (l *Log) page(ctx context.Context, f Filter) (p Page, err error) {
	f.Limit = db.PageLimit(f.Limit)
	entries, err := l.list(ctx, f)
	if err != nil {
		return p, fmt.Errorf("audit: list: %w", err)
	}
	p.Entries, p.Earlier, p.More = db.Cut(entries, f.Limit, f.Before+f.After != "", f.back())
	return p, nil
}
