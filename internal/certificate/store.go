package certificate

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/certificate/credential"
	"github.com/atmacena/cocare/internal/db"
)

const columns = `id, number, person_id, course_id, edition_id, enrollment_id, cycle, state, holder_name, course_title,
	facts AS facts_text, facts_hash, coalesce(pdf_hash, '') AS pdf_hash, coalesce(supersedes, '') AS supersedes,
	reserved_at, issued_at, revoked_at, coalesce(revoked_reason, '') AS revoked_reason`

// row is a certificate with its facts as they are stored.
type row struct {
	Certificate
	FactsText string
}

func (r row) open() (Certificate, error) {
	if err := json.Unmarshal([]byte(r.FactsText), &r.Facts); err != nil {
		return Certificate{}, fmt.Errorf("certificate: facts of %s: %w", r.Number, err)
	}
	return r.Certificate, nil
}

// one reads a certificate; NotFound if the condition fits none.
func (s *Service) one(ctx context.Context, condition string, args ...any) (Certificate, error) {
	var r row
	if err := db.One(s.db.Read(ctx).Raw("SELECT "+columns+" FROM certificates WHERE "+condition, args...).Scan(&r), ErrNotFound); err != nil {
		return Certificate{}, err
	}
	return r.open()
}

func (s *Service) byID(ctx context.Context, id string) (Certificate, error) {
	return s.one(ctx, "id = ?", id)
}

func (s *Service) byNumber(ctx context.Context, n string) (Certificate, error) {
	return s.one(ctx, "number = ?", n)
}

func (s *Service) byHash(ctx context.Context, hash string) (Certificate, error) {
	return s.one(ctx, "pdf_hash = ?", hash)
}

// OfEnrollment returns the certificate that an enrollment earned, the one that
// nothing superseded; NotFound if there is none.
func (s *Service) OfEnrollment(ctx context.Context, enrollmentID string) (Certificate, error) {
	return s.one(ctx, `enrollment_id = ? AND NOT EXISTS (SELECT 1 FROM certificates n WHERE n.supersedes = certificates.id)
		ORDER BY id DESC LIMIT 1`, enrollmentID)
}

// OfEnrollments returns the certificates that enrollments earned, by their IDs, those
// that nothing superseded; at most db.MaxPage of them.
func (s *Service) OfEnrollments(ctx context.Context, ids []string) (map[string]Certificate, error) {
	list, err := many(s.db.Read(ctx).Raw("SELECT "+columns+` FROM certificates WHERE enrollment_id IN ?
		AND NOT EXISTS (SELECT 1 FROM certificates n WHERE n.supersedes = certificates.id) ORDER BY id`, ids))
	out := make(map[string]Certificate, len(list))
	for _, c := range list {
		out[c.EnrollmentID] = c
	}
	return out, err
}

// Successor returns the certificate that replaced this one; NotFound if none
// did.
func (s *Service) Successor(ctx context.Context, c Certificate) (Certificate, error) {
	return s.one(ctx, "supersedes = ?", c.ID)
}

// searchText is what lists look in. Licenses stand in it as they are printed, and
// without what people write differently.
func searchText(c Certificate) string {
	parts := []string{c.HolderName, c.CourseTitle, c.Number, strings.ReplaceAll(c.Number, "-", "")}
	for _, l := range c.Facts.Licenses {
		parts = append(parts, l.Number, account.License{Number: l.Number}.NumberKey())
	}
	return db.Fold(strings.Join(parts, "\n"))
}

func (s *Service) insert(ctx context.Context, c Certificate, facts string) (bool, error) {
	search := searchText(c)
	var supersedes *string
	if c.Supersedes != "" {
		supersedes = &c.Supersedes
	}
	fresh, err := db.Changed(s.db.Conn(ctx).Exec(`INSERT INTO certificates
		(id, number, person_id, course_id, edition_id, enrollment_id, cycle, state, holder_name, course_title, search, facts, facts_hash, supersedes, reserved_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (person_id, course_id, cycle) WHERE state <> 'superseded' DO NOTHING`,
		c.ID, c.Number, c.PersonID, c.CourseID, c.EditionID, c.EnrollmentID, c.Cycle, c.State, c.HolderName, c.CourseTitle, search,
		facts, c.FactsHash, supersedes, c.ReservedAt))
	if err != nil || !fresh {
		return fresh, err
	}
	return true, s.insertCredits(ctx, c)
}

