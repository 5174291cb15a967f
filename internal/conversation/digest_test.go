package conversation_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/conversation"
	"github.com/atmacena/cocare/internal/mail"
)

func (w *world) digests() int {
	w.t.Helper()
	n, err := w.SendDigests(w.t.Context())
	w.must(err)
	return n
}

// zone puts somebody's clock elsewhere.
func (w *world) zone(person, name string) {
	p := w.people[person]
	p.TimeZone = name
	w.people[person] = p
}

func TestADigestListsWhatIsNewAndOpen(t *testing.T) {
	w := newWorld(t)
	if w.digests() != 0 {
		t.Error("a digest of nothing")
	}
	w.ask(asks("ana"))
	r := w.report("ben")
	w.must(w.Answer(t.Context(), w.on(w.ask(asks("ben")).ID, "dora"), "No."))
	w.must(w.Hide(t.Context(), w.ask(asks("ben")).ID, "emil", "Spam."))
	w.must(w.Withdraw(t.Context(), "ben", w.ask(asks("ben")).ID))
	w.mails.sent, w.mails.to = nil, nil
	w.pass(2 * time.Minute)
	if n := w.digests(); n != 2 || len(w.mails.sent) != 2 || w.mails.to[0].Email == w.mails.to[1].Email {
		t.Fatalf("%d digests to %v", n, w.mails.to)
	}
	m, _ := w.mails.sent[0].(mail.QuestionDigest)
	if len(m.New) != 2 || m.Open != 2 || m.Further || m.New[0].Kind != "Report of an inaccuracy" || m.New[0].Link != "https://ce.example.org/teach/questions/"+r.ID ||
		m.New[0].LessonTitle != "While you learn" || strings.Contains(fmt.Sprint(m), "Does my") {
		t.Errorf("%+v", m)
	}
	if n := w.digests(); n != 0 {
		t.Errorf("%d more on the same day", n)
	}
	w.pass(24 * time.Hour)
	if n := w.digests(); n != 0 {
		t.Errorf("%d digests without news", n)
	}
	w.must(w.Add(t.Context(), "ben", r.ID, "Or two."))
	w.pass(2 * time.Minute)
	if n := w.digests(); n != 2 {
		t.Errorf("%d digests of a follow-up", n)
	}
	if m, _ := w.mails.last().(mail.QuestionDigest); len(m.New) != 1 || m.Open != 2 {
		t.Errorf("%+v", m)
	}
}

// Whoever was told of a question is not told again because it was reworded.
func TestARewordedQuestionIsNotNew(t *testing.T) {
	w := newWorld(t)
	q := w.ask(asks("ana"))
	w.pass(2 * time.Minute)
	if w.digests() != 2 {
		t.Fatal("no digest")
	}
	w.pass(24 * time.Hour)
	w.must(w.Reword(t.Context(), "ana", q.ID, "Does a pause count?"))
	w.pass(2 * time.Minute)
	if n := w.digests(); n != 0 {
		t.Errorf("%d digests of other words", n)
	}
	w.must(w.Add(t.Context(), "ana", q.ID, "Or water?"))
	w.pass(2 * time.Minute)
	if n := w.digests(); n != 2 {
		t.Errorf("%d digests of an addition", n)
	}
}

// A reviewer is told of reports alone, and of none where there is none.
func TestADigestEndsWhereTheReachDoes(t *testing.T) {
	w := newWorld(t)
	w.people["cleo"] = w.person("cleo")
	w.more = []conversation.Staff{{Person: w.people["cleo"], Reach: conversation.Reach{Reports: []string{w.edition.CourseID}}}}
	w.ask(asks("ana"))
	w.pass(2 * time.Minute)
	if n := w.digests(); n != 2 {
		t.Errorf("%d digests of a question", n)
	}
	w.report("ben")
	w.pass(2 * time.Minute)
	if n := w.digests(); n != 1 {
		t.Errorf("%d digests of a report on the same day", n)
	}
	if m, _ := w.mails.last().(mail.QuestionDigest); len(m.New) != 1 || m.Open != 1 || m.New[0].Kind != "Report of an inaccuracy" {
		t.Errorf("%+v", m)
	}
}

// A question that is being filed while a digest is made is in the next.
func TestNothingFallsBetweenTwoDigests(t *testing.T) {
	w := newWorld(t)
	w.ask(asks("ana"))
	w.pass(2 * time.Minute)
	late := w.ask(asks("ben"))
	if w.digests() != 2 {
		t.Fatal("no digest")
	}
	if m, _ := w.mails.last().(mail.QuestionDigest); len(m.New) != 1 || m.Open != 2 {
		t.Errorf("%+v", m)
	}
	w.pass(24 * time.Hour)
	if w.digests() != 2 {
		t.Fatal("no second digest")
	}
	if m, _ := w.mails.last().(mail.QuestionDigest); len(m.New) != 1 || !strings.HasSuffix(m.New[0].Link, late.ID) {
		t.Errorf("%+v", m)
	}
}

