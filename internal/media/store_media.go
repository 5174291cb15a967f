package media

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/media/manifest"
)

const uploadColumns = "id, person_id, course_id, name, bytes, received, state, reason, result, created_at, expires_at"

type uploadRow struct {
	Upload
	Result string
}

func (r uploadRow) upload() (Upload, error) {
	u := r.Upload
	u.CreatedAt, u.ExpiresAt = u.CreatedAt.UTC(), u.ExpiresAt.UTC()
	if r.Result == "" {
		return u, nil
	}
	u.Found = &Found{}
	if err := json.Unmarshal([]byte(r.Result), u.Found); err != nil {
		return u, fmt.Errorf("media: result of %s: %w", u.ID, err)
	}
	return u, nil
}

// insertUpload takes a free slot of the person; ok is false where there is none.
func (s *Service) insertUpload(ctx context.Context, u Upload) (ok bool, err error) {
	for slot := 1; slot <= Slots && !ok && err == nil; slot++ {
		ok, err = db.Changed(s.DB.Conn(ctx).Exec(`INSERT INTO media_uploads (id, person_id, course_id, slot, name, bytes, received, state, reason, result, created_at, expires_at)
			VALUES (?, ?, ?, ?, ?, ?, 0, 'open', '', '', ?, ?) ON CONFLICT (person_id, slot) DO NOTHING`,
			u.ID, u.PersonID, u.CourseID, slot, u.Name, u.Bytes, u.CreatedAt, u.ExpiresAt))
	}
	return ok, err
}

func (s *Service) findUpload(ctx context.Context, where string, args ...any) (Upload, error) {
	var row uploadRow
	if err := db.One(s.DB.Read(ctx).Raw("SELECT "+uploadColumns+" FROM media_uploads WHERE "+where, args...).Scan(&row), ErrNotFound); err != nil {
		return Upload{}, err
	}
	return row.upload()
}

func (s *Service) listUploads(ctx context.Context, personID, courseID string) (list []Upload, err error) {
	var rows []uploadRow
	err = s.DB.Read(ctx).Raw("SELECT "+uploadColumns+` FROM media_uploads
		WHERE person_id = ? AND (course_id = ? OR ? = '') AND expires_at > ? ORDER BY created_at, id`, personID, courseID, courseID, s.now()).Scan(&rows).Error
	for _, r := range rows {
		u, err := r.upload()
		if err != nil {
			return nil, err
		}
		list = append(list, u)
	}
	return list, err
}

// part of an upload.
type part struct {
	Start, Bytes int64
	Object       string
}

// addPart moves the offset of an open upload over a part that is durable; ok is
// false where it stands elsewhere, or nothing is awaited any more.
// Error: ErrDay.
func (s *Service) addPart(ctx context.Context, u Upload, p part, until time.Time) (ok bool, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		ok, err = db.Changed(s.DB.Conn(ctx).Exec(`UPDATE media_uploads SET received = received + ?, expires_at = ?
			WHERE id = ? AND state = 'open' AND received = ?`, p.Bytes, until, u.ID, p.Start))
		if err != nil || !ok {
			return err
		}
		if err := s.addSent(ctx, u.PersonID, p.Bytes); err != nil {
			return err
		}
		return s.DB.Conn(ctx).Exec("INSERT INTO media_parts (upload_id, start, bytes, object) VALUES (?, ?, ?, ?)", u.ID, p.Start, p.Bytes, p.Object).Error
	})
	return ok, err
}

// addSent counts what a person sends today. Error: ErrDay.
func (s *Service) addSent(ctx context.Context, personID string, n int64) error {
	ok, err := db.Changed(s.DB.Conn(ctx).Exec(`INSERT INTO media_sent (person_id, day, bytes) VALUES (?, ?, ?)
		ON CONFLICT (person_id, day) DO UPDATE SET bytes = media_sent.bytes + excluded.bytes WHERE media_sent.bytes + excluded.bytes <= ?`,
		personID, day(s.now()), n, DayBytes))
	if err == nil && !ok {
		err = ErrDay
	}
	return err
}

