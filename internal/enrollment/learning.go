package enrollment

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
)

// MaxNoteRunes bounds a note.
const MaxNoteRunes = 5000

// act runs fn in a transaction as one of the learner's acts: it first raises
// the enrollment's counter, which both refuses an enrollment that is not open
// and puts concurrent acts in a row. fn is given the enrollment as it stands
// then. Afterwards the enrollment is completed if nothing is left.
func (s *Service) act(ctx context.Context, id string, fn func(ctx context.Context, l Learning) error) error {
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		l, err := s.begin(ctx, id)
		if err != nil {
			return err
		}
		if err := fn(ctx, l); err != nil {
			return err
		}
		return s.settle(ctx, id)
	})
}

func (s *Service) begin(ctx context.Context, id string) (Learning, error) {
	now := s.now()
	open, err := s.raise(ctx, id, now)
	if err != nil {
		return Learning{}, err
	}
	e, err := s.byID(ctx, id)
	if err != nil {
		return Learning{}, err
	}
	if !open {
		if e.State == Active { // and past its end, or it would be open
			return Learning{}, ErrExpired
		}
		return Learning{}, refusal(e.State)
	}
	return s.progress(ctx, e)
}

// settle completes the enrollment if every requirement is done.
func (s *Service) settle(ctx context.Context, id string) error {
	e, err := s.byID(ctx, id)
	if err != nil {
		return err
	}
	if e.State != Active {
		return nil
	}
	l, err := s.progress(ctx, e)
	if err != nil {
		return err
	}
	if _, done := l.studied(); !done {
		return nil // and nothing need be read to know it
	}
	if l, err = s.whole(ctx, e); err != nil {
		return err
	}
	at, done := Complete(l.Requirements())
	if !done {
		return nil
	}
	first, err := s.complete(ctx, id, at)
	if err != nil || !first {
		return err
	}
	if err := s.attest(ctx, l, at); err != nil {
		return err
	}
	if e, err = s.byID(ctx, id); err != nil {
		return err
	}
	return s.OnComplete(ctx, e)
}

// AcknowledgeDisclosure records that the learner has read the disclosure and
// the pass mark, as the edition of e says them. A second time changes nothing. Errors:
// ErrMovedOn, ErrLiveEvent, those of a closed enrollment.
func (s *Service) AcknowledgeDisclosure(ctx context.Context, e Enrollment) error {
	return s.act(ctx, e.ID, func(ctx context.Context, l Learning) error {
		switch {
		case l.EditionID != e.EditionID:
			return ErrMovedOn
		case l.Attendance != nil:
			return ErrLiveEvent
		case l.DisclosedAt != nil:
			return nil
		}
		now := s.now()
		if err := s.setDisclosed(ctx, e.ID, now); err != nil {
			return err
		}
		// The same text is acknowledged once more where an author's disclosure or the pass
		// mark differs, and each time is evidence.
		ed, card := l.Edition, l.Edition.Course.Card
		return s.AddEvidence(ctx, e.ID, Evidence{
			Kind: "disclosure.acknowledged", Ref: inEdition(ed.Course.Disclosure.Hash, ed), OccurredAt: now,
			Details: map[string]any{"pass_percent": card.PassPercent, "attempts": card.Attempts, "edition": ed.Number, "edition_hash": ed.Hash},
		})
	})
}

// FinishLesson records "Finished, next" (DECISIONS 13). A second time changes
// nothing. Errors: ErrNoLesson, ErrLessonWithdrawn, ErrDisclosureFirst,
// ErrLessonOrder, ErrLiveEvent, ErrMovedOn, those of a closed enrollment.
func (s *Service) FinishLesson(ctx context.Context, e Enrollment, lessonID string) error {
	return s.act(ctx, e.ID, func(ctx context.Context, l Learning) error {
		if l.EditionID != e.EditionID {
			return ErrMovedOn
		}
		if err := mayLearn(l, lessonID); err != nil {
			return err
		}
		now := s.now()
		first, err := s.finish(ctx, e.ID, lessonID, now)
		if err != nil || !first {
			return err
		}
		if err := s.appendDone(ctx, e.ID, doneLine(doneLesson, lessonID, now)); err != nil {
			return err
		}
		ref := lessonID
		if l.Record.earlier[lessonID] {
			ref = inEdition(lessonID, l.Edition)
		}
		return s.AddEvidence(ctx, e.ID, Evidence{Kind: "lesson.finished", Ref: ref, OccurredAt: now})
	})
}

