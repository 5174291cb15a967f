package support

import (
	"context"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
)

const policyColumns = "id, name, version, title, body, note, published_by, published_at"

// Policies returns the newest version of each policy, in the order of
// PolicyNames.
func (s *Service) Policies(ctx context.Context) ([]Policy, error) {
	var rows []Policy
	err := s.db.Read(ctx).Raw(`SELECT ` + policyColumns + ` FROM policies p
		WHERE version = (SELECT max(version) FROM policies q WHERE q.name = p.name)`).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	ordered := make([]Policy, 0, len(rows))
	for _, name := range PolicyNames {
		for _, p := range rows {
			if p.Name == name {
				ordered = append(ordered, p)
			}
		}
	}
	return ordered, nil
}

// Policy returns one version of a policy, the newest for version 0.
func (s *Service) Policy(ctx context.Context, name string, version int) (p Policy, err error) {
	q := s.db.Read(ctx).Raw("SELECT "+policyColumns+" FROM policies WHERE name = ? AND version = ?", name, version)
	if version == 0 {
		q = s.db.Read(ctx).Raw("SELECT "+policyColumns+" FROM policies WHERE name = ? ORDER BY version DESC LIMIT 1", name)
	}
	return p, db.One(q.Scan(&p), ErrNoPolicy)
}

// PolicyVersions returns every version of a policy, newest first.
func (s *Service) PolicyVersions(ctx context.Context, name string) (rows []Policy, err error) {
	err = s.db.Read(ctx).Raw("SELECT "+policyColumns+" FROM policies WHERE name = ? ORDER BY version DESC", name).Scan(&rows).Error
	return rows, err
}

// insertPolicy reports whether there was no such version yet.
func (s *Service) insertPolicy(ctx context.Context, p Policy) (bool, error) {
	return db.Changed(s.db.Conn(ctx).Exec(`INSERT INTO policies (`+policyColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (name, version) DO NOTHING`, p.ID, p.Name, p.Version, p.Title, p.Body, p.Note, p.PublishedBy, p.PublishedAt))
}

const requestColumns = "id, reference, kind, state, person_id, name, email, about, body, outcome, due_at, created_at, answered_at, closed_at"

func (s *Service) insertRequest(ctx context.Context, r Request) error {
	return s.db.Conn(ctx).Exec(`INSERT INTO requests (`+requestColumns+`, search)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		r.ID, r.Reference, r.Kind, r.State, r.PersonID, r.Name, r.Email, r.About, r.Body, r.Outcome, r.DueAt, r.CreatedAt, r.AnsweredAt, r.ClosedAt,
		db.Fold(r.Name+" "+r.Email+" "+r.Reference)).Error
}

// newestLike finds what the form filed when it was sent the first time.
func (s *Service) newestLike(ctx context.Context, n NewRequest) (r Request, err error) {
	who, id := "person_id = ?", n.PersonID
	if id == "" {
		who, id = "person_id IS NULL AND email = ?", n.Email
	}
	q := s.db.Conn(ctx).Raw("SELECT "+requestColumns+" FROM requests WHERE "+who+" AND kind = ? AND about = ? AND body = ? ORDER BY id DESC LIMIT 1",
		id, n.Kind, n.About, n.Body)
	return r, db.One(q.Scan(&r), ErrNoRequest)
}

func (s *Service) request(ctx context.Context, id string) (r Request, err error) {
	return r, db.One(s.db.Read(ctx).Raw("SELECT "+requestColumns+" FROM requests WHERE id = ?", id).Scan(&r), ErrNoRequest)
}

// advance moves an open request on by what the answer adds to it, never by what
// was read before: two answers at once must not undo each other.
func (s *Service) advance(ctx context.Context, id string, a Answer, now time.Time) error {
	set, args := []string{"state = state"}, []any{}
	if a.Close {
		set, args = []string{"state = 'closed'", "closed_at = ?", "outcome = ?"}, []any{now, a.Outcome}
	} else if !a.Internal {
		set = []string{"state = 'answered'"}
	}
	if !a.Internal {
		set, args = append(set, "answered_at = COALESCE(answered_at, ?)"), append(args, now)
	}
	changed, err := db.Changed(s.db.Conn(ctx).Exec("UPDATE requests SET "+strings.Join(set, ", ")+" WHERE id = ? AND state <> 'closed'", append(args, id)...))
	if err == nil && !changed {
		return ErrClosed
	}
	return err
}

// OwnRequests returns a person's requests, newest first, at most 200.
func (s *Service) OwnRequests(ctx context.Context, personID string) (rows []Request, err error) {
	err = s.db.Read(ctx).Raw("SELECT "+requestColumns+" FROM requests WHERE person_id = ? ORDER BY id DESC LIMIT 200", personID).Scan(&rows).Error
	return rows, err
}

func (s *Service) insertMessage(ctx context.Context, m Message) error {
	return s.db.Conn(ctx).Exec("INSERT INTO request_messages (id, request_id, author_id, internal, body, created_at) VALUES (?, ?, ?, ?, ?, ?)",
		m.ID, m.RequestID, m.AuthorID, m.Internal, m.Body, m.CreatedAt).Error
}

func (s *Service) messages(ctx context.Context, requestID string, internal bool) (rows []Message, err error) {
	err = s.db.Read(ctx).Raw("SELECT id, request_id, author_id, internal, body, created_at FROM request_messages WHERE request_id = ? AND (internal = ? OR internal = ?) ORDER BY id",
		requestID, false, internal).Scan(&rows).Error
	return rows, err
}

const accommodationColumns = "id, person_id, course_id, request_id, extra_time_percent, extra_attempts, reason, granted_by, granted_at, ended_at"

func (s *Service) insertAccommodation(ctx context.Context, a Accommodation) error {
	err := s.db.Conn(ctx).Exec("INSERT INTO accommodations ("+accommodationColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
		a.ID, a.PersonID, a.CourseID, a.RequestID, a.ExtraTimePercent, a.ExtraAttempts, a.Reason, a.GrantedBy, a.GrantedAt).Error
	switch {
	case db.IsForeignKey(err) && a.CourseID != nil:
		return apperr.InvalidField("course", "Choose a course from the list.")
	case db.IsForeignKey(err):
		return ErrNoRequest
	}
	return err
}

func (s *Service) accommodation(ctx context.Context, id string) (a Accommodation, err error) {
	return a, db.One(s.db.Read(ctx).Raw("SELECT "+accommodationColumns+" FROM accommodations WHERE id = ?", id).Scan(&a), ErrNoAccommodation)
}

// endAccommodation reports false for one that has ended, or is not there.
func (s *Service) endAccommodation(ctx context.Context, id string, at time.Time) (bool, error) {
	return db.Changed(s.db.Conn(ctx).Exec("UPDATE accommodations SET ended_at = ? WHERE id = ? AND ended_at IS NULL", at, id))
}

func (s *Service) courseSlug(ctx context.Context, id string) (slug string, err error) {
	err = s.db.Read(ctx).Raw("SELECT slug FROM courses WHERE id = ?", id).Scan(&slug).Error
	return slug, err
}

// Accommodations returns everything ever granted to a person, newest first.
func (s *Service) Accommodations(ctx context.Context, personID string) (rows []Accommodation, err error) {
	err = s.db.Read(ctx).Raw("SELECT "+accommodationColumns+" FROM accommodations WHERE person_id = ? ORDER BY id DESC", personID).Scan(&rows).Error
	return rows, err
}
