package conversation_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/conversation"
	"github.com/atmacena/cocare/internal/enrollment"
)

// A colleague was faster: what was typed is shown where its form is gone.
func TestWhatAnInstructorTypedIsNotLost(t *testing.T) {
	w := newWorld(t)
	q, r := w.asked("ana", conversation.Question), w.asked("ana", conversation.Inaccuracy)
	at, report := inbox+"/"+q.ID, inbox+"/"+r.ID
	answer, verdict := w.seen("dora", at), w.seen("dora", report)
	w.act("emil", at, "close", "reason", "All said.").Says(at, "question.closed")
	page := w.Post("dora", at+"/answer", "seen", answer, "body", "A <long> answer.").Is(http.StatusConflict, "has ended", "What you typed now", `<p class="typed">A &lt;long&gt; answer.</p>`)
	if strings.Count(page.Body, `class="typed"`) != 1 {
		t.Error("it shows more than was typed")
	}
	w.Post("dora", at+"/close", "seen", answer, "reason", "It names a client.").Is(http.StatusConflict, `<p class="typed">It names a client.</p>`)
	w.Get("dora", at).OK().Lacks("What you typed now")
	w.act("emil", report, "judge", "verdict", "not_confirmed", "text", "Not so.").Says(report, "question.judged")
	w.Post("dora", report+"/judge", "seen", verdict, "verdict", "confirmed", "text", "It is right.", "note", "Say two minutes.").
		Is(http.StatusConflict, "dealt with this report", `<p class="typed">It is right.</p>`, "<details open>", "Say two minutes.</textarea>").Lacks(`<p class="typed">Say`)
}

// Also where the page is not for its reader any more.
func TestWhatWasTypedForAHiddenConversationIsNotLost(t *testing.T) {
	w := newWorld(t)
	q, gone := w.asked("ana", conversation.Question), w.asked("ana", conversation.Question)
	at, own := inbox+"/"+q.ID, "/questions/"+q.ID
	old := w.seen("dora", at)
	w.must(w.svc.Withdraw(t.Context(), "ana", gone.ID))
	w.must(w.svc.Hide(t.Context(), q.ID, "emil", "It names a client."))
	const typed = `<p class="typed">A long answer.</p>`
	w.Post("dora", at+"/answer", "seen", old, "body", "A long answer.").Is(http.StatusConflict, "An administrator has hidden", typed).Lacks("my&gt; tea")
	w.Post("dora", at+"/answer", "seen", old, "body", strings.Repeat("long ", 1001)).Is(http.StatusNotFound, "There is no such question.", `<p class="typed">long long`)
	w.Post("emil", at+"/answer", "seen", old, "body", "A long answer.").Is(http.StatusConflict, "An administrator has hidden", typed, "Hide it no longer")
	w.Post("dora", inbox+"/"+gone.ID+"/answer", "seen", old, "body", "A long answer.").Is(http.StatusNotFound, "There is no such question.", typed).Lacks("my&gt; tea")
	w.Post("dora", inbox+"/"+gone.ID+"/unshow").Is(http.StatusNotFound, "There is nothing here")
	w.Post("ana", own+"/add", "more", "And coffee?").Is(http.StatusConflict, "It names a client.", `<p class="typed">And coffee?</p>`)
	w.Post("ana", own+"/reword", "body", "Does coffee count?").Is(http.StatusConflict, "It names a client.", `<p class="typed">Does coffee count?</p>`)
}

func TestWhatALearnerTypedIsNotLost(t *testing.T) {
	w := newWorld(t)
	q := w.asked("ana", conversation.Question)
	at, own := inbox+"/"+q.ID, "/questions/"+q.ID
	w.act("dora", at, "answer", "body", "No.").Says(at, "question.answered")
	w.Post("ana", own+"/reword", "body", "Does coffee count?").Is(http.StatusConflict, "Somebody has answered meanwhile", `<p class="typed">Does coffee count?</p>`)
	w.act("dora", at, "close", "reason", "All said.").Says(at, "question.closed")
	w.Post("ana", own+"/add", "more", "And coffee?").Is(http.StatusConflict, "has ended", `<p class="typed">And coffee?</p>`)
	w.Post("ben", own+"/add", "more", "And coffee?").Is(http.StatusNotFound, `<p class="typed">And coffee?</p>`)
}

// Whose access ended, or who moved on, while they wrote a question keeps it.
func TestAQuestionThatCannotBeAskedIsNotLost(t *testing.T) {
	w := newWorld(t)
	const typed = `<p class="typed">Does &lt;my&gt; tea count?</p>`
	holds := func(who string, status int, texts ...string) {
		t.Helper()
		w.Post(who, lesson, "kind", "question", "at", timed, "body", "Does <my> tea count?", "edition", "1").Is(status, append(texts, typed)...)
	}
	_, err := w.enrollments.Enroll(t.Context(), enrollment.NewEnrollment{PersonID: "nora", EditionID: w.edition.ID, Source: "free"})
	w.must(err)
	holds("nora", http.StatusConflict, "/learn/"+slug+"/disclosure?lesson=while-you-learn")
	e, err := w.enrollments.Find(t.Context(), "ben", slug, 0)
	w.must(err)
	w.must(w.enrollments.End(t.Context(), e.ID, enrollment.Withdrawn, "Asked for."))
	holds("ben", http.StatusGone, "Nothing was sent")
	w.now = w.now.Add(400 * 24 * time.Hour)
	holds("ana", http.StatusGone, "Your access to this course has ended. You can still read", "Questions about this lesson")
	w.now = w.now.Add(-400 * 24 * time.Hour)
	w.moves("ana", w.publish("slug: while-you-learn", "slug: as-you-learn"))
	holds("ana", http.StatusNotFound, "Nothing was sent")
}
