// Package course owns courses in the database: drafts, and the editions that
// were published from them. What a course consists of, and the folder format,
// belong to package content; its types are named here too.
//
// Importing stores the files of a folder byte for byte as a draft; publishing
// freezes the draft as an edition; exporting gives the same bytes back.
//
// It owns the tables courses, course_files, draft_changes, draft_change_files,
// draft_renames, draft_presence, editions, edition_files, edition_overlays and course_version.
//
// Invariants: an edition never changes, and its hash names its files; what
// must be said later (errata, withdrawals, sign-offs and their retraction) is an
// append-only overlay beside it, each record hashed onto the one before. Editions are
// therefore parsed and rendered once and shared by every request: nothing may
// modify a *Course or *Edition that it was handed.
package course

import (
	"cmp"
	"time"

	"github.com/atmacena/cocare/internal/course/content"
)

// The parts of a course; package content describes them.
type (
	Course         = content.Course
	Card           = content.Card
	Author         = content.Author
	Objective      = content.Objective
	FactStatus     = content.FactStatus
	Fact           = content.Fact
	Reference      = content.Reference
	Name           = content.Name
	Term           = content.Term
	Figure         = content.Figure
	Mark           = content.Mark
	Case           = content.Case
	Prompt         = content.Prompt
	Module         = content.Module
	Lesson         = content.Lesson
	Citation       = content.Citation
	Heading        = content.Heading
	Exam           = content.Exam
	BlueprintRow   = content.BlueprintRow
	Requirement    = content.Requirement
	Limit          = content.Limit
	Evaluation     = content.Evaluation
	EvaluationItem = content.EvaluationItem
	Choice         = content.Choice
	Disclosure     = content.Disclosure
	Signoff        = content.Signoff
	LintRules      = content.LintRules
	Problem        = content.Problem
	Severity       = content.Severity
	Files          = content.Files
)

// The severities of problems.
const (
	Error   = content.Error
	Warning = content.Warning
)

// The values of Card.CertificateIssue.
const (
	IssueAutomatically   = content.IssueAutomatically
	IssueByAdministrator = content.IssueByAdministrator
)

// The statuses of facts.
const (
	VerifiedPrimary   = content.VerifiedPrimary
	VerifiedSecondary = content.VerifiedSecondary
	ArticleOnly       = content.ArticleOnly
	Known             = content.Known
	Calculation       = content.Calculation
	SearchResult      = content.SearchResult
	Inference         = content.Inference
)

// Load reads and checks a course folder; see content.Load.
var Load = content.Load

// ReadFiles reads a course folder within its bounds; see content.ReadFiles.
var ReadFiles = content.ReadFiles

// Parse is Load for files that were read already; see content.Parse.
var Parse = content.Parse

// NewQuotes finds passages in the files of a course; see content.NewQuotes.
var NewQuotes = content.NewQuotes

// Unreadable says why a file cannot be read at all; see content.Unreadable.
var Unreadable = content.Unreadable

// What a value may hold, in characters; see package content.
const (
	MaxTitle     = content.MaxTitle
	MaxTerm      = content.MaxTerm
	MaxVerb      = content.MaxVerb
	MaxStatement = content.MaxStatement
	MaxParagraph = content.MaxParagraph
	MaxLong      = content.MaxLong
)

// CheckDay is what the calendar has against a course; see content.CheckDay.
var CheckDay = content.CheckDay

// Sort orders problems by their place; see content.Sort.
var Sort = content.Sort

// Errors returns the problems that stop publishing.
var Errors = content.Errors

// Edition is a published, immutable course with its overlays.
type Edition struct {
	ID, CourseID, Slug string
	Number             int
	Hash               string // SHA-256 over the file manifest, hex
	PublishedAt        time.Time
	Note               string
	Course             *Course
	Overlays           Overlays
}

// Overlays are the append-only records beside an edition (DECISIONS 8).
type Overlays struct {
	Hash      string                // SHA-256 over the records, hex; frozen with certificates
	Withdrawn map[string]Withdrawal // by lesson ID
	Errata    []Erratum
	Settled   []Settled    // what its text settles of earlier editions
	Signoffs  []SignedOff  // those that stand
	Retracted []Retraction // those that were taken back
}

// Withdrawal takes a lesson out of the requirements.
type Withdrawal struct {
	LessonID, Reason string
	At               time.Time
	From             int `json:",omitempty"` // number of the edition from which it was carried over, 0: said of this one
}

// Erratum is a correction that every learner sees.
type Erratum struct {
	ID, LessonID, Text string
	LessonTitle        string `json:",omitempty"` // for lists; "" in those recorded before there was one
	At                 time.Time
	// Safety: learners are written to, and asked to say that they have read it.
	Safety bool `json:",omitempty"`
	// Same is the ID of the record that says the same beside another edition, the first
	// of them; "" for that one.
	Same string `json:",omitempty"`
	From int    `json:",omitempty"` // number of the edition from which it was carried over, 0: said of this one
}

// Root names a correction in whatever edition it is recorded.
func (e Erratum) Root() string { return cmp.Or(e.Same, e.ID) }

// Settled says that the text of an edition settles what was withdrawn or corrected in
// an earlier one, so that the record was not carried over.
type Settled struct {
	LessonID string `json:",omitempty"` // of a withdrawn lesson, as the earlier edition named it
	Erratum  string `json:",omitempty"` // Root of a correction; "" for a withdrawal
	Title    string // of the lesson, "" for the whole course
	From     int    // number of the earlier edition, the newest where there are several
	Gone     bool   `json:",omitempty"` // because the lesson is not there
	Why      string `json:",omitempty"`
	At       time.Time
}

// Retraction takes a recorded review back: the edition lacks it again.
type Retraction struct {
	RecordID, Reason string
	At               time.Time
	Record           SignedOff `json:"-"` // what was taken back
}

// Hand says who recorded a review.
type Hand string

// The hands.
const (
	OwnHand   Hand = "reviewer" // who reviewed, signed in as themselves
	OtherHand Hand = "other"    // somebody else, of a review that took place elsewhere
)

// SignedOff is a recorded review (DECISIONS 9).
type SignedOff struct {
	ID                                       string `json:"-"` // of the record
	By                                       string `json:"-"` // who recorded it: the ID of a person, or the name of a program
	SignoffID, Kind, Name, License, HashSeen string
	Lessons                                  []string
	On                                       string // YYYY-MM-DD
	At                                       time.Time
	Hand                                     Hand
}

// Own reports whether the reviewer recorded it. Of a record without a hand nobody knows.
func (r SignedOff) Own() bool { return r.Hand == OwnHand }
