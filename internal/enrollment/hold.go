package enrollment

import "context"

// Hold keeps everybody else from acting on an enrollment until the caller's
// transaction is over: what it finds out about it stays true so long.
func (s *Service) Hold(ctx context.Context, id string) error { return s.hold(ctx, id) }
