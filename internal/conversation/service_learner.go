package conversation

import (
	"context"
	"slices"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/enrollment"
)

// NewThread is what the form below a lesson holds. Anchor is that of a passage, ""
// for the lesson's beginning. Edition is the number of the one that the page showed, 0
// for any: a learner may have moved to another since.
type NewThread struct {
	PersonID, Slug, Lesson string
	Kind                   Kind
	Anchor, Body           string
	Words                  string // of the lesson that it is about, "" for none
	Edition                int
}

// Ask files a question or a report about a passage of a lesson that the person may
// read in the edition that they are in. The same form sent twice is one thread.
// Errors: those of enrollment.Service.LessonView, enrollment.ErrMovedOn, ErrReadOnly,
// Invalid, Limited.
func (s *Service) Ask(ctx context.Context, n NewThread) (Thread, error) {
	n.Body, n.Words = apperr.Plain(n.Body), apperr.Plain(n.Words)
	v, err := s.d.Lessons.LessonView(ctx, n.PersonID, n.Slug, 0, n.Lesson)
	if err != nil {
		return Thread{}, err
	}
	if v.State != enrollment.Active && v.State != enrollment.Completed {
		return Thread{}, ErrReadOnly
	}
	if n.Edition != 0 && n.Edition != v.Edition.Number {
		return Thread{}, enrollment.ErrMovedOn
	}
	passages := Passages(v.Lesson)
	passage, there := Find(passages, n.Anchor)
	var c apperr.Check
	c.Require(slices.Contains(Kinds, n.Kind), "kind", "Choose what you send: a question or a report.")
	c.Require(there, "at", "Choose a passage of this lesson.")
	if n.Words != "" {
		c.Text("words", n.Words, MaxWords, "")
		c.Require(course.NewQuotes(nil, v.Edition.Course).Has(v.Lesson.File, n.Words), "words", "These words do not stand in the lesson. Copy them from it, or leave this empty.")
	}
	c.Text("body", n.Body, MaxQuestion, "Write what you would like to know, or what is wrong.")
	if err := c.Err(); err != nil {
		return Thread{}, err
	}
	if n.Words != "" {
		passage = quoted(passages, passage, n.Words)
	}
	now := s.now()
	t := Thread{ID: db.NewID(), Kind: n.Kind, State: Open, PersonID: n.PersonID, CourseID: v.CourseID, EditionID: v.EditionID, LessonID: v.Lesson.ID,
		Anchor: passage.Anchor, Heading: passage.Heading, PassageSHA256: passage.SHA256, Quote: passage.Quote, Body: n.Body, CreatedAt: now, AskedAt: now}
	out := t
	err = s.d.DB.InTx(ctx, func(ctx context.Context) error {
		first, err := s.once.First(ctx)
		if err != nil {
			return err
		}
		if !first {
			out, err = s.newestLike(ctx, t)
			return err
		}
		out = t
		if err := s.allow(ctx, perAsk, n.PersonID, askedOut); err != nil {
			return err
		}
		return s.insertThread(ctx, t)
	})
	return out, err
}

// Own returns a thread of this person with what was said, somebody else's as
// ErrNoThread. Of a hidden one it has the reason alone.
func (s *Service) Own(ctx context.Context, personID, id string) (Placed, []Message, error) {
	t, err := s.own(ctx, personID, id)
	if err != nil {
		return Placed{}, nil, err
	}
	p, err := s.place(ctx, t)
	if err != nil || t.HiddenAt != nil {
		p.Body, p.Quote, p.Outcome, p.ShownQuestion, p.ShownAnswer = "", "", "", "", ""
		return p, nil, err
	}
	list, err := s.said(ctx, id)
	return p, list, err
}

func (s *Service) own(ctx context.Context, personID, id string) (Thread, error) {
	t, err := s.thread(ctx, id)
	if err != nil {
		return Thread{}, err
	}
	if t.PersonID != personID {
		return Thread{}, ErrNoThread
	}
	return t, nil
}

