package share_test

import (
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/share"
)

func TestNothingIsSharedUnasked(t *testing.T) {
	w := newWorld(t)
	_, err := w.Public(t.Context(), "A1")
	w.kind(err, apperr.NotFound)
	c, choice, err := w.Own(t.Context(), "ana", "A1")
	w.must(err)
	if c.Number != "A1" || choice != (share.Choice{}) {
		t.Errorf("%s: %+v", c.Number, choice)
	}
	w.must(w.Save(t.Context(), "ana", "A1", share.Choice{Name: true}))
	if n := len(w.acts()); n != 0 {
		t.Errorf("switching off what is off left %d events", n)
	}
}

// TestOnlyWhatWasChosenIsShown, whatever was chosen; license numbers never are.
func TestOnlyWhatWasChosenIsShown(t *testing.T) {
	w := newWorld(t)
	w.list["A1"].Facts.CreditLines = []certificate.CreditLine{{Accreditor: "Board of Examples", Unit: "clock hour", Centihours: 175, Category: "Ethics"}}
	for bits := range 8 {
		c := share.Choice{Shared: true, Name: bits&1 != 0, Completed: bits&2 != 0, Credit: bits&4 != 0}
		w.save(c)
		s := w.public("A1")
		if s.Title != "TMS" || s.Subtitle != "What it is" || s.Provider != "CoCare" || s.State != certificate.Issued || s.Badge || s.Listed ||
			!slices.Equal(s.Caveats, []string{"Demonstration, not clinically reviewed"}) {
			t.Errorf("%+v: %+v", c, s)
		}
		if (s.Holder == "Ana Ruiz") != c.Name || (s.Holder == "") == c.Name {
			t.Errorf("%+v: holder %q", c, s.Holder)
		}
		if (s.CompletedOn != nil) != c.Completed || c.Completed && s.CompletedOn.Format("2006-01-02") != "2026-11-28" {
			t.Errorf("%+v: completed %v", c, s.CompletedOn)
		}
		want := []share.Credit{{"1.75 clock hours", "Ethics", "Board of Examples"}}
		if !c.Credit {
			want = nil
		}
		if !reflect.DeepEqual(s.Credit, want) || s.LearningTime != "" {
			t.Errorf("%+v: credit %+v, %q", c, s.Credit, s.LearningTime)
		}
	}
	w.save(everything)
	if s := w.public("A1"); !s.Badge || !s.Listed {
		t.Errorf("everything: %+v", s)
	}
	w.list["A1"].Facts.CreditLines = nil
	if s := w.public("A1"); s.LearningTime != "Estimated learning time 1.75 h; not accredited" {
		t.Errorf("without credit: %q", s.LearningTime)
	}
}

// TestTheBadgeSaysEverything: it cannot be shown by who hides a part of it.
func TestTheBadgeSaysEverything(t *testing.T) {
	w := newWorld(t)
	for _, c := range []share.Choice{{Shared: true, Badge: true}, {Shared: true, Name: true, Completed: true, Badge: true}, {Shared: true, Credit: true, Completed: true, Badge: true}} {
		err := w.Save(t.Context(), "ana", "A1", c)
		if fields := apperr.FieldsOf(err); apperr.KindOf(err) != apperr.Invalid || len(fields) != 1 || fields[0].Name != "shows" {
			t.Errorf("%+v: %v", c, err)
		}
	}
	_, err := w.Badge(t.Context(), "A1")
	w.kind(err, apperr.NotFound)
	w.save(share.Choice{Shared: true, Name: true, Completed: true, Credit: true})
	_, err = w.Badge(t.Context(), "A1")
	w.kind(err, apperr.NotFound)
	w.save(everything)
	if c, err := w.Badge(t.Context(), "A1"); err != nil || c.Number != "A1" {
		t.Errorf("%s, %v", c.Number, err)
	}
	w.list["A1"].State = certificate.Revoked
	_, err = w.Badge(t.Context(), "A1")
	w.kind(err, apperr.NotFound)
}

func TestARevokedCertificateSaysSo(t *testing.T) {
	w := newWorld(t)
	w.save(everything)
	w.list["A1"].State, w.list["A1"].RevokedAt = certificate.Revoked, &began
	if s := w.public("A1"); s.State != certificate.Revoked || s.Listed || s.Badge || s.Holder != "Ana Ruiz" {
		t.Errorf("%+v", s)
	}
}

