package intake_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/course/intake"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/question/exchange"
)

// without does the jobs while a part of a file cannot be got at, and puts it back.
func (w *world) without(i intake.Import, part int) {
	w.t.Helper()
	const where = " WHERE import_id = ? AND part = ?"
	ctx := w.t.Context()
	var row struct{ Body []byte }
	w.must(w.db.Read(ctx).Raw("SELECT body FROM question_import_parts"+where, i.ID, part).Scan(&row).Error)
	w.must(w.db.Conn(ctx).Exec("DELETE FROM question_import_parts"+where, i.ID, part).Error)
	if err := w.queue.Drain(ctx); err == nil {
		w.t.Error("the job did not fail")
	}
	w.must(w.db.Conn(ctx).Exec("INSERT INTO question_import_parts (import_id, part, body) VALUES (?, ?, ?)", i.ID, part, row.Body).Error)
}

// TestAFaultOfTheDatabaseIsNoVerdict: a file whose parts do not come is read again, in
// whatever it was interrupted, and nobody is told what the database said.
func TestAFaultOfTheDatabaseIsNoVerdict(t *testing.T) {
	w := newWorld(t)
	i, err := w.Upload(t.Context(), slug, "many.xml", []byte(many(1300)), "ira")
	w.must(err)
	for _, part := range []int{3, 0, 2} { // the reading of all for the encoding comes first
		w.without(i, part)
		if i = w.get(i.ID); i.State != intake.Reading || w.counts(i)[exchange.Refused] != 0 {
			t.Fatalf("part %d: %+v %v", part, i, w.counts(i))
		}
		w.clock = w.clock.Add(time.Hour)
	}
	w.drain()
	if i = w.get(i.ID); i.State != intake.Ready || i.Items != 1300 || w.counts(i).New() != 1300 {
		t.Errorf("%+v %v", i, w.counts(i))
	}
}

// TestAFaultMidwayIsNoVerdict: of a package only what is asked for is read.
func TestAFaultMidwayIsNoVerdict(t *testing.T) {
	w := newWorld(t)
	i, err := w.Upload(t.Context(), slug, "many.zip", zipped(t, many(700), many(1300)), "ira")
	w.must(err)
	w.without(i, 2)
	if i = w.get(i.ID); i.State != intake.Reading || w.counts(i)[exchange.Refused] != 0 {
		t.Fatalf("%+v %v", i, w.counts(i))
	}
	w.clock = w.clock.Add(time.Hour)
	w.drain()
	if i = w.get(i.ID); i.State != intake.Ready || i.Items != 2000 {
		t.Errorf("%+v %v", i, w.counts(i))
	}
}

// TestAFileThatIsNoneIsGivenUp: only that is beyond repair.
func TestAFileThatIsNoneIsGivenUp(t *testing.T) {
	w := newWorld(t)
	i, err := w.Upload(t.Context(), slug, "f.gift", []byte(three), "ira")
	w.must(err)
	w.must(w.db.Conn(t.Context()).Exec("UPDATE question_import_parts SET body = ? WHERE import_id = ?", []byte(strings.Repeat("x", len(three))), i.ID).Error)
	if err := w.queue.Drain(t.Context()); !job.IsPermanent(err) {
		t.Error(err)
	}
}

// zipped are files in an archive, as they are.
func zipped(t *testing.T, files ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i, text := range files {
		f, err := z.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("%d.xml", i), Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
