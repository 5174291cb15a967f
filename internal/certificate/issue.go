package certificate

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate/number"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/job"
)

// reserveOf takes a number, freezes the facts and enqueues the printing, in the
// transaction that completes the enrollment. Repeated for the same person, course
// and cycle it does nothing. It is audited. The name is the one attested before
// the passed attempt: whatever it is, it never undoes the grading or the closing
// of an exam; one that cannot be printed waits in preparing for Replace. Where
// there is no exam, a name that cannot be printed is a Conflict that says so: the
// learner can mend it and act again.
func (s *Service) reserveOf(ctx context.Context, e enrollment.Enrollment, ed *course.Edition) error {
	facts, err := s.freeze(ctx, e, ed)
	if err != nil {
		return err
	}
	_, err = s.reserve(ctx, certificateOf(e, facts), issuer(ctx, e))
	return err
}

// issuer is the administrator who has just recorded the attendance that completed
// an enrollment; empty where the certificate comes by itself.
func issuer(ctx context.Context, e enrollment.Enrollment) string {
	if actor := audit.ActorOf(ctx).PersonID; e.Attendance != nil && e.Attendance.RecordedBy == actor {
		return actor
	}
	return ""
}

func certificateOf(e enrollment.Enrollment, f Facts) Certificate {
	return Certificate{PersonID: e.PersonID, CourseID: e.CourseID, EditionID: e.EditionID, EnrollmentID: e.ID, Cycle: e.Cycle, Facts: f}
}

// reserve stores a certificate that is to be printed, unless there is one for
// the same person, course and cycle already. by is the administrator who issues
// it, empty where it comes by itself.
func (s *Service) reserve(ctx context.Context, c Certificate, by string) (fresh bool, err error) {
	text, err := json.Marshal(c.Facts)
	if err != nil {
		return false, fmt.Errorf("certificate: %w", err)
	}
	c.ID, c.Number, c.State, c.ReservedAt = db.NewID(), c.Facts.Number, Preparing, s.now()
	c.HolderName, c.CourseTitle, c.FactsHash = c.Facts.HolderName, c.Facts.Title, digest(text)
	if fresh, err = s.insert(ctx, c, string(text)); err != nil || !fresh {
		return false, err
	}
	if err := s.happened(ctx, c.ID, WasReserved, "", by); err != nil {
		return false, err
	}
	err = s.audit.Record(ctx, audit.Event{Action: "certificate.reserve", ObjectKind: "certificate", ObjectID: c.ID,
		Details: map[string]any{"number": c.Number, "person": c.PersonID, "enrollment": c.EnrollmentID, "facts_sha256": c.FactsHash}})
	if err != nil {
		return false, err
	}
	return true, s.queue.Enqueue(ctx, JobKind, issueJob{c.ID}, job.Unique(firstKey(c)))
}

// earned is what a person brings to the facts.
type earned struct {
	holder   Holder
	licenses []License
	evidence []Evidence
}

// freeze collects what the certificate will say.
func (s *Service) freeze(ctx context.Context, e enrollment.Enrollment, ed *course.Edition) (Facts, error) {
	if e.CompletedAt == nil {
		return Facts{}, fmt.Errorf("certificate: enrollment %s is not completed", e.ID)
	}
	holder, err := s.earner(ctx, e)
	if err != nil {
		return Facts{}, err
	}
	evidence, err := s.evidence(ctx, e)
	if err != nil {
		return Facts{}, err
	}
	licenses, err := s.liveLicenses(ctx, e, holder)
	if err != nil {
		return Facts{}, err
	}
	f, err := s.facts(ctx, e, ed, earned{holder, licenses, evidence})
	s.name(&f)
	return f, err
}

