package editions_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
)

// more is a paragraph that a lesson gets.
const more = "A paragraph that is new. {.plain}"

func (w *world) rewritten(n int) [3]string {
	source := w.lesson(n).Source
	first, _, _ := strings.Cut(strings.TrimSpace(source), "\n")
	return [3]string{w.lesson(n).File, first, more + "\n\n" + first}
}

func TestEditionsAreListedAndCompared(t *testing.T) {
	w := newWorld(t)
	w.Get("ira", teach+"/editions").Is(http.StatusOK, "Edition 1", "The first.", "0 people learn in it", `href="/teach/how-learning-is-recorded/editions/compare?a=1&amp;b=draft"`)
	w.Get("ira", teach+"/editions/compare").Is(http.StatusOK, "from edition 1 to the draft", "No text, question, rule or date differs.")

	w.begun("p1")
	w.publish("More words.", w.rewritten(0), [3]string{"course.yaml", "pass_percent: 80", "pass_percent: 75"}, [3]string{"exam/lo1.yaml", "prompt: When does", "prompt: When exactly does"})
	w.Get("ira", teach+"/editions").Is(http.StatusOK, "Edition 2", "More words.", "1 person learns in it", "compare?a=1&amp;b=2")
	w.Get("ira", teach+"/editions/compare?a=1&b=2").Is(http.StatusOK, "from edition 1 to edition 2", "<ins>A paragraph that is new. {.plain}", "80 percent", "<strong>75 percent</strong>",
		"R1, exam.", "When <ins>exactly </ins>does").Lacks("No text, question")
	w.Get("ira", teach+"/editions/compare?a=2&b=1").Is(http.StatusOK, "<del>A paragraph that is new.")
	w.draft(w.rewritten(0), [3]string{"exam/lo1.yaml", "      correct: true\n", ""}, [3]string{"facts.yaml", "title: Active time", "title: Time"}, [3]string{"facts.yaml", "opening or scrolling it does not finish it", "opening it does not finish it"})
	w.Get("ira", teach+"/editions/compare?a=2&b=draft").Is(http.StatusOK, "The key changed", `id="facts"`, "<del>Active time", "Its own text is the same", "<del>or scrolling")

	for _, missing := range []string{"/editions/compare?a=9", "/editions/compare?b=x", "/errata/none"} {
		w.Get("ira", teach+missing).Is(http.StatusNotFound)
	}
	w.Get("ira", "/teach/nothing/editions").Is(http.StatusNotFound)
	w.Get("p1", teach+"/editions").Is(http.StatusForbidden)
	w.Get("", teach+"/editions/compare").Is(http.StatusSeeOther)
}

func TestACourseWithoutEditions(t *testing.T) {
	w := newWorld(t)
	w.must(w.db.Conn(t.Context()).Exec("INSERT INTO courses (id, slug, title, draft_hash, imported_at, imported_by, created_at) VALUES ('c9', 'new', 'New', '', ?, '', ?)", w.at, w.at).Error)
	w.Get("ira", "/teach/new/editions").Is(http.StatusOK, "No edition yet")
	w.Get("ira", "/teach/new/editions/compare").Is(http.StatusNotFound)
}

// TestReadersGetNoExactNumbers: a reviewer or a guest of an accreditor reads of learners
// in fives, and nothing of who has read a correction.
func TestReadersGetNoExactNumbers(t *testing.T) {
	w := newWorld(t)
	w.must(w.courses.AddErratum(t.Context(), w.first.ID, course.Erratum{Text: "Read 3 for 4.", Safety: true}, "ira"))
	w.Get("rita", teach+"/editions").Is(http.StatusOK, "Fewer than 10 people learn in it").Lacks(" 0 people learn", "have read it")
	for i := range 12 {
		id := fmt.Sprintf("q%d", i)
		area.AddPerson(t, w.db, id, "Ana "+id, w.at)
		w.begun(id)
	}
	w.Get("ira", teach+"/editions").Is(http.StatusOK, "12 people learn in it", "0 of 12 people have read it")
	w.Get("rita", teach+"/editions").Is(http.StatusOK, "10–14 people learn in it", "Read 3 for 4.").Lacks("12 people", "of 12", "read it")
}

