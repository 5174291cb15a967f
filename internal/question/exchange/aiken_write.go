package exchange

import (
	"strings"

	"github.com/atmacena/cocare/internal/question"
)

func (o *writing) aiken(qs []question.Question) {
	o.all(Lost, "IDs, objectives, facts, cases and every rationale", "Aiken has a question, its options and the right letter")
	for i := range qs {
		o.aikenOne(&qs[i])
	}
}

func (o *writing) aikenOne(q *question.Question) {
	if q.Kind != question.SingleChoice {
		o.leave(q, "Aiken has single choices only")
		return
	}
	if aikenOption.MatchString(q.Prompt) || strings.HasPrefix(q.Prompt, "ANSWER:") {
		o.leave(q, "it begins as an option or an answer does in Aiken")
		return
	}
	if !q.Shuffles() {
		o.note(q, Lost, "That its options stand in your order", "Aiken does not say it")
	}
	o.put(q.Prompt, "\n")
	right := ""
	for i, op := range q.Options {
		o.put(question.Letter(i), ") ", op.Text, "\n")
		if op.Correct {
			right = question.Letter(i)
		}
	}
	o.put("ANSWER: ", right, "\n\n")
	o.report.Written++
}
