package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/atmacena/cocare/internal/job"
)

// TLSMode says how the connection to the mail server is protected.
type TLSMode string

// The modes. StartTLS refuses a server that does not offer it; None is for a
// server on the same machine or a trusted network.
const (
	StartTLS    TLSMode = "starttls"
	ImplicitTLS TLSMode = "tls"
	NoTLS       TLSMode = "none"
)

// SMTPConfig says where mails go. Without a User, none is authenticated.
type SMTPConfig struct {
	Host     string
	Port     int
	User     string
	Password string
	TLS      TLSMode
	Timeout  time.Duration  // of a whole delivery; 0 means 30 s
	RootCAs  *x509.CertPool // nil: the system's
}

// SMTP is a Transport to a mail server.
type SMTP struct{ client *gomail.Client }

// NewSMTP returns the transport; it does not connect yet.
func NewSMTP(cfg SMTPConfig) (*SMTP, error) {
	if cfg.Timeout == 0 {
		cfg.Timeout = 30 * time.Second
	}
	opts := []gomail.Option{
		gomail.WithPort(cfg.Port), gomail.WithTimeout(cfg.Timeout),
		gomail.WithTLSConfig(&tls.Config{ServerName: cfg.Host, RootCAs: cfg.RootCAs, MinVersion: tls.VersionTLS12}),
	}
	switch cfg.TLS {
	case StartTLS:
		opts = append(opts, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case ImplicitTLS:
		opts = append(opts, gomail.WithSSL())
	case NoTLS:
		opts = append(opts, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		return nil, fmt.Errorf("mail: unknown TLS mode %q", cfg.TLS)
	}
	if cfg.User != "" {
		opts = append(opts, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(cfg.User), gomail.WithPassword(cfg.Password))
	}
	c, err := gomail.NewClient(cfg.Host, opts...)
	if err != nil {
		return nil, fmt.Errorf("mail: SMTP settings: %w", err)
	}
	return &SMTP{c}, nil
}

// Send delivers m. A server that refuses the recipient or the content with 5xx
// makes the error permanent; a refused connection, sign-in or sender may be a
// setting that somebody mends, and is tried again like every 4xx.
func (s *SMTP) Send(ctx context.Context, m Mail) error {
	msg, err := compose(m)
	if err != nil {
		return job.Permanent(fmt.Errorf("mail: %w", err))
	}
	err = s.client.DialAndSendWithContext(ctx, msg)
	// An error after the server accepted the mail must not send it twice.
	if err == nil || msg.IsDelivered() {
		return nil
	}
	var refused *gomail.SendError
	errors.As(err, &refused)
	safe := told{hideRecipient(err, m.To.Email), explain(refused)}
	if refused != nil && isPermanent(refused) {
		return job.Permanent(safe)
	}
	return safe
}

// explain says in words what the server answered; nil: it did not.
func explain(e *gomail.SendError) string {
	if e == nil {
		return "The mail server could not be reached, or refused the sign-in."
	}
	code := e.ErrorCode()
	what := "did not take the mail"
	switch {
	case code >= 400 && code < 500:
		what = "asked to try again later"
	case e.Reason == gomail.ErrSMTPRcptTo:
		what = "refused the address"
	case e.Reason == gomail.ErrSMTPMailFrom:
		what = "refused the sender"
	case e.Reason == gomail.ErrSMTPData || e.Reason == gomail.ErrSMTPDataClose:
		what = "refused the content"
	}
	if code == 0 {
		return "The mail server " + what + "."
	}
	return fmt.Sprintf("The mail server %s (%d).", what, code)
}

func isPermanent(e *gomail.SendError) bool {
	switch e.Reason {
	case gomail.ErrSMTPRcptTo, gomail.ErrSMTPData, gomail.ErrSMTPDataClose:
		// Not !IsTemp: that is also true of a lost connection.
		return e.ErrorCode() >= 500
	case gomail.ErrGetRcpts, gomail.ErrNoUnencoded:
		return true
	}
	return false
}

// hideRecipient keeps personal data out of the logs; the job knows the address.
func hideRecipient(err error, email string) error {
	text := strings.NewReplacer("<"+email+">", "<recipient>", email, "<recipient>").Replace(err.Error())
	return fmt.Errorf("mail: %s", text)
}

// compose builds the message; every value passes the library's header encoding.
func compose(m Mail) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := msg.FromFormat(m.From.Name, m.From.Email); err != nil {
		return nil, fmt.Errorf("sender: %w", err)
	}
	if err := msg.AddToFormat(m.To.Name, m.To.Email); err != nil {
		return nil, errors.New("the recipient's address cannot be read")
	}
	msg.Subject(clean(m.Subject))
	msg.SetDate()
	msg.SetMessageIDWithValue(m.MessageID())
	// RFC 3834: no vacation notices in answer to an automatic mail.
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	if m.Stop != "" { // RFC 8058
		msg.SetGenHeader(gomail.HeaderListUnsubscribe, "<"+clean(m.Stop)+">")
		msg.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	return msg, nil
}
