package compare

import (
	"regexp"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/course/content"
)

func lessons(before, after *content.Course) (out []Lesson) {
	id := func(l *content.Lesson) string { return l.ID }
	pair(before.Lessons(), after.Lessons(), id, func(was, is **content.Lesson) {
		switch {
		case was == nil:
			out = append(out, Lesson{Change: Change{Added, (*is).ID, (*is).Title, "", written(*is)}, File: (*is).File, WordsAfter: (*is).Words})
		case is == nil:
			out = append(out, Lesson{Change: Change{Removed, (*was).ID, (*was).Title, written(*was), ""}, File: (*was).File, WordsBefore: (*was).Words})
		case !SameLesson(*was, *is):
			out = append(out, changedLesson(*was, *is))
		}
	})
	return out
}

func changedLesson(was, is *content.Lesson) Lesson {
	l := Lesson{
		Change: Change{Changed, is.ID, is.Title, written(was), written(is)}, File: is.File,
		WordsBefore: was.Words, WordsAfter: is.Words,
	}
	if l.Around = l.Before == l.After; l.Around {
		l.Before, l.After = shown(was), shown(is)
	}
	return l
}

// SameLesson reports whether who has read one lesson has read the other: the title,
// the text, and what of the rest of the course stands in it or under it say the same,
// which are figures, media, cases, terms, and facts with their references.
func SameLesson(a, b *content.Lesson) bool {
	return written(a) == written(b) && (a.HTML == b.HTML || words(a) == words(b)) && slices.Equal(around(a), around(b))
}

// written is a lesson as its author wrote it.
func written(l *content.Lesson) string { return "# " + l.Title + "\n\n" + l.Source }

// figureNumber counts through the course, so it changes with what stands before.
var figureNumber = regexp.MustCompile(`Figure \d+\.`)

// words are those of a lesson with all that stands in it, without the numbers of its
// figures.
func words(l *content.Lesson) string {
	return figureNumber.ReplaceAllString(plain(string(l.HTML)), "Figure.")
}

// around are the figures, media and facts of a lesson, each as a text.
func around(l *content.Lesson) (out []string) {
	for _, f := range l.Figures {
		out = append(out, figureText(f))
	}
	for _, m := range l.Media {
		out = append(out, mediumText(m))
	}
	for _, c := range l.Citations {
		out = append(out, factText(c.Fact))
	}
	return out
}

// shown is a lesson as its readers see it.
func shown(l *content.Lesson) string {
	return words(l) + "\n" + strings.Join(around(l), "\n")
}
