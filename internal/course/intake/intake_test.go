package intake_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/intake"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/question/exchange"
)

const slug = "how-learning-is-recorded"

// world is a course with its intake; ira and ida teach.
type world struct {
	*intake.Service
	t       *testing.T
	db      *db.DB
	courses *course.Service
	queue   *job.Queue
	clock   time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return worldOn(t, dbtest.New(t))
}

func worldOn(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{t: t, db: d, clock: time.Date(2026, 11, 25, 15, 0, 0, 0, time.UTC)}
	now := func() time.Time { return w.clock }
	log := audit.New(w.db, now)
	w.courses = course.New(course.Deps{DB: w.db, Now: now, Audit: log, Demo: true})
	w.queue = job.New(w.db, slog.New(slog.DiscardHandler), now)
	w.Service = intake.New(intake.Deps{DB: w.db, Now: now, Audit: log, Queue: w.queue, Courses: w.courses})
	_, err := w.courses.Import(t.Context(), courses.Bundled()[slug], "command line")
	w.must(err)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) drain() { w.t.Helper(); w.must(w.queue.Drain(w.t.Context())) }

// sent uploads a file and has it read.
func (w *world) sent(text string) intake.Import {
	w.t.Helper()
	i, err := w.Upload(w.t.Context(), slug, `C:\Old Bank.GIFT`, []byte(text), "ira")
	w.must(err)
	w.drain()
	return w.get(i.ID)
}

func (w *world) get(id string) intake.Import {
	w.t.Helper()
	i, err := w.Get(w.t.Context(), slug, id, "ira")
	w.must(err)
	return i
}

func (w *world) counts(i intake.Import) intake.Counts {
	w.t.Helper()
	c, err := w.Counts(w.t.Context(), i.ID)
	w.must(err)
	return c
}

// imported are the questions of the draft's files that an import made.
func (w *world) imported() map[string][]question.Question {
	w.t.Helper()
	_, _, files, err := w.courses.CheckDraft(w.t.Context(), slug)
	w.must(err)
	out := map[string][]question.Question{}
	for _, e := range intake.Entries(files) {
		if strings.Contains(e.File, "imported-") {
			out[e.File] = append(out[e.File], e.Question)
		}
	}
	return out
}

const three = "Q one?{=a ~b}\n\nQ two?{=a ~%50%b ~c}\n\nNo question.\n\n// [id:Q3]\nQ three?{T}\n"

func TestQuestionsComeIntoTheDraft(t *testing.T) {
	w := newWorld(t)
	i := w.sent(three)
	if c := w.counts(i); i.State != intake.Ready || i.Items != 4 || c[exchange.Kept] != 2 || c[exchange.Changed] != 1 || c[exchange.Refused] != 1 || c.New() != 3 {
		t.Fatalf("%+v %v", i, c)
	}
	if len(w.imported()) != 0 {
		t.Error("reading changed the draft")
	}
	w.must(w.Confirm(t.Context(), slug, i.ID, "ira", intake.Bank, "LO1"))
	w.must(w.Confirm(t.Context(), slug, i.ID, "ira", intake.Bank, "LO1")) // a second click
	w.drain()
	if i = w.get(i.ID); i.State != intake.Done || i.Seq == 0 {
		t.Fatalf("%+v", i)
	}
	qs := w.imported()["exam/imported-old-bank-01.yaml"]
	if len(qs) != 3 || qs[2].ID != "Q3" || qs[0].Objectives[0] != "LO1" {
		t.Fatalf("%+v", qs)
	}
	again := w.sent(three)
	if c := w.counts(again); again.ID == i.ID || c[intake.There] != 3 || c.New() != 0 {
		t.Errorf("%v", c)
	}
	if err := w.Confirm(t.Context(), slug, again.ID, "ira", intake.Bank, "LO1"); !errors.Is(err, intake.ErrNothing) {
		t.Error(err)
	}
	w.audited("course.questions_import", 1)
}

