package attendance

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/db"
)

const eventColumns = `id, course_id, edition_id, title, time_zone, starts_at, ends_at, minutes, least_minutes, online, place, presenters, disclosed,
	evaluation, exam, version, used, created_by, created_at`

func (s *Service) insertEvent(ctx context.Context, e Event) error {
	return s.DB.Conn(ctx).Exec("INSERT INTO live_events ("+eventColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		e.ID, e.CourseID, e.EditionID, e.Title, e.TimeZone, e.StartsAt, e.EndsAt, e.Minutes, e.LeastMinutes, e.Online, e.Place, e.Presenters, e.Disclosed,
		e.Evaluation, e.Exam, e.Version, e.Used, e.CreatedBy, e.CreatedAt).Error
}

// updateEvent reports false for one that is used, or of another version.
func (s *Service) updateEvent(ctx context.Context, e Event, version int) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec(`UPDATE live_events SET course_id = ?, edition_id = ?, title = ?, time_zone = ?, starts_at = ?, ends_at = ?, minutes = ?,
		least_minutes = ?, online = ?, place = ?, presenters = ?, disclosed = ?, evaluation = ?, exam = ?, version = ?
		WHERE id = ? AND version = ? AND NOT used`,
		e.CourseID, e.EditionID, e.Title, e.TimeZone, e.StartsAt, e.EndsAt, e.Minutes, e.LeastMinutes, e.Online, e.Place, e.Presenters, e.Disclosed,
		e.Evaluation, e.Exam, e.Version, e.ID, version))
}

// useEvent keeps an event from changing any more; false if it is of another version.
func (s *Service) useEvent(ctx context.Context, id string, version int) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("UPDATE live_events SET used = ? WHERE id = ? AND version = ?", true, id, version))
}

// holdEvent keeps others from an event until the transaction ends; false for none.
// Whoever needs a list of it too takes the list first.
func (s *Service) holdEvent(ctx context.Context, id string) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("UPDATE live_events SET used = used WHERE id = ?", id))
}

// releaseEvent undoes useEvent, unless something is recorded by the event or a list
// of it is worked on.
func (s *Service) releaseEvent(ctx context.Context, id string) error {
	return s.DB.Conn(ctx).Exec("UPDATE live_events AS e SET used = ? WHERE e.id = ? AND e.used AND "+unrecorded+
		" AND NOT EXISTS (SELECT 1 FROM attendance_lists l WHERE l.event_id = e.id AND l.state = 'started')", false, id).Error
}

// unrecorded is true of an event e by which nothing is recorded.
const unrecorded = "NOT EXISTS (SELECT 1 FROM enrollments n WHERE n.event_id = e.id)"

// Removable reports whether Remove can take an event away.
func (s *Service) Removable(ctx context.Context, id string) (yes bool, err error) {
	err = s.DB.Read(ctx).Raw("SELECT EXISTS (SELECT 1 FROM live_events e WHERE e.id = ? AND "+unrecorded+
		" AND NOT EXISTS (SELECT 1 FROM attendance_lists l WHERE l.event_id = e.id AND l.state = 'started'))", id).Scan(&yes).Error
	return yes, err
}

// deleteLists deletes the lists of an event that nothing works on, with their files
// and rows.
func (s *Service) deleteLists(ctx context.Context, eventID string) (int64, error) {
	q := s.DB.Conn(ctx).Exec("DELETE FROM attendance_lists WHERE event_id = ? AND state <> 'started'", eventID)
	return q.RowsAffected, q.Error
}

// deleteEvent reports false for one that a list or an attendance belongs to.
func (s *Service) deleteEvent(ctx context.Context, id string) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("DELETE FROM live_events AS e WHERE e.id = ? AND "+unrecorded+
		" AND NOT EXISTS (SELECT 1 FROM attendance_lists l WHERE l.event_id = e.id)", id))
}

// Event returns an event. Errors: ErrNoEvent.
func (s *Service) Event(ctx context.Context, id string) (e Event, err error) {
	return e, db.One(s.DB.Read(ctx).Raw("SELECT "+eventColumns+" FROM live_events WHERE id = ?", id).Scan(&e), ErrNoEvent)
}

