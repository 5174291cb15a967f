package conversation_test

import (
	"encoding/csv"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/conversation"
	"github.com/atmacena/cocare/internal/course"
)

func TestTheInbox(t *testing.T) {
	w := newWorld(t)
	w.Get("dora", inbox).OK("Nobody has asked yet")
	q, r := w.shown("ana"), w.asked("ben", conversation.Inaccuracy)
	page := w.Get("dora", inbox).OK(`href="`+inbox+"/"+q.ID+`"`, `href="`+inbox+"/"+r.ID+`"`, "Does &lt;my&gt; tea count?", "Shown to all", "2 entries", `href="/teach/`+slug+`/notes"`)
	if strings.Index(page.Body, r.ID) > strings.Index(page.Body, q.ID) {
		t.Error("what waits is not the first")
	}
	w.Get("dora", inbox+"?kind=inaccuracy").OK(r.ID).Lacks(q.ID)
	w.Get("dora", inbox+"?state=answered").OK(q.ID).Lacks(r.ID)
	w.Get("dora", inbox+"?course="+w.edition.CourseID).OK(q.ID, r.ID)
	w.Get("dora", inbox+"?course=none").OK("Nothing matches")
	for _, bad := range []string{"?kind=x", "?state=withdrawn", "?course=%00", "?course=%ff", "?state=hidden", "?after=x"} {
		w.Get("dora", inbox+bad).Is(http.StatusUnprocessableEntity)
	}
	w.must(w.svc.Hide(t.Context(), q.ID, "emil", "Spam."))
	w.Get("dora", inbox).OK().Lacks(q.ID)
	w.Get("emil", inbox+"?state=hidden").OK(q.ID).Lacks(r.ID)
	w.Get("dora", inbox+"/"+q.ID).Is(http.StatusNotFound)
	w.Get("emil", inbox+"/"+q.ID).OK("Hidden since", "Spam.", "Hide it no longer")
	w.Post("emil", inbox+"/"+q.ID+"/unhide").Says(inbox+"/"+q.ID, "question.unhidden")
	w.Get("dora", inbox+"/"+q.ID).OK().Lacks("Hide this conversation")
}

// Reviewers look into reports without knowing who sent them; who works on other
// courses finds nothing.
func TestReviewersSeeReportsAlone(t *testing.T) {
	w := newWorld(t)
	q, r := w.asked("ana", conversation.Question), w.asked("ben", conversation.Inaccuracy)
	w.must(w.svc.Add(t.Context(), "ben", r.ID, "Or two."))
	w.Get("rita", inbox).OK(r.ID).Lacks(q.ID)
	w.Get("otto", inbox).OK("You do not see what learners ask").Lacks("/teach/"+slug+"/notes", "questions.csv", "Filter", "/teach/questions/settings")
	at := inbox + "/" + r.ID
	w.Get("rita", at).OK("Is the report right?", "A learner", "Or two.").Lacks("Called ben", "/admin/people/")
	w.Get("rita", inbox+"/"+q.ID).Is(http.StatusNotFound)
	for _, act := range []string{"answer", "show", "unshow", "close", "judge", "note"} {
		w.Post("rita", inbox+"/"+q.ID+"/"+act, "body", "x", "reason", "x", "note", "x").Is(http.StatusNotFound)
		w.Post("otto", at+"/"+act, "body", "x", "reason", "x", "note", "x").Is(http.StatusNotFound)
	}
	w.Post("rita", inbox+".csv").OK(r.ID).Lacks(q.ID)
	w.act("rita", at, "judge", "verdict", "confirmed", "text", "Right.", "note", "Say two minutes.").Says(at, "question.judged")
	w.publish("Go and make tea", "Go and make coffee")
	w.Get("dora", "/teach/"+slug+"/notes").OK("Say two minutes.", "Edition that has it")
}

func TestTheListIsHandedOut(t *testing.T) {
	w := newWorld(t)
	r := w.asked("ana", conversation.Inaccuracy)
	w.now = w.now.Add(time.Hour)
	w.must(w.svc.Add(t.Context(), "ana", r.ID, "Or two."))
	a := w.Post("dora", inbox+".csv?kind=inaccuracy").OK()
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.Body, "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][5] != w.edition.Hash || len(rows[1][8]) != 64 || strings.Contains(a.Body, "Called ana") || strings.Contains(a.Body, "ana@") {
		t.Fatalf("%v, %v", rows, err)
	}
	for name, want := range map[string]string{"created_at": "2026-11-23T09:00:00Z", "asked_at": "2026-11-23T10:00:00Z"} {
		if i := slices.Index(rows[0], name); i < 0 || rows[1][i] != want {
			t.Errorf("%s: %v, %v", name, rows[0], rows[1])
		}
	}
	w.stale = true
	w.Post("dora", inbox+".csv").Is(http.StatusForbidden)
}

