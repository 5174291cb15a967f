package enrollment

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// addLessons adds to the record of each lesson its bookmark, when the note that there
// is was written, and active time.
func (s *Service) addLessons(ctx context.Context, enrollmentID string, lessons map[string]LessonRecord) error {
	rows, err := s.DB.Read(ctx).Raw(`SELECT lesson_id, bookmarked_at, noted_at, note <> '', active_seconds, request_seconds
		FROM lesson_progress WHERE enrollment_id = ?`, enrollmentID).Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var l LessonRecord
		var noted bool
		if err := rows.Scan(&id, &l.BookmarkedAt, &l.NotedAt, &noted, &l.ActiveSeconds, &l.RequestSeconds); err != nil {
			return err
		}
		if !noted { // it was taken away
			l.NotedAt = nil
		}
		l.FinishedAt = lessons[id].FinishedAt
		lessons[id] = l
	}
	return rows.Err()
}

// lessonRow is what is recorded of one lesson, its note included.
func (s *Service) lessonRow(ctx context.Context, enrollmentID, lessonID string) (l LessonRecord, err error) {
	rows, err := s.DB.Query(ctx, s.sql.lesson, enrollmentID, lessonID)
	if err != nil {
		return LessonRecord{}, err
	}
	defer rows.Close()
	if rows.Next() {
		err = rows.Scan(l.scan()...)
	}
	return l, errors.Join(err, rows.Err())
}

// appendDone extends the enrollment's own record of what is done. The caller
// holds the row since begin.
func (s *Service) appendDone(ctx context.Context, enrollmentID, line string) error {
	return s.DB.Conn(ctx).Exec("UPDATE enrollments SET done = done || ? WHERE id = ?", line, enrollmentID).Error
}

func (s *Service) finish(ctx context.Context, enrollmentID, lessonID string, at time.Time) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec(`INSERT INTO lesson_progress (enrollment_id, lesson_id, finished_at) VALUES (?, ?, ?)
		ON CONFLICT (enrollment_id, lesson_id) DO UPDATE SET finished_at = excluded.finished_at
		WHERE lesson_progress.finished_at IS NULL`, enrollmentID, lessonID, at))
}

func (s *Service) bookmark(ctx context.Context, enrollmentID, lessonID string, at *time.Time) error {
	return s.DB.Conn(ctx).Exec(`INSERT INTO lesson_progress (enrollment_id, lesson_id, bookmarked_at) VALUES (?, ?, ?)
		ON CONFLICT (enrollment_id, lesson_id) DO UPDATE SET bookmarked_at = excluded.bookmarked_at`, enrollmentID, lessonID, at).Error
}

func (s *Service) saveNote(ctx context.Context, enrollmentID, lessonID string, n NoteEdit, now time.Time) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec(`INSERT INTO lesson_progress (enrollment_id, lesson_id, note, note_page, noted_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (enrollment_id, lesson_id) DO UPDATE SET note = excluded.note, note_page = excluded.note_page, noted_at = excluded.noted_at
		WHERE lesson_progress.note = '' OR lesson_progress.note = excluded.note OR lesson_progress.noted_at = ?
			OR (lesson_progress.note_page <> '' AND lesson_progress.note_page = excluded.note_page)`,
		enrollmentID, lessonID, n.Text, n.Page, now, n.Seen))
}

func (s *Service) readNotes(ctx context.Context, enrollmentID string) (map[string]LessonRecord, error) {
	var rows []struct {
		LessonID, Note string
		NotedAt        *time.Time
	}
	err := s.DB.Read(ctx).Raw(`SELECT lesson_id, note, noted_at FROM lesson_progress
		WHERE enrollment_id = ? AND note <> '' AND noted_at IS NOT NULL`, enrollmentID).Scan(&rows).Error
	out := make(map[string]LessonRecord, len(rows))
	for _, r := range rows {
		out[r.LessonID] = LessonRecord{Note: r.Note, NotedAt: r.NotedAt}
	}
	return out, err
}

// saveAnswer stores the latest answer and returns the number of tries.
func (s *Service) saveAnswer(ctx context.Context, enrollmentID, moduleID, questionID, response string, correct bool, at time.Time) (tries int, err error) {
	err = s.DB.Conn(ctx).Raw(`INSERT INTO check_answers (enrollment_id, module_id, question_id, response, correct, tries, first_at, last_at)
		VALUES (?, ?, ?, ?, ?, 1, ?, ?)
		ON CONFLICT (enrollment_id, module_id, question_id) DO UPDATE
		SET response = excluded.response, correct = excluded.correct, tries = check_answers.tries + 1, last_at = excluded.last_at
		RETURNING tries`, enrollmentID, moduleID, questionID, response, correct, at, at).Scan(&tries).Error
	return tries, err
}

