package kit

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/bojanz/currency"
)

// funcs are the template functions; View has the ones that need the viewer's
// zone or the address of the page.
func (r *Renderer) funcs() template.FuncMap {
	return template.FuncMap{
		"asset":   r.opt.Assets.URL,
		"icon":    r.opt.Assets.icon,
		"inline":  r.opt.Assets.inline,
		"dict":    dict,
		"list":    func(items ...any) []any { return items },
		"link":    func(label, href string) Link { return Link{Label: label, Href: href} },
		"field":   newField,
		"once":    onceInput,
		"options": optionList,
		"money":   Money,
		"hours":   Hours,
		"minutes": Minutes,
		"plural":  Plural,
		"number":  Number,
		"quote":   Quote,
		"percent": Percent,
		"rfc3339": func(t any) string { return format(t, time.UTC, time.RFC3339) },
		"day":     func(t any) string { return format(t, time.UTC, dayLayout) },
		"join":    strings.Join,
		"lower":   strings.ToLower,
		"begin":   begin,
		"zone":    zoneNamed,
		"add":     func(a, b int) int { return a + b },
		"mark":    markExecuted,
	}
}

// Money prints cents of a currency, as $149.00.
func Money(cents int64, code string) (string, error) {
	amount, err := currency.NewAmountFromInt64(cents, code)
	if err != nil {
		return "", fmt.Errorf("money: %w", err)
	}
	return currency.NewFormatter(currency.NewLocale("en-US")).Format(amount), nil
}

// begin is text at the beginning of a sentence.
func begin(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + text[size:]
}

// Hours prints centihours as decimal hours without idle zeros: 175 is 1.75,
// 150 is 1.5, 200 is 2.
func Hours(centihours any) (string, error) {
	n, err := integer(centihours)
	return strconv.FormatFloat(float64(n)/100, 'f', -1, 64), err
}

// Minutes prints seconds as people say it: less than a minute, 5 min, 1 h 20 min.
func Minutes(seconds any) (string, error) {
	n, err := integer(seconds)
	switch m := n / 60; {
	case err != nil:
		return "", err
	case m < 1:
		return "less than a minute", nil
	case m < 60:
		return fmt.Sprintf("%d min", m), nil
	case m%60 == 0:
		return fmt.Sprintf("%d h", m/60), nil
	default:
		return fmt.Sprintf("%d h %d min", m/60, m%60), nil
	}
}

// Plural prints a count with its noun: 1 lesson, 20 lessons.
func Plural(count any, one, many string) (string, error) {
	n, err := Number(count)
	if n == "1" {
		return "1 " + one, err
	}
	return n + " " + many, err
}

// Number prints a whole number with thousands set apart: 11,000.
func Number(n any) (string, error) {
	i, err := integer(n)
	s := strconv.FormatInt(i, 10)
	for at := len(s) - 3; at > 0 && s[at-1] != '-'; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s, err
}

// Percent prints part of whole, rounded down so that 100% means all; "–" if
// the whole is 0.
func Percent(part, whole any) (string, error) {
	p, err := integer(part)
	if err != nil {
		return "", err
	}
	w, err := integer(whole)
	if err != nil || w == 0 {
		return "–", err
	}
	return strconv.FormatInt(p*100/w, 10) + "%", nil
}

func integer(v any) (int64, error) {
	switch n := v.(type) {
	case int:
		return int64(n), nil
	case int64:
		return n, nil
	case int32:
		return int64(n), nil
	case int16:
		return int64(n), nil
	case int8:
		return int64(n), nil
	case uint8:
		return int64(n), nil
	case uint16:
		return int64(n), nil
	case uint32:
		return int64(n), nil
	default:
		return 0, fmt.Errorf("%v (%T) is not a whole number", v, v)
	}
}

const (
	dayLayout      = "January 2, 2006"
	dateTimeLayout = "January 2, 2006, 3:04 PM MST"
	clockLayout    = "3:04 PM"
)

// Clock prints the time of day in a zone, as pages do: 9:04 PM.
func Clock(zone *time.Location, t time.Time) string { return format(t, zone, clockLayout) }

// format prints a time.Time or *time.Time in a zone; "" for none.
func format(t any, zone *time.Location, layout string) string {
	var at time.Time
	switch v := t.(type) {
	case time.Time:
		at = v
	case *time.Time:
		if v != nil {
			at = *v
		}
	}
	if at.IsZero() {
		return ""
	}
	return at.In(zone).Format(layout)
}

// dict makes a map of pairs, to hand several values to a partial.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict: a key without a value")
	}
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		key, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: key %v is not text", pairs[i])
		}
		m[key] = pairs[i+1]
	}
	return m, nil
}
