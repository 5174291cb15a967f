package course

import (
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course/merge"
)

// ChangeKind says how a draft came to change.
type ChangeKind string

// The kinds of changes.
const (
	ChangeImport   ChangeKind = "import"   // a folder took the place of the draft
	ChangeSave     ChangeKind = "save"     // somebody pressed Save
	ChangeAutosave ChangeKind = "autosave" // the editor saved by itself
	ChangeRestore  ChangeKind = "restore"  // an earlier state was brought back
)

// Change is an act on a draft.
type Change struct {
	Seq   int64 // counts the changes of this draft, from 1
	Kind  ChangeKind
	Note  string
	By    string // ID of a person, or the name of a program
	At    time.Time
	Began time.Time         // of the first of the saves that it stands for; otherwise At
	Paths []string          // what it touched, in order
	Path  string            // in the history of one file: what that was called then
	Names map[string]string // what it renamed, by the old name
	Gone  []string          // what it removed, in order
	Now   map[string]string // what files that it touched are called now, where that is something else
}

// DraftFile is a file of a draft as somebody opens it.
type DraftFile struct {
	Path    string
	Content []byte
	Seq     int64 // the change that it comes from; whoever saves names it
}

// FileInfo is a file of a draft without its content.
type FileInfo struct {
	Path  string
	Bytes int64
	Seq   int64
}

// FileEdit is what somebody makes of a file. Base is the Seq of the file as they
// opened it, 0 for one that was not there. Path is what it was called then; it is
// stored under the name that it has now.
type FileEdit struct {
	Path    string
	Base    int64
	Content []byte
	Remove  bool
}

// Edit is a change of a draft: all of it is stored, or nothing.
type Edit struct {
	Slug  string
	Files []FileEdit
	Names map[string]string // what files are renamed to, by the old names; Files have the texts
	Kind  ChangeKind
	Note  string
	By    string
}

// Saved is what became of an edit.
type Saved struct {
	Seq    int64             // the draft's newest change; an edit that says nothing new makes none
	Again  bool              // the same form was sent before; nothing was done
	Merged []string          // files that somebody else had changed meanwhile, elsewhere
	Names  map[string]string // what files of the edit are called now that were renamed since they were opened
}

// ErrClash is what a ClashError says to people.
var ErrClash = apperr.New(apperr.Conflict, "Somebody else changed the same lines meanwhile. Nothing was saved yet; choose what stays.")

// ClashError is the error of an edit that changes the same lines as another did since
// it was opened. Nothing was saved.
type ClashError struct {
	Path                string // of the file as it is called now
	Was                 string // at BaseSeq
	Base, Yours, Theirs []byte // Theirs is nil where the file was removed
	BaseSeq, Seq        int64  // of Base and Theirs
	By                  string // who made it
	At                  time.Time
}

func (c *ClashError) Error() string { return "course: " + c.Path + ": " + ErrClash.Msg }

// Unwrap makes it an ErrClash.
func (c *ClashError) Unwrap() error { return ErrClash }

// Parts are both sides, taken apart by what agrees and what does not. Where it is
// not kept what they began as, or one side is gone, all of it clashes.
func (c *ClashError) Parts() []merge.Part {
	if c.Base == nil || c.Theirs == nil {
		return []merge.Part{{Clash: true, Base: string(c.Base), Yours: string(c.Yours), Theirs: string(c.Theirs)}}
	}
	return merge.Three(string(c.Base), string(c.Yours), string(c.Theirs))
}

// The ways to settle a clash.
const (
	KeepYours  = "yours"
	KeepTheirs = "theirs"
	KeepBoth   = "both" // theirs, then yours
)

// Settle is the text that choices make of the clashes, in their order. ok is false
// unless there is one for each.
func (c *ClashError) Settle(choices []string) (text string, ok bool) {
	var out strings.Builder
	n := 0
	for _, p := range c.Parts() {
		if !p.Clash {
			out.WriteString(p.Text)
			continue
		}
		if n == len(choices) {
			return "", false
		}
		switch choices[n] {
		case KeepYours:
			out.WriteString(p.Yours)
		case KeepTheirs:
			out.WriteString(p.Theirs)
		case KeepBoth:
			out.WriteString(lineEnded(p.Theirs) + p.Yours)
		default:
			return "", false
		}
		n++
	}
	return out.String(), n == len(choices)
}

// Broken is what makes a settled text unreadable that was not on either side alone: a
// key that both added then stands twice. Nil for a text that can be stored.
func (c *ClashError) Broken(text string) []Problem {
	if c.Theirs == nil || !breaks(c.Path, []byte(text), c.Yours, c.Theirs) { // removed, or one side as it is
		return nil
	}
	return Unreadable(c.Path, []byte(text))
}

func lineEnded(text string) string {
	if text == "" || strings.HasSuffix(text, "\n") {
		return text
	}
	return text + "\n"
}

// The errors of drafts.
var (
	ErrNoFile   = apperr.New(apperr.NotFound, "There is no such file in this draft.")
	ErrNoChange = apperr.New(apperr.NotFound, "There is no such change of this draft.")
	ErrTaken    = apperr.New(apperr.Conflict, "Another course has this short name already.")
	ErrMoved    = apperr.New(apperr.Invalid, "The course keeps its short name: addresses and certificates go by it.")
)
