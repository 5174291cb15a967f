package conversation

import (
	"context"
	"errors"
	"slices"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/mail"
)

// Get returns a thread with what was said and its notes, for those who teach. One
// that was withdrawn is ErrNoThread; so is a hidden one unless hidden says that its
// reader may look, an administrator.
func (s *Service) Get(ctx context.Context, id string, hidden bool) (Placed, []Message, []Note, error) {
	t, err := s.taught(ctx, id)
	if err == nil && t.HiddenAt != nil && !hidden {
		err = ErrNoThread
	}
	if err != nil {
		return Placed{}, nil, nil, err
	}
	p, err := s.place(ctx, t)
	if err != nil {
		return Placed{}, nil, nil, err
	}
	said, err := s.said(ctx, id)
	if err != nil {
		return Placed{}, nil, nil, err
	}
	notes, err := s.notesOf(ctx, id)
	return p, said, notes, err
}

// taught is a thread that those who teach may act on.
func (s *Service) taught(ctx context.Context, id string) (Thread, error) {
	t, err := s.thread(ctx, id)
	if err == nil && t.State == Withdrawn {
		err = ErrNoThread
	}
	return t, err
}

// said leaves out the wordings that were replaced.
func (s *Service) said(ctx context.Context, id string) ([]Message, error) {
	list, err := s.messages(ctx, id)
	return slices.DeleteFunc(list, func(m Message) bool { return m.Part == Earlier }), err
}

// Act is what somebody who teaches does to a thread: By, who they are, and Seen, the
// revision of the thread that they have seen. What depends on what was said is
// ErrUnseen where something was said or shown since.
type Act struct {
	ID, By string
	Seen   int64
}

// act runs what somebody who teaches does to a thread: once a form, in a
// transaction, on one that is not hidden.
func (s *Service) act(ctx context.Context, id string, fn func(ctx context.Context, t Thread) error) error {
	return s.d.DB.InTx(ctx, func(ctx context.Context) error {
		t, err := s.taught(ctx, id)
		if err != nil {
			return err
		}
		if first, err := s.once.First(ctx); err != nil || !first {
			return err
		}
		if t.HiddenAt != nil {
			return ErrHidden
		}
		return fn(ctx, t)
	})
}

// Answer stores an answer to a question and mails it to who asked. It is audited;
// the same form sent twice is one answer. Errors: ErrNoThread, ErrReport, ErrEnded,
// ErrUnseen, ErrHidden, Invalid.
func (s *Service) Answer(ctx context.Context, a Act, body string) error {
	body = apperr.Plain(body)
	var c apperr.Check
	c.Text("body", body, MaxAnswer, "Write the answer.")
	if err := c.Err(); err != nil {
		return err
	}
	return s.act(ctx, a.ID, func(ctx context.Context, t Thread) error {
		if t.Kind != Question {
			return ErrReport
		}
		now := s.now()
		moved, err := s.answer(ctx, a, now)
		if err != nil {
			return err
		}
		if !moved {
			return s.why(ctx, a.ID, ErrUnseen)
		}
		if err := s.insertMessage(ctx, Message{ID: db.NewID(), ThreadID: a.ID, Part: AnAnswer, AuthorID: a.By, Body: body, CreatedAt: now}); err != nil {
			return err
		}
		if err := s.mailAnswer(ctx, t, body, false); err != nil {
			return err
		}
		return s.record(ctx, "conversation.answer", a.ID, nil)
	})
}

// mailAnswer tells who asked of an answer, or why there will be none.
func (s *Service) mailAnswer(ctx context.Context, t Thread, text string, closed bool) error {
	p, err := s.place(ctx, t)
	if err != nil {
		return err
	}
	return s.tell(ctx, t, mail.QuestionAnswered{CourseTitle: p.Edition.Course.Card.Title, LessonTitle: p.Lesson.Title, Text: text, Closed: closed, Link: s.link(t)})
}

