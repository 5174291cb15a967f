package token

import "context"

// Poll is what Run does every second.
func (a *Authority) Poll(ctx context.Context) error { return a.poll(ctx) }
