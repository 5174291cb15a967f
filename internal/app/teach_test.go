package app_test

import (
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/content"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/team"
	"github.com/atmacena/cocare/internal/web/kit"
)

// member makes an account.
func member(t *testing.T, a *app.App, email string, roles ...account.Role) account.Person {
	t.Helper()
	n := account.NewPerson{Email: email, Name: "Ann Member", Password: "correct horse battery", Roles: roles, Published: true}
	for _, r := range roles {
		if r == account.Guest {
			until := a.Now().AddDate(0, 1, 0)
			n.GuestUntil = &until
		}
	}
	p, err := a.Accounts.Create(t.Context(), n)
	must(t, err)
	return p
}

// forAuthors are pages that show what learners did, or are there to be written in.
var forAuthors = map[string]bool{
	"erratum.readers": true, "refresher.retention": true, "studio.publish_page": true, "studio.new_file_page": true, "studio.find": true, "studio.drawing_page": true, "studio.outline": true,
	"studio.form": true, "studio.paste_page": true, "questions.export_page": true, "questions.import_page": true, "questions.import": true,
	"studio.discard_page": true, "studio.module_remove_page": true, "media.list": true, "media.show": true, "media.upload.show": true,
}

// TestWhoOpensACoursesPages asks every route below /teach/{slug} as everybody who may
// work on a course: whoever does not finds nothing.
func TestWhoOpensACoursesPages(t *testing.T) {
	a := demoApp(t, t.TempDir())
	defer a.Close()
	ctx := t.Context()
	_, err := a.Courses.Import(ctx, courses.Bundled()[short], "test")
	must(t, err)
	people := map[string]kit.Role{"author": kit.Instructor, "other": kit.Instructor, "editor": kit.Guest, "clinician": kit.Instructor, "accreditor": kit.Guest, "stranger": kit.Guest}
	ids := map[string]string{}
	for name, role := range people {
		r := account.Instructor
		if role == kit.Guest {
			r = account.Guest
		}
		ids[name] = member(t, a, name+"@example.org", r).ID
	}
	until := a.Now().AddDate(0, 0, 7).Format("2006-01-02")
	for _, m := range []team.Adding{{Role: team.Author, Email: "author@example.org"}, {Role: team.Editor, Email: "editor@example.org"},
		{Role: team.Clinician, Email: "clinician@example.org"}, {Role: team.Accreditor, Email: "accreditor@example.org", Until: until}} {
		m.Slug = short
		must(t, a.Team.Add(ctx, m, "admin"))
	}
	for name := range people {
		closed, err := a.Exams.Closed(ctx, ids[name])
		if err != nil || slices.Contains(closed, short) == (name == "author") {
			t.Errorf("%s may not grade %v, %v", name, closed, err)
		}
	}
	may := map[string]int{"accreditor": 1, "editor": 2, "clinician": 3, "author": 4}
	asked := 0
	for _, r := range a.Routes {
		if !strings.HasPrefix(r.Path, "/teach/:slug") {
			continue
		}
		asked++
		need := 1
		switch {
		case strings.HasPrefix(r.Name, "preview."): // nothing is kept
		case r.Name == "comment.add" || r.Name == "comment.answer" || r.Name == "teach.note.list":
			need = 2
		case r.Name == "signoff.record" || strings.HasPrefix(r.Name, "signoff.retract"):
			need = 3
		case r.Method != http.MethodGet || forAuthors[r.Name] || strings.HasPrefix(r.Name, "insight."):
			need = 4
		}
		for name, role := range people {
			status := http.StatusNotFound
			if may[name] > 0 {
				status = http.StatusForbidden
			}
			if may[name] >= need {
				status = http.StatusOK
			}
			if !r.Role.Allows(&kit.Viewer{Roles: role}) { // the account itself is not enough
				status = http.StatusForbidden
			}
			if got := pass(t, r, ids[name], role); got != status {
				t.Errorf("%s %s as %s: %d, want %d", r.Method, r.Path, name, got, status)
			}
		}
	}
	if asked < 20 {
		t.Errorf("only %d routes", asked)
	}
}