// What was hidden while a digest was made is in the one after it is seen again.
func TestWhatIsNoLongerHiddenIsNew(t *testing.T) {
	w := newWorld(t)
	q := w.ask(asks("ana"))
	done := w.ask(asks("ana"))
	w.must(w.Answer(t.Context(), w.on(done.ID, "dora"), "No."))
	for _, id := range []string{q.ID, done.ID} {
		w.must(w.Hide(t.Context(), id, "emil", "Spam."))
	}
	w.ask(asks("ben"))
	w.pass(2 * time.Minute)
	if w.digests() != 2 {
		t.Fatal("no digest")
	}
	w.pass(24 * time.Hour)
	for _, id := range []string{q.ID, done.ID} {
		w.must(w.Unhide(t.Context(), id))
	}
	if n := w.digests(); n != 0 {
		t.Errorf("%d digests of what is being unhidden", n)
	}
	w.pass(2 * time.Minute)
	if n := w.digests(); n != 2 {
		t.Errorf("%d digests of what is unhidden", n)
	}
	if m, _ := w.mails.last().(mail.QuestionDigest); len(m.New) != 1 || !strings.HasSuffix(m.New[0].Link, q.ID) {
		t.Errorf("%+v", m)
	}
	if got := w.get(q.ID); !got.AskedAt.Equal(q.AskedAt) {
		t.Errorf("asked at %s", got.AskedAt)
	}
	w.pass(24 * time.Hour)
	if n := w.digests(); n != 0 {
		t.Errorf("%d digests of it again", n)
	}
}

// Who begins to see a course is told of what waits there, however long it has.
func TestWhatComesWithinReachIsNew(t *testing.T) {
	w := newWorld(t)
	w.people["cleo"] = w.person("cleo")
	reaches := func(r conversation.Reach) { w.more = []conversation.Staff{{Person: w.people["cleo"], Reach: r}} }
	lines := func() (n int) {
		t.Helper()
		w.pass(24 * time.Hour)
		before := len(w.mails.sent)
		w.digests()
		for i, m := range w.mails.sent[before:] {
			if w.mails.to[before+i].PersonID == "cleo" {
				n += len(m.(mail.QuestionDigest).New)
			}
		}
		return n
	}
	course := w.edition.CourseID
	w.ask(asks("ana"))
	w.report("ben")
	reaches(conversation.Reach{Reports: []string{course}})
	if n := lines(); n != 1 {
		t.Errorf("a reviewer: %d lines", n)
	}
	reaches(conversation.Reach{Answers: []string{course}})
	if n := lines(); n != 1 {
		t.Errorf("who became an author: %d lines", n)
	}
	if n := lines(); n != 0 {
		t.Errorf("an author again: %d lines", n)
	}
	w.must(w.db.Conn(t.Context()).Exec("UPDATE conversation_digests SET reach = ''").Error)
	reaches(all)
	if n := lines(); n != 0 {
		t.Errorf("whose reach was not kept yet: %d lines", n)
	}
}

func TestDigestsComeInTheMorningAsOftenAsChosen(t *testing.T) {
	w := newWorld(t)
	w.zone("dora", "America/Los_Angeles") // one o'clock at night
	w.must(w.SetDigest(t.Context(), "emil", conversation.Never))
	if err := w.SetDigest(t.Context(), "emil", "hour"); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("every hour: %v", err)
	}
	ask := func(n int) {
		t.Helper()
		q := asks("ana")
		q.Body = fmt.Sprint("Question ", n)
		w.ask(q)
		w.pass(2 * time.Minute)
	}
	ask(0)
	if n := w.digests(); n != 0 {
		t.Errorf("%d at night, or to whom wants none", n)
	}
	w.pass(7 * time.Hour)
	if n := w.digests(); n != 1 {
		t.Errorf("%d in the morning", n)
	}
	w.must(w.SetDigest(t.Context(), "dora", conversation.Weekly))
	sent := 0
	for day := range 7 {
		w.pass(24 * time.Hour)
		ask(day + 1)
		if n := w.digests(); n != 0 {
			sent = day + 1
		}
	}
	if m, _ := w.mails.last().(mail.QuestionDigest); sent != 7 || len(m.New) != 7 {
		t.Errorf("after %d days with %d lines", sent, len(m.New))
	}
	w.must(w.SetDigest(t.Context(), "dora", conversation.Daily))
	if every, err := w.Digest(t.Context(), "dora"); err != nil || every != conversation.Daily {
		t.Errorf("%s, %v", every, err)
	}
	if every, err := w.Digest(t.Context(), "ana"); err != nil || every != conversation.Daily {
		t.Errorf("without a choice: %s, %v", every, err)
	}
}

func TestALongDigestSaysThatThereIsMore(t *testing.T) {
	w := newWorld(t)
	for i := range 22 {
		q := asks([]string{"ana", "ben"}[i%2])
		q.Body = fmt.Sprint("Question ", i)
		w.ask(q)
	}
	w.pass(2 * time.Minute)
	w.digests()
	if m, _ := w.mails.last().(mail.QuestionDigest); len(m.New) != 20 || !m.Further || m.Open != 22 {
		t.Errorf("%d lines of %d", len(m.New), m.Open)
	}
}

// However many replicas look at once, each person gets one digest a day.
func TestReplicasSendOneDigest(t *testing.T) {
	w := newWorld(t)
	w.ask(asks("ana"))
	w.pass(2 * time.Minute)
	var wg sync.WaitGroup
	for range 6 {
		replica := conversation.New(w.deps)
		wg.Go(func() {
			if _, err := replica.SendDigests(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(w.mails.sent) != 2 {
		t.Errorf("%d mails to %v", len(w.mails.sent), w.mails.to)
	}
}
