package translog

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Check builds the tree anew from the leaves and compares every stored hash: what
// was changed, removed or put in between shows. It returns the tree that the
// leaves make.
func (l *Log) Check(ctx context.Context) (Tree, error) {
	size, err := l.size(ctx)
	if err != nil {
		return Tree{}, err
	}
	stored := int64(0)
	for from := int64(0); from < size; from += Width {
		leaves, err := l.leaves(ctx, from, Width)
		if err != nil {
			return Tree{}, err
		}
		for i, leaf := range leaves {
			if leaf.Position != from+int64(i) {
				return Tree{}, fmt.Errorf("translog: leaf %d is missing", from+int64(i))
			}
			if err := l.checkLeaf(ctx, leaf); err != nil {
				return Tree{}, err
			}
			stored++
		}
	}
	if stored != size {
		return Tree{}, fmt.Errorf("translog: %d leaves, but the log is %d long", stored, size)
	}
	return l.Tree(ctx)
}

// BeginsWith reports whether the log begins with the tree of a checkpoint, whoever
// signed that; false also for what is no checkpoint of this log.
func (l *Log) BeginsWith(ctx context.Context, checkpoint []byte) (bool, error) {
	_, then, _, err := Cosignatures(checkpoint)
	if err != nil {
		return false, nil //nolint:nilerr // it is no checkpoint
	}
	now, err := l.TreeAt(ctx, then.Size)
	if errors.Is(err, ErrNoLeaf) || errors.Is(err, errTorn) {
		return false, nil
	}
	return err == nil && now.Root == then.Root, err
}

// checkLeaf compares the hashes that came about with a leaf with those that it
// makes with the hashes before it.
func (l *Log) checkLeaf(ctx context.Context, leaf Leaf) error {
	want, err := tlog.StoredHashes(leaf.Position, leaf.Data(), l.reader(ctx))
	if err != nil {
		return fmt.Errorf("translog: leaf %d: %w", leaf.Position, err)
	}
	first := tlog.StoredHashIndex(0, leaf.Position)
	positions := make([]int64, len(want))
	for i := range positions {
		positions[i] = first + int64(i)
	}
	got, err := l.hashes(ctx, positions)
	if err != nil {
		return err
	}
	for i := range want {
		if got[i] != want[i] {
			return fmt.Errorf("translog: leaf %d does not match the tree", leaf.Position)
		}
	}
	return nil
}
