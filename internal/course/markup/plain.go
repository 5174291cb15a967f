package markup

import (
	"strings"

	"golang.org/x/net/html"
)

// Plain is what a reader sees of HTML that this package wrote, without explanations that
// pop up and without drawings; numbers says whether the numbers of citations are part of
// it.
func Plain(source string, numbers bool) string {
	var out strings.Builder
	tokens, skipped, depth := html.NewTokenizer(strings.NewReader(source)), "", 0
	for {
		kind := tokens.Next()
		if kind == html.ErrorToken { // its end
			return out.String()
		}
		t := tokens.Token()
		switch {
		case skipped != "" && t.Data == skipped && kind == html.StartTagToken:
			depth++
		case skipped != "" && t.Data == skipped && kind == html.EndTagToken:
			if depth--; depth == 0 {
				skipped = ""
			}
		case skipped != "":
		case kind == html.TextToken:
			out.WriteString(t.Data)
		case kind == html.StartTagToken && unseen(t, numbers):
			skipped, depth = t.Data, 1
		}
	}
}

// unseen reports whether an element is left out of the text.
func unseen(t html.Token, numbers bool) bool {
	switch t.Data {
	case "svg":
		return true
	case "sup":
		return !numbers && has(t, "class", "cite")
	case "span":
		return has(t, "popover", "")
	}
	return false
}

func has(t html.Token, key, value string) bool {
	for _, a := range t.Attr {
		if a.Key == key && a.Val == value {
			return true
		}
	}
	return false
}
