package question_test

import (
	"reflect"
	"testing"

	"github.com/atmacena/cocare/internal/question"
)

func explain(t *testing.T, id, answer string, order []string) question.Feedback {
	t.Helper()
	q := bank(t)[id]
	r, err := question.DecodeResponse(q, []byte(answer))
	if err != nil {
		t.Fatal(err)
	}
	return question.Explain(q, order, r, question.Grade(q, r))
}

func TestExplainOptionsInTheOrderShown(t *testing.T) {
	f := explain(t, "E04", `{"choices":["B"]}`, []string{"D", "C", "B", "A"})
	if !f.Answered || f.Result.Correct || len(f.Options) != 4 {
		t.Fatalf("%+v", f)
	}
	for i, id := range []string{"D", "C", "B", "A"} {
		o := f.Options[i]
		if o.ID != id || o.Letter != question.Letter(i) || o.Text == "" || o.Rationale == "" ||
			o.Correct != (id == "D") || o.Chosen != (id == "B") {
			t.Errorf("option %d: %+v", i, o)
		}
	}
}

func TestExplainNumber(t *testing.T) {
	const used4, used2 = "Used step 4 (13.0).", "Used step 2."
	for answer, why := range map[string]string{
		`{}`:                  "",
		`{"number":"23.1"}`:   "",
		`{"number":"23.8"}`:   used4,
		`{"number":"23,80"}`:  used4,
		`{"number":"23.76"}`:  used4, // rounds to 23.8 at the decimals asked for
		`{"number":"6.2 %"}`:  used2,
		`{"number":"6.25"}`:   "",
		`{"number":"-23.8"}`:  "",
		`{"number":"100000"}`: "",
	} {
		f := explain(t, "E05", answer, nil)
		if f.Number == nil || f.Number.Why != why {
			t.Errorf("%s: %+v, want %q", answer, f.Number, why)
			continue
		}
		if f.Number.Low != "23.0" || f.Number.High != "23.2" || f.Number.Value != "23.1" ||
			f.Number.Unit != "percentage points" || f.Number.Working == "" || f.Rationale == "" {
			t.Errorf("%s: %+v", answer, f.Number)
		}
	}
	// 0.5 is a listed error although a whole number is asked for.
	if f := explain(t, "E18", `{"number":"0.5"}`, nil); f.Number.Why != "Too short." {
		t.Errorf("%+v", f.Number)
	}
}

func TestExplainOrder(t *testing.T) {
	f := explain(t, "K6.2", `{"order":["1","","2"]}`, nil)
	type place struct {
		id         string
		right, was int
	}
	var got []place
	for _, o := range f.Order {
		got = append(got, place{o.ID, o.Position, o.YourPosition})
	}
	if want := []place{{"2", 1, 3}, {"1", 2, 1}, {"3", 3, 0}, {"4", 4, 0}}; !reflect.DeepEqual(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
}

func TestExplainPairs(t *testing.T) {
	f := explain(t, "E40", `{"pairs":{"1":"b","2":"b"}}`, nil)
	if len(f.Pairs) != 4 {
		t.Fatalf("%+v", f.Pairs)
	}
	first, second, third := f.Pairs[0], f.Pairs[1], f.Pairs[2]
	if !first.Correct || first.Your != first.Right || first.Rationale == "" {
		t.Errorf("first row: %+v", first)
	}
	if second.Correct || second.Your != first.Right || second.Right == first.Right {
		t.Errorf("second row: %+v", second)
	}
	if third.Correct || third.Your != "" || third.Right != first.Right {
		t.Errorf("third row: %+v", third)
	}
}

func TestExplainShort(t *testing.T) {
	f := explain(t, "K5.4", `{"text":"They may help."}`, nil)
	s := f.Short
	if s == nil || s.Your != "They may help." || s.Model == "" || s.Points != 4 || len(s.Rubric) != 4 || len(s.ZeroIf) != 1 {
		t.Fatalf("%+v", s)
	}
	if !f.Result.NeedsGrading {
		t.Errorf("%+v", f.Result)
	}
}
