package questions_test

import (
	"bytes"
	"context"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/intake"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/question/exchange"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/internal/web/questions"
)

const (
	slug = "how-learning-is-recorded"
	at   = "/teach/" + slug + "/questions"
)

// world is the area with the small course in it; ira and ida teach, tom does not.
type world struct {
	*area.Server
	t       *testing.T
	db      *db.DB
	courses *course.Service
	queue   *job.Queue
	banks   *int // how often the questions of a draft were asked for
}

// counted counts how often the questions of a draft are asked for.
type counted struct {
	*intake.Service
	n int
}

func (c *counted) Questions(ctx context.Context, slug string) (course.Draft, *intake.Questions, error) {
	c.n++
	return c.Service.Questions(ctx, slug)
}

func newWorld(t *testing.T) *world {
	t.Helper()
	d := dbtest.New(t)
	clock := time.Date(2026, 11, 25, 15, 0, 0, 0, time.UTC)
	now := func() time.Time { return clock }
	log := audit.New(d, now)
	w := &world{t: t, db: d, courses: course.New(course.Deps{DB: d, Now: now, Audit: log, Demo: true}), queue: job.New(d, slog.New(slog.DiscardHandler), now)}
	if _, err := w.courses.Import(t.Context(), courses.Bundled()[slug], "command line"); err != nil {
		t.Fatal(err)
	}
	in := &counted{Service: intake.New(intake.Deps{DB: d, Now: now, Audit: log, Queue: w.queue, Courses: w.courses})}
	w.banks = &in.n
	w.Server = area.Serve(t, area.Options{Name: "questions", Now: now, Viewer: viewer}, questions.Routes(questions.Deps{Intake: in})...)
	return w
}

func viewer(name string) *kit.Viewer {
	switch name {
	case "":
		return nil
	case "tom":
		return &kit.Viewer{PersonID: name, Name: "Tom Hill", Roles: kit.Therapist}
	}
	return &kit.Viewer{PersonID: name, Name: name, Roles: kit.Instructor, CourseWrite: true}
}

// upload sends a file and returns the address of its import, or the answer's page.
func (w *world) upload(person, name, text string) (path, body string) {
	w.t.Helper()
	var form bytes.Buffer
	m := multipart.NewWriter(&form)
	part, err := m.CreateFormFile("file", name)
	if err != nil {
		w.t.Fatal(err)
	}
	part.Write([]byte(text))
	m.Close()
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, at+"/import", &form)
	r.Header.Set(area.Person, person)
	r.Header.Set("Content-Type", m.FormDataContentType())
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, r)
	if rec.Code == http.StatusSeeOther {
		return rec.Header().Get("Location"), ""
	}
	return "", rec.Body.String()
}

