package accreditation_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
)

// TestOneAccreditorGrantsItsCreditOnce: an approval of the same, in the same
// category, on some of the same days is refused and leads to the other.
func TestOneAccreditorGrantsItsCreditOnce(t *testing.T) {
	w := newWorld(t)
	w.must(w.Approve(t.Context(), nasw, accreditation.Sure{}, "admin")) // 2026-01-01 to 2026-12-31
	list, err := w.Approvals(t.Context())
	w.must(err)
	for name, c := range map[string]struct {
		change func(a *accreditation.Approval)
		field  string // "": it is taken
	}{
		"the same with another statement": {func(a *accreditation.Approval) { a.Statement = "Another." }, "from_on"},
		"another number":                  {func(a *accreditation.Approval) { a.ProviderNumber = "99" }, "from_on"},
		"on the last day":                 {func(a *accreditation.Approval) { a.FromOn, a.UntilOn = "2026-12-31", "2027-12-31" }, "from_on"},
		"up to the first day":             {func(a *accreditation.Approval) { a.FromOn, a.UntilOn = "2025-01-01", "2026-01-01" }, "until_on"},
		"around it":                       {func(a *accreditation.Approval) { a.FromOn, a.UntilOn = "2025-01-01", "2029-01-01" }, "until_on"},
		"the day after":                   {func(a *accreditation.Approval) { a.FromOn, a.UntilOn = "2027-01-01", "2027-12-31" }, ""},
		"the days before":                 {func(a *accreditation.Approval) { a.FromOn, a.UntilOn = "2024-01-01", "2024-12-31" }, ""},
		"another accreditor":              {func(a *accreditation.Approval) { a.Accreditor = "nbcc" }, ""},
		"of a course":                     {func(a *accreditation.Approval) { a.CourseID = "c1" }, ""},
		"of live events too":              {func(a *accreditation.Approval) { a.OfEvents = true }, "from_on"},
		"a category besides":              {func(a *accreditation.Approval) { a.Category, a.Centihours = "Ethics", 50 }, "category"},
	} {
		a := nasw
		c.change(&a)
		err := w.Approve(t.Context(), a, accreditation.Sure{}, "admin")
		var over *accreditation.OverlapError
		switch {
		case c.field == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.field == "":
		case !errors.As(err, &over) || over.Other.ID != list[0].ID:
			t.Errorf("%s: %v", name, err)
		default:
			if f := apperr.FieldsOf(err); len(f) != 1 || f[0].Name != c.field || !strings.Contains(f[0].Msg, "by NASW is on record for some of these days: number 88-1234, January 1, 2026 to December 31, 2026.") {
				t.Errorf("%s: %+v", name, f)
			}
		}
	}
}

