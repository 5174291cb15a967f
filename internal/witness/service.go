package witness

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/translog"
)

// Deps are what the service stands on.
type Deps struct {
	DB        *db.DB
	Log       *translog.Log
	Audit     *audit.Log
	Logger    *slog.Logger
	Now       func() time.Time
	Witnesses []Witness
	// Patience is how long an answer may take; 0 means ten seconds.
	Patience time.Duration
}

// Service asks witnesses and keeps what they sign. It is safe for concurrent use.
type Service struct {
	db        *db.DB
	log       *translog.Log
	audit     *audit.Log
	logger    *slog.Logger
	now       func() time.Time
	begun     time.Time
	witnesses []Witness
	keys      []string // of the witnesses
	client    client
}

// New returns the service; without witnesses it asks nobody.
func New(d Deps) *Service {
	if d.Patience == 0 {
		d.Patience = askFor
	}
	s := &Service{db: d.DB, log: d.Log, audit: d.Audit, logger: d.Logger, now: func() time.Time { return db.Truncate(d.Now()) },
		witnesses: d.Witnesses, client: newClient(d.Patience)}
	s.begun = s.now()
	for _, w := range d.Witnesses {
		s.keys = append(s.keys, w.Key.String())
	}
	return s
}

// Any reports whether somebody is to be asked.
func (s *Service) Any() bool { return len(s.witnesses) > 0 }

// List returns the witnesses that are asked, in the order of the settings, then
// those that once were.
func (s *Service) List(ctx context.Context) ([]Standing, error) {
	var keys []translog.WitnessKey
	for _, w := range s.witnesses {
		keys = append(keys, w.Key)
	}
	return s.ListAsked(ctx, keys)
}

// ListAsked is List where others are asked than by these settings; see Noted.
func (s *Service) ListAsked(ctx context.Context, asked []translog.WitnessKey) ([]Standing, error) {
	by, all, err := s.states(ctx)
	if err != nil {
		return nil, err
	}
	tree, err := s.log.Tree(ctx)
	if err != nil {
		return nil, err
	}
	var list []Standing
	for _, key := range asked {
		one := by[key.String()].standing(key)
		one.Asked, one.Late = true, tree.Size > 0 && (one.CosignedAt == nil || s.now().Sub(*one.CosignedAt) > lateAfter)
		list = append(list, one)
		delete(by, key.String())
	}
	for _, st := range all {
		if _, gone := by[st.Witness]; !gone {
			continue
		}
		key, err := translog.ParseWitnessKey(st.Witness)
		if err != nil {
			return nil, fmt.Errorf("witness: a stored key: %w", err)
		}
		list = append(list, st.standing(key))
	}
	return list, nil
}

func (st state) standing(key translog.WitnessKey) Standing {
	return Standing{Key: key, Size: st.Size, CosignedAt: st.CosignedAt, Problem: st.Problem, Alarm: st.Alarm, AlarmAt: st.AlarmAt, Seen: st.Seen}
}

// failOpen is how long the log shows what was cosigned instead of what is newest:
// then it goes on without its witnesses.
const failOpen = 5 * time.Minute

// Checkpoint is the one to show: the newest that the witnesses have cosigned, with
// their signatures. Where they have not followed for some minutes, or there are
// none, it is the log as it is now.
func (s *Service) Checkpoint(ctx context.Context) (translog.Checkpoint, error) {
	now, err := s.log.Tree(ctx)
	if err != nil {
		return translog.Checkpoint{}, err
	}
	if s.Any() && now.Size > 0 {
		size, err := s.newest(ctx, s.keys)
		if err != nil {
			return translog.Checkpoint{}, err
		}
		if size > 0 {
			fresh, err := s.fresh(ctx, size, now.Size)
			if err != nil {
				return translog.Checkpoint{}, err
			}
			if c, by, err := s.cosigned(ctx, size, latest); err != nil || len(by) > 0 && fresh {
				return c, err
			}
		}
	}
	return s.log.Sign(ctx, now)
}

// fresh reports whether a tree has what is older than failOpen.
func (s *Service) fresh(ctx context.Context, size, now int64) (bool, error) {
	if size >= now {
		return size == now, nil
	}
	next, err := s.log.Leaf(ctx, size)
	return s.now().Sub(next.AddedAt) < failOpen, err
}

// cosigned is the checkpoint of a size with one signature of each witness, and who
// these are: nobody where the log has changed since. What a witness signed of another
// tree of that size is left out, for it spoils the whole to who knows that witness.
func (s *Service) cosigned(ctx context.Context, size int64, w which) (c translog.Checkpoint, by []string, err error) {
	t, there, err := s.treeAt(ctx, size)
	if err != nil || !there {
		return c, nil, err
	}
	list, err := s.ofTree(ctx, t, w)
	if err != nil || len(list) == 0 {
		return c, nil, err
	}
	if c, err = s.log.Sign(ctx, t); err != nil {
		return c, nil, err
	}
	for _, sig := range list {
		c.Note = append(c.Note, sig.Line...)
		by = append(by, sig.Witness)
	}
	return c, by, nil
}

// treeAt is the log as it was; there is none of a size that it does not have.
func (s *Service) treeAt(ctx context.Context, size int64) (t translog.Tree, there bool, err error) {
	now, err := s.log.Tree(ctx)
	if err != nil || size > now.Size {
		return t, false, err
	}
	t, err = s.log.TreeAt(ctx, size)
	return t, err == nil, err
}

// checkedAtOnce is how many signatures Check reads together.
const checkedAtOnce = 200

// Check compares every tree that a witness ever signed with the log: what was
// changed since shows, also where the whole log was made anew. It returns how many
// signatures there are, and how many the log does not bear out.
func (s *Service) Check(ctx context.Context) (n, broken int, err error) {
	var last signature
	trees := map[int64][]byte{}
	for {
		list, err := s.after(ctx, last, checkedAtOnce)
		if err != nil || len(list) == 0 {
			return n, broken, err
		}
		for _, sig := range list {
			if _, known := trees[sig.Size]; !known {
				clear(trees) // they come by size
				t, there, err := s.treeAt(ctx, sig.Size)
				if err != nil {
					return n, broken, err
				}
				if trees[sig.Size] = nil; there {
					trees[sig.Size] = t.Root[:]
				}
			}
			if n++; !bytes.Equal(trees[sig.Size], sig.Root) {
				broken++
			}
			last = sig
		}
	}
}
