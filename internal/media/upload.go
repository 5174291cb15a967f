package media

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
)

// Begin opens an upload of a person for a course. size is what it will have, 0 if
// that is not known. The same form sent twice opens one: again says so. Errors:
// ErrFull, ErrDay, ErrTooLarge, ErrEmpty.
func (s *Service) Begin(ctx context.Context, personID, courseID, name string, size int64) (u Upload, again bool, err error) {
	switch {
	case size > MaxBytes:
		return u, false, ErrTooLarge
	case size < 0:
		return u, false, ErrEmpty
	}
	now := s.now()
	u = Upload{ID: db.NewID(), PersonID: personID, CourseID: courseID, Name: apperr.FileName(name, "A file without a name"), Bytes: size, State: Open, CreatedAt: now, ExpiresAt: now.Add(openFor)}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		first, err := s.once.First(ctx)
		if again = !first; err != nil || again {
			return err
		}
		if err := s.deleteExpired(ctx, now); err != nil { // they hold slots
			return err
		}
		if sent, err := s.sent(ctx, personID); err != nil || sent+max(size, 1) > DayBytes {
			return cmp.Or(err, error(ErrDay))
		}
		ok, err := s.insertUpload(ctx, u)
		if err == nil && !ok {
			err = ErrFull
		}
		return err
	})
	if err != nil {
		return Upload{}, false, fmt.Errorf("media: begin: %w", err)
	}
	return u, again, nil
}

// Upload returns an upload of the person. Error: ErrNotFound.
func (s *Service) Upload(ctx context.Context, personID, id string) (Upload, error) {
	return s.findUpload(ctx, "id = ? AND person_id = ? AND expires_at > ?", id, personID, s.now())
}

// Uploads lists those of a person for a course, the oldest first; courseID "" is for
// all courses.
func (s *Service) Uploads(ctx context.Context, personID, courseID string) ([]Upload, error) {
	return s.listUploads(ctx, personID, courseID)
}

// memory holds the parts that are not durable yet.
var memory = sync.Pool{New: func() any {
	b := make([]byte, partBytes)
	return &b
}}

// Append takes bytes from offset on, until r ends, and returns the offset at which
// the upload goes on: all before it is durable, also where there is an error. Errors:
// ErrNotFound, ErrClosed, ErrOffset, ErrTooLarge, ErrDay, and ErrTorn where r broke off.
func (s *Service) Append(ctx context.Context, personID, id string, offset int64, r io.Reader) (int64, error) {
	u, err := s.Upload(ctx, personID, id)
	switch {
	case err != nil:
		return 0, err
	case u.State != Open:
		return u.Received, ErrClosed
	case u.Received != offset:
		return u.Received, ErrOffset
	}
	limit := int64(MaxBytes)
	if u.Bytes > 0 {
		limit = u.Bytes
	}
	held := memory.Get().(*[]byte) //nolint:forcetypeassert // it holds nothing else
	defer memory.Put(held)
	buf := *held
	for {
		n, readErr := fill(r, buf)
		if offset+int64(n) > limit {
			return offset, ErrTooLarge
		}
		if n > 0 {
			if err := s.keepPart(ctx, u, offset, buf[:n]); err != nil {
				return s.received(ctx, personID, id, offset), err
			}
			offset += int64(n)
		}
		switch {
		case errors.Is(readErr, io.EOF):
			return offset, nil
		case readErr != nil:
			return offset, ErrTorn.Because(readErr)
		}
	}
}

// fill reads until buf is full or r ends. Unlike io.ReadFull it tells an end from a
// connection that broke off.
func fill(r io.Reader, buf []byte) (n int, err error) {
	for n < len(buf) && err == nil {
		var m int
		m, err = r.Read(buf[n:])
		n += m
	}
	return n, err
}

// received is where an upload stands, as far as it can be asked.
func (s *Service) received(ctx context.Context, personID, id string, known int64) int64 {
	if u, err := s.Upload(ctx, personID, id); err == nil {
		return u.Received
	}
	return known
}

// storeWithin bounds the storing of a part after the connection is gone.
const storeWithin = time.Minute

// keepPart stores a part, though whoever sent it may be gone, and moves the offset.
func (s *Service) keepPart(ctx context.Context, u Upload, offset int64, data []byte) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeWithin)
	defer cancel()
	p := part{offset, int64(len(data)), "uploads/" + u.ID + "/" + db.NewID()}
	if err := s.Store.Put(ctx, p.Object, bytes.NewReader(data), p.Bytes); err != nil {
		return fmt.Errorf("media: part: %w", err)
	}
	ok, err := s.addPart(ctx, u, p, s.now().Add(openFor))
	if err == nil && ok {
		return nil
	}
	s.drop(ctx, p.Object) // somebody else went on from here, or the upload is gone
	if err == nil {
		err = ErrOffset
	}
	return err
}

// Finish says that all bytes were sent, and has them examined; to say it again does
// nothing. Errors: ErrNotFound, ErrShort, ErrEmpty.
func (s *Service) Finish(ctx context.Context, personID, id string) error {
	err := s.DB.InTx(ctx, func(ctx context.Context) error {
		u, err := s.Upload(ctx, personID, id)
		switch {
		case err != nil:
			return err
		case u.State != Open:
			return nil
		case u.Received == 0:
			return ErrEmpty
		}
		ok, err := s.closeUpload(ctx, id, s.now().Add(readyFor))
		if err != nil || !ok {
			return errors.Join(err, short(ok))
		}
		return s.enqueue(ctx, id)
	})
	if err != nil {
		return fmt.Errorf("media: finish: %w", err)
	}
	return nil
}

func short(ok bool) error {
	if ok {
		return nil
	}
	return ErrShort
}
