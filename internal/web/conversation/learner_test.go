package conversation_test

import (
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/conversation"
	"github.com/atmacena/cocare/internal/enrollment"
)

func TestALearnerAsksAtAPassage(t *testing.T) {
	w := newWorld(t)
	page := w.Get("ana", lesson+"?at="+timed).OK("Nothing yet", `<option value="`+timed+`" selected>Time is measured modestly</option>`, "No client information", `<option value="beginning">The beginning`)
	if w.left != 1 || strings.Contains(page.Body, "Yours") {
		t.Errorf("the clock was told %d times", w.left)
	}
	w.Do("ana", http.MethodGet, lesson, nil, "Sec-Purpose", "prefetch").OK()
	if w.left != 1 {
		t.Error("a page asked for ahead stops the clock")
	}
	w.Post("ana", lesson, "kind", "question", "at", "s-nowhere", "body", "").Is(http.StatusUnprocessableEntity, "Choose a passage", "Write what you would like to know")
	a := w.Post("ana", lesson, "kind", "question", "at", "beginning", "body", "What does it know of me?")
	if a.Code != http.StatusSeeOther || !strings.HasPrefix(a.Location, "/questions/") {
		t.Fatalf("%d to %s", a.Code, a.Location)
	}
	a.Says(a.Location, "question.asked")
	w.Get("ana", a.Location).OK("What does it know of me?", "You have just opened a lesson", "Waiting for an answer", "Change what you wrote")
	w.Get("ana", lesson).OK(`href="`+a.Location+`"`, "Yours")
	w.Get("ana", "/questions").OK(`href="`+a.Location+`"`, "While you learn")
	w.Get("ben", "/questions").OK("You have asked nothing yet")
	w.Post("ana", lesson, "kind", "question", "at", timed, "body", "Is it kept?", "edition", "2").Is(http.StatusConflict, "another edition", "Is it kept?</textarea>", `name="edition" value="1"`)
	r := w.Post("ana", lesson, "kind", "inaccuracy", "at", timed, "body", "A minute is too long.")
	r.Says(r.Location, "question.reported")
}

// TestALearnerQuotesWordsOfTheLesson: they are to stand in it, and say where.
func TestALearnerQuotesWordsOfTheLesson(t *testing.T) {
	w := newWorld(t)
	l, _ := w.edition.Course.Lesson("while-you-learn")
	passages := conversation.Passages(l)
	var other conversation.Passage
	for _, p := range passages {
		if p.Anchor != "" && p.Anchor != timed {
			other = p
		}
	}
	words := strings.Join(strings.Fields(other.Quote)[2:7], " ")
	page := w.Post("ana", lesson, "kind", "question", "at", timed, "words", "no such words there", "body", "Is it so?").Is(http.StatusUnprocessableEntity, "These words do not stand in the lesson", "no such words there</textarea>", "Is it so?</textarea>")
	if !strings.Contains(page.Body, `id="f-words-error"`) {
		t.Error("it is not said at the field")
	}
	a := w.Post("ana", lesson, "kind", "question", "at", timed, "words", strings.ReplaceAll(words, " ", "\n  "), "body", "Is it so?")
	w.Get("ana", a.Location).OK(template.HTMLEscapeString(words), other.Heading)
	t1, _, err := w.svc.Own(t.Context(), "ana", strings.TrimPrefix(a.Location, "/questions/"))
	w.must(err)
	if t1.Quote != words || t1.Anchor != other.Anchor || t1.PassageSHA256 != other.SHA256 {
		t.Errorf("%+v", t1.Thread)
	}
	w.Get("dora", inbox+"/"+t1.ID).OK(template.HTMLEscapeString(words), "<summary>Proof</summary>", t1.PassageSHA256)
	chosen, _ := conversation.Find(passages, timed)
	words = strings.Join(strings.Fields(chosen.Quote)[:4], " ")
	a = w.Post("ana", lesson, "kind", "question", "at", timed, "words", words, "body", "And this?")
	if t2, _, err := w.svc.Own(t.Context(), "ana", strings.TrimPrefix(a.Location, "/questions/")); err != nil || t2.Anchor != timed || t2.Quote != words {
		t.Errorf("%+v, %v", t2.Thread, err)
	}
}

func TestOnlyLearnersAndOwnersReachIt(t *testing.T) {
	w := newWorld(t)
	q := w.asked("ana", conversation.Question)
	own := "/questions/" + q.ID
	w.Get("", lesson).To("/login?next=" + url.QueryEscape(lesson))
	w.Get("nora", lesson).Is(http.StatusNotFound)
	w.Post("nora", lesson, "kind", "question", "at", timed, "body", "x").Is(http.StatusNotFound)
	for _, who := range []string{"ben", "dora", "emil"} {
		w.Get(who, own).Is(http.StatusNotFound)
		w.Get(who, own+"/withdraw").Is(http.StatusNotFound)
		for _, act := range []string{"/add", "/reword", "/withdraw"} {
			w.Post(who, own+act, "more", "x", "body", "x").Is(http.StatusNotFound)
		}
	}
	w.Get("ana", "/questions/none%00").Is(http.StatusNotFound)
	for _, path := range []string{inbox, inbox + "/settings", inbox + "/" + q.ID, "/teach/" + slug + "/notes"} {
		w.Get("ana", path).Is(http.StatusForbidden)
	}
	w.Get("dora", inbox+"/"+q.ID+"/hide").Is(http.StatusForbidden)
	w.Post("dora", inbox+"/"+q.ID+"/hide", "reason", "x").Is(http.StatusForbidden)
	w.Get("ben", lesson).OK().Lacks("my&gt; tea")
}