// Close ends a question without a further answer; the reason is mailed to who
// asked. It is audited. Errors: ErrNoThread, ErrReport, ErrEnded, ErrUnseen,
// ErrHidden, Invalid.
func (s *Service) Close(ctx context.Context, a Act, reason string) error {
	reason, err := apperr.Reason("reason", apperr.Plain(reason), "Say why; the person reads it.")
	if err != nil {
		return err
	}
	return s.act(ctx, a.ID, func(ctx context.Context, t Thread) error {
		if t.Kind != Question {
			return ErrReport
		}
		ended, err := s.end(ctx, a, Closed, reason, "", s.now())
		if err != nil {
			return err
		}
		if !ended {
			return s.why(ctx, a.ID, ErrUnseen)
		}
		if err := s.mailAnswer(ctx, t, reason, true); err != nil {
			return err
		}
		return s.record(ctx, "conversation.close", a.ID, map[string]any{"reason": reason})
	})
}

// Show lets every learner of the lesson read a question and its answer in the words
// given, without who asked. What was said stays as it was, and what was shown before
// on record. Showing the same again changes nothing. It is audited. Errors: ErrNoThread, ErrReport, ErrNotYet,
// ErrUnseen, ErrHidden, Invalid.
func (s *Service) Show(ctx context.Context, a Act, question, answer string) error {
	question, answer = apperr.Plain(question), apperr.Plain(answer)
	var c apperr.Check
	c.Text("question", question, MaxQuestion, "Write the question as all learners are to read it.")
	c.Text("answer", answer, MaxAnswer, "Write the answer as all learners are to read it.")
	if err := c.Err(); err != nil {
		return err
	}
	return s.act(ctx, a.ID, func(ctx context.Context, t Thread) error {
		switch {
		case t.Kind != Question:
			return ErrReport
		case t.AnsweredAt == nil:
			return ErrNotYet
		}
		w := Wording{ID: db.NewID(), ThreadID: a.ID, Question: question, Answer: answer, ShownBy: a.By, ShownAt: s.now()}
		changed, err := s.show(ctx, w, a.Seen)
		if err != nil {
			return err
		}
		if !changed {
			return s.whyNotShown(ctx, w)
		}
		if err := s.insertWording(ctx, w); err != nil {
			return err
		}
		return s.record(ctx, "conversation.show", a.ID, map[string]any{"again": t.ShownAt != nil, "wording": w.ID})
	})
}

// whyNotShown is nil where the words are shown already.
func (s *Service) whyNotShown(ctx context.Context, w Wording) error {
	t, err := s.thread(ctx, w.ThreadID)
	switch {
	case err != nil:
		return err
	case t.HiddenAt != nil:
		return ErrHidden
	case t.ShownAt == nil || t.ShownQuestion != w.Question || t.ShownAnswer != w.Answer:
		return ErrUnseen
	}
	return nil
}

// Unshow takes back what Show did; the words are kept for the next time. It is
// audited. Errors: ErrNoThread, ErrHidden.
func (s *Service) Unshow(ctx context.Context, id string) error {
	return s.act(ctx, id, func(ctx context.Context, _ Thread) error {
		changed, err := s.unshow(ctx, id)
		if err != nil {
			return err
		}
		if !changed { // hidden meanwhile, or not shown any more
			t, err := s.thread(ctx, id)
			if err == nil && t.HiddenAt != nil {
				err = ErrHidden
			}
			return err
		}
		return s.record(ctx, "conversation.unshow", id, nil)
	})
}

// Verdict is what became of a report. Text is mailed to who reported. What is
// confirmed names the correction that it led to, by its ID, or Note, something to
// do in the next edition, or rests on a note that was kept before.
type Verdict struct {
	Confirmed       bool
	Text            string
	ErratumID, Note string
}

// Judge ends a report and tells who reported. It is audited. Errors: ErrNoThread,
// ErrNoReport, ErrJudged, ErrUnseen, ErrHidden, Invalid.
func (s *Service) Judge(ctx context.Context, a Act, v Verdict) error {
	v.Text, v.Note = apperr.Plain(v.Text), apperr.Plain(v.Note)
	return s.act(ctx, a.ID, func(ctx context.Context, t Thread) error {
		if t.Kind != Inaccuracy {
			return ErrNoReport
		}
		p, err := s.place(ctx, t)
		if err != nil {
			return err
		}
		if err := s.checkVerdict(ctx, p, v); err != nil {
			return err
		}
		state := NotConfirmed
		if v.Confirmed {
			state = Confirmed
		}
		ended, err := s.end(ctx, a, state, v.Text, v.ErratumID, s.now())
		if err != nil {
			return err
		}
		if !ended {
			return s.whyNotJudged(ctx, a.ID)
		}
		if v.Note != "" {
			if err := s.keep(ctx, p, a.By, v.Note); err != nil {
				return err
			}
		}
		err = s.tell(ctx, t, mail.ReportHandled{CourseTitle: p.Edition.Course.Card.Title, LessonTitle: p.Lesson.Title, Confirmed: v.Confirmed, Text: v.Text,
			Correction: p.correction(v.ErratumID).Text, Link: s.link(t)})
		if err != nil {
			return err
		}
		return s.record(ctx, "conversation.judge", a.ID, map[string]any{"confirmed": v.Confirmed, "outcome": v.Text, "erratum": v.ErratumID, "note": v.Note != ""})
	})
}

