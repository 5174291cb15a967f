package intake_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/course/intake"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/question/exchange"
)

// bulky is a question that our rules take, and no file of a course: YAML writes each of
// its signs with ten letters.
func bulky() string {
	var b strings.Builder
	b.WriteString(`<question type="multichoice"><questiontext><text>Large?</text></questiontext><single>true</single>`)
	long := strings.Repeat("😀", 1900)
	for i := range 26 {
		fmt.Fprintf(&b, `<answer fraction="%d"><text>%d%s</text><feedback><text>%s</text></feedback></answer>`, []int{100, 0}[min(i, 1)], i, long, long)
	}
	return b.String() + "</question>"
}

const small = `<question type="truefalse"><questiontext><text>Small?</text></questiontext><answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer></question>`

// TestAQuestionThatNoFileHolds is refused, and the others come in.
func TestAQuestionThatNoFileHolds(t *testing.T) {
	w := newWorld(t)
	i := w.sent("<quiz>" + bulky() + small + "</quiz>")
	list, _, _, err := w.Items(t.Context(), i.ID, intake.Filter{})
	w.must(err)
	if it := list[0]; it.Verdict != exchange.Refused || len(it.Notes) != 1 || it.Notes[0].What != "It is too large" || it.QuestionID != "" || it.Kind != "" {
		t.Errorf("%+v", it)
	}
	w.must(w.Confirm(t.Context(), slug, i.ID, "ira", intake.Bank, "LO1"))
	w.drain()
	if qs := w.imported()["exam/imported-old-bank-01.yaml"]; w.get(i.ID).State != intake.Done || len(qs) != 1 || qs[0].Kind != question.TrueFalse {
		t.Errorf("%+v", qs)
	}
}

// TestAQuestionThatWasLetIn by an older version, whatever its size, ends the job with a
// reason: it does not look for a place for ever.
func TestAQuestionThatWasLetIn(t *testing.T) {
	w := newWorld(t)
	i := w.sent("<quiz>" + small + "</quiz>")
	text := `{"id":"Q1","kind":"short-answer","prompt":"` + strings.Repeat("x ", 1<<19) + `"}`
	w.must(w.db.Conn(t.Context()).Exec("UPDATE question_import_items SET question = ? WHERE import_id = ?", text, i.ID).Error)
	w.must(w.Confirm(t.Context(), slug, i.ID, "ira", intake.Bank, "LO1"))
	w.drain()
	if i = w.get(i.ID); i.State != intake.Ready || !strings.Contains(i.Problem, "Q1 is larger than a file") {
		t.Errorf("%+v", i)
	}
	w.must(w.Discard(t.Context(), slug, i.ID, "ira"))
}
