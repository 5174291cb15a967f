package course_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/dbtest"
)

// timed is a desk whose clock the test moves.
func timed(t *testing.T) (desk, *clock) {
	t.Helper()
	c := newClock()
	s := desk{t, service(dbtest.New(t), c, true)}
	if _, err := s.Import(t.Context(), folder(t, nil), "importer"); err != nil {
		t.Fatal(err)
	}
	return s, c
}

func (d desk) auto(by, path string, base int64, text string) course.Saved {
	d.t.Helper()
	saved, err := d.EditDraft(d.t.Context(), course.Edit{Slug: slug, By: by, Kind: course.ChangeAutosave, Files: []course.FileEdit{{Path: path, Base: base, Content: []byte(text)}}})
	if err != nil {
		d.t.Fatal(err)
	}
	return saved
}

// told lists the changes of a file as the history shows them.
func (d desk) told(path string) (out []string) {
	d.t.Helper()
	list, _, err := d.Changes(d.t.Context(), slug, path, 0, 50)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, c := range list {
		out = append(out, fmt.Sprintf("%d %s %s %s", c.Seq, c.Kind, c.By, c.At.Sub(c.Began)))
	}
	return out
}

func same(t *testing.T, got []string, want ...string) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestARunOfAutosavesIsOneChange(t *testing.T) {
	s, c := timed(t)
	was, base := s.open(aFile)
	for i := range 5 {
		base = s.auto("ada", aFile, base, fmt.Sprint("text ", i)).Seq
		c.pass(time.Minute)
	}
	same(t, s.told(aFile), "6 autosave ada 4m0s", "1 import importer 0s")
	if before, err := s.DraftDiff(t.Context(), slug, 6, []string{aFile}); err != nil || string(before[aFile].Before) != was {
		t.Errorf("before the run: %q, %v", before, err)
	}
	if before, err := s.DraftDiff(t.Context(), slug, 4, []string{aFile}); err != nil || string(before[aFile].Before) != was {
		t.Errorf("before one of the run: %q, %v", before, err)
	}
	base = s.auto("bob", aFile, base, "bob's").Seq // somebody else
	base = s.auto("ada", aFile, base, "ada's").Seq
	s.auto("ada", "course.yaml", 1, s.text("course.yaml")+"\n") // another file
	base = s.auto("ada", aFile, base, "hers").Seq
	c.pass(6 * time.Minute)
	base = s.auto("ada", aFile, base, "hers, too").Seq
	c.pass(6 * time.Minute)
	base = s.auto("ada", aFile, base, "later").Seq // ten minutes after the first
	s.save("ada", aFile, base, "saved")
	same(t, s.told(aFile), "13 save ada 0s", "12 autosave ada 0s", "11 autosave ada 6m0s", "8 autosave ada 0s", "7 autosave bob 0s", "6 autosave ada 4m0s", "1 import importer 0s")
	s.hashed()
}

func (d desk) text(path string) string {
	text, _ := d.open(path)
	return text
}

// TestWhatIsFoldedStaysMergeable: somebody opened the file between two autosaves of
// somebody else, and saves after more of them.
func TestWhatIsFoldedStaysMergeable(t *testing.T) {
	s, c := timed(t)
	_, base := s.open(aFile)
	base = s.auto("ada", aFile, base, "one\ntwo\nthree\nfour\n").Seq
	opened := base
	for i := range 4 {
		base = s.auto("ada", aFile, base, fmt.Sprintf("one %d\ntwo\nthree\nfour\n", i)).Seq
	}
	if saved := s.save("bob", aFile, opened, "one\ntwo\nthree\nFOUR\n"); len(saved.Merged) != 1 || s.text(aFile) != "one 3\ntwo\nthree\nFOUR\n" {
		t.Errorf("%+v: %q", saved, s.text(aFile))
	}
	if n, err := s.ForgetDrafts(t.Context()); n != 0 || err != nil {
		t.Errorf("forgot %d at once, %v", n, err)
	}
	c.pass(25 * time.Hour)
	if n, err := s.ForgetDrafts(t.Context()); n != 4 || err != nil {
		t.Errorf("forgot %d, %v", n, err)
	}
	same(t, s.told(aFile), "7 save bob 0s", "6 autosave ada 0s", "1 import importer 0s")
	if data, err := s.DraftFileAt(t.Context(), slug, aFile, 6); err != nil || string(data) != "one 3\ntwo\nthree\nfour\n" {
		t.Errorf("%q, %v", data, err)
	}
	_, err := s.edit("cid", aFile, opened, "mine")
	var clash *course.ClashError
	if !errors.As(err, &clash) || clash.Base != nil || string(clash.Theirs) != "one 3\ntwo\nthree\nFOUR\n" {
		t.Errorf("a page that was left open for a day: %v", err)
	}
	if err := s.RestoreDraft(t.Context(), slug, "", 6, "ada"); err != nil {
		t.Error(err)
	}
	s.hashed()
}

