package mail_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/mail"
)

type smtpRig struct {
	*sink
	mailer *mail.Mailer
	queue  *job.Queue
	clock  time.Time
}

func newRig(t *testing.T, change func(*mail.SMTPConfig), conf *tls.Config) *smtpRig {
	t.Helper()
	r := &smtpRig{sink: &sink{}, clock: db.Now()}
	cfg := mail.SMTPConfig{Host: "127.0.0.1", Port: serve(t, r.sink, conf), TLS: mail.NoTLS, Timeout: 5 * time.Second}
	if change != nil {
		change(&cfg)
	}
	transport, err := mail.NewSMTP(cfg)
	if err != nil {
		t.Fatal(err)
	}
	r.queue = job.New(dbtest.New(t), quiet, func() time.Time { return r.clock })
	r.mailer = mail.New(r.queue, transport, from, site)
	return r
}

func (r *smtpRig) send(t *testing.T, to mail.Address, msg mail.Message) error {
	t.Helper()
	if err := r.mailer.Queue(t.Context(), to, msg); err != nil {
		t.Fatal(err)
	}
	return r.queue.Drain(t.Context())
}

func (r *smtpRig) dead(t *testing.T) []job.Entry {
	t.Helper()
	dead, err := r.queue.List(t.Context(), job.Dead, "")
	if err != nil {
		t.Fatal(err)
	}
	return dead
}

func TestSMTPDelivers(t *testing.T) {
	r := newRig(t, nil, nil)
	person := mail.Address{Name: "Zoë Müller", Email: "zoe@example.com"}
	if err := r.send(t, person, mail.Receipt{CourseTitle: "Thérapie", OrderNumber: "CC-1 – ü", Amount: "$49.00", LearnLink: base, OrderLink: base}); err != nil {
		t.Fatal(err)
	}
	got := r.mails()
	if len(got) != 1 {
		t.Fatalf("%d mails", len(got))
	}
	m, err := netmail.ReadMessage(strings.NewReader(got[0]))
	if err != nil {
		t.Fatal(err)
	}
	addr, err := m.Header.AddressList("To")
	if err != nil || len(addr) != 1 || addr[0].Name != person.Name || addr[0].Address != person.Email {
		t.Errorf("To: %v, %v", addr, err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != "Receipt for order CC-1 – ü" {
		t.Errorf("Subject: %q, %v", subject, err)
	}
	if id := m.Header.Get("Message-ID"); !strings.HasSuffix(id, "@ce.example.org>") || len(id) < 40 {
		t.Errorf("Message-ID: %q", id)
	}
	if when, err := m.Header.Date(); err != nil || time.Since(when) > time.Hour || m.Header.Get("Auto-Submitted") != "auto-generated" {
		t.Errorf("headers %v, %v", m.Header, err)
	}
	forms := parts(t, m)
	if !strings.Contains(forms["text/plain"], "Course: Thérapie") || !strings.Contains(forms["text/html"], "Hello Zoë Müller,") {
		t.Errorf("parts: %v", forms)
	}
}

// TestMailProgramsCanEndWhatWasChosen by the header of RFC 8058; nothing else has it.
func TestMailProgramsCanEndWhatWasChosen(t *testing.T) {
	r := newRig(t, nil, nil)
	link := base + "/refreshers/stop/019a0000-0000-7000-8000-000000000000." + strings.Repeat("5e", 32)
	for _, msg := range []mail.Message{mail.Refresher{Courses: []mail.RefresherCourse{{Title: "x", Link: base, StopLink: base}}, StopLink: link}, mail.Enrolled{CourseTitle: "x", LearnLink: base}} {
		if err := r.send(t, mail.Address{Email: "zoe@example.com"}, msg); err != nil {
			t.Fatal(err)
		}
		all := r.mails()
		m, err := netmail.ReadMessage(strings.NewReader(all[len(all)-1]))
		if err != nil {
			t.Fatal(err)
		}
		want, post := "", ""
		if msg.Name() == "refresher" {
			want, post = "<"+link+">", "List-Unsubscribe=One-Click"
		}
		if got := m.Header.Get("List-Unsubscribe"); got != want || m.Header.Get("List-Unsubscribe-Post") != post {
			t.Errorf("%s: %q, %q", msg.Name(), got, m.Header.Get("List-Unsubscribe-Post"))
		}
	}
}

func parts(t *testing.T, m *netmail.Message) map[string]string {
	t.Helper()
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("Content-Type %q, %v", kind, err)
	}
	out := map[string]string{}
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := mime.ParseMediaType(p.Header.Get("Content-Type"))
		out[kind] = string(body)
	}
}