// TestWhoHasReadACorrection: learners say so, instructors see it.
func TestWhoHasReadACorrection(t *testing.T) {
	w := newWorld(t)
	w.begun("p1")
	w.must(w.courses.AddErratum(t.Context(), w.first.ID, course.Erratum{Text: "Read 3 for 4.", Safety: true}, "ira"))
	ed, err := w.courses.Edition(t.Context(), w.first.ID)
	w.must(err)
	id := ed.Overlays.Errata[0].ID
	page := teach + "/errata/" + id
	w.Get("ira", page).Is(http.StatusOK, "0 of 1 person in this edition", "Ana p1", "not yet")
	w.Post("p2", learn+"/errata/"+id+"/read").Is(http.StatusNotFound)
	w.Post("p1", learn+"/errata/none/read").Is(http.StatusNotFound)
	for range 2 {
		if a := w.Post("p1", learn+"/errata/"+id+"/read"); a.Code != http.StatusSeeOther || a.Location != learn {
			t.Fatalf("%d to %q", a.Code, a.Location)
		}
	}
	w.Get("ira", page).Is(http.StatusOK, "1 of 1 person in this edition").Lacks("not yet")
	w.Get("ira", teach+"/editions").Is(http.StatusOK, "1 of 1 person has read it")
	w.Post("ira", page+"/readers.csv").Is(http.StatusOK, "name,state,mailed_at,not_mailed,read_at,moved_on", "Ana p1,active,,,2026-12-02T20:00:00Z,false")
	w.Post("p1", page+"/readers.csv").Is(http.StatusForbidden)
	w.publish("Corrected.", w.rewritten(0))
	w.Post("p1", learn+"/newer", "edition", w.newest().ID).To(learn)
	stays := w.enrolled("p2")
	for _, why := range []string{"address", "account"} {
		w.must(w.db.Conn(t.Context()).Exec("DELETE FROM erratum_unreached").Error)
		w.must(w.db.Conn(t.Context()).Exec("INSERT INTO erratum_unreached (enrollment_id, erratum_id, reason, noted_at) VALUES (?, ?, ?, ?)", stays.ID, id, why, w.at).Error)
		w.Get("ira", page).Is(http.StatusOK, "0 of 1 person in this edition", "active, in another edition by now", "not possible: the "+why)
		w.Post("ira", page+"/readers.csv").Is(http.StatusOK, "Ana p1,active,,,2026-12-02T20:00:00Z,true", "Ana p2,active,,"+why+",,false")
	}
	w.stale = true
	w.Post("ira", page+"/readers.csv").Is(http.StatusSeeOther)
}

// TestACorrectionOfAnEarlierTime is read there, and nowhere else.
func TestACorrectionOfAnEarlierTime(t *testing.T) {
	w := newWorld(t)
	before := w.begun("p1")
	w.must(w.enrollments.End(t.Context(), before.ID, enrollment.Expired, "x"))
	w.must(w.courses.AddErratum(t.Context(), w.first.ID, course.Erratum{Text: "Read 3 for 4.", Safety: true}, "ira"))
	ed, err := w.courses.Edition(t.Context(), w.first.ID)
	w.must(err)
	read := learn + "/errata/" + ed.Overlays.Errata[0].ID + "/read"
	w.first = w.publish("Corrected.", w.rewritten(0))
	w.begun("p1") // in an edition that has no correction
	w.Post("p1", read).Is(http.StatusNotFound)
	for _, cycle := range []string{"3", "0", "x"} {
		w.Post("p1", read, "cycle", cycle).Is(http.StatusNotFound)
	}
	w.Post("p1", read, "cycle", "1").To(learn + "?cycle=1")
	if list, err := w.enrollments.Unread(t.Context(), before); err != nil || len(list) > 0 {
		t.Errorf("%v, %v", list, err)
	}
}

// TestWhatComesBeforeAMove: corrections about safety are read, and where the newer
// edition takes nobody the page says so.
func TestWhatComesBeforeAMove(t *testing.T) {
	w := newWorld(t)
	w.begun("p1")
	w.must(w.courses.AddErratum(t.Context(), w.first.ID, course.Erratum{Text: "Read 3 for 4.", Safety: true}, "ira"))
	second := w.publish("A clearer beginning.", w.rewritten(0))
	ed, err := w.courses.Edition(t.Context(), w.first.ID)
	w.must(err)
	read := learn + "/errata/" + ed.Overlays.Errata[0].ID + "/read"
	w.enrollments.Open = func(context.Context, *course.Edition) error { return course.ErrNotReviewed }
	w.Get("p1", learn+"/newer").Is(http.StatusOK, "Edition 2 is not open yet", "not been clinically reviewed", "Back to the course").Lacks("A clearer beginning.", "Move to")
	w.Post("p1", learn+"/newer", "edition", second.ID).Is(http.StatusConflict, "not been clinically reviewed")
	w.enrollments.Open = nil
	w.Get("p1", learn+"/newer").Is(http.StatusOK, "A correction about safety", "Read 3 for 4.", read, `name="back" value="/newer"`).Lacks("Move to")
	w.Post("p1", learn+"/newer", "edition", second.ID).Is(http.StatusConflict, "please read the corrections", "Read 3 for 4.")
	w.Post("p1", read, "back", "//example.org").To(learn)
	w.Post("p1", read, "back", "/newer").To(learn + "/newer")
	w.Get("p1", learn+"/newer").Is(http.StatusOK, "Move to edition 2", "as in your edition").Lacks("A correction about safety")
	w.Post("p1", learn+"/newer", "edition", second.ID).To(learn)
}

