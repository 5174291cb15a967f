// Package intake brings questions that authors have elsewhere into the draft of a
// course, and keeps what they upload until it is done.
//
// It owns the tables question_imports, question_import_parts and
// question_import_items.
//
// A file is first read by a job (Upload): every item gets a verdict, and nothing
// changes in the draft. What was found is stored, and Confirm acts on exactly that: a
// second job adds the questions to the draft, a file of the draft at a time.
//
// Invariants:
//   - A file belongs to who uploaded it: for anybody else it does not exist.
//   - Memory is flat: the file lies in the database in parts, its items are read and
//     added in batches.
//   - Both jobs go on where they were killed: what was read, and what was added, is
//     noted in the transaction that did it.
//   - A question that the course has is left as it is, so a file that is imported twice
//     changes nothing.
//   - Nothing is overwritten: questions of the exam go into files of their own, those of
//     a check are put behind what is there, byte for byte.
//   - How many questions the blueprint names for an objective is put right in the change
//     that adds to them, whoever else changes the draft meanwhile.
//   - What is kept for an import is deleted Keep days after its upload.
package intake

import (
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/question/exchange"
)

// The bounds.
const (
	MaxFile  = 16 << 20 // bytes of a file that is uploaded
	MaxItems = 10_000   // of a file
	Keep     = 14       // days
	maxOpen  = 10       // imports of a person in a course that are not done
	maxList  = 20       // imports in a list: all that are not done, and the newest of the others
)

// State of an import.
type State string

// The states, in their order.
const (
	Reading State = "reading" // a job reads the file
	Ready   State = "ready"   // all is read; somebody is to say whether it is added
	Adding  State = "adding"  // a job adds the questions
	Done    State = "done"
)

// There is the verdict on an item that the course has already; the others are those
// of package exchange.
const There exchange.Verdict = "there"

// Verdicts lists every verdict as pages do.
var Verdicts = []exchange.Verdict{exchange.Kept, exchange.Changed, exchange.Refused, There}

// Bank is the target that means the exam; any other is the path of a check.yaml.
const Bank = "exam"

// Import is a file with questions on its way into a draft.
type Import struct {
	ID, CourseID, OwnerID string
	Name, SHA256          string
	Size                  int64
	Format                exchange.Format
	Notes                 []exchange.Note // on the whole file
	State                 State
	Items                 int // that were read
	Target, Objective     string
	Problem               string // why the questions were not added
	Seq                   int64  // the newest change of the draft that it made
	UploadedAt            time.Time
	DoneAt                *time.Time
}

// DeletedAt is when it is forgotten.
func (i Import) DeletedAt() time.Time { return i.UploadedAt.AddDate(0, 0, Keep) }

// Item is an item of a file with what became of it.
type Item struct {
	Position           int
	Place, Title, Type string
	Kind               question.Kind
	Verdict            exchange.Verdict
	Notes              []exchange.Note
	QuestionID         string
	Bytes              int64
	File               string // of the draft, "" before it is added
	Prompt, Key        string // how it begins, and what it takes for right; "" where it was refused
}

// Counts are the items of an import by their verdicts.
type Counts map[exchange.Verdict]int

// New is how many questions there are to add.
func (c Counts) New() int { return c[exchange.Kept] + c[exchange.Changed] }

// Total is how many items there are.
func (c Counts) Total() (n int) {
	for _, v := range Verdicts {
		n += c[v]
	}
	return n
}

// The errors.
var (
	ErrNoImport  = apperr.New(apperr.NotFound, "There is no such import.")
	ErrFormat    = apperr.InvalidField("file", "This is no file with questions in a format that is read here: Moodle XML, GIFT, Aiken, CSV, or QTI as XML or as a ZIP package.")
	ErrTooLarge  = apperr.InvalidField("file", "The file is larger than 16 MB. Split it.")
	ErrEmpty     = apperr.InvalidField("file", "The file is empty.")
	ErrMany      = apperr.InvalidField("file", "You keep 10 imports in this course already. Finish or delete one first.")
	ErrNotReady  = apperr.New(apperr.Conflict, "The file is still being read. Wait until it is done.")
	ErrBusy      = apperr.New(apperr.Conflict, "Its questions are being added. That cannot be taken back here; the history of the draft can.")
	ErrNothing   = apperr.New(apperr.Conflict, "There is nothing to add: the course has these questions already, or they were refused.")
	ErrTarget    = apperr.InvalidField("target", "Choose where the questions go.")
	ErrObjective = apperr.InvalidField("objective", "Choose an objective of this course.")
)

// fileBase makes the beginning of names in the draft of what the file is called.
func fileBase(name string) string {
	name = strings.ToLower(name)
	if at := strings.LastIndexByte(name, '.'); at > 0 {
		name = name[:at]
	}
	var b strings.Builder
	for _, r := range name {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= 40 {
			break
		}
	}
	base := strings.Trim(b.String(), "-")
	if base == "" {
		base = "file"
	}
	return "exam/imported-" + base + "-"
}
