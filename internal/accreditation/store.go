package accreditation

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

type approvalRow struct {
	Approval `gorm:"embedded"`
	Places   string
}

const approvalColumns = `id, accreditor, COALESCE(course_id, '') AS course_id, provider_number, course_number, from_on, until_on, statement, category,
	centihours, jurisdictions AS places, live AS of_events, note, created_by, created_at, COALESCE(ended_on, '') AS ended_on, voided, end_reason,
	void_reason`

func (s *Service) insertApproval(ctx context.Context, a Approval) error {
	places, err := json.Marshal(append([]string{}, a.Jurisdictions...))
	if err != nil {
		return err
	}
	var course *string
	if a.CourseID != "" {
		course = &a.CourseID
	}
	return s.DB.Conn(ctx).Exec(`INSERT INTO approvals (id, accreditor, course_id, provider_number, course_number, from_on, until_on, statement, category,
		centihours, jurisdictions, live, note, created_by, created_at, voided, end_reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')`,
		a.ID, a.Accreditor, course, a.ProviderNumber, a.CourseNumber, a.FromOn, a.UntilOn, a.Statement, a.Category, a.Centihours, string(places),
		a.OfEvents, a.Note, a.CreatedBy, a.CreatedAt, false).Error
}

// endApproval reports false for one that has ended or is void.
func (s *Service) endApproval(ctx context.Context, id, lastDay, reason string) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec(`UPDATE approvals SET ended_on = ?, end_reason = ? WHERE id = ? AND ended_on IS NULL AND NOT voided`,
		lastDay, reason, id))
}

// voidApproval reports false for one that is void. What was said of an end before
// stays.
func (s *Service) voidApproval(ctx context.Context, id, reason string) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec(`UPDATE approvals SET voided = ?, void_reason = CASE WHEN ended_on IS NULL THEN '' ELSE ? END,
		end_reason = CASE WHEN ended_on IS NULL THEN ? ELSE end_reason END WHERE id = ? AND NOT voided`, true, reason, reason, id))
}

// Approval is one approval. Errors: ErrNoApproval.
func (s *Service) Approval(ctx context.Context, id string) (Approval, error) {
	list, err := s.approvals(ctx, "WHERE id = ?", id)
	if err == nil && len(list) == 0 {
		err = ErrNoApproval
	}
	if err != nil {
		return Approval{}, err
	}
	return list[0], nil
}

// Approvals are all of them, those that end last first, at most 500.
func (s *Service) Approvals(ctx context.Context) ([]Approval, error) {
	return s.approvals(ctx, "ORDER BY until_on DESC, id DESC LIMIT 500")
}

// liveApprovals are those that hold for a course on a day. ofEvents leaves out what is
// not of live events.
func (s *Service) liveApprovals(ctx context.Context, courseID string, day time.Time, ofEvents bool) ([]Approval, error) {
	on := day.Format(time.DateOnly)
	list, err := s.approvals(ctx, "WHERE (course_id IS NULL OR course_id = ?) AND "+live+" AND (live OR NOT ?) ORDER BY accreditor, id", courseID, on, on, on, ofEvents)
	return holdingFor(list, courseID), err
}

const live = "from_on <= ? AND until_on >= ? AND NOT voided AND (ended_on IS NULL OR ended_on >= ?)"

// allLive are those of the provider and of every course that are live on a day.
func (s *Service) allLive(ctx context.Context, day time.Time) ([]Approval, error) {
	on := day.Format(time.DateOnly)
	return s.approvals(ctx, "WHERE "+live+" ORDER BY accreditor, id", on, on, on)
}

// holdingFor are those of a course, and of the provider where the same accreditor has
// not approved the course itself: the hours would be granted twice. Those of one
// accreditor are apart (see there).
func holdingFor(list []Approval, courseID string) []Approval {
	own := map[string]bool{}
	for _, a := range list {
		own[a.Accreditor] = own[a.Accreditor] || a.CourseID == courseID
	}
	var of []Approval
	for _, a := range list {
		if a.CourseID == courseID || a.CourseID == "" && !own[a.Accreditor] {
			of = append(of, a)
		}
	}
	return granted(of)
}

// holdSubject makes others who record an approval of the same wait until this
// transaction ends, in whatever category.
func (s *Service) holdSubject(ctx context.Context, accreditor, courseID string) error {
	return s.DB.Conn(ctx).Exec(`INSERT INTO approval_subjects (accreditor, course_id, category) VALUES (?, ?, '')
		ON CONFLICT (accreditor, course_id, category) DO UPDATE SET category = excluded.category`, accreditor, courseID).Error
}

