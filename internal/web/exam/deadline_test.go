package exam_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/question"
)

// TestTimeLimit shows the clock with the extra time, and ends.
func TestTimeLimit(t *testing.T) {
	w := newWorld(t)
	w.edition.Course.Card.TimeLimitMinutes = 60
	w.acc = exam.Accommodation{ExtraTimePercent: 50, ExtraAttempts: 1}
	w.Get("p1", introURL).Is(200, "90 minutes", "your extra time of 50%", "4 attempts")
	address := w.begin()
	w.Get("p1", address).Is(200, `<time data-countdown datetime="2026-11-02T21:30:00Z" data-now="2026-11-02T20:00:00Z" data-submit="#exam-answer">until 9:30 PM</time>`, "with your extra time")
	w.Get("p1", address+"/review").Is(200, `data-submit="#exam-submit"`)
	item := w.sitting(address).Items[0]
	form := right(item)
	w.pass(90*time.Minute + 2*time.Second) // the script sends the form when time is up
	w.Do("p1", http.MethodPost, address+"/answers/"+item.Question.ID, form).To(address + "/result")
	w.Get("p1", address+"/result").Is(200, "Not passed this time", "when its time was up", "The next attempt opens", "You have 3 attempts left")
	sit := w.sitting(address)
	if got, _ := sit.Item(item.Question.ID); !got.Answered() {
		t.Error("the answer sent within the grace is lost")
	}
}

// TestTheDeadlineIsTheEnd: an answer that cannot be read is not asked for again.
func TestTheDeadlineIsTheEnd(t *testing.T) {
	w := newWorld(t)
	w.edition.Course.Card.TimeLimitMinutes = 60
	address := w.begin()
	var item exam.Item
	for _, i := range w.sitting(address).Items {
		if i.Question.Kind == question.Numeric {
			item = i
		}
	}
	to := address + "/answers/" + item.Question.ID
	w.Post("p1", to, "answer", "many").Is(422, "number in digits, such as")
	w.pass(60 * time.Minute)
	w.Post("p1", to, "answer", "many").To(address + "/result")
	if len(w.hall.outcomes) != 1 {
		t.Errorf("%d outcomes", len(w.hall.outcomes))
	}
}

// TestTheEndOfAccessEndsTheExam, and the pages say so.
func TestTheEndOfAccessEndsTheExam(t *testing.T) {
	w := newWorld(t)
	ends := func(in time.Duration) {
		e := w.hall.list["e1"]
		e.ExpiresAt = w.now().Add(in)
		w.hall.list["e1"] = e
	}
	w.Get("p1", introURL).Is(200, "until your access to the course ends, November 2, 2027")
	w.edition.Course.Card.TimeLimitMinutes = 60
	w.Get("p1", introURL).Is(200, "60 minutes").Lacks("ends sooner")
	ends(40 * time.Minute)
	w.Get("p1", introURL).Is(200, "60 minutes", "Your access to the course ends sooner, <strong>November 2, 2026, 8:40")
	address := w.begin()
	w.Get("p1", introURL).Is(200, "It ends November 2, 2026, 8:40", "with your access to the course")
	w.Get("p1", address).Is(200, "until 8:40 PM")
	item := w.sitting(address).Items[0]
	w.pass(40*time.Minute + 5*time.Second)
	w.Do("p1", http.MethodPost, address+"/answers/"+item.Question.ID, right(item)).To(address + "/result")
	w.Get("p1", address+"/result").Is(200, "when its time was up")
	if got, _ := w.sitting(address).Item(item.Question.ID); !got.Answered() {
		t.Error("the answer sent within the grace is lost")
	}
}
