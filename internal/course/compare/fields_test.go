package compare_test

import (
	"fmt"
	"html/template"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/course/compare"
	"github.com/atmacena/cocare/internal/course/content"
	"github.com/atmacena/cocare/internal/question"
)

// silent are the ends of the names of fields that nobody is told of, by why.
var silent = map[string][]string{
	"a course keeps it":           {"Card.Slug"},
	"where a text lies":           {"Modules.File", "Lessons.File", "Cases.File", "Figures.File", "Item.Captions", "Item.Transcript", "Item.Line"},
	"what authors plan":           {"PlannedWords"},
	"counted or made of the text": {"Lessons.Words", "Lessons.Number", "Lessons.ModuleID", "Figures.Number", "References.Number", "Citations.Number", "Headings.ID", "Headings.Text", "Headings.Level"},
	"a part that is compared":     {"Figures.Facts.Title", "Figures.Facts.Text", "Figures.Facts.Status", "Figures.Facts.Source", "Citations.Fact.ID", "Citations.Fact.Title", "Lessons.Figures.ID", "Facts.References.ID", "Fact.References.ID", "Lessons.Media.Item.ID"},
	"what it says is compared":    {"Disclosure.Hash"},
}

func quiet(name string) bool {
	if strings.HasPrefix(name, "Lint.") || strings.Contains(name, "Figures.Facts.References.") { // what authors hold themselves to; the facts of the course
		return true
	}
	for _, ends := range silent {
		if slices.ContainsFunc(ends, func(end string) bool { return name == end || strings.HasSuffix(name, "."+end) }) {
			return true
		}
	}
	return false
}

// leaves walks every field that is no structure of a value and calls fn with the path of
// its name. What is empty is filled first, so that it is there.
func leaves(v reflect.Value, name string, fn func(name string, v reflect.Value)) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		leaves(v.Elem(), name, fn)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			fn(name, v)
			return
		}
		if v.Len() == 0 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		}
		leaves(v.Index(0), name, fn)
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if f.IsExported() {
				leaves(v.Field(i), strings.TrimPrefix(name+"."+f.Name, "."), fn)
			}
		}
	default:
		fn(name, v)
	}
}

// set gives a field a value that depends on its place alone.
func set(v reflect.Value, n int) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("word%d", n))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(n))
	case reflect.Float64:
		v.SetFloat(float64(n))
	case reflect.Bool:
		v.SetBool(n%2 == 0)
	case reflect.Slice:
		v.SetBytes(fmt.Appendf(nil, "word%d", n))
	}
}

// filled is a value with something in every field, another thing in the one at a place,
// -1 for none; names are those of the fields.
func filled[T any](at int) (out *T, names []string) {
	out = new(T)
	leaves(reflect.ValueOf(out), "", func(name string, v reflect.Value) {
		n := 2 * (len(names) + 1)
		if len(names) == at {
			n += 100_001
		}
		set(v, n)
		names = append(names, name)
	})
	return out, names
}

// aCourse is filled, and an administrator issues its certificates.
func aCourse(at int) (c *content.Course, names []string) {
	c, names = filled[content.Course](at)
	if at < 0 || names[at] != "Card.CertificateIssue" {
		c.Card.CertificateIssue = content.IssueByAdministrator
	}
	return c, names
}

// TestNoFieldOfACourseIsForgotten: whatever changes is told, unless it is named above.
func TestNoFieldOfACourseIsForgotten(t *testing.T) {
	before, names := aCourse(-1)
	if after, _ := aCourse(-1); !compare.Courses(before, after).Same() {
		t.Fatal("it differs from itself")
	}
	for at, name := range names {
		after, _ := aCourse(at)
		if got := compare.Courses(before, after); got.Same() != quiet(name) {
			t.Errorf("%s: told %v", name, !got.Same())
		}
	}
}

// marking are the fields of a question by which the same answer may earn another mark.
var marking = []string{"Kind", "Options.ID", "Options.Text", "Options.Correct", "Answer.Numeric.Value", "Answer.Numeric.Min", "Answer.Numeric.Max", "Answer.Numeric.Decimals", "Answer.Numeric.Unit",
	"Answer.Order", "Left.ID", "Left.Text", "Left.Match", "Points", "Rubric.Points", "Rubric.Text", "ZeroIf", "LoseIf"}

