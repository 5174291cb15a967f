package preview_test

import (
	"context"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/credit/count"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/internal/web/preview"
	"github.com/atmacena/cocare/internal/web/questionview"
)

const (
	slug = "how-learning-is-recorded"
	at   = "/teach/" + slug + "/preview"
)

// TestMain fails a whole run that leaves a template of this area unseen.
func TestMain(m *testing.M) { area.Main(m, "preview", "preview-") }

func newWorld(t *testing.T) (*area.Server, *db.DB, *course.Service) {
	t.Helper()
	d := dbtest.New(t)
	clock := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	now := func() time.Time { clock = clock.Add(time.Second); return clock }
	c := course.New(course.Deps{DB: d, Now: now, Audit: audit.New(d, now), Demo: true})
	if _, err := c.Import(t.Context(), courses.Bundled()[slug], "test"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Publish(t.Context(), slug, "", "test"); err != nil {
		t.Fatal(err)
	}
	return area.Serve(t, area.Options{Name: "preview", Now: now, Viewer: func(name string) *kit.Viewer {
		return &kit.Viewer{PersonID: name, Name: name, Roles: kit.Instructor, CourseComment: name == "ira"} // gus only reads
	}}, preview.Routes(preview.Deps{Courses: c,
		Counts: func(_ context.Context, ed *course.Edition, q count.Question) (count.Answer, error) {
			return count.Answer{Question: q, Sentence: "It counts in " + q.Jurisdiction + "."}, nil
		},
		Sample: func(_ context.Context, ed *course.Edition) ([]byte, error) {
			return []byte("%PDF " + ed.Course.Card.Title), nil
		},
	})...), d, c
}

func TestTheWayThroughAPreview(t *testing.T) {
	w, d, c := newWorld(t)
	ed, err := c.Current(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	lessons := ed.Course.Lessons()
	w.Get("ira", at).Is(http.StatusOK, "You see the draft as a learner would", lessons[0].Title, "Practice questions", `href="/teach/`+slug+`/preview?edition=1"`)
	w.Get("ira", at+"?edition=1").Is(http.StatusOK, "You see edition 1", `href="/teach/`+slug+`/preview/lessons/`+lessons[0].Slug+`?edition=1"`)
	w.Get("ira", at+"?profession=psychologist&jurisdiction=US-CA").Is(http.StatusOK, "It counts in US-CA.")
	w.Get("ira", at+"?profession=psychologist").Is(http.StatusUnprocessableEntity, "Choose the state")
	w.Get("ira", at+"/lessons/"+lessons[0].Slug+"?edition=1").Is(http.StatusOK, lessons[0].Title, "References", lessons[1].Title)
	w.Get("ira", at+"/lessons/"+lessons[1].Slug).Is(http.StatusOK, `rel="prev"`)
	w.Get("ira", at+"/evaluation").Is(http.StatusOK, ed.Course.Evaluation.Items[0].Text, `type="radio"`, ed.Course.Evaluation.Scale[0]).Lacks("<form method")
	w.Get("ira", at+"/certificate.pdf?edition=1").Is(http.StatusOK, "%PDF "+ed.Course.Card.Title)
	for _, missing := range []string{"?edition=9", "/lessons/none", "/checks/none", "/lessons/" + lessons[0].Slug + "?edition=x"} {
		w.Get("ira", at+missing).Is(http.StatusNotFound)
	}

	m := ed.Course.Modules[0]
	w.Get("ira", at+"/checks/"+m.ID).Is(http.StatusOK, m.Check[0].Prompt).Lacks(m.Check[0].Options[0].Rationale)
	var pairs []string
	for _, o := range m.Check[0].Options {
		if o.Correct {
			pairs = []string{"answer-" + m.Check[0].ID, o.ID}
		}
	}
	w.Post("ira", at+"/checks/"+m.ID, pairs...).Is(http.StatusOK, m.Check[0].Options[0].Rationale, m.Check[1].Prompt)

	for _, table := range []string{"enrollments", "check_answers", "exam_attempts", "evidence", "active_time", "evaluation_answers"} {
		var n int
		if err := d.Read(t.Context()).Raw("SELECT COUNT(*) FROM " + table).Scan(&n).Error; err != nil || n > 0 {
			t.Errorf("%s holds %d rows, %v", table, n, err)
		}
	}
}

// TestALessonIsCommentedWhereItIsRead: the draft's, by who may.
func TestALessonIsCommentedWhereItIsRead(t *testing.T) {
	w, _, c := newWorld(t)
	ed, err := c.Current(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	l := ed.Course.Lessons()[0]
	here := at + "/lessons/" + l.Slug
	w.Get("ira", here).Is(http.StatusOK, `action="/teach/`+slug+`/comments"`, `name="path" value="`+l.File+`"`, `name="lesson" value="`+l.Slug+`"`, ">"+l.Headings[0].Text+"</option>")
	w.Get("gus", here).Is(http.StatusOK, "What is said of this lesson").Lacks("Comment on this lesson", `action="/teach/`+slug+`/comments"`)
	w.Get("ira", here+"?edition=1").Is(http.StatusOK).Lacks("Comment on this lesson", "What is said of this lesson")
}

// TestQuestionsAreReadWithTheirKeys, all of them, with nothing to save.
func TestQuestionsAreReadWithTheirKeys(t *testing.T) {
	w, d, c := newWorld(t)
	ed, err := c.Current(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	pages, all := []string{at + "/questions"}, ""
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(w.Get("gus", at+"/questions").Is(http.StatusOK, "with the right answers", "Whoever works on the course takes no exam of it for credit; an administrator’s attempt is marked in the audit log.").Lacks("<form method").Body))
	if err != nil {
		t.Fatal(err)
	}
	doc.Find("nav.tabs a").Each(func(_ int, a *goquery.Selection) { pages = append(pages, a.AttrOr("href", "")) })
	for _, p := range pages {
		all += w.Get("gus", p).Is(http.StatusOK).Lacks("Not answered", "Your answer").Body
	}
	for _, q := range ed.Course.Bank {
		for _, want := range []string{`<span class="number">` + q.ID + `</span>`, template.HTMLEscapeString(q.Prompt), "Right</p>"} {
			if !strings.Contains(all, want) {
				t.Errorf("%s: no %q", q.ID, want)
			}
		}
		one := w.Get("gus", at+"/questions/"+q.ID+"?edition=1").Is(http.StatusOK, "As learners meet it", "With its key", "What its key rests on: "+fmt.Sprint(len(q.Facts))+" fact")
		for _, o := range q.Options {
			if reason := questionview.Reason(o.Rationale); !strings.Contains(one.Body, template.HTMLEscapeString(reason)) {
				t.Errorf("%s: no %q", q.ID, reason)
			}
		}
		for _, id := range q.Facts {
			f, _ := ed.Course.Fact(id)
			if !strings.Contains(one.Body, template.HTMLEscapeString(f.Text)) {
				t.Errorf("%s: no %q", q.ID, f.Text)
			}
		}
	}
	for _, m := range ed.Course.Modules {
		for _, q := range m.Check {
			if !strings.Contains(all, `<span class="number">`+q.ID+`</span>`) {
				t.Errorf("no %s", q.ID)
			}
		}
	}
	for _, missing := range []string{"/questions?part=none", "/questions/none", "/questions?edition=9", "/questions?after=x"} {
		if a := w.Get("gus", at+missing); a.Code != http.StatusNotFound && a.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", missing, a.Code)
		}
	}
	w.Get("gus", at).Is(http.StatusOK, at+"/questions", at+"/card")
	w.Get("gus", at+"/card").Is(http.StatusOK, ed.Course.Card.Summary, "Pass mark", fmt.Sprint(ed.Course.Card.PassPercent)+" percent", ed.Course.Card.Authors[0].Name)

	// As many as a bank may have: page after page.
	var bank strings.Builder
	for i := range 45 {
		fmt.Fprintf(&bank, "- id: N%d\n  kind: numeric\n  objectives: [LO1]\n  prompt: How many of %d?\n  answer: {value: \"4\", min: \"4\", max: \"4\", decimals: 0}\n  rationale: It is four.\n  errors:\n    - {value: \"5\", why: Counted twice.}\n", i, i)
	}
	bank.WriteString("- id: N99\n  kind: matching\n  objectives: [LO9]\n  prompt: What belongs?\n  facts: [F-NONE]\n  left:\n    - {id: \"1\", text: One, match: a}\n  right:\n    - {id: a, text: Alpha}\n    - {id: b, text: Beta}\n")
	f, err := c.DraftFile(t.Context(), slug, "exam/lo1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.EditDraft(t.Context(), course.Edit{Slug: slug, By: "ira", Kind: course.ChangeSave, Files: []course.FileEdit{{Path: f.Path, Base: f.Seq, Content: []byte(bank.String())}}}); err != nil {
		t.Fatal(err)
	}
	next, seen := at+"/questions?part=exam-LO1", ""
	for n := 0; next != "" && n < 9; n++ {
		a := w.Get("gus", next).Is(http.StatusOK, "Who answers 5", "Counted twice.")
		seen += a.Body
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.Body))
		if err != nil {
			t.Fatal(err)
		}
		next = doc.Find("a[rel=next]").AttrOr("href", "")
	}
	for i := range 45 {
		if n := strings.Count(seen, fmt.Sprintf(`<span class="number">N%d</span>`, i)); n != 1 {
			t.Errorf("N%d is read %d times", i, n)
		}
	}
	w.Get("gus", at+"/questions?part=exam-LO9").Is(http.StatusOK, "Belongs to no row: Beta", "F-NONE", "the course has no such fact")
	var n int
	if err := d.Read(t.Context()).Raw("SELECT COUNT(*) FROM exam_attempts").Scan(&n).Error; err != nil || n > 0 {
		t.Errorf("%d attempts, %v", n, err)
	}
}

