package studio

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/course"
)

// Findings speak of a file. In a form they speak of what the form shows: labels in the
// place of keys, titles in the place of files, an option in the place of options[3].

// plainly is a finding in the words of a form. On the page of a list it names the
// entry that it is about.
func (o openedForm) plainly(p course.Problem) course.Problem {
	for _, r := range o.sheet.Lists {
		i := o.entryAt(r, p.Line)
		if !r.Apart || i < 0 {
			continue
		}
		id, _ := o.doc.Get(append(o.place(r.Key), i, "id"))
		if e, err := o.entry(id); err == nil {
			p.Msg, p.Fix = r.One+" “"+o.words(r, i, id)+"”: "+e.plain(p.Msg), e.plain(p.Fix)
			return p
		}
	}
	p.Msg, p.Fix = o.plain(p.Msg), o.plain(p.Fix)
	return p
}

// entryAt is the entry of a list that a line of the file is of, -1 for none.
func (o openedForm) entryAt(r rows, line int) int {
	list, at := o.place(r.Key), -1
	for i := range o.entries(r) {
		if n := o.line(append(slices.Clip(list), i)); n > line {
			break
		}
		at = i
	}
	return at
}

// holds reports whether a line of the file is of the entry that the form shows, or of
// the file where it shows all.
func (o openedForm) holds(line int) bool {
	if o.at == nil {
		return true
	}
	list, i := o.at[:len(o.at)-1], o.at[len(o.at)-1].(int)
	next := o.line(append(slices.Clip(list), i+1))
	return line >= o.line(o.at) && (next == 0 || line < next)
}

var (
	aSetting = regexp.MustCompile(` \(COCARE_[A-Z_]+\)`) // which is not an author’s to change
	aStep    = regexp.MustCompile(`\b([a-z_]+)\[(\d+)\](?:\.([a-z_]+))?: `)
	aKey     = regexp.MustCompile(`\b[a-z]+(?:_[a-z]+)+\b`)
	plainKey = regexp.MustCompile(`^([a-z]+) (is|has|names|holds|must)\b|^([a-z.]+): `)
	aFile    = regexp.MustCompile(`\b(?:an id of |one of |one or more of |the id of a file in )?([a-z]+\.(?:yaml|md))\b`)
)

func (o openedForm) plain(text string) string {
	text = aSetting.ReplaceAllString(o.itself(text), "")
	text = aStep.ReplaceAllStringFunc(text, func(m string) string {
		s := aStep.FindStringSubmatch(m)
		return o.step(s[1], s[2], s[3]) + ": "
	})
	text = aKey.ReplaceAllStringFunc(text, func(key string) string { return o.labelOf(key, key) })
	text = plainKey.ReplaceAllStringFunc(text, func(m string) string {
		s := plainKey.FindStringSubmatch(m)
		if s[1] != "" {
			return o.labelOf(s[1], s[1]) + " " + s[2]
		}
		return o.labelOf(s[3], s[3]) + ": "
	})
	return aFile.ReplaceAllStringFunc(text, func(m string) string {
		s := aFile.FindStringSubmatch(m)
		if words[s[1]] == "" {
			return m
		}
		return strings.TrimSuffix(m, s[1]) + "“" + words[s[1]] + "”"
	})
}

// step is an entry of a list, counted from 1, and a value of it, in words.
func (o openedForm) step(list, number, key string) string {
	i := slices.IndexFunc(o.sheet.Lists, func(r rows) bool { return r.Key == list })
	n, _ := strconv.Atoi(number) // digits by the pattern
	if i < 0 {
		return list + " " + number
	}
	r := o.sheet.Lists[i]
	name := r.One + " " + number
	if n > 0 && n <= o.entries(r) {
		name = o.titleOf(r, n-1)
	}
	for _, a := range r.Asks {
		if a.Key == key {
			return name + ", “" + a.Label + "”"
		}
	}
	return name
}

// labelOf is the label of a key in quotes; otherwise says what stands there where the
// form does not ask for it.
func (o openedForm) labelOf(key, otherwise string) string {
	label := ""
	look := func(asks []ask) {
		for _, a := range asks {
			if label == "" && (a.Key == key || strings.HasSuffix(a.Key, "."+key)) {
				label = "“" + a.Label + "”"
			}
		}
	}
	look(o.sheet.Asks)
	for _, r := range o.sheet.Lists {
		if !r.Apart || key != "id" {
			look(r.Asks)
		}
		if r.Key == key && label == "" {
			label = "“" + r.Many + "”"
		}
	}
	if label == "" {
		return otherwise
	}
	return label
}

// itself leaves out the ID that a finding of a question begins with: it is the one of
// the page.
func (o openedForm) itself(text string) string {
	if o.at == nil {
		return text
	}
	id, _ := o.doc.Get(append(slices.Clip(o.at), "id"))
	if rest, of := strings.CutPrefix(text, id+": "); of && id != "" {
		return rest
	}
	if rest, of := strings.CutPrefix(text, id+" "); of && id != "" {
		return "this " + strings.ToLower(o.rows.One) + " " + rest
	}
	return text
}
