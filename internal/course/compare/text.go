package compare

import (
	"html"
	"regexp"
	"strings"

	"github.com/atmacena/cocare/internal/course/content"
)

// disclosed is what the page with the disclosure says, as far as the course decides.
func disclosed(c *content.Course) string {
	w := &lines{}
	w.some("", plain(string(c.Disclosure.HTML)))
	for _, a := range c.Card.Authors {
		w.line("%s", author(a))
	}
	w.line("Pass mark %d percent; attempts %d", c.Card.PassPercent, c.Card.Attempts)
	return w.String()
}

// author is somebody behind the course with what they disclose.
func author(a content.Author) string {
	name := a.Name
	if a.Credentials != "" {
		name += ", " + a.Credentials
	}
	return name + " (" + a.Role + "). " + a.Disclosure
}

var (
	blockEnd = regexp.MustCompile(`</(p|li|h\d|tr|td|th|div)>`)
	tag      = regexp.MustCompile(`<[^>]*>`)
)

// plain is the text of rendered HTML, a line for each block.
func plain(s string) string {
	s = html.UnescapeString(tag.ReplaceAllString(blockEnd.ReplaceAllString(s, "\n"), ""))
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