func TestTemporaryRefusalIsTriedAgainUnderTheSameID(t *testing.T) {
	for name, refuse := range map[string]func(*sink){
		"recipient 451": func(s *sink) { s.rcpt = &smtp.SMTPError{Code: 451, Message: "greylisted, come back"} },
		"content 452":   func(s *sink) { s.data = &smtp.SMTPError{Code: 452, Message: "disk full"} },
		"sender 550":    func(s *sink) { s.mailFrom = &smtp.SMTPError{Code: 550, Message: "who are you"} },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, nil, nil)
			r.set(refuse)
			if err := r.send(t, to, samples["receipt"]); err == nil {
				t.Fatal("no error")
			}
			if len(r.dead(t)) != 0 || len(r.mails()) != 0 {
				t.Fatalf("given up: %+v", r.dead(t))
			}
			r.set(func(s *sink) { s.rcpt, s.data, s.mailFrom = nil, nil, nil })
			r.clock = r.clock.Add(time.Minute)
			if err := r.queue.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			if len(r.mails()) != 1 {
				t.Errorf("%d mails", len(r.mails()))
			}
			if n := len(r.ids); r.ids[0] == "" || r.ids[n-1] != r.ids[0] || name == "content 452" && n != 2 {
				t.Errorf("Message-IDs: %q", r.ids)
			}
		})
	}
}

func TestPermanentRefusalIsDeadAtOnceAndNamesNobody(t *testing.T) {
	for name, refuse := range map[string]func(*sink){
		"recipient 550": func(s *sink) { s.rcpt = &smtp.SMTPError{Code: 550, Message: "<amina@example.com>: no such user"} },
		"content 554":   func(s *sink) { s.data = &smtp.SMTPError{Code: 554, Message: "refused for amina@example.com"} },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, nil, nil)
			r.set(refuse)
			if err := r.send(t, to, samples["receipt"]); err == nil {
				t.Fatal("no error")
			}
			dead := r.dead(t)
			if len(dead) != 1 || dead[0].Attempts != 1 || dead[0].Kind != mail.Kind {
				t.Fatalf("dead: %+v", dead)
			}
			if strings.Contains(dead[0].LastError, "amina") || !strings.Contains(dead[0].LastError, "<recipient>") || !strings.Contains(dead[0].LastError, "55") {
				t.Errorf("error: %s", dead[0].LastError)
			}
		})
	}
}

func TestServerThatIsDownIsTriedAgain(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	r := newRig(t, func(c *mail.SMTPConfig) { c.Port = port }, nil)
	if err := r.send(t, to, samples["receipt"]); err == nil {
		t.Fatal("no error")
	}
	if s, err := r.queue.Stats(t.Context()); err != nil || s.Ready != 1 || s.Dead != 0 {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestHeadersCannotBeInjected(t *testing.T) {
	r := newRig(t, nil, nil)
	evil := mail.Address{Name: "Eve\r\nBcc: all@example.com\r\n\r\nbody", Email: "eve@example.com"}
	err := r.send(t, evil, mail.Enrolled{CourseTitle: "x\r\nX-Evil: 1\u2028\n\nbody\x00", LearnLink: "javascript:alert(1)"})
	if err != nil {
		t.Fatal(err)
	}
	raw := r.mails()[0]
	m, err := netmail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if m.Header.Get("Bcc") != "" || m.Header.Get("X-Evil") != "" {
		t.Errorf("injected:\n%s", raw)
	}
	if s := m.Header.Get("Subject"); s != "You are enrolled: x X-Evil: 1 body" {
		t.Errorf("subject %q", s)
	}
	if strings.Contains(parts(t, m)["text/html"], `href="javascript:`) {
		t.Error("a script in a link")
	}
}

func TestSMTPOverTLSWithPassword(t *testing.T) {
	conf, roots := certificate(t)
	for name, change := range map[string]func(*mail.SMTPConfig){
		"right password": func(*mail.SMTPConfig) {},
		"wrong password": func(c *mail.SMTPConfig) { c.Password = "guess" },
		"unknown issuer": func(c *mail.SMTPConfig) { c.RootCAs = x509.NewCertPool() },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, func(c *mail.SMTPConfig) {
				c.TLS, c.User, c.Password, c.RootCAs = mail.StartTLS, "me", "secret", roots
				change(c)
			}, conf)
			r.set(func(s *sink) { s.password = "secret" })
			err := r.send(t, to, samples["receipt"])
			if ok := name == "right password"; (err == nil) != ok || (len(r.mails()) == 1) != ok {
				t.Errorf("err = %v, %d mails", err, len(r.mails()))
			}
			if len(r.dead(t)) != 0 {
				t.Error("a setting that somebody can mend must not lose mails")
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the error shows the password: %v", err)
			}
		})
	}
}

func TestStartTLSIsNotOptional(t *testing.T) {
	r := newRig(t, func(c *mail.SMTPConfig) { c.TLS = mail.StartTLS }, nil) // the server offers none
	if err := r.send(t, to, samples["receipt"]); err == nil || len(r.mails()) != 0 {
		t.Errorf("sent in the clear (%v)", err)
	}
	if _, err := mail.NewSMTP(mail.SMTPConfig{Host: "x", Port: 25, TLS: "maybe"}); err == nil {
		t.Error("an unknown mode was accepted")
	}
}
