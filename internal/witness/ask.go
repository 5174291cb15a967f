package witness

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/translog"
)

// Every is how often the log is looked at.
const Every = 10 * time.Second

// A witness is asked again after a failure, and now and then although the log stands
// still: its signature says that there was no longer one at that time.
const (
	retryFirst = 30 * time.Second
	retryMost  = time.Hour
	refresh    = 12 * time.Hour
)

// outcome is what came of asking one witness.
type outcome struct {
	state
	name        string
	cosignature *translog.Cosignature
	forgot      *int64 // it says that it has seen so many lines, which is fewer than it signed
	raised      bool   // the alarm is new
	cleared     bool   // it signs again after an alarm
	cause       error  // of a problem, for the log
	err         error  // ours: nothing is stored
}

// shown is a checkpoint with the instant when its last line was added.
type shown struct {
	translog.Checkpoint
	added time.Time
}

// Ask shows the newest checkpoint to each witness that has not signed it yet and
// whose time has come, and stores what they sign. That a witness fails is no error.
func (s *Service) Ask(ctx context.Context) error {
	tree, err := s.log.Tree(ctx)
	if err != nil || tree.Size == 0 {
		return err
	}
	by, _, err := s.states(ctx)
	if err != nil {
		return err
	}
	var due []Witness
	for _, w := range s.witnesses {
		if by[w.Key.String()].due(tree.Size, s.begun, s.now()) {
			due = append(due, w)
		}
	}
	if len(due) == 0 {
		return nil
	}
	c, err := s.log.Sign(ctx, tree)
	if err != nil {
		return err
	}
	last, err := s.log.Leaf(ctx, tree.Size-1)
	if err != nil {
		return err
	}
	sent := shown{c, last.AddedAt}
	outcomes := make([]outcome, len(due))
	var wg sync.WaitGroup
	for i, w := range due {
		wg.Go(func() { outcomes[i] = s.ask(ctx, w, by[w.Key.String()], sent) })
	}
	wg.Wait()
	if ctx.Err() != nil { // the server stops: no witness's fault
		return ctx.Err()
	}
	return s.keep(ctx, c.Tree, outcomes)
}

// due reports whether a witness is to be asked: for something new, to stay fresh, and
// once after a start, because a database may have been restored. An instant far
// ahead was written by a wrong clock.
func (st state) due(size int64, begun, now time.Time) bool {
	if st.AskAt.After(now) && !st.AskAt.After(now.Add(2*retryMost)) {
		return false
	}
	return st.Size != size || st.Problem != "" || st.Alarm != None || st.CosignedAt == nil ||
		st.CosignedAt.Before(begun) || now.Sub(*st.CosignedAt) >= refresh || st.CosignedAt.After(now.Add(skew))
}

// ask shows a checkpoint to one witness, and again from where the witness says that
// it stands.
func (s *Service) ask(ctx context.Context, w Witness, st state, c shown) outcome {
	o := outcome{state: st, name: w.Key.ID()}
	o.Witness = w.Key.String()
	if alarm, err := s.contradiction(ctx, st, c.Tree); err != nil || alarm != None {
		o.err = err
		return o.alarmed(alarm, st.Size, s.now())
	}
	old, named := st.Size, false // by the witness itself, in this talk
	for {
		got, err := s.show(ctx, w, old, c)
		switch {
		case err != nil:
			o.err = err
			return o
		case got.cosignature != nil:
			return o.signed(got.cosignature, c.Tree, s.now())
		case got.refuted, old == c.Size && got.otherRoot(named, c.Size):
			return o.alarmed(Changed, old, s.now())
		case got.conflict && got.has == nil && old == c.Size && !named:
			old = 0 // then it must name the size: only so this is a contradiction
			continue
		case got.has == nil:
			return o.failed(got.problem, got.cause, s.now())
		case *got.has > c.Size:
			return o.alarmed(Shorter, *got.has, s.now())
		case named:
			return o.failed("It does not go on from the number of lines that it names itself.", nil, s.now())
		}
		if *got.has < st.Size {
			o.forgot = got.has
		}
		old, named = *got.has, true
	}
}

