package account

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
)

func (s *Service) licenses(ctx context.Context, personID string) (list []License, err error) {
	err = s.DB.Read(ctx).Raw(`SELECT id, person_id, profession, jurisdiction, number, expires_on FROM licenses
		WHERE person_id = ? ORDER BY jurisdiction, profession, number, id`, personID).Scan(&list).Error
	return list, err
}

func (s *Service) insertLicense(ctx context.Context, l License) (bool, error) {
	now := s.Now()
	added, err := db.Changed(s.DB.Conn(ctx).Exec(`INSERT INTO licenses (id, person_id, profession, jurisdiction, number, number_key, expires_on, created_at, updated_at)
		SELECT ?, p.id, ?, ?, ?, ?, ?, ?, ? FROM people p WHERE p.id = ? AND (SELECT count(*) FROM licenses l WHERE l.person_id = p.id) < ?`,
		l.ID, l.Profession, l.Jurisdiction, l.Number, l.NumberKey(), l.ExpiresOn, now, now, l.PersonID, MaxLicenses))
	if err == nil && !added {
		err = apperr.Newf(apperr.Conflict, "A certificate has room for %d licenses, and you have listed as many. Remove one that you no longer need, then add this one.", MaxLicenses)
	}
	return added, err
}

// updateLicense reports false where the license says all that already.
func (s *Service) updateLicense(ctx context.Context, l License) (bool, error) {
	changed, err := db.Changed(s.DB.Conn(ctx).Exec(`UPDATE licenses SET profession = ?, jurisdiction = ?, number = ?, number_key = ?, expires_on = ?, updated_at = ?
		WHERE id = ? AND person_id = ? AND (profession <> ? OR jurisdiction <> ? OR number <> ? OR expires_on IS DISTINCT FROM ?)`,
		l.Profession, l.Jurisdiction, l.Number, l.NumberKey(), l.ExpiresOn, s.Now(), l.ID, l.PersonID, l.Profession, l.Jurisdiction, l.Number, l.ExpiresOn))
	if err != nil || changed {
		return changed, err
	}
	var found []string
	err = s.DB.Read(ctx).Raw("SELECT id FROM licenses WHERE id = ? AND person_id = ?", l.ID, l.PersonID).Scan(&found).Error
	if err == nil && len(found) == 0 {
		err = errNoLicense
	}
	return false, err
}

func (s *Service) deleteLicense(ctx context.Context, personID, id string) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("DELETE FROM licenses WHERE id = ? AND person_id = ?", id, personID))
}

// removalLife is how long it is remembered that a person removed something.
const removalLife = 24 * time.Hour

// settleRemoval remembers what a person removed, so that the second click on the
// button finds it done. Errors: missing for what was never theirs.
func (s *Service) settleRemoval(ctx context.Context, personID, id string, removed bool, missing error) error {
	if removed {
		return s.DB.Conn(ctx).Exec(`INSERT INTO removals (person_id, id, removed_at) VALUES (?, ?, ?)
			ON CONFLICT (person_id, id) DO UPDATE SET removed_at = excluded.removed_at`, personID, id, s.Now()).Error
	}
	var found []string
	err := s.DB.Read(ctx).Raw("SELECT id FROM removals WHERE person_id = ? AND id = ?", personID, id).Scan(&found).Error
	if err == nil && len(found) == 0 {
		err = missing
	}
	return err
}
