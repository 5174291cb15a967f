package question

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"slices"
)

// DefaultOrder returns the IDs that a question shows in a movable order, as
// the author wrote them: options, the items of an ordering, the right-hand side
// of a matching; nil for the other kinds.
func DefaultOrder(q *Question) []string {
	var ids []string
	switch {
	case q.Kind.Choice():
		for _, o := range q.Options {
			ids = append(ids, o.ID)
		}
	case q.Kind == Ordering:
		for _, it := range q.Items {
			ids = append(ids, it.ID)
		}
	case q.Kind == Matching:
		for _, r := range q.Right {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// ShuffleOrder returns the IDs of [DefaultOrder] in the order to show. The
// order depends on seed (one for each attempt) and the question's ID alone,
// and for an ordering of more than two items also on its key: such items never
// stand in the right order already. Store the result with the attempt.
func ShuffleOrder(q *Question, seed string) []string {
	ids := DefaultOrder(q)
	if !q.Shuffles() || len(ids) < 2 {
		return ids
	}
	src := source(seed, q.ID)
	permute(src, ids)
	if key := q.order(); q.Kind == Ordering && len(ids) > 2 && slices.Equal(ids, key) {
		// A rotation of three or more distinct items is never the same order.
		by := 1 + int(below(src, uint64(len(ids)-1))) //nolint:gosec // smaller than len(ids)
		ids = append(ids[by:], ids[:by]...)
	}
	return ids
}

// source derives an independent stream for each pair of seed and question; the
// length in front keeps ("a", "bc") and ("ab", "c") apart.
func source(seed, id string) *rand.ChaCha8 {
	b := binary.BigEndian.AppendUint64([]byte("question order v1\x00"), uint64(len(seed)))
	b = append(append(b, seed...), id...)
	return rand.NewChaCha8(sha256.Sum256(b))
}

// permute is the Fisher-Yates shuffle, written out so that stored seeds keep
// their meaning when the standard library changes its own.
func permute(src *rand.ChaCha8, ids []string) {
	for i := len(ids) - 1; i > 0; i-- {
		j := int(below(src, uint64(i)+1)) //nolint:gosec // at most i
		ids[i], ids[j] = ids[j], ids[i]
	}
}

// below draws evenly from 0 … n-1 by refusing the incomplete last stretch of
// the 64-bit range.
func below(src *rand.ChaCha8, n uint64) uint64 {
	limit := -n % n
	for {
		if v := src.Uint64(); v >= limit {
			return v % n
		}
	}
}
