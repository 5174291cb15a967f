package cli

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/payment"
)

// bank is a Stripe that refunds whatever it is asked to.
type bank struct {
	payment.Gateway
	asked int
}

func (b *bank) RefundPayment(context.Context, payment.Refund, string) (string, error) {
	b.asked++
	return "re_1", nil
}

// paidOrder is a migrated house with a paid order 12345-67890, and the settings
// of its server.
func paidOrder(t *testing.T) (environ []string) {
	t.Helper()
	dir := t.TempDir()
	key := filepath.Join(dir, "master.key")
	if err := os.WriteFile(key, []byte(base64.StdEncoding.EncodeToString(make([]byte, 32))), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(t.Context(), db.Config{Path: filepath.Join(dir, "cocare.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	now := db.Now()
	for _, sql := range []string{
		`INSERT INTO people (id, email, email_key, name, time_zone, password_hash, created_at) VALUES ('p', 'p@example.org', 'p@example.org', 'Ana', 'UTC', 'x', @now)`,
		`INSERT INTO courses (id, slug, title, draft_hash, imported_at, imported_by, created_at) VALUES ('c', 'intro', 'Intro', '', @now, '', @now)`,
		`INSERT INTO editions (id, course_id, number, hash, note, published_at, published_by) VALUES ('e', 'c', 1, 'h', '', @now, '')`,
		`INSERT INTO orders (id, number, person_id, course_id, edition_id, slug, state, amount_cents, currency, livemode, buyer_name, buyer_email,
			course_title, provider, payment_intent, created_at, checked_at, paid_at)
			VALUES ('o', '12345-67890', 'p', 'c', 'e', 'intro', 'paid', 14900, 'USD', FALSE, 'Ana', 'p@example.org', 'Intro', 'Example CE', 'pi_1', @now, @now, @now)`,
	} {
		if err := d.Conn(t.Context()).Exec(sql, map[string]any{"now": now}).Error; err != nil {
			t.Fatal(err)
		}
	}
	return []string{"COCARE_DATA_DIR=" + dir, "COCARE_MASTER_KEY_FILE=" + key}
}

// refundAt runs the refund in a process with these settings and returns what its
// buyer is mailed.
func refundAt(t *testing.T, environ []string, b *bank) (mails int, state payment.State, err error) {
	t.Helper()
	c, err := config.Load(config.Tool, environ)
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.NewTool(t.Context(), app.Options{Config: c, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	a.Payments.Gateway = b
	var out bytes.Buffer
	o := orderRefund{Number: "12345-67890", Reason: "Asked for it."}
	refundErr := o.refund(acting(t.Context()), &Environment{Out: &out, Err: &out}, a)
	order, err := a.Payments.ByNumber(t.Context(), o.Number)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.DB.Read(t.Context()).Raw("SELECT count(*) FROM jobs WHERE kind = ?", mail.Kind).Scan(&mails).Error; err != nil {
		t.Fatal(err)
	}
	return mails, order.State, refundErr
}

// TestARefundTellsTheBuyerWithoutMailSettings: the command may lack the sender
// that its server has; the mail waits for the server all the same.
func TestARefundTellsTheBuyerWithoutMailSettings(t *testing.T) {
	bare, b := paidOrder(t), &bank{}
	mails, state, err := refundAt(t, bare, b)
	if !errors.Is(err, mail.ErrNoSender) || b.asked != 0 || state != payment.Paid || mails != 0 {
		t.Errorf("before any server ran: %v; Stripe asked %d times, order %s, %d mails", err, b.asked, state, mails)
	}
	c, err := config.Load(config.Serve, append([]string{"COCARE_BASE_URL=https://learn.example.org", "COCARE_PROVIDER_NAME=Example CE",
		"COCARE_PROVIDER_EMAIL=help@example.org", "COCARE_SMTP_HOST=127.0.0.1", "COCARE_SMTP_FROM=no-reply@example.org"}, bare...))
	if err != nil {
		t.Fatal(err)
	}
	server, err := app.New(t.Context(), app.Options{Config: c, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	mails, state, err = refundAt(t, bare, b)
	if err != nil || b.asked != 1 || state != payment.Refunded || mails != 1 {
		t.Errorf("%v; Stripe asked %d times, order %s, %d mails", err, b.asked, state, mails)
	}
}
