package accreditation_test

import (
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/credit/pack"
	"github.com/atmacena/cocare/internal/dbtest"
)

func TestNoApprovalNoLine(t *testing.T) {
	w := newWorld(t)
	if lines, blocked, err := w.Lines(t.Context(), "c1", date("2026-11-28"), ours); err != nil || len(lines) != 0 || len(blocked) != 0 {
		t.Errorf("%+v, %+v, %v", lines, blocked, err)
	}
}

func TestALineOnEachDayOfAnApproval(t *testing.T) {
	w := newWorld(t)
	a := nasw
	a.FromOn = "2026-11-10"
	w.must(w.Approve(t.Context(), a, accreditation.Sure{}, "admin"))
	for day, n := range map[string]int{"2026-11-09": 0, "2026-11-10": 1, "2026-12-31": 1, "2027-01-01": 0} {
		if got := len(w.lines(day)); got != n {
			t.Errorf("%s: %d lines, want %d", day, got, n)
		}
	}
	l := w.lines("2026-11-28")[0]
	if l.Centihours != 100 || l.Unit != "CE" || l.Short != "NASW" || !strings.Contains(l.Statement, "(Approval # 88-1234)") ||
		!strings.Contains(strings.Join(l.Sum, "\n"), "11050 words ÷ 10000 words an hour") {
		t.Errorf("%+v", l)
	}
}

// TestRulesThatEndedEarnNothing, whatever the approval under them says.
func TestRulesThatEndedEarnNothing(t *testing.T) {
	w := newWorld(t)
	p, err := w.Pack(t.Context(), "nasw")
	w.must(err)
	body := strings.Replace(p.Text, "\nfrom:", "\nuntil: 2026-11-20\nfrom:", 1)
	w.must(w.SavePack(t.Context(), "nasw", body, "They wrote new ones.", "admin", 0))
	w.must(w.Approve(t.Context(), nasw, accreditation.Sure{}, "admin"))
	for day, n := range map[string]int{"2026-10-31": 0, "2026-11-01": 1, "2026-11-19": 1, "2026-11-20": 0} { // it begins before them
		if got := len(w.lines(day)); got != n {
			t.Errorf("%s: %d lines, want %d", day, got, n)
		}
	}
	lines, blocked, err := w.Lines(t.Context(), "c1", date("2026-11-20"), ours)
	if err != nil || len(lines) != 0 || len(blocked) != 1 || !strings.Contains(strings.Join(blocked[0].Why, "\n"), "not in force") {
		t.Errorf("%+v, %+v, %v", lines, blocked, err)
	}
}

// TestADemonstrationApprovesNothing: what somebody tries there says so wherever it
// is printed.
func TestADemonstrationApprovesNothing(t *testing.T) {
	w := newWorld(t)
	w.Demo = true
	w.must(w.Approve(t.Context(), nasw, accreditation.Sure{}, "admin"))
	if l := w.lines("2026-11-28"); len(l) != 1 || !strings.HasPrefix(l[0].Statement, "Demonstration, no approval. ") {
		t.Errorf("%+v", l)
	}
}

func TestAnApprovalOfOneCourse(t *testing.T) {
	w := newWorld(t)
	a := nasw
	a.CourseID, a.CourseNumber, a.Centihours = "c2", "88-1234-5", 150
	w.must(w.Approve(t.Context(), a, accreditation.Sure{}, "admin"))
	if n := len(w.lines("2026-11-28")); n != 0 {
		t.Errorf("%d lines of another course", n)
	}
	lines, _, err := w.Lines(t.Context(), "c2", date("2026-11-28"), ours)
	if err != nil || len(lines) != 1 || lines[0].Centihours != 150 || lines[0].Sum[0] != "1.5 hours, as approved" {
		t.Errorf("%+v, %v", lines, err)
	}
}

// One accreditor grants its hours once, as it approved the course itself.
func TestTheApprovalOfACourseStandsInFrontOfTheProviders(t *testing.T) {
	w := newWorld(t)
	w.must(w.Approve(t.Context(), nasw, accreditation.Sure{}, "admin"))
	for _, category := range []string{"Ethics", "Clinical"} {
		a := nasw
		a.CourseID, a.CourseNumber, a.Category, a.Centihours = "c1", "88-1234-5", category, 50
		w.must(w.Approve(t.Context(), a, accreditation.Sure{}, "admin"))
	}
	lines := w.lines("2026-11-28")
	if len(lines) != 2 || lines[0].Category != "Ethics" || lines[1].Category != "Clinical" {
		t.Errorf("%+v", lines)
	}
}

// TestTheLinesOfSeveralCoursesAreThoseOfEach.
func TestTheLinesOfSeveralCoursesAreThoseOfEach(t *testing.T) {
	w := newWorld(t)
	w.must(w.Approve(t.Context(), nasw, accreditation.Sure{}, "admin"))
	for course, category := range map[string]string{"c1": "Ethics", "c2": "Clinical"} {
		a := nasw
		a.CourseID, a.CourseNumber, a.Category, a.Centihours = course, "88-1234-5", category, 50
		w.must(w.Approve(t.Context(), a, accreditation.Sure{}, "admin"))
	}
	a := nasw
	a.Accreditor, a.CourseID, a.Centihours = "ncbtmb", "c2", 150
	w.must(w.Approve(t.Context(), a, accreditation.Sure{}, "admin"))
	for _, day := range []string{"2026-11-28", "2030-01-01"} {
		asked := map[string]bool{}
		got, err := w.LinesOf(t.Context(), []string{"c1", "c2", "c3"}, date(day), func(id string) pack.Measures {
			asked[id] = true
			return ours
		})
		w.must(err)
		for _, id := range []string{"c1", "c2", "c3"} {
			want, _, err := w.Lines(t.Context(), id, date(day), ours)
			w.must(err)
			if !reflect.DeepEqual(got[id], want) || asked[id] != (len(want) > 0) {
				t.Errorf("%s on %s: %+v, want %+v", id, day, got[id], want)
			}
		}
	}
}

