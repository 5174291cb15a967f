package media_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/media"
	"github.com/atmacena/cocare/internal/media/manifest"
	"github.com/atmacena/cocare/migrations"
)

func (w *world) course(id string) {
	w.t.Helper()
	w.must(w.db.Conn(w.t.Context()).Exec(`INSERT INTO courses (id, slug, title, draft_hash, imported_at, imported_by, created_at)
		VALUES (?, ?, 'Another', '', ?, 'bob', ?)`, id, id, w.now, w.now).Error)
}

// lacks are the files of media that a course cannot show: how many, and how many of them
// it never had.
func (w *world) lacks(courseID string, items ...manifest.Item) (all, foreign int) {
	w.t.Helper()
	list, err := w.Missing(w.t.Context(), courseID, items)
	w.must(err)
	for _, l := range list {
		if l.Foreign {
			foreign++
		}
	}
	return len(list), foreign
}

func reads(ids ...string) func(context.Context) (func(string) bool, error) {
	return func(context.Context) (func(string) bool, error) {
		return func(id string) bool { return len(ids) > 0 && ids[0] == id }, nil
	}
}

// TestAHashIsNoKey: who knows what another course has does not get it, unless they may
// read that course.
func TestAHashIsNoKey(t *testing.T) {
	w := inFolder(t)
	w.course("other")
	u := w.send("ada", photo(t, 1000, 500))
	it, list := itemOf(u), listOf(t, u)
	if all, _ := w.lacks("course", it); all != 0 {
		t.Errorf("what was sent to a course is not its own: %d", all)
	}
	store := func(reads func(context.Context) (func(string) bool, error)) {
		t.Helper()
		w.must(w.db.InTx(t.Context(), func(ctx context.Context) error {
			_, err := w.Named(ctx, media.Listing{CourseID: "other", List: list, Reads: reads})
			return err
		}))
	}
	for range 2 {
		store(nil)
		store(reads())
		store(reads("a third"))
	}
	if all, foreign := w.lacks("other", it); all != len(it.Files) || foreign != all {
		t.Errorf("%d of %d are foreign", foreign, all)
	}
	if held, err := w.Holds(t.Context(), "other", it.Files[0].SHA256); err != nil || held {
		t.Errorf("a name made it the course's: %v, %v", held, err)
	}
	store(reads("course"))
	if all, _ := w.lacks("other", it); all != 0 {
		t.Errorf("who may read the course that has it cannot copy it: %d", all)
	}
	if held, err := w.Holds(t.Context(), "other", it.Files[0].SHA256); err != nil || !held {
		t.Errorf("%v, %v", held, err)
	}
	// A copy is as good as the first.
	w.course("third")
	w.must(w.db.InTx(t.Context(), func(ctx context.Context) error {
		_, err := w.Named(ctx, media.Listing{CourseID: "third", List: list, Reads: reads("other")})
		return err
	}))
	if all, _ := w.lacks("third", it); all != 0 {
		t.Errorf("%d", all)
	}
}

// TestSentTwiceItIsOfBoth: whoever has the bytes may send them.
func TestSentTwiceItIsOfBoth(t *testing.T) {
	w := inFolder(t)
	w.course("other")
	it := itemOf(w.send("ada", wav(5, 1)))
	if _, foreign := w.lacks("other", it); foreign != 1 {
		t.Errorf("%d", foreign)
	}
	u, _, err := w.Begin(t.Context(), "bob", "other", "file", 0)
	w.must(err)
	_, err = w.Append(t.Context(), "bob", u.ID, 0, strings.NewReader(string(wav(5, 1))))
	w.must(err)
	w.must(w.Finish(t.Context(), "bob", u.ID))
	w.must(w.queue.Drain(t.Context()))
	if all, _ := w.lacks("other", it); all != 0 {
		t.Errorf("%d", all)
	}
	if left := w.objects("blobs/"); len(left) != 1 {
		t.Errorf("it is kept twice: %v", left)
	}
}

