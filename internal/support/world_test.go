package support_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/keyring"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/once"
	"github.com/atmacena/cocare/internal/support"
)

type letters struct {
	mu   sync.Mutex
	sent []mail.Message
	to   []mail.Address
}

func (l *letters) Queue(_ context.Context, to mail.Address, m mail.Message) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent, l.to = append(l.sent, m), append(l.to, to)
	return nil
}

type world struct {
	*support.Service
	db    *db.DB
	mails *letters
	now   time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{db: dbtest.New(t), mails: &letters{}, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return w.now }
	ring, err := keyring.New(nil, make([]byte, 32), clock)
	if err != nil {
		t.Fatal(err)
	}
	w.Service = support.New(support.Deps{DB: w.db, Now: clock, Keys: ring, Audit: audit.New(w.db, clock), Mail: w.mails, BaseURL: "https://learn.example.org", Person: w.person})
	for _, id := range []string{"ana", "ben"} {
		err := w.db.Conn(t.Context()).Exec(`INSERT INTO people (id, email, email_key, name, legal_name, time_zone, profession, password_hash, created_at)
			VALUES (?, ?, ?, ?, '', 'UTC', '', '', ?)`, id, id+"@example.org", id+"@example.org", id, db.Now()).Error
		if err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// person is an account as it stands now.
func (w *world) person(ctx context.Context, id string) (name, email string, err error) {
	var p struct{ Name, Email string }
	err = w.db.Conn(ctx).Raw("SELECT name, email FROM people WHERE id = ?", id).Scan(&p).Error
	return p.Name, p.Email, err
}

// moved gives a person another name and address.
func (w *world) moved(t *testing.T, id, name, email string) {
	t.Helper()
	err := w.db.Conn(t.Context()).Exec("UPDATE people SET name = ?, email = ?, email_key = ?, search = ? WHERE id = ?", name, email, email, db.Fold(name+" "+email), id).Error
	if err != nil {
		t.Fatal(err)
	}
}

func ask(person string) support.NewRequest {
	return support.NewRequest{Kind: support.Grievance, PersonID: person, Confirmed: true, Name: "Ana", Email: "ana@example.org", Body: "The exam closed early."}
}

// clicks runs an act ten times at once, as one form.
func clicks(t *testing.T, act func(ctx context.Context) error) {
	t.Helper()
	ctx := once.With(t.Context(), t.Name())
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			if err := act(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// events counts what the audit log says of an act.
func (w *world) events(t *testing.T, action string) int {
	t.Helper()
	list, err := audit.New(w.db, db.Now).List(t.Context(), audit.Filter{Action: action})
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}