// sameAs is the newest event that the same person recorded as being the same.
func (s *Service) sameAs(ctx context.Context, same Event) (e Event, err error) {
	return e, db.One(s.DB.Read(ctx).Raw("SELECT "+eventColumns+` FROM live_events
		WHERE created_by = ? AND edition_id = ? AND title = ? AND starts_at = ? AND ends_at = ? ORDER BY id DESC LIMIT 1`,
		same.CreatedBy, same.EditionID, same.Title, same.StartsAt, same.EndsAt).Scan(&e), ErrNoEvent)
}

// Held is an event with how many certificates rest on it.
type Held struct {
	Event        `gorm:"embedded"`
	Certificates int64
}

// Filter is a place in the list of events, which begins with the one that was held
// last, or in the lists of an event. After and Before are the ID of the neighboring row.
type Filter struct {
	After, Before string
	Limit         int
}

// Page is a part of the list.
type Page struct {
	Events        []Held
	Total         int64
	Over          bool
	More, Earlier bool
}

// Events returns a page of the list.
func (s *Service) Events(ctx context.Context, f Filter) (p Page, err error) {
	f.Limit = db.PageLimit(f.Limit)
	where, args, order := "", []any{}, "DESC"
	const at = "(SELECT n.starts_at, n.id FROM live_events n WHERE n.id = ?)"
	switch {
	case f.Before != "":
		where, args, order = "WHERE (e.starts_at, e.id) > "+at, []any{f.Before}, "ASC"
	case f.After != "":
		where, args = "WHERE (e.starts_at, e.id) < "+at, []any{f.After}
	}
	columns := "e." + strings.ReplaceAll(strings.Join(strings.Fields(eventColumns), " "), ", ", ", e.")
	err = s.DB.Read(ctx).Raw("SELECT "+columns+`, (SELECT count(*) FROM certificates c JOIN enrollments n ON n.id = c.enrollment_id
		WHERE n.event_id = e.id AND c.state IN ('preparing', 'issued')) AS certificates
		FROM live_events e `+where+" ORDER BY e.starts_at "+order+", e.id "+order+" LIMIT ?", append(args, f.Limit+1)...).Scan(&p.Events).Error
	if err != nil {
		return Page{}, err
	}
	p.Events, p.Earlier, p.More = db.Cut(p.Events, f.Limit, f.After != "", f.Before != "")
	p.Total, p.Over, err = db.CountUpTo(s.DB.Read(ctx), " FROM live_events")
	return p, err
}

const listColumns = `id, event_id, name, sha256, size, total, state, uploaded_by, uploaded_at, checked_at, event_version, check_sha256,
	COALESCE(started_by, '') AS started_by, started_at, attestation, finished_at, forgotten_at`

// insertList reports false where the same file is there already and was not started.
func (s *Service) insertList(ctx context.Context, l List) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec(`INSERT INTO attendance_lists
		(id, event_id, name, sha256, size, total, state, uploaded_by, uploaded_at, checked_at, event_version, check_sha256)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (event_id, sha256) WHERE state = 'checked' DO NOTHING`,
		l.ID, l.EventID, l.Name, l.SHA256, l.Size, l.Total, l.State, l.UploadedBy, l.UploadedAt, l.CheckedAt, l.EventVersion, l.CheckSHA256))
}

// openLists counts the lists of an event that were not started. Whoever holds the
// event can rely on it.
func (s *Service) openLists(ctx context.Context, eventID string) (n int, err error) {
	err = s.DB.Conn(ctx).Raw("SELECT count(*) FROM attendance_lists WHERE event_id = ? AND state = 'checked'", eventID).Scan(&n).Error
	return n, err
}

// checkedList is the list of a file that was not started. Errors: ErrNoList.
func (s *Service) checkedList(ctx context.Context, eventID, hash string) (l List, err error) {
	return l, db.One(s.DB.Conn(ctx).Raw("SELECT "+listColumns+" FROM attendance_lists WHERE event_id = ? AND sha256 = ? AND state = 'checked'",
		eventID, hash).Scan(&l), ErrNoList)
}