// approvalsOf are those of an accreditor for a course, "" for the provider, that
// are not void.
func (s *Service) approvalsOf(ctx context.Context, accreditor, courseID string) ([]Approval, error) {
	return s.approvals(ctx, "WHERE accreditor = ? AND COALESCE(course_id, '') = ? AND NOT voided ORDER BY from_on, id", accreditor, courseID)
}

func (s *Service) countEnding(ctx context.Context, today, before string) (n int64, err error) {
	err = s.DB.Read(ctx).Raw(`SELECT count(*) FROM approvals WHERE from_on <= ? AND until_on >= ? AND until_on < ? AND NOT voided AND ended_on IS NULL`,
		today, today, before).Scan(&n).Error
	return n, err
}

// endingApprovals are the live ones that end from one day to another and that
// nobody has ended on purpose, no more than 500.
func (s *Service) endingApprovals(ctx context.Context, today, until string) ([]Approval, error) {
	return s.approvals(ctx, `WHERE from_on <= ? AND until_on >= ? AND until_on <= ? AND NOT voided AND ended_on IS NULL
		ORDER BY until_on, id LIMIT 500`, today, today, until)
}

// liveOf are those of an accreditor for a course, "" for the provider, that count on
// a day.
func (s *Service) liveOf(ctx context.Context, accreditor, courseID, day string) ([]Approval, error) {
	return s.approvals(ctx, `WHERE accreditor = ? AND COALESCE(course_id, '') = ? AND from_on <= ? AND until_on >= ? AND NOT voided
		AND (ended_on IS NULL OR ended_on >= ?) ORDER BY id`, accreditor, courseID, day, day, day)
}

// markReminded reports false when it was noted already.
func (s *Service) markReminded(ctx context.Context, id string, days int, at time.Time) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("INSERT INTO approval_reminders (approval_id, days, sent_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
		id, days, at))
}

func (s *Service) approvals(ctx context.Context, tail string, args ...any) ([]Approval, error) {
	var rows []approvalRow
	if err := s.DB.Read(ctx).Raw("SELECT "+approvalColumns+" FROM approvals "+tail, args...).Scan(&rows).Error; err != nil {
		return nil, err
	}
	list := make([]Approval, len(rows))
	for i, r := range rows {
		list[i] = r.Approval
		if err := json.Unmarshal([]byte(r.Places), &list[i].Jurisdictions); err != nil {
			return nil, fmt.Errorf("accreditation: jurisdictions of approval %s: %w", r.ID, err)
		}
	}
	return list, nil
}

// packRow is a version of a pack.
type packRow struct {
	ID, Code   string
	Version    int
	Body, Note string
	CreatedBy  string
	CreatedAt  time.Time
}

const packColumns = "id, code, version, body, note, created_by, created_at"

// insertPack reports false when somebody was faster.
func (s *Service) insertPack(ctx context.Context, r packRow) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("INSERT INTO rule_packs ("+packColumns+") VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
		r.ID, r.Code, r.Version, r.Body, r.Note, r.CreatedBy, r.CreatedAt))
}

func (s *Service) newestPacks(ctx context.Context) (rows []packRow, err error) {
	err = s.DB.Read(ctx).Raw("SELECT " + packColumns + ` FROM rule_packs p
		WHERE version = (SELECT max(version) FROM rule_packs q WHERE q.code = p.code) ORDER BY code`).Scan(&rows).Error
	return rows, err
}

func (s *Service) packVersions(ctx context.Context, code string) (rows []packRow, err error) {
	err = s.DB.Read(ctx).Raw("SELECT "+packColumns+" FROM rule_packs WHERE code = ? ORDER BY version DESC LIMIT 100", code).Scan(&rows).Error
	return rows, err
}

type confirmationRow struct {
	ID, Code, Rule, RuleHash, Note, ConfirmedBy string
	ConfirmedAt                                 time.Time
}

// insertConfirmation reports false when the rule was confirmed already.
func (s *Service) insertConfirmation(ctx context.Context, r confirmationRow) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec(`INSERT INTO rule_confirmations (id, code, rule, rule_hash, note, confirmed_by, confirmed_at)
		VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, r.ID, r.Code, r.Rule, r.RuleHash, r.Note, r.ConfirmedBy, r.ConfirmedAt))
}

// confirmationRows are those of rules of some bodies, the oldest first.
func (s *Service) confirmationRows(ctx context.Context, codes []string) (rows []confirmationRow, err error) {
	err = s.DB.Read(ctx).Raw(`SELECT id, code, rule, rule_hash, note, confirmed_by, confirmed_at FROM rule_confirmations
		WHERE code IN ? ORDER BY confirmed_at, id`, codes).Scan(&rows).Error
	return rows, err
}