// Add adds a person's words to their thread, which waits for an answer again. The
// same form sent twice adds once. Errors: ErrNoThread, ErrEnded, ErrHidden,
// Invalid, Limited.
func (s *Service) Add(ctx context.Context, personID, id, body string) error {
	body = apperr.Plain(body)
	var c apperr.Check
	c.Text("more", body, MaxQuestion, "Write what you would like to add.")
	if err := c.Err(); err != nil {
		return err
	}
	return s.d.DB.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.own(ctx, personID, id); err != nil {
			return err
		}
		if first, err := s.once.First(ctx); err != nil || !first {
			return err
		}
		if err := s.allow(ctx, perAdd, personID, addedOut); err != nil {
			return err
		}
		now := s.now()
		waits, err := s.askAgain(ctx, id, now)
		if err != nil {
			return err
		}
		if !waits {
			return s.why(ctx, id, ErrAnswered)
		}
		return s.insertMessage(ctx, Message{ID: db.NewID(), ThreadID: id, Part: FollowUp, AuthorID: personID, Body: body, CreatedAt: now})
	})
}

// why says what keeps a thread from an act; otherwise it is what can come in between.
func (s *Service) why(ctx context.Context, id string, otherwise error) error {
	t, err := s.thread(ctx, id)
	switch {
	case err != nil:
		return err
	case t.HiddenAt != nil:
		return ErrHidden
	case t.Ended():
		return ErrEnded
	default:
		return otherwise
	}
}

// Reword replaces the words of a person's question before it is answered. The
// earlier ones stay on record, so it counts as Add does. The same words again change
// nothing. Errors: ErrNoThread, ErrAnswered, ErrReworded, ErrEnded, ErrHidden,
// Invalid, Limited.
func (s *Service) Reword(ctx context.Context, personID, id, body string) error {
	body = apperr.Plain(body)
	var c apperr.Check
	c.Text("body", body, MaxQuestion, "Write the question. To take it back, withdraw it.")
	if err := c.Err(); err != nil {
		return err
	}
	return s.d.DB.InTx(ctx, func(ctx context.Context) error {
		t, err := s.own(ctx, personID, id)
		if err != nil || t.Body == body {
			return err
		}
		if err := s.allow(ctx, perAdd, personID, addedOut); err != nil {
			return err
		}
		changed, err := s.reword(ctx, id, t.Body, body)
		if err != nil {
			return err
		}
		if !changed {
			return s.whyNotReworded(ctx, id)
		}
		return s.insertMessage(ctx, Message{ID: db.NewID(), ThreadID: id, Part: Earlier, AuthorID: personID, Body: t.Body, CreatedAt: s.now()})
	})
}

func (s *Service) whyNotReworded(ctx context.Context, id string) error {
	t, err := s.thread(ctx, id)
	switch {
	case err != nil:
		return err
	case t.Editable():
		return ErrReworded
	}
	return s.why(ctx, id, ErrAnswered)
}

// Withdraw takes a person's question back before it is answered: nobody who teaches
// sees it any more. Withdrawing twice changes nothing. Errors: ErrNoThread,
// ErrAnswered, ErrEnded, ErrHidden.
func (s *Service) Withdraw(ctx context.Context, personID, id string) error {
	return s.d.DB.InTx(ctx, func(ctx context.Context) error {
		t, err := s.own(ctx, personID, id)
		if err != nil || t.State == Withdrawn {
			return err
		}
		gone, err := s.withdraw(ctx, id, s.now())
		if err == nil && !gone {
			return s.why(ctx, id, ErrAnswered)
		}
		return err
	})
}

// ownShown is how many of their threads a person's pages list.
const ownShown = 200

// OwnAll returns a person's threads, newest first, at most 200. Of hidden ones the
// words are left out.
func (s *Service) OwnAll(ctx context.Context, personID string) ([]Placed, error) {
	list, err := s.ofPerson(ctx, personID, "", "", ownShown)
	if err != nil {
		return nil, err
	}
	return s.placeAll(ctx, veiled(list))
}

