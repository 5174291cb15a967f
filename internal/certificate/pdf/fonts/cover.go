package fonts

import (
	"unicode"

	"github.com/go-text/typesetting/segmenter"
	"golang.org/x/text/unicode/norm"
)

// Covers reports whether every character of s can be printed, and lists those
// that cannot, each once, in order. Control characters, private-use characters
// and invisible directional overrides are never printable: a name must look the
// same to everyone who reads it. Nor is an accent without a letter. The two joiners, which Persian and some other
// orthographies need, are accepted.
func Covers(s string) (ok bool, missing []rune) {
	seen := map[rune]bool{}
	add := func(r rune) {
		if !seen[r] {
			seen[r] = true
			missing = append(missing, r)
		}
	}
	text := []rune(norm.NFC.String(s))
	for _, g := range graphemes(text) {
		cluster := text[g.start:g.end]
		if unicode.IsMark(cluster[0]) {
			add(cluster[0]) // an accent without a letter prints as a placeholder
			continue
		}
		if faceFor(cluster, Regular) != nil {
			continue
		}
		best := bestFace(cluster)
		for _, r := range cluster {
			if !printable(r) || best == nil || !best.has(r) {
				add(r)
			}
		}
	}
	return len(missing) == 0, missing
}

// bestFace is the first face that has the cluster's base character.
func bestFace(cluster []rune) *Face {
	for _, f := range stack(Regular) {
		if f.has(cluster[0]) {
			return f
		}
	}
	return nil
}

func joiner(r rune) bool { return r == '\u200c' || r == '\u200d' }

func printable(r rune) bool {
	if joiner(r) {
		return true
	}
	return unicode.IsGraphic(r) && !unicode.Is(unicode.Co, r) && !unicode.Is(unicode.Cf, r)
}

// has reports whether the face has a glyph for r.
func (f *Face) has(r rune) bool {
	gid, ok := f.load().font.Cmap.Lookup(r)
	return ok && gid != 0
}

// faceFor returns the first face of the stack that prints the whole cluster, so
// that an accent never comes from another face than its letter; nil if none.
func faceFor(cluster []rune, s Style) *Face {
	for _, f := range stack(s) {
		if f.prints(cluster) {
			return f
		}
	}
	return nil
}

func (f *Face) prints(cluster []rune) bool {
	for _, r := range cluster {
		if !printable(r) || !joiner(r) && !f.has(r) {
			return false
		}
	}
	return true
}

type span struct{ start, end int }

func graphemes(text []rune) []span {
	var seg segmenter.Segmenter
	seg.Init(text)
	var out []span
	for it := seg.GraphemeIterator(); it.Next(); {
		g := it.Grapheme()
		out = append(out, span{g.Offset, g.Offset + len(g.Text)})
	}
	return out
}
