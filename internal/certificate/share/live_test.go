package share_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/share"
)

// live makes a certificate one of a live event, as those are frozen.
func live(c *certificate.Certificate) {
	c.Facts.Live = &certificate.LiveEvent{ID: "ev1", StartsAt: time.Date(2026, 11, 28, 14, 0, 0, 0, time.UTC), EndsAt: time.Date(2026, 11, 28, 16, 0, 0, 0, time.UTC),
		Zone: "America/New_York", Minutes: 60, Of: 107, Place: "Community Hall, Springfield", Presenters: "Dr. Vera Lindqvist"}
	c.Facts.LearningTime = 100
	c.Facts.Statements = append([]string{"Instruction attended: 60 of 107 minutes (1 h); not accredited",
		"Live event held on November 28, 2026, 9:00 AM to 11:00 AM EST, Community Hall, Springfield. Presented by Dr. Vera Lindqvist"}, c.Facts.Statements[1:]...)
}

// TestALiveEventShowsNothingUnasked: neither the day nor the hours stand among what
// is shown whatever was chosen, also of a number that was superseded.
func TestALiveEventShowsNothingUnasked(t *testing.T) {
	w := newWorld(t)
	live(w.list["A1"])
	day := []string{"November 28", "2026-11-28", "9:00 AM", "EST", "Springfield", "Lindqvist"}
	time := []string{"60 of 107", "107", "1 h", "not accredited"}
	lacks := func(s share.Shown, words ...string) {
		t.Helper()
		text, err := json.Marshal(s)
		w.must(err)
		for _, word := range words {
			if strings.Contains(string(text), word) {
				t.Errorf("it says %q: %s", word, text)
			}
		}
	}
	w.save(share.Choice{Shared: true})
	s := w.public("A1")
	lacks(s, append(day, time...)...)
	if len(s.Caveats) != 1 || s.Caveats[0] != "Demonstration, not clinically reviewed" {
		t.Errorf("caveats %q", s.Caveats)
	}
	w.save(share.Choice{Shared: true, Name: true, Completed: true})
	s = w.public("A1")
	lacks(s, time...)
	if s.Held != "Live event held on November 28, 2026, 9:00 AM to 11:00 AM EST, Community Hall, Springfield. Presented by Dr. Vera Lindqvist" {
		t.Errorf("%q", s.Held)
	}
	w.save(share.Choice{Shared: true, Name: true, Credit: true})
	s = w.public("A1")
	lacks(s, day...)
	if s.LearningTime != "Instruction attended: 60 of 107 minutes (1 h); not accredited" {
		t.Errorf("%q", s.LearningTime)
	}
	w.save(everything)
	live(w.replace("A1", "A2", "Ana Ruiz Ode"))
	lacks(w.public("A1"), append(day, time...)...)
}
