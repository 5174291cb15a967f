package kit

import (
	"maps"
	"net/http"
	"slices"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
)

// ownerField says whose page a form stands on, by Viewer.Mark; the partial "owner"
// writes it.
const ownerField = "_owner"

// otherOwnerError is the error of a page that was left open and sent after somebody
// else signed in. typed is shown, so that it can be copied.
type otherOwnerError struct {
	conflict *apperr.Error
	typed    []string
}

func (e *otherOwnerError) Error() string { return e.conflict.Error() }

// Unwrap returns what kind of error it is.
func (e *otherOwnerError) Unwrap() error { return e.conflict }

// checkOwner takes the owner's mark out of the form: a page left open must not
// write into the account of whoever signed in since. A script is told to ask for
// the sign-in, and keeps what it has.
func checkOwner(c echo.Context, f *Form) error {
	mark, v := f.Get(ownerField), ViewerOf(c)
	delete(f.Values, ownerField)
	switch {
	case mark == "" || v == nil || mark == v.Mark():
		return nil
	case WantsJSON(c):
		return errSignedOut
	}
	return otherOwner(v, f)
}

func otherOwner(v *Viewer, f *Form) error {
	return &otherOwnerError{apperr.Newf(apperr.Conflict, "You are signed in as %s, but this page was opened in another account. Nothing was changed.", v.Name), f.typed()}
}

// sentBy are the texts of a form that was read already.
func sentBy(r *http.Request) []string {
	f, bad, err := newForm(r.PostForm)
	if err != nil || len(bad) > 0 {
		return nil
	}
	delete(f.Values, ownerField)
	return f.typed()
}

// notTyped are fields of such forms that a page or a button fills in.
var notTyped = []string{onceField, "attempt", "go", "next", "page", "question", "revision", "seen"}

// typed returns the texts of a form. What is very short is a choice, or typed again
// soon.
func (f *Form) typed() (texts []string) {
	for _, name := range slices.Sorted(maps.Keys(f.Values)) {
		for _, text := range f.Values[name] {
			if !slices.Contains(notTyped, name) && f.Val(name) != "" && utf8.RuneCountInString(text) > len(Ticked) {
				texts = append(texts, text)
			}
		}
	}
	return texts
}