// TestWhoWasTakenOffIsToldSo, and nobody else: to them the course is not there.
func TestWhoWasTakenOffIsToldSo(t *testing.T) {
	a := demoApp(t, t.TempDir())
	defer a.Close()
	ctx := t.Context()
	_, err := a.Courses.Import(ctx, courses.Bundled()[short], "test")
	must(t, err)
	ann, gus, ida := member(t, a, "ann@example.org", account.Instructor), member(t, a, "gus@example.org", account.Guest), member(t, a, "ida@example.org", account.Instructor)
	stranger, other := member(t, a, "sam@example.org", account.Guest), member(t, a, "otto@example.org", account.Instructor)
	until := a.Now().AddDate(0, 0, 7).Format("2006-01-02")
	for _, m := range []team.Adding{{Role: team.Author, Email: ann.Email}, {Role: team.Accreditor, Email: gus.Email, Until: until}, {Role: team.Editor, Email: ida.Email}} {
		m.Slug = short
		must(t, a.Team.Add(ctx, m, "admin"))
	}
	must(t, a.Team.Remove(ctx, short, gus.ID))
	must(t, a.Team.Remove(ctx, short, ida.ID))
	for _, r := range a.Routes {
		if r.Path != "/teach/:slug" {
			continue
		}
		for _, who := range []struct {
			id   string
			role kit.Role
			want int
		}{{ann.ID, kit.Instructor, http.StatusOK}, {gus.ID, kit.Guest, http.StatusGone}, {ida.ID, kit.Instructor, http.StatusGone}, {stranger.ID, kit.Guest, http.StatusNotFound}, {other.ID, kit.Instructor, http.StatusNotFound}} {
			if got := pass(t, r, who.id, who.role); got != who.want {
				t.Errorf("%s: %d, want %d", who.id, got, who.want)
			}
		}
	}
	if was, err := a.Team.Ended(ctx, "none", gus.ID); was || err != nil {
		t.Errorf("of a course that is not there: %v, %v", was, err)
	}
	if rights, err := a.Team.Rights(ctx, short, team.Viewer{PersonID: gus.ID, Guest: true}); err == nil || rights.Read {
		t.Errorf("%+v, %v", rights, err)
	}
}

// pass asks a route up to its handler: 200 where it is let through.
func pass(t *testing.T, r kit.Route, person string, role kit.Role) int {
	t.Helper()
	e := echo.New()
	e.HTTPErrorHandler = func(err error, c echo.Context) { _ = c.NoContent(kit.Status(err)) }
	e.Use(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			kit.SetViewer(c, &kit.Viewer{PersonID: person, Roles: role})
			return next(c)
		}
	})
	r.Handler = func(c echo.Context) error { return c.NoContent(http.StatusOK) }
	kit.Register(e, []kit.Route{r})
	path := strings.Replace(r.Path, ":slug", short, 1)
	rec := httptest.NewRecorder()
	e.ServeHTTP(rec, httptest.NewRequest(r.Method, path, strings.NewReader(url.Values{}.Encode())))
	return rec.Code
}

// TestWhoBeginsACourseIsItsAuthor, if they teach; what an operator imports is open.
func TestWhoBeginsACourseIsItsAuthor(t *testing.T) {
	a := demoApp(t, t.TempDir())
	defer a.Close()
	ctx := t.Context()
	ann, ada := member(t, a, "ann@example.org", account.Instructor), member(t, a, "ada@example.org", account.Administrator)
	files, problems := course.ReadFiles(courses.Bundled()[short])
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for slug, by := range map[string]string{"by-ann": ann.ID, "by-ada": ada.ID, "by-command": "command line"} {
		own := maps.Clone(files)
		own["course.yaml"] = []byte(strings.Replace(string(files["course.yaml"]), "slug: "+short, "slug: "+slug, 1))
		_, err := a.Courses.Create(ctx, own, by)
		must(t, err)
		list, err := a.Team.Members(ctx, slug)
		must(t, err)
		if want := slug == "by-ann"; (len(list) == 1) != want || want && (list[0].PersonID != ann.ID || list[0].Role != team.Author) {
			t.Errorf("%s: %+v", slug, list)
		}
	}
}