// List returns a list. Errors: ErrNoList.
func (s *Service) List(ctx context.Context, id string) (l List, err error) {
	return l, db.One(s.DB.Read(ctx).Raw("SELECT "+listColumns+" FROM attendance_lists WHERE id = ?", id).Scan(&l), ErrNoList)
}

// ListPage is a part of the lists of an event.
type ListPage struct {
	Lists         []List
	Total         int64
	More, Earlier bool
}

// Lists returns a page of the lists of an event, the newest first.
func (s *Service) Lists(ctx context.Context, eventID string, f Filter) (p ListPage, err error) {
	f.Limit = db.PageLimit(f.Limit)
	if err := s.DB.Read(ctx).Raw("SELECT count(*) FROM attendance_lists WHERE event_id = ?", eventID).Scan(&p.Total).Error; err != nil {
		return ListPage{}, err
	}
	where, args, order := "event_id = ?", []any{eventID}, "DESC"
	switch {
	case f.Before != "":
		where, args, order = where+" AND id > ?", append(args, f.Before), "ASC"
	case f.After != "":
		where, args = where+" AND id < ?", append(args, f.After)
	}
	err = s.DB.Read(ctx).Raw("SELECT "+listColumns+" FROM attendance_lists WHERE "+where+" ORDER BY id "+order+" LIMIT ?", append(args, f.Limit+1)...).Scan(&p.Lists).Error
	p.Lists, p.Earlier, p.More = db.Cut(p.Lists, f.Limit, f.After != "", f.Before != "")
	return p, err
}

func (s *Service) updateCheck(ctx context.Context, l List) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("UPDATE attendance_lists SET checked_at = ?, event_version = ?, check_sha256 = ? WHERE id = ? AND state = 'checked'",
		l.CheckedAt, l.EventVersion, l.CheckSHA256, l.ID))
}

// start reports false for a list that was started, or checked again since.
func (s *Service) start(ctx context.Context, l List, seen string) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec(`UPDATE attendance_lists SET state = 'started', started_by = ?, started_at = ?, attestation = ?
		WHERE id = ? AND state = 'checked' AND check_sha256 = ?`, l.StartedBy, l.StartedAt, l.Attestation, l.ID, seen))
}

// finishList reports false while rows are left, and for one that is finished.
func (s *Service) finishList(ctx context.Context, id string, now time.Time) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec(`UPDATE attendance_lists SET state = 'finished', finished_at = ? WHERE id = ? AND state = 'started'
		AND NOT EXISTS (SELECT 1 FROM attendance_rows r WHERE r.list_id = attendance_lists.id AND r.outcome = '')`, now, id))
}

func (s *Service) deleteList(ctx context.Context, id string) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("DELETE FROM attendance_lists WHERE id = ? AND state = 'checked'", id))
}

func (s *Service) insertFile(ctx context.Context, listID string, body []byte) error {
	return s.DB.Conn(ctx).Exec("INSERT INTO attendance_files (list_id, body) VALUES (?, ?)", listID, body).Error
}

// File returns the bytes of a list as they were uploaded.
func (s *Service) File(ctx context.Context, listID string) ([]byte, error) {
	var out struct{ Body []byte }
	err := db.One(s.DB.Read(ctx).Raw("SELECT body FROM attendance_files WHERE list_id = ?", listID).Scan(&out), ErrNoList)
	return out.Body, err
}

const rowColumns = `position, line, email, name, minutes, evaluation, profession, jurisdiction, number, verdict, note, account_id, account_name, chosen,
	outcome, outcome_note, COALESCE(enrollment_id, '') AS enrollment_id, done_at`

// rowsAtOnce bounds the parameters of one statement.
const rowsAtOnce = 200

