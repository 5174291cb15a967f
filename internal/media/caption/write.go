package caption

import (
	"fmt"
	"strings"
	"time"
)

// clock reads 01:02:03.004; WebVTT may leave out the hours, SRT has a comma.
func clock(s string, vtt bool) (time.Duration, bool) {
	whole, milli, ok := strings.Cut(s, ".")
	if !ok && !vtt {
		whole, milli, ok = strings.Cut(s, ",")
	}
	ms, okMS := digits(milli, 3, 3)
	parts := strings.Split(whole, ":")
	if !ok || !okMS || len(parts) < 2 || len(parts) > 3 || len(parts) == 2 && !vtt {
		return 0, false
	}
	var total int
	for i, part := range parts {
		longest := 2
		if len(parts) == 3 && i == 0 {
			longest = 3
		}
		least := 2
		if !vtt {
			least = 1
		}
		n, ok := digits(part, least, longest)
		if !ok || n > 59 && longest == 2 {
			return 0, false
		}
		total = total*60 + n
	}
	return time.Duration(total)*time.Second + time.Duration(ms)*time.Millisecond, true
}

func digits(s string, least, most int) (n int, ok bool) {
	if len(s) < least || len(s) > most {
		return 0, false
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// Clock writes a time as WebVTT does.
func Clock(d time.Duration) string {
	ms := d.Milliseconds()
	return fmt.Sprintf("%02d:%02d:%02d.%03d", ms/3600000, ms/60000%60, ms/1000%60, ms%1000)
}

// tags keeps the markup that is shown and escapes the rest: in SRT, & and < stand
// for themselves. wrong names the first that is not known.
func tags(line string, vtt bool) (clean, wrong string) {
	var out strings.Builder
	for line != "" {
		i := strings.IndexAny(line, "<>&")
		if i < 0 {
			break
		}
		out.WriteString(line[:i])
		line = line[i:]
		switch {
		case line[0] == '&' && vtt && entity(line) != "":
			out.WriteString(entity(line))
			line = line[len(entity(line)):]
			continue
		case line[0] == '&':
			out.WriteString("&amp;")
		case line[0] == '>':
			out.WriteString("&gt;")
		default:
			tag, ok := markupTag(line, vtt)
			if ok {
				out.WriteString(tag)
				line = line[len(tag):]
				continue
			}
			if wrong == "" && strings.Contains(line, ">") {
				wrong = "“" + clip(line[:strings.IndexByte(line, '>')+1]) + "”"
			} else if wrong == "" && vtt {
				wrong = "a “<” that opens nothing (write &lt;)"
			}
			out.WriteString("&lt;")
		}
		line = line[1:]
	}
	out.WriteString(line)
	return out.String(), wrong
}

// entity is the entity at the beginning of s that WebVTT knows, "" if there is none.
func entity(s string) string {
	for _, e := range []string{"&amp;", "&lt;", "&gt;", "&nbsp;", "&lrm;", "&rlm;"} {
		if strings.HasPrefix(s, e) {
			return e
		}
	}
	return ""
}

// markupTag is the tag at the beginning of s that is shown.
func markupTag(s string, vtt bool) (tag string, ok bool) {
	for _, t := range []string{"<i>", "</i>", "<b>", "</b>", "<u>", "</u>"} {
		if strings.HasPrefix(s, t) {
			return t, true
		}
	}
	end := strings.IndexByte(s, '>')
	if !vtt || end < 0 {
		return "", false
	}
	if name, ok := strings.CutPrefix(s[:end], "<v "); ok && name != "" && !strings.ContainsAny(name, "<&") || s[:end] == "</v" {
		return s[:end+1], true
	}
	return "", false
}

// plain is text without its markup, as a reader sees it.
func plain(s string) string {
	var out strings.Builder
	for s != "" {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			break
		}
		out.WriteString(s[:i])
		end := strings.IndexByte(s[i:], '>')
		if end < 0 {
			s = ""
			break
		}
		s = s[i+end+1:]
	}
	out.WriteString(s)
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&nbsp;", " ", "&lrm;", "", "&rlm;", "", "&amp;", "&").Replace(out.String())
}

// VTT writes cues as WebVTT.
func VTT(cues []Cue) []byte {
	var out strings.Builder
	out.WriteString("WEBVTT\n")
	for _, c := range cues {
		fmt.Fprintf(&out, "\n%s --> %s", Clock(c.Start), Clock(c.End))
		if c.Settings != "" {
			out.WriteString(" " + c.Settings)
		}
		out.WriteString("\n" + c.Text + "\n")
	}
	return []byte(out.String())
}

// Words is what cues say, as one text without markup.
func Words(cues []Cue) string {
	parts := make([]string, len(cues))
	for i, c := range cues {
		parts[i] = strings.ReplaceAll(plain(c.Text), "\n", " ")
	}
	return strings.Join(parts, " ")
}
