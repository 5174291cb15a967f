package wallet

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// hold puts the acts on one person's wallet in a row, until the transaction ends:
// bounds and overlaps are then looked at by one at a time.
func (s *Service) hold(ctx context.Context, personID string) error {
	return s.DB.Conn(ctx).Exec(`INSERT INTO wallet_people (person_id, touched_at) VALUES (?, ?)
		ON CONFLICT (person_id) DO UPDATE SET touched_at = excluded.touched_at`, personID, s.Now()).Error
}

type periodRow struct {
	Period
	TargetsText string
}

// periodsOf lists a person's periods by license, the newest first.
func (s *Service) periodsOf(ctx context.Context, personID string) (map[string][]Period, error) {
	var rows []periodRow
	err := s.DB.Read(ctx).Raw(`SELECT p.id, p.license_id, p.begins_on, p.ends_on, p.centihours, p.carried, p.targets AS targets_text, p.updated_at
		FROM wallet_periods p JOIN licenses l ON l.id = p.license_id WHERE l.person_id = ? ORDER BY p.ends_on DESC, p.id`, personID).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	out := map[string][]Period{}
	for _, r := range rows {
		if err := json.Unmarshal([]byte(r.TargetsText), &r.Targets); err != nil {
			return nil, fmt.Errorf("wallet: categories of period %s: %w", r.ID, err)
		}
		out[r.LicenseID] = append(out[r.LicenseID], r.Period)
	}
	return out, nil
}

func targetsText(list []Target) (string, error) {
	if list == nil {
		list = []Target{}
	}
	text, err := json.Marshal(list)
	return string(text), err
}

func (s *Service) insertPeriod(ctx context.Context, p Period) error {
	targets, err := targetsText(p.Targets)
	if err != nil {
		return err
	}
	return s.DB.Conn(ctx).Exec(`INSERT INTO wallet_periods (id, license_id, begins_on, ends_on, centihours, carried, targets, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, p.ID, p.LicenseID, p.BeginsOn, p.EndsOn, p.Centihours, p.Carried, targets, p.UpdatedAt).Error
}

func (s *Service) updatePeriod(ctx context.Context, p Period) error {
	targets, err := targetsText(p.Targets)
	if err != nil {
		return err
	}
	found, err := db.Changed(s.DB.Conn(ctx).Exec(`UPDATE wallet_periods SET begins_on = ?, ends_on = ?, centihours = ?, carried = ?, targets = ?, updated_at = ?
		WHERE id = ? AND license_id = ?`, p.BeginsOn, p.EndsOn, p.Centihours, p.Carried, targets, p.UpdatedAt, p.ID, p.LicenseID))
	if err == nil && !found {
		err = ErrNoPeriod
	}
	return err
}

func (s *Service) deletePeriod(ctx context.Context, personID, licenseID, id string) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec(`DELETE FROM wallet_periods WHERE id = ? AND license_id = ?
		AND EXISTS (SELECT 1 FROM licenses l WHERE l.id = wallet_periods.license_id AND l.person_id = ?)`, id, licenseID, personID))
}

// movesOf are what periods did to the days on which a person's licenses expire, by
// license.
func (s *Service) movesOf(ctx context.Context, personID string) (map[string]Move, error) {
	var rows []Move
	err := s.DB.Read(ctx).Raw(`SELECT m.license_id, m.moved_from AS "from", m.moved_to AS "to"
		FROM wallet_moves m JOIN licenses l ON l.id = m.license_id WHERE l.person_id = ? ORDER BY m.license_id`, personID).Scan(&rows).Error
	out := map[string]Move{}
	for _, m := range rows {
		out[m.LicenseID] = m
	}
	return out, err
}

// putMove keeps a move; one that leads nowhere is none.
func (s *Service) putMove(ctx context.Context, m Move) error {
	if m.From == m.To {
		return s.DB.Conn(ctx).Exec("DELETE FROM wallet_moves WHERE license_id = ?", m.LicenseID).Error
	}
	return s.DB.Conn(ctx).Exec(`INSERT INTO wallet_moves (license_id, moved_from, moved_to) VALUES (?, ?, ?)
		ON CONFLICT (license_id) DO UPDATE SET moved_from = excluded.moved_from, moved_to = excluded.moved_to`, m.LicenseID, m.From, m.To).Error
}

// choicesOf are a person's choices by license and enrollment.
func (s *Service) choicesOf(ctx context.Context, personID string) (map[string]map[string]Choice, error) {
	var rows []Choice
	err := s.DB.Read(ctx).Raw(`SELECT c.license_id, c.enrollment_id, c.kind, c.approval_id, c.category
		FROM wallet_choices c JOIN licenses l ON l.id = c.license_id WHERE l.person_id = ? ORDER BY c.license_id, c.enrollment_id`, personID).Scan(&rows).Error
	out := map[string]map[string]Choice{}
	for _, c := range rows {
		if out[c.LicenseID] == nil {
			out[c.LicenseID] = map[string]Choice{}
		}
		out[c.LicenseID][c.EnrollmentID] = c
	}
	return out, err
}

func (s *Service) putChoice(ctx context.Context, c Choice) error {
	return s.DB.Conn(ctx).Exec(`INSERT INTO wallet_choices (license_id, enrollment_id, kind, approval_id, category) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (license_id, enrollment_id) DO UPDATE SET kind = excluded.kind, approval_id = excluded.approval_id, category = excluded.category`,
		c.LicenseID, c.EnrollmentID, c.Kind, c.ApprovalID, c.Category).Error
}

// quietOf lists the licenses of a person that want no reminders.
func (s *Service) quietOf(ctx context.Context, personID string) (ids []string, err error) {
	err = s.DB.Read(ctx).Raw(`SELECT q.license_id FROM wallet_quiet q JOIN licenses l ON l.id = q.license_id WHERE l.person_id = ? ORDER BY q.license_id`, personID).Scan(&ids).Error
	return ids, err
}

func (s *Service) setQuiet(ctx context.Context, licenseID string, quiet bool, at time.Time) error {
	if quiet {
		return s.DB.Conn(ctx).Exec("INSERT INTO wallet_quiet (license_id, since) VALUES (?, ?) ON CONFLICT DO NOTHING", licenseID, at).Error
	}
	return s.DB.Conn(ctx).Exec("DELETE FROM wallet_quiet WHERE license_id = ?", licenseID).Error
}
