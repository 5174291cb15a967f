package studio_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/course"
)

// TestWhatIsTypedIsUnderstood: prices and days as people write them, and nothing that
// nobody can see.
func TestWhatIsTypedIsUnderstood(t *testing.T) {
	w := newWorld(t)
	page := of(slug, "course.yaml", "")
	for typed, want := range map[string]string{`"149.00"`: "149.00", "$49": "49.00", "12.5": "12.50", "0": "0.00"} {
		if code, body := w.send(page, "price.amount", typed); code != http.StatusSeeOther || !strings.Contains(string(w.opened("course.yaml").Content), `amount: "`+want+`"`) {
			t.Errorf("%s: %d %.200s", typed, code, body)
		}
	}
	for _, typed := range []string{"-5.00", "free", "1.234"} {
		if code, body := w.send(page, "price.amount", typed); code != http.StatusUnprocessableEntity || !strings.Contains(body, "as in 149.00; 0.00 is free") || strings.Contains(body, "quotes") {
			t.Errorf("%s: %d", typed, code)
		}
	}
	if code, _ := w.send(page, "expires_on", "11/29/2027"); code != http.StatusSeeOther || !strings.Contains(string(w.opened("course.yaml").Content), "expires_on: 2027-11-29\n") {
		t.Errorf("%d: %s", code, w.opened("course.yaml").Content)
	}
	if code, body := w.send(page, "expires_on", "29.11.2027"); code != http.StatusUnprocessableEntity || !strings.Contains(body, "as in 2026-11-23 or 11/23/2026") {
		t.Errorf("%d", code)
	}
	if code, _ := w.send(page, "title", "A\u200b\ttitle\ufeff of\u00ad mine", "summary", "One.\u2028Two."); code != http.StatusSeeOther {
		t.Fatal(code)
	}
	if got := string(w.opened("course.yaml").Content); !strings.Contains(got, "title: A title of mine\n") || !strings.Contains(got, "One.\n  Two.") {
		t.Errorf("%s", got)
	}
	if code, body := w.send(page, "title", "Read\u202e here"); code != http.StatusUnprocessableEntity || !strings.Contains(body, "After “Read” stands a character that nobody can see (U&#43;202E)") || !strings.Contains(body, `href="#f-title"`) {
		t.Errorf("%d", code)
	}
	if code, body := w.send(page, "title", strings.Repeat("a", 201), "access_days", "many"); code != http.StatusUnprocessableEntity || !strings.Contains(body, "Use at most 200 characters; this has 201.") || !strings.Contains(body, `href="#f-access_days"`) {
		t.Errorf("two mistakes: %d", code)
	}
	w.Get("ira", page).OK(`type="date"`)
}

// TestAKeyWithoutAValueIsAnEmptyField, of every kind.
func TestAKeyWithoutAValueIsAnEmptyField(t *testing.T) {
	w := newWorld(t)
	const text = "- id: F-1\n  title: One\n  text:\n  status:\n  references:\n  source: ~\n"
	w.edited("facts.yaml", text)
	page := of(slug, "facts.yaml", "F-1")
	if code, body := w.send(page); code != http.StatusSeeOther || string(w.opened("facts.yaml").Content) != text {
		t.Fatalf("%d %s\n%s", code, body, w.opened("facts.yaml").Content)
	}
	w.edited("references.yaml", "- {id: ref-1, number: 1, type: book, title: A}\n")
	if code, body := w.send(page, "text", "Words.", "status", "known", "references_add", "ref-1", "source", "Here"); code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, body)
	}
	if got := string(w.opened("facts.yaml").Content); got != "- id: F-1\n  title: One\n  text: Words.\n  status: known\n  references: [ref-1]\n  source: Here\n" {
		t.Errorf("%s", got)
	}
}

// TestAnIDThatIsNamedStays, and is told to; one that nothing names can be another.
func TestAnIDThatIsNamedStays(t *testing.T) {
	w := newWorld(t)
	page := of(slug, "objectives.yaml", "")
	form, doc := w.fields(page)
	if form.Has("0.id") || !strings.Contains(doc.Text(), ", so it stays.") {
		t.Error("an ID that the course names is asked for")
	}
	if code, body := w.send(page, "0.id", "LO9"); code != http.StatusUnprocessableEntity || !strings.Contains(body, "names it by the ID LO1") {
		t.Errorf("%d", code)
	}
	if code, _ := w.send(page, "step", "add ."); code != http.StatusSeeOther {
		t.Fatal(code)
	}
	form, doc = w.fields(page)
	if !form.Has("3.id") || doc.Find("fieldset").Last().Find("input, textarea").First().AttrOr("name", "") == "3.id" {
		t.Error("the ID of what nothing names is not asked for, or is asked for first")
	}
	if code, _ := w.send(page, "3.id", "LO-new"); code != http.StatusSeeOther || !strings.Contains(string(w.opened("objectives.yaml").Content), "- id: LO-new\n") {
		t.Error(code)
	}
}

// TestAReviewThatIsRecordedKeepsItsID, and one that is not may have another, though its
// ID is a word of the course.
func TestAReviewThatIsRecordedKeepsItsID(t *testing.T) {
	w := newWorld(t)
	w.edited("signoff.yaml", "- id: lesson\n  kind: legal\n  lessons: [m1]\n  text: The law.\n- id: learner\n  kind: editorial\n  text: The words.\n")
	ed, err := w.courses.Publish(t.Context(), slug, "Reviews.", "ida")
	w.must(err)
	page := of(slug, "signoff.yaml", "")
	if form, _ := w.fields(page); !form.Has("0.id") || !form.Has("1.id") {
		t.Error("IDs that nothing names are not asked for")
	}
	w.must(w.courses.RecordSignoff(t.Context(), ed.ID, course.SignedOff{SignoffID: "lesson", Name: "Lou Law", License: "L-1", On: "2026-11-20", HashSeen: ed.Hash}, "ida"))
	form, doc := w.fields(page)
	if form.Has("0.id") || !form.Has("1.id") || !strings.Contains(doc.Text(), "It is named in 1 place, so it stays.") {
		t.Errorf("the ID of a recorded review is asked for: %v", form)
	}
	if code, body := w.send(page, "0.id", "law"); code != http.StatusUnprocessableEntity || !strings.Contains(body, "names it by the ID lesson") {
		t.Errorf("%d", code)
	}
	if code, _ := w.send(page, "1.id", "words"); code != http.StatusSeeOther || !strings.Contains(string(w.opened("signoff.yaml").Content), "- id: words\n") {
		t.Errorf("%d: %s", code, w.opened("signoff.yaml").Content)
	}
}

// TestAnEntryWithoutANameIsCountedFromOne where somebody chooses what stays of it.
func TestAnEntryWithoutANameIsCountedFromOne(t *testing.T) {
	w := newWorld(t)
	page := of(slug, "exam.yaml", "")
	form := w.stale(page, "blueprint.1.draw", "7")
	form.Set("blueprint.1.draw", "9")
	w.Do("ira", http.MethodPost, page, form).Is(http.StatusConflict, "Row 2: Questions drawn").Lacks("2 Rows")
}
