package insight

import (
	"fmt"
	"math"
	"strings"
)

// FlagFrom is how many people a remark on a question needs.
const FlagFrom = 20

// Flag is a remark on a question that its author should look at, in plain words.
type Flag struct {
	Tone string // bad, warn or info
	Text string
}

// What remarks rest on.
const (
	hard     = 0.3  // below this share of the mark
	easy     = 0.9  // from this share on
	weak     = 0.1  // below this correlation
	weakFrom = 50   // people that weak needs
	drawsBy  = 0.05 // by which a wrong answer's people do better on the rest
	rare     = 20   // one in so many at most gave an answer
)

// flags says what stands out, the gravest first. It knows nothing but what the
// page shows.
func flags(i Item) (list []Flag) {
	if i.Takers < FlagFrom {
		return nil
	}
	add := func(tone, format string, args ...any) {
		list = append(list, Flag{tone, fmt.Sprintf(format, args...)})
	}
	if d := i.Discrimination; d.Known() && d.V < -1/math.Sqrt(float64(i.Takers)) {
		add("bad", "Those who did well on the rest got it wrong more often: look at the key.")
	} else if d.Known() && d.V < weak && i.Takers >= weakFrom {
		add("warn", "It hardly tells those who did well on the rest from those who did not.")
	}
	for _, r := range i.Rows {
		if name, one := r.name(); one && r.Rest.Known() && i.RightRest.Known() && r.Rest.V-i.RightRest.V > drawsBy+1e-9 {
			add("bad", "Those who %s did better on the rest than those who were right: look at both.", name)
		}
	}
	for _, r := range i.Rows {
		if name, one := r.name(); one && r.People.From > i.Right.To {
			add("warn", "More people %s than got it right.", name)
		}
	}
	return append(append(list, i.level()...), i.unused()...)
}

// level says whether a question is very hard or very easy.
func (i Item) level() []Flag {
	switch {
	case i.High < hard && i.Written():
		return []Flag{{"warn", "People earned less than three tenths of the mark on average."}}
	case i.High < hard:
		return []Flag{{"warn", "Fewer than three in ten got it right."}}
	case i.Low >= easy && i.Written():
		return []Flag{{"info", "People earned nine tenths of the mark on average, or more."}}
	case i.Low >= easy:
		return []Flag{{"info", "Nine in ten got it right, or more, so it tells few people apart."}}
	}
	return nil
}

// unused says which options hardly anybody chose.
func (i Item) unused() []Flag {
	var names []string
	for _, r := range i.Rows {
		if r.Letter != "" && r.People.To*rare <= i.Takers && (!r.Marked || !r.Key) {
			names = append(names, r.Letter)
		}
	}
	verb := "chose"
	if len(i.Rows) > 0 && i.Rows[0].Marked {
		verb = "marked"
	}
	switch n := len(names); n {
	case 0:
		return nil
	case 1:
		return []Flag{{"info", "At most one in twenty " + verb + " option " + names[0] + "."}}
	default:
		return []Flag{{"info", "At most one in twenty each " + verb + " options " + strings.Join(names[:n-1], ", ") + " and " + names[n-1] + "."}}
	}
}

// name says what the people of a row did; one is false where it is what nobody
// chooses.
func (r Row) name() (words string, one bool) {
	switch {
	case r.Marked || r.Text == NoAnswer || r.Text == OtherNumber:
		return "", false
	case r.Letter != "":
		return "chose option " + r.Letter, true
	}
	return "answered “" + r.Text + "”", true
}

// Gravity orders questions by their remarks: the lower, the more there is to look at.
func (i Item) Gravity() int {
	g := 3
	for _, f := range i.Flags {
		switch f.Tone {
		case "bad":
			return 0
		case "warn":
			g = min(g, 1)
		default:
			g = min(g, 2)
		}
	}
	return g
}
