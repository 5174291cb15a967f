package question_test

import (
	"errors"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"github.com/atmacena/cocare/internal/question"
)

// fill writes a response into a form under the names of a view.
func fill(p question.PublicQuestion, r question.Response) form {
	f := form{"q": r.Choices}
	for i, id := range r.Order {
		if id != "" {
			f[question.Field("q", id)] = []string{strconv.Itoa(i + 1)}
		}
	}
	for l, right := range r.Pairs {
		f[question.Field("q", l)] = []string{right}
	}
	switch p.Kind {
	case question.Numeric:
		f["q"] = []string{r.Number}
	case question.ShortAnswer:
		f["q"] = []string{r.Text}
	}
	return f
}

// answers are some responses of each kind, the right one and partial ones among
// them.
func answers(q *question.Question) []question.Response {
	out := []question.Response{{}}
	switch {
	case q.Kind.Choice():
		for _, o := range q.Options {
			out = append(out, question.Response{Choices: []string{o.ID}})
		}
		if q.Kind == question.MultipleResponse {
			out = append(out, question.Response{Choices: question.DefaultOrder(q)[1:]})
		}
	case q.Kind == question.Numeric:
		out = append(out, question.Response{Number: q.Answer.Numeric.Value})
	case q.Kind == question.Ordering:
		out = append(out, question.Response{Order: q.Answer.Order}, question.Response{Order: []string{"", q.Items[0].ID}})
	case q.Kind == question.Matching:
		whole := map[string]string{}
		for _, l := range q.Left {
			whole[l.ID] = l.Match
		}
		out = append(out, question.Response{Pairs: whole}, question.Response{Pairs: map[string]string{q.Left[1].ID: q.Right[0].ID}})
	default:
		out = append(out, question.Response{Text: "In my own words."})
	}
	return out
}

// TestASheetGivesBackWhatWasAnswered: what is stored, shown and sent again is
// stored as before, whatever the order.
func TestASheetGivesBackWhatWasAnswered(t *testing.T) {
	for id, q := range bank(t) {
		for n := range 20 {
			s := question.NewSheet(q, question.ShuffleOrder(q, strconv.Itoa(n)))
			for _, want := range answers(q) {
				shown := s.Shown(want)
				typed, got, err := s.Parse(fill(s.Public(), shown), "q")
				if err != nil || !sameResponse(t, got, want) || !sameResponse(t, typed, shown) {
					t.Fatalf("%s, seed %d: %+v was shown as %+v and came back as %+v, typed %+v, %v", id, n, want, shown, got, typed, err)
				}
				if question.Complete(q, got) != question.Complete(q, want) {
					t.Fatalf("%s: %+v is not complete as it was", id, got)
				}
			}
		}
	}
}

// TestASheetTellsNoNameOfTheAuthors: with other IDs in another order of the
// file, the learner's view is the same to the byte.
func TestASheetTellsNoNameOfTheAuthors(t *testing.T) {
	for id, q := range bank(t) {
		order := question.ShuffleOrder(q, "seed")
		other, names := copyOf(t, q), map[string]string{}
		rename := func(id *string) {
			names[*id] = "zz-" + *id
			*id = names[*id]
		}
		for i := range other.Options {
			rename(&other.Options[i].ID)
		}
		for i := range other.Items {
			rename(&other.Items[i].ID)
		}
		for i := range other.Right {
			rename(&other.Right[i].ID)
		}
		for i := range other.Left {
			other.Left[i].ID = "row-" + other.Left[i].ID
		}
		slices.Reverse(other.Options)
		slices.Reverse(other.Items)
		slices.Reverse(other.Right)
		renamed := slices.Clone(order)
		for i := range renamed {
			renamed[i] = names[renamed[i]]
		}
		a, b := question.NewSheet(q, order).Public(), question.NewSheet(other, renamed).Public()
		if !reflect.DeepEqual(a, b) {
			t.Errorf("%s: the author's names show:\n%+v\n%+v", id, a, b)
		}
		if plain := question.Public(q, order); len(plain.Options) != len(a.Options) || len(plain.Items) != len(a.Items) ||
			len(plain.Left) != len(a.Left) || len(plain.Right) != len(a.Right) || plain.Unit != a.Unit || plain.Prompt != a.Prompt {
			t.Errorf("%s: the sheet shows something else: %+v", id, a)
		}
	}
}

// TestASheetRefusesWhatIsNotOnIt: a letter of the author's among it, as a shared
// key would have it.
func TestASheetRefusesWhatIsNotOnIt(t *testing.T) {
	items := bank(t)
	for _, c := range []struct {
		id, item string
		form     form
	}{
		{"E04", "", form{"q": {"A"}}},
		{"E04", "", form{"q": {"0"}}},
		{"E04", "", form{"q": {"01"}}},
		{"E04", "", form{"q": {"5"}}},
		{"E04", "", form{"q": {"1", "2"}}},
		{"E03", "", form{"q": {"1", "B"}}},
		{"E06", "", form{"q": {"true"}}},
		{"E08", "2", form{"q.1": {"1"}, "q.2": {"1"}}},
		{"E08", "3", form{"q.3": {"6"}}},
		{"E12", "2", form{"q.2": {"a"}}},
		{"E12", "4", form{"q.1": {"1"}, "q.4": {"9"}}},
		{"E05", "", form{"q": {"many"}}},
	} {
		q := items[c.id]
		typed, r, err := question.NewSheet(q, question.ShuffleOrder(q, "seed")).Parse(c.form, "q")
		var bad *question.InputError
		if !errors.As(err, &bad) || bad.Item != c.item {
			t.Errorf("%s, %v: %+v, want a mistake at %q", c.id, c.form, err, c.item)
		}
		if question.Answered(q, r) {
			t.Errorf("%s, %v: %+v may be saved, typed %+v", c.id, c.form, r, typed)
		}
	}
}
