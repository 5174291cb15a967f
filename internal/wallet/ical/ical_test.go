package ical_test

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	goical "github.com/emersion/go-ical"

	"github.com/atmacena/cocare/internal/wallet/ical"
)

var whole = ical.Calendar{Product: "Example CE; Ltd.", Name: "Licenses, of Ana", Refresh: 12 * time.Hour, Events: []ical.Event{
	{UID: "a@example.org", Day: time.Date(2027, 3, 31, 23, 0, 0, 0, time.FixedZone("", -5*3600)), Revised: time.Date(2026, 11, 23, 7, 30, 0, 0, time.FixedZone("", 3600)),
		Summary: "License renewal: “Counselor”, Île; C:\\", Description: "18 of 36 hours.\nMissing:\r\n" + strings.Repeat("Ελένη 治療 🌿, ", 30), URL: "https://ce.example.org/wallet/licenses/1?a=1;b,c", Alarms: []int{90, 7}},
	{UID: "b@example.org", Day: time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC), Revised: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Summary: "x\x00\x1by"},
}}

// TestAnotherParserReadsTheSame: the parser is not ours.
func TestAnotherParserReadsTheSame(t *testing.T) {
	cal, err := goical.NewDecoder(bytes.NewReader(whole.File())).Decode()
	if err != nil {
		t.Fatal(err)
	}
	events := cal.Events()
	if len(events) != 2 {
		t.Fatalf("%d events", len(events))
	}
	text := func(c *goical.Component, name string) string {
		t.Helper()
		s, err := c.Props.Text(name)
		if err != nil {
			t.Error(err)
		}
		return s
	}
	if got := text(cal.Component, "PRODID"); got != "-//Example CE; Ltd.//EN" {
		t.Errorf("product %q", got)
	}
	for i, e := range events {
		want := whole.Events[i]
		if got := text(e.Component, "UID"); got != want.UID {
			t.Errorf("UID %q", got)
		}
		wantText := strings.ReplaceAll(want.Description, "\r\n", "\n")
		if got := text(e.Component, "DESCRIPTION"); got != wantText {
			t.Errorf("description %q, want %q", got, wantText)
		}
		start, err := e.DateTimeStart(time.UTC)
		if err != nil || start.Format(time.DateOnly) != want.Day.Format(time.DateOnly) || e.Props.Get("DTSTART").ValueType() != goical.ValueDate {
			t.Errorf("start %v, %v", start, err)
		}
		end, err := e.DateTimeEnd(time.UTC)
		if err != nil || end.Sub(start) != 24*time.Hour {
			t.Errorf("end %v, %v", end, err)
		}
		stamp, err := e.Props.DateTime("DTSTAMP", time.UTC)
		if err != nil || !stamp.Equal(want.Revised) {
			t.Errorf("stamp %v, %v", stamp, err)
		}
		if len(e.Children) != len(want.Alarms) {
			t.Errorf("%d alarms", len(e.Children))
		}
		for n, a := range e.Children {
			before, err := a.Props.Get("TRIGGER").Duration()
			if err != nil || before != -time.Duration(want.Alarms[n])*24*time.Hour || a.Name != "VALARM" || text(a, "ACTION") != "DISPLAY" || text(a, "DESCRIPTION") == "" {
				t.Errorf("alarm %v, %v", a, err)
			}
		}
	}
	if got := text(events[0].Component, "SUMMARY"); got != whole.Events[0].Summary {
		t.Errorf("summary %q", got)
	}
	if got := text(events[1].Component, "SUMMARY"); got != "xy" {
		t.Errorf("control characters: %q", got)
	}
	if u, err := events[0].Props.URI("URL"); err != nil || u.String() != whole.Events[0].URL {
		t.Errorf("URL %v, %v", u, err)
	}
	// Encoding checks what each component must have.
	if err := goical.NewEncoder(&bytes.Buffer{}).Encode(cal); err != nil {
		t.Error(err)
	}
}

func TestLinesAreFoldedBetweenCharacters(t *testing.T) {
	file := string(whole.File())
	if strings.Contains(strings.ReplaceAll(file, "\r\n", ""), "\n") || strings.Contains(strings.ReplaceAll(file, "\r\n", ""), "\r") {
		t.Error("a line does not end with CRLF")
	}
	if !strings.HasSuffix(file, "END:VCALENDAR\r\n") {
		t.Error("the last line has no end")
	}
	folded := 0
	for line := range strings.SplitSeq(strings.TrimSuffix(file, "\r\n"), "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) || line == "" {
			t.Errorf("%d octets: %q", len(line), line)
		}
		if strings.HasPrefix(line, " ") {
			folded++
		}
	}
	if folded < 5 {
		t.Errorf("%d lines are folded", folded)
	}
	for n := range 200 { // a fold at each place
		c := ical.Calendar{Product: "x", Name: strings.Repeat("é", n)}
		got, err := goical.NewDecoder(bytes.NewReader(c.File())).Decode()
		if err != nil {
			t.Fatal(err)
		}
		if name, err := got.Props.Text("NAME"); err != nil || name != c.Name {
			t.Errorf("%d: %q, %v", n, name, err)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("a,b;c\\n\n", "\xff\x00")
	f.Fuzz(func(t *testing.T, a, b string) {
		c := ical.Calendar{Product: a, Name: b, Events: []ical.Event{{UID: "u", Summary: a, Description: b}}}
		file := c.File()
		for line := range bytes.SplitSeq(bytes.TrimSuffix(file, []byte("\r\n")), []byte("\r\n")) {
			if len(line) > 75 || bytes.ContainsAny(line, "\r\n") {
				t.Errorf("%q", line)
			}
		}
		got, err := goical.NewDecoder(bytes.NewReader(file)).Decode()
		if err != nil || len(got.Events()) != 1 {
			t.Errorf("%v: %q", err, file)
		}
	})
}
