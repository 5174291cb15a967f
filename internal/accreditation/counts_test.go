package accreditation_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/credit/count"
)

func asked(t *testing.T, profession, place, renewal string) count.Question {
	t.Helper()
	q, err := accreditation.Asked(profession, place, renewal)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func TestAQuestionNamesWhoAsks(t *testing.T) {
	for want, typed := range map[string][3]string{"profession": {"wizard", "US-CA", ""}, "jurisdiction": {"nurse", "US-XX", ""},
		"renewal": {"nurse", "other", "3/31/2027"}, "profession jurisdiction": {"", "", ""}} {
		_, err := accreditation.Asked(typed[0], typed[1], typed[2])
		var e *apperr.Error
		if !errors.As(err, &e) {
			t.Fatalf("%v: %v", typed, err)
		}
		var got []string
		for _, f := range e.Fields {
			got = append(got, f.Name)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%v: %v, want %s", typed, got, want)
		}
	}
	if q := asked(t, "nurse", "other", ""); q.Place != "" {
		t.Errorf("%+v", q)
	}
	if q := asked(t, "nurse", "CA-QC", "2027-03-31"); q.Place != "Quebec" {
		t.Errorf("%+v", q)
	}
}

func TestCounts(t *testing.T) {
	w := newWorld(t)
	california, alabama := asked(t, "clinical-social-worker", "US-CA", "2027-03-31"), asked(t, "professional-counselor", "US-AL", "")
	ask := func(length time.Duration) []count.Answer {
		t.Helper()
		list, err := w.counts(length, california, alabama)
		w.must(err)
		return list
	}
	if list := ask(time.Hour); len(list) != 2 || list[0].Verdict != count.NotApproved || list[1].Verdict != count.NotApproved || len(list[0].Credit) != 0 {
		t.Errorf("%+v", list)
	}
	w.must(w.Approve(t.Context(), nasw, accreditation.Sure{}, "admin")) // through December 31
	list := ask(time.Hour)
	if a := list[0]; a.Verdict != count.Counts || len(a.Credit) != 1 || a.Credit[0].Amount() != "1 CE" || a.Notices[0] != "Complete the course by December 31, 2026, the last day of the approval: after it, the course earns no credit." {
		t.Errorf("%+v", a)
	}
	if list[1].Verdict != count.NotApproved {
		t.Errorf("%+v", list[1])
	}
	// The last hours of the approval, where the provider is.
	w.at = time.Date(2027, 1, 1, 3, 0, 0, 0, time.UTC)
	if a := ask(time.Hour)[0]; a.Verdict != count.Counts {
		t.Errorf("%+v", a)
	}
	if a := ask(3 * time.Hour)[0]; a.Verdict != count.NotApproved || !strings.Contains(a.Sentence, "before you could complete") {
		t.Errorf("%+v", a)
	}
	w.at = w.at.Add(3 * time.Hour)
	if a := ask(time.Hour)[0]; a.Verdict != count.NotApproved || strings.Contains(a.Sentence, "NASW") {
		t.Errorf("%+v", a)
	}
}

// TestRulesThatAdministratorsWroteAnswer, while they are in force, and what nobody
// read does not, whoever confirmed it.
func TestRulesThatAdministratorsWroteAnswer(t *testing.T) {
	w := newWorld(t)
	w.must(w.Approve(t.Context(), nasw, accreditation.Sure{}, "admin"))
	own := func(mark, tail string) string {
		return "code: us-or\nkind: board\nname: Oregon Board\nshort: Oregon\nunit: hour\nprofessions: [social-worker]\njurisdictions: [US-OR]\nfrom: 2026-01-01\n" +
			tail + "checked_on: 2026-11-23\nrules:\n  accepts: {value: [nasw], mark: " + mark + ", source: OAR 877, checked_on: 2026-11-23, says: By NASW.}\n"
	}
	save := func(body string, base int) {
		t.Helper()
		w.must(w.SavePack(t.Context(), "us-or", body, "As we read it.", "admin", base))
	}
	want := func(v count.Verdict) {
		t.Helper()
		list, err := w.counts(time.Hour, asked(t, "social-worker", "US-OR", ""))
		if err != nil || list[0].Verdict != v {
			t.Errorf("%+v, %v; want %s", list, err, v)
		}
	}
	want(count.Ask)
	save(own("verified", ""), 0)
	want(count.Counts)
	save(own("unverified", ""), 1)
	w.must(w.confirm("us-or", "accepts", "By phone."))
	want(count.Ask)
	save(own("verified", "until: 2026-11-28\n"), 2)
	want(count.Ask)
}

func TestADailyCapLimitsWhatCounts(t *testing.T) {
	w := newWorld(t)
	a := nasw
	a.Accreditor, a.Centihours = "naadac", 200
	w.must(w.Approve(t.Context(), a, accreditation.Sure{}, "admin"))
	body := "code: us-or\nkind: board\nname: Oregon Board\nshort: Oregon\nunit: hour\nprofessions: [addiction-counselor]\njurisdictions: [US-OR]\nfrom: 2026-01-01\n" +
		"checked_on: 2026-11-23\nrules:\n  accepts: {value: [naadac], mark: verified, source: OAR 309, checked_on: 2026-11-23, says: By NAADAC.}\n"
	w.must(w.SavePack(t.Context(), "us-or", body, "As we read it.", "admin", 0))
	list, err := w.counts(time.Hour, asked(t, "addiction-counselor", "US-OR", ""))
	if err != nil || list[0].Verdict != count.Capped || len(list[0].Limits) != 1 || list[0].Limits[0] != "Credit by NAADAC: at most 8 hours within 24 hours." {
		t.Errorf("%+v, %v", list, err)
	}
}

// counts asks about the course with what it earns today.
func (w *world) counts(length time.Duration, questions ...count.Question) ([]count.Answer, error) {
	lines, _, err := w.Lines(w.t.Context(), "c1", w.Today(), ours)
	if err != nil {
		return nil, err
	}
	return w.Counts(w.t.Context(), lines, ours, length, questions...)
}