func (s *Service) insertRows(ctx context.Context, listID string, rows []Row) error {
	for part := range slices.Chunk(rows, rowsAtOnce) {
		args := make([]any, 0, 15*len(part))
		for _, r := range part {
			args = append(args, listID, r.Position, r.Line, r.Email, account.EmailKey(r.Email), r.Name, r.Minutes, r.Evaluation, r.Profession, r.Jurisdiction, r.Number, r.Verdict, r.Note, r.AccountID, r.AccountName)
		}
		values := strings.TrimSuffix(strings.Repeat("(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?), ", len(part)), ", ")
		err := s.DB.Conn(ctx).Exec(`INSERT INTO attendance_rows
			(list_id, position, line, email, email_key, name, minutes, evaluation, profession, jurisdiction, number, verdict, note, account_id, account_name) VALUES `+values, args...).Error
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) deleteRows(ctx context.Context, listID string) error {
	return s.DB.Conn(ctx).Exec("DELETE FROM attendance_rows WHERE list_id = ?", listID).Error
}

// entries are the rows of a list as they stand in its file.
func (s *Service) entries(ctx context.Context, listID string) (list []Entry, err error) {
	err = s.DB.Read(ctx).Raw("SELECT line, email, name, minutes, evaluation, profession, jurisdiction, number FROM attendance_rows WHERE list_id = ? ORDER BY position",
		listID).Scan(&list).Error
	return list, err
}

// choose returns how many of the rows are there and can be chosen.
func (s *Service) choose(ctx context.Context, listID string, positions []int) (n int64, err error) {
	for part := range slices.Chunk(positions, rowsAtOnce) {
		q := s.DB.Conn(ctx).Exec("UPDATE attendance_rows SET chosen = ? WHERE list_id = ? AND verdict = 'other_name' AND position IN ?", true, listID, part)
		if q.Error != nil {
			return 0, q.Error
		}
		n += q.RowsAffected
	}
	return n, nil
}

// todo is true of rows that a list which is started issues.
const todo = "(verdict IN ('issue', 'invite') OR verdict = 'other_name' AND chosen)"

// refuseRest settles what is not to be issued, and returns how many rows are.
func (s *Service) refuseRest(ctx context.Context, listID string, now time.Time) (n int64, err error) {
	err = s.DB.Conn(ctx).Exec(`UPDATE attendance_rows SET outcome = 'refused', done_at = ?, outcome_note = CASE verdict WHEN 'other_name' THEN 'Not chosen. ' || note ELSE note END
		WHERE list_id = ? AND outcome = '' AND NOT `+todo, now, listID).Error
	if err != nil {
		return 0, err
	}
	err = s.DB.Conn(ctx).Raw("SELECT count(*) FROM attendance_rows WHERE list_id = ? AND outcome = ''", listID).Scan(&n).Error
	return n, err
}

func (s *Service) failRest(ctx context.Context, listID, note string, now time.Time) error {
	return s.DB.Conn(ctx).Exec("UPDATE attendance_rows SET outcome = 'failed', outcome_note = ?, done_at = ? WHERE list_id = ? AND outcome = ''", note, now, listID).Error
}

func (s *Service) pending(ctx context.Context, listID string, after, limit int) (rows []Row, err error) {
	err = s.DB.Read(ctx).Raw("SELECT "+rowColumns+" FROM attendance_rows WHERE list_id = ? AND position > ? AND outcome = '' ORDER BY position LIMIT ?",
		listID, after, limit).Scan(&rows).Error
	return rows, err
}

// holdRow takes a row that was not done until the transaction ends.
func (s *Service) holdRow(ctx context.Context, listID string, position int) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("UPDATE attendance_rows SET outcome_note = '' WHERE list_id = ? AND position = ? AND outcome = ''", listID, position))
}

// settleRow reports false for a row that was done already.
func (s *Service) settleRow(ctx context.Context, listID string, position int, o Outcome, note, enrollmentID string, now time.Time) (bool, error) {
	var id *string
	if enrollmentID != "" && (o == Issued || o == Waiting) {
		id = &enrollmentID
	}
	return db.Changed(s.DB.Conn(ctx).Exec(`UPDATE attendance_rows SET outcome = ?, outcome_note = ?, enrollment_id = ?, done_at = ?
		WHERE list_id = ? AND position = ? AND outcome = ''`, o, note, id, now, listID, position))
}