// insertCredits notes on which approvals the certificate rests.
func (s *Service) insertCredits(ctx context.Context, c Certificate) error {
	for _, l := range c.Facts.CreditLines {
		err := s.db.Conn(ctx).Exec("INSERT INTO certificate_credits (approval_id, certificate_id) VALUES (?, ?) ON CONFLICT DO NOTHING", l.ApprovalID, c.ID).Error
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) markIssued(ctx context.Context, id, hash string, at time.Time) (bool, error) {
	return db.Changed(s.db.Conn(ctx).Exec("UPDATE certificates SET state = 'issued', pdf_hash = ?, issued_at = ? WHERE id = ? AND state = 'preparing'", hash, at, id))
}

func (s *Service) markSuperseded(ctx context.Context, id string, from State) (bool, error) {
	return db.Changed(s.db.Conn(ctx).Exec("UPDATE certificates SET state = 'superseded' WHERE id = ? AND state = ?", id, from))
}

func (s *Service) markRevoked(ctx context.Context, id, reason string, at time.Time) (bool, error) {
	return db.Changed(s.db.Conn(ctx).Exec(`UPDATE certificates SET state = 'revoked', revoked_at = ?, revoked_reason = ?
		WHERE id = ? AND state IN ('preparing', 'issued')`, at, reason, id))
}

// markReinstated takes a revocation back: what was printed counts again, what was
// not is being prepared again.
func (s *Service) markReinstated(ctx context.Context, id string) (bool, error) {
	return db.Changed(s.db.Conn(ctx).Exec(`UPDATE certificates SET state = CASE WHEN issued_at IS NULL THEN 'preparing' ELSE 'issued' END,
		revoked_at = NULL, revoked_reason = NULL WHERE id = ? AND state = 'revoked'`, id))
}

// holdCourse keeps others from deciding which certificates of a person and course
// count, until the transaction ends: the oldest of them stands for all.
func (s *Service) holdCourse(ctx context.Context, personID, courseID string) error {
	return s.db.Conn(ctx).Exec(`UPDATE certificates SET cycle = cycle WHERE id =
		(SELECT f.id FROM certificates f WHERE f.person_id = ? AND f.course_id = ? ORDER BY f.id LIMIT 1)`, personID, courseID).Error
}

func (s *Service) insertFile(ctx context.Context, id string, pdf []byte) error {
	return s.db.Conn(ctx).Exec("INSERT INTO certificate_files (certificate_id, pdf) VALUES (?, ?)", id, pdf).Error
}

func (s *Service) file(ctx context.Context, id string) ([]byte, error) {
	var out struct{ PDF []byte }
	err := db.One(s.db.Read(ctx).Raw("SELECT pdf FROM certificate_files WHERE certificate_id = ?", id).Scan(&out), fmt.Errorf("certificate: %s has no file", id))
	return out.PDF, err
}

func (s *Service) insertCredential(ctx context.Context, id string, c credential.Issued) error {
	return s.db.Conn(ctx).Exec("INSERT INTO certificate_credentials (certificate_id, json, jwt) VALUES (?, ?, ?)", id, c.JSON, c.JWT).Error
}

func (s *Service) credentialOf(ctx context.Context, id string) (c credential.Issued, err error) {
	err = db.One(s.db.Read(ctx).Raw("SELECT json, jwt FROM certificate_credentials WHERE certificate_id = ?", id).Scan(&c), ErrNoCredential)
	return c, err
}

// insertSignature reports false for a picture that is there.
func (s *Service) insertSignature(ctx context.Context, hash string, png []byte, at time.Time) (bool, error) {
	return db.Changed(s.db.Conn(ctx).Exec("INSERT INTO certificate_signatures (hash, png, added_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", hash, png, at))
}

func (s *Service) storedSignature(ctx context.Context, hash string) ([]byte, error) {
	var out struct{ PNG []byte }
	err := db.One(s.db.Read(ctx).Raw("SELECT png FROM certificate_signatures WHERE hash = ?", hash).Scan(&out), fmt.Errorf("certificate: there is no signature %s", hash))
	return out.PNG, err
}

// setLogPosition gives a certificate its place, which never changes.
func (s *Service) setLogPosition(ctx context.Context, id string, position int64) error {
	return s.db.Conn(ctx).Exec("UPDATE certificates SET log_position = ? WHERE id = ? AND log_position IS NULL", position, id).Error
}

// endedBetween returns the places of what is superseded or revoked, from one
// inclusive to the other exclusive, and whether any certificate is there.
func (s *Service) endedBetween(ctx context.Context, from, to int64) (there bool, ended []int64, err error) {
	err = s.db.Read(ctx).Raw("SELECT EXISTS (SELECT 1 FROM certificates WHERE log_position >= ? AND log_position < ?)", from, to).Scan(&there).Error
	if err != nil || !there {
		return false, nil, err
	}
	err = s.db.Read(ctx).Raw(`SELECT log_position FROM certificates
		WHERE state IN ('superseded', 'revoked') AND log_position >= ? AND log_position < ?`, from, to).Scan(&ended).Error
	return true, ended, err
}

func (s *Service) insertEvent(ctx context.Context, e Event) error {
	return s.db.Conn(ctx).Exec(`INSERT INTO certificate_history (id, certificate_id, position, kind, reason, actor_id, at, log_position)
		SELECT ?, ?, 1 + count(*), ?, ?, ?, ?, ? FROM certificate_history WHERE certificate_id = ?`,
		e.ID, e.CertificateID, e.Kind, e.Reason, e.ActorID, e.At, e.LogPosition, e.CertificateID).Error
}

const eventColumns = "h.id, h.certificate_id, h.kind, h.reason, h.actor_id, h.at, h.log_position"

// Events returns the history of a certificate, oldest first.
func (s *Service) Events(ctx context.Context, id string) (events []Event, err error) {
	err = s.db.Read(ctx).Raw("SELECT "+eventColumns+" FROM certificate_history h WHERE h.certificate_id = ? ORDER BY h.position", id).Scan(&events).Error
	return events, err
}

// History is what a page tells beside the certificate, in one read.
func (s *Service) History(ctx context.Context, c Certificate) (h History, err error) {
	var rows []struct {
		Event
		NextNumber, BeforeNumber string
		NextState                State
		NextIssued, NextRevoked  *time.Time
	}
	err = s.db.Read(ctx).Raw("SELECT "+eventColumns+`, coalesce(n.number, '') AS next_number, coalesce(n.state, '') AS next_state,
			n.issued_at AS next_issued, n.revoked_at AS next_revoked, coalesce(b.number, '') AS before_number
		FROM certificate_history h JOIN certificates c ON c.id = h.certificate_id
		LEFT JOIN certificates n ON n.supersedes = c.id LEFT JOIN certificates b ON b.id = c.supersedes
		WHERE h.certificate_id = ? ORDER BY h.position`, c.ID).Scan(&rows).Error
	if err != nil {
		return History{}, err
	}
	for _, r := range rows {
		h.Events = append(h.Events, r.Event)
		h.Predecessor = r.BeforeNumber
		if r.NextNumber != "" {
			h.Successor = &Neighbor{r.NextNumber, r.NextState, r.NextIssued, r.NextRevoked}
		}
	}
	return h, nil
}

// ByPerson returns a person's certificates, newest first.
func (s *Service) ByPerson(ctx context.Context, personID string) ([]Certificate, error) {
	return many(s.db.Read(ctx).Raw("SELECT "+columns+" FROM certificates WHERE person_id = ? ORDER BY id DESC", personID))
}

func many(query *gorm.DB) ([]Certificate, error) {
	var rows []row
	if err := query.Scan(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Certificate, 0, len(rows))
	for _, r := range rows {
		c, err := r.open()
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}
