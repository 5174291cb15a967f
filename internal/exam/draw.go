package exam

import (
	"crypto/sha256"
	"encoding/binary"
	"math/big"
	"math/rand/v2"
	"slices"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/question"
)

// Drawn is one question of a form, with its options in the order to show.
type Drawn struct {
	QuestionID string
	Order      []string
}

// Draw draws a form from the edition's bank: for each row of the blueprint as
// many items as it asks for, with the requirements met and the limits kept. Of
// all forms that do so it takes one with the fewest items that the learner has
// seen, each of these with the same probability. The same seed draws the same
// form. Items on one case stand together; otherwise the order is random.
//
// Items that only withdrawn lessons prepare for are not in the bank (DECISIONS
// 8); rows and requirements that this leaves short shrink to what is left.
// Without a withdrawal a form that cannot be drawn is a fault of the course: the
// error is ErrCannotDraw and its cause names the rule.
func Draw(ed *course.Edition, seed string, seen map[string]bool) ([]Drawn, error) {
	items := ed.Bank()
	p, err := newPlan(ed, items, seen)
	if err != nil {
		return nil, ErrCannotDraw.Because(err)
	}
	src := randomSource("exam draw v1", seed)
	ids, err := p.sample(src)
	if err != nil {
		return nil, ErrCannotDraw.Because(err)
	}
	byID := make(map[string]*question.Question, len(items))
	for _, q := range items {
		byID[q.ID] = q
	}
	form := make([]Drawn, 0, len(ids))
	for _, id := range arrange(ids, byID, src) {
		form = append(form, Drawn{QuestionID: id, Order: question.ShuffleOrder(byID[id], seed)})
	}
	return form, nil
}

// Drawable reports whether a form can be drawn from an edition, or it has no exam
// at all: a withdrawal can leave a bank of which no form keeps every rule.
func Drawable(ed *course.Edition) bool {
	if len(ed.Overlays.Withdrawn) == 0 || ed.Course.Exam.Draw() == 0 {
		return true
	}
	p, err := newPlan(ed, ed.Bank(), nil)
	return err == nil && p.count(p.start()).cost >= 0
}

// arrange puts the items in a random order, those on one case side by side, so
// that its story is read once.
func arrange(ids []string, byID map[string]*question.Question, src *rand.ChaCha8) []string {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	shuffle(src, ids)
	var out []string
	placed := map[string]bool{}
	for _, id := range ids {
		about := byID[id].Case
		switch {
		case about == "":
			out = append(out, id)
		case !placed[about]:
			placed[about] = true
			for _, other := range ids {
				if byID[other].Case == about {
					out = append(out, other)
				}
			}
		}
	}
	return out
}

// randomSource derives a stream from a seed for one purpose.
func randomSource(purpose, seed string) *rand.ChaCha8 {
	return rand.NewChaCha8(sha256.Sum256([]byte(purpose + "\x00" + seed)))
}

func shuffle(src *rand.ChaCha8, ids []string) {
	for i := len(ids) - 1; i > 0; i-- {
		j := int(bigBelow(src, big.NewInt(int64(i)+1)).Int64())
		ids[i], ids[j] = ids[j], ids[i]
	}
}

// bigBelow draws evenly from 0 … n-1 by refusing what is too large.
func bigBelow(src *rand.ChaCha8, n *big.Int) *big.Int {
	words := (n.BitLen() + 63) / 64
	buf := make([]byte, 8*words)
	mask := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), uint(n.BitLen())), big.NewInt(1)) //nolint:gosec // a length
	for {
		for i := range words {
			binary.BigEndian.PutUint64(buf[8*i:], src.Uint64())
		}
		v := new(big.Int).SetBytes(buf)
		if v.And(v, mask).Cmp(n) < 0 {
			return v
		}
	}
}
