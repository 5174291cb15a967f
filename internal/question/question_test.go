package question_test

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/atmacena/cocare/internal/question"
)

// bank returns the real items of testdata by ID.
func bank(t testing.TB) map[string]*question.Question {
	t.Helper()
	data, err := os.ReadFile("testdata/items.yaml")
	if err != nil {
		t.Fatal(err)
	}
	qs, problems := question.Parse(data)
	for _, p := range problems {
		t.Errorf("testdata/items.yaml:%d: %s", p.Line, p)
	}
	byID := make(map[string]*question.Question)
	for i := range qs {
		byID[qs[i].ID] = &qs[i]
	}
	return byID
}

// copyOf returns a deep copy to change freely.
func copyOf(t testing.TB, q *question.Question) *question.Question {
	t.Helper()
	data, err := json.Marshal(q)
	if err != nil {
		t.Fatal(err)
	}
	var c question.Question
	if err := json.Unmarshal(data, &c); err != nil {
		t.Fatal(err)
	}
	return &c
}

func TestBankHasEveryKind(t *testing.T) {
	var seen []question.Kind
	for _, q := range bank(t) {
		if !slices.Contains(seen, q.Kind) {
			seen = append(seen, q.Kind)
		}
	}
	if len(seen) != len(question.Kinds()) {
		t.Fatalf("testdata has the kinds %v, want all of %v", seen, question.Kinds())
	}
}

func TestStoredFormsKeepEverything(t *testing.T) {
	for id, q := range bank(t) {
		if c := copyOf(t, q); !reflect.DeepEqual(c, q) {
			t.Errorf("%s: JSON changed the question:\n%+v\n%+v", id, q, c)
		}
		data, err := yaml.Marshal([]*question.Question{q})
		if err != nil {
			t.Fatal(err)
		}
		qs, problems := question.Parse(data)
		if len(problems) > 0 || len(qs) != 1 || !reflect.DeepEqual(&qs[0], q) {
			t.Errorf("%s: YAML changed the question: %v\n%s", id, problems, data)
		}
	}
}

func TestAnswerRefusesForeignJSON(t *testing.T) {
	for _, in := range []string{`{"value":"1","key":"2"}`, `"7.1"`, `[1]`, `7`} {
		var a question.Answer
		if err := json.Unmarshal([]byte(in), &a); err == nil {
			t.Errorf("%s was read as %+v", in, a)
		}
	}
}
