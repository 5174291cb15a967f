// Package pack has the rules of accreditors and licensing boards as data: one
// YAML file each, with the source of every rule, the day it was checked, and how
// far it was verified.
//
// It is pure. A rule that was not verified is there to be seen: by itself it lets
// no credit through (Rule.Holds).
package pack

import (
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/credit"
)

// Kind says what a body does.
type Kind string

// The kinds. A formula is no body: it is a published way to work out hours that
// several use.
const (
	Accreditor Kind = "accreditor" // approves providers or courses
	Board      Kind = "board"      // licenses people, in one jurisdiction
	Method     Kind = "formula"
)

// Mark says how far a rule was verified.
type Mark string

// The marks: read at the body itself, read at somebody who reports it, or looked
// for and not found.
const (
	Verified   Mark = "verified"
	Secondary  Mark = "secondary"
	Unverified Mark = "unverified"
)

// Basis is where a rule comes from. Says is the rule in words.
type Basis struct {
	Mark      Mark
	Source    string
	CheckedOn time.Time
	Says      string
}

// Rule is one rule. It is in Rules only where the pack has it.
type Rule[T any] struct {
	Basis
	Value T
}

// Holds reports whether the rule may let credit through: it was read somewhere,
// or an administrator has confirmed it.
func (r *Rule[T]) Holds(confirmed bool) bool {
	return r != nil && (r.Mark == Verified || r.Mark == Secondary || confirmed)
}

// Questions is how many an exam must hold: First for the first credit, Further
// for each Step of centihours after it.
type Questions struct {
	First, Further int
	Step           int64
}

// For returns the number for a course of so many centihours.
func (q Questions) For(centihours int64) int {
	if centihours <= 0 || q.Step <= 0 {
		return 0
	}
	steps := (max(0, centihours-100) + q.Step - 1) / q.Step
	return q.First + q.Further*int(steps)
}

// Cap is the most that counts within a time: centihours in so many hours.
type Cap struct {
	Centihours  int64
	WithinHours int
}

// SelfPaced says what a board takes of self-paced courses: at most Centihours in
// a renewal, or at most Percent of them; 0 means that the rule does not say so.
type SelfPaced struct {
	Accepted   bool
	Centihours int64
	Percent    int
}

// ActiveTime is what becomes of active time below the planned minutes: it stays
// on record, the learner is warned, or the exam does not open. Requests: time
// taken from page requests counts for a block, too.
type ActiveTime struct {
	Policy   string // record, warn or block
	Requests bool
}

// The policies of active time, from the mildest.
const (
	RecordTime = "record"
	WarnTime   = "warn"
	BlockTime  = "block"
)

// Live says how a body counts live events. Exam: what it asks of an exam holds
// after a live event too; where nobody read that it does not, it does.
type Live struct {
	credit.Live
	Exam bool
}

// Field is an item that a certificate must print.
type Field string

// The fields that rules ask for.
const (
	HolderName      Field = "name"
	Title           Field = "title"
	Date            Field = "date"
	HoursField      Field = "hours"
	ProviderName    Field = "provider"
	ProviderAddress Field = "provider-address"
	ProviderNumber  Field = "provider-number"
	CourseNumber    Field = "course-number"
	Category        Field = "category"
	Presenter       Field = "presenter"
	DeliveryFormat  Field = "format"
	ApprovalText    Field = "statement"
	Signature       Field = "signature"
	LicenseNumber   Field = "license"
	NoSponsorLogos  Field = "no-sponsor-logos" // forbidden, not printed
)

// Fields lists every field.
var Fields = []Field{HolderName, Title, Date, HoursField, ProviderName, ProviderAddress, ProviderNumber, CourseNumber, Category, Presenter,
	DeliveryFormat, ApprovalText, Signature, LicenseNumber, NoSponsorLogos}

// Rules are what a body asks for. What is nil was not found.
type Rules struct {
	Hours             *Rule[credit.Method]
	Live              *Rule[Live]     // nil: nothing is known of live events
	NotCounted        *Rule[[]string] // parts of a text that are no words for credit
	PassPercent       *Rule[int]
	Questions         *Rule[Questions]
	TrueFalsePercent  *Rule[int] // at most
	Objectives        *Rule[int] // at least
	Attempts          *Rule[int] // at most
	ActiveTime        *Rule[ActiveTime]
	Evaluation        *Rule[bool]
	Disclosure        *Rule[bool]
	Identity          *Rule[bool]
	CertificateFields *Rule[[]Field]
	Statement         *Rule[string] // with {provider} and {number}
	Categories        *Rule[[]string]
	PartialCredit     *Rule[bool]
	DailyCap          *Rule[Cap]
	RetentionYears    *Rule[int] // the provider's records
	ReportingDays     *Rule[int]
	ReferenceYears    *Rule[int] // how old references may be
	ReviewYears       *Rule[int] // how often the content is looked at again
	RenewalCentihours *Rule[int64]
	SelfPaced         *Rule[SelfPaced]
	Accepts           *Rule[[]string] // codes of accreditors
}

// Pack is the rules of one body.
type Pack struct {
	Code          string
	Kind          Kind
	Name, Short   string
	Unit          string // what the body calls its hours
	Professions   []string
	Jurisdictions []string // of a board
	From          time.Time
	Until         *time.Time // the first day on which it is no longer in force
	CheckedOn     time.Time
	Notes         []string
	Rules         Rules
}

// InForce reports whether the pack holds on a day, the one that day has in its
// own zone.
func (p *Pack) InForce(day time.Time) bool {
	on := day.Format(time.DateOnly)
	return on >= p.From.Format(time.DateOnly) && (p.Until == nil || on < p.Until.Format(time.DateOnly))
}

// Licenses reports whether the pack is of a board that licenses a profession in a
// jurisdiction.
func (p *Pack) Licenses(profession, jurisdiction string) bool {
	return p.Kind == Board && slices.Contains(p.Jurisdictions, jurisdiction) && slices.Contains(p.Professions, profession)
}

// NeedsLicense reports whether a certificate must print a license number.
func (p *Pack) NeedsLicense() bool {
	r := p.Rules.CertificateFields
	return r != nil && slices.Contains(r.Value, LicenseNumber)
}

// Approves reports whether the body approves providers or courses: an accreditor,
// or a board that accepts its own approval.
func (p *Pack) Approves() bool {
	return p.Kind == Accreditor || p.Kind == Board && p.Rules.Accepts != nil && slices.Contains(p.Rules.Accepts.Value, p.Code)
}
