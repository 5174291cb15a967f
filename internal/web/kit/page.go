package kit

import (
	"encoding/base64"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
)

// ListQuery is what the address of a list asks for: ?q= &state= &person= &sort=
// and the place in it, ?after= or ?before=.
type ListQuery struct {
	Q, State, Sort string
	Person         string   // the ID of the one whose alone the list shows
	After, Before  []string // the key of the neighboring row, as given to Cursor; empty at the start
	Limit          int
}

// phoneLimit is how many rows a page has at the most on a phone, where each is a
// card.
const phoneLimit = 20

// MaxQuery is how many characters of a search are taken.
const MaxQuery = 200

// ParseList reads a list's address. limit is the size of a page, smaller where the
// browser says that it is on a phone; keys is the number of parts that Cursor was
// given. What is too long, damaged or no text is Invalid.
func ParseList(c echo.Context, limit, keys int) (ListQuery, error) {
	l := ListQuery{Q: strings.TrimSpace(c.QueryParam("q")), State: c.QueryParam("state"), Sort: c.QueryParam("sort"), Person: c.QueryParam("person"), Limit: limit}
	if c.Request().Header.Get("Sec-CH-UA-Mobile") == "?1" {
		l.Limit = min(limit, phoneLimit)
	}
	all := l.Q + l.State + l.Sort + l.Person
	if utf8.RuneCountInString(l.Q) > MaxQuery || len(l.State) > 50 || len(l.Sort) > 50 || len(l.Person) > 50 || !utf8.ValidString(all) || strings.ContainsRune(all, 0) {
		return l, apperr.New(apperr.Invalid, "That search is too long or cannot be read. Please use fewer words.")
	}
	var err error
	if l.After, err = parseCursor(c.QueryParam("after"), keys); err != nil {
		return l, err
	}
	l.Before, err = parseCursor(c.QueryParam("before"), keys)
	return l, err
}

// SortOf returns the order asked for if the list has it, else its own: an
// address that was kept for long, or typed, still opens the list.
func (l ListQuery) SortOf(sorts []string) string {
	if slices.Contains(sorts, l.Sort) {
		return l.Sort
	}
	return ""
}

// Neighbor returns the row next to the page, for lists whose Cursor is one ID.
func (l ListQuery) Neighbor() (after, before string) {
	return strings.Join(l.After, ""), strings.Join(l.Before, "")
}

// Cursor packs the sort key of a row into an address. It is not secret and not
// signed: it may only ever be compared with.
func Cursor(key ...string) string {
	return base64.RawURLEncoding.EncodeToString([]byte("k" + strings.Join(key, "\x00")))
}

// parseCursor returns the parts that Cursor was given, empty for "". A place that
// Cursor did not make, or with another number of parts, is Invalid.
func parseCursor(s string, parts int) ([]string, error) {
	if s == "" {
		return []string{}, nil
	}
	body, err := base64.RawURLEncoding.DecodeString(s)
	joined, ours := strings.CutPrefix(string(body), "k")
	key := strings.Split(joined, "\x00")
	if err != nil || len(s) > 2000 || !ours || len(key) != parts || !utf8.ValidString(joined) {
		return nil, apperr.New(apperr.Invalid, "This address is damaged. Please open the list again from its start.")
	}
	return key, nil
}

// Ends returns the Cursors that NewPager wants for rows listed by their ID: of
// the first one if earlier rows exist, of the last one if more do.
func Ends[T any](rows []T, id func(T) string, earlier, more bool) (prev, next string) {
	if len(rows) == 0 {
		return "", ""
	}
	if earlier {
		prev = Cursor(id(rows[0]))
	}
	if more {
		next = Cursor(id(rows[len(rows)-1]))
	}
	return prev, next
}

// Pager is what the partial "pager" draws below a list.
type Pager struct {
	Total, Shown               int
	Over                       bool // there are more than Total: counting stopped there
	FirstURL, PrevURL, NextURL string
}

// Counted is the pager of a list whose count may have stopped.
func (p Pager) Counted(over bool) Pager {
	p.Over = over
	return p
}

// NewPager makes the links of a page of a list: next and prev are Cursors of
// the last and first row shown, "" at the end and start of the list.
func NewPager(c echo.Context, total, shown int, prev, next string) Pager {
	path, q := c.Request().URL.Path, c.QueryParams()
	p := Pager{Total: total, Shown: shown}
	if next != "" {
		p.NextURL = withQuery(path, q, "after", next)
	}
	if prev != "" {
		p.PrevURL = withQuery(path, q, "before", prev)
	}
	if q.Get("after") != "" || q.Get("before") != "" {
		p.FirstURL = withQuery(path, q)
	}
	return p
}

// PrevOrNext reports whether the list has more than this page.
func (p Pager) PrevOrNext() bool { return p.PrevURL != "" || p.NextURL != "" || p.FirstURL != "" }
