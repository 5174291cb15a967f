package exchange

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/question"
)

// short makes a short answer that people grade.
func (d *draft) short(points float64) {
	d.q.Kind = question.ShortAnswer
	d.q.Points = int(min(max(points+0.5, 1), 100))
}

// accepted makes a short answer of one that the source compares by letters.
func (d *draft) accepted(answers []choice, points float64) {
	if d.refused() {
		return
	}
	d.short(points)
	var full []string
	part := 0
	for _, a := range answers {
		switch {
		case a.text == "" || a.text == "*":
		case a.percent >= whole:
			full = append(full, "“"+a.text+"”")
		case a.percent > 0:
			part++
		}
		if a.why != "" && d.q.Rationale == "" && a.percent >= whole {
			d.q.Rationale = a.why
		}
	}
	if len(full) == 0 {
		d.refuse("No answer is wholly right", "a short answer needs a model")
		return
	}
	d.q.Model = strings.Trim(full[0], "“”")
	d.q.Rubric = []question.RubricLine{{Points: d.q.Points, Text: "Says " + strings.Join(full, " or ")}}
	d.note(Altered, "Its answers are compared letter by letter there", "here a person grades a short answer")
	if part > 0 {
		d.note(Lost, counted(part, "answer")+" right in part "+verb(part, "is", "are")+" left out", "add to the rubric what should earn points")
	}
}

// grading reads what the line of a text for graders says, as our exports write it.
func (d *draft) grading(lines []string) {
	var model []string
	for _, line := range lines {
		line = d.plain(line)
		word, rest, _ := strings.Cut(line, ": ")
		n, points, isPoints := strings.Cut(word, " ")
		worth, err := strconv.Atoi(n)
		switch {
		case line == "":
		case isPoints && err == nil && (points == "point" || points == "points"):
			d.q.Rubric = append(d.q.Rubric, question.RubricLine{Points: worth, Text: rest})
		case word == graderZero:
			d.q.ZeroIf = append(d.q.ZeroIf, rest)
		case word == graderLose:
			d.q.LoseIf = append(d.q.LoseIf, rest)
		case word == graderLength:
			d.limit(rest)
		default:
			model = append(model, strings.TrimPrefix(line, graderModel+": "))
		}
	}
	d.q.Model = strings.TrimSpace(d.q.Model + " " + strings.Join(model, " "))
	sum := 0
	for _, r := range d.q.Rubric {
		sum += r.Points
	}
	if sum > 0 {
		d.q.Points = sum
	}
}

// The words of a text for graders.
const (
	graderModel  = "Model answer"
	graderZero   = "No point if"
	graderLose   = "A point less if"
	graderLength = "Length"
)

var lengthWords = regexp.MustCompile(`^(\d+) (sentences?|lines?)$`)

func (d *draft) limit(s string) {
	for part := range strings.SplitSeq(s, ", ") {
		m := lengthWords.FindStringSubmatch(part)
		if m == nil {
			continue
		}
		n, err := strconv.Atoi(m[1])
		if err != nil || n < 1 {
			continue
		}
		if d.q.Limit == nil {
			d.q.Limit = &question.Limit{}
		}
		if strings.HasPrefix(m[2], "s") {
			d.q.Limit.Sentences = n
		} else {
			d.q.Limit.Lines = n
		}
	}
}

// graderLines is what a person who grades needs, a line each.
func graderLines(q *question.Question) []string {
	var out []string
	if q.Model != "" {
		out = append(out, graderModel+": "+q.Model)
	}
	for _, r := range q.Rubric {
		out = append(out, counted(r.Points, "point")+": "+r.Text)
	}
	for _, z := range q.ZeroIf {
		out = append(out, graderZero+": "+z)
	}
	for _, l := range q.LoseIf {
		out = append(out, graderLose+": "+l)
	}
	if l := q.Limit; l != nil {
		var parts []string
		if l.Sentences > 0 {
			parts = append(parts, counted(l.Sentences, "sentence"))
		}
		if l.Lines > 0 {
			parts = append(parts, counted(l.Lines, "line"))
		}
		out = append(out, graderLength+": "+strings.Join(parts, ", "))
	}
	return out
}