// TestCategoriesSplitTheHours: each is named with its hours, and nothing stands
// beside them that would grant the whole course.
func TestCategoriesSplitTheHours(t *testing.T) {
	w := newWorld(t)
	ethics := nasw
	ethics.CourseID, ethics.Category, ethics.Centihours = "c1", "Ethics", 50
	w.must(w.Approve(t.Context(), ethics, accreditation.Sure{}, "admin"))
	for name, c := range map[string]struct {
		category    string
		hours       int64
		field, says string
	}{
		"written otherwise": {" ETHICS", 50, "from_on", "in the category “Ethics”"},
		"no category":       {"", 100, "category", "Without a category, this one would grant the whole credit besides."},
		"no hours":          {"Clinical", 0, "hours", "Enter the hours in this category"},
	} {
		a := ethics
		a.Category, a.Centihours = c.category, c.hours
		_, err := w.Review(t.Context(), a)
		f := apperr.FieldsOf(err)
		if len(f) != 1 || f[0].Name != c.field || !strings.Contains(f[0].Msg, c.says) || !apperr.Is(w.Approve(t.Context(), a, accreditation.Sure{}, "admin"), apperr.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	clinical := ethics
	clinical.Category, clinical.Centihours, clinical.FromOn = "Clinical", 125, "2026-06-01"
	w.must(w.Approve(t.Context(), clinical, accreditation.Sure{}, "admin"))
	late := ethics
	late.Category, late.Centihours, late.FromOn, late.UntilOn = "Late", 7500, "2027-01-01", "2027-12-31"
	w.must(w.Approve(t.Context(), late, accreditation.Sure{}, "admin"))
	third := ethics
	third.Category, third.Centihours, third.UntilOn = "Third", 25, "2027-01-31"
	if both, err := w.Together(t.Context(), third); err != nil || len(both.Others) != 1 || both.Others[0].Category != "Late" || both.Centihours != 7525 || both.Cap != nil {
		t.Errorf("%+v, %v", both, err)
	}
	third.UntilOn = "2026-12-31"
	if both, err := w.Together(t.Context(), third); err != nil || len(both.Others) != 2 || both.Centihours != 200 {
		t.Errorf("%+v, %v", both, err)
	}
	list, err := w.Approvals(t.Context())
	w.must(err)
	for _, a := range list {
		if both, err := w.Together(t.Context(), a); err != nil || a.Category == "Ethics" && both.Centihours != 175 {
			t.Errorf("%+v, %v", both, err)
		}
	}
	if lines := w.lines("2026-11-28"); len(lines) != 2 || lines[0].Centihours+lines[1].Centihours != 175 {
		t.Errorf("%+v", lines)
	}
}

// TestMoreThanABodyCountsInADay is told, of one approval and of several.
func TestMoreThanABodyCountsInADay(t *testing.T) {
	w := newWorld(t)
	a := nasw
	a.Accreditor, a.Category, a.Centihours = "naadac", "Ethics", 500
	if one, err := w.Together(t.Context(), a); err != nil || one.Cap != nil {
		t.Errorf("%+v, %v", one, err)
	}
	w.must(w.Approve(t.Context(), a, accreditation.Sure{}, "admin"))
	a.Category = "Clinical"
	if both, err := w.Together(t.Context(), a); err != nil || both.Centihours != 1000 || both.Cap == nil || both.Cap.Centihours != 800 {
		t.Errorf("%+v, %v", both, err)
	}
	a.Accreditor = "nowhere"
	if _, err := w.Together(t.Context(), a); !errors.Is(err, accreditation.ErrNoPack) {
		t.Errorf("%v", err)
	}
}

// TestAfterAnEndTheSameIsApprovedAgain, and after one that never counted.
func TestAfterAnEndTheSameIsApprovedAgain(t *testing.T) {
	w := newWorld(t)
	w.must(w.Approve(t.Context(), nasw, accreditation.Sure{}, "admin"))
	list, err := w.Approvals(t.Context())
	w.must(err)
	w.must(w.End(t.Context(), list[0].ID, "2026-06-30", false, "They wrote so."))
	a := nasw
	a.FromOn = "2026-06-30"
	if err := w.Approve(t.Context(), a, accreditation.Sure{}, "admin"); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("the last day counts: %v", err)
	}
	a.FromOn = "2026-07-01"
	w.must(w.Approve(t.Context(), a, accreditation.Sure{}, "admin"))
	list, err = w.Approvals(t.Context())
	w.must(err)
	for _, b := range list {
		if b.FromOn == a.FromOn {
			w.must(w.End(t.Context(), b.ID, "", true, "A wrong number."))
		}
	}
	w.must(w.Approve(t.Context(), a, accreditation.Sure{}, "admin"))
	if n := len(w.lines("2026-11-28")); n != 1 {
		t.Errorf("%d lines", n)
	}
}

func TestOfTwoApprovalsAtOnceOneIsRecorded(t *testing.T) {
	w := newWorld(t)
	var wg sync.WaitGroup
	results := make(chan error, 6)
	for range cap(results) {
		wg.Go(func() { results <- w.Approve(t.Context(), nasw, accreditation.Sure{}, "admin") })
	}
	wg.Wait()
	close(results)
	recorded := 0
	for err := range results {
		if err == nil {
			recorded++
		} else if _, ok := errors.AsType[*accreditation.OverlapError](err); !ok {
			t.Error(err)
		}
	}
	if n := w.count("SELECT count(*) FROM approvals"); n != 1 || recorded != 1 || w.count("SELECT count(*) FROM audit_events") != 1 {
		t.Errorf("%d approvals, %d recorded", n, recorded)
	}
}

// TestTwoThatAnOlderProgramTookGrantOne, whatever category the second names.
func TestTwoThatAnOlderProgramTookGrantOne(t *testing.T) {
	w := newWorld(t)
	w.must(w.Approve(t.Context(), nasw, accreditation.Sure{}, "admin"))
	for _, category := range []string{"", "Ethics", "Made up"} {
		w.must(w.db.Conn(t.Context()).Exec(`INSERT INTO approvals (id, accreditor, provider_number, course_number, from_on, until_on, statement, category, centihours,
			jurisdictions, note, created_by, created_at, voided, end_reason)
			SELECT ?, accreditor, provider_number, course_number, from_on, until_on, 'Another.', ?, centihours, jurisdictions, note, created_by, created_at,
			voided, end_reason FROM approvals WHERE statement <> 'Another.'`, db.NewID(), category).Error)
	}
	lines, blocked, err := w.Lines(t.Context(), "c1", date("2026-11-28"), ours)
	if err != nil || len(lines) != 1 || len(blocked) != 0 || strings.Contains(lines[0].Statement, "Another") {
		t.Errorf("%+v, %+v, %v", lines, blocked, err)
	}
	sums, err := w.Sums(t.Context(), "c1", date("2026-11-28"), ours)
	w.must(err)
	for _, s := range sums {
		if s.Pack.Code == "nasw" && len(s.Lines) != 1 {
			t.Errorf("%d lines of one accreditor", len(s.Lines))
		}
	}
}

// TestTheCategoriesOfABodyAreItsOwn, where its rules name them and were read.
func TestTheCategoriesOfABodyAreItsOwn(t *testing.T) {
	w := newWorld(t)
	p, err := w.Pack(t.Context(), "nasw")
	w.must(err)
	rule := "  categories: {value: [General, Ethics], mark: MARK, source: Their page, checked_on: 2026-11-23, says: General and ethics.}\n"
	for i, mark := range []string{"verified", "unverified"} {
		w.must(w.SavePack(t.Context(), "nasw", p.Text+strings.Replace(rule, "MARK", mark, 1), "Their page.", "admin", i))
		a := nasw
		for category, odd := range map[string]bool{"": false, " ethics": false, "Made up": mark == "verified"} {
			a.Category = category
			_, err := w.Review(t.Context(), a)
			if f := apperr.FieldsOf(err); odd != (len(f) == 1 && f[0].Name == "category" && strings.Contains(f[0].Msg, "General, Ethics")) {
				t.Errorf("%s, %q: %v", mark, category, err)
			}
		}
	}
}