func mayLearn(l Learning, lessonID string) error {
	if _, ok := l.Edition.LessonByID(lessonID); !ok {
		return ErrNoLesson
	}
	_, gone := l.Edition.Withdrawn(lessonID)
	switch {
	case l.Attendance != nil:
		return ErrLiveEvent
	case gone:
		return ErrLessonWithdrawn
	case l.DisclosedAt == nil:
		return ErrDisclosureFirst
	case Locked(l.Edition, l.Record, lessonID):
		return ErrLessonOrder
	}
	return nil
}

// own refuses what a learner may not change of their own things: notes and
// bookmarks stay open after completion, not after the end.
func (s *Service) own(ctx context.Context, e Enrollment, lessonID string) error {
	ed, err := s.Editions.Edition(ctx, e.EditionID)
	if err != nil {
		return err
	}
	if _, ok := ed.LessonByID(lessonID); !ok {
		return ErrNoLesson
	}
	if e = e.At(s.now()); e.State != Active && e.State != Completed {
		return refusal(e.State)
	}
	if e.Attendance != nil {
		return ErrLiveEvent
	}
	return nil
}

// SetBookmark marks a lesson or takes the mark away.
func (s *Service) SetBookmark(ctx context.Context, e Enrollment, lessonID string, on bool) error {
	if err := s.own(ctx, e, lessonID); err != nil {
		return err
	}
	var at *time.Time
	if on {
		now := s.now()
		at = &now
	}
	return s.bookmark(ctx, e.ID, lessonID, at)
}

// NoteEdit is a note as a page sends it. Page is a random token of that opening
// of the page, Seen the instant of the note that it showed (nil: none): a note
// that another page has changed meanwhile is not overwritten.
type NoteEdit struct {
	Text, Page string
	Seen       *time.Time
}

// CleanNote is a note as it is kept.
func CleanNote(text string) string {
	return strings.TrimRight(strings.ReplaceAll(text, "\r\n", "\n"), " \n\t")
}

// SaveNote keeps the learner's note on a lesson, empty text removes it, and
// returns when. Errors: ErrNoteChanged, Invalid with field "note".
func (s *Service) SaveNote(ctx context.Context, e Enrollment, lessonID string, n NoteEdit) (time.Time, error) {
	n.Text = CleanNote(n.Text)
	if length := utf8.RuneCountInString(n.Text); length > MaxNoteRunes {
		return time.Time{}, apperr.InvalidField("note", "Your note has %d characters; at most %d are possible. Shorten it.", length, MaxNoteRunes)
	}
	if len(n.Page) > 64 {
		return time.Time{}, apperr.InvalidField("note", "Please load the page again and save once more.")
	}
	if err := s.own(ctx, e, lessonID); err != nil {
		return time.Time{}, err
	}
	if n.Seen != nil {
		seen := db.Truncate(*n.Seen)
		n.Seen = &seen
	}
	now := s.now()
	saved, err := s.saveNote(ctx, e.ID, lessonID, n, now)
	if err != nil {
		return time.Time{}, err
	}
	if !saved {
		return time.Time{}, ErrNoteChanged
	}
	return now, nil
}

// Note is a learner's note with its lesson, nil where the edition has none of that ID.
type Note struct {
	LessonID string
	Lesson   *course.Lesson
	Text     string
	At       time.Time
}

// Notes returns all notes of an enrollment in the order of the lessons, and behind
// them those at lessons that the learner's edition no longer has.
func (s *Service) Notes(ctx context.Context, e Enrollment) ([]Note, error) {
	ed, err := s.Editions.Edition(ctx, e.EditionID)
	if err != nil {
		return nil, err
	}
	byLesson, err := s.readNotes(ctx, e.ID)
	if err != nil {
		return nil, err
	}
	var list []Note
	for _, m := range ed.Course.Modules {
		for _, l := range m.Lessons {
			if n, ok := byLesson[l.ID]; ok {
				list = append(list, Note{l.ID, l, n.Note, *n.NotedAt})
				delete(byLesson, l.ID)
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(byLesson)) {
		list = append(list, Note{LessonID: id, Text: byLesson[id].Note, At: *byLesson[id].NotedAt})
	}
	return list, nil
}
