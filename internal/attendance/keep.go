package attendance

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/account"
)

// Keep is for how many days after a list is done everything in it is kept. Then its
// file goes, and of its rows the licenses, and who a row without a certificate names;
// the fingerprint of the file stays, and so does what the certificates rest on.
const Keep = 90

// Forget deletes what is kept no longer, and returns of how many lists. It is audited.
func (s *Service) Forget(ctx context.Context) (n int, err error) {
	before := s.now().Add(-Keep * 24 * time.Hour)
	for {
		ids, err := s.overdue(ctx, before, batch)
		if err != nil || len(ids) == 0 {
			return n, err
		}
		for _, id := range ids {
			if err := s.forget(ctx, id); err != nil {
				return n, err
			}
			n++
		}
	}
}

// forget does one list, once.
func (s *Service) forget(ctx context.Context, listID string) error {
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		marked, err := s.markForgotten(ctx, listID, s.now())
		if err != nil || !marked {
			return err
		}
		if err := s.forgetRows(ctx, listID); err != nil {
			return err
		}
		if err := s.deleteFile(ctx, listID); err != nil {
			return err
		}
		return s.record(ctx, "attendance.forget", "attendance_list", listID, map[string]any{"days": Keep})
	})
}

// RowCopy is a row for the copy of a person's own data.
type RowCopy struct {
	Event            string
	StartsAt, EndsAt time.Time
	UploadedAt       time.Time
	SHA256           string // of the list
	Entry            `gorm:"embedded"`
	Verdict          Verdict
	Outcome          Outcome
	Note             string // what became of it, or would
	DoneAt           *time.Time
	EnrollmentID     string
}

// CopiesOf returns the rows of lists that are about a person: those with the address
// of the account or shown as the account's, and those that their attendance was
// recorded by. What a row says of another account that had the address is left out.
func (s *Service) CopiesOf(ctx context.Context, personID, email string) ([]RowCopy, error) {
	list, err := s.copies(ctx, personID, account.EmailKey(email))
	for i := range list {
		list[i].Note, _ = parted(list[i].Note)
	}
	return list, err
}
