package certificate

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// Counts are what an administrator's overview says about certificates.
type Counts struct {
	Issued  int64 // since an instant, whatever became of them; one that replaces another is not earned anew
	Hanging int64 // still being prepared, and reserved before an instant or given up
	GivenUp int64 // of these, those that nothing prepares by itself
}

// Counts counts what was earned and issued since one instant, and what was reserved
// before another and is still being prepared, or was given up. It is answered from
// indexes: few are ever being prepared.
func (s *Service) Counts(ctx context.Context, issuedSince, reservedBefore time.Time) (c Counts, err error) {
	err = s.db.Read(ctx).Raw(`SELECT (SELECT COUNT(*) FROM certificates WHERE issued_at >= ? AND supersedes IS NULL) AS issued,
			COALESCE(SUM(CASE WHEN p.given_up OR p.reserved_at < ? THEN 1 ELSE 0 END), 0) AS hanging, COALESCE(SUM(CASE WHEN p.given_up THEN 1 ELSE 0 END), 0) AS given_up
		FROM (SELECT c.reserved_at, EXISTS (SELECT 1 FROM jobs j WHERE j.unique_key IN (? || c.id, ? || c.id) AND j.state = 'dead') AS given_up
			FROM certificates c WHERE c.state = ?) p`,
		issuedSince.UTC(), reservedBefore.UTC(), firstKey(Certificate{}), againKey(Certificate{}), Preparing).Scan(&c).Error
	return c, err
}

// CountBy counts the certificates that rest on an approval, whatever became of them,
// up to db.MaxCount; over says that there are more. List with the filter has them.
func (s *Service) CountBy(ctx context.Context, approvalID string) (n int64, over bool, err error) {
	cond, args := Filter{ApprovalID: approvalID}.where()
	return db.CountUpTo(s.db.Read(ctx), cond, args...)
}

// CountIssuedBetween counts what was issued from one instant to another, whatever became of
// it; a nil end is now.
func (s *Service) CountIssuedBetween(ctx context.Context, from time.Time, to *time.Time) (n int64, err error) {
	end := s.now()
	if to != nil {
		end = *to
	}
	err = s.db.Read(ctx).Raw("SELECT COUNT(*) FROM certificates WHERE issued_at >= ? AND issued_at <= ?", from.UTC(), end.UTC()).Scan(&n).Error
	return n, err
}
