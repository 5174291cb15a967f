package learn_test

import (
	"html"
	"regexp"
	"strings"
	"testing"
	"time"
)

var hidden = regexp.MustCompile(`name="(page|opened|seen)" value="([^"]*)"`)

// noteForm are the hidden fields of the note's form on a page.
func noteForm(a answer) (pairs []string) {
	for _, m := range hidden.FindAllStringSubmatch(a.Body, -1) {
		pairs = append(pairs, m[1], html.UnescapeString(m[2]))
	}
	return pairs
}

// TestFinishingKeepsTheNote that was typed and not saved: without scripts the
// button is the only thing that is pressed.
func TestFinishingKeepsTheNote(t *testing.T) {
	w := newWorld(t)
	e := w.begun("p1")
	note := func() string {
		t.Helper()
		list, err := w.enrollments.Notes(t.Context(), e)
		w.must(err)
		if len(list) == 0 {
			return ""
		}
		return list[0].Text
	}
	next := base + "/lessons/" + w.edition.Course.Modules[0].Lessons[1].Slug
	page := w.get(first).ok(`form="note" formaction="` + first + `/finish"`)
	w.post(first+"/finish", append(noteForm(page), "note", "Two\r\ntrials. ")...).to(next)
	if got := note(); got != "Two\ntrials." {
		t.Errorf("the note is %q", got)
	}
	w.get(base).ok("1 of 20 finished")

	// A page that was left open shows an older note: untouched, it undoes nothing;
	// changed, it says so.
	old, none := w.get(first), noteForm(page)
	w.pass(time.Minute)
	w.post(first+"/note", append(noteForm(w.get(first)), "note", "From the telephone.")...).to(first + "#note")
	w.post(first+"/finish", append(noteForm(old), "note", "Two\r\ntrials.")...).to(next)
	w.post(first+"/finish", append(none, "note", "")...).to(next)
	w.post(first + "/finish").to(next)
	if got := note(); got != "From the telephone." {
		t.Errorf("an untouched page left %q", got)
	}
	w.post(first+"/finish", append(noteForm(old), "note", "Two trials and more.")...).is(409, "Two trials and more.", "There is a problem")
	w.post(first+"/finish", append(noteForm(old), "note", strings.Repeat("x", 5001))...).is(422, "Shorten it")
	if got := note(); got != "From the telephone." {
		t.Errorf("a refused one left %q", got)
	}
}

// TestANoteWhoseLessonIsGoneIsShown, without a link that leads nowhere.
func TestANoteWhoseLessonIsGoneIsShown(t *testing.T) {
	w := newWorld(t)
	e := w.begun("p1")
	w.must(w.db.Conn(t.Context()).Exec("INSERT INTO lesson_progress (enrollment_id, lesson_id, note, noted_at) VALUES (?, 'gone', 'Ask about it.', ?)", e.ID, w.now()).Error)
	w.get(base+"/notes").ok("A lesson that your edition no longer has", "Ask about it.").not("/lessons/\"")
}