func (w *world) audited(action string, n int) {
	w.t.Helper()
	var got int
	w.must(w.db.Conn(w.t.Context()).Raw("SELECT count(*) FROM audit_events WHERE action = ?", action).Scan(&got).Error)
	if got != n {
		w.t.Errorf("%s was audited %d times", action, got)
	}
}

// TestAnAuthorsWorkStays: a question that was completed since is there, another one of
// the same ID is another.
func TestAnAuthorsWorkStays(t *testing.T) {
	w := newWorld(t)
	i := w.sent("// [id:Q3]\nQ three?{T}\n")
	w.must(w.Confirm(t.Context(), slug, i.ID, "ira", intake.Bank, "LO1"))
	w.drain()
	const path = "exam/imported-old-bank-01.yaml"
	f, err := w.courses.DraftFile(t.Context(), slug, path)
	w.must(err)
	edited := strings.Replace(string(f.Content), "text: \"True\"", "text: \"True\"\n      rationale: \"Correct: so it is.\"", 1)
	_, err = w.courses.EditDraft(t.Context(), course.Edit{Slug: slug, Kind: course.ChangeSave, By: "ida", Files: []course.FileEdit{{Path: path, Base: f.Seq, Content: []byte(edited)}}})
	w.must(err)
	next := w.sent("// [id:Q3]\nQ three?{T}\n\nA new one?{F}\n")
	if c := w.counts(next); c[intake.There] != 1 || c.New() != 1 {
		t.Errorf("%v", c)
	}
	other := w.sent("// [id:Q3]\nQuite another?{T}\n")
	w.must(w.Confirm(t.Context(), slug, other.ID, "ira", intake.Bank, "LO1"))
	w.drain()
	qs := w.imported()["exam/imported-old-bank-02.yaml"]
	if len(qs) != 1 || !strings.HasPrefix(qs[0].ID, "Q3-") {
		t.Errorf("%+v", qs)
	}
	if c := w.counts(w.sent("// [id:Q3]\nQuite another?{T}\n")); c[intake.There] != 1 {
		t.Errorf("%v", c)
	}
}

