package question_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/question"
)

type form = map[string][]string

func TestParseResponse(t *testing.T) {
	tests := []struct {
		name, id string
		form     form
		want     string // stored form
		complete bool
	}{
		{"nothing", "E04", form{}, `{}`, false},
		{"one option", "E04", form{"q": {"D"}}, `{"choices":["D"]}`, true},
		{"several, in the author's order", "E03", form{"q": {"C", "A", "C", ""}}, `{"choices":["A","C"]}`, true},
		{"true", "E06", form{"q": {"true"}}, `{"choices":["true"]}`, true},
		{"number as typed", "E05", form{"q": {" 23,1 % "}}, `{"number":"23,1 %"}`, true},
		{"blank number", "E05", form{"q": {"  "}}, `{}`, false},
		{"order", "K6.2", form{"q.1": {"2"}, "q.2": {"1"}, "q.3": {"3"}, "q.4": {"4"}}, `{"order":["2","1","3","4"]}`, true},
		{"partial order", "K6.2", form{"q.1": {"3"}, "q.2": {"1"}, "q.3": {""}}, `{"order":["2","","1"]}`, false},
		{"order without its last", "K6.2", form{"q.1": {"2"}, "q.2": {"1"}, "q.3": {"3"}}, `{"order":["2","1","3"]}`, false},
		{"untouched order", "K6.2", form{"q.1": {""}, "q.2": {""}}, `{}`, false},
		{"pairs", "E40", form{"q.1": {"b"}, "q.2": {"a"}, "q.3": {"b"}, "q.4": {"a"}}, `{"pairs":{"1":"b","2":"a","3":"b","4":"a"}}`, true},
		{"partial pairs", "E40", form{"q.3": {"b"}, "q.2": {""}}, `{"pairs":{"3":"b"}}`, false},
		{"text", "E48", form{"q": {"One.\r\nTwo <b>.\x00\xff"}}, `{"text":"One.\nTwo \u003cb\u003e."}`, true},
		{"blank text", "E48", form{"q": {" \r\n "}}, `{}`, false},
		{"another question's fields", "E04", form{"p": {"D"}, "q.1": {"1"}}, `{}`, false},
	}
	items := bank(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := items[tt.id]
			r, err := question.ParseResponse(q, tt.form, "q")
			if err != nil {
				t.Fatal(err)
			}
			stored, err := json.Marshal(r)
			if err != nil || string(stored) != tt.want {
				t.Fatalf("stored as %s, %v; want %s", stored, err, tt.want)
			}
			if got := question.Complete(q, r); got != tt.complete {
				t.Errorf("complete = %v, want %v", got, tt.complete)
			}
			if again, err := question.DecodeResponse(q, stored); err != nil || !sameResponse(t, again, r) {
				t.Errorf("the stored form reads as %+v, %v", again, err)
			}
		})
	}
}

func TestParseResponseNamesTheMistake(t *testing.T) {
	tests := []struct {
		name, id string
		form     form
		item     string
		msg      string
		kept     string // what a page can show again
	}{
		{"unknown option", "E04", form{"q": {"Z"}}, "", `no option "Z"`, `{"choices":["Z"]}`},
		{"two of one", "E04", form{"q": {"A", "B"}}, "", "one option only", `{"choices":["A","B"]}`},
		{"true and false", "E06", form{"q": {"true", "false"}}, "", "one option only", `{"choices":["true","false"]}`},
		{"words for a number", "E05", form{"q": {"twenty"}}, "", "in digits", `{"number":"twenty"}`},
		{"ambiguous number", "E05", form{"q": {"1,234"}}, "", "two things", `{"number":"1,234"}`},
		{"position twice", "K6.2", form{"q.1": {"1"}, "q.2": {"2"}, "q.3": {"2"}}, "3", "Position 2 is chosen twice", `{"order":["1","2"]}`},
		{"position 0", "K6.2", form{"q.1": {"0"}}, "1", "from 1 to 4", `{}`},
		{"position 5", "K6.2", form{"q.2": {"5"}, "q.1": {"1"}}, "2", "from 1 to 4", `{"order":["1"]}`},
		{"position x", "K6.2", form{"q.4": {"x"}}, "4", "from 1 to 4", `{}`},
		{"unknown match", "E40", form{"q.2": {"z"}}, "2", `no match "z"`, `{"pairs":{"2":"z"}}`},
		{"long text", "E48", form{"q": {strings.Repeat("é", 5001)}}, "", "5001 characters", `{"text":"` + strings.Repeat("é", 5001) + `"}`},
	}
	items := bank(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := question.ParseResponse(items[tt.id], tt.form, "q")
			var in *question.InputError
			if !errors.As(err, &in) || in.Item != tt.item || !strings.Contains(in.Msg, tt.msg) {
				t.Fatalf("got %#v, want item %q and …%s…", err, tt.item, tt.msg)
			}
			if kept, err := json.Marshal(r); err != nil || string(kept) != tt.kept {
				t.Errorf("kept %s, want %s", kept, tt.kept)
			}
			if question.Grade(items[tt.id], r).Correct {
				t.Error("a refused answer was graded correct")
			}
		})
	}
}

func TestTextUpToTheLimit(t *testing.T) {
	r := question.Response{Text: strings.Repeat("é", question.MaxTextRunes)}
	if err := question.Check(bank(t)["E48"], r); err != nil {
		t.Fatal(err)
	}
}

func TestDecodeResponseIsStrict(t *testing.T) {
	for _, tt := range []struct{ id, in string }{
		{"E04", ``}, {"E04", `[]`}, {"E04", `{"choices":"A"}`}, {"E04", `{"choices":["A"]} {}`},
		{"E04", `{"choice":["A"]}`}, {"E04", `{"text":"A"}`}, {"E04", `{"choices":["A"],"number":"1"}`},
		{"E04", `{"choices":["A","B"]}`}, {"K6.2", `{"order":["1","1"]}`}, {"K6.2", `{"order":["9"]}`},
		{"K6.2", `{"order":["1","2","3","4","1"]}`}, {"E40", `{"pairs":{"9":"a"}}`}, {"E05", `{"number":"x"}`},
	} {
		if r, err := question.DecodeResponse(bank(t)[tt.id], []byte(tt.in)); err == nil {
			t.Errorf("%s: %s was read as %+v", tt.id, tt.in, r)
		}
	}
}

func sameResponse(t testing.TB, a, b question.Response) bool {
	t.Helper()
	x, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	y, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	return string(x) == string(y)
}
