package exchange

import (
	"archive/zip"
	"compress/flate"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/reason"
)

// draft is an item while it is read.
type draft struct {
	q       question.Question
	place   string
	title   string
	typ     string
	ident   string // what the source tells it from others by; "" where it has nothing
	notes   []Note
	lost    lossCount
	passage bool // no item at all, such as the name of a category
}

func newDraft(place string) *draft { return &draft{place: place} }

func (d *draft) note(kind NoteKind, what, why string) {
	d.notes = append(d.notes, Note{Kind: kind, What: what, Why: why})
}

func (d *draft) refuse(what, why string) { d.note(Reason, what, why) }

func (d *draft) refused() bool {
	for _, n := range d.notes {
		if n.Kind == Reason {
			return true
		}
	}
	return false
}

func (d *draft) html(s string) string { return fromHTML(s, &d.lost) }

func (d *draft) plain(s string) string {
	d.paragraphs(s)
	return clean(s, &d.lost)
}

// emptyLine parts the paragraphs of a text without tags.
var emptyLine = regexp.MustCompile(`\n\s*\n|\x{2029}`)

// paragraphs counts a text without tags that becomes one of several.
func (d *draft) paragraphs(s string) {
	d.lost[paragraphsFlat] += among(emptyLine.MatchString(strings.TrimSpace(s)))
}

// collector takes the items of a file, one after the other.
type collector struct {
	limits Limits
	yield  func(Item) bool
	check  func() error       // why nothing more is read, for a reason that is not the file's
	notes  []Note             // for every item: on the file of an archive that is being read
	seen   map[string][8]byte // what the questions say, by their IDs
	count  int
	told   bool // something came out
	done   bool // the file ended, or nobody wants more
}

// take finishes an item and hands it on; false says that no more is wanted.
func (c *collector) take(d *draft) bool {
	if c.done || d.passage {
		return !c.done
	}
	if c.count++; c.count > c.limits.Items {
		c.refuse(d.place, "The rest of the file is not read", fmt.Sprintf("a file may hold at most %d items; split it", c.limits.Items))
		c.done = true
		return false
	}
	if !d.refused() {
		d.notes = slices.Concat(c.notes, d.notes)
		d.settle()
		c.name(d)
	}
	if !d.refused() {
		d.judge()
	}
	return c.hand(d.item())
}

// hand gives an item out, unless it is no word on the file any more.
func (c *collector) hand(it Item) bool {
	c.told = true
	c.done = c.done || c.check() != nil || !c.yield(it)
	return !c.done
}

// refuse tells of something that is no item of its own.
func (c *collector) refuse(place, what, why string) bool {
	return c.hand(Item{Place: place, Notes: []Note{{Kind: Reason, What: what, Why: why}}})
}

// broken ends a file that cannot be read on.
func (c *collector) broken(place string, err error) {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	c.refuse(place, "The file cannot be read from here on", plainError(err))
}

// plainError says what is wrong with a file without the words of a library.
func plainError(err error) string {
	msg := strings.TrimPrefix(err.Error(), "XML syntax error on ")
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF) || strings.Contains(msg, "unexpected EOF"):
		return "it ends in the middle"
	case errors.Is(err, zip.ErrFormat), errors.Is(err, zip.ErrChecksum), errors.As(err, new(flate.CorruptInputError)):
		return "the archive is damaged here"
	case strings.Contains(msg, "opening charset"):
		if _, why, ok := strings.Cut(msg, "opening charset"); ok {
			if _, after, ok := strings.Cut(why, ": "); ok {
				return after
			}
		}
	}
	return clip(msg, 200)
}

// notesMost is how many notes of an item are told: a page shows them all.
const notesMost = 50

func (d *draft) item() Item {
	it := Item{Question: d.q, Place: d.place, Title: clip(d.title, 80), Type: d.typ, Notes: append(d.lost.notes(), d.notes...)}
	if it.Title == "" {
		it.Title = clip(d.q.Prompt, 80)
	}
	if d.refused() {
		it.Question = question.Question{}
		it.Notes = slices.DeleteFunc(it.Notes, func(n Note) bool { return n.Kind != Reason })
	}
	if more := len(it.Notes) - notesMost; more > 0 {
		it.Notes = append(it.Notes[:notesMost], Note{Altered, counted(more, "remark") + " more", "only the first of them stand here; look at the source"})
	}
	return it
}

// maxText is the length of a text of a question, in characters.
const maxText = 2000

