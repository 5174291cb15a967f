package refresher_test

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/refresher"
)

func TestAMailComesWhenEnoughIsDue(t *testing.T) {
	w := newWorld(t)
	w.start("p1", true)
	w.start("p2", false)
	w.pass(2)
	if n := w.send(); n != 0 {
		t.Fatalf("%d mails before anything is due", n)
	}
	w.pass(1)
	if n := w.send(); n != 1 || w.send() != 0 {
		t.Fatalf("%d mails on the day", n)
	}
	got := w.mails("p1")
	if len(got) != 1 || !strings.Contains(got[0], "Intro: 10 questions today\nhttps://ce.example.org/learn/intro/refresh\n") || len(w.mails("p2")) != 0 {
		t.Fatalf("%q", got)
	}
}

// TestFewQuestionsWaitForMore: two are no reason to write, until the first has waited
// for three days.
func TestFewQuestionsWaitForMore(t *testing.T) {
	w := newWorld(t)
	w.start("p1", true)
	w.exec("DELETE FROM refresher_cards WHERE question_id NOT IN ('q1', 'q2')")
	w.pass(5)
	if n := w.send(); n != 0 {
		t.Fatalf("%d mails of two questions", n)
	}
	w.pass(1)
	if n := w.send(); n != 1 {
		t.Fatalf("%d mails of two questions that waited", n)
	}
	w.exec("DELETE FROM refresher_cards")
	w.pass(90)
	if n := w.send(); n != 0 {
		t.Fatalf("%d mails of nothing", n)
	}
}

// TestAMailNamesWhatThePageAsks: of whom twenty are due ten are asked today, and who has
// answered them is asked, and written to, tomorrow.
func TestAMailNamesWhatThePageAsks(t *testing.T) {
	w := newWorld(t)
	w.start("p1", true)
	w.pass(6)
	if n := w.day("p1", func(string) bool { return true }); n != 10 || w.standing("p1").Waiting != 10 {
		t.Fatalf("%d were answered: %+v", n, w.standing("p1"))
	}
	if n := w.send(); n != 0 || w.count("SELECT count(*) FROM refresher_mails") != 0 {
		t.Errorf("%d mails about nothing", n)
	}
	w.pass(1)
	for range 4 {
		w.answer("p1", true)
	}
	if n := w.send(); n != 1 || !strings.Contains(w.mails("p1")[0], "Intro: 6 questions today\n") {
		t.Errorf("%d mails: %q", n, w.mails("p1"))
	}
}

// TestMailsComeByDay, where the person is, about all that is due on it.
func TestMailsComeByDay(t *testing.T) {
	w := newWorld(t)
	w.zone = time.FixedZone("far west", -9*3600)
	w.start("p1", true) // due from November 5, 6:00 there
	for _, tt := range []struct {
		day, hour, minute int // there
		want              int
	}{{4, 19, 0, 0}, {5, 3, 0, 0}, {5, 5, 59, 0}, {5, 6, 59, 0}, {5, 20, 0, 0}, {6, 0, 0, 0}, {6, 19, 59, 1}, {6, 19, 59, 0}} {
		w.at = time.Date(2026, 11, tt.day, tt.hour, tt.minute, 0, 0, w.zone).UTC()
		if n := w.send(); n != tt.want {
			t.Errorf("%d mails on November %d, %d:%02d", n, tt.day, tt.hour, tt.minute)
		}
	}
	w.zone = time.FixedZone("far east", 14*3600)
	w.start("p2", true) // due on November 6, 5:00 there
	w.exec("UPDATE refresher_cards SET due_at = ? WHERE plan_id IN (SELECT id FROM refresher_plans WHERE person_id = 'p2')", time.Date(2026, 11, 8, 23, 30, 0, 0, w.zone).UTC())
	w.at = time.Date(2026, 11, 8, 7, 0, 0, 0, w.zone).UTC()
	if n := w.send(); n != 1 || len(w.mails("p2")) != 1 {
		t.Errorf("%d mails in the morning about the evening", n)
	}
}

