// Package content owns the authored course: its parts, the folder format that
// it is read from (docs/course-format.md), the rendered lessons and the checks
// that it must pass before it is published. It is pure: no database, no clock.
//
// Parsed courses are shared by every request: nothing may modify a *Course
// that it was handed.
package content

import (
	"html/template"
	"slices"
	"sync/atomic"

	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/question"
)

// Course is a parsed folder.
type Course struct {
	Card       Card
	Objectives []Objective
	Facts      []*Fact
	References []*Reference
	Glossary   []Term
	Figures    []*Figure
	Media      []*Medium
	Cases      []*Case
	Modules    []*Module
	Exam       Exam
	Bank       []*question.Question // the exam's items, in the order of the files
	Evaluation Evaluation
	Disclosure Disclosure
	Signoffs   []Signoff // reviews that the course asks for before it counts as reviewed
	Lint       LintRules

	index atomic.Pointer[index]
}

// Card is course.yaml: what the catalog shows, and the rules of the course.
type Card struct {
	Slug, Title, Subtitle, Language, Summary       string
	Audience, Level, Prerequisites, NotFor, Format string
	Authors                                        []Author
	ReleasedOn, CheckedOn, ExpiresOn               string // YYYY-MM-DD
	Footer                                         string // the crisis line under every lesson
	FooterFacts                                    []string
	PriceCents                                     int64
	Currency                                       string
	AccessDays                                     int
	ReminderDays                                   []int
	RepeatAfterDays                                int    // 0: never again
	LessonOrder                                    string // "any" or "fixed"
	PassPercent, Attempts, WaitHours               int
	TimeLimitMinutes                               int    // 0: no limit
	GradingDays                                    int    // working days
	CertificateIssue                               string // IssueAutomatically or IssueByAdministrator
	CertificateDays                                int    // working days that an administrator takes; 0: nothing is promised
	CreditFormula                                  string
	CreditDifficulty                               float64
	CreditQuestions                                int
	CreditRounding                                 credit.Rounding
	TimePolicy                                     string // record, warn or block
	PlannedMinutes                                 int
}

// The values of Card.CertificateIssue.
const (
	IssueAutomatically   = "automatically"
	IssueByAdministrator = "administrator"
)

// IssuedByHand reports whether the certificate waits for an administrator when
// everything is done; otherwise it is there at once.
func (c Card) IssuedByHand() bool { return c.CertificateIssue == IssueByAdministrator }

// Overdue reports whether the content was to be checked again before a day,
// YYYY-MM-DD.
func (c Card) Overdue(day string) bool { return c.ExpiresOn != "" && c.ExpiresOn < day }

// Author is somebody who controls content, with the disclosure that learners see.
type Author struct {
	Name, Credentials, Role, Disclosure, DisclosedOn string
}

// Objective is what a learner will be able to do.
type Objective struct {
	ID, Text, Verb, Level string
}

// FactStatus says how far a fact was checked; see docs/course-format.md.
type FactStatus string

// The statuses of facts.
const (
	VerifiedPrimary   FactStatus = "verified-p"
	VerifiedSecondary FactStatus = "verified-s"
	ArticleOnly       FactStatus = "article-only"
	Known             FactStatus = "known"
	Calculation       FactStatus = "calculation"
	SearchResult      FactStatus = "search"
	Inference         FactStatus = "inference"
)

// KeyWorthy reports whether a fact of this status may stand behind a question's
// key or be taught as true.
func (s FactStatus) KeyWorthy() bool {
	return s == VerifiedPrimary || s == VerifiedSecondary || s == Calculation || s == SearchResult
}

// Fact is one checked statement that the text leans on.
type Fact struct {
	ID, Title, Text string
	Status          FactStatus
	References      []*Reference
	Source          string // where it was read, in words

	numbers []string // that it stands for
}

// Reference is printed literature.
type Reference struct {
	ID, Type, Title, Container, Issued, Volume, Issue, Page, DOI, Note string
	Number                                                             int
	Authors                                                            []Name
	EtAl                                                               bool
}