// RowFilter narrows the rows of a list; zero fields do not. After is the position of
// the last row of the page before, Before that of the first of the next.
type RowFilter struct {
	Verdict       Verdict
	Outcome       Outcome
	After, Before int
	Limit         int
}

// RowPage is a part of the rows.
type RowPage struct {
	Rows          []Row
	Total         int64
	More, Earlier bool
}

func (f RowFilter) where(listID string) (string, []any) {
	where, args := "WHERE list_id = ?", []any{listID}
	if f.Verdict != "" {
		where, args = where+" AND verdict = ?", append(args, f.Verdict)
	}
	if f.Outcome != "" {
		where, args = where+" AND outcome = ?", append(args, f.Outcome)
	}
	return where, args
}

// Rows returns a page of the rows of a list, in the order of the file.
func (s *Service) Rows(ctx context.Context, listID string, f RowFilter) (p RowPage, err error) {
	f.Limit = db.PageLimit(f.Limit)
	where, args := f.where(listID)
	if err := s.DB.Read(ctx).Raw("SELECT count(*) FROM attendance_rows "+where, args...).Scan(&p.Total).Error; err != nil {
		return p, err
	}
	order := "ASC"
	switch {
	case f.Before > 0:
		where, args, order = where+" AND position < ?", append(args, f.Before), "DESC"
	case f.After > 0:
		where, args = where+" AND position > ?", append(args, f.After)
	}
	err = s.DB.Read(ctx).Raw(fmt.Sprintf("SELECT %s FROM attendance_rows %s ORDER BY position %s LIMIT ?", rowColumns, where, order), append(args, f.Limit+1)...).Scan(&p.Rows).Error
	p.Rows, p.Earlier, p.More = db.Cut(p.Rows, f.Limit, f.After > 0, f.Before > 0)
	return p, err
}

// EachRow calls fn with pages of a list's rows, in the order of the file, without
// loading it whole: for CSV.
func (s *Service) EachRow(ctx context.Context, listID string, fn func([]Row) error) error {
	return db.WalkPages(func(last *Row) ([]Row, bool, error) {
		f := RowFilter{Limit: db.MaxPage}
		if last != nil {
			f.After = last.Position
		}
		p, err := s.Rows(ctx, listID, f)
		return p.Rows, p.More, err
	}, fn)
}

// Verdicts counts the rows of a list by their verdicts.
func (s *Service) Verdicts(ctx context.Context, listID string) (map[Verdict]int, error) {
	var rows []struct {
		Verdict Verdict
		N       int
	}
	err := s.DB.Read(ctx).Raw("SELECT verdict, count(*) AS n FROM attendance_rows WHERE list_id = ? GROUP BY verdict", listID).Scan(&rows).Error
	out := map[Verdict]int{}
	for _, r := range rows {
		out[r.Verdict] = r.N
	}
	return out, err
}

// Outcomes counts the rows of a list by what became of them; Pending are those that
// were not done yet.
func (s *Service) Outcomes(ctx context.Context, listID string) (map[Outcome]int, error) {
	var rows []struct {
		Outcome Outcome
		N       int
	}
	err := s.DB.Read(ctx).Raw("SELECT outcome, count(*) AS n FROM attendance_rows WHERE list_id = ? GROUP BY outcome", listID).Scan(&rows).Error
	out := map[Outcome]int{}
	for _, r := range rows {
		out[r.Outcome] = r.N
	}
	return out, err
}

// Group is how many rows of a list that can be issued say the same of the minutes.
type Group struct {
	Minutes string // as they stand in the list
	N       int
}

// Groups returns the groups of a list, at most as many as are asked for.
func (s *Service) Groups(ctx context.Context, listID string, limit int) (list []Group, err error) {
	err = s.DB.Read(ctx).Raw(`SELECT minutes, count(*) AS n FROM attendance_rows WHERE list_id = ? AND verdict IN ('issue', 'invite', 'other_name')
		GROUP BY minutes ORDER BY n DESC, minutes LIMIT ?`, listID, limit).Scan(&list).Error
	return list, err
}