func TestAQuestionIsAnsweredShownAndNoted(t *testing.T) {
	w := newWorld(t)
	q := w.asked("ana", conversation.Question)
	at := inbox + "/" + q.ID
	w.Get("dora", at).OK("Called ana", "Time is measured modestly", w.edition.Hash, q.PassageSHA256, "The time beside a lesson’s title", "/teach/"+slug+"/file?path=modules%2F01-your-record%2F01-while-you-learn.md").
		Lacks("Show to all learners", "/admin/people/")
	w.Get("emil", at).OK(`href="/admin/people/ana"`, "Hide this conversation")
	w.act("dora", at, "answer", "body", "").Is(http.StatusUnprocessableEntity, "Write the answer.")
	w.act("dora", at, "answer", "body", "No, Ana.").Says(at, "question.answered")
	w.Get("dora", at).OK("Called dora", "No, Ana.</textarea>", "Question, as shown")
	w.act("dora", at, "show", "question", "", "answer", "No.").Is(http.StatusUnprocessableEntity, "as all learners are to read it")
	w.act("dora", at, "show", "question", "Does a pause count?", "answer", "No.").Says(at, "question.shown")
	w.Get("dora", at).OK("Shown since", "Does a pause count?</textarea>")
	w.Post("dora", at+"/unshow").Says(at, "question.unshown")
	w.Post("dora", at+"/note", "note", " ").Is(http.StatusUnprocessableEntity, "<details open>")
	w.Post("dora", at+"/note", "note", "Say that a pause does not count.").Says(at, "question.noted")
	w.Get("dora", at).OK("Say that a pause does not count.", `href="/teach/`+slug+`/notes"`)
	w.act("dora", at, "close", "reason", "").Is(http.StatusUnprocessableEntity, "Say why", "<details open>")
	w.act("dora", at, "close", "reason", "All said.").Says(at, "question.closed")
	w.Get("dora", at).OK("Why it was closed", "All said.").Lacks("Send the answer")
	w.Get("ana", "/questions/"+q.ID).OK("Why it was closed", "All said.")
	w.act("dora", at, "answer", "body", "Late.").Is(http.StatusConflict, "has ended")
	w.Get("dora", inbox+"/none").Is(http.StatusNotFound)
	w.Post("dora", inbox+"/none/answer", "body", "x").Is(http.StatusNotFound)
}

// Somebody who teaches sees what was said meanwhile, and keeps what they typed.
func TestWordsThatCameInBetweenAreShownFirst(t *testing.T) {
	w := newWorld(t)
	q, r := w.asked("ana", conversation.Question), w.asked("ana", conversation.Inaccuracy)
	at, report := inbox+"/"+q.ID, inbox+"/"+r.ID
	const unseen = "Something was said or changed here"
	old, oldReport := w.seen("dora", at), w.seen("dora", report)
	w.must(w.svc.Add(t.Context(), "ana", q.ID, "And what about seizures?"))
	w.must(w.svc.Reword(t.Context(), "ana", r.ID, "Two minutes are too long."))
	w.Post("dora", at+"/answer", "seen", old, "body", "No, it does not.").Is(http.StatusConflict, unseen, "And what about seizures?", "No, it does not.</textarea>", "Waiting for an answer")
	w.Post("dora", at+"/close", "seen", old, "reason", "All said.").Is(http.StatusConflict, unseen, "<details open>", `value="All said."`)
	w.Post("dora", at+"/close", "reason", "All said.").Is(http.StatusConflict, unseen) // a program that has seen nothing
	w.Post("dora", report+"/judge", "seen", oldReport, "verdict", "not_confirmed", "text", "It is not.").Is(http.StatusConflict, unseen, "Two minutes are too long.", "It is not.</textarea>",
		`value="not_confirmed" checked`)
	w.act("dora", at, "answer", "body", "No, and ask your physician.").Says(at, "question.answered")
	old = w.seen("dora", at)
	w.act("emil", at, "show", "question", "Seizures?", "answer", "Ask your physician.").Says(at, "question.shown")
	w.Post("dora", at+"/show", "seen", old, "question", "Tea?", "answer", "No.").Is(http.StatusConflict, unseen, "Tea?</textarea>", "Ask your physician.")
	w.Post("dora", at+"/show", "seen", w.seen("dora", at), "question", "Tea?", "answer", "No.").Says(at, "question.shown")
}