// Name of an author in a reference; Literal for organizations.
type Name struct{ Family, Given, Literal string }

// Term is an entry of the glossary.
type Term struct{ ID, Term, Meaning string }

// Figure is a drawing with its words.
type Figure struct {
	ID, File, Title, Caption, Alt string
	Number                        int
	Facts                         []*Fact
	Marks                         []Mark
	Axis                          []string      // numbers that only scale the drawing
	SVG                           template.HTML // sanitized, without width and height, ready to stand in a page
	Words                         string        // what stands written in the drawing
}

func (f *Figure) has(kind string) bool {
	return slices.ContainsFunc(f.Marks, func(m Mark) bool { return m.Kind == kind })
}

// Mark says what kind of number a passage shows; see docs/course-format.md.
type Mark struct {
	Kind                             string // outcome, prevalence, calculation, claim, question, plain
	What, When, Versus, Of, From, By string
}

// Case is a fictional story with prompts.
type Case struct {
	ID, Name, Title string
	File            string // path in the folder
	Modules         []string
	Story           template.HTML
	Prompts         []Prompt
}

// Prompt is a question for reflection with its model point.
type Prompt struct{ Question, Model template.HTML }

// Module is an ordered part of a course.
type Module struct {
	ID, Title, Aim string
	File           string // path of its module.yaml
	Number         int    // from 1
	Objectives     []string
	PlannedWords   int
	Lessons        []*Lesson
	Check          []*question.Question
}

// Lesson is one page of reading, rendered.
type Lesson struct {
	ID, Slug, Title, ModuleID string
	File                      string // path in the folder
	Number                    int    // within the course, from 1
	Objectives                []string
	Minutes                   int // planned reading time
	PlannedWords, Words       int // planned, and counted for credit
	Jurisdictions, Roles      []string
	HTML                      template.HTML
	Citations                 []Citation // in order of first use; Number is what the text shows
	Headings                  []Heading
	Figures                   []*Figure
	Media                     []*Medium
	Source                    string // the Markdown, for preview and search
}

// Citation is a fact as a lesson cites it.
type Citation struct {
	Number int
	Fact   *Fact
}

// Heading of a lesson, for its outline.
type Heading struct {
	ID, Text string
	Level    int
}

// Exam is exam.yaml: how a form is drawn from the bank.
type Exam struct {
	Blueprint []BlueprintRow
	Require   []Requirement
	Limits    []Limit
}

// BlueprintRow draws Draw items of an objective from a bank of Bank.
type BlueprintRow struct {
	Objective  string
	Bank, Draw int
}

// Requirement makes every form hold at least AtLeast of the items Of.
type Requirement struct {
	AtLeast int
	Of      []string
	Why     string
}

// Limit bounds the share of a kind in a form, in percent.
type Limit struct {
	Kind          question.Kind
	AtMostPercent int
}

// Draw returns how many items a form holds.
func (e Exam) Draw() (n int) {
	for _, row := range e.Blueprint {
		n += row.Draw
	}
	return n
}

// Evaluation is the form that the learner fills in about the course.
type Evaluation struct {
	Scale []string
	Items []EvaluationItem
}

// EvaluationItem is one line of the form. Kind: scale, single, multiple, text,
// minutes, consent.
type EvaluationItem struct {
	ID, Kind, Objective, Text, To string
	Options                       []Choice
	Parts                         []string
	Required                      bool
}

// Choice is an option of an evaluation item.
type Choice struct{ ID, Text string }

// Disclosure is shown and acknowledged before the first module.
type Disclosure struct {
	HTML template.HTML
	Hash string // SHA-256 of its source, stored with the acknowledgment
}

// Signoff is a review that the course asks for.
type Signoff struct {
	ID, Kind, Text string
	Lessons        []string // lesson or module IDs
	Cases          bool
	List           []string
}
