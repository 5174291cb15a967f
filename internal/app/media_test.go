package app_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/media/manifest"
	"github.com/atmacena/cocare/internal/media/sniff"
	"github.com/atmacena/cocare/internal/team"
)

// TestARangeOfAVideoCostsTheSameInEveryCycle: a player asks for many, and people take a
// course again each year.
func TestARangeOfAVideoCostsTheSameInEveryCycle(t *testing.T) {
	r := newReader(t)
	r.page = "/media/" + benchCourse + "/" + strings.Repeat("0", 64) + ".mp4"
	cost := func() int64 {
		t.Helper()
		read, _ := r.statements(func() {
			rec := httptest.NewRecorder()
			r.Handler.ServeHTTP(rec, r.request("", false))
			if rec.Code != http.StatusNotFound {
				t.Fatalf("%d", rec.Code)
			}
		})
		return read
	}
	cost() // what the first request of a session costs
	first := cost()
	for cycle := 2; cycle <= 8; cycle++ {
		err := r.DB.Conn(t.Context()).Exec(`INSERT INTO enrollments (id, person_id, course_id, edition_id, slug, cycle, state, source, enrolled_at, expires_at)
			SELECT ?, person_id, course_id, edition_id, slug, ?, 'expired', source, enrolled_at, expires_at FROM enrollments WHERE cycle = 1`,
			fmt.Sprintf("cycle-%d", cycle), cycle).Error
		if err != nil {
			t.Fatal(err)
		}
	}
	if again := cost(); again != first {
		t.Errorf("%d reads with eight cycles, %d with one", again, first)
	}
}

// TestMediaGoWithWhoMayReadBoth courses, and with nobody else.
func TestMediaGoWithWhoMayReadBoth(t *testing.T) {
	a := demoApp(t, t.TempDir())
	defer a.Close()
	ctx := t.Context()
	people := map[string]account.Person{"ann": member(t, a, "ann@example.org", account.Instructor), "ben": member(t, a, "ben@example.org", account.Instructor),
		"ada": member(t, a, "ada@example.org", account.Administrator)}
	files, problems := course.ReadFiles(courses.Bundled()[short])
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	begin := func(slug, by string) course.Draft {
		t.Helper()
		own := maps.Clone(files)
		own["course.yaml"] = []byte(strings.Replace(string(files["course.yaml"]), "slug: "+short, "slug: "+slug, 1))
		d, err := a.Courses.Create(ctx, own, people[by].ID)
		must(t, err)
		return d
	}
	u, _, err := a.Media.Begin(ctx, people["ann"].ID, begin("by-ann", "ann").CourseID, "sheet.pdf", 0)
	must(t, err)
	_, err = a.Media.Append(ctx, u.PersonID, u.ID, 0, strings.NewReader("%PDF-1.7\n%%EOF\n"))
	must(t, err)
	must(t, a.Media.Finish(ctx, u.PersonID, u.ID))
	must(t, a.Jobs.Drain(ctx))
	u, err = a.Media.Upload(ctx, u.PersonID, u.ID)
	must(t, err)
	list, _ := manifest.Put(nil, manifest.Item{ID: "sheet", Kind: sniff.Handout, Title: "Sheet", Files: u.Found.Files})

	// store adds the file to the list of a course that does not name it: what a list names
	// already is nothing that a save adds.
	store := func(slug, by string) (errs []course.Problem) {
		t.Helper()
		for _, text := range [][]byte{[]byte("[]\n"), list} {
			base := int64(0)
			if f, err := a.Courses.DraftFile(ctx, slug, manifest.Path); err == nil {
				base = f.Seq
			}
			_, err := a.Courses.EditDraft(ctx, course.Edit{Slug: slug, By: people[by].ID, Kind: course.ChangeSave,
				Files: []course.FileEdit{{Path: manifest.Path, Base: base, Content: text}}})
			must(t, err)
		}
		d, _, _, err := a.Courses.CheckDraft(ctx, slug)
		must(t, err)
		return course.Errors(d.Problems)
	}
	begin("by-ben", "ben")
	if errs := store("by-ben", "ben"); len(errs) != 1 || !strings.Contains(errs[0].Msg, "never uploaded to this course") {
		t.Errorf("who may not read the other course: %v", errs)
	}
	if errs := store("by-ann", "ann"); len(errs) > 0 {
		t.Errorf("the course itself: %v", errs)
	}
	must(t, a.Team.Add(ctx, team.Adding{Slug: "by-ann", Role: team.Editor, Email: "ben@example.org"}, people["ann"].ID))
	if errs := store("by-ben", "ben"); len(errs) > 0 {
		t.Errorf("who reads both: %v", errs)
	}
	must(t, a.Team.Remove(ctx, "by-ann", people["ben"].ID))
	begin("also-by-ben", "ben") // what he brought into a course of his own is there
	if errs := store("also-by-ben", "ben"); len(errs) > 0 {
		t.Errorf("from his own course: %v", errs)
	}
	begin("by-ada", "ada") // who may read everything
	if errs := store("by-ada", "ada"); len(errs) > 0 {
		t.Errorf("an administrator: %v", errs)
	}
}
