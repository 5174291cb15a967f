package exchange_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/question/exchange"
)

// read reads all items of a file.
func read(t testing.TB, data []byte) (exchange.Format, []exchange.Item) {
	t.Helper()
	f, err := exchange.Open(t.Context(), bytes.NewReader(data), int64(len(data)), exchange.Limits{})
	if err != nil {
		t.Fatalf("%v: %.300s", err, data)
	}
	return f.Format, slices.Collect(f.Items(t.Context()))
}

func write(t testing.TB, f exchange.Format, qs ...question.Question) ([]byte, exchange.Report) {
	t.Helper()
	var out bytes.Buffer
	report, err := exchange.Write(&out, f, "A course", qs)
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), report
}

// maker makes random questions that our rules take.
type maker struct{ *rand.Rand }

// signs are what formats give a meaning to.
var signs = []string{"~", "=", "#", "{", "}", ":", `\`, "->", "%50%", "[html]", "<b>", "&amp;", "&", "\"", "'", "//", "A)", "ANSWER: B", "é", "漢字", "–", "…", "x", "word", "two words", "0.71", ";", ",", "####", "::", "<", ">", "• ", "=1+1", "-5", "@x", "+", "$x$", "]]>", "|"}

func (m maker) text() string {
	var parts []string
	for range 1 + m.IntN(5) {
		parts = append(parts, signs[m.IntN(len(signs))])
	}
	return strings.Join(strings.Fields(strings.Join(parts, []string{" ", ""}[m.IntN(2)])), " ")
}

func (m maker) maybe() string {
	if m.IntN(2) == 0 {
		return ""
	}
	return m.text()
}

func (m maker) texts(n int) []string {
	var out []string
	for len(out) < n {
		if s := m.text(); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func (m maker) question(i int) question.Question {
	kinds := question.Kinds()
	q := question.Question{ID: fmt.Sprintf("K%d.%d", m.IntN(9), i), Kind: kinds[m.IntN(len(kinds))], Prompt: m.text(), Rationale: m.maybe(), Objectives: []string{"LO1", "LO-2"}[:1+m.IntN(2)]}
	if m.IntN(3) == 0 {
		q.Facts, q.Case, q.Jurisdiction = []string{"F-T01"}, "a", "us"
	}
	if no := false; m.IntN(4) == 0 && q.Kind != question.Numeric && q.Kind != question.ShortAnswer && q.Kind != question.TrueFalse {
		q.Shuffle = &no
	}
	switch q.Kind {
	case question.Numeric:
		m.numeric(&q)
	case question.Ordering:
		m.ordering(&q)
	case question.Matching:
		m.matching(&q)
	case question.ShortAnswer:
		m.short(&q)
	default:
		m.options(&q)
	}
	return q
}

func (m maker) options(q *question.Question) {
	if q.Kind == question.TrueFalse {
		right := m.IntN(2) == 0
		q.Options = []question.Option{{ID: "true", Text: "True", Correct: right, Rationale: m.text()}, {ID: "false", Text: "False", Correct: !right, Rationale: m.text()}}
		return
	}
	n := 2 + m.IntN(5)
	for i, s := range m.texts(n) {
		q.Options = append(q.Options, question.Option{ID: question.Letter(i), Text: s, Rationale: m.text(), Correct: q.Kind == question.MultipleResponse && m.IntN(2) == 0})
	}
	q.Options[m.IntN(n)].Correct = true
}

func (m maker) numeric(q *question.Question) {
	value := m.IntN(2000) - 1000
	k := &question.NumericKey{Value: fmt.Sprintf("%d.%d", value, m.IntN(10)), Decimals: 1, Unit: []string{"", "mg", "percent"}[m.IntN(3)]}
	switch v, _ := new(big.Rat).SetString(k.Value); m.IntN(3) {
	case 0:
		k.Min, k.Max = new(big.Rat).Sub(v, big.NewRat(1, 10)).FloatString(1), new(big.Rat).Add(v, big.NewRat(1, 10)).FloatString(1)
	case 1:
		k.Max = new(big.Rat).Add(v, big.NewRat(2, 1)).FloatString(1)
	}
	k.Decimals += m.IntN(5) / 4
	q.Answer, q.Working = &question.Answer{Numeric: k}, m.maybe()
	if q.Working == "" && q.Rationale == "" {
		q.Working = "x"
	}
	if m.IntN(2) == 0 {
		q.Errors = []question.CommonError{{Value: "5000.5", Why: m.text()}, {Value: "-5000", Why: m.text()}}
	}
}

func (m maker) ordering(q *question.Question) {
	n := 2 + m.IntN(5)
	var key []string
	for i, s := range m.texts(n) {
		q.Items = append(q.Items, question.Item{ID: fmt.Sprint(i + 1), Text: s, Rationale: m.text()})
		key = append(key, fmt.Sprint(i+1))
	}
	for n > 2 && slices.IsSorted(key) {
		m.Shuffle(n, func(i, j int) { key[i], key[j] = key[j], key[i] })
	}
	q.Answer = &question.Answer{Order: key}
}

func (m maker) matching(q *question.Question) {
	n := 2 + m.IntN(4)
	for i, s := range m.texts(n + m.IntN(2)) {
		q.Right = append(q.Right, question.Right{ID: strings.ToLower(question.Letter(i)), Text: s})
	}
	for i, s := range m.texts(n) {
		q.Left = append(q.Left, question.Left{ID: fmt.Sprint(i + 1), Text: s, Match: q.Right[m.IntN(len(q.Right))].ID})
	}
	if q.Rationale == "" {
		q.Rationale = "x"
	}
	if m.IntN(2) == 0 {
		q.Left[0].Rationale = m.text()
	}
}

func (m maker) short(q *question.Question) {
	q.Model = m.text()
	for _, s := range m.texts(1 + m.IntN(3)) {
		q.Rubric = append(q.Rubric, question.RubricLine{Points: 1 + m.IntN(3), Text: s})
		q.Points += q.Rubric[len(q.Rubric)-1].Points
	}
	if m.IntN(2) == 0 {
		q.ZeroIf, q.LoseIf, q.Limit = []string{m.text()}, []string{m.text()}, &question.Limit{Sentences: 2, Lines: m.IntN(2)}
	}
}

// same is a question without what a format has no word for, and with IDs of
// options and rows by their places, so that two that mean the same are equal.
func same(q question.Question, f exchange.Format) string {
	if f != exchange.CSV && f != exchange.MoodleXML && f != exchange.GIFT {
		q.Objectives, q.Facts, q.Case, q.Jurisdiction = nil, nil, "", ""
	}
	if f == exchange.Aiken {
		q.ID, q.Rationale = "", ""
	}
	q.Options = slices.Clone(q.Options)
	for i := range q.Options {
		if f == exchange.Aiken {
			q.Options[i].Rationale = ""
		}
	}
	sameMatching(&q)
	sameOrdering(&q)
	if q.Answer != nil && q.Answer.Numeric != nil {
		k := *q.Answer.Numeric
		k.Min, k.Max = bound(k.Min, k.Value), bound(k.Max, k.Value)
		q.Answer = &question.Answer{Numeric: &k}
	}
	data, err := json.Marshal(q)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

func bound(s, value string) string {
	if s == "" {
		s = value
	}
	r, _ := new(big.Rat).SetString(s)
	return r.FloatString(8)
}

func sameMatching(q *question.Question) {
	right := map[string]string{}
	for _, r := range q.Right {
		right[r.ID] = r.Text
	}
	q.Left, q.Right = slices.Clone(q.Left), slices.Clone(q.Right)
	for i := range q.Left {
		q.Left[i].ID, q.Left[i].Match = "", right[q.Left[i].Match]
	}
	for i := range q.Right {
		q.Right[i].ID = ""
	}
	slices.SortFunc(q.Right, func(a, b question.Right) int { return cmp.Compare(a.Text, b.Text) })
}

func sameOrdering(q *question.Question) {
	if q.Kind != question.Ordering {
		return
	}
	var items []question.Item
	for _, id := range q.Answer.Order {
		at := slices.IndexFunc(q.Items, func(it question.Item) bool { return it.ID == id })
		it := q.Items[at]
		if it.ID = ""; !q.Shuffles() {
			it.ID = fmt.Sprint(at)
		}
		items = append(items, it)
	}
	q.Items, q.Answer = items, nil
}

// TestWhatIsExportedComesBack: a question that the report says nothing of is the
// same after an export and an import; any other is still a question.
func TestWhatIsExportedComesBack(t *testing.T) {
	for _, f := range exchange.Formats() {
		t.Run(string(f), func(t *testing.T) {
			whole := map[question.Kind]int{}
			for seed := range uint64(300) {
				m := maker{rand.New(rand.NewPCG(seed, 1))}
				var qs []question.Question
				for i := range 10 {
					q := m.question(i)
					if p := q.Validate(); len(p) > 0 {
						t.Fatalf("the test made no question: %v", p)
					}
					qs = append(qs, q)
				}
				comesBack(t, f, qs, whole)
			}
			t.Log(whole)
			for _, kind := range carried[f] {
				if whole[kind] == 0 {
					t.Errorf("no %s came back whole", kind)
				}
			}
		})
	}
}

// carried are the kinds that a format can carry whole.
var carried = map[exchange.Format][]question.Kind{
	exchange.MoodleXML: question.Kinds(), exchange.QTI2: question.Kinds(), exchange.QTI3: question.Kinds(), exchange.CSV: question.Kinds(),
	exchange.GIFT:  {question.SingleChoice, question.MultipleResponse, question.TrueFalse, question.Numeric, question.Matching},
	exchange.Aiken: {question.SingleChoice},
}

func comesBack(t *testing.T, f exchange.Format, qs []question.Question, whole map[question.Kind]int) {
	t.Helper()
	data, report := write(t, f, qs...)
	if report.Written == 0 {
		return
	}
	_, items := read(t, data)
	if len(items) != report.Written {
		t.Fatalf("%d items of %d written: %+v\n%s", len(items), report.Written, items, data)
	}
	at := 0
	for _, q := range qs {
		notes := report.Notes[q.ID]
		if slices.ContainsFunc(notes, func(n exchange.Note) bool { return n.Kind == exchange.Reason }) {
			continue
		}
		it := items[at]
		if at++; it.Verdict() == exchange.Refused {
			t.Fatalf("refused: %+v\nwas %s\nfile %s", it, same(q, f), data)
		}
		if len(notes) > 0 {
			continue
		}
		if got, want := same(it.Question, f), same(q, f); got != want {
			if f == exchange.Aiken {
				it.Question.ID = ""
				if same(it.Question, f) == want {
					whole[q.Kind]++
					continue
				}
			}
			t.Fatalf("got  %s\nwant %s\n%v\nfile %s", got, want, it.Notes, data)
		}
		whole[q.Kind]++
	}
}
