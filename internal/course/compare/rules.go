package compare

import (
	"strconv"
	"time"

	"github.com/atmacena/cocare/internal/course/content"
)

// rules are those of the course that learners in it feel, in words.
func rules(a, b content.Card) (out []Change) {
	was, is := inWords(a), inWords(b)
	for i, r := range is {
		if was[i][1] != r[1] {
			out = append(out, Change{Kind: Changed, ID: r[0], Title: r[0], Before: was[i][1], After: r[1]})
		}
	}
	return out
}

func inWords(c content.Card) [][2]string {
	return [][2]string{
		{"Pass mark", strconv.Itoa(c.PassPercent) + " percent"},
		{"Attempts", strconv.Itoa(c.Attempts)},
		{"Wait between attempts", counted(c.WaitHours, "hour", "none")},
		{"Time limit of the exam", counted(c.TimeLimitMinutes, "minute", "none")},
		{"Order of lessons", word(c.LessonOrder, map[string]string{"any": "any", "fixed": "one after the other"})},
		{"Active time", word(c.TimePolicy, map[string]string{"record": "on record, without consequences", "warn": "you are told when it falls short", "block": "the exam opens when it is reached"})},
		{"Planned time", counted(c.PlannedMinutes, "minute", "none")},
		{"Short answers are graded", within(c.GradingDays)},
		{"Certificate", certificate(c)},
		{"Content checked", day(c.CheckedOn)},
		{"To be checked again by", day(c.ExpiresOn)},
	}
}

func certificate(c content.Card) string {
	if !c.IssuedByHand() {
		return "at once, when everything is done"
	}
	return "from the provider, " + within(c.CertificateDays)
}

// within is a time that is promised, in working days.
func within(days int) string {
	if days == 0 {
		return "without a promised time"
	}
	return "within " + counted(days, "working day", "")
}

func counted(n int, unit, none string) string {
	switch n {
	case 0:
		return none
	case 1:
		return "1 " + unit
	}
	return strconv.Itoa(n) + " " + unit + "s"
}

// word is a code in words, or the code where it is none of ours.
func word(code string, words map[string]string) string {
	if w, ok := words[code]; ok {
		return w
	}
	return code
}

// day is a date of the course card in words.
func day(s string) string {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return s
	}
	return t.Format("January 2, 2006")
}
