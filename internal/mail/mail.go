// Package mail renders the platform's mails and sends them through the job
// queue: over SMTP, or into an on-screen outbox under demo and in development.
//
// It owns the tables outbox_mails and mail_log, and reads people for whose mail
// it is. A mail is one struct in mails.go and two
// templates, HTML and text; it is rendered when it is queued, in the
// transaction of the act that it tells of, and keeps its Message-ID over every
// attempt to send it, so that a repeated delivery can be recognized. Until it is
// sent it lies sealed in the queue, where the mailer has a key.
package mail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	netmail "net/mail"
	"net/url"
	"strings"
	"unicode"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/job"
)

// Kind is the job kind of a mail to be sent.
const Kind = "mail.send"

// attempts of the job queue's backoff span about a day, as long as mail servers
// commonly defer.
const attempts = 16

// Address is a mailbox; Name may be empty. PersonID is whose it is, where it is
// not the address of their account today.
type Address struct {
	Name, Email string
	PersonID    string `json:",omitempty"`
}

// String is the address as a header shows it, encoded where it must be.
func (a Address) String() string {
	return (&netmail.Address{Name: clean(a.Name), Address: a.Email}).String()
}

// Message is one of the mails in mails.go.
type Message interface {
	Name() string    // of its templates
	Subject() string // plain text
}

// Site is what every mail says about its sender. BaseURL has no slash at its end.
type Site struct{ Provider, BaseURL string }

// Mail is a rendered mail.
type Mail struct {
	ID      string // also the left part of the Message-ID
	Domain  string // its right part
	From    Address
	To      Address
	Subject string
	HTML    string
	Text    string
	Stop    string `json:",omitempty"` // an address that ends such mails by one POST (RFC 8058), "" for none
}

// MessageID is the Message-ID without angle brackets.
func (m Mail) MessageID() string { return m.ID + "@" + m.Domain }

// Transport delivers one mail. It may be called again for the same mail. An
// error that no repetition mends is marked by job.Permanent.
type Transport interface {
	Send(ctx context.Context, m Mail) error
}

// Sealer encrypts what waits in the queue: mails carry links that open accounts.
// What was sealed under one label does not open under another.
type Sealer interface {
	Seal(label string, secret []byte) []byte
	Open(label string, sealed []byte) ([]byte, error)
}

// Nowhere is the transport of a process that queues mails and leaves the sending
// to the server.
type Nowhere struct{}

// Send refuses; the job stays for a process that can.
func (Nowhere) Send(context.Context, Mail) error {
	return errors.New("mail: this process has no mail server")
}

// The refusals of Queue. They differ in kind: a process without a sender is to
// be set up, and the server beside it can do what it could not; an address that
// cannot receive mail never will.
var (
	ErrNoSender = apperr.New(apperr.Unavailable,
		"This sends a mail, so set COCARE_BASE_URL, COCARE_PROVIDER_NAME and COCARE_SMTP_FROM as the server has them.")
	ErrAddress = apperr.New(apperr.Invalid, "This email address cannot receive mail.")
)

// Mailer queues mails.
type Mailer struct {
	queue  *job.Queue
	from   Address
	site   Site
	domain string
	keys   Sealer // nil: mails lie in the queue as they are
	log    *Log   // nil: nothing is written down
}

// Option varies a mailer.
type Option func(*Mailer)

// Sealed keeps mails encrypted until they are sent.
func Sealed(keys Sealer) Option { return func(m *Mailer) { m.keys = keys } }

// New returns a mailer and registers the handler that sends what it queues.
func New(q *job.Queue, t Transport, from Address, site Site, opts ...Option) *Mailer {
	m := &Mailer{queue: q, from: from, site: site, domain: "localhost"}
	if u, err := url.Parse(site.BaseURL); err == nil && u.Hostname() != "" {
		m.domain = u.Hostname()
	}
	for _, o := range opts {
		o(m)
	}
	q.Handle(Kind, func(ctx context.Context, payload []byte) error {
		out, err := m.unpack(payload)
		if err != nil {
			return job.Permanent(fmt.Errorf("mail: payload: %w", err))
		}
		err = t.Send(ctx, out)
		m.log.settled(ctx, out.ID, err)
		return err
	})
	return m
}

// sealed is a mail as it waits in the queue.
type sealed struct {
	ID     string
	Sealed []byte
}

// pack returns what the queue keeps of a mail.
func (m *Mailer) pack(out Mail) (any, error) {
	if m.keys == nil {
		return out, nil
	}
	body, err := json.Marshal(out)
	return sealed{out.ID, m.keys.Seal(label(out.ID), body)}, err
}

func (m *Mailer) unpack(payload []byte) (out Mail, err error) {
	if m.keys != nil {
		var s sealed
		if err := json.Unmarshal(payload, &s); err != nil {
			return out, err
		}
		if payload, err = m.keys.Open(label(s.ID), s.Sealed); err != nil {
			return out, err
		}
	}
	err = json.Unmarshal(payload, &out)
	return out, err
}

func label(id string) string { return "mail|" + id }

// Ready tells before an act whether its mail can be queued. Errors: ErrNoSender.
func (m *Mailer) Ready() error {
	if m.from.Email == "" || m.site.BaseURL == "" || m.site.Provider == "" {
		return ErrNoSender
	}
	return nil
}

// Queue renders msg and enqueues it in the transaction that ctx carries. Errors:
// ErrNoSender, ErrAddress.
func (m *Mailer) Queue(ctx context.Context, to Address, msg Message) error {
	if err := m.Ready(); err != nil {
		return err
	}
	if !ValidAddress(to.Email) {
		return ErrAddress
	}
	if _, ok := msg.(unconfirmed); ok {
		to.Name = ""
	}
	to.Name = clean(to.Name)
	html, text, err := render(page{Site: m.site, To: to, Subject: clean(msg.Subject()), M: msg})
	if err != nil {
		return fmt.Errorf("mail: render %s: %w", msg.Name(), err)
	}
	id := db.NewID()
	out := Mail{ID: id, Domain: m.domain, From: m.from, To: to, Subject: clean(msg.Subject()), HTML: html, Text: text}
	if s, ok := msg.(stoppable); ok {
		out.Stop = s.stop()
	}
	payload, err := m.pack(out)
	if err != nil {
		return fmt.Errorf("mail: %s: %w", msg.Name(), err)
	}
	if err := m.log.queued(ctx, id, msg.Name(), to); err != nil {
		return err
	}
	return m.queue.Enqueue(ctx, Kind, payload, job.MaxAttempts(attempts))
}

// clean makes a value fit for a header: a line break in a course title must not
// become a header of its own.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	return strings.Join(strings.Fields(s), " ")
}
