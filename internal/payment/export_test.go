package payment

import "context"

// Abandon is abandon, for a test of what happens between the list and the act.
func (s *Service) Abandon(ctx context.Context, orderID string) (bool, error) {
	return s.abandon(ctx, orderID, "test")
}
