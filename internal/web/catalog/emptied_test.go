package catalog_test

import (
	"net/http"
	"testing"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
)

// TestACourseThatNobodyCanComplete promises no exam, no time and no credit, has no price
// and no button, and says why: for visitors, learners and who completed it before.
func TestACourseThatNobodyCanComplete(t *testing.T) {
	w := newWorld(t, true, true)
	w.approve("ncbtmb", nil)
	page := "/courses/" + slug
	w.get("", page, "What you will be able to do", "Exam and certificate", "CE by NCBTMB", "Learning time", "Register to enroll")
	ed := w.current()
	for _, l := range ed.RequiredLessons() {
		if err := w.courses.WithdrawLessons(t.Context(), []string{ed.ID}, course.Withdrawing{LessonID: l.ID, Reason: "Unsafe.", Hollows: []int{ed.Number}}, "test"); err != nil {
			t.Fatal(err)
		}
		if now := w.current(); len(now.RequiredLessons()) > 0 && !w.courses.Completable(now) {
			w.get("", page, "So much of it was withdrawn that its exam can no longer be drawn.", "!Every lesson", "!to pass an exam of", "Not open for enrollment")
		}
	}
	closed := []string{"Nobody can complete this course any more", "Every lesson of it was withdrawn.", "0 lessons (20 withdrawn)", "Outline", ">Closed<", "Not open for enrollment",
		"!questions, drawn from", "!Exam and certificate", "!What you will be able to do", "!Will it count", "!learning time", "!Learning time", "!To pass", "!NCBTMB", "!ot accredited",
		"!/enroll", "!Register to enroll", "!Free<", "!$", "!Before you enroll", `!href="#count"`, `!href="#credit"`, `!href="#time"`}
	w.get("", page, append(closed, "!Write to us")...)
	w.get("therapist", page, closed...)
	for _, list := range []string{"/", "/courses"} {
		w.get("", list, "Nobody can complete it any more", "Every lesson of it was withdrawn. Nobody can enroll.", "!about 0", "!NCBTMB", "!not accredited", "!Not yet clinically reviewed")
	}
	for _, asked := range []string{"", "?profession=psychologist&jurisdiction=US-OR"} {
		w.get("therapist", page+"/count"+asked, "Nobody can complete this course any more", "earns nobody credit", "!<form action", "!NCBTMB")
	}
	w.people["therapist"], w.edition1 = enrollment.Active, ed.ID
	w.get("therapist", page, "You are enrolled", "Open your course", "Write to us", "!/enroll")
	w.people["therapist"] = enrollment.Completed
	w.get("therapist", page, "Completed", "stay as they are", "!Write to us", "!/enroll")
	w.want(w.do("instructor", http.MethodGet, page), http.StatusOK, "Record a review of this edition")
}