// facts are those of a completed enrollment without a number, by the approvals and the
// rules as they stand now.
func (s *Service) facts(ctx context.Context, e enrollment.Enrollment, ed *course.Edition, by earned) (f Facts, err error) {
	var lines []CreditLine
	if s.credit != nil {
		if lines, err = s.credit(ctx, e, ed); err != nil {
			return Facts{}, err
		}
	}
	hours := ed.EstimatedHours()
	f = Facts{
		HolderName: by.holder.Name, Licenses: by.licenses,
		Title: ed.Course.Card.Title, Subtitle: ed.Course.Card.Subtitle, Format: ed.Format(),
		Provider: s.provider.Name, ProviderAddress: s.provider.Address,
		SignatoryName: s.provider.SignatoryName, SignatoryTitle: s.provider.SignatoryTitle, Signature: s.provider.Signature, Paper: s.provider.Paper,
		CompletedAt:  db.Truncate(*e.CompletedAt),
		CreditLines:  lines,
		LearningTime: hours.Centihours, LearningSum: hours.Explanation,
		CourseURL:     s.provider.BaseURL + "/courses/" + ed.Slug,
		EditionNumber: ed.Number, EditionHash: ed.Hash, OverlayHash: ed.Overlays.Hash, Evidence: by.evidence,
	}
	if e.Attendance != nil {
		liveFacts(&f, *e.Attendance)
	}
	f.Statements = statements(f, ed)
	s.date(&f, by.holder.TimeZone)
	return f, nil
}

// WouldPrint tells what a certificate would print of the holder, if the
// enrollment were completed now: the learner can still mend it.
func (s *Service) WouldPrint(ctx context.Context, e enrollment.Enrollment) (name string, licenses []string, err error) {
	holder, err := s.holder(ctx, e.PersonID)
	if err != nil {
		return "", nil, err
	}
	if e.Exam.Done() && e.Attendance == nil {
		if holder.Name, err = s.attestedName(ctx, e.Exam.AttemptID); err != nil {
			return "", nil, err
		}
	}
	now := s.now()
	e.CompletedAt = &now
	list, err := s.liveLicenses(ctx, e, holder)
	return holder.Name, Facts{Licenses: list}.licenses(), err
}

// liveLicenses are those of the holder on the day of completion, where they are.
func (s *Service) liveLicenses(ctx context.Context, e enrollment.Enrollment, h Holder) ([]License, error) {
	if s.licenses == nil {
		return nil, nil
	}
	return s.licenses(ctx, e.PersonID, e.CompletedAt.In(location(h.TimeZone)))
}

// evidence lists what was required with the instants. One that is open is a
// fault of the caller: no certificate without complete evidence.
func (s *Service) evidence(ctx context.Context, e enrollment.Enrollment) ([]Evidence, error) {
	list, err := s.requirements(ctx, e)
	if err != nil {
		return nil, err
	}
	out := make([]Evidence, 0, len(list))
	for _, r := range list {
		if !r.Done {
			return nil, fmt.Errorf("certificate: enrollment %s lacks %q", e.ID, r.Title)
		}
		out = append(out, Evidence{Title: r.Title, At: r.DoneAt})
	}
	return out, nil
}

// earner is the holder under the name that they attested before the exam they
// passed. Beginning an attempt has asked Printable. Whoever attended a live event
// gets it under the legal name, which they cannot change any more.
func (s *Service) earner(ctx context.Context, e enrollment.Enrollment) (Holder, error) {
	switch {
	case e.Attendance != nil:
		return s.namedHolder(ctx, e.PersonID)
	case !e.Exam.Done():
		return s.printableHolder(ctx, e.PersonID)
	}
	holder, err := s.holder(ctx, e.PersonID)
	if err != nil {
		return Holder{}, err
	}
	holder.Name, err = s.attestedName(ctx, e.Exam.AttemptID)
	return holder, err
}

// printableHolder returns the holder, or a Conflict if the name cannot be
// printed.
func (s *Service) printableHolder(ctx context.Context, personID string) (Holder, error) {
	holder, err := s.holder(ctx, personID)
	if err != nil {
		return Holder{}, err
	}
	if missing := unprintable(holder.Name); missing != "" {
		return Holder{}, apperr.Newf(apperr.Conflict, "The certificate cannot print %s of the name. Please correct the legal name in the account, then try again.", missing)
	}
	return holder, nil
}

