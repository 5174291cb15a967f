package credit_test

import (
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/credit"
)

func TestLiveMinutesBecomeHours(t *testing.T) {
	ama := credit.Live{MinutesPerHour: 60, Rounding: credit.NearestQuarter, MinimumCentihours: 25}
	apa := credit.Live{MinutesPerHour: 60, Rounding: credit.DownWhole, MinimumCentihours: 100}
	florida := credit.Live{MinutesPerHour: 50, Rounding: credit.DownHundredth}
	for _, tt := range []struct {
		rule    credit.Live
		minutes int
		want    int64
		says    string
	}{
		{credit.OwnLive, 180, 300, "180 minutes attended ÷ 60 minutes an hour = 3.00 hours|rounded down to the quarter hour: 3 hours"},
		{credit.OwnLive, 104, 150, "= 1.73 hours|rounded down to the quarter hour: 1.5 hours"},
		{credit.OwnLive, 14, 0, "0 hours"},
		{ama, 52, 75, "= 0.87 hours|rounded to the nearest quarter hour: 0.75 hours"},
		{ama, 53, 100, "rounded to the nearest quarter hour: 1 hours"},
		{ama, 7, 0, "below the minimum of 0.25 h: no credit"},
		{apa, 119, 100, "rounded down to the full hour: 1 hours"},
		{apa, 59, 0, "below the minimum of 1 h: no credit"},
		{florida, 100, 200, "÷ 50 minutes an hour = 2.00 hours"},
	} {
		w := tt.rule.Work(tt.minutes)
		text := strings.Join(w.Explanation, "\n")
		if w.Centihours != tt.want {
			t.Errorf("%+v, %d minutes: %d centihours, want %d", tt.rule, tt.minutes, w.Centihours, tt.want)
		}
		for part := range strings.SplitSeq(tt.says, "|") {
			if !strings.Contains(text, part) {
				t.Errorf("%d minutes: %q lacks %q", tt.minutes, text, part)
			}
		}
	}
}

func TestLiveRulesThatMakeNoSense(t *testing.T) {
	for _, l := range []credit.Live{{}, {MinutesPerHour: 29, Rounding: credit.DownHalf}, {MinutesPerHour: 61, Rounding: credit.DownHalf}, {MinutesPerHour: 60}, {MinutesPerHour: 60, Rounding: credit.DownHalf, MinimumCentihours: -1}} {
		if l.Problem() == "" {
			t.Errorf("%+v is taken", l)
		}
	}
	if p := credit.OwnLive.Problem(); p != "" {
		t.Error(p)
	}
}
