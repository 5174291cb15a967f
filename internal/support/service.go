package support

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/account/limit"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/once"
)

// Mailer queues a mail in the transaction of the act.
type Mailer interface {
	Queue(ctx context.Context, to mail.Address, msg mail.Message) error
}

// Deps are what a Service needs.
type Deps struct {
	DB    *db.DB
	Now   func() time.Time
	Audit *audit.Log
	Mail  Mailer
	// Person returns how a person is called and written to now.
	Person  func(ctx context.Context, personID string) (name, email string, err error)
	Keys    limit.Keys
	BaseURL string // without a slash at the end, for links in mails
}

// Service answers for policies, requests and accommodations. It is safe for
// concurrent use.
type Service struct {
	db     *db.DB
	now    func() time.Time
	audit  *audit.Log
	mail   Mailer
	person func(ctx context.Context, personID string) (name, email string, err error)
	base   string
	limits *limit.Limiter
	once   *once.Log
}

// The limits on requests, of which only those count that are filed. Each sends
// a mail; an address that nobody confirmed may be a stranger's.
var (
	perNetwork = limit.Rule{Door: "request network", Max: 10, Per: time.Hour}
	perPerson  = limit.Rule{Door: "request person", Max: 20, Per: 24 * time.Hour}
	perAddress = limit.Rule{Door: "request address", Max: 3, Per: 24 * time.Hour}
)

// New returns the service.
func New(d Deps) *Service {
	return &Service{db: d.DB, now: func() time.Time { return db.Truncate(d.Now()) }, audit: d.Audit, mail: d.Mail, person: d.Person, base: d.BaseURL,
		limits: limit.New(d.DB, d.Now, d.Keys), once: once.New(d.DB, d.Now)}
}

// NewRequest is what the request form holds.
type NewRequest struct {
	Kind        Kind
	PersonID    string // empty for a visitor
	Confirmed   bool   // the address is the person's, proven by a mail
	IP          string // of a visitor
	Name, Email string
	About, Body string
}

func (n *NewRequest) clean() error {
	n.Name, n.Email, n.About, n.Body = account.CleanName(n.Name), strings.TrimSpace(n.Email), strings.TrimSpace(n.About), strings.TrimSpace(n.Body)
	var c apperr.Check
	_, known := n.Kind.Info()
	c.Require(known, "kind", "Choose what your request is about.")
	account.CheckSender(&c, "name", n.Name)
	c.Require(mail.ValidAddress(n.Email), "email", "Enter an email address such as name@example.org, so that we can answer.")
	c.Text("about", n.About, 200, "")
	c.Text("body", n.Body, maxBody, "Tell us what you need.")
	return c.Err()
}

// Submit files a request and confirms it by mail. Sending the same form twice
// returns the first request. Errors: Invalid, Limited.
func (s *Service) Submit(ctx context.Context, n NewRequest) (Request, error) {
	if err := n.clean(); err != nil {
		return Request{}, err
	}
	info, _ := n.Kind.Info()
	now := s.now()
	r := Request{ID: db.NewID(), Reference: reference(), Kind: n.Kind, State: Open, Name: n.Name, Email: n.Email,
		About: n.About, Body: n.Body, DueAt: now.AddDate(0, 0, info.AnswerDays), CreatedAt: now}
	if n.PersonID != "" {
		r.PersonID = &n.PersonID
	}
	var out Request
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		first, err := s.once.First(ctx)
		if err != nil {
			return err
		}
		if !first {
			out, err = s.newestLike(ctx, n)
			return err
		}
		if err := s.allow(ctx, n); err != nil {
			return err
		}
		out = r
		if err := s.insertRequest(ctx, r); err != nil {
			return err
		}
		to := mail.Address{Email: r.Email}
		if n.Confirmed { // a name that anybody typed is not mailed to a stranger
			to.Name = r.Name
		}
		return s.mail.Queue(ctx, to, mail.RequestReceived{Kind: info.Title, Reference: r.Reference, Link: s.link(r), AnswerDays: info.AnswerDays})
	})
	return out, err
}

// allow counts a request against its sender, a visitor's against the network it
// comes from, and until the address is confirmed against that too.
func (s *Service) allow(ctx context.Context, n NewRequest) error {
	rule, who := perNetwork, limit.Network(n.IP)
	if n.PersonID != "" {
		rule, who = perPerson, n.PersonID
	}
	if err := s.limits.Allow(ctx, rule, who); err != nil {
		return err
	}
	if n.PersonID != "" && n.Confirmed {
		return nil
	}
	return s.limits.Allow(ctx, perAddress, strings.ToLower(n.Email))
}

