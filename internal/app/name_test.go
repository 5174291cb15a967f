package app_test

import (
	"errors"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
)

// Who attested a name before an exam changes it through an administrator only,
// although there is no certificate yet (DECISIONS 5).
func TestAnAttestedNameIsLocked(t *testing.T) {
	a := demoApp(t, t.TempDir())
	defer a.Close()
	ctx, now := t.Context(), time.Now().UTC()
	exec := func(sql string, args ...any) {
		t.Helper()
		if err := a.DB.Conn(ctx).Exec(sql, args...).Error; err != nil {
			t.Fatal(err)
		}
	}
	exec(`INSERT INTO people (id, email, email_key, name, time_zone, password_hash, created_at) VALUES ('p1', 'p1@example.org', 'p1@example.org', 'Jane', 'UTC', 'x', ?)`, now)
	exec(`INSERT INTO courses (id, slug, title, draft_hash, imported_at, imported_by, created_at) VALUES ('c1', 'intro', 'Intro', '', ?, '', ?)`, now, now)
	exec(`INSERT INTO editions (id, course_id, number, hash, note, published_at, published_by) VALUES ('ed1', 'c1', 1, 'e0', '', ?, '')`, now)
	exec(`INSERT INTO enrollments (id, person_id, course_id, edition_id, slug, cycle, state, source, enrolled_at, expires_at)
		VALUES ('e1', 'p1', 'c1', 'ed1', 'intro', 1, 'active', 'free', ?, ?)`, now, now.AddDate(1, 0, 0))
	for _, name := range []string{"Jane Doe", "Jane M. Doe"} {
		if err := a.Accounts.ConfirmLegalName(ctx, "p1", name); err != nil {
			t.Fatalf("before the attestation: %v", err)
		}
	}
	exec(`INSERT INTO exam_attempts (id, enrollment_id, person_id, edition_id, number, state, seed, legal_name, attested_at, started_at,
		time_limit_minutes, extra_time_percent, pass_percent) VALUES ('a1', 'e1', 'p1', 'ed1', 1, 'in_progress', 's', 'Jane M. Doe', ?, ?, 0, 0, 80)`, now, now)
	if err := a.Accounts.ConfirmLegalName(ctx, "p1", "Jane M. Doe"); err != nil {
		t.Errorf("the same name: %v", err)
	}
	if err := a.Accounts.ConfirmLegalName(ctx, "p1", "Other Person"); !errors.Is(err, account.ErrNameLocked) {
		t.Errorf("another name: %v", err)
	}
	profile := account.Profile{Name: "Jane", TimeZone: "UTC"}
	if _, _, err := a.Accounts.UpdateProfile(ctx, account.Identity{PersonID: "p1"}, profile); !errors.Is(err, account.ErrNameLocked) {
		t.Errorf("cleared: %v", err)
	}
	if err := a.Accounts.SetLegalName(ctx, "p1", ""); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("emptied by an administrator: %v", err)
	}
	if err := a.Accounts.SetLegalName(ctx, "p1", "Jane Maria Doe"); err != nil {
		t.Errorf("an administrator: %v", err)
	}
	if err := a.Exams.CorrectNames(ctx, "p1", "Jane Maria Doe", []string{"e1"}); err != nil {
		t.Errorf("for the certificate: %v", err)
	}
	if name, err := a.Exams.AttestedName(ctx, "a1"); err != nil || name != "Jane Maria Doe" {
		t.Errorf("the certificate prints %q, %v", name, err)
	}
}
