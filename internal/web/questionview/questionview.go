// Package questionview shapes questions for the templates
// partials/question_form.html and partials/question_feedback.html, which the
// areas learn and exam share. It holds no rule: kinds, grading and what may be
// shown when are package question's.
package questionview

import (
	"errors"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/web/kit"
)

// Case is a fictional story that a question leans on.
type Case struct {
	Title string
	Story template.HTML // sanitized when the course was imported
}

// CaseOf is the story that a question of an edition leans on, nil for none.
func CaseOf(ed *course.Edition, q *question.Question) *Case {
	k, ok := ed.Course.Case(q.Case)
	if !ok {
		return nil
	}
	return &Case{Title: k.Title, Story: k.Story}
}

// Form is what the partial "question" draws: the controls of one question,
// without the form element and its buttons. Name is the field that
// question.ParseResponse or the Parse of a question.Sheet is given.
type Form struct {
	Name     string
	Number   int // shown as "Question 3"; 0 shows none
	Of       int
	Question question.PublicQuestion
	Response question.Response // what was saved or typed, under the IDs of Question
	Case     *Case             // nil if the question has none
	Practice bool              // it earns no marks
	Disabled bool              // shown but not to be answered now
	Error    string            // what is wrong with the answer, "" if nothing
	BadItem  string            // the row that Error is about, "" for the whole
}

// Fail marks the form with an error of question.ParseResponse and reports
// whether it was one.
func (f *Form) Fail(err error) bool {
	var bad *question.InputError
	if !errors.As(err, &bad) {
		return false
	}
	f.Error, f.BadItem = bad.Msg, bad.Item
	return true
}

// ID is the ID of the question's first control, the one that package kit's
// error summary links to for the field Name.
func (f Form) ID() string { return kit.FieldID(f.Name) }

// ItemID is the ID of the control of a row.
func (f Form) ItemID(item string) string { return kit.FieldID(f.ItemName(item)) }

// ItemName is the field of a row of an ordering or matching question.
func (f Form) ItemName(item string) string { return question.Field(f.Name, item) }

// OptionID is the ID of the i-th option's control, counted from 0.
func (f Form) OptionID(i int) string {
	if i == 0 {
		return f.ID()
	}
	return f.ID() + "-" + strconv.Itoa(i)
}

// Chosen reports whether an option is marked.
func (f Form) Chosen(id string) bool { return slices.Contains(f.Response.Choices, id) }

// At reports whether an item stands at a position, counted from 1.
func (f Form) At(item string, position int) bool {
	return position >= 1 && position <= len(f.Response.Order) && f.Response.Order[position-1] == item
}

// Positions lists 1 … n for an ordering question.
func (f Form) Positions() []int {
	out := make([]int, len(f.Question.Items))
	for i := range out {
		out[i] = i + 1
	}
	return out
}

// Paired reports whether a left row is matched with a right-hand text.
func (f Form) Paired(left, right string) bool { return right != "" && f.Response.Pairs[left] == right }

// Hint says how to answer.
func (f Form) Hint() string {
	q := f.Question
	switch q.Kind {
	case question.MultipleResponse:
		if f.Practice {
			return "Choose all that apply."
		}
		return "Choose all that apply. Every right one and no wrong one earns the mark."
	case question.Numeric:
		return numericHint(q.Decimals)
	case question.Ordering:
		return "Give each line its position, from 1 to " + strconv.Itoa(len(q.Items)) + "."
	case question.Matching:
		return "Choose one for each row. One may fit several rows, or none."
	case question.ShortAnswer:
		return shortHint(q.Limit)
	default:
		return ""
	}
}

func numericHint(decimals int) string {
	switch decimals {
	case 0:
		return "Write a whole number, in digits."
	case 1:
		return "Write a number with one decimal place, such as 4.2."
	default:
		return "Write a number with " + strconv.Itoa(decimals) + " decimal places."
	}
}

func shortHint(limit *question.Limit) string {
	var text string
	switch {
	case limit == nil:
	case limit.Sentences > 0:
		text = "About " + count(limit.Sentences, "sentence") + ". "
	case limit.Lines > 0:
		text = "About " + count(limit.Lines, "line") + ". "
	}
	return text + "No information about your own clients, please."
}

// Rows is the height of the text area.
func (f Form) Rows() int {
	if l := f.Question.Limit; l != nil {
		return max(4, min(12, max(l.Lines+1, l.Sentences*2)))
	}
	return 6
}

// Place names the jurisdiction that a question is about, "" for none.
func (f Form) Place() string { return placeNames[f.Question.Jurisdiction] }

var placeNames = map[string]string{"us": "United States", "canada": "Canada"}

// Feedback is what the partial "feedback" draws: key, rationales and the
// learner's answer beside them.
type Feedback struct {
	Number   int // shown as "Question 3"; 0 shows none
	Feedback question.Feedback
	Case     *Case
	Practice bool // a short answer is compared by the learner, nobody grades it
	Key      *Key // the question is read by who may see its key: nobody answered it
}

// Tone is the notice's tone: ok, warn or info.
func (f Feedback) Tone() string {
	switch r := f.Feedback.Result; {
	case f.Key != nil, r.NeedsGrading, f.Feedback.Kind == question.ShortAnswer && f.Practice:
		return "info"
	case r.Correct:
		return "ok"
	default:
		return "warn"
	}
}

// Verdict is the first line of the feedback.
func (f Feedback) Verdict() string {
	r := f.Feedback.Result
	switch {
	case !f.Feedback.Answered:
		return "Not answered"
	case f.Feedback.Kind == question.ShortAnswer && f.Practice:
		return "Compare it with the model"
	case r.NeedsGrading:
		return "Awaiting grading"
	case r.Correct:
		return "Correct"
	case r.Points > 0:
		return "Partly correct: " + Points(r) + " of 1 mark"
	default:
		return "Not correct"
	}
}

// State says of an option whether it is right and what the learner made of it.
func (f Feedback) State(right, chosen bool) string {
	switch {
	case right && chosen:
		return "Right · your answer"
	case right && f.Feedback.Answered && f.Feedback.Kind == question.MultipleResponse:
		return "Right · you did not choose it"
	case right:
		return "Right"
	case chosen:
		return "Wrong · your answer"
	default:
		return "Wrong"
	}
}

// Reason is a rationale without the word that State says already.
func (Feedback) Reason(rationale string) string { return Reason(rationale) }

// Reason drops "Correct:" or "Incorrect:" from the beginning of a rationale.
func Reason(rationale string) string {
	if rationale == "Correct." || rationale == "Incorrect." {
		return ""
	}
	for _, word := range []string{"Correct: ", "Incorrect: "} {
		if rest, ok := strings.CutPrefix(rationale, word); ok {
			first, size := utf8.DecodeRuneInString(rest)
			return string(unicode.ToUpper(first)) + rest[size:]
		}
	}
	return rationale
}

// Single reports whether one accepted number is the only one.
func (f Feedback) Single() bool {
	n := f.Feedback.Number
	return n != nil && n.Low == n.High
}

// Points prints earned marks without idle zeros: 1, 0.75, 0.333.
func Points(r question.Result) string {
	return strconv.FormatFloat(float64(r.Points)/question.Mark, 'f', -1, 64)
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
