package edit

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// value2text writes a value: on one line where it stands in braces, otherwise as a
// block whose first line begins at the margin.
func value2text(value any, flow bool) string {
	switch v := value.(type) {
	case string:
		return scalar(v, 0, flow)
	case int:
		return strconv.Itoa(v)
	case bool:
		return strconv.FormatBool(v)
	case Raw:
		return string(v)
	case []string:
		list := make([]string, len(v))
		for i, s := range v {
			list[i] = scalar(s, 0, true)
		}
		return "[" + strings.Join(list, ", ") + "]"
	case Map:
		return mapText(v, flow)
	case []any:
		return listText(v, flow)
	}
	return "null"
}

func mapText(m Map, flow bool) string {
	var parts []string
	for _, p := range m {
		text := value2text(p.Value, flow)
		sep := " "
		if block(p.Value) && !flow {
			sep, text = "\n", indent(text, 2)
		}
		parts = append(parts, scalar(p.Key, 0, flow)+":"+sep+text)
	}
	switch {
	case flow:
		return "{" + strings.Join(parts, ", ") + "}"
	case len(parts) == 0:
		return "{}"
	}
	return strings.Join(parts, "\n")
}

func listText(list []any, flow bool) string {
	var parts []string
	for _, v := range list {
		text := value2text(v, flow)
		if !flow {
			text = "- " + strings.TrimPrefix(indent(text, 2), "  ")
		}
		parts = append(parts, text)
	}
	switch {
	case flow:
		return "[" + strings.Join(parts, ", ") + "]"
	case len(parts) == 0:
		return "[]"
	}
	return strings.Join(parts, "\n")
}

// block reports whether a value takes lines of its own.
func block(value any) bool {
	switch v := value.(type) {
	case Map:
		return len(v) > 0
	case []any:
		return len(v) > 0
	}
	return false
}

func indent(text string, by int) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if l != "" {
			lines[i] = strings.Repeat(" ", by) + l
		}
	}
	return strings.Join(lines, "\n")
}

// scalar writes a string, in the style that stood there where it can: as it is, in
// quotes, or as a block of lines below a sign, not indented yet.
func scalar(s string, style yaml.Style, flow bool) string {
	lines := strings.Contains(s, "\n")
	switch {
	case style&yaml.DoubleQuotedStyle != 0 && !lines:
	case style&yaml.SingleQuotedStyle != 0 && !lines && printable(s):
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	case lines && !flow && printable(strings.ReplaceAll(s, "\n", "")) && !strings.HasPrefix(s, " ") && !strings.HasPrefix(s, "\n") && strings.Trim(s, "\n") != "":
		body := strings.TrimRight(s, "\n")
		sign := map[int]string{0: "|-", 1: "|"}[len(s)-len(body)]
		if sign == "" {
			break
		}
		return sign + "\n" + indent(body, 2)
	case plain(s, flow):
		return s
	}
	return quoted(s)
}

func printable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !strconv.IsPrint(r) })
}

// plain reports whether a string can stand without quotes; the parser itself says.
func plain(s string, flow bool) bool {
	if s == "" || strings.ContainsAny(s, "\n\r\t") || !printable(s) || strings.TrimSpace(s) != s {
		return false
	}
	text := "k: " + s + "\n"
	if flow {
		text = "k: [" + s + ", x]\n"
	}
	root, err := parse(text)
	if err != nil {
		return false
	}
	n := find(root, At("k"))
	if flow {
		if n == nil || len(n.Content) != 2 {
			return false
		}
		n = n.Content[0]
	}
	return n != nil && n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str" && n.Value == s && n.Style == 0 && n.Anchor == ""
}

func quoted(s string) string {
	var out strings.Builder
	out.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			out.WriteByte('\\')
			out.WriteRune(r)
		case r == '\n':
			out.WriteString(`\n`)
		case r == '\t':
			out.WriteString(`\t`)
		case strconv.IsPrint(r):
			out.WriteRune(r)
		case r > 0xFFFF:
			fmt.Fprintf(&out, `\U%08X`, r)
		default:
			fmt.Fprintf(&out, `\u%04X`, r)
		}
	}
	out.WriteByte('"')
	return out.String()
}
