package app

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/atmacena/cocare/internal/job"
)

// erratumJob mails a correction about safety to everybody whom it concerns.
const erratumJob = "erratum.tell"

type erratumTold struct{ EditionID, ErratumID string }

// corrected has a correction mailed, once it is recorded.
func (a *App) corrected(ctx context.Context, editionID, erratumID string) error {
	return a.Jobs.Enqueue(ctx, erratumJob, erratumTold{editionID, erratumID}, job.Unique("erratum "+erratumID))
}

func (a *App) tellErratum(ctx context.Context, payload []byte) error {
	var p erratumTold
	if err := json.Unmarshal(payload, &p); err != nil {
		return job.Permanent(fmt.Errorf("erratum: %w", err))
	}
	_, err := a.Enrollments.TellErratum(ctx, p.EditionID, p.ErratumID)
	return err
}

// reachable tells whether a person's account is open, so that they may be written to
// about what they learn.
func (a *App) reachable(ctx context.Context, personID string) (bool, error) {
	p, err := a.Accounts.Get(ctx, personID)
	return p.BlockedAt == nil && p.ErasedAt == nil, err
}

// learnersByEdition counts who learns in the editions of a course.
func (a *App) learnersByEdition(ctx context.Context, courseID string) (map[string]int, error) {
	if a.Enrollments == nil { // a command
		return nil, nil
	}
	return a.Enrollments.ActiveByEdition(ctx, courseID)
}