// TestNoPageTakesTheAddressOfACourse: whatever stands beside /teach/{slug} and its like
// is no short name.
func TestNoPageTakesTheAddressOfACourse(t *testing.T) {
	a := demoApp(t, t.TempDir())
	defer a.Close()
	asked := 0
	for _, r := range a.Routes {
		part := strings.Split(r.Path, "/")
		if len(part) < 3 || !slices.Contains([]string{"teach", "learn", "courses"}, part[1]) || strings.HasPrefix(part[2], ":") {
			continue
		}
		if asked++; content.Slug(part[2]) {
			t.Errorf("a course %s could not be opened: %s", part[2], r.Path)
		}
	}
	if asked < 5 {
		t.Errorf("only %d routes", asked)
	}
}

// TestWhoReadsTheKeysOfACourse earns nothing by its exam: who is named for it, who was,
// and every instructor while it names nobody; and those stay on record who opened it
// then.
func TestWhoReadsTheKeysOfACourse(t *testing.T) {
	a := demoApp(t, t.TempDir())
	defer a.Close()
	ctx := t.Context()
	d, err := a.Courses.Import(ctx, courses.Bundled()[short], "test")
	must(t, err)
	ids := map[string]string{}
	for name, roles := range map[string][]account.Role{
		"author": {account.Instructor}, "reviewer": {account.Therapist, account.Guest}, "opened": {account.Instructor, account.Therapist},
		"other": {account.Instructor, account.Therapist}, "learner": {account.Therapist}, "admin": {account.Administrator, account.Therapist},
	} {
		ids[name] = member(t, a, name+"@example.org", roles...).ID
	}
	check := func(when string, want map[string]exam.Insider) {
		t.Helper()
		for name, id := range ids {
			if got, err := a.Exams.Insider(ctx, id, d.CourseID); err != nil || got != want[name] {
				t.Errorf("%s: %s is %q, %v", when, name, got, err)
			}
		}
	}
	check("nobody is named", map[string]exam.Insider{"author": exam.KeyReader, "opened": exam.KeyReader, "other": exam.KeyReader, "admin": exam.Overseer})
	show := slices.IndexFunc(a.Routes, func(r kit.Route) bool { return r.Name == "studio.show" })
	if got := pass(t, a.Routes[show], ids["opened"], kit.Instructor); got != http.StatusOK {
		t.Fatal(got)
	}
	must(t, a.Team.Add(ctx, team.Adding{Slug: short, Email: "author@example.org", Role: team.Author}, "admin"))
	check("an author is named", map[string]exam.Insider{"author": exam.KeyReader, "opened": exam.KeyReader, "admin": exam.Overseer})
	must(t, a.Team.Add(ctx, team.Adding{Slug: short, Email: "reviewer@example.org", Role: team.Clinician}, "admin"))
	must(t, a.Team.Remove(ctx, short, ids["reviewer"]))
	check("a reviewer is taken off", map[string]exam.Insider{"author": exam.KeyReader, "opened": exam.KeyReader, "reviewer": exam.KeyReader, "admin": exam.Overseer})
}

