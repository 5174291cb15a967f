package exam_test

import (
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/web/kit"
)

// TestAClosedEnrollmentOffersNoAttempts, however many it would have had.
func TestAClosedEnrollmentOffersNoAttempts(t *testing.T) {
	for state, why := range map[enrollment.State]error{
		enrollment.Refunded: enrollment.ErrRefunded, enrollment.Withdrawn: enrollment.ErrWithdrawn, enrollment.Expired: enrollment.ErrExpired,
	} {
		w := newWorld(t)
		e := w.hall.list["e1"]
		e.State = state
		w.hall.list["e1"], w.hall.gate = e, why
		w.Get("p1", introURL).Is(200, "It is closed.", htmlOf(why.Error())).Lacks("How it works", "attempts</strong> in all", "Begin attempt", "to pass")
	}
}

// TestAnAttestedNameIsNotTypedAgain: before the next attempt it is shown, with
// the way to have it corrected.
func TestAnAttestedNameIsNotTypedAgain(t *testing.T) {
	w := newWorld(t)
	w.Get("p1", introURL).Is(200, `id="f-legal_name"`).Lacks("You attested it before")
	address := w.begin()
	w.Post("p1", address+"/submit").To(address + "/result")
	w.gradeAll()
	w.pass(25 * time.Hour)
	w.Get("p1", introURL).Is(200, "You attested it before", `href="/requests/new?kind=help&amp;subject=legal-name"`, `<input type="hidden" name="legal_name"`).Lacks(`id="f-legal_name"`)
	w.begin()
}

// TestWhoReadsTheKeysIsToldSo, and whom to ask, before an attempt and during one.
func TestWhoReadsTheKeysIsToldSo(t *testing.T) {
	w := newWorld(t)
	told := []string{"You work on this course, or did", "earns no credit by its exam", `href="/requests/new?kind=help"`, "It is not for you"}
	w.insider = exam.KeyReader
	w.Get("p1", introURL).Is(200, told...).Lacks("Begin attempt", "How it works", "to pass")
	w.Post("p1", introURL, "legal_name", "Ana Ruiz", "attested", "yes").Is(409, told...)
	w.insider = exam.Outsider
	address := w.begin()
	w.insider = exam.KeyReader
	w.Get("p1", introURL).Is(200, told...).Lacks("Go on with the exam", "Begin attempt")
	w.Post("p1", address+"/submit").Is(410)
	w.Get("p1", introURL).Is(200, append(told, "Attempt 1: void.")...)
	w.insider = exam.Overseer
	w.Get("p1", introURL).Is(200, "Begin attempt")
}

// An accommodation that nobody decided yet would come too late for an attempt that has
// begun.
func TestAnAccommodationThatWaitsIsNamedBeforeTheExam(t *testing.T) {
	w := newWorld(t)
	const title = "Your accommodation is not decided yet"
	if a := w.Get("p1", introURL).Is(200, "Begin attempt"); strings.Contains(a.Body, title) {
		t.Error("it names a request that nobody made")
	}
	w.asked = []kit.Link{{Label: "Request R-1", Href: "/requests/r1"}}
	w.Get("p1", introURL).Is(200, title, `href="/requests/r1">Request R-1</a>`, "Begin attempt")
	w.begin()
	if a := w.Get("p1", introURL); strings.Contains(a.Body, title) {
		t.Error("it is said to somebody who has begun")
	}
}
