package mail

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/job"
)

// State is what became of a mail.
type State string

// The states. Failed is tried again, Dead was given up.
const (
	Queued State = "queued"
	Sent   State = "sent"
	Failed State = "failed"
	Dead   State = "dead"
)

// States lists every state in the order in which pages show them.
var States = []State{Queued, Sent, Failed, Dead}

// keep is how long the log remembers a mail: longer than anybody asks what
// became of it.
const keep = 400 * 24 * time.Hour

// Entry is a mail in the log: that it was meant for somebody, never what it said.
type Entry struct {
	ID, Kind   string
	PersonID   string // "": nobody here had the address
	PersonName string
	Address    string
	State      State
	Reason     string // of Failed and Dead, for people to read
	QueuedAt   time.Time
	SettledAt  *time.Time // when it was sent, or failed last
}

// Title says what kind of mail it is.
func (e Entry) Title() string { return Title(e.Kind) }

// Title says a kind of mail in words; one without has its name.
func Title(kind string) string {
	for _, m := range messages {
		if m.Name() == kind {
			return strings.TrimSpace(strings.ToUpper(kind[:1]) + strings.ReplaceAll(kind[1:], "_", " "))
		}
	}
	return kind
}

// Kinds lists every kind of mail.
func Kinds() []string {
	list := make([]string, 0, len(messages))
	for _, m := range messages {
		list = append(list, m.Name())
	}
	return list
}

// Log remembers what was queued and what became of it. It is safe for concurrent
// use.
type Log struct {
	db  *db.DB
	now func() time.Time
}

// NewLog returns the log on d.
func NewLog(d *db.DB, now func() time.Time) *Log {
	return &Log{db: d, now: func() time.Time { return db.Truncate(now()) }}
}

// Logged makes a mailer write down what it queues and sends.
func Logged(l *Log) Option { return func(m *Mailer) { m.log = l } }

// queued writes a mail down in the transaction that queues it.
func (l *Log) queued(ctx context.Context, id, kind string, to Address) error {
	if l == nil {
		return nil
	}
	if err := l.insert(ctx, id, kind, to, l.now()); err != nil {
		return fmt.Errorf("mail: log: %w", err)
	}
	return nil
}

// settled writes down what came of an attempt to send. A stopping server hands
// the job back, which says nothing about the mail. What cannot be written down
// is left: a mail that went out must not be sent again for it.
func (l *Log) settled(ctx context.Context, id string, cause error) {
	if l == nil || ctx.Err() != nil {
		return
	}
	state, reason := Sent, ""
	if cause != nil {
		state, reason = Failed, words(cause)
		if job.IsPermanent(cause) || job.IsLast(ctx) {
			state = Dead
		}
	}
	_ = l.settle(ctx, id, state, reason, l.now())
}

// told is an error with words for whoever reads the log: what a server or a
// driver said stays among operators.
type told struct {
	error
	words string
}

func (t told) Unwrap() error { return t.error }

func words(err error) string {
	if t, ok := errors.AsType[told](err); ok {
		return t.words
	}
	return "It could not be sent; the server’s log says why."
}

// Sweep forgets what is older than anybody asks for.
func (l *Log) Sweep(ctx context.Context) error {
	if err := l.deleteBefore(ctx, l.now().Add(-keep)); err != nil {
		return fmt.Errorf("mail: sweep: %w", err)
	}
	return nil
}

// Filter narrows the list of an administrator; zero fields do not. Query finds in
// the address, and in names and address of the person. Sort is one of Sorts.
// After and Before are the ID of the neighboring row. Limit defaults to 50 and is
// at most 500.
type Filter struct {
	Query, Kind, PersonID string
	State                 State
	Sort                  string
	After, Before         string
	Limit                 int
}

// Sorts are the values of Filter.Sort: by time, up or down. Empty is the newest
// first.
var Sorts = []string{"", "when", "-when"}

// Page is a part of the list. Total counts what matches; Over says that there is
// more than that. More and Earlier say whether rows lie behind its last and
// before its first.
type Page struct {
	Entries       []Entry
	Total         int64
	Over          bool
	More, Earlier bool
}

// List returns a page for administrators.
func (l *Log) List(ctx context.Context, f Filter) (Page, error) {
	p, err := l.page(ctx, f)
	if err != nil {
		return Page{}, fmt.Errorf("mail: list: %w", err)
	}
	if p.Total, p.Over, err = l.count(ctx, f); err != nil {
		return Page{}, fmt.Errorf("mail: count: %w", err)
	}
	return p, nil
}

// Each calls fn with every entry of the filtered list, in its order, without
// loading it whole: for CSV.
func (l *Log) Each(ctx context.Context, f Filter, fn func(Entry) error) error {
	f.After, f.Before, f.Limit = "", "", db.MaxPage
	return db.Walk(func(last *Entry) ([]Entry, bool, error) {
		if last != nil {
			f.After = last.ID
		}
		p, err := l.page(ctx, f)
		return p.Entries, p.More, err
	}, fn)
}