// TestWhoIsNamedDuringAnAttemptIsToldThatItDoesNotCount, in the mail that names them; who
// has none under way is not.
func TestWhoIsNamedDuringAnAttemptIsToldThatItDoesNotCount(t *testing.T) {
	a := demoApp(t, t.TempDir())
	defer a.Close()
	ctx := t.Context()
	_, err := a.Courses.Import(ctx, courses.Bundled()[short], "test")
	must(t, err)
	ed, err := a.Courses.Publish(ctx, short, "", "test")
	must(t, err)
	member(t, a, "author@example.org", account.Instructor)
	must(t, a.Team.Add(ctx, team.Adding{Slug: short, Email: "author@example.org", Role: team.Author}, "admin"))
	for _, name := range []string{"sits", "learns", "reads"} {
		p := member(t, a, name+"@example.org", account.Guest)
		if name == "reads" {
			continue
		}
		e, err := a.Enrollments.Enroll(ctx, enrollment.NewEnrollment{PersonID: p.ID, EditionID: ed.ID, Source: "free"})
		must(t, err)
		if name == "sits" {
			must(t, a.DB.Conn(ctx).Exec(`INSERT INTO exam_attempts (id, enrollment_id, person_id, edition_id, number, state, seed, legal_name, attested_at, started_at,
				time_limit_minutes, extra_time_percent, pass_percent) VALUES ('a1', ?, ?, ?, 1, 'in_progress', 's', 'Ann', ?, ?, 0, 0, 80)`, e.ID, p.ID, ed.ID, a.Now(), a.Now()).Error)
		}
	}
	for _, name := range []string{"sits", "learns", "reads"} {
		must(t, a.Team.Add(ctx, team.Adding{Slug: short, Email: name + "@example.org", Role: team.Editor}, "admin"))
	}
	must(t, a.Jobs.Drain(ctx))
	list, err := a.Outbox.List(ctx, "", 50)
	must(t, err)
	told := map[string]bool{}
	for _, m := range list {
		if full, err := a.Outbox.Get(ctx, m.ID); err != nil {
			t.Fatal(err)
		} else if strings.Contains(full.Plain, "You were named for the course") {
			for _, body := range []string{full.Plain, full.HTML} {
				told[full.Recipient] = strings.Contains(body, "attempt at the exam of this course under way. It does not count")
			}
		}
	}
	if want := map[string]bool{"Ann Member <author@example.org>": false, "Ann Member <sits@example.org>": true, "Ann Member <learns@example.org>": false, "Ann Member <reads@example.org>": false}; !maps.Equal(told, want) {
		t.Errorf("%v", told)
	}
}

// TestABlockedAccountIsNotNamed, and nobody learns that it is there.
func TestABlockedAccountIsNotNamed(t *testing.T) {
	a := demoApp(t, t.TempDir())
	defer a.Close()
	ctx := t.Context()
	_, err := a.Courses.Import(ctx, courses.Bundled()[short], "test")
	must(t, err)
	p := member(t, a, "blocked@example.org", account.Instructor)
	must(t, a.Accounts.Block(ctx, p.ID, "They left."))
	for _, email := range []string{p.Email, "nobody@example.org"} {
		if err := a.Team.Add(ctx, team.Adding{Slug: short, Email: email, Role: team.Author}, "admin"); !errors.Is(err, team.ErrNoFit) {
			t.Errorf("%s: %v", email, err)
		}
	}
	for range 40 {
		err = a.Team.Add(ctx, team.Adding{Slug: short, Email: "nobody@example.org", Role: team.Author}, "admin")
	}
	if !apperr.Is(err, apperr.Limited) {
		t.Errorf("forty guesses: %v", err)
	}
}

// TestTheCopyOfDataHoldsCourseWork: parts, comments and answers.
func TestTheCopyOfDataHoldsCourseWork(t *testing.T) {
	a := demoApp(t, t.TempDir())
	defer a.Close()
	ctx := t.Context()
	_, err := a.Courses.Import(ctx, courses.Bundled()[short], "test")
	must(t, err)
	p := member(t, a, "author@example.org", account.Instructor)
	must(t, a.Team.Add(ctx, team.Adding{Slug: short, Email: p.Email, Role: team.Author}, p.ID))
	must(t, a.Team.Say(ctx, short, "course.yaml", "", "Clearer?", p.ID))
	more, err := app.PersonalData(a, ctx, p.ID)
	must(t, err)
	c, ok := more.Parts["course_work"].(team.Copy)
	if !ok || len(c.Parts) != 1 || len(c.Comments) != 1 || c.Comments[0].Body != "Clearer?" {
		t.Errorf("%+v", more.Parts["course_work"])
	}
}
