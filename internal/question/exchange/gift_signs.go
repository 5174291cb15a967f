package exchange

import (
	"strings"
)

// giftParts parts answers, each with the sign that it begins with.
func giftParts(s string) []string {
	var out []string
	from := -1
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '~', '=':
			if from >= 0 {
				out = append(out, s[from:i])
			}
			// "~=" is how some write the right one.
			if s[i] == '=' && from == i-1 && from >= 0 && s[from] == '~' {
				out = out[:len(out)-1]
			}
			from = i
		}
	}
	if from >= 0 {
		out = append(out, s[from:])
	}
	return out
}

// giftSplit parts a text at a sign, leaving out what is empty before the first.
func giftSplit(s, sign string) []string {
	var out []string
	for {
		at := unescaped(s, sign)
		if at < 0 {
			break
		}
		out = append(out, s[:at])
		s = s[at+len(sign):]
	}
	out = append(out, s)
	if strings.TrimSpace(out[0]) == "" {
		out = out[1:]
	}
	return out
}

// unescaped is where a sign stands first without a backslash before it, -1 where
// it does not.
func unescaped(s, sign string) int {
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' {
			i++
		} else if strings.HasPrefix(s[i:], sign) {
			return i
		}
	}
	return -1
}

func unescapedAny(s, signs string) int {
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' {
			i++
		} else if strings.IndexByte(signs, s[i]) >= 0 {
			return i
		}
	}
	return -1
}

func unescapedLast(s, sign string) int {
	last, from := -1, 0
	for {
		at := unescaped(s[from:], sign)
		if at < 0 {
			return last
		}
		last = from + at
		from = last + 1
	}
}

var unescapes = strings.NewReplacer(`\\`, `\`, `\:`, ":", `\#`, "#", `\=`, "=", `\{`, "{", `\}`, "}", `\~`, "~", `\n`, "\n")

func unescape(s string) string { return unescapes.Replace(s) }
