package account

import (
	"context"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
)

func (s *Service) licenses(ctx context.Context, personID string) (list []License, err error) {
	err = s.DB.Read(ctx).Raw(`SELECT id, person_id, profession, jurisdiction, number, expires_on FROM licenses
		WHERE person_id = ? ORDER BY jurisdiction, profession, number, id`, personID).Scan(&list).Error
	return list, err
}

func (s *Service) insertLicense(ctx context.Context, l License) error {
	now := s.Now()
	added, err := db.Changed(s.DB.Conn(ctx).Exec(`INSERT INTO licenses (id, person_id, profession, jurisdiction, number, number_key, expires_on, created_at, updated_at)
		SELECT ?, p.id, ?, ?, ?, ?, ?, ?, ? FROM people p WHERE p.id = ? AND (SELECT count(*) FROM licenses l WHERE l.person_id = p.id) < ?`,
		l.ID, l.Profession, l.Jurisdiction, l.Number, l.numberKey(), l.ExpiresOn, now, now, l.PersonID, maxLicenses))
	if err == nil && !added {
		err = apperr.Newf(apperr.Conflict, "At most %d licenses can be listed.", maxLicenses)
	}
	return err
}

func (s *Service) updateLicense(ctx context.Context, l License) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec(`UPDATE licenses SET profession = ?, jurisdiction = ?, number = ?, number_key = ?, expires_on = ?, updated_at = ?
		WHERE id = ? AND person_id = ?`, l.Profession, l.Jurisdiction, l.Number, l.numberKey(), l.ExpiresOn, s.Now(), l.ID, l.PersonID))
}

func (s *Service) deleteLicense(ctx context.Context, personID, id string) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("DELETE FROM licenses WHERE id = ? AND person_id = ?", id, personID))
}
