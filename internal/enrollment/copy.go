package enrollment

import (
	"context"
	"time"
)

// Consent is what a learner agreed to by name in the evaluation.
type Consent struct {
	ItemID  string
	GivenAt time.Time
}

// Consents returns what was agreed to in an enrollment's evaluation.
func (s *Service) Consents(ctx context.Context, enrollmentID string) ([]Consent, error) {
	return s.listConsents(ctx, enrollmentID)
}