// TestADraftsQuestionsAreLinkedWhereTheyAreNamed: some have no ID, and some one that
// another has.
func TestADraftsQuestionsAreLinkedWhereTheyAreNamed(t *testing.T) {
	w, _, c := newWorld(t)
	f, err := c.DraftFile(t.Context(), slug, "exam/lo1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	bank := ""
	for _, id := range []string{"", "T1", "T1", "", "T2"} {
		bank += "- kind: numeric\n  objectives: [LO1]\n  prompt: How many?\n  answer: {value: \"4\", min: \"4\", max: \"4\", decimals: 0}\n  rationale: It is four.\n"
		if id != "" {
			bank += "  id: " + id + "\n"
		}
	}
	if _, err := c.EditDraft(t.Context(), course.Edit{Slug: slug, By: "ira", Kind: course.ChangeSave, Files: []course.FileEdit{{Path: f.Path, Base: f.Seq, Content: []byte(bank)}}}); err != nil {
		t.Fatal(err)
	}
	body := w.Get("gus", at+"/questions?part=exam-LO1").Is(http.StatusOK).Body
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	ids, linked := map[string]bool{}, 0
	doc.Find("section[id]").Each(func(_ int, s *goquery.Selection) { ids[s.AttrOr("id", "")] = true })
	doc.Find("section[id] a").Each(func(_ int, a *goquery.Selection) {
		linked++
		w.Get("gus", a.AttrOr("href", "")).Is(http.StatusOK, "As learners meet it")
	})
	if sections := doc.Find("section[id]").Length(); sections != 5 || len(ids) != sections || linked != 2 {
		t.Errorf("%d sections, %d IDs, %d links", sections, len(ids), linked)
	}
}

// TestTheExamAsLearnersMeetIt: keys and reasons only after a pass or the last try.
func TestTheExamAsLearnersMeetIt(t *testing.T) {
	w, _, c := newWorld(t)
	ed, err := c.Current(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	first := w.Get("ira", at+"/exam?edition=1")
	if first.Code != http.StatusSeeOther || !strings.Contains(first.Location, "form=") {
		t.Fatalf("%d to %q", first.Code, first.Location)
	}
	page := w.Get("ira", first.Location).Is(http.StatusOK, "Submit, with attempts left", "You see edition 1")
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page.Body))
	if err != nil {
		t.Fatal(err)
	}
	seed := doc.Find("input[name=form]").AttrOr("value", "")
	asked, right := 0, []string{"form", seed}
	reason := ""
	for _, q := range ed.Course.Bank {
		if doc.Find("#q-"+q.ID).Length() == 0 {
			continue
		}
		asked++
		for _, o := range q.Options {
			if o.Correct {
				right = append(right, "answer-"+q.ID, o.ID)
				reason = o.Rationale
			}
			if strings.Contains(page.Body, o.Rationale) {
				t.Errorf("the form of %s holds a rationale", q.ID)
			}
		}
	}
	if asked != ed.ExamQuestions() {
		t.Fatalf("%d questions", asked)
	}
	door := at + "/exam?" + url.Values{"edition": {"1"}}.Encode()
	w.Post("ira", door, "form", seed).Is(http.StatusOK, "Not passed this time", "<p class=\"lead center\">0 percent", "sees no more than this").Lacks("with the reasons", reason)
	w.Post("ira", door, "form", seed, "attempt", "last").Is(http.StatusOK, "Not passed this time", "with the reasons")
	w.Post("ira", door, right...).Is(http.StatusOK, "By objective").Lacks(">0 percent")

	// A draft whose exam cannot be drawn says so.
	f, err := c.DraftFile(t.Context(), slug, "exam.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.EditDraft(t.Context(), course.Edit{Slug: slug, By: "ira", Kind: course.ChangeSave, Files: []course.FileEdit{{Path: f.Path, Base: f.Seq,
		Content: []byte("blueprint:\n  - {objective: LO1, bank: 3, draw: 99}\n")}}}); err != nil {
		t.Fatal(err)
	}
	w.Get("ira", at+"/exam?form=x").Is(http.StatusOK, "No form can be drawn")
}