func (w *world) drain() {
	w.t.Helper()
	if err := w.queue.Drain(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// refreshes checks whether a page looks again by itself.
func (w *world) refreshes(path string, is bool, texts ...string) {
	w.t.Helper()
	a := w.Get("ira", path).OK(texts...)
	if got := a.Header.Get("Refresh") != ""; got != is {
		w.t.Errorf("it refreshes: %v", got)
	}
}

const file = "Q one?{=a ~b}\n\nQ two?{=a ~%50%b ~c}\n\nNo question.\n\n// [id:Q3] [tag:objective:LO2]\n<b>Q</b> three?{T}\n"

func TestTheWayOfAnImport(t *testing.T) {
	w := newWorld(t)
	w.Get("ira", at+"/import").OK("Moodle XML", "16 MB").Lacks("Your imports")
	path, body := w.upload("ira", "old bank.gift", file)
	if path == "" {
		t.Fatal(body)
	}
	w.refreshes(path, true, "being read", "old bank.gift", "Reading has begun.")
	w.drain()
	w.Get("ira", path).OK("3 questions can be added", "Nothing has changed yet", "Refused: 1", "It is a text without a question", "Partial credit is gone", "Emphasis is lost", "Key: a", "Key: True", "Q two?")
	w.refreshes(path, false)
	w.Get("ira", path+"?verdict=refused").OK("No question.").Lacks("Q one?")
	w.Get("ira", path+"?verdict=odd").Is(http.StatusUnprocessableEntity)
	w.Post("ira", path, "target", "exam", "objective", "").Is(http.StatusUnprocessableEntity, "Choose an objective")
	w.Post("ira", path, "target", "modules/x", "objective", "LO1").Is(http.StatusUnprocessableEntity, "Choose where")
	w.Post("ira", path, "target", "exam", "objective", "LO1").To(path)
	w.refreshes(path, true, "being added")
	w.Post("ira", path+"/delete").Is(http.StatusConflict, "Open the import")
	w.drain()
	w.Get("ira", path).OK("3 questions were added", "exam/imported-old-bank-01.yaml")
	w.Get("ira", at).OK("Q three?", "imported-old-bank-01.yaml", "have mistakes")
	report := w.Post("ira", path+"/report.csv").OK("place,title,type", "refused", "exam/imported-old-bank-01.yaml", ",prompt,key", "Q one?,a")
	if got := strings.Count(report.Body, "\n"); got != 5 {
		t.Errorf("%d lines", got)
	}
	again, _ := w.upload("ira", "old bank.gift", file)
	w.drain()
	w.Get("ira", again).OK("There is nothing to add", "3 questions are in the course already")
	w.Post("ira", again, "target", "exam", "objective", "LO1").Is(http.StatusConflict, "nothing to add")
	w.Get("ira", at+"/import").OK("Your imports", "Waits for you", "Added")
	w.Post("ira", again+"/delete").Says(at+"/import", "questions.deleted")
	w.Get("ira", again).Is(http.StatusNotFound)
}

func TestWhoSeesWhat(t *testing.T) {
	w := newWorld(t)
	path, _ := w.upload("ira", "f.gift", file)
	w.drain()
	for _, p := range []string{at, at + "/export", at + "/import", path} {
		w.Get("tom", p).Is(http.StatusForbidden)
	}
	w.Get("ida", path).Is(http.StatusNotFound)
	w.Post("ida", path, "target", "exam", "objective", "LO1").Is(http.StatusNotFound)
	w.Post("ida", path+"/report.csv").Is(http.StatusNotFound)
	w.Post("ida", path+"/go-on").Is(http.StatusNotFound)
	w.Post("ida", path+"/delete").To(at + "/import")
	w.Get("ira", path).OK("can be added")
	w.Get("ida", at+"/import").OK().Lacks("f.gift")
	w.Get("ira", "/teach/no-such-course/questions").Is(http.StatusNotFound)
}

func TestWhatIsNoFileOfQuestions(t *testing.T) {
	w := newWorld(t)
	for name, tc := range map[string]struct{ text, says string }{
		"nothing": {"", "Choose the file"}, "a text": {"just a text", "no file with questions"}, "large": {strings.Repeat("x", intake.MaxFile+1), "larger than 16 MB"},
	} {
		path, body := w.upload("ira", "f", tc.text)
		if tc.text == "" {
			tc.says = "is empty"
		}
		if path != "" || !strings.Contains(body, tc.says) {
			t.Errorf("%s: %q %.200s", name, path, body)
		}
	}
	w.Post("ira", at+"/import").Is(http.StatusUnprocessableEntity, "Choose the file")
}

func TestTheListIsFiltered(t *testing.T) {
	w := newWorld(t)
	w.Get("ira", at).OK("Import questions", "Export")
	w.Get("ira", at+"?kind=true-false").OK("True or false", `href="/teach/`+slug+`/preview/questions/`)
	w.Get("ira", at+"?objective=LO99").OK("Nothing matches")
	w.Get("ira", at+"?in=checks").OK("check.yaml").Lacks(">exam/")
	w.Get("ira", at+"?after="+kit.Cursor("x")).Is(http.StatusUnprocessableEntity)
	w.Get("ira", at+"?after="+kit.Cursor("3")).OK("First")
	w.Get("ira", at+"?before="+kit.Cursor("3")).OK("First")
	w.Get("ira", at+"?after="+kit.Cursor("99999")).OK()
}

func TestExport(t *testing.T) {
	w := newWorld(t)
	for _, f := range exchange.Formats() {
		w.Get("ira", at+"/export?format="+string(f)).OK("Download", f.Name())
		a := w.Post("ira", at+"/export", "format", string(f), "in", "exam").OK()
		if !strings.Contains(a.Header.Get("Content-Disposition"), slug+"-questions"+f.Extension()) {
			t.Error(a.Header)
		}
		got, err := exchange.Open(t.Context(), strings.NewReader(a.Body), int64(len(a.Body)), exchange.Limits{})
		if err != nil {
			t.Fatal(f, err)
		}
		n := 0
		for it := range got.Items(t.Context()) {
			if it.Verdict() == exchange.Refused {
				t.Errorf("%s: %+v", f, it)
			}
			n++
		}
		if n == 0 {
			t.Errorf("%s: nothing", f)
		}
	}
	w.Get("ira", at+"/export?format=word").Is(http.StatusNotFound)
	w.Post("ira", at+"/export", "format", "word").Is(http.StatusNotFound)
	w.Get("ira", at+"/export?"+url.Values{"format": {"aiken"}, "kind": {string(question.Numeric)}}.Encode()).OK("There is nothing to write")
	w.Get("ira", at+"/export?format=aiken&in=exam").OK("Left out, and why", "Aiken has single choices only").Lacks("<summary>")
	w.Get("ira", at+"/export?format=moodle-xml").OK("questions go into the file", "For all questions").Lacks("Left out")
	var n int
	if err := w.db.Conn(t.Context()).Raw("SELECT count(*) FROM audit_events WHERE action = 'course.questions_export'").Scan(&n).Error; err != nil || n != len(exchange.Formats()) {
		t.Errorf("%d exports audited, %v", n, err)
	}
}

// TestThePageThatLooksAgain does not read the questions of the draft for it: adding
// changes the draft all the time.
func TestThePageThatLooksAgain(t *testing.T) {
	w := newWorld(t)
	path, _ := w.upload("ira", "f.gift", file)
	w.refreshes(path, true, "being read")
	w.drain()
	if *w.banks != 0 {
		t.Errorf("read %d times for an import that is read", *w.banks)
	}
	w.Get("ira", path).OK("The exam, in files of their own", "LO1: ")
	w.Post("ira", path, "target", "exam", "objective", "LO1").To(path)
	before := *w.banks
	w.refreshes(path, true, "being added")
	w.drain()
	w.Get("ira", path).OK("3 questions were added")
	w.Get("ira", at+"/import").OK("Your imports")
	if *w.banks != before {
		t.Errorf("read %d times more for an import that is added", *w.banks-before)
	}
}

// TestAnImportThatStopped is taken up by who owns it.
func TestAnImportThatStopped(t *testing.T) {
	w := newWorld(t)
	path, _ := w.upload("ira", "f.gift", file)
	if err := w.db.Conn(t.Context()).Exec("DELETE FROM jobs").Error; err != nil {
		t.Fatal(err)
	}
	w.refreshes(path, false, "Nothing works on this import", "Go on")
	w.Post("ira", path+"/go-on").To(path)
	w.drain()
	w.Get("ira", path).OK("can be added")
}
