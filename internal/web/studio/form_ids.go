package studio

import (
	"context"
	"path"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/edit"
)

// What names an entry keeps it by its ID: an ID that a course uses is not changed in
// a form, where it would break what names it.

// uses is how often an entry is named by an ID: in the rest of a course, of a review by
// what is recorded beside the newest edition, and of a line of a question in the question.
func (o openedForm) uses(entry edit.Path, id string) int {
	if id == "" {
		return 0
	}
	list := entry[:len(entry)-1]
	if len(list) > 1 { // of an entry that has a page of its own
		return o.usesInside(list, id)
	}
	if o.path == signoffFile { // no file names a review, though one may have its ID as a word
		return o.signed[id]
	}
	return namings(o.all, o.path, id)
}

const signoffFile = "signoff.yaml"

// withRecords adds which reviews are recorded: whoever reads the record finds by the ID
// what the course asked for.
func (h *handler) withRecords(ctx context.Context, slug string, o *openedForm) error {
	if o.path != signoffFile {
		return nil
	}
	ed, err := h.Courses.Current(ctx, slug)
	if apperr.Is(err, apperr.NotFound) { // it was never published
		return nil
	}
	if err != nil {
		return err
	}
	o.signed = map[string]int{}
	for _, r := range ed.Overlays.Signoffs {
		o.signed[r.SignoffID]++
	}
	return nil
}

// usesInside is uses of a line of a question.
func (o openedForm) usesInside(list edit.Path, id string) (n int) {
	if list[len(list)-1] != "right" {
		return 0
	}
	left := append(slices.Clone(list[:len(list)-1]), "left")
	for i := range o.doc.Len(left) {
		if to, _ := o.doc.Get(append(slices.Clip(left), i, "match")); to == id {
			n++
		}
	}
	return n
}

// namings counts where the files of a course name an ID, apart from the entry of a
// file that has it.
func namings(files course.Files, file, id string) (n int) {
	for name, data := range files {
		if ext := path.Ext(name); ext == ".yaml" || ext == ".md" {
			n += words1(string(data), id)
		}
	}
	if data, there := files[file]; there && words1(string(data), id) > 0 {
		n--
	}
	return n
}

// words1 counts an ID in a text where it stands by itself.
func words1(text, id string) (n int) {
	for at := 0; ; {
		i := strings.Index(text[at:], id)
		if i < 0 {
			return n
		}
		from, to := at+i, at+i+len(id)
		if !strings.ContainsRune(inIDs, lastRune(text[:from])) && !goesOn(text[to:]) {
			n++
		}
		at = to
	}
}

const inIDs = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"

func lastRune(s string) rune {
	if s == "" {
		return ' '
	}
	return rune(s[len(s)-1])
}

// goesOn reports whether an ID goes on with a text: with a letter, or a point that one
// follows.
func goesOn(rest string) bool {
	rest = strings.TrimPrefix(rest, ".")
	return rest != "" && strings.ContainsRune(inIDs, rune(rest[0]))
}