// TestAnEditionIsPreviewedAsItsLearnersSeeIt: with the disclosure first, what was
// withdrawn marked and no longer asked, and corrections where they stand.
func TestAnEditionIsPreviewedAsItsLearnersSeeIt(t *testing.T) {
	w, _, c := newWorld(t)
	ed, err := c.Current(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	lessons := ed.Course.Lessons()
	gone, kept := lessons[1], lessons[0]
	for _, err := range []error{
		c.WithdrawLessons(t.Context(), []string{ed.ID}, course.Withdrawing{LessonID: gone.ID, Reason: "It is wrong about half.", Hollows: []int{ed.Number}}, "ira"),
		c.AddErratum(t.Context(), ed.ID, course.Erratum{LessonID: kept.ID, Text: "Read 3 for 4."}, "ira"),
		c.AddErratum(t.Context(), ed.ID, course.Erratum{Text: "The date of release is wrong.", Safety: true}, "ira"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if ed, err = c.Edition(t.Context(), ed.ID); err != nil {
		t.Fatal(err)
	}
	if ed.ExamQuestions() == ed.Course.Exam.Draw() {
		t.Fatal("the withdrawal leaves the exam as it was")
	}
	w.Get("ira", at+"?edition=1").Is(http.StatusOK, `href="`+at+`/disclosure?edition=1"`, "withdrawn", "Read 3 for 4.", "The date of release is wrong.", "Safety",
		fmt.Sprintf("</a>, %d questions", ed.ExamQuestions()))
	w.Get("ira", at).Is(http.StatusOK, `href="`+at+`/disclosure"`).Lacks("withdrawn", "Read 3 for 4.", "Not yet clinically reviewed")
	disclosure := w.Get("ira", at+"/disclosure?edition=1").Is(http.StatusOK, "You see edition 1", "People behind the course", "What it takes", ed.Course.Card.Authors[0].Name)
	if !strings.Contains(disclosure.Body, string(ed.Course.Disclosure.HTML)) {
		t.Error("the disclosure is not there")
	}
	w.Get("ira", at+"/lessons/"+gone.Slug+"?edition=1").Is(http.StatusOK, "This lesson was withdrawn", "It is wrong about half.")
	w.Get("ira", at+"/lessons/"+kept.Slug+"?edition=1").Is(http.StatusOK, "Correction, ", "Read 3 for 4.").Lacks("was withdrawn", "The date of release")
	w.Get("ira", at+"/lessons/"+kept.Slug).Is(http.StatusOK).Lacks("Correction, ")
	for _, m := range ed.Course.Modules {
		asked := ed.Check(m.ID)
		page := w.Get("ira", at+"/checks/"+m.ID+"?edition=1")
		if len(asked) == 0 {
			page.Is(http.StatusNotFound)
			continue
		}
		page.Is(http.StatusOK, fmt.Sprintf("of %d", len(asked)))
		for _, q := range m.Check {
			if strings.Contains(page.Body, `id="q-`+q.ID+`"`) != slices.Contains(asked, q) {
				t.Errorf("%s is asked: %v", q.ID, !slices.Contains(asked, q))
			}
		}
	}
}

// TestAnAnswerThatCannotBeReadIsSaid at its question, and nothing is graded.
func TestAnAnswerThatCannotBeReadIsSaid(t *testing.T) {
	w, _, c := newWorld(t)
	add := func(path, item string) {
		f, err := c.DraftFile(t.Context(), slug, path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.EditDraft(t.Context(), course.Edit{Slug: slug, By: "ira", Kind: course.ChangeSave, Files: []course.FileEdit{{Path: f.Path, Base: f.Seq, Content: []byte(item)}}}); err != nil {
			t.Fatal(err)
		}
	}
	number := func(id string) string {
		return "- id: " + id + "\n  kind: numeric\n  objectives: [LO1]\n  prompt: How many?\n  answer: {value: \"4\", min: \"4\", max: \"4\", decimals: 0}\n  rationale: It is four.\n"
	}
	_, parsed, _, err := c.CheckDraft(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	m := parsed.Modules[0]
	add(strings.Replace(m.File, "module.yaml", "check.yaml", 1), number("K1"))
	add("exam/lo1.yaml", number("E1"))
	add("exam.yaml", "blueprint:\n  - {objective: LO1, bank: 1, draw: 1}\n")

	check := at + "/checks/" + m.ID
	w.Get("ira", check).Is(http.StatusOK, "How many?")
	w.Post("ira", check, "answer-K1", "some").Is(http.StatusUnprocessableEntity, "There is a problem", `value="some"`, "field-error").Lacks("It is four.")
	w.Post("ira", check, "answer-K1", "4").Is(http.StatusOK, "It is four.")
	exam := at + "/exam?form=x"
	w.Post("ira", exam, "form", "x", "answer-E1", "some", "attempt", "last").Is(http.StatusUnprocessableEntity, "There is a problem", `value="some"`, "field-error", "Submit, with attempts left").
		Lacks("Not passed", "It is four.")
	w.Post("ira", exam, "form", "x", "answer-E1", "4").Is(http.StatusOK, "You passed", "It is four.")
	w.Post("ira", exam, "form", "x").Is(http.StatusOK, "Not passed this time")
}
