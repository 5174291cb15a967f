// Package ical writes calendars of whole days as RFC 5545 has them.
//
// It is pure. Lines end with CRLF and are folded at 75 octets between characters
// (3.1), text is escaped (3.3.11), days are DATE values (3.3.4).
package ical

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Calendar is a calendar. Product and Name say whose it is.
type Calendar struct {
	Product, Name string
	Refresh       time.Duration // how often to fetch it again (RFC 7986); whole hours
	Events        []Event
}

// Event is something that lasts one whole day.
type Event struct {
	UID                       string
	Day                       time.Time // its date counts, in its own zone
	Revised                   time.Time // when what it says was last changed (3.8.7.2)
	Summary, Description, URL string    // the last two may be ""
	Alarms                    []int     // how many days before, at midnight
}

// File is the calendar as a file.
func (c Calendar) File() []byte {
	var w writer
	w.line("BEGIN:VCALENDAR")
	w.line("VERSION:2.0")
	w.text("PRODID", "-//"+c.Product+"//EN")
	w.line("CALSCALE:GREGORIAN")
	w.text("NAME", c.Name)
	w.text("X-WR-CALNAME", c.Name)
	if hours := int(c.Refresh / time.Hour); hours > 0 {
		w.line(fmt.Sprintf("REFRESH-INTERVAL;VALUE=DURATION:PT%dH", hours))
		w.line(fmt.Sprintf("X-PUBLISHED-TTL:PT%dH", hours))
	}
	for _, e := range c.Events {
		w.event(e)
	}
	w.line("END:VCALENDAR")
	return []byte(w.String())
}

type writer struct{ strings.Builder }

const (
	dayLayout     = "20060102"
	instantLayout = "20060102T150405Z"
)

func (w *writer) event(e Event) {
	w.line("BEGIN:VEVENT")
	w.text("UID", e.UID)
	w.line("DTSTAMP:" + e.Revised.UTC().Format(instantLayout))
	w.line("LAST-MODIFIED:" + e.Revised.UTC().Format(instantLayout))
	w.line("DTSTART;VALUE=DATE:" + e.Day.Format(dayLayout))
	w.line("DTEND;VALUE=DATE:" + e.Day.AddDate(0, 0, 1).Format(dayLayout))
	w.text("SUMMARY", e.Summary)
	if e.Description != "" {
		w.text("DESCRIPTION", e.Description)
	}
	if e.URL != "" { // a URI is not text: it is not escaped
		w.line("URL:" + e.URL)
	}
	w.line("TRANSP:TRANSPARENT")
	for _, days := range e.Alarms {
		w.line("BEGIN:VALARM")
		w.line("ACTION:DISPLAY")
		w.line(fmt.Sprintf("TRIGGER:-P%dD", days))
		w.text("DESCRIPTION", e.Summary)
		w.line("END:VALARM")
	}
	w.line("END:VEVENT")
}

var escaper = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`)

func (w *writer) text(name, value string) { w.line(name + ":" + escaper.Replace(value)) }

// width is how many octets a line holds, without its end.
const width = 75

// line writes a content line, folded. Control characters, which no line may hold,
// are left out.
func (w *writer) line(s string) {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	for room := width; len(s) > room; room = width - 1 { // the space counts
		cut := room
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		w.WriteString(s[:cut] + "\r\n ")
		s = s[cut:]
	}
	w.WriteString(s + "\r\n")
}
