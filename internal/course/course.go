// Package course owns courses in the database: drafts, and the editions that
// were published from them. What a course consists of, and the folder format,
// belong to package content; its types are named here too.
//
// Importing stores the files of a folder byte for byte as a draft; publishing
// freezes the draft as an edition; exporting gives the same bytes back.
//
// It owns the tables courses, course_files, draft_changes, draft_change_files,
// editions, edition_files, edition_overlays and course_version.
//
// Invariants: an edition never changes, and its hash names its files; what
// must be said later (errata, withdrawals, sign-offs and their retraction) is an
// append-only overlay beside it, each record hashed onto the one before. Editions are
// therefore parsed and rendered once and shared by every request: nothing may
// modify a *Course or *Edition that it was handed.
package course

import (
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

// CardName reads slug and title alone from course.yaml; see content.CardName.
var CardName = content.CardName

// Parse is Load for files that were read already; see content.Parse.
var Parse = content.Parse

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
	Signoffs  []SignedOff  // those that stand
	Retracted []Retraction // those that were taken back
}

// Withdrawal takes a lesson out of the requirements.
type Withdrawal struct {
	LessonID, Reason string
	At               time.Time
}

// Erratum is a correction that every learner sees.
type Erratum struct {
	ID, LessonID, Text string
	At                 time.Time
}

// Retraction takes a recorded review back: the edition lacks it again.
type Retraction struct {
	RecordID, Reason string
	At               time.Time
	Record           SignedOff `json:"-"` // what was taken back
}

// SignedOff is a recorded review (DECISIONS 9).
type SignedOff struct {
	ID                                       string `json:"-"` // of the record
	SignoffID, Kind, Name, License, HashSeen string
	Lessons                                  []string
	On                                       string // YYYY-MM-DD
	At                                       time.Time
}