// TestWhatWasWithdrawnIsDoneAnew, and the page says so.
func TestWhatWasWithdrawnIsDoneAnew(t *testing.T) {
	w := newWorld(t)
	e := w.begun("p1")
	w.must(w.enrollments.FinishLesson(t.Context(), e, w.lesson(0).ID))
	w.must(w.courses.WithdrawLessons(t.Context(), []string{w.first.ID}, course.Withdrawing{LessonID: w.lesson(0).ID, Reason: "It was wrong.", Hollows: []int{w.first.Number}}, "ira"))
	w.draft(w.rewritten(0))
	second, err := w.courses.PublishSeen(t.Context(), slug, "", "Written anew.", "test", course.Decisions{"w-" + w.lesson(0).ID: {Settled: true, Why: "Checked again."}})
	w.must(err)
	w.Get("ira", teach+"/editions").Is(http.StatusOK, "Settled by its text", "withdrawn in edition 1. Checked again.")
	w.Get("ira", teach+"/editions/compare?a=1&b=2").Is(http.StatusOK, "(1 withdrawn)")
	w.Get("p1", learn+"/newer").Is(http.StatusOK, "was withdrawn, and is back. Checked again.", "so to be done there", "the lesson “"+w.lesson(0).Title+"”", "Move to edition 2")
	w.Post("p1", learn+"/newer", "edition", second.ID).To(learn)
}

// TestWhatStaysWithdrawnIsSaidBeforeAMove, and who moves finds it so.
func TestWhatStaysWithdrawnIsSaidBeforeAMove(t *testing.T) {
	w := newWorld(t)
	w.begun("p1")
	w.must(w.courses.WithdrawLessons(t.Context(), []string{w.first.ID}, course.Withdrawing{LessonID: w.lesson(1).ID, Reason: "It was wrong.", Hollows: []int{w.first.Number}}, "ira"))
	w.must(w.courses.AddErratum(t.Context(), w.first.ID, course.Erratum{Text: "A name was wrong."}, "ira"))
	second := w.publish("A clearer beginning.", w.rewritten(0))
	w.Get("p1", learn+"/newer").Is(http.StatusOK, "Nobody needs to finish these lessons in edition 2", w.lesson(1).Title+": It was wrong.", "Corrections of edition 2", "A name was wrong.")
	w.Post("p1", learn+"/newer", "edition", second.ID).To(learn)
	e, err := w.enrollments.Find(t.Context(), "p1", slug, 0)
	w.must(err)
	l, err := w.enrollments.Learning(t.Context(), e)
	w.must(err)
	if _, gone := l.Edition.Withdrawn(w.lesson(1).ID); !gone || l.Edition.Number != 2 {
		t.Errorf("edition %d: %+v", l.Edition.Number, l.Edition.Overlays)
	}
}

// TestOpenReviewsAreSaidBeforeAMove, in the words that the course has for them after it:
// nobody can move back.
func TestOpenReviewsAreSaidBeforeAMove(t *testing.T) {
	const open, which = "Not yet clinically reviewed", "A licensed therapist read all of it."
	w := newWorld(t)
	w.begun("p1")
	w.publish("As reviewed as the first.", w.rewritten(0))
	w.Get("p1", learn+"/newer").Is(http.StatusOK, "Move to edition 2").Lacks(open, which)
	third := w.publish("It asks for a review.", w.rewritten(1), [3]string{"signoff.yaml", "[]", "- id: therapist\n  kind: therapist\n  text: " + which})
	w.Get("p1", learn+"/newer").Is(http.StatusOK, open, "The clinical reviews of this course are still open.", which, "the clinical reviews of your edition are on record", "Move to edition 3")
	w.must(w.courses.RecordSignoff(t.Context(), third.ID, course.SignedOff{SignoffID: "therapist", Name: "Ada Rivera", License: "MD 12345, Oregon", On: "2026-12-02", HashSeen: third.Hash}, "ira"))
	w.Get("p1", learn+"/newer").Is(http.StatusOK, "Move to edition 3").Lacks(open, which)
}

