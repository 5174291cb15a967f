package insight_test

import (
	"context"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam/analysis"
	"github.com/atmacena/cocare/internal/insight"
	"github.com/atmacena/cocare/internal/veil"
	webinsight "github.com/atmacena/cocare/internal/web/insight"
	"github.com/atmacena/cocare/internal/web/kit"
)

const (
	slug = "how-learning-is-recorded"
	at   = "/teach/" + slug + "/insight"
)

// world is the area with the small course, published twice, and figures that the
// test gives: by edition, nothing where none are given.
type world struct {
	*area.Server
	t        *testing.T
	editions []*course.Edition // the first one first
	people   map[string]int
	ways     map[string]insight.Way
	exams    map[string]insight.Exam
	sums     map[string]enrollment.Summary
	texts    []string
	stale    bool
	audited  []audit.Event
}

func (w *world) PeopleIn(context.Context, string) (map[string]int, error) { return w.people, nil }

func (w *world) Way(_ context.Context, id string) (insight.Way, error) { return w.ways[id], nil }

func (w *world) Exam(_ context.Context, id string) (insight.Exam, error) { return w.exams[id], nil }

func (w *world) EvaluationSummary(_ context.Context, id string) (enrollment.Summary, error) {
	return w.sums[id], nil
}

func (w *world) EachComment(_ context.Context, _, _ string, fn func(string) error) error {
	for _, text := range w.texts {
		if err := fn(text); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) Record(_ context.Context, e audit.Event) error {
	w.audited = append(w.audited, e)
	return nil
}

func newWorld(t *testing.T, editions int) *world {
	t.Helper()
	d := dbtest.New(t)
	now := func() time.Time { return time.Date(2026, 11, 25, 15, 0, 0, 0, time.UTC) }
	shelf := course.New(course.Deps{DB: d, Now: now, Audit: audit.New(d, now), Demo: true})
	w := &world{t: t, people: map[string]int{}, ways: map[string]insight.Way{}, exams: map[string]insight.Exam{}, sums: map[string]enrollment.Summary{}}
	for n := range editions {
		if _, err := shelf.Import(t.Context(), edited(t, n), "command line"); err != nil {
			t.Fatal(err)
		}
		ed, err := shelf.Publish(t.Context(), slug, "", "command line")
		if err != nil {
			t.Fatal(err)
		}
		w.editions = append(w.editions, ed)
	}
	w.Server = area.Serve(t, area.Options{Name: "insight", Now: now, Viewer: viewer}, webinsight.Routes(webinsight.Deps{
		Insight: w, Evaluations: w, Courses: shelf, Audit: w, Fresh: area.Fresh(&w.stale, "/account/security/confirm")})...)
	return w
}

// edited is the bundled course with a card that differs from the one before.
func edited(t *testing.T, n int) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	files := courses.Bundled()[slug]
	err := fs.WalkDir(files, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(files, p)
		if p == "disclosure.md" {
			data = append(data, strings.Repeat("\n", n)...)
		}
		out[p] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func viewer(name string) *kit.Viewer {
	switch name {
	case "":
		return nil
	case "tom":
		return &kit.Viewer{PersonID: name, Name: "Tom Hill", Roles: kit.Therapist}
	case "adam":
		return &kit.Viewer{PersonID: name, Name: "Adam Frost", Roles: kit.Administrator}
	}
	return &kit.Viewer{PersonID: name, Name: name, Roles: kit.Instructor}
}

func value(v float64) analysis.Value { return analysis.Value{V: v} }

func none(why analysis.Reason) analysis.Value { return analysis.Value{Why: why} }

// lively gives an edition figures of every kind.
func (w *world) lively(ed *course.Edition, people int) {
	w.people[ed.ID] = people
	w.ways[ed.ID] = insight.Way{Edition: ed, People: people, Steps: []insight.Step{
		{Kind: insight.StepLesson, Of: "While you learn", People: veil.Count(people-5, people)}, {Kind: insight.StepCompleted, People: veil.Count(2, people)}},
		Lessons: []insight.LessonTime{
			{Title: "While you learn", Planned: 4, Browser: upTo(20), Requests: upTo(15)},
			{Title: "Another", Planned: 3, Browser: upTo(14)}}}
	w.exams[ed.ID] = w.exam(ed)
	items := []enrollment.ItemSummary{
		{EvaluationItem: course.EvaluationItem{ID: "lo1", Kind: "scale", Objective: "LO1", Text: "I can explain"}, Answers: 20, Counts: []int{0, 0, 10, 0, 10}},
		{EvaluationItem: course.EvaluationItem{ID: "level", Kind: "scale", Text: "The level suited me"}, Answers: 20, Counts: []int{0, 0, 1, 9, 10}},
		{EvaluationItem: course.EvaluationItem{ID: "few", Kind: "scale", Text: "Hardly answered"}, Answers: 2, Counts: []int{0, 0, 1, 1, 0}},
		{EvaluationItem: course.EvaluationItem{ID: "why", Kind: "multiple", Text: "What stops you?", Options: []course.Choice{{ID: "a", Text: "Time"}, {ID: "b", Text: "Payer"}}}, Answers: 20, Counts: []int{14, 6}},
		{EvaluationItem: course.EvaluationItem{ID: "one", Kind: "single", Text: "Again?", Options: []course.Choice{{ID: "y", Text: "Yes"}, {ID: "n", Text: "No"}}}, Answers: 20, Counts: []int{12, 8}},
		{EvaluationItem: course.EvaluationItem{ID: "must", Kind: "multiple", Text: "Which?", Required: true, Options: []course.Choice{{ID: "a", Text: "This"}, {ID: "b", Text: "That"}}}, Answers: 20, Counts: []int{14, 6}},
		{EvaluationItem: course.EvaluationItem{ID: "minutes", Kind: "minutes"}, Minutes: []enrollment.PartSummary{{Part: "reading", Answers: 25, Median: 12.5}, {Part: "questions", Answers: 3, Median: 9}}},
		{EvaluationItem: course.EvaluationItem{ID: "change", Kind: "text", Text: "What will change?"}, Answers: 2},
		{EvaluationItem: course.EvaluationItem{ID: "secret", Kind: "text", Text: "For the reviewer", To: "reviewer"}, Answers: 2},
	}
	w.sums[ed.ID] = enrollment.Summary{Edition: ed, Items: items, EditionAnswers: enrollment.EditionAnswers{EditionID: ed.ID, Responses: 27, Counted: 25, Consented: 7, Asked: 3}}
}

// upTo are the minutes 1 to n, of n people.
func upTo(n int) veil.Values {
	list := make([]int, n)
	for i := range list {
		list[i] = i + 1
	}
	return veil.ValuesOf(list)
}

// exam gives each question of the bank another kind of figures.
func (w *world) exam(ed *course.Edition) insight.Exam {
	scores := map[int]int{400: 10, 750: 5, 900: 25}
	e := insight.Exam{Edition: ed, Counted: 40, Scores: veil.CountedValues(scores), Passed: veil.Count(15, 40).Rest(), Enough: true,
		Bars:    []insight.Bar{{From: 0, To: 80, People: veil.Count(15, 40), About: 15}, {From: 80, To: 100, People: veil.Count(15, 40).Rest(), About: 25, Pass: true}},
		Minutes: upTo(40), Tries: []insight.Try{{Counted: 40, Passed: veil.Count(15, 40).Rest()}, {Counted: 10, Passed: veil.Count(1, 10).Rest()}, {Counted: 5, Passed: veil.Count(1, 5)}},
		Alpha: analysis.Reliability{Alpha: value(.712), SD: value(.2), SEM: value(.107), Items: 5, UsedShare: .9},
		KR20:  analysis.Reliability{Alpha: none(analysis.FewItems), SD: none(analysis.FewItems), SEM: none(analysis.FewItems), Items: 4}}
	for n, q := range ed.Course.Bank {
		e.Items = append(e.Items, met(insight.Item{Question: q, Number: n + 1, Discrimination: value(.35), RightRest: value(.8)}, 10, 25))
	}
	row := func(letter string, people int, rest analysis.Value) insight.Row {
		return insight.Row{Answer: insight.Answer{Letter: letter, Text: "Answer " + letter}, People: veil.Count(people, 25), Rest: rest}
	}
	e.Items[0].Rows = []insight.Row{row("B", 10, value(.4)), row("C", 0, none(insight.TooFew))}
	e.Items[1].Discrimination = value(-.25)
	e.Items[1].Flags = []insight.Flag{{Tone: "bad", Text: "Look at the key."}, {Tone: "warn", Text: "Hard."}, {Tone: "info", Text: "At most one in twenty chose option C."}}
	e.Items[2] = met(e.Items[2], 2, 25)
	e.Items[2].Discrimination = none(insight.TooFew)
	key := row("A", 3, none(insight.TooFew))
	key.Key, key.Marked = true, true
	wrong := row("B", 9, value(.3))
	wrong.Marked = true
	e.Items[3].Rows = []insight.Row{key, wrong}
	last := &e.Items[len(e.Items)-1]
	*last = insight.Item{Question: last.Question, Number: last.Number, Discrimination: none(insight.TooFew), RightRest: none(insight.TooFew)}
	return e
}

// met sets how many got a question wrong.
func met(i insight.Item, wrong, of int) insight.Item {
	i.Takers, i.Right = of, veil.Count(wrong, of).Rest()
	i.Low, i.High = i.Right.Share()
	return i
}

// TestMain fails a whole run that leaves a template of this area unseen.
func TestMain(m *testing.M) { area.Main(m, "insight") }
