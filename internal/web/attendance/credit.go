package attendance

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/attendance"
)

// crediting works out what minutes of an event earn, each number once.
type crediting struct {
	h     *handler
	event attendance.Event
	whole string            // the credit of all of it, "" for none
	known map[string]string // of minutes as a list says them
}

func (h *handler) crediting(ctx context.Context, e attendance.Event) (*crediting, error) {
	c := &crediting{h: h, event: e, known: map[string]string{}}
	var err error
	c.whole, err = c.of(ctx, attendance.All)
	return c, err
}

// of is the credit for so many minutes in words, "" for none.
func (c *crediting) of(ctx context.Context, minutes string) (string, error) {
	if words, there := c.known[minutes]; there {
		return words, nil
	}
	lines, _, err := c.h.Credit(ctx, c.event, minutes)
	if err != nil {
		return "", err
	}
	c.known[minutes] = credits(lines)
	return c.known[minutes], nil
}

func credits(lines []accreditation.Line) string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = l.Amount() + ", " + l.Name
	}
	return strings.Join(out, "; ")
}

// note says of a row what its certificate grants, where that is less than the event
// can earn.
func (c *crediting) note(ctx context.Context, r attendance.Row) (string, error) {
	if c.whole == "" || !r.Verdict.Possible() {
		return "", nil
	}
	words, err := c.of(ctx, r.Minutes)
	at, known := c.event.Attended(r.Minutes)
	switch {
	case err != nil || !known || words == c.whole:
		return "", err
	case words == "":
		return fmt.Sprintf("Certificate without credit: %d of %d minutes.", at.Counted(), at.Of), nil
	}
	return fmt.Sprintf("Credit for %d of %d minutes: %s.", at.Counted(), at.Of, words), nil
}

// group is rows whose certificates grant the same.
type group struct {
	N, From, To int // minutes that count
	Credit      string
}

// Minutes are how many of the rows' minutes count.
func (g group) Minutes() string {
	if g.From == g.To {
		return strconv.Itoa(g.From)
	}
	return fmt.Sprintf("%d to %d", g.From, g.To)
}

// mostGroups bounds the numbers of minutes of a list whose credit a page works out.
const mostGroups = 200

// groups sums up what the rows of a list that can be issued grant; told is how many
// rows that is about.
func (c *crediting) groups(ctx context.Context, listID string) (out []group, told int, err error) {
	list, err := c.h.Attendance.Groups(ctx, listID, mostGroups)
	if err != nil {
		return nil, 0, err
	}
	at := map[string]int{}
	for _, l := range list {
		words, err := c.of(ctx, l.Minutes)
		if err != nil {
			return nil, 0, err
		}
		a, _ := c.event.Attended(l.Minutes)
		n := a.Counted()
		told += l.N
		if i, there := at[words]; there {
			g := &out[i]
			g.N, g.From, g.To = g.N+l.N, min(g.From, n), max(g.To, n)
			continue
		}
		at[words], out = len(out), append(out, group{l.N, n, n, words})
	}
	return out, told, nil
}