func TestWhatIsRefused(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	for name, tc := range map[string]struct {
		body []byte
		want error
	}{
		"empty":  {nil, intake.ErrEmpty},
		"large":  {make([]byte, intake.MaxFile+1), intake.ErrTooLarge},
		"format": {[]byte("just a text"), intake.ErrFormat},
	} {
		if _, err := w.Upload(ctx, slug, "f", tc.body, "ira"); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	i, err := w.Upload(ctx, slug, "f", []byte(three), "ira")
	w.must(err)
	if same, err := w.Upload(ctx, slug, "g", []byte(three), "ira"); err != nil || same.ID != i.ID {
		t.Error("the same file is another import", err)
	}
	if err := w.Confirm(ctx, slug, i.ID, "ira", intake.Bank, "LO1"); !errors.Is(err, intake.ErrNotReady) {
		t.Error(err)
	}
	w.drain()
	if err := w.Confirm(ctx, slug, i.ID, "ira", intake.Bank, "LO99"); !errors.Is(err, intake.ErrObjective) {
		t.Error(err)
	}
	if err := w.Confirm(ctx, slug, i.ID, "ira", "modules/99-x/check.yaml", "LO1"); !errors.Is(err, intake.ErrTarget) {
		t.Error(err)
	}
	for n := range 10 {
		if _, err = w.Upload(ctx, slug, "f", fmt.Appendf(nil, "Q%d{T}", n), "ira"); err != nil {
			break
		}
	}
	if !errors.Is(err, intake.ErrMany) {
		t.Error(err)
	}
	w.must(w.Discard(ctx, slug, i.ID, "ira"))
	w.must(w.Discard(ctx, slug, i.ID, "ira"))
	if _, err := w.Get(ctx, slug, i.ID, "ira"); !errors.Is(err, intake.ErrNoImport) {
		t.Error(err)
	}
}

// check is the path of the first module's check.
func (w *world) check() string {
	w.t.Helper()
	_, all, err := w.Questions(w.t.Context(), slug)
	w.must(err)
	return all.Checks[0].ID
}

func TestIntoACheck(t *testing.T) {
	w := newWorld(t)
	path := w.check()
	old, err := w.courses.DraftFile(t.Context(), slug, path)
	w.must(err)
	before := old.Content
	i := w.sent(three)
	w.must(w.Confirm(t.Context(), slug, i.ID, "ira", path, "LO1"))
	w.drain()
	f, err := w.courses.DraftFile(t.Context(), slug, path)
	w.must(err)
	was, _ := question.Parse(before)
	is, _ := question.Parse(f.Content)
	if !strings.HasPrefix(string(f.Content), string(before)) || len(is) != len(was)+3 {
		t.Errorf("%d, then %d questions:\n%s", len(was), len(is), f.Content)
	}
}

func TestACheckThatCannotBeContinued(t *testing.T) {
	w := newWorld(t)
	path := w.check()
	f, err := w.courses.DraftFile(t.Context(), slug, path)
	w.must(err)
	_, err = w.courses.EditDraft(t.Context(), course.Edit{Slug: slug, Kind: course.ChangeSave, By: "ira",
		Files: []course.FileEdit{{Path: path, Base: f.Seq, Content: []byte("[{id: A1, kind: true-false, prompt: p}]\n")}}})
	w.must(err)
	i := w.sent(three)
	w.must(w.Confirm(t.Context(), slug, i.ID, "ira", path, "LO1"))
	w.drain()
	if i = w.get(i.ID); i.State != intake.Ready || !strings.Contains(i.Problem, "line’s start") {
		t.Errorf("%+v", i)
	}
	w.must(w.Confirm(t.Context(), slug, i.ID, "ira", intake.Bank, "LO1"))
	w.drain()
	if i = w.get(i.ID); i.State != intake.Done || i.Problem != "" {
		t.Errorf("%+v", i)
	}
}

// many is a file of so many questions, as an export of Moodle has them.
func many(n int) string {
	var b strings.Builder
	b.WriteString("<quiz>")
	for i := range n {
		fmt.Fprintf(&b, `<question type="multichoice"><name><text>%d</text></name><questiontext format="html"><text>&lt;p&gt;Which of these four statements on case %d is right, as the guideline has it?&lt;/p&gt;</text></questiontext><single>true</single>`, i, i)
		for k := range 4 {
			fmt.Fprintf(&b, `<answer fraction="%d"><text>Statement %d of case %d, in about as many words as options have</text><feedback><text>What is so of statement %d, and why</text></feedback></answer>`, []int{100, 0, 0, 0}[k], k, i, k)
		}
		b.WriteString("</question>")
	}
	return b.String() + "</quiz>"
}

// TestAKilledImportGoesOn: a job whose process ends at any moment is taken up by the
// next one, and nothing comes twice.
func TestAKilledImportGoesOn(t *testing.T) {
	w := newWorld(t)
	i, err := w.Upload(t.Context(), slug, "many.xml", []byte(many(1300)), "ira")
	w.must(err)
	w.killed(i, intake.Reading)
	w.drain()
	if i = w.get(i.ID); i.State != intake.Ready || i.Items != 1300 || w.counts(i).New() != 1300 {
		t.Fatalf("%+v %v", i, w.counts(i))
	}
	w.must(w.Confirm(t.Context(), slug, i.ID, "ira", intake.Bank, "LO1"))
	w.killed(i, intake.Adding)
	w.drain()
	seen, files := map[string]bool{}, w.imported()
	for _, qs := range files {
		for _, q := range qs {
			seen[q.ID] = true
		}
	}
	if len(seen) != 1300 || len(files) != 3 || w.get(i.ID).State != intake.Done {
		t.Errorf("%d questions in %d files", len(seen), len(files))
	}
}

// killed runs the jobs until something is done, and ends them then.
func (w *world) killed(i intake.Import, in intake.State) {
	w.t.Helper()
	ctx, end := context.WithCancel(w.t.Context())
	defer end()
	table := map[intake.State]string{intake.Reading: "SELECT items FROM question_imports WHERE id = ?", intake.Adding: "SELECT count(*) FROM question_import_items WHERE import_id = ? AND file <> ''"}[in]
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			var n int
			if w.db.Read(ctx).Raw(table, i.ID).Scan(&n); n > 0 {
				end()
			}
		}
	}()
	_ = w.queue.Drain(ctx) // ended on purpose
	<-done
	w.must(w.db.Conn(w.t.Context()).Exec("UPDATE jobs SET run_at = ?, leased_until = NULL, lease = NULL", w.clock).Error)
}

