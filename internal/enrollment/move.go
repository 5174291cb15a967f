package enrollment

import (
	"context"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/compare"
)

// Move is the way from the edition that a learner began to the newest one. It is
// theirs to choose, and open only where nothing that they earned would be lost. Where
// Closed is set, nobody may enter the newer edition yet, and the rest is not told.
type Move struct {
	From, To *course.Edition
	Closed   error
	// Losses say what would be lost, in words; none: the way is open, once nothing is
	// Unread of what is about safety in the learner's edition.
	Losses []string
	Unread []course.PlacedErratum
	// Again is what was withdrawn in the learner's edition and says something else in the
	// newer one: who has finished it there does so again.
	Again []string
	// Disclosure: the page that is acknowledged says something else in the newer edition,
	// and is acknowledged again before anything more is learned.
	Disclosure bool
	// Credit is what both editions earn, as of now.
	Credit []MoveCredit
}

// The errors of a move.
var (
	ErrNoNewer   = apperr.New(apperr.Conflict, "You are in the newest edition already.")
	ErrLoses     = apperr.New(apperr.Conflict, "Something that you have done would be lost by that. You stay in your edition.")
	ErrUnread    = apperr.New(apperr.Conflict, "Before you move, please read the corrections about safety of your edition, and say that you have.")
	ErrMovedOn   = apperr.New(apperr.Conflict, "You have moved to another edition of this course since you opened this page. Please open it again.")
	ErrMoveShown = apperr.New(apperr.Conflict, "There is a still newer edition by now. Please look at what is new in it.")
)

// evidenceMoved is the evidence that a learner chose another edition.
const evidenceMoved = "edition.moved"

// HasNewer reports whether there is a newer edition to which a learner could want to
// move, and which takes them. It reads nothing.
func (s *Service) HasNewer(ctx context.Context, l Learning) (bool, error) {
	if s.Newest == nil || l.At(s.now()).State != Active || l.Attendance != nil || l.Exam.Submitted() {
		return false, nil
	}
	to, err := s.Newest(ctx, l.Slug)
	if err != nil || to.Number <= l.Edition.Number {
		return false, err
	}
	closed, err := s.closed(ctx, to)
	return closed == nil && err == nil, err
}

// closed is why an edition takes nobody, apart from what went wrong with the question.
func (s *Service) closed(ctx context.Context, ed *course.Edition) (why, err error) {
	if s.Open == nil {
		return nil, nil
	}
	if err := s.Open(ctx, ed); apperr.Is(err, apperr.Conflict) {
		return err, nil
	} else if err != nil {
		return nil, err
	}
	return nil, nil
}

// MoveOf is what moving to the newest edition would mean for a learner; what differs
// is compare's to say. Errors: ErrNoNewer, ErrLiveEvent, those of a closed enrollment.
func (s *Service) MoveOf(ctx context.Context, e Enrollment) (Move, error) {
	to, err := s.Newest(ctx, e.Slug)
	if err != nil {
		return Move{}, err
	}
	l, err := s.Learning(ctx, e)
	if err != nil {
		return Move{}, err
	}
	return s.move(ctx, l, to)
}

func (s *Service) move(ctx context.Context, l Learning, to *course.Edition) (m Move, err error) {
	m = Move{From: l.Edition, To: to}
	switch e := l.At(s.now()); {
	case e.State != Active:
		return m, refusal(e.State)
	case to.CourseID != l.CourseID || to.Number <= l.Edition.Number:
		return m, ErrNoNewer
	case e.Attendance != nil:
		return m, ErrLiveEvent
	}
	if m.Closed, err = s.closed(ctx, to); err != nil || m.Closed != nil {
		return m, err
	}
	sits, err := s.hasAttempt(ctx, l.ID)
	if err != nil {
		return m, err
	}
	m.Again = again(l, to)
	if m.Unread, err = s.unread(ctx, l.Edition, l.ID); err != nil {
		return m, err
	}
	var asks [2]Asks
	if m.Credit, asks, err = s.moveCredit(ctx, l, to); err != nil {
		return m, err
	}
	m.Disclosure = l.DisclosedAt != nil && (compare.Disclosure(l.Edition.Course, to.Course) != nil || timed(l.Edition, asks[0]) != timed(to, asks[1]))
	m.Losses = append(begun(l, sits), losses(l, to)...)
	for _, c := range m.Credit {
		if lost := c.loss(); lost != "" {
			m.Losses = append(m.Losses, lost)
		}
	}
	return m, nil
}

// timed is how many minutes of reading the page with the disclosure says that the exam
// waits for, 0 for none.
func timed(ed *course.Edition, asks Asks) int {
	if (Learning{Edition: ed, Asks: asks}).TimePolicy() != TimeBlock {
		return 0
	}
	return PlannedMinutes(ed)
}

// MoveTo takes a learner to an edition, the newest as they were shown it. What they
// have done stays theirs; what Move.Again names, and a disclosure that says something
// else, is to be done again. Moving twice changes nothing. Errors: those of MoveOf,
// Move.Closed, ErrLoses, ErrUnread, ErrMoveShown.
func (s *Service) MoveTo(ctx context.Context, e Enrollment, editionID string) error {
	if e.EditionID == editionID {
		return nil
	}
	to, err := s.Newest(ctx, e.Slug)
	if err != nil {
		return err
	}
	if to.ID != editionID {
		return ErrMoveShown
	}
	return s.act(ctx, e.ID, func(ctx context.Context, l Learning) (err error) {
		if l.EditionID == editionID { // a second click
			return nil
		}
		if s.EditionNow != nil { // with a correction of this moment
			if l.Edition, err = s.EditionNow(ctx, l.EditionID); err != nil {
				return err
			}
		}
		if err := s.addLessons(ctx, l.ID, l.Record.Lessons); err != nil {
			return err
		}
		m, err := s.move(ctx, l, to)
		switch {
		case err != nil:
			return err
		case m.Closed != nil:
			return m.Closed
		case len(m.Losses) > 0:
			return ErrLoses
		case len(m.Unread) > 0:
			return ErrUnread
		}
		return s.moveOn(ctx, l, m)
	})
}

// moveOn moves, and writes down that and what was chosen.
func (s *Service) moveOn(ctx context.Context, l Learning, m Move) error {
	if err := s.setAside(ctx, l, l.outdated(m.To)); err != nil {
		return err
	}
	if err := s.setEdition(ctx, l.ID, m.To.ID, m.Disclosure); err != nil {
		return err
	}
	if err := s.keepRead(ctx, l.ID, m.From, m.To); err != nil {
		return err
	}
	details := map[string]any{"from": m.From.Number, "from_hash": m.From.Hash, "to": m.To.Number, "to_hash": m.To.Hash}
	if err := s.record(ctx, "enrollment.move", l.ID, details); err != nil {
		return err
	}
	return s.AddEvidence(ctx, l.ID, Evidence{Kind: evidenceMoved, Ref: m.To.ID, OccurredAt: s.now(), Details: details})
}
