package question_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/question"
)

func TestGrade(t *testing.T) {
	tests := []struct {
		id, answer string
		points     int
	}{
		{"E04", `{}`, 0},
		{"E04", `{"choices":["D"]}`, 1000},
		{"E04", `{"choices":["A"]}`, 0},
		{"E03", `{"choices":["C","B","A"]}`, 1000},
		{"E03", `{"choices":["A","B"]}`, 0},
		{"E03", `{"choices":["A","B","C","D"]}`, 0},
		{"E06", `{"choices":["false"]}`, 1000},
		{"E06", `{"choices":["true"]}`, 0},
		{"E05", `{"number":"23.1"}`, 1000},
		{"E05", `{"number":"23,0 %"}`, 1000},
		{"E05", `{"number":"23.2 percentage points"}`, 1000},
		{"E05", `{"number":"23.2000000000000000000000000000001"}`, 0},
		{"E05", `{"number":"22.999999999999999999999999999999"}`, 0},
		{"E05", `{"number":"-23.1"}`, 0},
		{"E10", `{"number":"86.3636"}`, 1000},
		{"E10", `{"number":"90.5"}`, 0},
		{"E18", `{"number":"2 hours"}`, 1000},
		{"E18", `{"number":"24"}`, 0},
		{"E08", `{"order":["2","4","1","5","3"]}`, 1000},
		{"E08", `{"order":["2","4","1","5"]}`, 0},
		{"E08", `{"order":["2","4","1","3","5"]}`, 0},
		{"E12", `{"pairs":{"1":"b","2":"d","3":"a","4":"c"}}`, 1000},
		{"E12", `{"pairs":{"1":"b","2":"d","3":"a"}}`, 0},
		{"E12", `{"pairs":{"1":"b","2":"d","3":"c","4":"a"}}`, 0},
		{"E40", `{"pairs":{"1":"b","2":"a","3":"b","4":"a"}}`, 1000},
		{"E48", `{}`, 0},
	}
	items := bank(t)
	for _, tt := range tests {
		r, err := question.DecodeResponse(items[tt.id], []byte(tt.answer))
		if err != nil {
			t.Fatalf("%s %s: %v", tt.id, tt.answer, err)
		}
		want := question.Result{Points: tt.points, Max: 1000, Correct: tt.points == 1000}
		if got := question.Grade(items[tt.id], r); got != want {
			t.Errorf("%s %s: got %+v, want %+v", tt.id, tt.answer, got, want)
		}
	}
}

func TestMoreThanTheKeyIsNotCorrect(t *testing.T) {
	items := bank(t)
	for id, extra := range map[string]func(r *question.Response){
		"E03": func(r *question.Response) { r.Choices = append(r.Choices, "Z") },
		"E08": func(r *question.Response) { r.Order = append(slices.Clone(r.Order), "9") },
		"E12": func(r *question.Response) { r.Pairs["9"] = "a" },
	} {
		r := ideal(items[id])
		if !question.Grade(items[id], r).Correct {
			t.Errorf("%s: the key is not correct", id)
		}
		if extra(&r); question.Grade(items[id], r).Correct {
			t.Errorf("%s: correct with something added: %+v", id, r)
		}
	}
}

func TestGradeIgnoresTheOrderOfChoices(t *testing.T) {
	r := question.Response{Choices: []string{"C", "A", "B", "A"}}
	if got := question.Grade(bank(t)["E03"], r); !got.Correct {
		t.Fatalf("got %+v", got)
	}
}

func TestShortAnswerNeedsAPerson(t *testing.T) {
	got := question.Grade(bank(t)["E48"], question.Response{Text: "Client reports …"})
	if want := (question.Result{Max: 1000, NeedsGrading: true}); got != want {
		t.Fatalf("got %+v, want %+v", got, want)
	}
}

