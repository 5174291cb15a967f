package enrollment

import (
	"context"

	"github.com/atmacena/cocare/internal/db"
)

// reinstate opens a withdrawn enrollment again, or leaves it expired if its
// access has ended meanwhile; false if it is not withdrawn or there is a newer
// one. Of two who come at once, this and a new enrollment, the index on open ones
// lets one through.
func (s *Service) reinstate(ctx context.Context, id string) (bool, error) {
	now := s.now()
	const open = "expires_at > ? OR " + stands
	return opened(db.Changed(s.DB.Conn(ctx).Exec(`UPDATE enrollments SET
		state = CASE WHEN `+open+` THEN 'active' ELSE 'expired' END,
		ended_at = CASE WHEN `+open+` THEN NULL ELSE expires_at END,
		end_reason = CASE WHEN `+open+` THEN '' ELSE ? END
		WHERE id = ? AND state = 'withdrawn'`+newest, now, now, now, reasonExpired, id)))
}
