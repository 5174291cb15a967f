package mail

import (
	"bytes"
	"fmt"
	html "html/template"
	"strings"
	"sync"
	text "text/template"
	"time"

	"github.com/atmacena/cocare/templates/emails"
)

// page is what the templates see.
type page struct {
	Site    Site
	To      Address
	Subject string
	M       Message
}

var funcs = map[string]any{
	"date":    func(t time.Time) string { return t.Format("January 2, 2006") },
	"instant": func(t time.Time) string { return t.Format("January 2, 2006 at 3:04 PM MST") },
	"span":    span,
	"plural":  plural,
	"list":    list,
	"lower":   strings.ToLower,
	"button":  func(href, label string) button { return button{href, label} },
}

// button is a link that the HTML layout draws large, with its address below.
type button struct{ Href, Label string }

// layouts are parsed once, at the first mail: a command that sends none should
// not wait for them.
var layouts = sync.OnceValues(func() (l struct {
	html *html.Template
	text *text.Template
}, err error) {
	if l.html, err = html.New("layout.html").Funcs(funcs).ParseFS(emails.FS, "layout.html"); err != nil {
		return l, err
	}
	l.text, err = text.New("layout.txt").Funcs(funcs).ParseFS(emails.FS, "layout.txt")
	return l, err
})

// render fills both forms of a mail.
func render(p page) (htmlBody, textBody string, err error) {
	l, err := layouts()
	if err != nil {
		return "", "", err
	}
	h, err := l.html.Clone()
	if err == nil {
		h, err = h.ParseFS(emails.FS, p.M.Name()+".html")
	}
	if err != nil {
		return "", "", err
	}
	t, err := l.text.Clone()
	if err == nil {
		t, err = t.ParseFS(emails.FS, p.M.Name()+".txt")
	}
	if err != nil {
		return "", "", err
	}
	var hb, tb bytes.Buffer
	if err := h.ExecuteTemplate(&hb, "layout.html", p); err != nil {
		return "", "", err
	}
	if err := t.ExecuteTemplate(&tb, "layout.txt", p); err != nil {
		return "", "", err
	}
	return hb.String(), tb.String(), nil
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// span says a duration in its largest whole unit up to days.
func span(d time.Duration) string {
	switch {
	case d >= 48*time.Hour && d%(24*time.Hour) == 0:
		return plural(int(d/(24*time.Hour)), "day")
	case d >= time.Hour && d%time.Hour == 0:
		return plural(int(d/time.Hour), "hour")
	}
	return plural(int(d.Round(time.Minute)/time.Minute), "minute")
}

// list joins as a sentence does: "a", "a and b", "a, b, and c".
func list(items []string) string {
	switch n := len(items); n {
	case 0:
		return "none"
	case 1:
		return items[0]
	case 2:
		return items[0] + " and " + items[1]
	default:
		return strings.Join(items[:n-1], ", ") + ", and " + items[n-1]
	}
}