// whyNotJudged says it in the words of a report.
func (s *Service) whyNotJudged(ctx context.Context, id string) error {
	err := s.why(ctx, id, ErrUnseen)
	if errors.Is(err, ErrEnded) {
		return ErrJudged
	}
	return err
}

func (s *Service) checkVerdict(ctx context.Context, p Placed, v Verdict) error {
	var c apperr.Check
	c.Text("text", v.Text, MaxAnswer, "Say what came of it; the person reads it.")
	c.Text("note", v.Note, MaxQuestion, "")
	if v.ErratumID != "" {
		known := slices.ContainsFunc(p.Errata(), func(e course.Erratum) bool { return e.ID == v.ErratumID })
		c.Require(known, "erratum", "Choose a correction of this edition.")
	}
	if !v.Confirmed {
		c.Require(v.ErratumID == "", "erratum", "What is not confirmed leads to no correction.")
		c.Require(v.Note == "", "note", "What is not confirmed leads to no note.")
		return c.Err()
	}
	if v.ErratumID == "" && v.Note == "" {
		notes, err := s.notesOf(ctx, p.ID)
		if err != nil {
			return err
		}
		c.Require(len(notes) > 0, "note", "Say what is to be changed in the next edition, or choose the correction that it led to.")
	}
	return c.Err()
}

// Errata are the corrections that a report about this place can have led to: those
// of the lesson and of the whole course.
func (p Placed) Errata() []course.Erratum {
	return slices.Concat(p.Edition.ErrataOf(p.LessonID), p.Edition.ErrataOf(""))
}

// correction is one of Errata by its ID, the zero Erratum for none.
func (p Placed) correction(id string) course.Erratum {
	for _, e := range p.Errata() {
		if e.ID == id {
			return e
		}
	}
	return course.Erratum{}
}

// Correction is what a report led to, the zero Erratum where it led to none.
func (p Placed) Correction() course.Erratum { return p.correction(p.ErratumID) }

// Hide keeps a thread from everybody but administrators: learners lose what was
// shown of it, and who asked reads the reason alone. Hiding twice changes nothing.
// It is audited. Errors: ErrNoThread, Invalid.
func (s *Service) Hide(ctx context.Context, id, by, reason string) error {
	reason, err := apperr.Reason("reason", apperr.Plain(reason), "Say why; the person who asked reads it.")
	if err != nil {
		return err
	}
	return s.d.DB.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.taught(ctx, id); err != nil {
			return err
		}
		changed, err := s.hide(ctx, id, by, reason, s.now())
		if err != nil || !changed {
			return err
		}
		return s.record(ctx, "conversation.hide", id, map[string]any{"reason": reason})
	})
}

// Unhide takes Hide back; what waits is in the next digests. It is audited. Errors: ErrNoThread.
func (s *Service) Unhide(ctx context.Context, id string) error {
	return s.d.DB.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.taught(ctx, id); err != nil {
			return err
		}
		changed, err := s.unhide(ctx, id, s.now())
		if err != nil || !changed {
			return err
		}
		return s.record(ctx, "conversation.unhide", id, nil)
	})
}

// RecordExport records that somebody took a copy of the list.
func (s *Service) RecordExport(ctx context.Context, f Filter) error {
	return s.d.Audit.Record(ctx, audit.Event{Action: "conversation.export", ObjectKind: "list", ObjectID: "questions",
		Details: map[string]any{"course": f.CourseID, "kind": f.Kind, "state": f.State, "hidden": f.Hidden}})
}
