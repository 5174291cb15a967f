package accreditation_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/credit/pack"
)

func TestAnUnverifiedRuleWaitsForAnAdministrator(t *testing.T) {
	w := newWorld(t)
	a := nasw
	a.Accreditor = "nbcc"
	w.must(w.Approve(t.Context(), a, accreditation.Sure{}, "admin"))
	if n := len(w.lines("2026-11-28")); n != 0 {
		t.Fatal("credit by a rule that nobody verified")
	}
	for range 2 { // a second click
		w.must(w.confirm("nbcc", "pass_percent", "Ms. Reed of NBCC, by phone."))
		w.must(w.confirm("nbcc", "attempts", "Ms. Reed of NBCC, by phone."))
	}
	if lines := w.lines("2026-11-28"); len(lines) != 1 || lines[0].Centihours != 175 {
		t.Errorf("%+v", lines)
	}
	if n := w.count(`SELECT count(*) FROM audit_events WHERE action = 'rules.confirm'`); n != 2 {
		t.Errorf("%d audit events", n)
	}
	p, err := w.Pack(t.Context(), "nbcc")
	w.must(err)
	if list, err := w.Confirmations(t.Context(), p); err != nil || len(list) != 2 || list["attempts"].Note != "Ms. Reed of NBCC, by phone." || list["attempts"].By != "admin" {
		t.Errorf("%+v, %v", list, err)
	}
	for _, rule := range []string{"evaluation", "daily_cap", "nonsense"} { // verified, not there, no rule
		if err := w.confirm("nbcc", rule, "So."); !errors.Is(err, accreditation.ErrNoRule) {
			t.Errorf("%s: %v", rule, err)
		}
	}
	// Another value asks anew.
	w.must(w.SavePack(t.Context(), "nbcc", strings.Replace(p.Text, "value: 80", "value: 75", 1), "As their letter says.", "admin", 0))
	if n := len(w.lines("2026-11-28")); n != 0 {
		t.Error("the confirmation was of another value")
	}
}

// TestARuleIsConfirmedAsItWasSeen: what somebody changed meanwhile was not.
func TestARuleIsConfirmedAsItWasSeen(t *testing.T) {
	w := newWorld(t)
	seen, err := w.Pack(t.Context(), "nbcc")
	w.must(err)
	confirm := func(p accreditation.Pack, note string) error {
		return w.Confirm(t.Context(), "nbcc", "pass_percent", p.RuleHash("pass_percent"), note, "admin")
	}
	for i, change := range [][2]string{{"value: 80", "value: 75"}, {"mark: unverified", "mark: verified"}} {
		w.must(w.SavePack(t.Context(), "nbcc", strings.Replace(seen.Text, change[0], change[1], 1), "As their letter says.", "other", i))
		for _, note := range []string{"Ms. Reed, by phone.", ""} {
			if err := confirm(seen, note); !errors.Is(err, accreditation.ErrMoved) {
				t.Errorf("%v, %q: %v", change, note, err)
			}
		}
	}
	if n := w.count("SELECT count(*) FROM rule_confirmations"); n != 0 {
		t.Errorf("%d confirmations", n)
	}
	w.must(w.SavePack(t.Context(), "nbcc", "", "Back.", "other", 2))
	w.must(confirm(seen, "Ms. Reed, by phone."))
}

func TestPacksAreOverriddenAndGoBack(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	ours, err := w.Pack(ctx, "nasw")
	w.must(err)
	changed := strings.Replace(ours.Text, "words_per_hour: 10000", "words_per_hour: 5000", 1)
	for range 2 { // a second click
		w.must(w.SavePack(ctx, "nasw", changed, "A complex topic, as NASW wrote us.", "admin", 0))
	}
	got, err := w.Pack(ctx, "nasw")
	if err != nil || got.Version != 1 || got.Rules.Hours.Value.WordsPerHour != 5000 || !got.Bundled {
		t.Errorf("%+v, %v", got, err)
	}
	if err := w.SavePack(ctx, "nasw", ours.Text, "From an old page.", "other", 0); !errors.Is(err, accreditation.ErrMoved) {
		t.Errorf("%v", err)
	}
	if err := w.SavePack(ctx, "nasw", changed, "Again.", "admin", 1); !errors.Is(err, accreditation.ErrSamePack) {
		t.Errorf("%v", err)
	}
	w.must(w.SavePack(ctx, "nasw", "", "Back to what ships.", "admin", 1))
	if got, err = w.Pack(ctx, "nasw"); err != nil || got.Version != 2 || got.Text != ours.Text {
		t.Errorf("%+v, %v", got, err)
	}
	if err := w.SavePack(ctx, "nasw", "", "Once more.", "admin", 2); !errors.Is(err, accreditation.ErrSamePack) {
		t.Errorf("%v", err)
	}
}

