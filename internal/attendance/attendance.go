// Package attendance records who attended live events of courses, from the list
// that an administrator uploads, and has their certificates issued.
//
// It owns the tables live_events, attendance_lists, attendance_files and
// attendance_rows.
//
// A list is first checked: every row gets a verdict, and nothing changes (Upload,
// Check). What was shown is stored, and Start acts on exactly that: an administrator
// attests to the list, and a job does one row after the other, each in a transaction
// of its own and judged again in it. A row that is refused never stops the others,
// and the report says of each what became of it.
//
// Invariants:
//   - A row is done once, however many workers run and whenever one is killed: its
//     outcome is written in the transaction of the act, by a conditional UPDATE.
//   - A person attends an event once (a unique index on enrollments), and the rule of
//     cycles decides whether they earn a certificate by it.
//   - An event no longer changes once certificates were issued by it; a list that was
//     started stays with it, byte for byte until it is forgotten (Keep). An event is removed only while no
//     attendance is recorded by it.
package attendance

import (
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/enrollment"
)

// The bounds.
const (
	MaxFile    = 1 << 20 // bytes of a list
	MaxRows    = 5000
	MaxMinutes = 6000 // of an event
	maxCell    = 300  // characters
	maxLists   = 20   // of an event that were checked and not started
	MaxChosen  = 500  // rows that are chosen one by one
	maxDays    = 31   // from the start of an event to its end
	MaxTitle   = 150
	MaxPlace   = 120
)

// Event is a live event of a course: a workshop, a webinar.
type Event struct {
	ID, CourseID, EditionID string
	Title                   string // as certificates print it
	TimeZone                string
	StartsAt, EndsAt        time.Time
	Minutes, LeastMinutes   int // of instruction; the least that earns a certificate
	Online                  bool
	Place, Presenters       string
	Disclosed               bool // everybody was shown the disclosure before it began
	Evaluation              bool // is asked for before the certificate
	Exam                    bool // so is the exam of the course
	Version                 int
	Used                    bool // certificates were issued by it, so it stays as it is
	CreatedBy               string
	CreatedAt               time.Time
}

// Location is the event's zone.
func (e Event) Location() *time.Location {
	return enrollment.Attendance{Zone: e.TimeZone}.Location()
}

// Over reports whether it has ended.
func (e Event) Over(now time.Time) bool { return !now.Before(e.EndsAt) }

// attendance is what is recorded of somebody who attended so many minutes.
func (e Event) attendance(minutes int, need enrollment.EvaluationNeed) enrollment.Attendance {
	return enrollment.Attendance{EventID: e.ID, Title: e.Title, StartsAt: e.StartsAt, EndsAt: e.EndsAt, Zone: e.TimeZone, Minutes: minutes, Of: e.Minutes,
		Online: e.Online, Place: e.Place, Presenters: e.Presenters, Disclosed: e.Disclosed, Exam: e.Exam, Evaluation: need}
}

// Whole is what is recorded of somebody who attended all of it: what it earns is
// what the event can earn.
func (e Event) Whole() enrollment.Attendance {
	need := enrollment.NoEvaluation
	if e.Evaluation {
		need = enrollment.Online
	}
	return e.attendance(e.Minutes, need)
}

// State of a list.
type State string

// The states.
const (
	Checked  State = "checked"
	Started  State = "started"
	Finished State = "finished"
)

// List is an attendance list that was uploaded.
type List struct {
	ID, EventID, Name, SHA256 string
	Size                      int64
	Total                     int // rows
	State                     State
	UploadedBy                string
	UploadedAt, CheckedAt     time.Time
	EventVersion              int    // the version of the event that it was checked against
	CheckSHA256               string // of all verdicts
	StartedBy                 string
	StartedAt, FinishedAt     *time.Time
	Attestation               string
	ForgottenAt               *time.Time // the file is deleted, with what else is kept for so long; see Keep
}

// All in the column of minutes stands for the whole event, as in a file without that
// column. An empty cell does not: registrants who did not come have one.
const All = "all"

// Entry is a row as it stands in the file.
type Entry struct {
	Line                                                               int
	Email, Name, Minutes, Evaluation, Profession, Jurisdiction, Number string
}

// Verdict is what would become of a row.
type Verdict string

