package course

import (
	"time"

	"github.com/atmacena/cocare/internal/apperr"
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
	Paths []string // what it touched, in order
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
// opened it, 0 for one that was not there.
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
	Kind  ChangeKind
	Note  string
	By    string
}

// Saved is what became of an edit.
type Saved struct {
	Seq    int64    // the draft's newest change; an edit that says nothing new makes none
	Merged []string // files that somebody else had changed meanwhile, elsewhere
}

// ErrClash is what a ClashError says to people.
var ErrClash = apperr.New(apperr.Conflict, "Somebody else changed the same lines meanwhile. Nothing was saved yet; choose what stays.")

// ClashError is the error of an edit that changes the same lines as another did since
// it was opened. Nothing was saved.
type ClashError struct {
	Path                string
	Base, Yours, Theirs []byte // Theirs is nil where the file was removed
	Seq                 int64  // of Theirs
	By                  string // who made it
	At                  time.Time
}

func (c *ClashError) Error() string { return "course: " + c.Path + ": " + ErrClash.Msg }

// Unwrap makes it an ErrClash.
func (c *ClashError) Unwrap() error { return ErrClash }

// The errors of drafts.
var (
	ErrNoFile   = apperr.New(apperr.NotFound, "There is no such file in this draft.")
	ErrNoChange = apperr.New(apperr.NotFound, "There is no such change of this draft.")
	ErrMoved    = apperr.New(apperr.Invalid, "The course keeps its short name: addresses and certificates go by it.")
)