// RecordExport records that an administrator took a copy of the list.
func (s *Service) RecordExport(ctx context.Context, f Filter) error {
	return s.audit.Record(ctx, audit.Event{Action: "requests.export", ObjectKind: "requests",
		Details: map[string]any{"q": f.Q, "kind": f.Kind, "state": f.State}})
}

// RecordPoliciesExport records that an administrator took a copy of the list of
// policies.
func (s *Service) RecordPoliciesExport(ctx context.Context) error {
	return s.audit.Record(ctx, audit.Event{Action: "policies.export", ObjectKind: "list", ObjectID: "policies"})
}

// link leads to the request where its owner can sign in; a visitor has no page
// to open, so the mail has none.
func (s *Service) link(r Request) string {
	if r.PersonID == nil {
		return ""
	}
	return s.base + "/requests/" + r.ID
}

// reference is short enough to say on the telephone: 50 random bits.
func reference() string { return "R-" + rand.Text()[:10] }

// Own returns a request of this person with what was answered, NotFound for
// somebody else's.
func (s *Service) Own(ctx context.Context, personID, id string) (Request, []Message, error) {
	r, err := s.request(ctx, id)
	if err != nil {
		return Request{}, nil, err
	}
	if r.PersonID == nil || *r.PersonID != personID {
		return Request{}, nil, ErrNoRequest
	}
	msgs, err := s.messages(ctx, id, false)
	return r, msgs, err
}

// Get returns any request with all its messages, for administrators.
func (s *Service) Get(ctx context.Context, id string) (Request, []Message, error) {
	r, err := s.request(ctx, id)
	if err != nil {
		return Request{}, nil, err
	}
	msgs, err := s.messages(ctx, id, true)
	return r, msgs, err
}

// Answer is an administrator's reply. Outcome is a line for the record; Close
// ends the request; Internal keeps the text among administrators.
type Answer struct {
	By, Body, Outcome string
	Close, Internal   bool
}

// Reply stores an answer or an internal note, and mails an answer to the
// person. What was answered before can be closed without another word, by its
// outcome. The same form sent twice is one answer. It is audited.
func (s *Service) Reply(ctx context.Context, id string, a Answer) error {
	a.Body, a.Outcome = strings.TrimSpace(a.Body), strings.TrimSpace(a.Outcome)
	asked, err := s.request(ctx, id)
	if err != nil {
		return err
	}
	missing := "Write the answer."
	if a.Close && asked.State != Open {
		missing = ""
	}
	var c apperr.Check
	c.Text("body", a.Body, maxBody, missing)
	c.Text("outcome", a.Outcome, 500, "")
	c.Require(!a.Close || a.Outcome != "", "outcome", "Say in a line how it ended; the record needs it.")
	if err := c.Err(); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context) error {
		if first, err := s.once.First(ctx); err != nil || !first {
			return err
		}
		r, err := s.request(ctx, id)
		if err != nil {
			return err
		}
		if r.State == Closed {
			return ErrClosed
		}
		now := s.now()
		if err := s.say(ctx, id, a, now); err != nil {
			return err
		}
		if err := s.advance(ctx, id, a, now); err != nil {
			return err
		}
		if err := s.mailAnswer(ctx, r, a); err != nil {
			return err
		}
		return s.audit.Record(ctx, audit.Event{Action: "request.reply", ObjectKind: "request", ObjectID: id,
			Details: map[string]any{"internal": a.Internal, "closed": a.Close, "outcome": a.Outcome}})
	})
}

// say stores the words of an answer, if it has any.
func (s *Service) say(ctx context.Context, id string, a Answer, now time.Time) error {
	if a.Body == "" {
		return nil
	}
	return s.insertMessage(ctx, Message{ID: db.NewID(), RequestID: id, AuthorID: &a.By, Internal: a.Internal, Body: a.Body, CreatedAt: now})
}

// Addressee is where an answer goes: to the account as it stands now, for the
// address of the day of filing may have been given up since, or lost to somebody.
// A visitor's is what they typed.
func (s *Service) Addressee(ctx context.Context, r Request) (name, email string, err error) {
	if r.PersonID == nil {
		return r.Name, r.Email, nil
	}
	return s.person(ctx, *r.PersonID)
}

func (s *Service) mailAnswer(ctx context.Context, r Request, a Answer) error {
	if a.Internal || a.Body == "" {
		return nil
	}
	name, email, err := s.Addressee(ctx, r)
	if err != nil {
		return err
	}
	info, _ := r.Kind.Info()
	return s.mail.Queue(ctx, mail.Address{Name: name, Email: email},
		mail.RequestAnswered{Kind: info.Title, Reference: r.Reference, Answer: a.Body, Link: s.link(r)})
}
