package demo

import (
	"hash/fnv"
	"maps"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/atmacena/cocare/internal/question"
)

// difficulty is how likely a learner gets a question wrong: the same for
// everybody, so that item statistics have something to show.
func difficulty(q *question.Question) float64 {
	return 0.06 + 0.4*share(q.ID)
}

// share is a number from 0 to 1 that a name always gets.
func share(name string) float64 {
	h := fnv.New32a()
	h.Write([]byte(name))
	return float64(h.Sum32()) / math.MaxUint32
}

// misread is a question of the free course that those who know the subject read too
// quickly: a figure of it says that it works the wrong way round.
const misread = "R8"

// wrongs picks n questions to get wrong, the difficult ones more often: each
// gets a key u^(1/weight), and the largest keys win (Efraimidis and Spirakis,
// 2006). What is misread goes first for who knows the rest, and is right for who does not:
// two of five are wrong all the same.
func wrongs(list []*question.Question, n int, knows bool, rng *rand.Rand) map[string]bool {
	keys := make(map[string]float64, len(list))
	for _, q := range list {
		keys[q.ID] = math.Pow(rng.Float64(), 1/difficulty(q))
		if q.ID == misread && knows {
			keys[q.ID] = 1
		}
	}
	ids := slices.SortedFunc(maps.Keys(keys), func(a, b string) int {
		switch {
		case keys[a] > keys[b]:
			return -1
		case keys[a] < keys[b]:
			return 1
		}
		return 0
	})
	out := map[string]bool{}
	for _, id := range ids[:min(max(n, 0), len(ids))] {
		out[id] = knows || id != misread
	}
	return out
}

// respond answers a question that the machine grades, and a short answer with
// words of its author.
func respond(q *question.Question, right bool, rng *rand.Rand) question.Response {
	switch {
	case q.Kind == question.MultipleResponse:
		return question.Response{Choices: several(q, right)}
	case q.Kind.Choice():
		return question.Response{Choices: []string{one(q, right, rng)}}
	case q.Kind == question.Numeric:
		return question.Response{Number: number(q, right)}
	case q.Kind == question.Ordering:
		order := slices.Clone(q.Answer.Order)
		if !right {
			i := rng.IntN(len(order) - 1)
			order[i], order[i+1] = order[i+1], order[i]
		}
		return question.Response{Order: order}
	case q.Kind == question.Matching:
		return question.Response{Pairs: pairs(q, right)}
	}
	return question.Response{Text: essay(q, right)}
}

// one picks an option. Of the wrong ones, each question has a favorite.
func one(q *question.Question, right bool, rng *rand.Rand) string {
	var wrong []string
	for _, o := range q.Options {
		switch {
		case !o.Correct:
			wrong = append(wrong, o.ID)
		case right:
			return o.ID
		}
	}
	if rng.Float64() < 0.6 {
		return wrong[int(share("favorite "+q.ID)*float64(len(wrong)-1)+0.5)]
	}
	return wrong[rng.IntN(len(wrong))]
}

// several marks the right options; wrong, it marks a distractor as well.
func several(q *question.Question, right bool) (ids []string) {
	added := right
	for _, o := range q.Options {
		if o.Correct || !added {
			ids = append(ids, o.ID)
			added = added || !o.Correct
		}
	}
	return ids
}

// number is the key or the first of the errors that the author expects.
func number(q *question.Question, right bool) string {
	switch {
	case right:
		return q.Answer.Numeric.Value
	case len(q.Errors) > 0:
		return q.Errors[0].Value
	}
	return "1" + q.Answer.Numeric.Value
}

// pairs matches every row; wrong, the first row gets another's partner.
func pairs(q *question.Question, right bool) map[string]string {
	out := map[string]string{}
	for _, left := range q.Left {
		out[left.ID] = left.Match
	}
	if right {
		return out
	}
	for _, r := range q.Right {
		if r.ID != q.Left[0].Match {
			out[q.Left[0].ID] = r.ID
			break
		}
	}
	return out
}
