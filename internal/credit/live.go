package credit

import "fmt"

// Live is a way from the minutes of a live event to hours: so many make an hour,
// the rounding, and the least that is given.
type Live struct {
	MinutesPerHour    int
	Rounding          Rounding
	MinimumCentihours int64 // below it there is no credit
}

// OwnLive is the learning time of a live event where no accreditor says how it
// counts: rounded down to the quarter hour, as for text (DECISIONS 10).
var OwnLive = Live{MinutesPerHour: 60, Rounding: DownQuarter}

// Problem says what is wrong with the rule, "" if nothing is.
func (l Live) Problem() string {
	switch {
	case l.MinutesPerHour < 30 || l.MinutesPerHour > 60:
		return "minutes_per_hour must be from 30 to 60"
	case !l.Rounding.Valid():
		return "the rounding is not known"
	case l.MinimumCentihours < 0:
		return "the minimum must not be below 0"
	}
	return ""
}

// Words say the rule, such as "60 minutes of a live event are an hour, rounded down
// to the quarter hour".
func (l Live) Words() string {
	how := fmt.Sprintf("%d minutes of a live event are an hour, %s", l.MinutesPerHour, l.Rounding.Words())
	if l.MinimumCentihours > 0 {
		how += ", at least " + Amount(l.MinimumCentihours, "hour")
	}
	return how
}

// Work computes hours from minutes that somebody attended, and shows the sum. The
// rule must be without Problem.
func (l Live) Work(minutes int) Worked {
	w := Worked{Minutes: float64(minutes), Rounding: l.Rounding}
	w.Centihours = l.Rounding.Round(float64(minutes) * 60 / float64(l.MinutesPerHour))
	w.Explanation = []string{
		fmt.Sprintf("%d minutes attended ÷ %d minutes an hour = %.2f hours", minutes, l.MinutesPerHour, float64(minutes)/float64(l.MinutesPerHour)),
		fmt.Sprintf("%s: %s hours", l.Rounding.Words(), Hours(w.Centihours)),
	}
	if w.Centihours < l.MinimumCentihours {
		w.Explanation = append(w.Explanation, fmt.Sprintf("below the minimum of %s h: no credit", Hours(l.MinimumCentihours)))
		w.Centihours = 0
	}
	return w
}
