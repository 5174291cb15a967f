package enrollment

import (
	"context"
	"encoding/json"
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

// CheckCopy is the latest answer to a check question, which told at once whether it
// was right. What was answered in an earlier edition and does not count in the
// learner's own has that one's number behind the question's ID, as in K1.1@2.
type CheckCopy struct {
	ModuleID, QuestionID string
	Response             json.RawMessage
	Correct              bool
	Tries                int
	LastAt               time.Time
}

// CheckCopies returns every answer of an enrollment to check questions, also to such
// that are not asked any more.
func (s *Service) CheckCopies(ctx context.Context, enrollmentID string) ([]CheckCopy, error) {
	return s.checkCopies(ctx, enrollmentID)
}
