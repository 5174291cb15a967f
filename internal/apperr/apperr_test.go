package apperr_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
)

func TestTwoFaces(t *testing.T) {
	cause := errors.New("UNIQUE constraint failed: people.email")
	taken := apperr.New(apperr.Conflict, "This address is taken.")
	err := fmt.Errorf("register: %w", taken.Because(cause))

	if got := apperr.Message(err); got != "This address is taken." {
		t.Errorf("Message = %q", got)
	}
	if !errors.Is(err, taken) || !errors.Is(err, cause) {
		t.Error("a copy must match its sentinel and keep its cause")
	}
	if errors.Unwrap(taken) != nil {
		t.Error("Because changed the sentinel")
	}
}

func TestFieldErrorsAreToldApart(t *testing.T) {
	decide := apperr.InvalidField("certificate", "Say whether it stays valid.")
	if errors.Is(apperr.InvalidField("reason", "Say why."), decide) {
		t.Error("an error of one field matches that of another")
	}
	if !errors.Is(fmt.Errorf("refund: %w", decide), decide) {
		t.Error("a field error does not match itself")
	}
}

func TestUnclassifiedIsNeutral(t *testing.T) {
	err := errors.New("pq: password authentication failed for user cocare")
	if apperr.KindOf(err) != apperr.Internal {
		t.Error("an unclassified error must be Internal")
	}
	if msg := apperr.Message(err); msg != "Something went wrong on our side. Nothing was changed." {
		t.Errorf("driver text reaches people: %q", msg)
	}
}

func TestDate(t *testing.T) {
	const ask, none = "Enter the date as year-month-day, such as 2027-03-31.", "There is no such day."
	for day, want := range map[string]string{"1950-01-01": "", "2100-12-31": "", "1949-12-31": "Enter a date from 1950 through 2100.", "9999-12-31": "Enter a date from 1950 through 2100.",
		"": ask, "31.3.2027": ask, "2027-2-30": ask, "2027-02-30": none, "2027-13-01": none} {
		var c apperr.Check
		d, ok := c.Date("on", day, 1950, 2100)
		got := ""
		for _, f := range apperr.FieldsOf(c.Err()) {
			got = f.Msg
		}
		if got != want || ok != (want == "") || ok && d.Format(time.DateOnly) != day || !ok && !d.IsZero() {
			t.Errorf("%q: %v, %v, %q", day, d, ok, got)
		}
	}
}