func TestGradeShort(t *testing.T) {
	items := bank(t)
	thirds := copyOf(t, items["E48"])
	thirds.Points, thirds.Rubric = 3, thirds.Rubric[:3]
	tests := []struct {
		name       string
		q          *question.Question
		awarded    []int
		zero       bool
		deductions int
		points     int
		item, msg  string // of the error
	}{
		{"nothing", items["E48"], []int{0, 0, 0, 0}, false, 0, 0, "", ""},
		{"a quarter", items["E48"], []int{0, 1, 0, 0}, false, 0, 250, "", ""},
		{"all", items["E48"], []int{1, 1, 1, 1}, false, 0, 1000, "", ""},
		{"a deduction", items["E48"], []int{1, 1, 1, 1}, false, 1, 750, "", ""},
		{"never below zero", items["E48"], []int{0, 0, 0, 0}, false, 1, 0, "", ""},
		{"a third", thirds, []int{1, 0, 0}, false, 0, 333, "", ""},
		{"three thirds", thirds, []int{1, 1, 1}, false, 0, 1000, "", ""},
		{"zero", items["K5.4"], []int{1, 1, 1, 1}, true, 0, 0, "", ""},
		{"no reason for zero", items["E48"], []int{1, 1, 1, 1}, true, 0, 0, "", "no reason for zero"},
		{"too many deductions", items["E48"], []int{1, 1, 1, 1}, false, 2, 0, "", "from 0 to 1"},
		{"negative deduction", items["E48"], []int{1, 1, 1, 1}, false, -1, 0, "", "from 0 to 1"},
		{"line missing", items["E48"], []int{1, 1, 1}, false, 0, 0, "", "4 lines"},
		{"too many points", items["E48"], []int{1, 2, 1, 1}, false, 0, 0, "2", "from 0 to 1"},
		{"negative points", items["E48"], []int{1, 1, 1, -1}, false, 0, 0, "4", "from 0 to 1"},
		{"checked even for zero", items["K5.4"], []int{9, 1, 1, 1}, true, 0, 0, "1", "from 0 to 1"},
		{"not a short answer", items["E05"], nil, false, 0, 0, "", "short answer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := question.GradeShort(tt.q, tt.awarded, tt.zero, tt.deductions)
			var in *question.InputError
			if errors.As(err, &in) != (tt.msg != "") {
				t.Fatalf("error %v, want …%s…", err, tt.msg)
			}
			if in != nil && (in.Item != tt.item || !strings.Contains(in.Msg, tt.msg)) {
				t.Errorf("error %#v, want item %q and …%s…", in, tt.item, tt.msg)
			}
			if want := (question.Result{Points: tt.points, Max: 1000, Correct: tt.points == 1000}); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

// exercise runs everything on one question, valid or not: no panic, the same
// outcome twice, and the promises that hold between the functions.
func exercise(t *testing.T, q *question.Question, valid bool) {
	t.Helper()
	order := question.ShuffleOrder(q, "seed")
	if again := question.ShuffleOrder(q, "seed"); !reflect.DeepEqual(order, again) {
		t.Fatalf("two orders from one seed: %v, %v", order, again)
	}
	question.Public(q, order)
	question.Lint(q)
	for _, r := range responses(q) {
		res := question.Grade(q, r)
		if again := question.Grade(q, r); again != res {
			t.Fatalf("graded twice: %+v, %+v", res, again)
		}
		if res.Max != question.Mark || res.Correct != (res.Points == res.Max) || res.NeedsGrading && res.Points != 0 {
			t.Fatalf("result contradicts itself: %+v", res)
		}
		if valid && res.Correct && !question.Complete(q, r) {
			t.Fatalf("an incomplete or refused answer is correct: %+v", r)
		}
		question.Explain(q, order, r, res)
	}
	if !valid {
		return
	}
	if res := question.Grade(q, ideal(q)); !res.Correct && !res.NeedsGrading {
		t.Fatalf("the key of a valid question is graded %+v", res)
	}
	var c question.Question
	data, err := json.Marshal(q)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &c); err != nil || len(c.Validate()) > 0 {
		t.Fatalf("the stored question is not valid: %v, %v", err, c.Validate())
	}
}

// ideal is the answer that the key asks for.
func ideal(q *question.Question) question.Response {
	r := question.Response{Text: q.Model}
	if q.Answer != nil {
		r.Order = q.Answer.Order
		if q.Answer.Numeric != nil {
			r.Number = q.Answer.Numeric.Value + " " + q.Answer.Numeric.Unit
		}
	}
	for _, o := range q.Options {
		if o.Correct {
			r.Choices = append(r.Choices, o.ID)
		}
	}
	for _, l := range q.Left {
		if r.Pairs == nil {
			r.Pairs = make(map[string]string)
		}
		r.Pairs[l.ID] = l.Match
	}
	return r
}

// responses are answers of every kind to any question.
func responses(q *question.Question) []question.Response {
	ids := question.DefaultOrder(q)
	pairs := map[string]string{"": "", "x": "y"}
	for i, l := range q.Left {
		if i < len(ids) {
			pairs[l.ID] = ids[i]
		}
	}
	return []question.Response{
		{}, ideal(q), {Choices: ids}, {Choices: []string{"", "x"}}, {Order: ids}, {Order: []string{"", "", ""}},
		{Pairs: pairs}, {Number: "7,1 %"}, {Number: "x"}, {Text: "text"},
	}
}

func FuzzGrade(f *testing.F) {
	f.Add(0, "q", "A", "q", "B")
	f.Add(3, "q", "7,1", "", "")
	f.Add(4, "q.1", "2", "q.2", "1")
	f.Add(5, "q.1", "a", "q.9", "z")
	f.Add(6, "q", "text\r\n\x00", "", "")
	items := bank(f)
	ids := []string{"E04", "E03", "E06", "E05", "E08", "E12", "E48"}
	f.Fuzz(func(t *testing.T, n int, k1, v1, k2, v2 string) {
		q := items[ids[int(uint(n)%uint(len(ids)))]]
		values := form{k1: {v1}}
		values[k2] = append(values[k2], v2)
		r, err := question.ParseResponse(q, values, "q")
		if (err == nil) != (question.Check(q, r) == nil) && q.Kind != question.Ordering {
			t.Fatalf("ParseResponse says %v, Check says %v", err, question.Check(q, r))
		}
		res := question.Grade(q, r)
		if res.Correct && (err != nil || res.Points != res.Max || !question.Complete(q, r)) {
			t.Fatalf("%+v is correct for %+v, %v", res, r, err)
		}
		question.Explain(q, nil, r, res)
		if err != nil {
			return
		}
		stored, jerr := json.Marshal(r)
		if jerr != nil {
			t.Fatal(jerr)
		}
		again, derr := question.DecodeResponse(q, stored)
		if derr != nil || !sameResponse(t, again, r) || question.Grade(q, again) != res {
			t.Fatalf("%s reads as %+v, %v (%s)", stored, again, derr, strconv.Itoa(res.Points))
		}
	})
}