// sent is what a person sent today.
func (s *Service) sent(ctx context.Context, personID string) (n int64, err error) {
	err = s.DB.Read(ctx).Raw("SELECT bytes FROM media_sent WHERE person_id = ? AND day = ?", personID, day(s.now())).Scan(&n).Error
	return n, err
}

func (s *Service) forgetSent(ctx context.Context, before time.Time) error {
	return s.DB.Conn(ctx).Exec("DELETE FROM media_sent WHERE day < ?", day(before)).Error
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// closeUpload ends an open upload that has all its bytes.
func (s *Service) closeUpload(ctx context.Context, id string, until time.Time) (ok bool, err error) {
	return db.Changed(s.DB.Conn(ctx).Exec(`UPDATE media_uploads SET state = 'received', bytes = received, expires_at = ?
		WHERE id = ? AND state = 'open' AND received > 0 AND (bytes = 0 OR bytes = received)`, until, id))
}

func (s *Service) parts(ctx context.Context, id string) (list []part, err error) {
	err = s.DB.Read(ctx).Raw("SELECT start, bytes, object FROM media_parts WHERE upload_id = ? ORDER BY start", id).Scan(&list).Error
	return list, err
}

// settle writes down what was found in an upload, which its course holds from then on,
// or why it is refused, and forgets its parts. Error: errVanished.
func (s *Service) settle(ctx context.Context, u Upload, state State, reason, result string) (ok bool, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		sums := manifest.Hashes([]byte(result))
		if kept, err := s.touchAll(ctx, sums); err != nil || !kept {
			return errors.Join(err, errVanished)
		}
		ok, err = db.Changed(s.DB.Conn(ctx).Exec("UPDATE media_uploads SET state = ?, reason = ?, result = ? WHERE id = ? AND state = 'received'", string(state), reason, result, u.ID))
		if err != nil || !ok {
			return err
		}
		if err := s.Hold(ctx, u.CourseID, slices.Collect(maps.Keys(sums))); err != nil {
			return err
		}
		return s.DB.Conn(ctx).Exec("DELETE FROM media_parts WHERE upload_id = ?", u.ID).Error
	})
	return ok, err
}

// deleteUpload deletes an upload of the person with its parts.
func (s *Service) deleteUpload(ctx context.Context, personID, id string) (ok bool, err error) {
	return db.Changed(s.DB.Conn(ctx).Exec("DELETE FROM media_uploads WHERE id = ? AND person_id = ?", id, personID))
}

// deleteExpired deletes uploads whose time is over, whatever their state.
func (s *Service) deleteExpired(ctx context.Context, now time.Time) error {
	return s.DB.Conn(ctx).Exec("DELETE FROM media_uploads WHERE expires_at <= ?", now).Error
}

// databaseSetting is the ID that tells this database from others with whom it might
// share a store.
const databaseSetting = "media.database"

// databaseID is "" where the database has none yet.
func (s *Service) databaseID(ctx context.Context) (string, error) {
	return s.DB.Setting(ctx, databaseSetting)
}

// nameDatabase gives the database an ID, unless another replica was faster, and returns
// it.
func (s *Service) nameDatabase(ctx context.Context, id string) (string, error) {
	err := s.DB.Conn(ctx).Exec("INSERT INTO settings (name, value, updated_at) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING", databaseSetting, id, s.now()).Error
	if err != nil {
		return "", err
	}
	return s.databaseID(ctx)
}

// named reports whether a row names the object.
func (s *Service) named(ctx context.Context, object string) (bool, error) {
	var n int
	err := s.DB.Read(ctx).Raw("SELECT (SELECT count(*) FROM media_blobs WHERE object = ?) + (SELECT count(*) FROM media_parts WHERE object = ?)", object, object).Scan(&n).Error
	return n > 0, err
}

func (s *Service) findBlob(ctx context.Context, sha256 string) (b Blob, err error) {
	err = db.One(s.DB.Read(ctx).Raw("SELECT sha256, object, bytes FROM media_blobs WHERE sha256 = ?", sha256).Scan(&b), ErrNoBlob)
	return b, err
}

