package mail_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/mail"
)

// moody answers for a mail server.
type moody struct{ err error }

func (m *moody) Send(context.Context, mail.Mail) error { return m.err }

// logged is a mailer whose log knows amina, on a clock that tests move.
type logged struct {
	*mail.Mailer
	t    *testing.T
	db   *db.DB
	log  *mail.Log
	q    *job.Queue
	mood moody
	at   time.Time
}

func newLogged(t *testing.T) *logged {
	t.Helper()
	l := &logged{t: t, db: dbtest.New(t), at: time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)}
	now := func() time.Time { return l.at }
	l.q, l.log = job.New(l.db, quiet, now), mail.NewLog(l.db, now)
	l.Mailer = mail.New(l.q, &l.mood, from, site, mail.Logged(l.log))
	err := l.db.Conn(t.Context()).Exec(`INSERT INTO people (id, email, email_key, name, time_zone, password_hash, created_at, search)
		VALUES ('p1', ?, ?, 'Amina Diallo', 'UTC', 'x', ?, 'amina diallo')`, to.Email, to.Email, l.at).Error
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func (l *logged) send(to mail.Address, m mail.Message) {
	l.t.Helper()
	if err := l.Queue(l.t.Context(), to, m); err != nil {
		l.t.Fatal(err)
	}
}

func (l *logged) list(f mail.Filter) mail.Page {
	l.t.Helper()
	p, err := l.log.List(l.t.Context(), f)
	if err != nil {
		l.t.Fatal(err)
	}
	return p
}

func TestTheLogSaysWhatBecameOfAMail(t *testing.T) {
	l := newLogged(t)
	l.send(to, mail.ResetPassword{Link: base + "/password/reset/t0k3n", ValidFor: time.Hour})
	e := l.list(mail.Filter{}).Entries[0]
	if e.State != mail.Queued || e.PersonID != "p1" || e.PersonName != "Amina Diallo" || e.Title() != "Reset password" ||
		e.Address != to.Email || !e.QueuedAt.Equal(l.at) || e.SettledAt != nil {
		t.Errorf("queued: %+v", e)
	}
	var whole string
	if err := l.db.Read(t.Context()).Raw("SELECT id || kind || address || search || reason FROM mail_log").Scan(&whole).Error; err != nil || strings.Contains(whole, "t0k3n") {
		t.Errorf("the log holds the link: %q, %v", whole, err)
	}
	l.mood.err = errors.New("dial tcp 10.0.0.1:25: refused")
	_ = l.q.Drain(t.Context())
	if e = l.list(mail.Filter{}).Entries[0]; e.State != mail.Failed || e.Reason == "" || strings.Contains(e.Reason, "10.0.0.1") || e.SettledAt == nil {
		t.Errorf("failed: %+v", e)
	}
	l.at = l.at.Add(time.Hour)
	l.mood.err = nil
	if err := l.q.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if e = l.list(mail.Filter{State: mail.Sent}).Entries[0]; e.Reason != "" || !e.SettledAt.Equal(l.at) {
		t.Errorf("sent: %+v", e)
	}
	l.mood.err = job.Permanent(errors.New("no such mailbox"))
	l.send(to, mail.RecoveryCodes{SecurityLink: base})
	_ = l.q.Drain(t.Context())
	if e = l.list(mail.Filter{}).Entries[0]; e.State != mail.Dead {
		t.Errorf("refused for good: %+v", e)
	}
}

// Nobody tries any more after the last attempt, whatever the error was.
func TestTheLastAttemptIsTheEndOfAMail(t *testing.T) {
	l := newLogged(t)
	l.mood.err = errors.New("busy")
	l.send(to, mail.RecoveryCodes{SecurityLink: base})
	for range 20 {
		_ = l.q.Drain(t.Context())
		l.at = l.at.Add(5 * time.Hour)
	}
	if e := l.list(mail.Filter{}).Entries[0]; e.State != mail.Dead {
		t.Errorf("%+v", e)
	}
}

func TestTheLogIsFilteredPagedAndSwept(t *testing.T) {
	l := newLogged(t)
	old := mail.Address{Email: "Old.Éva@example.net", PersonID: "p1"}
	l.send(old, mail.AddressChanged{NewMasked: "a", SupportLink: base})
	l.send(mail.Address{Email: "visitor@example.net"}, mail.RequestReceived{Kind: "Help", Reference: "R-1"})
	l.at = l.at.Add(time.Minute)
	for range 5 {
		l.send(to, mail.RecoveryCodes{SecurityLink: base})
	}
	for _, c := range []struct {
		f    mail.Filter
		want int64
	}{
		{mail.Filter{}, 7}, {mail.Filter{PersonID: "p1"}, 6}, {mail.Filter{Query: "old.eva"}, 1}, {mail.Filter{Query: "DIALLO"}, 6},
		{mail.Filter{Kind: "request_received"}, 1}, {mail.Filter{State: mail.Sent}, 0}, {mail.Filter{Query: "%"}, 0},
	} {
		if got := l.list(c.f).Total; got != c.want {
			t.Errorf("%+v: %d, want %d", c.f, got, c.want)
		}
	}
	if e := l.list(mail.Filter{Query: "visitor"}).Entries[0]; e.PersonID != "" {
		t.Errorf("a visitor is %s", e.PersonID)
	}
	first := l.list(mail.Filter{Limit: 4, Sort: "when"})
	last := l.list(mail.Filter{Limit: 4, Sort: "when", After: first.Entries[3].ID})
	back := l.list(mail.Filter{Limit: 4, Sort: "when", Before: last.Entries[0].ID})
	if !first.More || first.Earlier || last.More || !last.Earlier || len(last.Entries) != 3 || fmt.Sprint(back.Entries) != fmt.Sprint(first.Entries) {
		t.Errorf("pages %+v, %+v, %+v", first, last, back)
	}
	n := 0
	if err := l.log.Each(t.Context(), mail.Filter{}, func(mail.Entry) error { n++; return nil }); err != nil || n != 7 {
		t.Errorf("walked %d, %v", n, err)
	}
	l.at = l.at.AddDate(2, 0, 0)
	if err := l.log.Sweep(t.Context()); err != nil || l.list(mail.Filter{}).Total != 0 {
		t.Errorf("after the sweep %+v, %v", l.list(mail.Filter{}), err)
	}
}

func TestEveryMailHasATitle(t *testing.T) {
	for _, m := range samples {
		if title := mail.Title(m.Name()); title == m.Name() || strings.Contains(title, "_") {
			t.Errorf("%s: %s", m.Name(), title)
		}
	}
	if mail.Title("other") != "other" {
		t.Error("an unknown kind has a title")
	}
}