func TestAnOwnQuestionIsChangedAddedToAndWithdrawn(t *testing.T) {
	w := newWorld(t)
	own := "/questions/" + w.asked("ana", conversation.Question).ID
	w.Post("ana", own+"/reword", "body", " ").Is(http.StatusUnprocessableEntity, "<details open>")
	w.Post("ana", own+"/reword", "body", "Does coffee count?").Says(own, "question.reworded")
	w.Post("ana", own+"/add", "more", "").Is(http.StatusUnprocessableEntity, "Write what you would like to add")
	w.Post("ana", own+"/add", "more", "Or water?").Says(own, "question.added")
	w.Get("ana", own).OK("Does coffee count?", "You added", "Or water?").Lacks("my&gt; tea")
	w.Get("ana", own+"/withdraw").OK("Does coffee count?")
	w.Post("ana", own+"/withdraw").Says(own, "question.withdrawn")
	w.Get("ana", own+"/withdraw").To(own)
	w.Get("ana", own).OK("Withdrawn").Lacks("Add something", "Change what you wrote")
	w.Post("ana", own+"/add", "more", "Still.").Is(http.StatusConflict, "has ended")
}

// What is shown says nothing of who asked; the whole conversation stays theirs.
func TestOthersReadWhatIsShown(t *testing.T) {
	w := newWorld(t)
	q := w.shown("ana")
	w.Get("ben", lesson).OK("A learner asked", "Does a pause count?", "A pause does not.", `href="/learn/`+slug+`/lessons/while-you-learn#`+timed+`"`).
		Lacks("Called ana", "ana@example.org", "my&gt; tea", "No, it does not.", q.ID)
	w.Get("ana", "/questions/"+q.ID).OK("No, it does not.", "What all learners of this lesson read", "A pause does not.")
	w.Get("ana", lesson).OK("Shown to all, without your name")
	for range 21 {
		w.now = w.now.Add(2 * time.Hour) // nobody asks so much in a day
		w.shown("ben")
	}
	page := w.Get("ana", lesson).OK("Next")
	if n := strings.Count(page.Body, "A learner asked"); n != 20 {
		t.Errorf("%d on a page", n)
	}
}

// An older edition's wording is said to be so.
func TestAChangedPassageNamesItsEdition(t *testing.T) {
	w := newWorld(t)
	w.shown("ana")
	w.must(w.db.Conn(t.Context()).Exec("UPDATE conversation_threads SET passage_sha256 = 'other'").Error)
	w.Get("ben", lesson).OK("About edition 1, where the passage reads so").Lacks("Go to this passage")
}

func TestAfterTheAccessEndsALearnerReadsOn(t *testing.T) {
	w := newWorld(t)
	w.shown("ana")
	w.now = w.now.AddDate(2, 0, 0)
	w.Get("ben", lesson).OK("A pause does not.").Lacks("Ask about this lesson")
	w.Post("ben", lesson, "kind", "question", "at", timed, "body", "x").Is(http.StatusGone)
}

func TestTheDisclosureComesFirst(t *testing.T) {
	w := newWorld(t)
	_, err := w.enrollments.Enroll(t.Context(), enrollment.NewEnrollment{PersonID: "nora", EditionID: w.edition.ID, Source: "free"})
	w.must(err)
	w.Get("nora", lesson).To("/learn/" + slug + "/disclosure?lesson=while-you-learn")
}

// Of a hidden conversation who asked reads the reason alone.
func TestAHiddenConversationSaysWhy(t *testing.T) {
	w := newWorld(t)
	q := w.shown("ana")
	w.must(w.svc.Hide(t.Context(), q.ID, "emil", "It names a client."))
	w.Get("ana", "/questions/"+q.ID).OK("It names a client.").Lacks("my&gt; tea", "A pause does not.", "Add something")
	w.Get("ana", "/questions").OK("Hidden")
	w.Get("ana", "/questions/"+q.ID+"/withdraw").To("/questions/" + q.ID)
	w.Get("ben", lesson).OK("Nothing yet")
}

// The way to the lesson is that of the edition that the learner is in, also after it
// got another address, and there is none where it cannot be read.
func TestTheWayToTheLessonIsThatOfTheLearnersEdition(t *testing.T) {
	w := newWorld(t)
	own := "/questions/" + w.asked("ana", conversation.Question).ID
	at := `href="/learn/` + slug + `/lessons/`
	second := w.publish("slug: while-you-learn", "slug: as-you-learn")
	w.Get("ana", own).OK(at + `while-you-learn#` + timed + `"`)
	w.moves("ana", second)
	w.Get("ana", own).OK(at+`as-you-learn#`+timed+`"`, "edition 1")
	w.moves("ana", w.publish("id: m1-l1", "id: m1-l9"))
	w.Get("ana", own).OK("While you learn").Lacks(at)
	w.moves("ana", w.publish("", ""))
	w.Get("ana", own).OK(at + `while-you-learn#` + timed + `"`)
	e, err := w.enrollments.Find(t.Context(), "ana", slug, 0)
	w.must(err)
	w.must(w.enrollments.End(t.Context(), e.ID, enrollment.Withdrawn, "Asked for."))
	w.Get("ana", own).OK("While you learn").Lacks(at)
}