// TestListsReadNoEdition: after a start, what lists the editions parses none but the
// newest, and what compares two parses those.
func TestListsReadNoEdition(t *testing.T) {
	w := newWorld(t)
	w.must(w.courses.AddErratum(t.Context(), w.first.ID, course.Erratum{LessonID: w.lesson(0).ID, Text: "Read 3 for 4.", Safety: true}, "ira"))
	record := `{"ID":"old","LessonID":"` + w.lesson(1).ID + `","Text":"Recorded before lists had titles.","At":"2026-12-01T00:00:00Z"}`
	second := w.publish("The second.", w.rewritten(0))
	w.overlaid(w.first.ID, record)
	third := w.publish("The third.", w.rewritten(1))
	e, err := w.enrollments.Enroll(t.Context(), enrollment.NewEnrollment{PersonID: "p2", EditionID: second.ID, Source: "free"})
	w.must(err)
	w.must(w.enrollments.AcknowledgeDisclosure(t.Context(), e))
	ed, err := w.courses.Edition(t.Context(), w.first.ID)
	w.must(err)
	id := ed.Overlays.Errata[0].ID

	w.restart()
	w.must(w.db.Conn(t.Context()).Exec("DELETE FROM edition_files WHERE edition_id = ?", w.first.ID).Error) // who reads it fails
	w.Get("ira", teach+"/editions").Is(http.StatusOK, "The first.", "The third.", "“"+w.lesson(0).Title+"”: Read 3 for 4.", "“"+w.lesson(1).Title+"”: Recorded before")
	w.Get("ira", teach+"/errata/"+id).Is(http.StatusOK, w.lesson(0).Title)
	w.Get("p2", learn+"/newer").Is(http.StatusOK, "The third.").Lacks("The first.")
	w.Get("ira", teach+"/editions/compare?a=2&b=3").Is(http.StatusOK, "from edition 2 to edition 3")
	w.Get("ira", teach+"/editions/compare?a=1&b=3").Is(http.StatusInternalServerError)
	if third.Number != 3 {
		t.Errorf("%+v", third)
	}
}

// TestMovingToANewerEdition: the page says what is new and what would be lost.
func TestMovingToANewerEdition(t *testing.T) {
	w := newWorld(t)
	stays, moves := w.begun("p1"), w.begun("p2")
	w.Get("p1", learn+"/newer").Is(http.StatusConflict, "You are in the newest edition already.")
	w.must(w.enrollments.FinishLesson(t.Context(), stays, w.lesson(0).ID))
	w.must(w.enrollments.FinishLesson(t.Context(), moves, w.lesson(1).ID))
	second := w.publish("A clearer beginning.", w.rewritten(0), [3]string{"course.yaml", `amount: "0.00"`, `amount: "49.00"`}, [3]string{"course.yaml", "access_days: 365", "access_days: 180"},
		[3]string{"course.yaml", "time_limit_minutes: 0", "time_limit_minutes: 90"}, [3]string{"course.yaml", "level: Introductory", "level: Basic"})

	w.Get("p1", learn+"/newer").Is(http.StatusOK, "A clearer beginning.", w.lesson(0).Title+": changed", "You have finished the lesson", "Back to the course",
		"Time limit of the exam: none until now, 90 minutes in edition 2", "What the course says of itself").Lacks("<button class=\"button button-primary\">Move", "Price", "49.00", "Access", "180 days")
	w.Post("p1", learn+"/newer", "edition", second.ID).Is(http.StatusConflict, "Something that you have done would be lost")
	w.Get("p2", learn+"/newer").Is(http.StatusOK, "Move to edition 2", "Everything that you have done is kept")
	w.Post("p2", learn+"/newer", "edition", "another").Is(http.StatusConflict, "still newer edition")
	for range 2 {
		if a := w.Post("p2", learn+"/newer", "edition", second.ID); a.Code != http.StatusSeeOther || a.Location != learn {
			t.Fatalf("%d to %q: %s", a.Code, a.Location, a.Body)
		}
	}
	for person, want := range map[string]string{"p1": w.first.ID, "p2": second.ID} {
		e, err := w.enrollments.Find(t.Context(), person, slug, 0)
		w.must(err)
		if e.EditionID != want {
			t.Errorf("%s is in %s", person, e.EditionID)
		}
	}
	w.Get("p3", learn+"/newer").Is(http.StatusNotFound)
	w.Get("", learn+"/newer").Is(http.StatusSeeOther)
	w.must(w.enrollments.End(t.Context(), stays.ID, enrollment.Refunded, "x"))
	w.Get("p1", learn+"/newer").Is(http.StatusGone)
}