// settle shortens what may be shortened, and says what the author has to add.
func (d *draft) settle() {
	q := &d.q
	d.shorten(&q.Rationale, "The rationale")
	d.shorten(&q.Working, "The working")
	d.shorten(&q.Model, "The model answer")
	without := 0
	for i := range q.Options {
		d.shorten(&q.Options[i].Rationale, "The rationale of an option")
		without += among(q.Options[i].Rationale == "")
	}
	for i := range q.Items {
		d.shorten(&q.Items[i].Rationale, "The rationale of an entry")
	}
	for i := range q.Left {
		d.shorten(&q.Left[i].Rationale, "The rationale of a row")
	}
	if without == 1 {
		d.note(Missing, "One option has no rationale", "write it in the draft")
	} else if without > 1 {
		d.note(Missing, fmt.Sprintf("%d options have no rationale", without), "write them in the draft")
	}
	if full := Completed(*q); full.Rationale != q.Rationale {
		d.note(Missing, "The rationale is missing", "write it in the draft")
	}
	if q.Kind == question.ShortAnswer && q.Model == "" {
		d.note(Missing, "The model answer is missing", "write it in the draft")
	}
	if q.Kind == question.ShortAnswer && len(q.Rubric) == 0 {
		d.note(Missing, "The rubric is missing", "say in the draft what earns points")
	}
}

func (d *draft) shorten(s *string, what string) {
	runes := []rune(*s)
	if len(runes) <= maxText {
		return
	}
	*s = strings.TrimSpace(string(runes[:maxText-1])) + "…"
	d.note(Lost, what+" was cut", fmt.Sprintf("it has %d characters; at most %d are possible", len(runes), maxText))
}

// Completed is a question with a word in each place that its author has still to
// fill: what is wrong with it is wrong with the rest.
func Completed(q question.Question) question.Question {
	const word = "To be written"
	if len(q.Objectives) == 0 {
		q.Objectives = []string{"LO1"}
	}
	q.Options = append([]question.Option(nil), q.Options...)
	for i := range q.Options {
		if q.Options[i].Rationale == "" {
			q.Options[i].Rationale = word
		}
	}
	explained := q.Kind.Choice() || q.Kind == question.ShortAnswer || q.Kind == question.Numeric && q.Working != ""
	if q.Rationale == "" && !explained && unexplained(q) {
		q.Rationale = word
	}
	if q.Kind == question.ShortAnswer {
		if q.Model == "" {
			q.Model = word
		}
		if len(q.Rubric) == 0 {
			q.Points = max(q.Points, 1)
			q.Rubric = []question.RubricLine{{Points: q.Points, Text: word}}
		}
	}
	return q
}

// unexplained reports whether something of an order, a matching or a number has
// no rationale of its own.
func unexplained(q question.Question) bool {
	for _, it := range q.Items {
		if it.Rationale == "" {
			return true
		}
	}
	for _, l := range q.Left {
		if l.Rationale == "" {
			return true
		}
	}
	return q.Kind == question.Numeric
}

// judge refuses what our rules do not take, whatever its author adds.
func (d *draft) judge() {
	full := Completed(d.q)
	problems := full.Validate()
	first := problems[:min(len(problems), 3)]
	for _, run := range reason.Runs(first, func(p question.Problem) string { return p.Why.String() }) {
		for i, p := range run.Found {
			p.Question = ""
			what := p.String()
			if i == len(run.Found)-1 {
				what += ", " + run.Because()
			}
			d.refuse("It is no question by our rules", what)
		}
	}
	if one, other, are := alike(&d.q); are && len(problems) == 0 {
		d.refuse("“"+clip(one, 40)+"” and “"+clip(other, 40)+"” say the same", "a learner cannot tell them apart by capital letters")
	}
	if data, err := json.Marshal(d.q); err != nil || hiddenEntity(string(data)) {
		d.refuse("It names a character that nobody can see", "a course cannot hold that")
	}
}

// alike finds two options, entries or rows that only capital letters tell apart.
func alike(q *question.Question) (one, other string, are bool) {
	lists := make([][]string, 4)
	for _, o := range q.Options {
		lists[0] = append(lists[0], o.Text)
	}
	for _, it := range q.Items {
		lists[1] = append(lists[1], it.Text)
	}
	for _, l := range q.Left {
		lists[2] = append(lists[2], l.Text)
	}
	for _, r := range q.Right {
		lists[3] = append(lists[3], r.Text)
	}
	for _, texts := range lists {
		seen := map[string]string{}
		for _, s := range texts {
			if before, is := seen[strings.ToLower(s)]; is {
				return before, s, true
			}
			seen[strings.ToLower(s)] = s
		}
	}
	return "", "", false
}

// hiddenEntity reports what a course refuses: an entity, also in plain text, that
// would be a character nobody can see.
func hiddenEntity(s string) bool {
	if !strings.Contains(s, "&") && !strings.Contains(s, `\u0026`) {
		return false
	}
	s = html.UnescapeString(strings.ReplaceAll(s, `\u0026`, "&"))
	_, hidden := apperr.Hidden(s)
	return hidden
}
