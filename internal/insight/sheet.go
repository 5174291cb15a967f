package insight

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/exam/analysis"
	"github.com/atmacena/cocare/internal/question"
)

// bank numbers the questions of an edition, and the answers given to each.
type bank struct {
	list    []*question.Question
	index   map[string]int
	answers []answers // by question
}

// answers are the different answers to one question, as they are stored.
type answers struct {
	texts []string
	index map[string]int
}

func newBank(ed *course.Edition) *bank {
	b := &bank{list: ed.Course.Bank, index: map[string]int{}, answers: make([]answers, len(ed.Course.Bank))}
	for i, q := range b.list {
		b.index[q.ID] = i
		b.answers[i].index = map[string]int{}
	}
	return b
}

// written lists the questions that people answer with a text of their own.
func (b *bank) written() (ids []string) {
	for _, q := range b.list {
		if q.Kind == question.ShortAnswer {
			ids = append(ids, q.ID)
		}
	}
	return ids
}

// readSheet reads the items of an attempt: ID, points, the most points and the
// answer of each. It appends to sheet. What a question's mark is out of is brought
// to the whole mark of package analysis.
func (b *bank) readSheet(text string, sheet []analysis.Mark) ([]analysis.Mark, error) {
	for text != "" {
		var item string
		item, text, _ = strings.Cut(text, nextItem)
		id, rest, _ := strings.Cut(item, nextField)
		points, rest, _ := strings.Cut(rest, nextField)
		most, answer, ok := strings.Cut(rest, nextField)
		n, known := b.index[id]
		p, err1 := strconv.Atoi(points)
		m, err2 := strconv.Atoi(most)
		if !ok || !known || err1 != nil || err2 != nil || m <= 0 || p < 0 || p > m {
			return nil, fmt.Errorf("insight: item of an exam %.80q", item)
		}
		sheet = append(sheet, analysis.Mark{Item: n, Points: p * analysis.Whole / m, Choice: b.answers[n].number(answer)})
	}
	return sheet, nil
}

// number is that of an answer; there is none for one that was left out.
func (a *answers) number(text string) int {
	if text == "" {
		return analysis.NoChoice
	}
	n, known := a.index[text]
	if !known {
		n = len(a.texts)
		text = strings.Clone(text) // of a row that is gone soon
		a.texts, a.index[text] = append(a.texts, text), n
	}
	return n
}
