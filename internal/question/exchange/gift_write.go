package exchange

import (
	"strings"

	"github.com/atmacena/cocare/internal/question"
)

var giftEscapes = strings.NewReplacer(`\`, `\\`, "~", `\~`, "=", `\=`, "#", `\#`, "{", `\{`, "}", `\}`, ":", `\:`)

// giftSafe writes a text so that it is read as it stands.
func giftSafe(s string) string {
	if s == "" {
		return ""
	}
	return "[plain]" + giftEscapes.Replace(s)
}

func (o *writing) gift(qs []question.Question) {
	o.all(Altered, "Moodle gives partial credit in multiple responses and matchings", "here they are all or nothing")
	for i := range qs {
		o.giftOne(&qs[i])
	}
}

func (o *writing) giftOne(q *question.Question) {
	var body strings.Builder
	switch q.Kind {
	case question.Ordering:
		o.leave(q, "GIFT has no orders")
		return
	case question.SingleChoice, question.MultipleResponse:
		giftOptions(&body, q)
	case question.TrueFalse:
		o.giftTrueFalse(&body, q)
	case question.Numeric:
		o.giftNumber(&body, q)
	case question.Matching:
		if strings.Contains(matchTexts(q), "->") {
			o.leave(q, "a text of its rows holds ->, which parts the sides in GIFT")
			return
		}
		o.giftMatch(&body, q)
	case question.ShortAnswer:
		o.note(q, Lost, "The model answer, the rubric and the points", "GIFT has no place for them")
	}
	general := q.Rationale
	if q.Kind == question.Numeric {
		general = oneFeedback(q)
	}
	if general != "" {
		body.WriteString("\t####" + giftSafe(general) + "\n")
		if q.Kind == question.ShortAnswer {
			o.note(q, Lost, "The rationale", "GIFT has none for a free text")
		}
	}
	if !q.Shuffles() && (q.Kind == question.SingleChoice || q.Kind == question.MultipleResponse || q.Kind == question.Matching) {
		o.note(q, Lost, "That its options stand in your order", "GIFT does not say it")
	}
	answers := "{\n" + body.String() + "}"
	if q.Kind == question.ShortAnswer {
		answers = "{}"
	}
	o.put("// [id:", q.ID, "]")
	for _, t := range tagsOf(q) {
		o.put(" [tag:", t, "]")
	}
	o.put("\n::", giftEscapes.Replace(q.ID), "::", giftSafe(q.Prompt), answers, "\n\n")
	o.report.Written++
}

func giftOptions(b *strings.Builder, q *question.Question) {
	right := 0
	for _, op := range q.Options {
		right += among(op.Correct)
	}
	for _, op := range q.Options {
		sign := "~"
		if op.Correct && q.Kind == question.SingleChoice {
			sign = "="
		} else if op.Correct {
			sign = "~%" + fraction(true, right) + "%"
		}
		b.WriteString("\t" + sign + giftSafe(op.Text) + feedbackOf(op.Rationale) + "\n")
	}
}

func feedbackOf(s string) string {
	if s == "" {
		return ""
	}
	return "#" + giftSafe(s)
}

func (o *writing) giftTrueFalse(b *strings.Builder, q *question.Question) {
	answer, wrong, right := "FALSE", "", ""
	for _, op := range q.Options {
		if op.Correct {
			right = op.Rationale
			answer = strings.ToUpper(op.ID)
		} else {
			wrong = op.Rationale
		}
	}
	b.WriteString("\t" + answer)
	if wrong != "" || right != "" {
		b.WriteString("#" + giftSafe(wrong))
	}
	b.WriteString(feedbackOf(right) + "\n")
	o.trueFalseWords(q)
}

func (o *writing) giftNumber(b *strings.Builder, q *question.Question) {
	k := q.Answer.Numeric
	b.WriteString("\t#\n\t=%100%" + k.Value + ":" + o.numberNotes(q) + "\n")
	for _, e := range q.Errors {
		b.WriteString("\t=%0%" + e.Value + ":0" + feedbackOf(e.Why) + "\n")
	}
	if k.Unit != "" {
		o.note(q, Lost, "Its unit", "GIFT has none")
	}
}

func matchTexts(q *question.Question) string {
	var b strings.Builder
	for _, l := range q.Left {
		b.WriteString(l.Text + "\n")
	}
	for _, r := range q.Right {
		b.WriteString(r.Text + "\n")
	}
	return b.String()
}

func (o *writing) giftMatch(b *strings.Builder, q *question.Question) {
	for _, l := range q.Left {
		b.WriteString("\t=" + giftSafe(l.Text) + " -> " + giftSafe(rightOf(q, l)) + "\n")
	}
	for _, d := range distractors(q) {
		b.WriteString("\t= -> " + giftSafe(d) + "\n")
	}
	if rowWhys(q) {
		o.note(q, Lost, "The rationales of its rows", "the format explains the whole only")
	}
}
