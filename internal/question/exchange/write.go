package exchange

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/question"
)

// Report says what an export could not carry: of all questions, and of single
// ones by their IDs. Written counts the questions in the file.
type Report struct {
	Written int
	All     []Note
	Notes   map[string][]Note
}

// Extension is the end of the name of a file that [Write] writes.
func (f Format) Extension() string {
	switch f {
	case MoodleXML:
		return ".xml"
	case GIFT, Aiken:
		return ".txt"
	case CSV:
		return ".csv"
	}
	return ".zip"
}

// ContentType is the media type of such a file.
func (f Format) ContentType() string {
	switch f {
	case MoodleXML:
		return "application/xml; charset=utf-8"
	case GIFT, Aiken:
		return "text/plain; charset=utf-8"
	case CSV:
		return "text/csv; charset=utf-8"
	}
	return "application/zip"
}

// writing is an export while it is written.
type writing struct {
	w      io.Writer
	err    error
	report Report
}

// Write writes questions in a format of [Formats]. What the format cannot carry
// is in the report; a question that it has no place for at all, or that has mistakes, is
// left out. title is what the course calls itself.
func Write(w io.Writer, f Format, title string, qs []question.Question) (Report, error) {
	out := &writing{w: w, report: Report{Notes: map[string][]Note{}}}
	qs = out.sound(qs)
	switch f {
	case MoodleXML:
		out.moodle(qs)
	case GIFT:
		out.gift(qs)
	case Aiken:
		out.aiken(qs)
	case CSV:
		out.csv(qs)
	case QTI2:
		out.qti(title, qs, qtiNames{})
	case QTI3:
		out.qti(title, qs, qtiNames{three: true})
	default:
		return Report{}, ErrFormat
	}
	if out.err != nil {
		return out.report, fmt.Errorf("exchange: write: %w", out.err)
	}
	return out.report, nil
}

// sound leaves out what is no question by our rules.
func (o *writing) sound(qs []question.Question) []question.Question {
	return slices.DeleteFunc(slices.Clone(qs), func(q question.Question) bool {
		full := Completed(q)
		problems := full.Validate()
		if len(problems) > 0 {
			problems[0].Question = ""
			o.leave(&q, "it has a mistake; "+problems[0].String()+", because "+problems[0].Why.String())
		}
		return len(problems) > 0
	})
}

func (o *writing) put(parts ...string) {
	for _, p := range parts {
		if o.err == nil {
			_, o.err = io.WriteString(o.w, p)
		}
	}
}

func (o *writing) note(q *question.Question, kind NoteKind, what, why string) {
	o.report.Notes[q.ID] = append(o.report.Notes[q.ID], Note{kind, what, why})
}

// leave says that a question is not in the file.
func (o *writing) leave(q *question.Question, why string) {
	o.note(q, Reason, "It is left out", why)
}

// trueFalseWords says that a format has no words for true and false but its own.
func (o *writing) trueFalseWords(q *question.Question) {
	if q.Options[0].ID != "true" || q.Options[0].Text != "True" || q.Options[1].Text != "False" {
		o.note(q, Altered, "Its options are called True and False", "the format has no other words for them")
	}
}

func (o *writing) all(kind NoteKind, what, why string) {
	o.report.All = append(o.report.All, Note{kind, what, why})
}

// tagsOf are what a format with tags takes along.
func tagsOf(q *question.Question) []string {
	var out []string
	for _, id := range q.Objectives {
		out = append(out, "objective:"+id)
	}
	for _, id := range q.Facts {
		out = append(out, "fact:"+id)
	}
	if q.Case != "" {
		out = append(out, "case:"+q.Case)
	}
	if q.Jurisdiction != "" {
		out = append(out, "jurisdiction:"+q.Jurisdiction)
	}
	return out
}

// rowWhys reports whether rows of a matching are explained one by one.
func rowWhys(q *question.Question) bool {
	return slices.ContainsFunc(q.Left, func(l question.Left) bool { return l.Rationale != "" })
}

// inRightOrder are the entries of an ordering as they belong.
func inRightOrder(q *question.Question) []question.Item {
	var out []question.Item
	for _, id := range q.Answer.Order {
		for _, it := range q.Items {
			if it.ID == id {
				out = append(out, it)
			}
		}
	}
	return out
}

// rightOf is the text that belongs to a row.
func rightOf(q *question.Question, l question.Left) string {
	for _, r := range q.Right {
		if r.ID == l.Match {
			return r.Text
		}
	}
	return ""
}

// distractors are what on the right belongs to no row.
func distractors(q *question.Question) []string {
	var out []string
	for _, r := range q.Right {
		if !slices.ContainsFunc(q.Left, func(l question.Left) bool { return l.Match == r.ID }) {
			out = append(out, r.Text)
		}
	}
	return out
}

// tolerance is how far from the value an answer may be, where that is the same on
// both sides.
func tolerance(k *question.NumericKey) (string, bool) {
	v, ok := rat(k.Value)
	lo, hi := v, v
	if k.Min != "" {
		lo, _ = rat(k.Min)
	}
	if k.Max != "" {
		hi, _ = rat(k.Max)
	}
	if !ok || lo == nil || hi == nil {
		return "", false
	}
	s := around(k.Value, "0")
	s.lo, s.hi = lo, hi
	down, up := sub(v, lo), sub(hi, v)
	text, fits := ratText(up)
	return text, fits && down.Cmp(up) == 0
}

// numberNotes says what a format that knows a number, a tolerance and feedback
// loses of a numeric question. It returns the tolerance to write.
func (o *writing) numberNotes(q *question.Question) string {
	k := q.Answer.Numeric
	t, even := tolerance(k)
	if !even {
		o.note(q, Altered, "Its accepted range is not as far above the value as below", "there it is the same on both sides; the wider one is written")
		t = widest(k)
	}
	if k.Decimals != decimalsOf(k.Value) {
		o.note(q, Lost, "How many decimals are asked for", "the format does not say it")
	}
	if q.Working != "" && q.Rationale != "" {
		o.note(q, Altered, "The working and the rationale become one text", "the format has one feedback for all")
	} else if q.Rationale != "" {
		o.note(q, Altered, "The rationale comes back as the working", "the format has one feedback for all")
	}
	return t
}

func widest(k *question.NumericKey) string {
	v, _ := rat(k.Value)
	best := "0"
	far, _ := rat("0")
	for _, bound := range []string{k.Min, k.Max} {
		b, ok := rat(bound)
		if !ok {
			continue
		}
		gap := sub(b, v)
		if gap.Abs(gap).Cmp(far) > 0 {
			if text, ok := ratText(gap); ok {
				far, best = gap, text
			}
		}
	}
	return best
}

// oneFeedback is the text after the answer of a numeric question.
func oneFeedback(q *question.Question) string {
	return strings.TrimSpace(q.Working + " " + q.Rationale)
}