// answeredAt tells when the check questions of an enrollment were first answered.
func (s *Service) answeredAt(ctx context.Context, enrollmentID string) (map[string]time.Time, error) {
	var rows []struct {
		QuestionID string
		FirstAt    time.Time
	}
	err := s.DB.Read(ctx).Raw("SELECT question_id, first_at FROM check_answers WHERE enrollment_id = ?", enrollmentID).Scan(&rows).Error
	out := make(map[string]time.Time, len(rows))
	for _, r := range rows {
		out[r.QuestionID] = r.FirstAt
	}
	return out, err
}

type answerRow struct {
	QuestionID, Response string
	Tries                int
	LastAt               time.Time
}

func (s *Service) readAnswers(ctx context.Context, enrollmentID, moduleID string) (map[string]answerRow, error) {
	var rows []answerRow
	err := s.DB.Read(ctx).Raw(`SELECT question_id, response, tries, last_at FROM check_answers
		WHERE enrollment_id = ? AND module_id = ?`, enrollmentID, moduleID).Scan(&rows).Error
	out := make(map[string]answerRow, len(rows))
	for _, r := range rows {
		out[r.QuestionID] = r
	}
	return out, err
}

func (s *Service) checkCopies(ctx context.Context, enrollmentID string) ([]CheckCopy, error) {
	var rows []struct {
		CheckCopy
		Response string
	}
	err := s.DB.Read(ctx).Raw(`SELECT module_id, question_id, response, correct, tries, last_at FROM check_answers
		WHERE enrollment_id = ? ORDER BY module_id, question_id`, enrollmentID).Scan(&rows).Error
	out := make([]CheckCopy, len(rows))
	for i, r := range rows {
		out[i] = r.CheckCopy
		out[i].Response = json.RawMessage(r.Response)
	}
	return out, err
}

func (s *Service) receipt(ctx context.Context, enrollmentID string, at time.Time) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("INSERT INTO evaluation_receipts (enrollment_id, sent_at) VALUES (?, ?) ON CONFLICT DO NOTHING", enrollmentID, at))
}

func (s *Service) consent(ctx context.Context, enrollmentID, itemID string, at time.Time) error {
	return s.DB.Conn(ctx).Exec("INSERT INTO evaluation_consents (enrollment_id, item_id, given_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", enrollmentID, itemID, at).Error
}

func (s *Service) listConsents(ctx context.Context, enrollmentID string) (list []Consent, err error) {
	err = s.DB.Read(ctx).Raw("SELECT item_id, given_at FROM evaluation_consents WHERE enrollment_id = ? ORDER BY item_id", enrollmentID).Scan(&list).Error
	return list, err
}

func (s *Service) insertAnswers(ctx context.Context, id, editionID, month, answers string) error {
	return s.DB.Conn(ctx).Exec("INSERT INTO evaluation_answers (id, edition_id, month, answers) VALUES (?, ?, ?, ?)", id, editionID, month, answers).Error
}

// evaluatedEditions lists the editions that got answers since a month.
func (s *Service) evaluatedEditions(ctx context.Context, sinceMonth string) (ids []string, err error) {
	err = s.DB.Read(ctx).Raw("SELECT DISTINCT edition_id FROM evaluation_answers WHERE month >= ?", sinceMonth).Scan(&ids).Error
	return ids, err
}

// mixAnswers takes up to limit rows of an edition behind a key out and puts them
// back in the order of their keys, in one statement of PostgreSQL. It returns
// the last key, and whether there are more. Answers that commit meanwhile are
// left for the next night.
func (s *Service) mixAnswers(ctx context.Context, editionID, sinceMonth, after string, limit int) (last string, more bool, err error) {
	var ids []string
	err = s.DB.Conn(ctx).Raw(`WITH gone AS (DELETE FROM evaluation_answers WHERE id IN (
			SELECT id FROM evaluation_answers WHERE edition_id = ? AND month >= ? AND id > ? ORDER BY id LIMIT ?)
			RETURNING id, edition_id, month, answers)
		INSERT INTO evaluation_answers (id, edition_id, month, answers)
		SELECT id, edition_id, month, answers FROM gone ORDER BY id RETURNING id`,
		editionID, sinceMonth, after, limit).Scan(&ids).Error
	if err != nil || len(ids) == 0 {
		return "", false, err
	}
	return slices.Max(ids), len(ids) == limit, nil
}
