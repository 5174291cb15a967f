package enrollment_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/enrollment"
)

var twoLicenses = []enrollment.LicenseAsk{{Accreditor: "nasw", Credit: "1 CE by NASW"}, {Accreditor: "nbcc", Credit: "2 clock hours by NBCC"}}

// kinds are the requirements in their order, those that are done in capitals.
func (w *world) kinds(e enrollment.Enrollment) string {
	w.t.Helper()
	list, err := w.Requirements(w.t.Context(), w.again(e))
	w.must(err)
	var words []string
	for _, q := range list {
		word := string(q.Kind)
		if q.Done {
			word = strings.ToUpper(word)
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

func (w *world) evaluate(e enrollment.Enrollment) {
	w.t.Helper()
	w.clock.add(time.Minute)
	w.must(w.SubmitEvaluation(w.t.Context(), e, goodForm()))
}

func (w *world) evidence(e enrollment.Enrollment, kind string) (list []enrollment.Evidence) {
	w.t.Helper()
	all, err := w.Evidence(w.t.Context(), e.ID)
	w.must(err)
	return slices.DeleteFunc(all, func(ev enrollment.Evidence) bool { return ev.Kind != kind })
}

func TestALicenseIsTheLastGate(t *testing.T) {
	w := newWorld(t)
	w.asks.License = twoLicenses
	e := w.enroll("p1")
	if got := w.kinds(e); got != "disclosure lessons checks exam evaluation license" {
		t.Error(got)
	}
	if err := w.LeaveCreditOff(t.Context(), e); !errors.Is(err, enrollment.ErrLicenseLast) {
		t.Errorf("%v", err)
	}
	w.study(e)
	w.pass(e)
	w.evaluate(e)
	sent := w.clock.now()
	if got := w.kinds(e); got != "DISCLOSURE LESSONS CHECKS EXAM EVALUATION license" || w.again(e).State != enrollment.Active {
		t.Error(got)
	}
	l, err := w.Learning(t.Context(), w.again(e))
	w.must(err)
	if s, ok := l.Next(); !ok || s.Kind != enrollment.NeedLicense || l.Asks.Credits() != "1 CE by NASW, 2 clock hours by NBCC" {
		t.Errorf("%+v, %q", s, l.Asks.Credits())
	}
	// What is asked for is what the day of the last act asks for.
	if at := w.askedFor[len(w.askedFor)-1]; !at.Equal(sent) {
		t.Errorf("asked for %s, the evaluation was sent %s", at, sent)
	}
	w.clock.add(48 * time.Hour)
	w.must(w.Licensed(t.Context(), "p1")) // changed another thing: nothing is listed
	if w.again(e).State != enrollment.Active {
		t.Fatal("completed without a license")
	}
	w.licensed["p1"] = true
	for range 2 {
		w.must(w.Licensed(t.Context(), "p1"))
	}
	done := w.again(e)
	if done.State != enrollment.Completed || !done.CompletedAt.Equal(sent) || len(w.completed) != 1 {
		t.Errorf("%s on %v, want %s: a license that comes late takes nothing away", done.State, done.CompletedAt, sent)
	}
	if list := w.evidence(e, "license.listed"); len(list) != 2 || list[0].Ref != "nasw" || list[0].Details["credit"] != "1 CE by NASW" {
		t.Errorf("%+v", list)
	}
	// What was met stays met, whatever becomes of approvals and licenses.
	w.asks, w.licensed["p1"] = enrollment.Asks{Time: enrollment.TimeBlock}, false
	if got := w.kinds(e); got != "DISCLOSURE LESSONS CHECKS EXAM EVALUATION LICENSE" {
		t.Error(got)
	}
	if left, err := w.LeftOff(t.Context(), e.ID); err != nil || len(left) != 0 {
		t.Errorf("%v, %v", left, err)
	}
}

func TestWhoHasALicenseIsNotKept(t *testing.T) {
	w := newWorld(t)
	w.asks.License, w.licensed["p1"] = twoLicenses[:1], true
	e := w.enroll("p1")
	if got := w.kinds(e); got != "disclosure lessons checks exam evaluation LICENSE" {
		t.Error(got)
	}
	w.study(e)
	w.pass(e)
	w.evaluate(e)
	if s := w.again(e).State; s != enrollment.Completed {
		t.Error(s)
	}
	if err := w.LeaveCreditOff(t.Context(), e); !errors.Is(err, enrollment.ErrCompleted) {
		t.Errorf("%v", err)
	}
}

// TestCreditIsLeftOffOnce under a click that comes four times.
func TestCreditIsLeftOffOnce(t *testing.T) {
	w := newWorld(t)
	w.asks.License = twoLicenses
	e := w.enroll("p1")
	w.study(e)
	w.pass(e)
	w.evaluate(e)
	at := w.clock.now()
	w.clock.add(time.Hour)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := w.LeaveCreditOff(context.WithoutCancel(t.Context()), e); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := w.again(e); got.State != enrollment.Completed || !got.CompletedAt.Equal(at) || len(w.completed) != 1 {
		t.Errorf("%+v, completed %d times", got, len(w.completed))
	}
	left, err := w.LeftOff(t.Context(), e.ID)
	if err != nil || !slices.Equal(left, []string{"nasw", "nbcc"}) {
		t.Errorf("%v, %v", left, err)
	}
	if n := len(w.evidence(e, "license.declined")); n != 2 || len(w.evidence(e, "license.listed")) != 0 {
		t.Errorf("%d", n)
	}
	list, err := w.Requirements(t.Context(), w.again(e))
	w.must(err)
	if q := list[len(list)-1]; q.Kind != enrollment.NeedLicense || !q.Done || q.DoneAt == nil || !strings.Contains(q.Title, "not needed") {
		t.Errorf("%+v", q)
	}
}

// TestTwoAtOneInstantAreNotMixedUp: what one person leaves off, another keeps.
func TestTwoAtOneInstantAreNotMixedUp(t *testing.T) {
	w := newWorld(t)
	w.asks.License, w.licensed["p2"] = twoLicenses[:1], true
	for _, p := range []string{"p1", "p2"} {
		e := w.enroll(p)
		w.study(e)
		w.pass(e)
		w.evaluate(e)
		if p == "p1" {
			w.must(w.LeaveCreditOff(t.Context(), e))
		}
		want := map[string]int{"p1": 1, "p2": 0}[p]
		if left, err := w.LeftOff(t.Context(), e.ID); err != nil || len(left) != want {
			t.Errorf("%s left off %v, %v", p, left, err)
		}
	}
}

func TestNothingToLeaveOff(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	w.study(e)
	w.pass(e)
	if err := w.LeaveCreditOff(t.Context(), e); !errors.Is(err, enrollment.ErrNoLicenseAsked) {
		t.Errorf("%v", err)
	}
	other := e
	other.ID = "00000000-0000-7000-8000-000000000000"
	if err := w.LeaveCreditOff(t.Context(), other); !errors.Is(err, enrollment.ErrNotFound) {
		t.Errorf("%v", err)
	}
}

func TestTheStricterPolicyCounts(t *testing.T) {
	for own, want := range map[string]string{"record": "warn block", "warn": "warn block", "block": "block block"} {
		var got []string
		for _, asked := range []enrollment.TimePolicy{enrollment.TimeWarn, enrollment.TimeBlock} {
			ed := newEdition(t)
			ed.Course.Card.TimePolicy = own
			got = append(got, string(enrollment.Learning{Edition: ed, Asks: enrollment.Asks{Time: asked}}.TimePolicy()))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", own, got, want)
		}
	}
	type ask struct {
		by       string
		policy   enrollment.TimePolicy
		requests bool
	}
	for want, asks := range map[string][]ask{
		"warn [A C] false":  {{"A", enrollment.TimeWarn, false}, {"B", enrollment.TimeRecord, false}, {"C", enrollment.TimeWarn, false}},
		"block [B] true":    {{"A", enrollment.TimeWarn, false}, {"B", enrollment.TimeBlock, true}},
		"block [A B] false": {{"A", enrollment.TimeBlock, true}, {"B", enrollment.TimeBlock, false}},
		"block [A C] false": {{"A", enrollment.TimeBlock, false}, {"B", enrollment.TimeRecord, false}, {"C", enrollment.TimeBlock, true}},
		"record [A] false":  {{"A", enrollment.TimeRecord, false}},
	} {
		var a enrollment.Asks
		for _, one := range asks {
			a.AddTime(one.by, one.policy, one.requests)
		}
		if got := fmt.Sprint(a.Time, " ", a.TimeBy, " ", a.Requests); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// TestTimeThatAnAccreditorAsksFor stands before the exam, and in the evidence.
func TestTimeThatAnAccreditorAsksFor(t *testing.T) {
	w := newWorld(t)
	w.asks = enrollment.Asks{Time: enrollment.TimeBlock}
	e := w.enroll("p1")
	w.study(e)
	if got := w.kinds(e); got != "DISCLOSURE LESSONS CHECKS time exam evaluation" {
		t.Error(got)
	}
	if err := w.ExamGate(t.Context(), w.again(e)); err == nil || !strings.Contains(err.Error(), "at least 20 minutes") {
		t.Errorf("%v", err)
	}
	w.clock.add(time.Hour)
	var last time.Time
	for i := range 4 {
		w.clock.add(5 * time.Minute)
		w.active(e, "l1", fmt.Sprint("t", i), 300)
		last = w.clock.now().Add(-2 * time.Second) // what jitter forgives, as RecordActive has it
	}
	w.must(w.ExamGate(t.Context(), w.again(e)))
	w.pass(e)
	w.evaluate(e)
	w.asks = enrollment.Asks{}
	if got := w.kinds(e); got != "DISCLOSURE LESSONS CHECKS TIME EXAM EVALUATION" {
		t.Error(got)
	}
	list := w.evidence(e, "time.measured")
	if len(list) != 1 || list[0].Ref != "block" || !list[0].OccurredAt.Equal(last) || fmt.Sprint(list[0].Details["active_seconds"]) != "1200" || fmt.Sprint(list[0].Details["planned_minutes"]) != "20" {
		t.Errorf("%+v, want %s", list, last)
	}
	needs, err := w.Requirements(t.Context(), w.again(e))
	w.must(err)
	if q := needs[3]; q.DoneAt == nil || !q.DoneAt.Equal(last) || q.Count != 20 {
		t.Errorf("%+v", q)
	}
}

// TestTimeIsOnRecordWhateverThePolicy.
func TestTimeIsOnRecordWhateverThePolicy(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	w.study(e)
	w.pass(e)
	w.evaluate(e)
	list := w.evidence(e, "time.measured")
	if len(list) != 1 || list[0].Ref != "record" || fmt.Sprint(list[0].Details["active_seconds"]) != "0" || !list[0].OccurredAt.Equal(w.clock.now()) {
		t.Errorf("%+v", list)
	}
	if got := w.kinds(e); got != "DISCLOSURE LESSONS CHECKS EXAM EVALUATION" {
		t.Error(got)
	}
}

// TestTimeFromRequestsBlocksUnlessTheRulesAllowIt (DECISIONS 13). The last minutes
// complete what waited for nothing else: the rule came after the exam.
func TestTimeFromRequestsBlocksUnlessTheRulesAllowIt(t *testing.T) {
	w := newWorld(t)
	w.asks = enrollment.Asks{Time: enrollment.TimeBlock, Requests: true}
	e := w.enroll("p1")
	w.study(e)
	w.pass(e)
	w.evaluate(e)
	tr := w.NewTracker(slog.New(slog.DiscardHandler), time.Hour)
	defer tr.Close()
	read := func() {
		for _, l := range w.edition.Course.Lessons() {
			tr.Visit(e, l)
			w.clock.add(time.Hour)
		}
		tr.Leave(e)
		tr.Flush(context.Background())
	}
	w.asks.Requests = false
	read()
	l, err := w.Learning(t.Context(), w.again(e))
	w.must(err)
	if got := w.kinds(e); got != "DISCLOSURE LESSONS CHECKS time EXAM EVALUATION" || l.MinutesShort() != 20 {
		t.Errorf("%s, %d minutes short", got, l.MinutesShort())
	}
	w.asks.Requests = true
	if l, err = w.Learning(t.Context(), w.again(e)); err != nil || l.MinutesShort() != 0 {
		t.Errorf("%d minutes short, %v", l.MinutesShort(), err)
	}
	w.clock.add(time.Minute)
	w.active(w.again(e), "l1", "one more", 10)
	done := w.again(e)
	if done.State != enrollment.Completed || !done.CompletedAt.Before(w.clock.now()) {
		t.Errorf("%+v", done)
	}
	if list := w.evidence(e, "time.measured"); len(list) != 1 || list[0].Details["requests_count"] != true {
		t.Errorf("%+v", list)
	}
}

func TestTheLastVisitCompletes(t *testing.T) {
	w := newWorld(t)
	w.asks = enrollment.Asks{Time: enrollment.TimeBlock, Requests: true}
	e := w.enroll("p1")
	w.study(e)
	w.pass(e)
	w.evaluate(e)
	tr := w.NewTracker(slog.New(slog.DiscardHandler), time.Hour)
	for i, l := range w.edition.Course.Lessons() {
		tr.Visit(e, l)
		w.clock.add(5 * time.Minute)
		if tr.Flush(context.Background()); w.again(e).State != enrollment.Active {
			t.Errorf("completed after %d lessons", i)
		}
	}
	tr.Leave(e)
	tr.Close()
	if done := w.again(e); done.State != enrollment.Completed || !done.CompletedAt.Equal(w.clock.now()) {
		t.Errorf("%s at %v, now %s", done.State, done.CompletedAt, w.clock.now())
	}
}

// TestWhoListsTheLicenseCompletes: the act is on record as theirs.
func TestWhoListsTheLicenseCompletes(t *testing.T) {
	w := newWorld(t)
	w.asks.License = twoLicenses[:1]
	e := w.enroll("p1")
	w.study(e)
	w.pass(e)
	w.evaluate(e)
	w.licensed["p1"] = true
	w.must(w.Licensed(audit.WithActor(t.Context(), audit.Actor{PersonID: "p1"}), "p1"))
	if len(w.actors) != 1 || w.actors[0].PersonID != "p1" {
		t.Errorf("%+v", w.actors)
	}
}
