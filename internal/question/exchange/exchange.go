// Package exchange carries questions to and from the formats of other systems:
// Moodle XML, GIFT, Aiken, QTI 1.2, 2.1, 2.2 and 3.0 with their packages, and CSV.
// It is pure: no database, no clock, no network.
//
// Invariants:
//
//   - A file is read as a stream: memory grows with the largest item, not with
//     the number of items, apart from a short mark for each that was seen.
//   - Every item of a file comes out, with a verdict and, in words, what was
//     changed or refused and why. Nothing is left out in silence.
//   - A question that is not refused lacks nothing but what its author has still
//     to say (an objective, a rationale, a rubric): with these filled in,
//     [question.Question.Validate] has nothing against it.
//   - Texts come out as our questions have them: one paragraph of plain text. No
//     markup of the source is handed on.
//   - The same item gives the same ID each time.
//   - What can be large is bounded by [Limits]: XML expands no entities of its
//     own, archives no bombs.
//
// docs/question-exchange.md has the table of what each format keeps.
package exchange

import (
	"context"
	"io"
	"iter"
	"slices"

	"github.com/atmacena/cocare/internal/question"
)

// Format is a format of files with questions.
type Format string

// The formats. QTI 2.1 and 2.2 are read alike; a package is a ZIP with files of
// XML.
const (
	MoodleXML Format = "moodle-xml"
	GIFT      Format = "gift"
	Aiken     Format = "aiken"
	CSV       Format = "csv"
	QTI1      Format = "qti-1.2"
	QTI2      Format = "qti-2.1"
	QTI3      Format = "qti-3.0"
	Package   Format = "package"
)

var formatNames = map[Format]string{
	MoodleXML: "Moodle XML", GIFT: "GIFT", Aiken: "Aiken", CSV: "CSV",
	QTI1: "QTI 1.2", QTI2: "QTI 2.1", QTI3: "QTI 3.0", Package: "package (ZIP)",
}

// Name is what people call the format.
func (f Format) Name() string { return formatNames[f] }

// Verdict says what became of an item.
type Verdict string

// The verdicts.
const (
	Kept    Verdict = "kept"    // all that it says
	Changed Verdict = "changed" // something was lost or means another thing here
	Refused Verdict = "refused" // there is no question
)

// NoteKind says what a note speaks of.
type NoteKind string

// The kinds of notes.
const (
	Lost    NoteKind = "lost"    // the source has it, the question has not
	Altered NoteKind = "altered" // it means something else here
	Missing NoteKind = "missing" // its author has still to say it
	Reason  NoteKind = "refused" // why there is no question
)

// Note is one remark: what, and why.
type Note struct {
	Kind NoteKind `json:"kind"`
	What string   `json:"what"`
	Why  string   `json:"why,omitempty"`
}

// String is the note as one sentence.
func (n Note) String() string {
	if n.Why == "" {
		return n.What + "."
	}
	return n.What + ": " + n.Why + "."
}

// Item is one question of a file, or what stood in its place.
type Item struct {
	Question question.Question // its zero value where it was refused
	Place    string            // where it stands, such as "line 12" or "items/a.xml"
	Title    string            // what the source calls it, or how it begins
	Type     string            // the source's word for its kind
	Notes    []Note
}

// Verdict follows from the notes.
func (it *Item) Verdict() Verdict {
	v := Kept
	for _, n := range it.Notes {
		switch n.Kind {
		case Reason:
			return Refused
		case Lost, Altered:
			v = Changed
		}
	}
	return v
}

// Limits bound what a file may cost. The zero value of a field means its default.
type Limits struct {
	Items     int   // of a file, questions or not
	ItemBytes int   // of one item's XML, text or row
	Depth     int   // of elements
	Files     int   // of an archive
	FileBytes int64 // of one file in an archive, unpacked
	AllBytes  int64 // of all that is read from an archive, unpacked
	Ratio     int64 // how much larger a file may be than it is packed
}

// The defaults. Unpacked, a package of ten thousand items of QTI has a file each.
var defaults = Limits{Items: 10_000, ItemBytes: 4 << 20, Depth: 64, Files: 25_000, FileBytes: 32 << 20, AllBytes: 128 << 20, Ratio: 200}

func (l Limits) filled() Limits {
	set := func(v *int, to int) {
		if *v <= 0 {
			*v = to
		}
	}
	set64 := func(v *int64, to int64) {
		if *v <= 0 {
			*v = to
		}
	}
	set(&l.Items, defaults.Items)
	set(&l.ItemBytes, defaults.ItemBytes)
	set(&l.Depth, defaults.Depth)
	set(&l.Files, defaults.Files)
	set64(&l.FileBytes, defaults.FileBytes)
	set64(&l.AllBytes, defaults.AllBytes)
	set64(&l.Ratio, defaults.Ratio)
	return l
}

// File is a file whose format is known. It is for one goroutine.
type File struct {
	Format Format
	Notes  []Note // on the whole of it, such as another encoding

	src    *source
	size   int64
	enc    encoding
	limits Limits
}

// Items reads the file from its beginning, item after item. A mistake in the file
// itself is an item that is refused, and the last. What is not the file's, such as the end
// of ctx, ends the items too, and [File.Err] has it then.
func (f *File) Items(ctx context.Context) iter.Seq[Item] {
	return func(yield func(Item) bool) {
		f.src.ended, f.src.fault = ctx.Err, nil
		c := &collector{limits: f.limits, yield: yield, check: f.src.check, seen: map[string][8]byte{}}
		f.read(c)
	}
}

// Err is why the last items ended before the file did: the reader's fault, or that of
// the context. It is nil where all was read, or nobody wanted more.
func (f *File) Err() error { return f.src.fault }

func (f *File) read(c *collector) {
	switch f.Format {
	case Package:
		readPackage(f.src, f.size, c)
	case GIFT:
		readGIFT(f.text(), c)
	case Aiken:
		readAiken(f.text(), c)
	case CSV:
		readCSV(f.text(), c)
	default:
		readXML(f.text(), "", c)
	}
}

func (f *File) text() io.Reader { return f.enc.reader(io.NewSectionReader(f.src, 0, f.size)) }

// Formats lists what [Write] writes, in the order in which pages offer it.
func Formats() []Format { return slices.Clone(writable) }

var writable = []Format{MoodleXML, GIFT, QTI2, QTI3, CSV, Aiken}