// The verdicts. Only those of the first group are issued; of OtherName only what the
// administrator chooses.
const (
	WillIssue  Verdict = "issue"
	WillInvite Verdict = "invite"     // an account is made, and its owner invited
	OtherName  Verdict = "other_name" // the account has another name than the list

	Recorded   Verdict = "recorded"  // for this event already
	Certified  Verdict = "completed" // in the same cycle of the course
	Learning   Verdict = "learning"  // the course online, at the moment
	Owing      Verdict = "owing"     // what another live event of the course asks for
	TooShort   Verdict = "short"
	Duplicate  Verdict = "duplicate"
	WrongValue Verdict = "invalid"
	Closed     Verdict = "closed" // the account cannot be used
)

// Verdicts lists every verdict in the order in which pages count them.
var Verdicts = []Verdict{WillIssue, WillInvite, OtherName, Recorded, Certified, Learning, Owing, TooShort, Duplicate, WrongValue, Closed}

// Possible reports whether a row with this verdict can be issued.
func (v Verdict) Possible() bool { return v == WillIssue || v == WillInvite || v == OtherName }

// Outcome is what became of a row.
type Outcome string

// The outcomes. Pending was not done yet. Waiting is recorded, and the certificate
// comes by itself when what the event asks for besides is done. Failed is a fault of
// ours.
const (
	Pending Outcome = ""
	Issued  Outcome = "issued"
	Waiting Outcome = "waiting"
	Refused Outcome = "refused"
	Failed  Outcome = "failed"
)

// Outcomes lists those of a row that was done.
var Outcomes = []Outcome{Issued, Waiting, Refused, Failed}

// Row is a row with its verdict, and with what became of it.
type Row struct {
	Entry
	Position     int // from 1
	Verdict      Verdict
	Note         string // the verdict in words
	AccountID    string // that has the address; "": none
	AccountName  string // of the account, where the verdict is OtherName
	Chosen       bool
	Outcome      Outcome
	OutcomeNote  string
	EnrollmentID string
	DoneAt       *time.Time
}

// Attestation is what the administrator who starts a list says, which becomes
// evidence.
const Attestation = "I hold the attendance record of this event. This list is a true copy of it: each person in it attended for the minutes that it gives, and handed the evaluation in where it says so."

// What the services answer.
var (
	ErrNoEvent    = apperr.New(apperr.NotFound, "There is no such live event.")
	ErrNoList     = apperr.New(apperr.NotFound, "There is no such attendance list.")
	ErrUsed       = apperr.New(apperr.Conflict, "Certificates were issued by this event, so it stays as it is.")
	ErrMoved      = apperr.New(apperr.Conflict, "Somebody has changed this event meanwhile. Look at it as it is now, then make your change again.")
	ErrStale      = apperr.New(apperr.Conflict, "This list was checked again, or the event was changed, since the page was made. Look at the result as it is now.")
	ErrStarted    = apperr.New(apperr.Conflict, "This list was started already, so it stays as it is.")
	ErrNotOver    = apperr.New(apperr.Conflict, "This event has not ended yet. Certificates can be issued when it has.")
	ErrAttended   = apperr.New(apperr.Conflict, "Attendance is recorded by this event, so it cannot be removed.")
	ErrRuns       = apperr.New(apperr.Conflict, "A list of this event is being worked on. Wait until it is done.")
	ErrChoose     = apperr.InvalidField("row", "Choose the rows that are to be issued: each of them bears another name than its account, so none is issued unless you choose it.")
	ErrNothing    = apperr.New(apperr.Conflict, "No row of this list can be issued as it stands.")
	ErrManyList   = apperr.Newf(apperr.Conflict, "There are %d lists of this event that were checked and not used. Discard one first.", maxLists)
	ErrAttest     = apperr.InvalidField("attested", "Tick this only if it is so. Without it nothing can be issued.")
	ErrForgotten  = apperr.Newf(apperr.Gone, "The file was deleted %d days after the list was done. Its fingerprint stays.", Keep)
	ErrNotStarted = apperr.New(apperr.Conflict, "This list was not started yet.")
)

// errors about the file as a whole.
var (
	ErrTooLarge = apperr.InvalidField("file", "The file is larger than %d MB. Split the list.", MaxFile>>20)
	errEmpty    = apperr.InvalidField("file", "The file is empty.")
	errSheet    = apperr.InvalidField("file", "This is a spreadsheet file. Open it, save it as “CSV UTF-8 (comma delimited)”, and upload that file.")
	errForeign  = apperr.InvalidField("file", "This is no CSV file.")
	errUTF16    = apperr.InvalidField("file", "This file is written in UTF-16. Save it as “CSV UTF-8”.")
	errNoRows   = apperr.InvalidField("file", "The file has a header and no rows.")
	errManyRows = apperr.InvalidField("file", "The file has more than %d rows. Split the list.", MaxRows)
)