func TestWhoHasAFileOpen(t *testing.T) {
	s, c := timed(t)
	came := c.now()
	arrive := func(who string, others ...string) {
		t.Helper()
		list, err := s.Arrive(t.Context(), slug, aFile, who)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range list {
			got = append(got, fmt.Sprint(p.PersonID, p.Since.Sub(came)))
		}
		same(t, got, others...)
	}
	arrive("ada")
	c.pass(10 * time.Second)
	arrive("bob", "ada0s")
	arrive("ada", "bob10s")
	c.pass(30 * time.Second)
	arrive("ada", "bob10s")
	c.pass(25 * time.Second) // 55 s after bob's only sign, 25 after ada's
	arrive("ada")
	list, err := s.Present(t.Context(), slug)
	if err != nil || len(list) != 1 || list[0] != (course.Present{Path: aFile, PersonID: "ada", Since: came}) {
		t.Errorf("%+v, %v", list, err)
	}
	arrive("bob", "ada0s")
	arrive("ada", "bob1m5s") // anew
	c.pass(time.Hour)
	if _, err := s.ForgetDrafts(t.Context()); err != nil {
		t.Error(err)
	}
	arrive("cid")
	for path, slug := range map[string]string{"none.yaml": slug, aFile: "none"} {
		if _, err := s.Arrive(t.Context(), slug, path, "ada"); !apperr.Is(err, apperr.NotFound) {
			t.Errorf("%s of %s: %v", path, slug, err)
		}
	}
}

// TestWhatARunKeepsIsBounded: every save of the last minutes, and of those before one
// a minute; an hour of typing in a large file would be hundreds of megabytes.
func TestWhatARunKeepsIsBounded(t *testing.T) {
	c := newClock()
	d := dbtest.New(t)
	s := desk{t, service(d, c, true)}
	if _, err := s.Import(t.Context(), folder(t, nil), "importer"); err != nil {
		t.Fatal(err)
	}
	count := func() (n int) {
		if err := d.Conn(t.Context()).Raw("SELECT count(*) FROM draft_change_files WHERE path = ?", aFile).Scan(&n).Error; err != nil {
			t.Fatal(err)
		}
		return n
	}
	base := int64(1)
	var middle int64
	for i := range 200 { // for forty minutes
		base = s.auto("ada", aFile, base, fmt.Sprintf("One.\n\ntext %d\n", i)).Seq
		if i == 170 {
			middle = base
		}
		c.pass(12 * time.Second)
	}
	if n := count(); n > 55+30+8 { // of the last minutes, one a minute, the last of each run
		t.Errorf("%d texts are kept", n)
	}
	saved := s.save("bob", aFile, middle, "One, and more.\n\ntext 170\n")
	if got, _ := s.open(aFile); len(saved.Merged) != 1 || got != "One, and more.\n\ntext 199\n" {
		t.Errorf("a page of five minutes ago is not merged: %q", got)
	}
	c.pass(2 * time.Hour)
	if _, err := s.ForgetDrafts(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := count(); n > 40+15 {
		t.Errorf("%d texts are kept of what is past", n)
	}
}
