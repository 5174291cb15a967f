// Package apperr is the one error type that crosses room borders.
//
// An Error has two faces: Msg and Fields are written for the person who reads
// the page, the wrapped cause is written for the log. Domain packages return
// sentinels of this type or Invalid with fields; only package web turns a Kind
// into an HTTP status. It imports nothing of the project.
package apperr

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Kind says what went wrong in terms that a caller can act on.
type Kind uint8

// The kinds. Internal is the zero value on purpose: an error that nobody
// classified is a fault of ours, and its text never reaches a browser.
const (
	Internal        Kind = iota
	Invalid              // the input is wrong; Fields says where
	Unauthenticated      // nobody is signed in, or the proof is wrong
	Forbidden            // signed in, but not in this role
	NotFound             // no such thing, or somebody else's
	Conflict             // true input, wrong moment: the state does not allow it
	Gone                 // it existed and has ended
	Limited              // too many tries; wait
	Unavailable          // a service we need does not answer
)

var kindNames = [...]string{"internal", "invalid", "unauthenticated", "forbidden", "not found", "conflict", "gone", "limited", "unavailable"}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind %d", k)
}

// Field is a message that belongs to one input, by its form or file name.
type Field struct {
	Name, Msg string
}

// Error is an error for people (Msg, Fields) with a cause for the log.
type Error struct {
	Kind   Kind
	Msg    string
	Fields []Field
	// After is how long whoever is Limited has to wait; 0 if nobody knows.
	After time.Duration
	cause error
}

// New returns an error whose message may be shown to a person as it stands.
func New(kind Kind, msg string) *Error { return &Error{Kind: kind, Msg: msg} }

// Newf is New with formatting.
func Newf(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Msg: fmt.Sprintf(format, args...)}
}

// Wrap returns an error with msg for people and cause for the log.
func Wrap(kind Kind, msg string, cause error) *Error {
	return &Error{Kind: kind, Msg: msg, cause: cause}
}

// Error is the text for the log: fields and cause included.
func (e *Error) Error() string {
	var s strings.Builder
	s.WriteString(e.Msg)
	for _, f := range e.Fields {
		fmt.Fprintf(&s, " [%s: %s]", f.Name, f.Msg)
	}
	if e.cause != nil {
		s.WriteString(": " + e.cause.Error())
	}
	return s.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// Is makes copies of a sentinel (made by Because) match the sentinel: same
// kind, same words, same fields.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Kind == e.Kind && t.Msg == e.Msg && slices.Equal(t.Fields, e.Fields)
}

// Because returns a copy of e that carries cause for the log.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// Check collects field messages; the zero value is ready. It lets a service
// report everything that is wrong at once.
type Check struct{ fields []Field }

// Field adds a message for the named input.
func (c *Check) Field(name, format string, args ...any) {
	c.fields = append(c.fields, Field{name, fmt.Sprintf(format, args...)})
}

// Require adds a message unless ok.
func (c *Check) Require(ok bool, name, msg string) {
	if !ok {
		c.fields = append(c.fields, Field{name, msg})
	}
}

// Text checks what a person typed into a field, such as the reason of an act:
// it adds missing for nothing and for what is Blank ("" where nothing is fine),
// and a message of its own for more than limit characters and for what is no
// text. Space around it is the caller's to trim.
func (c *Check) Text(name, value string, limit int, missing string) {
	switch n := utf8.RuneCountInString(value); {
	case Unstorable(value):
		c.Field(name, ErrUnstorable)
	case missing != "" && Blank(value):
		c.Field(name, "%s", missing)
	case value != "" && Blank(value):
		c.Field(name, "Nobody can see what this holds. Type it again, or leave it empty.")
	case n > limit:
		c.Field(name, "Use at most %d characters; this has %d.", limit, n)
	}
}

// Name is Text for what somebody or something is called: it takes nothing that
// nobody sees, also not among letters.
func (c *Check) Name(name, value string, limit int, missing string) {
	before := len(c.fields)
	c.Text(name, value, limit, missing)
	if r, hidden := Hidden(value); hidden && len(c.fields) == before {
		c.Field(name, "Leave out the character U+%04X: nobody can see it.", r)
	}
}

// Date reads a day that a person typed, and reports whether it is one within the
// years from first through last.
func (c *Check) Date(name, day string, first, last int) (time.Time, bool) {
	d, err := time.Parse(time.DateOnly, day)
	switch {
	case err != nil && aDay(day):
		c.Field(name, "There is no such day.")
	case err != nil:
		c.Field(name, "Enter the date as year-month-day, such as 2027-03-31.")
	case d.Year() < first || d.Year() > last:
		c.Field(name, "Enter a date from %d through %d.", first, last)
	default:
		return d, true
	}
	return time.Time{}, false
}

// aDay reports whether a text is written as a day, whether there is one or not.
func aDay(s string) bool {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '0'
		}
		return r
	}, s)
	return digits == "0000-00-00"
}

// MaxReason bounds the reason of an act, in characters.
const MaxReason = 500

// WhyForTheRecord asks for a reason that is kept and not shown.
const WhyForTheRecord = "Say why, for the record."

// Reason returns the reason of an act, as a person typed it into a field, without
// the space around it. missing asks for it where there is none. Errors: Invalid
// with the field.
func Reason(name, typed, missing string) (string, error) {
	reason := strings.TrimSpace(typed)
	var c Check
	c.Text(name, reason, MaxReason, missing)
	return reason, c.Err()
}

// Err returns nil, or an Invalid error with every field collected.
func (c *Check) Err() error {
	if len(c.fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Msg: "Please correct what is marked.", Fields: c.fields}
}

// InvalidField returns an Invalid error for one input.
func InvalidField(name, format string, args ...any) error {
	var c Check
	c.Field(name, format, args...)
	return c.Err()
}

// KindOf returns the kind of err, Internal if it has none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is of the kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }

// Message returns what a person may read; never driver text.
func Message(err error) string {
	var e *Error
	if errors.As(err, &e) && e.Kind != Internal {
		return e.Msg
	}
	return "Something went wrong on our side. Nothing was changed."
}

// AfterOf returns how long to wait before trying again, 0 if err does not say.
func AfterOf(err error) time.Duration {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.After
	}
	return 0
}

// FieldsOf returns the field messages of err, in the order they were found.
func FieldsOf(err error) []Field {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Fields
	}
	return nil
}
