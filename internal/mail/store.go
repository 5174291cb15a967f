package mail

import (
	"context"
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
)

// ErrNotFound is returned by Outbox.Get.
var ErrNotFound = apperr.New(apperr.NotFound, "There is no such mail.")

// Stored is a mail in the outbox. List leaves HTML and Plain empty.
type Stored struct {
	ID        string
	Recipient string // as a header shows it
	Subject   string
	HTML      string
	Plain     string
	CreatedAt time.Time
}

// Outbox is a Transport that keeps mails for the screen. Only demo and
// development use it: it shows everybody's mail, reset links included.
type Outbox struct {
	db *db.DB
	// Now dates the mails. The demonstration's seed, which plays a year, sets it
	// before the first mail.
	Now func() time.Time
}

// NewOutbox returns the outbox on d, on the clock of the machine.
func NewOutbox(d *db.DB) *Outbox { return &Outbox{db: d, Now: db.Now} }

// Send stores m; a repetition changes nothing.
func (o *Outbox) Send(ctx context.Context, m Mail) error {
	to := m.To.Email
	if m.To.Name != "" {
		to = m.To.Name + " <" + m.To.Email + ">"
	}
	err := o.db.Conn(ctx).Exec(`INSERT INTO outbox_mails (id, recipient, subject, html, plain, created_at)
		VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, m.ID, to, m.Subject, m.HTML, m.Text, db.Truncate(o.Now())).Error
	if err != nil {
		return fmt.Errorf("mail: outbox: %w", err)
	}
	return nil
}

// List returns up to limit mails, newest first; before is the ID of the last
// one of the previous page, empty for the first.
func (o *Outbox) List(ctx context.Context, before string, limit int) (mails []Stored, err error) {
	if before == "" {
		before = "g" // after every UUID
	}
	err = o.db.Read(ctx).Raw(`SELECT id, recipient, subject, created_at FROM outbox_mails
		WHERE id < ? ORDER BY id DESC LIMIT ?`, before, min(max(limit, 1), 500)).Scan(&mails).Error
	if err != nil {
		return nil, fmt.Errorf("mail: outbox: %w", err)
	}
	return mails, nil
}

// Get returns one mail. Errors: ErrNotFound.
func (o *Outbox) Get(ctx context.Context, id string) (Stored, error) {
	var m Stored
	err := db.One(o.db.Read(ctx).Raw(`SELECT id, recipient, subject, html, plain, created_at FROM outbox_mails
		WHERE id = ?`, id).Scan(&m), ErrNotFound)
	return m, err
}
