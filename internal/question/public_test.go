package question_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/question"
)

// shown are the fields of a Question that a learner sees before grading;
// everything else is secret.
var shown = []string{
	"ID", "Kind", "Prompt", "Case", "Jurisdiction", "Shuffle",
	"Options[].ID", "Options[].Text", "Items[].ID", "Items[].Text",
	"Left[].ID", "Left[].Text", "Right[].ID", "Right[].Text",
	"Answer.Numeric.Unit", "Answer.Numeric.Decimals", "Limit.Sentences", "Limit.Lines",
}

// keys are secret and hold IDs, so that a planted text would make no sense;
// TestPublicDoesNotDependOnTheKey covers them.
var keys = []string{"Options[].Correct", "Answer.Order[]", "Left[].Match"}

const planted = "SECRET"

// plant overwrites every secret text and number of v and returns how many.
func plant(v reflect.Value, path string) int {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return 0
		}
		return plant(v.Elem(), path)
	case reflect.Struct:
		n := 0
		for i := range v.NumField() {
			n += plant(v.Field(i), strings.TrimPrefix(path+"."+v.Type().Field(i).Name, "."))
		}
		return n
	case reflect.Slice:
		n := 0
		for i := range v.Len() {
			n += plant(v.Index(i), path+"[]")
		}
		return n
	}
	if slices.Contains(shown, path) || slices.Contains(keys, path) {
		return 0
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(planted + " " + path)
	case reflect.Int:
		v.SetInt(77777)
	default:
		panic("secret field of an unexpected type: " + path)
	}
	return 1
}

func TestPublicLeaksNoSecretText(t *testing.T) {
	for id, q := range bank(t) {
		c := copyOf(t, q)
		if plant(reflect.ValueOf(c), "") == 0 {
			t.Fatalf("%s: nothing was planted", id)
		}
		data, err := json.Marshal(question.Public(c, question.ShuffleOrder(c, "seed")))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), planted) || strings.Contains(string(data), "77777") {
			t.Errorf("%s leaks: %s", id, data)
		}
		want, err := json.Marshal(question.Public(q, question.ShuffleOrder(q, "seed")))
		if err != nil {
			t.Fatal(err)
		}
		if string(data) != string(want) {
			t.Errorf("%s: the view depends on secret text:\n%s\n%s", id, data, want)
		}
		if !strings.Contains(string(data), strconv.Quote(q.ID)) || len(data) < len(q.Prompt) {
			t.Errorf("%s: the view shows too little: %s", id, data)
		}
	}
}

// TestPublicDoesNotDependOnTheKey compares two questions that differ in
// nothing but the key: what the browser gets is the same to the byte.
func TestPublicDoesNotDependOnTheKey(t *testing.T) {
	changes := map[string]func(q *question.Question){
		"E04": func(q *question.Question) { q.Options[0].Correct, q.Options[3].Correct = true, false },
		"E03": func(q *question.Question) { q.Options[0].Correct, q.Options[4].Correct = false, true },
		"E06": func(q *question.Question) { q.Options[0].Correct, q.Options[1].Correct = true, false },
		"E05": func(q *question.Question) {
			q.Answer.Numeric.Value, q.Answer.Numeric.Min, q.Answer.Numeric.Max = "5.5", "5.4", "5.6"
		},
		"E12": func(q *question.Question) { q.Left[0].Match, q.Left[1].Match = q.Left[1].Match, q.Left[0].Match },
		"E48": func(q *question.Question) { q.Points, q.Rubric = 2, q.Rubric[:2] },
	}
	items := bank(t)
	for id, change := range changes {
		a, b := items[id], copyOf(t, items[id])
		change(b)
		if reflect.DeepEqual(a, b) {
			t.Fatalf("%s: the change changed nothing", id)
		}
		for n := range 50 {
			seed := strconv.Itoa(n)
			x, y := question.Public(a, question.ShuffleOrder(a, seed)), question.Public(b, question.ShuffleOrder(b, seed))
			if !reflect.DeepEqual(x, y) {
				t.Fatalf("%s: the key shows:\n%+v\n%+v", id, x, y)
			}
		}
	}
	// An ordering's shuffle avoids its right order and nothing else.
	a, b := items["E08"], copyOf(t, items["E08"])
	slices.Reverse(b.Answer.Order)
	order := question.DefaultOrder(a)
	if x, y := question.Public(a, order), question.Public(b, order); !reflect.DeepEqual(x, y) {
		t.Fatalf("E08: the key shows:\n%+v\n%+v", x, y)
	}
}

// TestPublicHasOnlyKnownFields makes a new field a decision.
func TestPublicHasOnlyKnownFields(t *testing.T) {
	var got []string
	for _, v := range []any{question.PublicQuestion{}, question.PublicOption{}, question.PublicText{}, question.Limit{}} {
		typ := reflect.TypeOf(v)
		for field := range typ.Fields() {
			got = append(got, typ.Name()+"."+field.Name)
		}
	}
	want := []string{
		"PublicQuestion.ID", "PublicQuestion.Kind", "PublicQuestion.Prompt", "PublicQuestion.Case",
		"PublicQuestion.Jurisdiction", "PublicQuestion.Options", "PublicQuestion.Items", "PublicQuestion.Left",
		"PublicQuestion.Right", "PublicQuestion.Unit", "PublicQuestion.Decimals", "PublicQuestion.Limit",
		"PublicOption.ID", "PublicOption.Letter", "PublicOption.Text",
		"PublicText.ID", "PublicText.Text", "Limit.Sentences", "Limit.Lines",
	}
	if !slices.Equal(got, want) {
		t.Fatalf("the public view has the fields\n%v\nwant\n%v", got, want)
	}
}

func TestPublicShowsTheGivenOrder(t *testing.T) {
	q := bank(t)["E04"]
	p := question.Public(q, []string{"C", "unknown", "A", "C"})
	var got []string
	for _, o := range p.Options {
		got = append(got, o.Letter+"="+o.ID)
		if i := slices.IndexFunc(q.Options, func(x question.Option) bool { return x.ID == o.ID }); q.Options[i].Text != o.Text {
			t.Errorf("option %s has the text %q", o.ID, o.Text)
		}
	}
	if want := []string{"A=C", "B=A", "C=B", "D=D"}; !slices.Equal(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
}