func TestARuleThatIsNotMetStopsTheLine(t *testing.T) {
	w := newWorld(t)
	w.must(w.Approve(t.Context(), nasw, accreditation.Sure{}, "admin"))
	m := ours
	m.PassPercent = 70
	lines, blocked, err := w.Lines(t.Context(), "c1", date("2026-11-28"), m)
	if err != nil || len(lines) != 0 || len(blocked) != 1 || !strings.HasPrefix(blocked[0].Why[0], "Pass mark") {
		t.Errorf("%+v, %+v, %v", lines, blocked, err)
	}
}

// TestTheExamIsHeldAgainstTheHoursApproved, not the fewer that are worked out.
func TestTheExamIsHeldAgainstTheHoursApproved(t *testing.T) {
	w := newWorld(t)
	a := nasw
	a.CourseID, a.CourseNumber, a.Centihours = "c1", "88-1234-5", 600
	w.must(w.Approve(t.Context(), a, accreditation.Sure{}, "admin"))
	lines, blocked, err := w.Lines(t.Context(), "c1", date("2026-11-28"), ours)
	if err != nil || len(lines) != 0 || len(blocked) != 1 || blocked[0].Why[0] != "Questions of the exam: at least 60 is asked for, the course has 30" {
		t.Errorf("%+v, %+v, %v", lines, blocked, err)
	}
}

func TestSums(t *testing.T) {
	w := newWorld(t)
	sums := func() map[string]accreditation.Sum {
		t.Helper()
		list, err := w.Sums(t.Context(), "c1", w.Today(), ours)
		w.must(err)
		by := map[string]accreditation.Sum{}
		for _, s := range list {
			by[s.Pack.Code] = s
		}
		return by
	}
	before := sums()
	if s := before["nasw"]; s.Worked.Centihours != 100 || len(s.Lines)+len(s.Blocked) != 0 {
		t.Errorf("%+v", s)
	}
	if _, there := before["naadac"]; there || len(before) < 6 {
		t.Errorf("%d sums, one of a body without a way to work hours out", len(before))
	}
	for _, code := range []string{"nasw", "nbcc", "naadac"} {
		a := nasw
		a.Accreditor = code
		w.must(w.Approve(t.Context(), a, accreditation.Sure{}, "admin"))
	}
	own := nasw
	own.CourseID, own.CourseNumber, own.UntilOn = "c1", "88-1234-5", "2026-12-30"
	w.must(w.Approve(t.Context(), own, accreditation.Sure{}, "admin"))
	after := sums()
	if s := after["nasw"]; len(s.Lines) != 1 || s.Lines[0].Amount() != "1 CE" || s.Lines[0].Through != "2026-12-30" {
		t.Errorf("%+v", s)
	}
	if len(after["nbcc"].Blocked) != 1 || len(after["naadac"].Blocked) != 1 {
		t.Errorf("%+v, %+v", after["nbcc"], after["naadac"])
	}
}

// TestWhatApprovalsEarnIsReadInFewStatements, however many of them are live: public
// pages ask for it.
func TestWhatApprovalsEarnIsReadInFewStatements(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	p, err := w.Pack(ctx, "us-ca-bbs")
	w.must(err)
	change := accreditation.Change{Before: p, After: p}
	many := []string{"c1", "c2"}
	for i := range 50 {
		many = append(many, "c"+strconv.Itoa(10+i))
	}
	same := func(string) pack.Measures { return ours }
	for _, code := range []string{"nasw", "nbcc", "ncbtmb", "apa", "naadac"} {
		for _, category := range []string{"Ethics", "Clinical"} {
			a := nasw
			a.Accreditor, a.CourseID, a.Category, a.Centihours = code, "c1", category, 50
			w.must(w.Approve(ctx, a, accreditation.Sure{}, "admin"))
		}
	}
	for name, tt := range map[string]struct {
		most int64
		read func() error
	}{
		"lines":         {3, func() error { _, _, err := w.Lines(ctx, "c1", w.Today(), ours); return err }},
		"none":          {1, func() error { _, _, err := w.Lines(ctx, "c2", w.Today(), ours); return err }},
		"of many":       {3, func() error { _, err := w.LinesOf(ctx, many, w.Today(), same); return err }},
		"sums":          {3, func() error { _, err := w.Sums(ctx, "c1", w.Today(), ours); return err }},
		"sum by":        {2, func() error { _, err := w.SumBy(ctx, p, "c1", w.Today(), ours); return err }},
		"count changes": {3, func() error { _, err := w.CountChanges(ctx, change, "c1", ours, time.Hour); return err }},
	} {
		before, _ := w.db.Statements()
		w.must(tt.read())
		if after, _ := w.db.Statements(); after-before > tt.most && !dbtest.OnPostgres() { // counted on SQLite
			t.Errorf("%s: %d statements, want %d", name, after-before, tt.most)
		}
	}
}