func TestAReportIsJudged(t *testing.T) {
	w := newWorld(t)
	r := w.asked("ana", conversation.Inaccuracy)
	at := inbox + "/" + r.ID
	w.must(w.courses.AddErratum(t.Context(), w.edition.ID, course.Erratum{Text: "Read two minutes."}, "dora"))
	ed, err := w.courses.Edition(t.Context(), w.edition.ID)
	w.must(err)
	erratum := ed.Overlays.Errata[0].ID
	w.Get("dora", at).OK("Is the report right?", `<option value="`+erratum+`">Read two minutes.</option>`, "/teach/"+slug+"/signoff?edition=1&amp;lesson=").Lacks("Send the answer")
	w.act("dora", at, "judge", "text", "Right.").Is(http.StatusUnprocessableEntity, "Say whether the report is right.")
	w.act("dora", at, "judge", "verdict", "confirmed", "text", "Right.").Is(http.StatusUnprocessableEntity, "Say what is to be changed")
	w.act("dora", at, "judge", "verdict", "confirmed", "text", "Corrected, thank you.", "erratum", erratum).Says(at, "question.judged")
	w.Get("dora", at).OK("Confirmed", "What came of it", "The correction", "Read two minutes.").Lacks("Is the report right?")
	w.Get("ana", "/questions/"+r.ID).OK("Corrected, thank you.", "Confirmed")
	other := inbox + "/" + w.asked("ben", conversation.Inaccuracy).ID
	w.act("dora", other, "judge", "verdict", "not_confirmed", "text", "The standard says a minute.").Says(other, "question.judged")
	w.act("dora", other, "judge", "verdict", "confirmed", "text", "It does not.", "note", "x").Is(http.StatusConflict, "meanwhile")
	w.Get("dora", other).OK("Not confirmed")
}

func TestAdministratorsHide(t *testing.T) {
	w := newWorld(t)
	at := inbox + "/" + w.asked("ana", conversation.Question).ID
	w.Get("emil", at+"/hide").OK("Does &lt;my&gt; tea count?")
	w.Post("emil", at+"/hide", "reason", "").Is(http.StatusUnprocessableEntity, "Say why")
	w.Post("emil", at+"/hide", "reason", "It names a client.").Says(at, "question.hidden")
	w.Get("emil", inbox+"/none/hide").Is(http.StatusNotFound)
}

func TestHowOftenSomebodyIsTold(t *testing.T) {
	w := newWorld(t)
	w.Get("dora", inbox+"/settings").OK(`value="day" checked`)
	w.Post("dora", inbox+"/settings", "every", "hour").Is(http.StatusUnprocessableEntity, "Choose how often.")
	w.Post("dora", inbox+"/settings", "every", "never").Says(inbox+"/settings", "question.settings")
	w.Get("dora", inbox+"/settings").OK(`value="never" checked`)
	w.Get("emil", inbox+"/settings").OK(`value="day" checked`)
}

func TestNotesAreTicked(t *testing.T) {
	w := newWorld(t)
	notes := "/teach/" + slug + "/notes"
	w.Get("dora", notes).OK("No note is open")
	q := w.asked("ana", conversation.Question)
	w.must(w.svc.KeepNote(t.Context(), q.ID, "dora", "Say that a pause does not count."))
	list, _, _, err := w.svc.Notes(t.Context(), w.edition.CourseID, false, conversation.Place{})
	w.must(err)
	one := notes + "/" + list[0].ID
	w.Get("dora", notes).OK("Say that a pause does not count.", "Called dora", "about edition 1", "/teach/"+slug+"/file?path=modules", "No later edition is published yet.").Lacks("<option")
	w.Get("dora", inbox).OK("1 open")
	for _, id := range []string{"none", w.edition.ID} {
		w.Post("dora", one+"/done", "edition", id).Is(http.StatusUnprocessableEntity, "Choose an edition that was published after")
	}
	second := w.publish("Go and make tea", "Go and make coffee")
	w.Get("dora", notes).OK(`<option value="`+second.ID+`">Edition 2</option>`).Lacks("Edition 1</option>", "No later edition")
	w.Get("ana", "/questions/"+q.ID).OK().Lacks("has a change that came of it")
	w.Post("dora", one+"/done", "edition", second.ID).Says(notes, "note.done")
	w.Get("ana", "/questions/"+q.ID).OK("Edition 2 has a change that came of it.")
	w.Get("dora", notes).OK("No note is open")
	w.Get("dora", notes+"?state=done").OK("Done in edition 2")
	w.Post("dora", one+"/reopen").Says(notes, "note.open")
	w.Get("dora", notes+"?state=done").OK("No note is done yet")
	w.Get("dora", notes+"?state=x").Is(http.StatusUnprocessableEntity)
	w.Get("dora", "/teach/none/notes").Is(http.StatusNotFound)
	w.Post("dora", "/teach/none/notes/"+list[0].ID+"/reopen").Is(http.StatusNotFound)
	w.Post("dora", notes+"/none/done", "edition", w.edition.ID).Is(http.StatusNotFound)
	w.must(w.svc.Hide(t.Context(), q.ID, "emil", "It names a client."))
	w.Get("dora", notes).OK("Say that a pause").Lacks("The time beside a lesson", inbox+"/"+q.ID)
}