// TestNoFieldOfAQuestionIsForgotten: each that changes shows a word that differs, and it
// is told whether marks change with it. What a new field does is said above.
func TestNoFieldOfAQuestionIsForgotten(t *testing.T) {
	in := func(q *question.Question) *content.Course { return &content.Course{Bank: []*question.Question{q}} }
	before, names := filled[question.Question](-1)
	for at, name := range names {
		after, _ := filled[question.Question](at)
		got := compare.Courses(in(before), in(after)).Questions
		if name == "ID" {
			if len(got) != 2 {
				t.Errorf("another ID: %+v", got)
			}
			continue
		}
		if len(got) != 1 || !tells(got[0].Change) || got[0].Graded != slices.Contains(marking, name) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestTextsThatChangePlaces: the same letter stands for another answer.
func TestTextsThatChangePlaces(t *testing.T) {
	for name, tt := range map[string]struct {
		q    question.Question
		swap func(q *question.Question)
		mark bool
	}{
		"options": {question.Question{Kind: question.SingleChoice, Options: []question.Option{{ID: "A", Text: "right", Correct: true}, {ID: "B", Text: "wrong"}}},
			func(q *question.Question) {
				q.Options[0].Text, q.Options[1].Text = q.Options[1].Text, q.Options[0].Text
			}, true},
		"wrong options": {question.Question{Kind: question.SingleChoice, Options: []question.Option{{ID: "A", Text: "right", Correct: true}, {ID: "B", Text: "wrong"}, {ID: "C", Text: "worse"}}},
			func(q *question.Question) {
				q.Options[1].Text, q.Options[2].Text = q.Options[2].Text, q.Options[1].Text
			}, false},
		"items": {question.Question{Kind: question.Ordering, Items: []question.Item{{ID: "a", Text: "first"}, {ID: "b", Text: "second"}}, Answer: &question.Answer{Order: []string{"a", "b"}}},
			func(q *question.Question) { q.Items[0].Text, q.Items[1].Text = q.Items[1].Text, q.Items[0].Text }, true},
		"right-hand texts": {question.Question{Kind: question.Matching, Left: []question.Left{{ID: "1", Text: "one", Match: "x"}, {ID: "2", Text: "two", Match: "y"}}, Right: []question.Right{{ID: "x", Text: "uno"}, {ID: "y", Text: "due"}}},
			func(q *question.Question) { q.Right[0].Text, q.Right[1].Text = q.Right[1].Text, q.Right[0].Text }, true},
		"a shuffle that is said": {question.Question{Kind: question.SingleChoice, Prompt: "Which?"}, func(q *question.Question) { yes := true; q.Shuffle = &yes }, false},
	} {
		was, is := tt.q, tt.q
		is.Options, is.Items, is.Right = slices.Clone(is.Options), slices.Clone(is.Items), slices.Clone(is.Right)
		tt.swap(&is)
		got := compare.Courses(&content.Course{Bank: []*question.Question{&was}}, &content.Course{Bank: []*question.Question{&is}}).Questions
		if said := name == "a shuffle that is said"; said && len(got) > 0 || !said && (len(got) != 1 || got[0].Graded != tt.mark) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestOrderIsTold, though each part stays the same.
func TestOrderIsTold(t *testing.T) {
	before := &content.Course{Objectives: []content.Objective{{ID: "LO1", Text: "One"}, {ID: "LO2", Text: "Two"}, {ID: "LO2", Text: "Two again"}}}
	after := &content.Course{Objectives: []content.Objective{before.Objectives[1], before.Objectives[2], before.Objectives[0]}}
	if list := of(compare.Courses(before, after), "objectives"); len(list) != 1 || list[0].Title != "Order" || !tells(list[0]) {
		t.Errorf("%+v", list)
	}
	after.Objectives[1].Text = "Another"
	if list := of(compare.Courses(before, after), "objectives"); len(list) != 2 || list[0].After != "Another (, )\n" && list[0].After != "Another (, )" {
		t.Errorf("an ID that is there twice: %+v", list)
	}
}

// TestWhatALessonShows of the rest of the course is part of it: a case, a term, a
// reference of a fact. The number of a figure is not.
func TestWhatALessonShows(t *testing.T) {
	lesson := func(html string, refs ...*content.Reference) *content.Lesson {
		return &content.Lesson{Title: "Dose", Source: "::: case a", HTML: template.HTML(html), Citations: []content.Citation{{Number: 1, Fact: &content.Fact{Text: "It is so.", References: refs}}}}
	}
	ref := &content.Reference{Title: "A trial", Issued: "2019"}
	was := lesson("<p>Marisol is 46.</p><strong>Figure 3. Doses.</strong>", ref)
	for name, tt := range map[string]struct {
		is   *content.Lesson
		same bool
	}{
		"the same":          {lesson("<p>Marisol is 46.</p><strong>Figure 3. Doses.</strong>", ref), true},
		"a figure before":   {lesson("<p>Marisol is 46.</p><strong>Figure 4. Doses.</strong>", ref), true},
		"another address":   {lesson(`<p id="x">Marisol is 46.</p><strong>Figure 3. Doses.</strong>`, ref), true},
		"the case":          {lesson("<p>Marisol is 64.</p><strong>Figure 3. Doses.</strong>", ref), false},
		"another reference": {lesson("<p>Marisol is 46.</p><strong>Figure 3. Doses.</strong>", &content.Reference{Title: "A trial", Issued: "2020"}), false},
		"no reference":      {lesson("<p>Marisol is 46.</p><strong>Figure 3. Doses.</strong>"), false},
	} {
		if compare.SameLesson(was, tt.is) != tt.same {
			t.Errorf("%s: want same %v", name, tt.same)
		}
	}
}

// TestAQuestionAboutACase is another one when the case is.
func TestAQuestionAboutACase(t *testing.T) {
	q := &question.Question{ID: "E1", Kind: question.SingleChoice, Case: "a"}
	in := func(story string) *content.Course {
		return &content.Course{Bank: []*question.Question{q}, Cases: []*content.Case{{ID: "a", Story: template.HTML(story)}}}
	}
	was, is := in("<p>Marisol is 46.</p>"), in("<p>Marisol is 64.</p>")
	if got := compare.Courses(was, is).Questions; len(got) != 1 || got[0].Graded || !tells(got[0].Change) {
		t.Errorf("%+v", got)
	}
	if compare.SameQuestion(was, is, q, q) || !compare.SameQuestion(was, in("<p>Marisol is 46.</p>"), q, q) {
		t.Error("the case is not compared")
	}
}

// TestRulesAreInWords that apply.
func TestRulesAreInWords(t *testing.T) {
	got := compare.Courses(
		&content.Course{Card: content.Card{TimeLimitMinutes: 0, WaitHours: 1, LessonOrder: "any", TimePolicy: "record", CertificateIssue: "automatically", CheckedOn: "2026-11-01", PriceCents: 14900, Currency: "USD", AccessDays: 365}},
		&content.Course{Card: content.Card{TimeLimitMinutes: 90, WaitHours: 24, LessonOrder: "fixed", TimePolicy: "block", CertificateIssue: "administrator", CertificateDays: 3, CheckedOn: "2027-02-01", PriceCents: 19900, Currency: "USD", AccessDays: 180, RepeatAfterDays: 730}})
	var words []string
	for _, r := range got.Rules {
		words = append(words, r.Title+": "+r.Before+" → "+r.After)
	}
	want := []string{
		"Wait between attempts: 1 hour → 24 hours", "Time limit of the exam: none → 90 minutes", "Order of lessons: any → one after the other",
		"Active time: on record, without consequences → the exam opens when it is reached",
		"Certificate: at once, when everything is done → from the provider, within 3 working days", "Content checked: November 1, 2026 → February 1, 2027",
	}
	if !slices.Equal(words, want) {
		t.Errorf("%q", words)
	}
	for _, c := range of(got, "offer") {
		words = append(words, c.Before+" → "+c.After)
	}
	if want = append(want, "149.00 USD → 199.00 USD", "365 days → 180 days", "never → 730 days"); !slices.Equal(words, want) {
		t.Errorf("%q", words)
	}
}