func (s *Service) findBlobs(ctx context.Context, sums []string) (map[string]Blob, error) {
	out := map[string]Blob{}
	for len(sums) > 0 {
		n := min(len(sums), db.MaxPage)
		var list []Blob
		if err := s.DB.Read(ctx).Raw("SELECT sha256, object, bytes FROM media_blobs WHERE sha256 IN ?", sums[:n]).Scan(&list).Error; err != nil {
			return nil, err
		}
		for _, b := range list {
			out[b.SHA256] = b
		}
		sums = sums[n:]
	}
	return out, nil
}

// touch says that a blob is used now; ok is false where it is not kept. It writes in
// any case: who is about to delete the blob waits for it.
func (s *Service) touch(ctx context.Context, sha256 string, now time.Time) (ok bool, err error) {
	return db.Changed(s.DB.Conn(ctx).Exec("UPDATE media_blobs SET used_at = ?, unnamed_at = NULL WHERE sha256 = ?", now, sha256))
}

// lockBlob makes those who name a blob wait for the transaction in ctx.
func (s *Service) lockBlob(ctx context.Context, sha256 string) (b Blob, err error) {
	err = db.One(s.DB.Conn(ctx).Raw("UPDATE media_blobs SET used_at = used_at WHERE sha256 = ? RETURNING sha256, object, bytes", sha256).Scan(&b), ErrNoBlob)
	return b, err
}

// removeBlob deletes a blob that is locked.
func (s *Service) removeBlob(ctx context.Context, b Blob) error {
	return s.DB.Conn(ctx).Exec("DELETE FROM media_blobs WHERE sha256 = ? AND object = ?", b.SHA256, b.Object).Error
}

// unname notes since when nothing names a blob, unless that is noted.
func (s *Service) unname(ctx context.Context, sha256 string, now time.Time) error {
	return s.DB.Conn(ctx).Exec("UPDATE media_blobs SET unnamed_at = ? WHERE sha256 = ? AND unnamed_at IS NULL", now, sha256).Error
}

// insertBlob keeps a blob; ok is false where it is kept already.
func (s *Service) insertBlob(ctx context.Context, b Blob, now time.Time) (ok bool, err error) {
	return db.Changed(s.DB.Conn(ctx).Exec(`INSERT INTO media_blobs (sha256, bytes, object, created_at, used_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (sha256) DO NOTHING`, b.SHA256, b.Bytes, b.Object, now, now))
}

// moveBlob gives a blob whose object is lost another; ok is false where somebody
// else did.
func (s *Service) moveBlob(ctx context.Context, b Blob, from string, now time.Time) (ok bool, err error) {
	return db.Changed(s.DB.Conn(ctx).Exec("UPDATE media_blobs SET object = ?, bytes = ?, used_at = ?, unnamed_at = NULL WHERE sha256 = ? AND object = ?", b.Object, b.Bytes, now, b.SHA256, from))
}

// sweptBlob is a blob with the instant since which nothing names it.
type sweptBlob struct {
	Blob
	UnnamedAt *time.Time
}

// blobsAfter is a page of all blobs by their hash.
func (s *Service) blobsAfter(ctx context.Context, sha256 string) (list []sweptBlob, err error) {
	err = s.DB.Read(ctx).Raw("SELECT sha256, object, bytes, unnamed_at FROM media_blobs WHERE sha256 > ? ORDER BY sha256 LIMIT ?", sha256, db.MaxPage).Scan(&list).Error
	return list, err
}

// results are what was found in the uploads that can be added to a course.
func (s *Service) results(ctx context.Context) ([][]byte, error) {
	var list []string
	err := s.DB.Read(ctx).Raw("SELECT result FROM media_uploads WHERE state = 'ready'").Scan(&list).Error
	out := make([][]byte, len(list))
	for i, r := range list {
		out[i] = []byte(r)
	}
	return out, err
}

// deleteBlob deletes a blob that nothing has named since before, unless it was named
// meanwhile.
func (s *Service) deleteBlob(ctx context.Context, b Blob, before time.Time) (ok bool, err error) {
	return db.Changed(s.DB.Conn(ctx).Exec("DELETE FROM media_blobs WHERE sha256 = ? AND object = ? AND unnamed_at < ?", b.SHA256, b.Object, before))
}
