// Package merge joins what two people made of one text. It works on whole lines,
// as people read them, and never drops a line that somebody wrote: where both
// changed the same place in different ways, both ways are handed back.
package merge

import (
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// Part is a stretch of the merged text: Text where there is one answer, Yours and
// Theirs, made of Base, where two people must agree.
type Part struct {
	Text                string
	Clash               bool
	Base, Yours, Theirs string
}

// Three merges two texts that began as base. Joined in order, the parts are the
// whole text; without a clash among them their Text is the answer.
func Three(base, yours, theirs string) []Part {
	w := &walk{base: base, mine: side{edits: udiff.Lines(base, yours)}, other: side{edits: udiff.Lines(base, theirs)}}
	for w.next() {
		w.step()
	}
	w.keep(len(base))
	return w.parts
}

// Clean returns the merged text, and whether nothing clashed.
func Clean(parts []Part) (text string, clean bool) {
	var s strings.Builder
	for _, p := range parts {
		if p.Clash {
			return "", false
		}
		s.WriteString(p.Text)
	}
	return s.String(), true
}

// side is one person's edits, in order, with how many of them are done.
type side struct {
	edits []udiff.Edit
	done  int
}

func (s *side) more() bool { return s.done < len(s.edits) }

// reaches reports whether the next edit touches base[start:end]. Lines that
// stand next to each other are one place: who inserts a line beside a changed
// one should see the change.
func (s *side) reaches(start, end int) bool {
	return s.more() && s.edits[s.done].Start <= end && s.edits[s.done].End >= start
}

// write returns base[start:end] as the edits from..done make it.
func (s *side) write(base string, from, start, end int) string {
	var out strings.Builder
	for _, e := range s.edits[from:s.done] {
		out.WriteString(base[start:e.Start])
		out.WriteString(e.New)
		start = e.End
	}
	out.WriteString(base[start:end])
	return out.String()
}

// walk goes through base once, place by place.
type walk struct {
	base        string
	at          int // base up to here is in parts
	mine, other side
	parts       []Part
}

func (w *walk) next() bool { return w.mine.more() || w.other.more() }

// step deals with the next place that somebody changed: all edits of both that
// touch one another.
func (w *walk) step() {
	first := &w.mine
	if !first.more() || w.other.more() && w.other.edits[w.other.done].Start < first.edits[first.done].Start {
		first = &w.other
	}
	start, end := first.edits[first.done].Start, first.edits[first.done].End
	mine, other := w.mine.done, w.other.done
	for grew := true; grew; {
		grew = false
		for _, s := range []*side{&w.mine, &w.other} {
			for s.reaches(start, end) {
				end = max(end, s.edits[s.done].End)
				s.done++
				grew = true
			}
		}
	}
	w.keep(start)
	w.at = end
	yours, theirs := w.mine.write(w.base, mine, start, end), w.other.write(w.base, other, start, end)
	switch {
	case w.other.done == other, yours == theirs:
		w.add(yours)
	case w.mine.done == mine:
		w.add(theirs)
	default:
		w.parts = append(w.parts, Part{Clash: true, Base: w.base[start:end], Yours: yours, Theirs: theirs})
	}
}

// keep adds base up to end, which nobody changed.
func (w *walk) keep(end int) {
	w.add(w.base[w.at:end])
	w.at = end
}

func (w *walk) add(text string) {
	if text == "" {
		return
	}
	if n := len(w.parts); n > 0 && !w.parts[n-1].Clash {
		w.parts[n-1].Text += text
		return
	}
	w.parts = append(w.parts, Part{Text: text})
}