// TestACorrectedNameTakesTheChoiceAlong: the old number shows the old name no
// more, the new one what was chosen for the old.
func TestACorrectedNameTakesTheChoiceAlong(t *testing.T) {
	w := newWorld(t)
	w.save(everything)
	w.replace("A1", "A2", "Ana Ruiz Ode").IssuedAt = nil // it is being prepared
	s := w.public("A1")
	if s.State != certificate.Superseded || s.Holder != "" || s.CompletedOn != nil || s.LearningTime != "" || s.Successor != "" || s.Badge || s.Listed {
		t.Errorf("the old one, before the new one is issued: %+v", s)
	}
	_, err := w.Public(t.Context(), "A2")
	w.kind(err, apperr.NotFound)
	_, _, err = w.Own(t.Context(), "ana", "A2")
	w.kind(err, apperr.Conflict)
	if c, choice, err := w.Own(t.Context(), "ana", "A1"); err != nil || c.Number != "A1" || choice != everything {
		t.Errorf("meanwhile the old one is asked about: %s, %+v, %v", c.Number, choice, err)
	}

	w.list["A2"].IssuedAt = &began
	if s := w.public("A1"); s.Successor != "A2" || s.Holder != "" {
		t.Errorf("the old one: %+v", s)
	}
	if s := w.public("A2"); s.Holder != "Ana Ruiz Ode" || s.State != certificate.Issued || !s.Badge || !s.Listed || slices.Contains(s.Caveats, "Replaces certificate A1") || len(s.Caveats) != 1 {
		t.Errorf("the new one: %+v", s)
	}
	if c, _, err := w.Own(t.Context(), "ana", "A1"); err != nil || c.Number != "A2" {
		t.Errorf("the choice is about %s, %v", c.Number, err)
	}
	w.save(share.Choice{}) // by the old number
	for _, n := range []string{"A1", "A2"} {
		_, err := w.Public(t.Context(), n)
		w.kind(err, apperr.NotFound)
	}
}

func TestWhatIsNotSharedCannotBeToldApart(t *testing.T) {
	w := newWorld(t)
	w.save(everything)
	w.add("A3", "ana").IssuedAt = nil // being prepared, or revoked before it was printed
	_, unknown := w.Public(t.Context(), "nothing")
	for what, number := range map[string]string{"not shared": "B1", "preparing": "A3"} {
		if _, err := w.Public(t.Context(), number); err == nil || err.Error() != unknown.Error() || !apperr.Is(err, apperr.NotFound) {
			t.Errorf("%s: %v, but unknown: %v", what, err, unknown)
		}
	}
	w.exec("UPDATE people SET erased_at = ? WHERE id = 'ana'", began)
	for _, ask := range []func() error{
		func() error { _, err := w.Public(t.Context(), "A1"); return err },
		func() error { _, err := w.Badge(t.Context(), "A1"); return err },
	} {
		if err := ask(); err == nil || err.Error() != unknown.Error() {
			t.Errorf("of an erased person: %v", err)
		}
	}
}

func TestSomebodyElsesIsNotThere(t *testing.T) {
	w := newWorld(t)
	for _, n := range []string{"B1", "nothing", ""} {
		_, _, err := w.Own(t.Context(), "ana", n)
		w.kind(err, apperr.NotFound)
		w.kind(w.Save(t.Context(), "ana", n, everything), apperr.NotFound)
	}
	_, err := w.Public(t.Context(), "B1")
	w.kind(err, apperr.NotFound)
	w.list["A1"].IssuedAt = nil
	w.kind(w.Save(t.Context(), "ana", "A1", everything), apperr.Conflict)
}

// TestTheChoiceIsAudited once for each change, whoever clicks how often.
func TestTheChoiceIsAudited(t *testing.T) {
	w := newWorld(t)
	for range 2 {
		w.save(share.Choice{Shared: true, Name: true, Listed: true})
	}
	w.save(share.Choice{Shared: true, Name: true})
	for range 2 {
		w.save(share.Choice{})
	}
	var got []string
	for _, e := range w.acts() {
		got = append(got, fmt.Sprint(e.Action, " ", e.ActorID, " ", e.ObjectID, " ", e.Details["number"], " ", e.Details["shows"], " ", e.Details["search_engines"]))
	}
	slices.Reverse(got)
	want := []string{"certificate.share ana id-A1 A1 [name] true", "certificate.share ana id-A1 A1 [name] false", "certificate.unshare ana id-A1 A1 <nil> <nil>"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	// Who begins anew finds what they had chosen.
	if _, c, err := w.Own(t.Context(), "ana", "A1"); err != nil || c != (share.Choice{Name: true}) {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestManyClicksAreOneAct(t *testing.T) {
	w := newWorld(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := w.Save(t.Context(), "ana", "A1", everything); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := len(w.acts()); n != 1 {
		t.Errorf("%d events", n)
	}
}

func TestCopies(t *testing.T) {
	w := newWorld(t)
	w.save(everything)
	list, err := w.Copies(t.Context(), "ana")
	if err != nil || len(list) != 1 || list[0].EnrollmentID != "en-ana" || list[0].Choice != everything || !list[0].ChangedAt.Equal(began) {
		t.Errorf("%+v, %v", list, err)
	}
	if list, err = w.Copies(t.Context(), "ben"); err != nil || len(list) != 0 {
		t.Errorf("Ben's: %+v, %v", list, err)
	}
}
