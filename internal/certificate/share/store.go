package share

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

const columns = "s.shared, s.show_name, s.show_completed, s.show_credit, s.show_badge, s.listed"

// Of returns what the holder of a certificate chose, by the enrollment that earned
// it; the zero Choice if they never did.
func (s *Service) Of(ctx context.Context, enrollmentID string) (c Choice, err error) {
	err = s.DB.Read(ctx).Raw("SELECT "+columns+" FROM certificate_shares s WHERE s.enrollment_id = ?", enrollmentID).Scan(&c).Error
	return c, err
}

// publicOf is Of for everybody: ErrNotShared unless it is shared, by somebody who
// has not been erased.
func (s *Service) publicOf(ctx context.Context, enrollmentID string) (c Choice, err error) {
	err = db.One(s.DB.Read(ctx).Raw("SELECT "+columns+` FROM certificate_shares s JOIN people p ON p.id = s.person_id
		WHERE s.enrollment_id = ? AND s.shared AND p.erased_at IS NULL`, enrollmentID).Scan(&c), ErrNotShared)
	return c, err
}

// Copies returns a person's choices, for their own copy of their data.
func (s *Service) Copies(ctx context.Context, personID string) (list []Copy, err error) {
	err = s.DB.Read(ctx).Raw("SELECT s.enrollment_id, "+columns+", s.changed_at FROM certificate_shares s WHERE s.person_id = ? ORDER BY s.enrollment_id", personID).Scan(&list).Error
	return list, err
}

// put stores a choice and reports whether that changed anything. Who stops sharing
// finds their earlier choice again when they begin anew.
func (s *Service) put(ctx context.Context, enrollmentID, personID string, c Choice, at time.Time) (bool, error) {
	if !c.Shared {
		return db.Changed(s.DB.Conn(ctx).Exec("UPDATE certificate_shares SET shared = ?, changed_at = ? WHERE enrollment_id = ? AND shared", false, at, enrollmentID))
	}
	return db.Changed(s.DB.Conn(ctx).Exec(`INSERT INTO certificate_shares
		(enrollment_id, person_id, shared, show_name, show_completed, show_credit, show_badge, listed, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (enrollment_id) DO UPDATE SET shared = excluded.shared, show_name = excluded.show_name, show_completed = excluded.show_completed,
			show_credit = excluded.show_credit, show_badge = excluded.show_badge, listed = excluded.listed, changed_at = excluded.changed_at
		WHERE (certificate_shares.shared, certificate_shares.show_name, certificate_shares.show_completed, certificate_shares.show_credit, certificate_shares.show_badge, certificate_shares.listed)
			<> (excluded.shared, excluded.show_name, excluded.show_completed, excluded.show_credit, excluded.show_badge, excluded.listed)`,
		enrollmentID, personID, c.Shared, c.Name, c.Completed, c.Credit, c.Badge, c.Listed, at))
}