// TestTenThousandQuestions come in one file, within the bounds of a course.
func TestTenThousandQuestions(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: the long run on SQLite looks at it")
	}
	w := newWorld(t)
	text := []byte(many(intake.MaxItems))
	start := time.Now()
	i, err := w.Upload(t.Context(), slug, "many.xml", text, "ira")
	w.must(err)
	sent := time.Since(start)
	w.drain()
	read := time.Since(start) - sent
	w.must(w.Confirm(t.Context(), slug, i.ID, "ira", intake.Bank, "LO1"))
	confirmed := time.Since(start) - sent - read
	w.drain()
	added := time.Since(start) - sent - read - confirmed
	d, err := w.courses.Draft(t.Context(), slug)
	w.must(err)
	n := 0
	for _, qs := range w.imported() {
		n += len(qs)
	}
	if i = w.get(i.ID); i.State != intake.Done || n != intake.MaxItems {
		t.Errorf("%+v, %d questions", i, n)
	}
	t.Logf("%d bytes: sent %v, read %v, confirmed %v, added %v; the draft has %d bytes in %d files", len(text), sent, read, confirmed, added, d.Bytes, d.Files)
}

// TestWhatTheCourseLacksIsLeftOut: an export of another course names what this one does
// not have.
func TestWhatTheCourseLacksIsLeftOut(t *testing.T) {
	w := newWorld(t)
	i := w.sent("id,kind,prompt,correct,option_a,option_b,objectives,facts,case\nQ1,single-choice,Q?,A,a,b,LO2;LO9,P-01;P-99,marisol\n")
	list, _, _, err := w.Items(t.Context(), i.ID, intake.Filter{})
	w.must(err)
	var lost []string
	for _, n := range list[0].Notes {
		if n.Kind == exchange.Lost {
			lost = append(lost, n.What)
		}
	}
	if want := []string{"The objective LO9 is left out", "The fact P-99 is left out", "The case marisol is left out"}; !slices.Equal(lost, want) || list[0].Verdict != exchange.Changed {
		t.Errorf("%v %s", lost, list[0].Verdict)
	}
	w.must(w.Confirm(t.Context(), slug, i.ID, "ira", intake.Bank, "LO1"))
	w.drain()
	q := w.imported()["exam/imported-old-bank-01.yaml"][0]
	if !slices.Equal(q.Objectives, []string{"LO2"}) || !slices.Equal(q.Facts, []string{"P-01"}) || q.Case != "" {
		t.Errorf("%+v", q)
	}
}

// TestTheCasesOfACourseAreKnown: by the heads of their files.
func TestTheCasesOfACourseAreKnown(t *testing.T) {
	w := newWorld(t)
	const large = "tms-ketamine"
	_, err := w.courses.Import(t.Context(), courses.Bundled()[large], "command line")
	w.must(err)
	i, err := w.Upload(t.Context(), large, "f.csv", []byte("id,kind,prompt,correct,option_a,option_b,objectives,facts,case\nQ1,single-choice,Q?,A,a,b,LO1,F-T01,a\n"), "ira")
	w.must(err)
	w.drain()
	if c := w.counts(i); c[exchange.Kept] != 1 {
		t.Errorf("%v", c)
	}
}
