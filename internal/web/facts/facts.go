// Package facts says the details of audit events and evidence in words.
package facts

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/web/kit"
)

// Fact is a detail of an event as people say it: words, or an instant that the
// page shows in the viewer's zone.
type Fact struct {
	Label, Text string
	At          *time.Time
}

// Entry is an event with its details in words. Raw is the record itself.
type Entry struct {
	audit.Entry
	Facts []Fact
	Raw   string
}

// Tell says an event; currency and name are as for Of.
func Tell(e audit.Entry, currency string, name func(id string) string) (Entry, error) {
	raw, err := Raw(map[string]any{"action": e.Action, "object_kind": e.ObjectKind, "object_id": e.ObjectID, "details": e.Details})
	return Entry{e, Of(e.Details, currency, name), raw}, err
}

// words name the details that do not say themselves what they are.
var words = map[string]string{ // #nosec G101 -- words for people
	"bundled": "Back to the shipped rules", "by_number": "New number", "cents": "Amount", "extra_attempts": "More attempts", "extra_time_percent": "More time, in percent", "factor": "Confirmed by",
	"ended_on": "Last day", "from_on": "First day", "until_on": "Last day", "void": "Never counted",
	"from": "Before", "pass_percent": "Pass mark, in percent", "q": "Searched for", "registered_again": "Registered again", "to": "After",
	"why": "Reason", "points": "Marks", "attempt": "Attempt", "allowed": "Attempts in all", "slug": "Course", "bytes": "Size, in bytes",
}

// codes are values that mean something to programs alone: IDs and hashes. They
// stand in the record below.
var codes = regexp.MustCompile(`^([0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32,})$`)

// Persons are the details that are IDs of people.
var Persons = []string{"person", "closed_by"}

// Of says details in words, in the order of their names. currency is that of
// amounts whose event does not name it; name says who a person is.
func Of(details map[string]any, currency string, name func(id string) string) []Fact {
	if own, ok := details["currency"].(string); ok {
		currency = own
	}
	var list []Fact
	for _, key := range slices.Sorted(maps.Keys(details)) {
		f, ok := one(key, details[key], currency)
		if id, is := details[key].(string); slices.Contains(Persons, key) && is && id != "" && name != nil {
			f, ok = Fact{Text: name(id)}, true
		}
		if !ok {
			continue
		}
		if f.Label = words[key]; f.Label == "" {
			f.Label = strings.ToUpper(key[:1]) + strings.ReplaceAll(key[1:], "_", " ")
		}
		list = append(list, f)
	}
	return list
}

// one says one detail; false for nothing, for codes and for what has parts of
// its own.
func one(key string, value any, currency string) (f Fact, ok bool) {
	switch v := value.(type) {
	case string:
		if at, err := time.Parse(time.RFC3339Nano, v); err == nil {
			return Fact{At: &at}, true
		}
		f.Text = v
		return f, v != "" && key != "currency" && !codes.MatchString(v)
	case bool:
		f.Text = map[bool]string{true: "Yes", false: "No"}[v]
		return f, true
	case float64:
		if key == "points" { // thousandths of a mark
			v /= 1000
		}
		f.Text = strconv.FormatFloat(v, 'f', -1, 64)
		if amount, err := kit.Money(int64(v), currency); key == "cents" && err == nil {
			f.Text = amount
		}
		return f, true
	case []any:
		var parts []string
		for _, part := range v {
			if p, ok := one(key, part, currency); ok && p.At == nil {
				parts = append(parts, p.Text)
			}
		}
		f.Text = strings.Join(parts, ", ")
		return f, f.Text != ""
	}
	return f, false
}

// Raw is what is recorded, letter by letter.
func Raw(record any) (string, error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(record)
	return strings.TrimSpace(b.String()), err
}
