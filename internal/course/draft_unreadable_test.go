package course_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/dbtest"
)

// TestAMergeCanBeRead: two texts that could be read are not joined to one that cannot,
// though they touch other lines, and nothing is stored.
func TestAMergeCanBeRead(t *testing.T) {
	s := newDesk(t, dbtest.New(t))
	const path = "lint.yaml"
	_, base := s.open(path)
	was := "banned: []\nprefer: []\nnames: []\ndevices: []\nmedicines: []\n"
	base = s.save("ada", path, base, was).Seq
	theirs := "reading_grade: 9\n" + was
	s.save("bo", path, base, theirs)
	_, err := s.edit("ada", path, base, was+"reading_grade: 12\n")
	clash, met := errors.AsType[*course.ClashError](err)
	if !met {
		t.Fatalf("a key stands twice: %v", err)
	}
	if text, _ := s.open(path); text != theirs {
		t.Errorf("%q is stored", text)
	}
	joined := theirs + "reading_grade: 12\n"
	if bad := clash.Broken(joined); len(bad) != 1 || !strings.Contains(bad[0].Msg, "stands twice") {
		t.Errorf("%v", bad)
	}
	if bad := clash.Broken(theirs); len(bad) != 0 {
		t.Errorf("%v", bad)
	}
	base = s.save("ada", path, base+1, "a: [\n").Seq // who writes what cannot be read may
	s.save("ada", path, base, "a: [\nb")
}
