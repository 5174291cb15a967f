package count

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/credit/pack"
)

// boardWords name whom to ask where no rules of a board are known: it is a college
// that licenses in Canada.
func boardWords(q Question) string {
	switch {
	case q.Place == "":
		return "your licensing board or college"
	case strings.HasPrefix(q.Jurisdiction, "CA-"):
		return "your college or board in " + q.Place
	}
	return "your licensing board in " + q.Place
}

// grant says who accepts what. Of one accreditor the parts add up; of several, hours
// of the same course are no more than hours of one.
func (j *judge) grant(lines []Credit) string {
	list := byBody(lines)
	if len(list) == 1 && list[0].Code == j.board.Code {
		return sentence(j.out.Board) + " has approved this course: " + list[0].Amount() + "."
	}
	s := fmt.Sprintf("%s accepts courses that %s has approved, and this is one: %s.", sentence(j.out.Board), bodies(lines), either(list, Body.Amount))
	if len(list) > 1 {
		s += " The same hours count once."
	}
	return s
}

// ofRenewal works a share of a renewal out, where its hours were read.
func (j *judge) ofRenewal(s pack.SelfPaced) string {
	all := j.board.Rules.RenewalCentihours
	if s.Percent == 0 || s.Centihours > 0 || all == nil || unread(all) {
		return ""
	}
	return fmt.Sprintf(", %s of %s", credit.Hours(all.Value*int64(s.Percent)/100), credit.Amount(all.Value, "hour"))
}

func bodies(list []Credit) string {
	return either(byBody(list), func(b Body) string { return b.Short })
}

func amounts(list []Credit) string {
	return either(byBody(list), func(b Body) string { return b.Amount() + " by " + b.Short })
}

// either joins what each says, once.
func either(list []Body, say func(Body) string) string {
	var words []string
	for _, b := range list {
		if w := say(b); !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	return strings.Join(words, " or ")
}

// sentence begins one.
func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// day prints a day as pages do; one that is none as it is.
func day(s string) string {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return s
	}
	return d.Format("January 2, 2006")
}