// veiled takes the words out of what is hidden.
func veiled(list []Thread) []Thread {
	for i := range list {
		if list[i].HiddenAt != nil {
			list[i].Body, list[i].Quote = "", ""
		}
	}
	return list
}

// Shown is a thread that every learner of a lesson may read.
type Shown struct {
	Placed
	Here *Passage // the same passage in the reader's edition; nil: its words are others there
}

// LessonPage is what a learner reads about a lesson.
type LessonPage struct {
	View          enrollment.View
	Passages      []Passage
	Own           []Thread // theirs, newest first
	Shown         []Shown  // of others, newest first
	Earlier, More bool     // whether shown ones lie before and behind
}

// OfLesson returns the threads of a lesson as one of its learners may see them: all
// of their own, and what was shown of others, a page of it. Errors: those of
// enrollment.Service.LessonView.
func (s *Service) OfLesson(ctx context.Context, personID, slug string, cycle int, lesson string, at Place) (p LessonPage, err error) {
	if p.View, err = s.d.Lessons.LessonView(ctx, personID, slug, cycle, lesson); err != nil {
		return LessonPage{}, err
	}
	p.Passages = Passages(p.View.Lesson)
	if p.Own, err = s.ofPerson(ctx, personID, p.View.CourseID, p.View.Lesson.ID, ownShown); err != nil {
		return LessonPage{}, err
	}
	p.Own = veiled(p.Own)
	list, earlier, more, err := s.shown(ctx, p.View.CourseID, p.View.Lesson.ID, personID, at)
	if err != nil {
		return LessonPage{}, err
	}
	p.Earlier, p.More = earlier, more
	for _, t := range list {
		placed, err := s.place(ctx, t)
		if err != nil {
			return LessonPage{}, err
		}
		one := Shown{Placed: placed}
		i := slices.IndexFunc(p.Passages, func(q Passage) bool { return q.SHA256 == t.PassageSHA256 })
		if i >= 0 {
			one.Here = &p.Passages[i]
		}
		p.Shown = append(p.Shown, one)
	}
	return p, nil
}

// Copy is a thread as a person's copy of their data has it.
type Copy struct {
	Thread
	Messages []Message
	Shown    []Wording
}

// CopiesOf returns everything that a person asked with what was said and shown, for
// the copy of their data. Who answered is left out; so are the answers under what is
// hidden, how it ended, and what was shown of it.
func (s *Service) CopiesOf(ctx context.Context, personID string) ([]Copy, error) {
	list, err := s.ofPerson(ctx, personID, "", "", 0)
	if err != nil {
		return nil, err
	}
	out := make([]Copy, 0, len(list))
	for _, t := range list {
		t.EndedBy, t.HiddenBy = nil, nil
		if t.HiddenAt != nil {
			t.Outcome, t.ShownQuestion, t.ShownAnswer = "", "", ""
		}
		one := Copy{Thread: t}
		if one.Shown, err = s.ownWordings(ctx, t); err != nil {
			return nil, err
		}
		said, err := s.messages(ctx, t.ID)
		if err != nil {
			return nil, err
		}
		for _, m := range said {
			switch {
			case m.Part != AnAnswer:
				one.Messages = append(one.Messages, m)
			case t.HiddenAt == nil:
				m.AuthorID = ""
				one.Messages = append(one.Messages, m)
			}
		}
		out = append(out, one)
	}
	return out, nil
}

// ownWordings are what was shown of a thread, for who asked.
func (s *Service) ownWordings(ctx context.Context, t Thread) ([]Wording, error) {
	if t.HiddenAt != nil {
		return nil, nil
	}
	list, err := s.Wordings(ctx, t.ID)
	for i := range list {
		list[i].ShownBy = ""
	}
	return list, err
}
