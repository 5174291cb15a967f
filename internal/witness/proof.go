package witness

import (
	"context"
	"slices"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/translog"
)

// ErrNoWitness means that nobody of that name was ever asked.
var ErrNoWitness = apperr.New(apperr.NotFound, "The log has no witness of that name.")

// Proof shows that the log has the entry at a position, in a checkpoint that certain
// witnesses signed: those named, or those that are asked now. A name may be the
// whole key, or go on with what tells keys of one name apart, as in WitnessKey.ID.
//
// It is the first checkpoint with the entry that all signed who signed any with it,
// else the first that one of them signed, else the first that anybody did, else the
// log as it is now. complete reports whether all of the witnesses signed it: where
// they did not, they still may. Errors: translog.ErrNoLeaf, ErrNoWitness.
func (s *Service) Proof(ctx context.Context, position int64, names ...string) (p translog.EntryProof, complete bool, err error) {
	if _, err := s.log.Leaf(ctx, position); err != nil {
		return p, false, err
	}
	keys, err := s.wanted(ctx, names)
	if err != nil {
		return p, false, err
	}
	size, err := s.firstTree(ctx, position+1, keys)
	if err != nil {
		return p, false, err
	}
	c, by, err := s.cosigned(ctx, size, earliest)
	if err == nil && len(by) == 0 {
		c, err = s.log.Checkpoint(ctx)
	}
	if err != nil {
		return p, false, err
	}
	complete = len(by) > 0
	for _, key := range keys {
		complete = complete && slices.Contains(by, key)
	}
	path, err := s.log.Prove(ctx, position, c.Size)
	return translog.EntryProof{Position: position, Proof: path, Checkpoint: c.Note}, complete, err
}

// wanted are the keys of names, or of those that are asked where nobody is named.
func (s *Service) wanted(ctx context.Context, names []string) (keys []string, err error) {
	switch {
	case len(names) == 0:
		return s.keys, nil
	case len(names) > Most:
		return nil, ErrNoWitness
	}
	list, err := s.List(ctx)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		found := bearing(name, list, true)
		if len(found) == 0 {
			found = bearing(name, list, false)
		}
		if len(found) == 0 {
			return nil, ErrNoWitness
		}
		keys = append(keys, found...)
	}
	slices.Sort(keys)
	return slices.Compact(keys), nil
}

// bearing are the keys of a name. Of those that are asked, or of the others: a
// witness may have got another key.
func bearing(name string, list []Standing, asked bool) (keys []string) {
	for _, w := range list {
		if w.Asked == asked && slices.Contains([]string{w.Key.Name(), w.Key.ID(), w.Key.String()}, name) {
			keys = append(keys, w.Key.String())
		}
	}
	return keys
}

// firstTree is the size of the tree for a proof, from a size on, 0 for none.
func (s *Service) firstTree(ctx context.Context, from int64, keys []string) (int64, error) {
	var signers []string
	var one, all int64 // the first that one of them signed, and what all begin after
	for _, key := range keys {
		size, err := s.signedBy(ctx, key, from)
		if err != nil {
			return 0, err
		}
		if size == 0 { // it waits for nobody who is gone
			continue
		}
		if signers, all = append(signers, key), max(all, size); one == 0 || size < one {
			one = size
		}
	}
	if len(signers) == 0 {
		return s.signed(ctx, from)
	}
	if all, err := s.together(ctx, all, signers); err != nil || all > 0 {
		return all, err
	}
	return one, nil
}

// together is the size of the first tree from one on that all keys signed, 0 for
// none. They are asked together, so there are few steps.
func (s *Service) together(ctx context.Context, from int64, keys []string) (int64, error) {
	for {
		size := from
		for _, key := range keys {
			next, err := s.signedBy(ctx, key, size)
			if err != nil || next == 0 {
				return 0, err
			}
			size = next
		}
		if size == from {
			return size, nil
		}
		from = size
	}
}
