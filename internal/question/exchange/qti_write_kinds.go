package exchange

import (
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/question"
)

func (p *qtiParts) choice(q *question.Question) {
	most := "1"
	if q.Kind == question.MultipleResponse {
		p.cardinality, most = "multiple", "0"
	}
	var b strings.Builder
	for _, op := range q.Options {
		id := qtiIdent(op.ID)
		if op.Correct {
			p.correct = append(p.correct, id)
		}
		b.WriteString(p.n.wrap("simpleChoice", p.n.at("identifier", id), esc(op.Text), p.why(id, op.Rationale)) + "\n")
	}
	p.body = p.n.wrap("choiceInteraction", p.n.at("responseIdentifier", "RESPONSE", "shuffle", strconv.FormatBool(q.Shuffles()), "maxChoices", most),
		p.n.wrap("prompt", "", esc(q.Prompt)), "\n", b.String())
	p.matchCorrect()
}

func (p *qtiParts) order(q *question.Question) {
	p.cardinality = "ordered"
	var b strings.Builder
	for _, it := range q.Items {
		id := qtiIdent(it.ID)
		b.WriteString(p.n.wrap("simpleChoice", p.n.at("identifier", id), esc(it.Text), p.why(id, it.Rationale)) + "\n")
	}
	for _, id := range q.Answer.Order {
		p.correct = append(p.correct, qtiIdent(id))
	}
	p.body = p.n.wrap("orderInteraction", p.n.at("responseIdentifier", "RESPONSE", "shuffle", strconv.FormatBool(q.Shuffles())),
		p.n.wrap("prompt", "", esc(q.Prompt)), "\n", b.String())
	p.matchCorrect()
}

func (p *qtiParts) match(q *question.Question) {
	p.cardinality, p.base = "multiple", "directedPair"
	var left, right strings.Builder
	// The same name may stand on both sides of a question here, but not there.
	for _, l := range q.Left {
		p.correct = append(p.correct, leftIdent(l.ID)+" "+rightIdent(l.Match))
		left.WriteString(p.n.wrap("simpleAssociableChoice", p.n.at("identifier", leftIdent(l.ID), "matchMax", "1"), esc(l.Text), p.rowWhy(l)))
	}
	for _, r := range q.Right {
		right.WriteString(p.n.wrap("simpleAssociableChoice", p.n.at("identifier", rightIdent(r.ID), "matchMax", "0"), esc(r.Text)))
	}
	p.body = p.n.wrap("matchInteraction", p.n.at("responseIdentifier", "RESPONSE", "shuffle", strconv.FormatBool(q.Shuffles()), "maxAssociations", strconv.Itoa(len(q.Left))),
		p.n.wrap("prompt", "", esc(q.Prompt)), "\n", p.n.wrap("simpleMatchSet", "", left.String()), "\n", p.n.wrap("simpleMatchSet", "", right.String()))
	p.matchCorrect()
}

// The marks of the sides, which [qtiSide] takes away again.
func leftIdent(id string) string  { return "_L_" + id }
func rightIdent(id string) string { return "_R_" + id }

func (p *qtiParts) rowWhy(l question.Left) string {
	if l.Rationale == "" {
		return ""
	}
	name := "why" + leftIdent(l.ID)
	p.modalNames = append(p.modalNames, name)
	return p.n.wrap("feedbackInline", p.n.at("outcomeIdentifier", "AFTER", "identifier", name, "showHide", "show"), esc(l.Rationale))
}

func (p *qtiParts) text(q *question.Question) {
	p.base, p.points = "string", q.Points
	attrs := []string{"responseIdentifier", "RESPONSE"}
	if q.Limit != nil && q.Limit.Lines > 0 {
		attrs = append(attrs, "expectedLines", strconv.Itoa(q.Limit.Lines))
	}
	var lines strings.Builder
	for _, l := range graderLines(q) {
		lines.WriteString("<p>" + esc(l) + "</p>")
	}
	rubric := lines.String()
	at := p.n.at("view", "scorer")
	if p.n.three {
		rubric, at = p.n.wrap("contentBody", "", rubric), p.n.at("view", "scorer", "use", "scoring")
	}
	p.body = p.n.wrap("extendedTextInteraction", p.n.at(attrs...), p.n.wrap("prompt", "", esc(q.Prompt))) + "\n" + p.n.wrap("rubricBlock", at, rubric)
}

func (o *writing) qtiNumber(p *qtiParts, q *question.Question) {
	n, k := p.n, q.Answer.Numeric
	p.base, p.correct = "float", []string{k.Value}
	unit := ""
	if k.Unit != "" {
		unit = ` <span class="` + qtiUnit + `">` + esc(k.Unit) + "</span>"
	}
	p.body = "<p>" + esc(q.Prompt) + "</p><p><" + n.el("textEntryInteraction") + n.at("responseIdentifier", "RESPONSE") + "/>" + unit + "</p>"
	number := func(s string) string { return n.wrap("baseValue", n.at("baseType", "float"), esc(s)) }
	low, high := k.Min, k.Max
	if low == "" {
		low = k.Value
	}
	if high == "" {
		high = k.Value
	}
	p.scored(n.wrap("and", "", n.wrap("gte", "", p.variable(), number(low)), n.wrap("lte", "", p.variable(), number(high))))
	if len(q.Errors) > 0 {
		p.outcomes = append(p.outcomes, "ERROR")
	}
	for i, e := range q.Errors {
		name := "error" + strconv.Itoa(i+1)
		p.rules += n.wrap("responseCondition", "", n.wrap("responseIf", "", n.wrap("equal", n.at("toleranceMode", "exact"), p.variable(), number(e.Value)),
			n.wrap("setOutcomeValue", n.at("identifier", "ERROR"), n.wrap("baseValue", n.at("baseType", "identifier"), name))))
		p.after += p.feedbackAfter("ERROR", name, e.Value+": "+e.Why)
	}
	if q.Working != "" {
		p.modal("working", q.Working)
	}
	if k.Decimals != decimalsOf(k.Value) {
		o.note(q, Lost, "How many decimals are asked for", "the format does not say it")
	}
}