func TestAPackOfOnesOwn(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	p, err := w.Pack(ctx, "naadac")
	w.must(err)
	own := strings.Replace(p.Text, "code: naadac", "code: own-body", 1)
	w.must(w.SavePack(ctx, "own-body", own, "Our state's body.", "admin", 0))
	got, err := w.Pack(ctx, "own-body")
	if err != nil || got.Bundled || got.Version != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	if err := w.SavePack(ctx, "own-body", "", "Away.", "admin", 1); !errors.Is(err, accreditation.ErrNoPack) {
		t.Errorf("approvals may rest on it: %v", err)
	}
	for _, bad := range []string{"code: [", own, strings.Repeat("#", pack.MaxSize+1)} {
		if err := w.SavePack(ctx, "another", bad, "Try.", "admin", 0); !apperr.Is(err, apperr.Invalid) {
			t.Errorf("%.20q: %v", bad, err)
		}
	}
	if err := w.SavePack(ctx, "another", "", "Nothing.", "admin", 0); !errors.Is(err, accreditation.ErrNoPack) {
		t.Errorf("%v", err)
	}
}

func TestAPackIsAddedUnderAFreeCode(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	p, err := w.Pack(ctx, "naadac")
	w.must(err)
	as := func(code string) string { return strings.Replace(p.Text, "code: naadac", "code: "+code, 1) }
	for _, bad := range []string{"", " \n", "code: [", as("naadac"), as("new"), "code: own\x00body", strings.Repeat("#", pack.MaxSize+1)} {
		var e *apperr.Error
		if _, err := w.AddPack(ctx, bad, "Try.", "admin"); !errors.As(err, &e) || len(e.Fields) == 0 || e.Fields[0].Name != "body" {
			t.Errorf("%.20q: %v", bad, err)
		}
	}
	for range 2 { // a second click
		if code, err := w.AddPack(ctx, as("own"), "Our state's body.", "admin"); err != nil || code != "own" {
			t.Errorf("%q, %v", code, err)
		}
	}
	if _, err := w.AddPack(ctx, as("own"), "Of somebody else.", "other"); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("%v", err)
	}
	if n := w.count(`SELECT count(*) FROM rule_packs`); n != 1 {
		t.Errorf("%d versions", n)
	}
}

func TestADoubleClickSavesOneVersion(t *testing.T) {
	w := newWorld(t)
	p, err := w.Pack(t.Context(), "nasw")
	w.must(err)
	body := strings.Replace(p.Text, "10000", "4000", 1)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := w.SavePack(context.WithoutCancel(t.Context()), "nasw", body, "Why.", "admin", 0); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := w.count(`SELECT count(*) FROM rule_packs`); n != 1 {
		t.Errorf("%d versions", n)
	}
}

func TestTwoAdministratorsAtOnce(t *testing.T) {
	w := newWorld(t)
	p, err := w.Pack(t.Context(), "nasw")
	w.must(err)
	results := make(chan error, 2)
	for _, n := range []string{"4000", "5000"} {
		go func() {
			results <- w.SavePack(context.WithoutCancel(t.Context()), "nasw", strings.Replace(p.Text, "10000", n, 1), n, "admin"+n, 0)
		}()
	}
	a, b := <-results, <-results
	if (a == nil) == (b == nil) || !errors.Is(errors.Join(a, b), accreditation.ErrMoved) {
		t.Errorf("%v, %v", a, b)
	}
}
