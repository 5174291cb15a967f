package conversation

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

const threadColumns = `id, kind, state, person_id, course_id, edition_id, lesson_id, anchor, heading, passage_sha256, quote, body, outcome, erratum_id,
	shown_question, shown_answer, created_at, asked_at, answered_at, shown_at, ended_at, ended_by, hidden_at, hidden_by, hidden_reason, revision`

func (s *Service) insertThread(ctx context.Context, t Thread) error {
	return s.d.DB.Conn(ctx).Exec(`INSERT INTO conversation_threads (id, kind, state, waiting, person_id, course_id, edition_id, lesson_id, anchor, heading,
		passage_sha256, quote, body, outcome, erratum_id, shown_question, shown_answer, created_at, asked_at, hidden_reason)
		VALUES (?, ?, 'open', 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', '', '', ?, ?, '')`,
		t.ID, t.Kind, t.PersonID, t.CourseID, t.EditionID, t.LessonID, t.Anchor, t.Heading, t.PassageSHA256, t.Quote, t.Body, t.CreatedAt, t.AskedAt).Error
}

func (s *Service) thread(ctx context.Context, id string) (t Thread, err error) {
	return t, db.One(s.d.DB.Read(ctx).Raw("SELECT "+threadColumns+" FROM conversation_threads WHERE id = ?", id).Scan(&t), ErrNoThread)
}

// newestLike finds what the form filed when it was sent the first time.
func (s *Service) newestLike(ctx context.Context, t Thread) (found Thread, err error) {
	q := s.d.DB.Conn(ctx).Raw("SELECT "+threadColumns+` FROM conversation_threads
		WHERE person_id = ? AND edition_id = ? AND lesson_id = ? AND kind = ? AND anchor = ? AND body = ? ORDER BY id DESC LIMIT 1`,
		t.PersonID, t.EditionID, t.LessonID, t.Kind, t.Anchor, t.Body)
	return found, db.One(q.Scan(&found), ErrNoThread)
}

// update runs a change of one thread under a condition and reports whether it held.
func (s *Service) update(ctx context.Context, set, where string, args ...any) (bool, error) {
	return db.Changed(s.d.DB.Conn(ctx).Exec("UPDATE conversation_threads SET "+set+" WHERE id = ? AND "+where, args...))
}

func (s *Service) askAgain(ctx context.Context, id string, at time.Time) (bool, error) {
	return s.update(ctx, "state = 'open', waiting = 1, asked_at = ?, "+counted, "state IN ('open', 'answered') AND hidden_at IS NULL", at, id)
}

// counted counts what is said or shown; asSeen is that nothing came in between.
const (
	counted = "revision = revision + 1"
	asSeen  = "revision = ?"
)

const editable = "state = 'open' AND answered_at IS NULL AND hidden_at IS NULL"

// reword leaves asked_at: whoever was told of the question sees the new words where
// they look at it.
func (s *Service) reword(ctx context.Context, id, from, to string) (bool, error) {
	return s.update(ctx, "body = ?, "+counted, editable+" AND body = ?", to, id, from)
}

func (s *Service) withdraw(ctx context.Context, id string, at time.Time) (bool, error) {
	return s.update(ctx, "state = 'withdrawn', waiting = 0, ended_at = ?", editable, at, id)
}

func (s *Service) answer(ctx context.Context, a Act, at time.Time) (bool, error) {
	return s.update(ctx, "state = 'answered', waiting = 0, answered_at = COALESCE(answered_at, ?), "+counted,
		"state IN ('open', 'answered') AND hidden_at IS NULL AND "+asSeen, at, a.ID, a.Seen)
}

func (s *Service) end(ctx context.Context, a Act, state State, outcome, erratumID string, at time.Time) (bool, error) {
	return s.update(ctx, "state = ?, waiting = 0, outcome = ?, erratum_id = ?, ended_at = ?, ended_by = ?",
		"state IN ('open', 'answered') AND hidden_at IS NULL AND "+asSeen, state, outcome, erratumID, at, a.By, a.ID, a.Seen)
}

func (s *Service) show(ctx context.Context, w Wording, seen int64) (bool, error) {
	return s.update(ctx, "shown_question = ?, shown_answer = ?, shown_at = ?, shown_by = ?, "+counted,
		"hidden_at IS NULL AND (shown_at IS NULL OR shown_question <> ? OR shown_answer <> ?) AND "+asSeen, w.Question, w.Answer, w.ShownAt, w.ShownBy, w.ThreadID, w.Question, w.Answer, seen)
}

func (s *Service) unshow(ctx context.Context, id string) (bool, error) {
	return s.update(ctx, "shown_at = NULL, shown_by = NULL, "+counted, "hidden_at IS NULL AND shown_at IS NOT NULL", id)
}

func (s *Service) hide(ctx context.Context, id, by, reason string, at time.Time) (bool, error) {
	return s.update(ctx, "hidden_at = ?, hidden_by = ?, hidden_reason = ?", "hidden_at IS NULL", at, by, reason, id)
}

func (s *Service) unhide(ctx context.Context, id string, at time.Time) (bool, error) {
	return s.update(ctx, "hidden_at = NULL, hidden_by = NULL, hidden_reason = '', unhidden_at = ?", "hidden_at IS NOT NULL", at, id)
}

func (s *Service) insertMessage(ctx context.Context, m Message) error {
	return s.d.DB.Conn(ctx).Exec("INSERT INTO conversation_messages (id, thread_id, part, author_id, body, created_at) VALUES (?, ?, ?, ?, ?, ?)",
		m.ID, m.ThreadID, m.Part, m.AuthorID, m.Body, m.CreatedAt).Error
}

func (s *Service) messages(ctx context.Context, threadID string) (list []Message, err error) {
	err = s.d.DB.Read(ctx).Raw("SELECT id, thread_id, part, author_id, body, created_at FROM conversation_messages WHERE thread_id = ? ORDER BY id", threadID).Scan(&list).Error
	return list, err
}

func (s *Service) insertWording(ctx context.Context, w Wording) error {
	return s.d.DB.Conn(ctx).Exec("INSERT INTO conversation_shown (id, thread_id, question, answer, shown_by, shown_at) VALUES (?, ?, ?, ?, ?, ?)",
		w.ID, w.ThreadID, w.Question, w.Answer, w.ShownBy, w.ShownAt).Error
}

// Wordings returns every wording of a thread that was shown to all, the newest first.
func (s *Service) Wordings(ctx context.Context, threadID string) (list []Wording, err error) {
	err = s.d.DB.Read(ctx).Raw("SELECT id, thread_id, question, answer, shown_by, shown_at FROM conversation_shown WHERE thread_id = ? ORDER BY id DESC", threadID).Scan(&list).Error
	return list, err
}
