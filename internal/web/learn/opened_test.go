package learn_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/apptest/area"
)

// TestALessonThatWasNeverOpenedIsNotFinished: not by its address alone, not with the page
// of another lesson or of somebody else; then the lesson is shown, and what was typed is
// kept.
func TestALessonThatWasNeverOpenedIsNotFinished(t *testing.T) {
	w := newWorld(t)
	w.begun("p1")
	w.begun("p2")
	lessons := w.edition.Course.Lessons()
	second := base + "/lessons/" + lessons[1].Slug
	const says = "We cannot tell that this lesson’s page was open, so it is not finished yet."
	own := w.get(first)
	others := w.do("p2", http.MethodGet, second, nil)
	forged := noteForm(own)
	for i := range forged {
		if i > 0 && forged[i-1] == "opened" {
			forged[i] = strings.Repeat("0", 22)
		}
	}
	without := func(form []string) (out []string) { // the mark of its owner, which is looked at first
		for i := 0; i+1 < len(form); i += 2 {
			if form[i] != "_owner" {
				out = append(out, form[i], form[i+1])
			}
		}
		return out
	}
	for name, form := range map[string][]string{
		"nothing": nil, "another lesson": noteForm(own), "somebody else": without(noteForm(others)), "forged": forged, "no mark": {"page", "tab1"}, "an empty one": {"opened", ""},
	} {
		a := w.post(second+"/finish", form...)
		a.is(http.StatusConflict, says, "<h1>"+lessons[1].Title, "Finished, next")
		if w.get(base).ok("0 of 20 finished"); t.Failed() {
			t.Fatalf("with %s it is finished", name)
		}
	}
	// The page that says so is the lesson's: what was typed stands in it, and its button
	// finishes.
	a := w.post(second+"/finish", "note", "Ask about dose.", "page", "tab1", "seen", "").is(http.StatusConflict, says, ">Ask about dose.</textarea>")
	// It shows the note as it is saved by now: another one is no clash.
	w.post(second+"/note", append(noteForm(a), "note", "Ask about dose and time.")...).is(http.StatusSeeOther)
	w.post(second+"/finish", append(noteForm(w.get(second)), "note", "Ask about dose.")...).is(http.StatusSeeOther)
	w.get(base).ok("1 of 20 finished")
	w.get(second).ok(">Ask about dose.</textarea>")
	w.post(second + "/finish").is(http.StatusSeeOther) // once more, as by a second click
	// An older page of the same lesson does: another tab, or the back button.
	w.get(first)
	w.post(first+"/finish", noteForm(own)...).is(http.StatusSeeOther)
	w.get(base).ok("2 of 20 finished")
	// A bare request shows the note that is saved.
	third := base + "/lessons/" + lessons[2].Slug
	w.post(third+"/note", "note", "Kept.", "page", "tab1").is(http.StatusSeeOther)
	w.post(third+"/finish").is(http.StatusConflict, says, ">Kept.</textarea>")
	if a := w.do("p2", http.MethodPost, third+"/finish", area.Form()); a.Code != http.StatusConflict {
		t.Errorf("somebody else: %d", a.Code)
	}
}

// TestAnOlderPageTokenFinishes: the script may put one that the browser kept, of before the
// upgrade or of another cycle, into the form; the page says by a field of its own that it
// was served, which the script leaves alone.
func TestAnOlderPageTokenFinishes(t *testing.T) {
	w := newWorld(t)
	w.begun("p1")
	page := w.get(first).ok(`name="opened" value="`, `" data-autosave-own>`)
	form := noteForm(page)
	for i := range form {
		if i > 0 && form[i-1] == "page" {
			form[i] = "KEPTBYTHEBROWSER"
		}
	}
	w.post(first+"/finish", append(form, "note", "Typed offline.")...).is(http.StatusSeeOther)
	w.get(base).ok("1 of 20 finished")
}