// TestMailsGrowRarer: who does not answer is written to after 3, 6, 12, 24, 48 days,
// and who answers after three again.
func TestMailsGrowRarer(t *testing.T) {
	w := newWorld(t)
	w.start("p1", true)
	var days []int
	last := 3
	for day := range 200 {
		if w.send() == 1 && day > 3 {
			days = append(days, day-last)
			last = day
		}
		w.pass(1)
	}
	want := []int{3, 6, 12, 24, 48, 48, 48}
	if len(days) != len(want) {
		t.Fatalf("%v, want %v", days, want)
	}
	for i := range want {
		if days[i] != want[i] {
			t.Fatalf("%v, want %v", days, want)
		}
	}
	w.answer("p1", false)
	w.pass(3)
	if n := w.send(); n != 1 || w.count("SELECT silent FROM refresher_mails") != 1 {
		t.Errorf("%d mails after an answer", n)
	}
}

// TestReplicasWriteOnce: whatever runs at the same time.
func TestReplicasWriteOnce(t *testing.T) {
	w := newWorld(t)
	w.start("p1", true)
	w.pass(3)
	var sent atomic.Int32
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			n, err := w.SendMails(t.Context())
			if err != nil {
				t.Error(err)
			}
			sent.Add(int32(n))
		})
	}
	wg.Wait()
	if n := sent.Load(); n != 1 || len(w.mails("p1")) != 1 {
		t.Errorf("%d mails", n)
	}
}

func TestWhoIsBlockedOrErasedGetsNone(t *testing.T) {
	w := newWorld(t, "p3")
	for _, p := range []string{"p1", "p2", "p3"} {
		w.start(p, true)
	}
	w.pass(3)
	w.exec("UPDATE people SET blocked_at = ? WHERE id = 'p1'", w.now())
	w.exec("UPDATE people SET erased_at = ? WHERE id = 'p2'", w.now())
	if n := w.send(); n != 1 || len(w.mails("p3")) != 1 {
		t.Errorf("%d mails", n)
	}
}

// TestALinkStopsAndDoesNothingElse.
func TestALinkStopsAndDoesNothingElse(t *testing.T) {
	w := newWorld(t)
	w.start("p1", true)
	w.start("p2", true)
	w.pass(3)
	w.send()
	_, rest, _ := strings.Cut(w.mails("p1")[0], "/refreshers/stop/")
	token := strings.Fields(rest)[0]
	got, err := w.ByLink(t.Context(), token)
	if err != nil || got.Title != "Intro" || got.Stopped {
		t.Fatalf("%+v, %v", got, err)
	}
	id, mac, _ := strings.Cut(token, ".")
	for _, wrong := range []string{"", ".", id, id + ".", "." + mac, id + "." + mac[1:], strings.ToUpper(token), id + "x." + mac, token + "0"} {
		if _, err := w.ByLink(t.Context(), wrong); !errors.Is(err, refresher.ErrNotFound) {
			t.Errorf("%q: %v", wrong, err)
		}
		if err := w.StopByLink(t.Context(), wrong); !errors.Is(err, refresher.ErrNotFound) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	w.must(w.StopByLink(t.Context(), token))
	w.must(w.StopByLink(t.Context(), token))
	if n := w.count("SELECT count(*) FROM refresher_plans WHERE stopped_at IS NOT NULL AND person_id = 'p1'"); n != 1 || w.standing("p1").Running || !w.standing("p2").Running {
		t.Errorf("%d plans were stopped", n)
	}
	w.must(w.Erase(t.Context(), "p1"))
	if _, err := w.ByLink(t.Context(), token); !errors.Is(err, refresher.ErrNotFound) {
		t.Error(err)
	}
}

// TestAButtonOfTheMailProgramStopsAll: of the one person, in all courses.
func TestAButtonOfTheMailProgramStopsAll(t *testing.T) {
	w := newWorld(t)
	w.start("p1", true)
	w.start("p2", true)
	w.pass(3)
	w.send()
	var token string
	w.queued(func(m mail.Mail) {
		if m.To.Email == "p1@example.org" {
			_, token, _ = strings.Cut(m.Stop, "https://ce.example.org/refreshers/stop/")
		}
	})
	got, err := w.ByLink(t.Context(), token)
	if err != nil || got.Title != "" || got.Stopped {
		t.Fatalf("%q: %+v, %v", token, got, err)
	}
	w.must(w.StopByLink(t.Context(), token))
	if got, err = w.ByLink(t.Context(), token); err != nil || !got.Stopped || w.standing("p1").Running || !w.standing("p2").Running {
		t.Errorf("%+v, %v", got, err)
	}
	list, err := w.Choices(t.Context(), "p2")
	if err != nil || len(list) != 1 || list[0] != (refresher.Choice{Slug: slug, Title: "Intro"}) {
		t.Errorf("%+v, %v", list, err)
	}
	if list, err = w.Choices(t.Context(), "p1"); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
}
