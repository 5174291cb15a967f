package wallet

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

const recordColumns = "r.id, r.person_id, r.title, r.provider, r.approval, r.completed_on, r.centihours, r.category, r.format, r.created_at, r.updated_at"

// recordRow is a record with its file beside it.
type recordRow struct {
	Record
	FileName, FileKind, FileHash *string
	FileSize                     *int64
	FileAddedAt                  *time.Time
}

const recordQuery = "SELECT " + recordColumns + `, f.name AS file_name, f.kind AS file_kind, f.hash AS file_hash, f.size AS file_size, f.added_at AS file_added_at
	FROM wallet_records r LEFT JOIN wallet_files f ON f.record_id = r.id WHERE r.person_id = ?`

// recordsOf lists a person's records, the newest first.
func (s *Service) recordsOf(ctx context.Context, personID string) ([]Record, error) {
	return s.recordList(ctx, recordQuery+" ORDER BY r.completed_on DESC, r.id DESC", personID)
}

func (s *Service) record(ctx context.Context, personID, id string) (Record, error) {
	list, err := s.recordList(ctx, recordQuery+" AND r.id = ?", personID, id)
	if err == nil && len(list) == 0 {
		err = ErrNoRecord
	}
	if err != nil {
		return Record{}, err
	}
	return list[0], nil
}

// recordList reads records, whose person is the first argument, with the licenses
// that they count for.
func (s *Service) recordList(ctx context.Context, query string, args ...any) ([]Record, error) {
	var rows []recordRow
	if err := s.DB.Read(ctx).Raw(query, args...).Scan(&rows).Error; err != nil {
		return nil, err
	}
	var links []struct{ RecordID, LicenseID string }
	err := s.DB.Read(ctx).Raw(`SELECT k.record_id, k.license_id FROM wallet_record_licenses k JOIN wallet_records r ON r.id = k.record_id
		WHERE r.person_id = ? ORDER BY k.record_id, k.license_id`, args[0]).Scan(&links).Error
	of := map[string][]string{}
	for _, l := range links {
		of[l.RecordID] = append(of[l.RecordID], l.LicenseID)
	}
	out := make([]Record, len(rows))
	for i, r := range rows {
		out[i] = r.Record
		out[i].Licenses = of[r.ID]
		if r.FileName != nil {
			out[i].File = &File{RecordID: r.ID, Name: *r.FileName, Kind: *r.FileKind, Size: *r.FileSize, Hash: *r.FileHash, AddedAt: *r.FileAddedAt}
		}
	}
	return out, err
}

// newestLike is the record that a form added which is sent once more.
func (s *Service) newestLike(ctx context.Context, r Record) (id string, err error) {
	err = db.One(s.DB.Conn(ctx).Raw(`SELECT id FROM wallet_records WHERE person_id = ? AND title = ? AND completed_on = ? AND centihours = ?
		ORDER BY id DESC LIMIT 1`, r.PersonID, r.Title, r.CompletedOn, r.Centihours).Scan(&id), ErrNoRecord)
	return id, err
}

// insertRecord reports false for a full wallet; the caller holds it.
func (s *Service) insertRecord(ctx context.Context, r Record) (bool, error) {
	added, err := db.Changed(s.DB.Conn(ctx).Exec(`INSERT INTO wallet_records
		(id, person_id, title, provider, approval, completed_on, centihours, category, format, created_at, updated_at)
		SELECT ?, p.person_id, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM wallet_people p
		WHERE p.person_id = ? AND (SELECT count(*) FROM wallet_records r WHERE r.person_id = p.person_id) < ?`,
		r.ID, r.Title, r.Provider, r.Approval, r.CompletedOn, r.Centihours, r.Category, r.Format, r.CreatedAt, r.UpdatedAt, r.PersonID, MaxRecords))
	if err != nil || !added {
		return added, err
	}
	return true, s.linkRecord(ctx, r)
}

func (s *Service) updateRecord(ctx context.Context, r Record) error {
	found, err := db.Changed(s.DB.Conn(ctx).Exec(`UPDATE wallet_records SET title = ?, provider = ?, approval = ?, completed_on = ?, centihours = ?, category = ?,
		format = ?, updated_at = ? WHERE id = ? AND person_id = ?`,
		r.Title, r.Provider, r.Approval, r.CompletedOn, r.Centihours, r.Category, r.Format, r.UpdatedAt, r.ID, r.PersonID))
	if err == nil && !found {
		err = ErrNoRecord
	}
	if err != nil {
		return err
	}
	if err := s.DB.Conn(ctx).Exec("DELETE FROM wallet_record_licenses WHERE record_id = ?", r.ID).Error; err != nil {
		return err
	}
	return s.linkRecord(ctx, r)
}

// linkRecord names the licenses for which it counts, those that still exist.
func (s *Service) linkRecord(ctx context.Context, r Record) error {
	for _, id := range r.Licenses {
		err := s.DB.Conn(ctx).Exec("INSERT INTO wallet_record_licenses (record_id, license_id) SELECT ?, id FROM licenses WHERE id = ? AND person_id = ?",
			r.ID, id, r.PersonID).Error
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) deleteRecord(ctx context.Context, personID, id string) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("DELETE FROM wallet_records WHERE id = ? AND person_id = ?", id, personID))
}

// putFile reports false where all files together would take too much; the caller
// holds the wallet.
func (s *Service) putFile(ctx context.Context, personID string, f File, body []byte) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec(`INSERT INTO wallet_files (record_id, name, kind, size, hash, body, added_at)
		SELECT r.id, ?, ?, ?, ?, ?, ? FROM wallet_records r WHERE r.id = ? AND r.person_id = ?
			AND (SELECT coalesce(sum(f.size), 0) FROM wallet_files f JOIN wallet_records o ON o.id = f.record_id
				WHERE o.person_id = ? AND o.id <> ?) + ? <= ?
		ON CONFLICT (record_id) DO UPDATE SET name = excluded.name, kind = excluded.kind, size = excluded.size, hash = excluded.hash,
			body = excluded.body, added_at = excluded.added_at`,
		f.Name, f.Kind, f.Size, f.Hash, body, f.AddedAt, f.RecordID, personID, personID, f.RecordID, f.Size, MaxFiles))
}

func (s *Service) file(ctx context.Context, personID, recordID string) (File, []byte, error) {
	var row struct {
		File
		Body []byte
	}
	err := db.One(s.DB.Read(ctx).Raw(`SELECT f.record_id, f.name, f.kind, f.size, f.hash, f.body, f.added_at
		FROM wallet_files f JOIN wallet_records r ON r.id = f.record_id WHERE f.record_id = ? AND r.person_id = ?`, recordID, personID).Scan(&row), ErrNoFile)
	return row.File, row.Body, err
}

func (s *Service) deleteFile(ctx context.Context, recordID string) error {
	return s.DB.Conn(ctx).Exec("DELETE FROM wallet_files WHERE record_id = ?", recordID).Error
}