// contradiction compares the log with what the witness signed last, as it was
// stored here: a log that was changed is not shown.
func (s *Service) contradiction(ctx context.Context, st state, now translog.Tree) (Alarm, error) {
	switch {
	case st.Size == 0:
		return None, nil
	case st.Size > now.Size:
		return Shorter, nil
	}
	t, err := s.log.TreeAt(ctx, st.Size)
	if err != nil || bytes.Equal(t.Root[:], st.Root) {
		return None, err
	}
	return Changed, nil
}

// heard is what a witness said, with the error for the log.
type heard struct {
	said
	cause error
}

// show posts a checkpoint with the proof from an earlier size. The error is ours.
func (s *Service) show(ctx context.Context, w Witness, old int64, c shown) (heard, error) {
	var proof tlog.TreeProof
	if old > 0 {
		var err error
		if proof, err = s.log.ProveConsistency(ctx, old, c.Size); err != nil {
			return heard{}, err
		}
	}
	a, cause := s.client.post(ctx, w, request(old, proof, c.Note))
	h := heard{a.read(c.Checkpoint, w.Key, span{c.added, s.now()}), cause}
	if cause != nil {
		h.said = said{problem: "It cannot be reached, or does not answer in time."}
	}
	return h, nil
}

func (o outcome) signed(c *translog.Cosignature, t translog.Tree, now time.Time) outcome {
	o.cleared, o.cosignature = o.Alarm != None, c
	o.Size, o.Root, o.CosignedAt, o.AskAt = t.Size, t.Root[:], &now, now
	o.Failures, o.Problem, o.Alarm, o.AlarmAt, o.Seen = 0, "", None, nil, 0
	return o
}

func (o outcome) failed(problem string, cause error, now time.Time) outcome {
	o.Problem, o.cause = problem, cause
	return o.later(now)
}

func (o outcome) alarmed(a Alarm, seen int64, now time.Time) outcome {
	if o.err != nil {
		return o
	}
	if o.Alarm == None {
		o.raised, o.AlarmAt = true, &now
	}
	o.Alarm, o.Seen, o.Problem = a, seen, ""
	return o.later(now)
}

func (o outcome) later(now time.Time) outcome {
	wait := retryMost
	if o.Failures < 7 {
		wait = min(retryFirst<<o.Failures, retryMost)
	}
	o.Failures++
	o.AskAt = now.Add(wait)
	return o
}

// keep stores a round as a whole and says what happened.
func (s *Service) keep(ctx context.Context, t translog.Tree, outcomes []outcome) error {
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		for _, o := range outcomes {
			if o.err != nil {
				return o.err
			}
			if err := s.keepOne(ctx, t, o); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("witness: %w", err)
	}
	for _, o := range outcomes {
		s.tell(o, t)
	}
	return nil
}

func (s *Service) keepOne(ctx context.Context, t translog.Tree, o outcome) error {
	if err := s.put(ctx, o.state); err != nil {
		return err
	}
	if o.cosignature != nil {
		if err := s.add(ctx, t, *o.cosignature, s.now()); err != nil {
			return err
		}
	}
	details := map[string]any{"lines": t.Size}
	var actions []string
	if o.raised {
		details["alarm"], details["seen"] = o.Alarm, o.Seen
		actions = append(actions, "witness.alarm")
	}
	if o.forgot != nil {
		details["seen"] = *o.forgot
		actions = append(actions, "witness.forget")
	}
	if o.cleared {
		actions = append(actions, "witness.agree")
	}
	for _, action := range actions {
		if err := s.audit.Record(ctx, audit.Event{Action: action, ObjectKind: "witness", ObjectID: o.name, Details: details}); err != nil {
			return err
		}
	}
	return nil
}

// tell writes the server's log.
func (s *Service) tell(o outcome, t translog.Tree) {
	switch {
	case o.Alarm != None:
		s.logger.Error("a witness contradicts the log of certificates: lines were lost or changed", "witness", o.name, "alarm", o.Alarm, "lines", t.Size, "seen", o.Seen)
	case o.Problem != "":
		s.logger.Warn("a witness does not cosign", "witness", o.name, "problem", o.Problem, "failures", o.Failures, "error", o.cause)
	default:
		s.logger.Info("a witness cosigned the log", "witness", o.name, "lines", t.Size)
	}
	if o.forgot != nil {
		s.logger.Warn("a witness forgot what it had signed", "witness", o.name, "seen", *o.forgot)
	}
}
