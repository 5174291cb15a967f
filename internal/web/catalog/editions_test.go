package catalog_test

import (
	"net/http"
	"testing"
	"testing/fstest"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/web/catalog"
)

// second publishes edition 2 and returns both.
func (w *world) second() (old, current *course.Edition) {
	w.t.Helper()
	old = w.current()
	files, err := w.courses.Export(w.t.Context(), slug, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	folder := fstest.MapFS{}
	for p, data := range files {
		folder[p] = &fstest.MapFile{Data: data}
	}
	card := folder["course.yaml"]
	card.Data = append(card.Data, "# Edition 2.\n"...)
	if _, err := w.courses.Import(w.t.Context(), folder, "test"); err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.courses.Publish(w.t.Context(), slug, "", "test"); err != nil {
		w.t.Fatal(err)
	}
	return old, w.current()
}

// TestReadersGetNoExactNumbers: who may not write the course reads of learners in fives.
func TestReadersGetNoExactNumbers(t *testing.T) {
	w := newWorld(t, false, true)
	w.guests = true
	w.register(catalog.Deps{})
	page := "/teach/" + slug + "/signoff"
	old, current := w.second()
	w.active = map[string]int{old.ID: 13, current.ID: 1}
	w.get("instructor", page, "Edition 2 (current): 1 person in it", "Edition 1: 13 people in it", "edition 1 (13)")
	for _, at := range []string{page, page + "?edition=1", page + "?lesson=m2-l1", page + "?review=legal"} {
		w.get("guest", at, "Edition 2 (current): fewer than 10 people in it", "Edition 1: 10–14 people in it", "!1 person in it", "!13 people", "!(13)", "!People are in other editions")
	}
	w.want(w.do("guest", http.MethodPost, page, "signoff", "legal"), http.StatusUnprocessableEntity, "Edition 1: 10–14 people in it", "!13 people")
}

func (w *world) edition(id string) *course.Edition {
	w.t.Helper()
	ed, err := w.courses.Edition(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return ed
}

// TestAnEarlierEditionIsCorrected: most learners are in it when a mistake is
// found, and its records stand beside it alone.
func TestAnEarlierEditionIsCorrected(t *testing.T) {
	w := newWorld(t, false, true)
	page := "/teach/" + slug + "/signoff"
	w.get("instructor", page, "!Edition 1 (current)", "!People are in other editions")
	old, current := w.second()
	w.active = map[string]int{old.ID: 9}
	w.get("instructor", page, "corrections of edition 2", "Edition 2 (current): 0 people in it", `href="`+page+`?edition=1">Edition 1: 9 people in it`, "edition 1 (9)")
	earlier := page + "?edition=1"
	w.get("instructor", earlier, "corrections of edition 1", `action="/teach/`+slug+`/errata?edition=1"`, `action="/teach/`+slug+`/withdrawals?edition=1"`,
		`href="?edition=1&amp;review=legal"`, `aria-current="page">Edition 1: 9`, "!People are in other editions")
	w.get("instructor", earlier+"&review=legal", `name="hash" value="`+old.Hash, `action="`+earlier+`"`)
	for _, bad := range []string{"3", "0", "x"} {
		w.want(w.do("instructor", http.MethodGet, page+"?edition="+bad), http.StatusNotFound)
	}
	for door, fields := range map[string][]string{
		earlier:                                {"signoff", "legal", "hash", old.Hash, "name", "Ada Rivera", "license", "Bar 1", "on", "2026-11-24", "lessons", "m6-l1", "sure", "yes"},
		"/teach/" + slug + "/errata?edition=1": {"lesson", "", "text", "Read 3 for 4.", "asked", "of-", "editions", "1"},
		"/teach/" + slug + "/withdrawals?edition=1": {"withdraw", "m2-l1", "reason", "Unsafe.", "certain", "yes", "asked", "of-m2-l1", "withdrawn_in", "1"},
	} {
		if rec := w.do("instructor", http.MethodPost, door, fields...); rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != earlier {
			t.Errorf("%s: %d to %q\n%s", door, rec.Code, rec.Header().Get("Location"), rec.Body)
		}
	}
	if o := w.edition(old.ID).Overlays; len(o.Signoffs) != 1 || len(o.Errata) != 1 || len(o.Withdrawn) != 1 {
		t.Errorf("beside edition 1: %+v", o)
	}
	if o := w.edition(current.ID).Overlays; len(o.Signoffs)+len(o.Errata)+len(o.Withdrawn) != 0 {
		t.Errorf("beside edition 2: %+v", o)
	}
	retract := page + "/" + w.edition(old.ID).Overlays.Signoffs[0].ID + "/retract?edition=1"
	w.get("instructor", earlier, `href="`+retract+`"`)
	w.get("instructor", retract, "Legal review of edition 1", `action="`+retract+`"`)
	if rec := w.do("instructor", http.MethodPost, retract, "reason", "Lapsed."); rec.Header().Get("Location") != earlier {
		t.Errorf("retracted: %d to %q", rec.Code, rec.Header().Get("Location"))
	}
}

// TestACorrectionReachesEveryEditionWithTheSameText: the form asks in which it is
// recorded, and what the current edition lacks is said until it is recorded there.
func TestACorrectionReachesEveryEdition(t *testing.T) {
	w := newWorld(t, false, true)
	page, errata, withdrawals := "/teach/"+slug+"/signoff", "/teach/"+slug+"/errata", "/teach/"+slug+"/withdrawals"
	old, current := w.second()
	w.active = map[string]int{old.ID: 9}
	form := []string{"lesson", "m2-l1", "text", "Read 3 for 4.", "safety", "yes"}
	w.want(w.do("instructor", http.MethodPost, errata+"?edition=1", form...), 422, "Choose those in which", "Edition 2 (current), 0 people in it", "The lesson reads the same.", "Read 3 for 4.",
		`name="asked" value="of-m2-l1"`, `value="2" checked`, `value="1" checked`)
	w.want(w.do("instructor", http.MethodPost, errata+"?edition=1", append(form, "asked", "of-m2-l2", "editions", "1")...), 422, "Choose those in which")
	w.want(w.do("instructor", http.MethodPost, errata+"?edition=1", append(form, "asked", "of-m2-l1")...), 422, "Tick the editions")
	if n := len(w.edition(old.ID).Overlays.Errata) + len(w.edition(current.ID).Overlays.Errata); n > 0 {
		t.Fatalf("%d recorded", n)
	}
	w.get("instructor", page+"?edition=1&lesson=m2-l1", "<details open>", `<option value="m2-l1" selected>`, "The lesson reads the same.", `href="/teach/`+slug+`"`, `!href="/courses/`+slug+`"`)
	w.want(w.do("instructor", http.MethodPost, errata+"?edition=1", append(form, "asked", "of-m2-l1", "editions", "1", "editions", "2")...), http.StatusSeeOther)
	a, b := w.edition(old.ID).Overlays.Errata, w.edition(current.ID).Overlays.Errata
	if len(a) != 1 || len(b) != 1 || a[0].Root() != b[0].Root() || !b[0].Safety {
		t.Errorf("%+v, %+v", a, b)
	}
	w.get("instructor", page, "!which has the same text, without this")

	w.want(w.do("instructor", http.MethodPost, errata+"?edition=1", "lesson", "m2-l2", "text", "Read 5 for 6.", "asked", "of-m2-l2", "editions", "1"), http.StatusSeeOther)
	w.want(w.do("instructor", http.MethodPost, withdrawals+"?edition=1", "withdraw", "m4-l1", "reason", "Unsafe.", "certain", "yes", "asked", "of-m4-l1", "withdrawn_in", "1"), http.StatusSeeOther)
	root := w.edition(old.ID).Overlays.Errata[1].Root()
	w.get("instructor", page, "People enroll in edition 2, which has the same text, without this correction", "without this withdrawal", "Read 5 for 6.", `name="again" value="`+root+`"`)
	for range 2 {
		w.want(w.do("instructor", http.MethodPost, errata, "again", root, "editions", "2"), http.StatusSeeOther)
	}
	w.want(w.do("instructor", http.MethodPost, withdrawals, "withdraw", "m4-l1", "reason", "Unsafe.", "certain", "yes", "asked", "of-m4-l1", "withdrawn_in", "2"), http.StatusSeeOther)
	w.get("instructor", page, "!which has the same text, without this", "Read 5 for 6.")
	if o := w.edition(current.ID).Overlays; len(o.Errata) != 2 || len(o.Withdrawn) != 1 {
		t.Errorf("%+v", o)
	}
}

// TestTheChoiceOfEditionsIsThereAtOnce: what was chosen holds where the lesson reads the
// same in all of them; otherwise the form asks, by what each says.
func TestTheChoiceOfEditionsIsThereAtOnce(t *testing.T) {
	w := newWorld(t, false, true)
	page, errata, withdrawals := "/teach/"+slug+"/signoff", "/teach/"+slug+"/errata", "/teach/"+slug+"/withdrawals"
	w.get("instructor", page, `!name="editions"`, `!name="withdrawn_in"`, `!name="asked"`) // there is one
	old, current := w.second()
	w.active = map[string]int{old.ID: 9}
	w.get("instructor", page, "Recorded in", `name="asked" value="of-"`, `name="editions" value="1" checked`, `name="editions" value="2" checked`,
		`name="withdrawn_in" value="1" checked`, "Edition 1, 9 people in it", "you are asked once more")

	form := []string{"lesson", "m2-l1", "text", "Read 3 for 4.", "asked", "of-"}
	w.want(w.do("instructor", http.MethodPost, errata, form...), 422, "Tick the editions")
	w.want(w.do("instructor", http.MethodPost, errata, append(form, "editions", "1", "editions", "2")...), http.StatusSeeOther)
	w.want(w.do("instructor", http.MethodPost, errata, append(form, "editions", "1")...), http.StatusSeeOther)
	if a, b := w.edition(old.ID).Overlays.Errata, w.edition(current.ID).Overlays.Errata; len(a) != 2 || len(b) != 1 {
		t.Errorf("%+v, %+v", a, b)
	}
	w.want(w.do("instructor", http.MethodPost, withdrawals, "reason", "Unsafe.", "certain", "yes", "asked", "of-", "withdrawn_in", "1"), 422, "Choose the lesson",
		`name="withdrawn_in" value="1" checked`, `name="withdrawn_in" value="2">`) // what was chosen stays
	w.want(w.do("instructor", http.MethodPost, withdrawals, "withdraw", "m2-l1", "reason", "Unsafe.", "certain", "yes", "asked", "of-", "withdrawn_in", "1"), http.StatusSeeOther)
	if a, b := w.edition(old.ID).Overlays.Withdrawn, w.edition(current.ID).Overlays.Withdrawn; len(a) != 1 || len(b) != 0 {
		t.Errorf("%+v, %+v", a, b)
	}

	w.third("m2-l2")
	other := []string{"lesson", "m2-l2", "text", "Read 5 for 6.", "asked", "of-", "editions", "1", "editions", "3"}
	w.want(w.do("instructor", http.MethodPost, errata, other...), 422, "reads otherwise in an edition that you chose", "The lesson reads otherwise: look", `name="asked" value="of-m2-l2"`)
	w.want(w.do("instructor", http.MethodPost, withdrawals, "withdraw", "m2-l2", "reason", "Unsafe.", "certain", "yes", "asked", "of-", "withdrawn_in", "1"), 422, "reads otherwise", `name="asked" value="of-m2-l2"`)
	if o := w.edition(old.ID).Overlays; len(o.Errata) != 2 || len(o.Withdrawn) != 1 {
		t.Errorf("recorded unasked: %+v", o)
	}
	w.want(w.do("instructor", http.MethodPost, errata, "lesson", "m2-l2", "text", "Read 5 for 6.", "asked", "of-m2-l2", "editions", "1", "editions", "3"), http.StatusSeeOther)
}

// third publishes an edition in which a lesson reads otherwise.
func (w *world) third(lesson string) {
	w.t.Helper()
	l, _ := w.current().LessonByID(lesson)
	f, err := w.courses.DraftFile(w.t.Context(), slug, l.File)
	if err == nil {
		_, err = w.courses.EditDraft(w.t.Context(), course.Edit{Slug: slug, By: "ira", Kind: course.ChangeSave,
			Files: []course.FileEdit{{Path: l.File, Base: f.Seq, Content: append(f.Content, "\nOne more sentence stands here. {.plain}\n"...)}}})
	}
	if err == nil {
		_, err = w.courses.Publish(w.t.Context(), slug, "", "ira")
	}
	if err != nil {
		w.t.Fatal(err)
	}
}
