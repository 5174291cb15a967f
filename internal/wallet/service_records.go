package wallet

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// SaveRecord adds a certificate from elsewhere to the person's wallet (ID empty) or
// changes one of theirs, and returns its ID. The same form sent twice adds one. What
// is probably a mistake is saved only by a holder who is sure of it. Errors: Invalid
// (title, provider, approval, completed_on, hours, category, licenses, same, long),
// ErrNoRecord, Conflict where the wallet is full.
func (s *Service) SaveRecord(ctx context.Context, r Record, sure Sure) (id string, err error) {
	if r.ID != "" { // another's does not exist, whatever the form says
		if _, err := s.record(ctx, r.PersonID, r.ID); err != nil {
			return "", err
		}
	}
	person, err := s.People.Get(ctx, r.PersonID)
	if err != nil {
		return "", err
	}
	licenses, err := s.licenses(ctx, r.PersonID)
	if err != nil {
		return "", err
	}
	if err := r.check(s.Now().In(person.Location()).Format(time.DateOnly), licenses); err != nil {
		return "", err
	}
	r.UpdatedAt = s.Now()
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		if err := s.hold(ctx, r.PersonID); err != nil {
			return err
		}
		if r.ID != "" {
			id = r.ID
			if err := s.doubt(ctx, r, sure); err != nil {
				return err
			}
			return s.updateRecord(ctx, r)
		}
		id, err = s.addRecord(ctx, r, sure)
		return err
	})
	return id, err
}

func (s *Service) addRecord(ctx context.Context, r Record, sure Sure) (id string, err error) {
	first, err := s.once.First(ctx)
	if err != nil {
		return "", err
	}
	if !first {
		return s.newestLike(ctx, r)
	}
	if err := s.doubt(ctx, r, sure); err != nil {
		return "", err
	}
	r.ID, r.CreatedAt = db.NewID(), r.UpdatedAt
	added, err := s.insertRecord(ctx, r)
	if err == nil && !added {
		err = errFull
	}
	return r.ID, err
}

// doubt asks about what is probably a mistake, unless the holder is sure of it or the
// record says the same already.
func (s *Service) doubt(ctx context.Context, r Record, sure Sure) error {
	list, err := s.recordsOf(ctx, r.PersonID)
	if err != nil {
		return err
	}
	var others []Record
	for _, o := range list {
		switch {
		case o.ID != r.ID:
			others = append(others, o)
		case o.like(r) && o.Format == r.Format:
			return nil
		}
	}
	return r.doubts(others, sure)
}

// Record returns one of the person's certificates from elsewhere. Errors:
// ErrNoRecord.
func (s *Service) Record(ctx context.Context, personID, id string) (Record, error) {
	return s.record(ctx, personID, id)
}

// Licenses are the person's, for a form that names them.
func (s *Service) Licenses(ctx context.Context, personID string) ([]License, error) {
	return s.licenses(ctx, personID)
}

// RemoveRecord removes a certificate from elsewhere with its file. One that was
// removed by the same form stays removed. Errors: ErrNoRecord.
func (s *Service) RemoveRecord(ctx context.Context, personID, id string) error {
	return s.removal(ctx, personID, ErrNoRecord, func(ctx context.Context) (bool, error) {
		return s.deleteRecord(ctx, personID, id)
	})
}

// Attach keeps the file of a certificate from elsewhere, in place of the one that
// was there. What it is shows its content; name is what it was called. Errors:
// Invalid (file), ErrNoRecord.
func (s *Service) Attach(ctx context.Context, personID, recordID, name string, body []byte) error {
	kind, err := Recognize(body)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	f := File{RecordID: recordID, Name: fileName(name, kind), Kind: kind, Size: int64(len(body)), Hash: hex.EncodeToString(sum[:]), AddedAt: s.Now()}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		if err := s.hold(ctx, personID); err != nil {
			return err
		}
		if _, err := s.record(ctx, personID, recordID); err != nil {
			return err
		}
		kept, err := s.putFile(ctx, personID, f, body)
		if err == nil && !kept {
			err = errFilesFull
		}
		return err
	})
}

// File returns the file of one of the person's certificates from elsewhere. Errors:
// ErrNoFile.
func (s *Service) File(ctx context.Context, personID, recordID string) (File, []byte, error) {
	return s.file(ctx, personID, recordID)
}

// Detach removes a file. One that is gone stays gone. Errors: ErrNoRecord.
func (s *Service) Detach(ctx context.Context, personID, recordID string) error {
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.record(ctx, personID, recordID); err != nil {
			return err
		}
		return s.deleteFile(ctx, recordID)
	})
}