func TestReason(t *testing.T) {
	long := strings.Repeat("é", apperr.MaxReason)
	for typed, want := range map[string]string{" asked for \n": "asked for", long: long, " ": "", "\u200b": "", long + "x": ""} {
		got, err := apperr.Reason("why", typed, apperr.WhyForTheRecord)
		if want != "" && (got != want || err != nil) {
			t.Errorf("%q: %q, %v", typed, got, err)
		}
		if fields := apperr.FieldsOf(err); want == "" && (len(fields) != 1 || fields[0].Name != "why") {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

func TestTextCountsCharacters(t *testing.T) {
	for value, want := range map[string]string{
		"":                     "Say why.",
		"ok":                   "",
		strings.Repeat("é", 5): "", // ten bytes
		strings.Repeat("治", 6): "Use at most 5 characters; this has 6.",
		"a\x00b":               "This holds characters that cannot be stored. Please type it again.",
		"a\ufffd":              "This holds characters that cannot be stored. Please type it again.",
		"a\xffb":               "This holds characters that cannot be stored. Please type it again.",
		"\u200b\u200d":         "Say why.",
		" \u202e\u3164\t":      "Say why.", //nolint:gocritic // the spaces are what is tried
		"\u200bok":             "",
	} {
		var c apperr.Check
		c.Text("reason", value, 5, "Say why.")
		got := ""
		if fields := apperr.FieldsOf(c.Err()); len(fields) == 1 && fields[0].Name == "reason" {
			got = fields[0].Msg
		}
		if got != want {
			t.Errorf("%q: %q, want %q", value, got, want)
		}
	}
	var c apperr.Check
	if c.Text("about", "", 5, ""); c.Err() != nil {
		t.Error("nothing is fine where nothing is asked for:", c.Err())
	}
	if c.Text("about", "\u2800", 5, ""); c.Err() == nil {
		t.Error("what nobody sees is not nothing")
	}
}

func TestNameHoldsNothingHidden(t *testing.T) {
	for value, want := range map[string]string{
		"Ada Rivera":         "",
		"\u0645\u200c\u06cc": "", // a joiner of Persian
		"":                   "Who?",
		"\u200b":             "Who?",
		"Ada\u202e Ri":       "Leave out the character U+202E: nobody can see it.",
		"Ada\a":              "Leave out the character U+0007: nobody can see it.",
		"Ada\u200bRiveraaa":  "Use at most 10 characters; this has 12.",
	} {
		var c apperr.Check
		c.Name("name", value, 10, "Who?")
		got := ""
		if fields := apperr.FieldsOf(c.Err()); len(fields) == 1 {
			got = fields[0].Msg
		}
		if got != want {
			t.Errorf("%+q: %q, want %q", value, got, want)
		}
	}
}

func TestCheckCollects(t *testing.T) {
	var c apperr.Check
	if c.Err() != nil {
		t.Fatal("an empty check must be nil")
	}
	c.Require(false, "email", "Enter an address.")
	c.Require(true, "name", "Enter a name.")
	c.Field("password", "Use at least %d characters.", 12)
	err := c.Err()
	if !apperr.Is(err, apperr.Invalid) || len(apperr.FieldsOf(err)) != 2 || apperr.FieldsOf(err)[1].Msg != "Use at least 12 characters." {
		t.Errorf("got %v", err)
	}
}

func TestBlank(t *testing.T) {
	for s, want := range map[string]bool{
		"": true, " \n": true, //nolint:gocritic // as above
		"\u00a0\u3000": true, "\u200b": true, "\u200c\u200d": true, "\u2066\u2069": true, "\u202e": true, "\ufeff": true,
		"\u115f\u1160\u3164\uffa0\u2800": true, "\u00ad": true, "\ufe0f": true, "\u034f": true, "\U000e0061": true, "\ue000": true,
		"a": false, "\u200ba": false, ".": false, "\u6cbb": false, "\u2764\ufe0f": false, "\u0301": false,
	} {
		if apperr.Blank(s) != want {
			t.Errorf("%+q: blank %v", s, !want)
		}
	}
}

func TestPlain(t *testing.T) {
	for s, want := range map[string]string{
		"":                              "",
		" Two\r\nlines,\tone tab ":      "Two\nlines,\tone tab",
		"a\u202egpj.exe\u202c b":        "agpj.exe b",
		"\u2066left\u2069 \u200e\u200f": "left",
		"\ufeffbeg\u200bin\u2060\u00ad": "begin",
		"bell\a\x1b[31m":                "bell[31m",
		"\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", // Persian
		"\u0915\u094d\u200d\u0937":                         "\u0915\u094d\u200d\u0937",                         // Hindi
		"\U0001f469\u200d\u2695\ufe0f":                     "\U0001f469\u200d\u2695\ufe0f",                     // an emoji
		"\u0601 12":                                        "\u0601 12",                                        // a sign of Arabic that is seen
		"\u200b\u202e":                                     "",
		"a\x00b":                                           "a\x00b", // which is refused
	} {
		if got := apperr.Plain(s); got != want {
			t.Errorf("%+q: %+q, want %+q", s, got, want)
		}
	}
	if !apperr.Unstorable(apperr.Plain("a\xffb")) {
		t.Error("what is no text passes for one")
	}
}

func TestStacked(t *testing.T) {
	for s, want := range map[string]bool{
		"Ng\u0302\u0301": false, "a" + strings.Repeat("\u0301", 4): false, "": false,
		"a" + strings.Repeat("\u0301", 5): true, "a" + strings.Repeat("\u0301\u200d", 5): true,
		strings.Repeat("a\u0301", 50): false,
	} {
		if apperr.Stacked(s) != want {
			t.Errorf("%+q: stacked %v", s, !want)
		}
	}
}

// TestFileName: a browser may call a file anything.
func TestFileName(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"list.csv", "list.csv"}, {`C:\fakepath\list.csv`, "list.csv"}, {"../../etc/passwd", "passwd"}, {"folder/", "none"},
		{"a\u202eb\x00.csv", "ab.csv"}, {"", "none"}, {" \u200b", "none"},
		{strings.Repeat("é", 200), strings.Repeat("é", 100)},
	} {
		if got := apperr.FileName(c.name, "none"); got != c.want {
			t.Errorf("%q: %q, want %q", c.name, got, c.want)
		}
	}
}
