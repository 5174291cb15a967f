package conversation

import (
	"context"
	"slices"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/mail"
)

// KeepNote keeps something to do in the next edition, with the thread that it comes
// of. It is audited; the same form sent twice keeps one. Errors: ErrNoThread,
// ErrHidden, Invalid.
func (s *Service) KeepNote(ctx context.Context, id, by, body string) error {
	body = apperr.Plain(body)
	var c apperr.Check
	c.Text("note", body, MaxQuestion, "Say what is to be changed in the next edition.")
	if err := c.Err(); err != nil {
		return err
	}
	return s.act(ctx, id, func(ctx context.Context, t Thread) error {
		p, err := s.place(ctx, t)
		if err != nil {
			return err
		}
		return s.keep(ctx, p, by, body)
	})
}

func (s *Service) keep(ctx context.Context, p Placed, by, body string) error {
	n := Note{ID: db.NewID(), ThreadID: p.ID, CourseID: p.CourseID, Path: p.Lesson.File, Body: body, CreatedAt: s.now(), CreatedBy: by}
	if err := s.insertNote(ctx, n); err != nil {
		return err
	}
	return s.recordNote(ctx, "conversation.note", n.ID, map[string]any{"conversation": p.ID, "course": p.Edition.Slug})
}

func (s *Service) recordNote(ctx context.Context, action, id string, details map[string]any) error {
	return s.d.Audit.Record(ctx, audit.Event{Action: action, ObjectKind: "edition note", ObjectID: id, Details: details})
}

// PlacedNote is a note with the thread that it comes of.
type PlacedNote struct {
	Note
	Of Placed
	In int // the number of the edition that has it, 0 while it is open
}

// Notes lists the notes of a course, those that are open or those that are done,
// newest first. Of a hidden thread the words are left out.
func (s *Service) Notes(ctx context.Context, courseID string, done bool, at Place) (list []PlacedNote, earlier, more bool, err error) {
	rows, earlier, more, err := s.notesOfCourse(ctx, courseID, done, at)
	if err != nil {
		return nil, false, false, err
	}
	for _, n := range rows {
		t, err := s.thread(ctx, n.ThreadID)
		if err != nil {
			return nil, false, false, err
		}
		of, err := s.place(ctx, veiled([]Thread{t})[0])
		if err != nil {
			return nil, false, false, err
		}
		one := PlacedNote{Note: n, Of: of}
		if n.DoneEditionID != nil {
			ed, err := s.d.Editions.Edition(ctx, *n.DoneEditionID)
			if err != nil {
				return nil, false, false, err
			}
			one.In = ed.Number
		}
		list = append(list, one)
	}
	return list, earlier, more, nil
}

// Done ticks a note of a course as done in an edition that is later than the one it
// is about, and tells who asked, once for each edition. Of one that is done already
// nothing changes. It is audited. Errors: ErrNoNote, ErrNoEdition.
func (s *Service) Done(ctx context.Context, slug, courseID, id, editionID, by string) error {
	list, err := s.d.Editions.Editions(ctx, slug)
	if err != nil && !apperr.Is(err, apperr.NotFound) { // nothing is published
		return err
	}
	return s.d.DB.InTx(ctx, func(ctx context.Context) error {
		n, err := s.note(ctx, courseID, id)
		if err != nil {
			return err
		}
		of, err := s.placeOf(ctx, n)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(of.Later(list), func(p course.Published) bool { return p.ID == editionID })
		if i < 0 {
			return ErrNoEdition
		}
		changed, err := s.finish(ctx, id, editionID, by, s.now())
		if err != nil || !changed {
			return err
		}
		if err := s.tellOfChange(ctx, of, of.Later(list)[i]); err != nil {
			return err
		}
		return s.recordNote(ctx, "conversation.note_done", id, map[string]any{"course": slug, "edition": editionID})
	})
}

func (s *Service) placeOf(ctx context.Context, n Note) (Placed, error) {
	t, err := s.thread(ctx, n.ThreadID)
	if err != nil {
		return Placed{}, err
	}
	return s.place(ctx, t)
}

// Later are those of a course's editions, the newest first, that can have a change
// that came of this.
func (p Placed) Later(list []course.Published) []course.Published {
	i := slices.IndexFunc(list, func(e course.Published) bool { return e.Number <= p.Edition.Number })
	if i < 0 {
		return list
	}
	return list[:i]
}

// tellOfChange mails who asked that an edition has a change that came of it, unless
// they were told of that edition, took it back, or have it hidden.
func (s *Service) tellOfChange(ctx context.Context, of Placed, in course.Published) error {
	if of.HiddenAt != nil || of.State == Withdrawn {
		return nil
	}
	first, err := s.markTold(ctx, of.ID, in.ID, s.now())
	if err != nil || !first {
		return err
	}
	return s.tell(ctx, of.Thread, mail.LessonChanged{Report: of.Kind == Inaccuracy, CourseTitle: of.Edition.Course.Card.Title, LessonTitle: of.Lesson.Title,
		Edition: in.Number, Link: s.link(of.Thread)})
}

// ChangedIn returns the numbers of the editions with a change that came of a thread,
// in their order, as its notes say.
func (s *Service) ChangedIn(ctx context.Context, threadID string) (numbers []int, err error) {
	notes, err := s.notesOf(ctx, threadID)
	if err != nil {
		return nil, err
	}
	for _, n := range notes {
		if n.DoneEditionID == nil {
			continue
		}
		ed, err := s.d.Editions.Edition(ctx, *n.DoneEditionID)
		if err != nil {
			return nil, err
		}
		numbers = append(numbers, ed.Number)
	}
	slices.Sort(numbers)
	return slices.Compact(numbers), nil
}

// Reopen takes Done back. It is audited. Errors: ErrNoNote.
func (s *Service) Reopen(ctx context.Context, courseID, id string) error {
	return s.d.DB.InTx(ctx, func(ctx context.Context) error {
		n, err := s.note(ctx, courseID, id)
		if err != nil {
			return err
		}
		changed, err := s.reopen(ctx, id)
		if err != nil || !changed {
			return err
		}
		of, err := s.placeOf(ctx, n)
		if err != nil {
			return err
		}
		return s.recordNote(ctx, "conversation.note_open", id, map[string]any{"course": of.Edition.Slug})
	})
}