// TestAFolderBringsItsBytes, or nothing: that the same is kept for another course is not
// enough, and other bytes under its name are found out.
func TestAFolderBringsItsBytes(t *testing.T) {
	w := inFolder(t)
	w.course("other")
	u := w.send("ada", wav(5, 1))
	it, folder := itemOf(u), export(w, u)
	take := func(courseID string, folder fstest.MapFS) (came []string, says string) {
		t.Helper()
		came, flaws, err := w.Take(t.Context(), courseID, folder, []manifest.Item{it})
		w.must(err)
		for _, f := range flaws {
			says += f.Msg
		}
		return came, says
	}
	for _, courseID := range []string{"", "other"} {
		if came, says := take(courseID, fstest.MapFS{}); len(came) > 0 || says != "" {
			t.Errorf("an empty folder: %v, %q", came, says)
		}
		if came, says := take(courseID, folder); len(came) != 1 || says != "" {
			t.Errorf("the whole folder: %v, %q", came, says)
		}
		forged := fstest.MapFS{it.Files[0].Path(): &fstest.MapFile{Data: wav(5, 2)}}
		if came, says := take(courseID, forged); len(came) > 0 || !strings.Contains(says, "SHA-256") {
			t.Errorf("other bytes of the same length: %v, %q", came, says)
		}
	}
	if came, says := take("course", fstest.MapFS{it.Files[0].Path(): &fstest.MapFile{Data: wav(5, 2)}}); len(came) > 0 || says != "" {
		t.Errorf("what the course has is asked for again: %v, %q", came, says)
	}
	if left := w.objects("blobs/"); len(left) != 1 {
		t.Errorf("objects: %v", left)
	}
}

// TestWhatCoursesNamedBeforeIsTheirs after the update.
func TestWhatCoursesNamedBeforeIsTheirs(t *testing.T) {
	w := inFolder(t)
	for _, id := range []string{"drafted", "published", "before", "stranger"} {
		w.course(id)
	}
	u := w.send("ada", wav(5, 1))
	it, list := itemOf(u), listOf(t, u)
	exec := func(query string, args ...any) {
		t.Helper()
		w.must(w.db.Conn(t.Context()).Exec(query, args...).Error)
	}
	exec("INSERT INTO course_files (course_id, path, content) VALUES ('drafted', 'media.yaml', ?), ('stranger', 'course.yaml', ?)", list, list)
	exec("INSERT INTO editions (id, course_id, number, hash, note, published_at, published_by) VALUES ('e', 'published', 1, 'h', '', ?, 'ada')", w.now)
	exec("INSERT INTO edition_files (edition_id, path, content) VALUES ('e', 'media.yaml', ?)", list)
	exec("INSERT INTO draft_changes (id, course_id, seq, kind, note, changed_at, changed_by) VALUES ('c', 'before', 1, 'save', '', ?, 'ada')", w.now)
	exec("INSERT INTO draft_change_files (change_id, path, content) VALUES ('c', 'media.yaml', ?)", list)
	exec("DROP TABLE media_held")
	name := "00305_media_held.sqlite.sql"
	if dbtest.OnPostgres() {
		name = "00305_media_held.postgres.sql"
	}
	text, err := migrations.FS.ReadFile(name)
	w.must(err)
	up, _, _ := strings.Cut(string(text), "-- +goose Down")
	for _, statement := range strings.SplitAfter(up, ";\n") {
		if strings.Contains(statement, ";") {
			exec(statement)
		}
	}
	for id, want := range map[string]bool{"course": true, "drafted": true, "published": true, "before": true, "stranger": false} {
		if held, err := w.Holds(t.Context(), id, it.Files[0].SHA256); err != nil || held != want {
			t.Errorf("%s: %v, %v", id, held, err)
		}
	}
}

// TestWhatStoodInTheListIsNotGranted by whoever saves the list again: somebody else wrote
// it, who may have known no more than a hash. What a save adds comes along, and is told.
func TestWhatStoodInTheListIsNotGranted(t *testing.T) {
	w := inFolder(t)
	w.course("other")
	u := w.send("ada", wav(5, 1))
	sum, list := itemOf(u).Files[0].SHA256, listOf(t, u)
	save := func(was, list []byte) (came []media.Copied) {
		t.Helper()
		w.must(w.db.InTx(t.Context(), func(ctx context.Context) (err error) {
			came, err = w.Named(ctx, media.Listing{CourseID: "other", Was: was, List: list, Reads: reads("course")})
			return err
		}))
		return came
	}
	if came := save(list, append([]byte("# a caption\n"), list...)); len(came) > 0 {
		t.Errorf("saved again: %v", came)
	}
	if held, err := w.Holds(t.Context(), "other", sum); err != nil || held {
		t.Errorf("it was granted: %v, %v", held, err)
	}
	if came := save(nil, list); !slices.Equal(came, []media.Copied{{From: "course", SHA256: sum}}) {
		t.Errorf("added: %v", came)
	}
	if came := save(nil, list); len(came) > 0 {
		t.Errorf("what it holds is given once more: %v", came)
	}
}