// namedHolder is printableHolder for an act of an administrator, who gives nobody
// the name that an account merely shows. Errors: ErrNoName too.
func (s *Service) namedHolder(ctx context.Context, personID string) (Holder, error) {
	holder, err := s.printableHolder(ctx, personID)
	if err == nil && holder.NoLegalName {
		err = ErrNoName
	}
	return holder, err
}

// name gives the certificate its number and what follows from it.
func (s *Service) name(f *Facts) {
	f.Number = number.New()
	f.VerifyURL = s.provider.BaseURL + "/verify/" + f.Number
}

// date sets the days as the holder's calendar shows them. Where the provider's
// calendar shows another day, the certificate says both (DECISIONS 11).
func (s *Service) date(f *Facts, zone string) {
	loc, there := location(zone), s.provider.zone()
	granted := s.now()
	f.Zone = loc.String()
	f.CompletedOn = f.CompletedAt.In(loc).Format(time.DateOnly)
	f.IssuedOn = granted.In(loc).Format(time.DateOnly)
	completed, issued := f.CompletedAt.In(there), granted.In(there)
	var days []string
	if completed.Format(time.DateOnly) != f.CompletedOn {
		days = append(days, "the course was completed on "+completed.Format(printedDay))
	}
	if issued.Format(time.DateOnly) != f.IssuedOn {
		days = append(days, "the certificate was issued on "+issued.Format(printedDay))
	}
	of := datesOf
	if f.AtTheEvent() {
		of = datesThere
	}
	f.Statements = slices.DeleteFunc(slices.Clone(f.Statements), func(line string) bool {
		return strings.HasPrefix(line, datesOf) || strings.HasPrefix(line, datesThere)
	})
	if len(days) > 0 {
		f.Statements = append(f.Statements, fmt.Sprintf("%s (%s). In the provider's time zone (%s) %s.", of, f.Zone, there, strings.Join(days, ", and ")))
	}
}

// AtTheEvent reports whether the days are those of the place where the live event was
// held. An account that was made for who attended has that zone, whoever lives where.
func (f Facts) AtTheEvent() bool { return f.Live != nil && f.Zone == f.Live.Zone }

const (
	learningTime = "Estimated learning time"
	attendedTime = "Instruction attended"
	datesOf      = "Dates are the holder's local dates"
	datesThere   = "Dates are local dates where the event was held"
	printedDay   = "January 2, 2006"
)

// location is a zone by its name; UTC for one that is unknown, which the
// certificate then says.
func location(zone string) *time.Location {
	loc, err := time.LoadLocation(zone)
	if err != nil || zone == "Local" { // the machine's zone is nobody's
		return time.UTC
	}
	return loc
}

// TimeLine says what time the certificate stands for and whether anybody granted
// credit for it, in the same words wherever it is told: of a live event the
// instruction that its holder attended, of an online course an estimate.
func (f Facts) TimeLine() string {
	line := learningTime + " " + credit.Hours(f.LearningTime) + " h"
	if f.Live != nil {
		line = fmt.Sprintf("%s: %s (%s h)", attendedTime, f.Live.Attended(), credit.Hours(f.LearningTime))
	}
	if len(f.CreditLines) == 0 {
		line += "; not accredited"
	}
	return line
}

// statements say what the hours are worth: without a live approval no
// accreditor is named (DECISIONS 10), an edition that nobody reviewed says so
// (DECISIONS 9), and so does one that had more lessons when it was published. Of a
// live event they say when and where it was held.
func statements(f Facts, ed *course.Edition) []string {
	out := []string{f.TimeLine()}
	if f.Live != nil {
		out = append(out, f.Live.Held())
	} else if n := len(ed.Overlays.Withdrawn); n == 1 {
		out = append(out, "1 lesson was"+withdrawn)
	} else if n > 1 {
		out = append(out, fmt.Sprintf("%d lessons were"+withdrawn, n))
	}
	if !ed.Reviewed() {
		out = append(out, notReviewed)
	}
	return out
}

const (
	withdrawn   = " withdrawn from this edition before completion"
	notReviewed = "Demonstration, not clinically reviewed"
)
