package enrollment

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
)

// TimePolicy says what becomes of active time that falls short of the planned
// minutes.
type TimePolicy string

// The policies, from the mildest: it stays on record, the learner is told, the
// exam does not open.
const (
	TimeRecord TimePolicy = "record"
	TimeWarn   TimePolicy = "warn"
	TimeBlock  TimePolicy = "block"
)

var timePolicies = []TimePolicy{"", TimeRecord, TimeWarn, TimeBlock}

// stricter is the stricter of two; "" is none.
func (p TimePolicy) stricter(q TimePolicy) TimePolicy {
	return timePolicies[max(slices.Index(timePolicies, p), slices.Index(timePolicies, q), 0)]
}

// Asks is what accreditors ask for beside the edition, where their approval is
// live and the edition earns credit by it.
type Asks struct {
	Earns   []Earning  // what the edition earns, by approval
	Time    TimePolicy // "": nobody asks
	TimeBy  []string   // who asks for Time
	License []LicenseAsk
	// Requests: where time blocks, time from page requests counts too, because every
	// accreditor that makes it block allows that (DECISIONS 13).
	Requests bool
}

// Earning is what an edition earns by one approval. Accreditor is the body's code, By
// its short name.
type Earning struct {
	ApprovalID, Accreditor, By, Unit string
	Centihours                       int64
}

// Credit reports whether the edition earns some.
func (a Asks) Credit() bool { return len(a.Earns) > 0 }

// LicenseAsk is credit that is reported for a license: the accreditor's code, and
// the credit in words, such as 1 CE by NASW.
type LicenseAsk struct{ Accreditor, Credit string }

// AddTime adds what one accreditor asks about active time.
func (a *Asks) AddTime(by string, p TimePolicy, requests bool) {
	if p == TimeBlock {
		a.Requests = requests && (a.Requests || a.Time != TimeBlock)
	}
	if a.Time.stricter(p) != a.Time {
		a.Time, a.TimeBy = p, nil
	}
	if p == a.Time {
		a.TimeBy = append(a.TimeBy, by)
	}
}

// Credits name what is reported for a license.
func (a Asks) Credits() string {
	words := make([]string, len(a.License))
	for i, l := range a.License {
		words[i] = l.Credit
	}
	return strings.Join(words, ", ")
}

// met is what is on record of what accreditors ask for.
type met struct {
	listed   bool // a license that is live
	listedAt *time.Time
	declined *time.Time // the learner said that they do not need the credit
	reached  *time.Time // active time reached the planned minutes
}

// The kinds of evidence about what accreditors ask for: ref is their code, or the
// policy.
const (
	licenseListed   = "license.listed"
	licenseDeclined = "license.declined"
	timeMeasured    = "time.measured"
)

// TimePolicy is the stricter of the course's own and what accreditors ask for. At
// a live event no page measures time.
func (l Learning) TimePolicy() TimePolicy {
	if l.Attendance != nil {
		return TimeRecord
	}
	return TimePolicy(l.Edition.Course.Card.TimePolicy).stricter(l.Asks.Time)
}

// CountedSeconds is the active time that the policy looks at: for a block only
// what a browser measured, unless the rules allow the other too (DECISIONS 13).
func (l Learning) CountedSeconds() int {
	active, request := l.Record.Seconds()
	if l.TimePolicy() == TimeBlock && !l.Asks.Requests {
		return active
	}
	return active + request
}

// MinutesShort is how many planned minutes the counted time falls short of,
// rounded up.
func (l Learning) MinutesShort() int {
	return max(0, (PlannedMinutes(l.Edition)*60-l.CountedSeconds()+59)/60)
}

// timeRequirement stands where the policy is to block.
func timeRequirement(l Learning) Requirement {
	planned := PlannedMinutes(l.Edition)
	q := Requirement{
		Kind: NeedTime, Title: fmt.Sprintf("Spend at least %d minutes of active reading", planned),
		Detail: "Only time measured while a page was visible and in use counts.",
		Count:  min(l.CountedSeconds()/60, planned), Of: planned, DoneAt: l.met.reached,
	}
	if l.Asks.Requests {
		q.Detail = "Time while a page was visible and in use counts, and without scripts the time between two pages."
	}
	if q.Done = l.met.reached != nil || l.CountedSeconds() >= planned*60; q.Done {
		q.Count = planned
	}
	return q
}

const licenseTitle = "Add the license that this credit is reported for"

// licenseRequirement is the last of the gates: whoever has no license says that
// they do not need the credit, and the certificate comes without it.
func licenseRequirement(l Learning) Requirement {
	credits := l.Asks.Credits()
	q := Requirement{Kind: NeedLicense, Title: licenseTitle, Done: l.met.listed, DoneAt: l.met.listedAt,
		Detail: "The certificate prints its number, for " + credits + "."}
	if l.met.declined != nil {
		q.Title, q.Done, q.DoneAt = "Say that credit for a license is not needed", true, l.met.declined
		q.Detail = "The certificate comes without " + credits + "."
	}
	return q
}

// whole is Learning with the instant at which time that blocks was reached.
func (s *Service) whole(ctx context.Context, e Enrollment) (Learning, error) {
	l, err := s.Learning(ctx, e)
	if err != nil || l.TimePolicy() != TimeBlock {
		return l, err
	}
	l.met.reached, err = s.reached(ctx, e.ID, PlannedMinutes(l.Edition)*60, l.Asks.Requests)
	return l, err
}

// attest records, as the enrollment completes, what was asked for and how it was
// met: approvals end, and licenses are removed from lists.
func (s *Service) attest(ctx context.Context, l Learning, completed time.Time) error {
	var list []Evidence
	if l.Attendance == nil {
		list = append(list, measured(l, completed))
	}
	if l.met.declined == nil {
		for _, a := range l.Asks.License {
			list = append(list, Evidence{Kind: licenseListed, Ref: a.Accreditor, OccurredAt: s.now(), Details: map[string]any{"credit": a.Credit}})
		}
	}
	for _, ev := range list {
		if err := s.AddEvidence(ctx, l.ID, ev); err != nil {
			return err
		}
	}
	return nil
}

// measured is the evidence of active time.
func measured(l Learning, completed time.Time) Evidence {
	active, request := l.Record.Seconds()
	ev := Evidence{Kind: timeMeasured, Ref: string(l.TimePolicy()), OccurredAt: completed, Details: map[string]any{
		"active_seconds": active, "request_seconds": request, "planned_minutes": PlannedMinutes(l.Edition), "requests_count": l.Asks.Requests}}
	if l.met.reached != nil {
		ev.OccurredAt = *l.met.reached
	}
	return ev
}

// The refusals of LeaveCreditOff.
var (
	ErrNoLicenseAsked = apperr.New(apperr.Conflict, "No credit of this course waits for a license.")
	ErrLicenseLast    = apperr.New(apperr.Conflict, "You can leave the credit off when everything else is done.")
)

// LeaveCreditOff records that the learner has no license and does not need the
// credit that is reported for one: the certificate comes without it. It is the
// last act, so it completes the course; a second time changes nothing. Errors:
// ErrNoLicenseAsked, ErrLicenseLast, those of a closed enrollment.
func (s *Service) LeaveCreditOff(ctx context.Context, e Enrollment) error {
	err := s.act(ctx, e.ID, func(ctx context.Context, l Learning) error {
		l, err := s.needed(ctx, l.Enrollment)
		if err != nil {
			return err
		}
		if len(l.Asks.License) == 0 || l.met.listed {
			return ErrNoLicenseAsked
		}
		if slices.ContainsFunc(l.Requirements(), func(q Requirement) bool { return !q.Done && q.Kind != NeedLicense }) {
			return ErrLicenseLast
		}
		for _, a := range l.Asks.License {
			ev := Evidence{Kind: licenseDeclined, Ref: a.Accreditor, OccurredAt: s.now(), Details: map[string]any{"credit": a.Credit}}
			if err := s.AddEvidence(ctx, e.ID, ev); err != nil {
				return err
			}
		}
		return nil
	})
	if apperr.Is(err, apperr.Conflict) { // perhaps by the first of two clicks, a moment ago
		left, e := s.LeftOff(ctx, e.ID)
		if e != nil || len(left) > 0 {
			return e
		}
	}
	return err
}

// LeftOff are the codes of the accreditors whose credit the learner left off the
// certificate of an enrollment.
func (s *Service) LeftOff(ctx context.Context, enrollmentID string) ([]string, error) {
	list, err := s.evidenceOf(ctx, enrollmentID, licenseDeclined)
	codes := make([]string, len(list))
	for i, ev := range list {
		codes[i] = ev.Ref
	}
	return codes, err
}

// Licensed completes what waits for nothing but a license of a person who has
// just listed one, in the transaction that lists it.
func (s *Service) Licensed(ctx context.Context, personID string) error {
	list, err := s.byPerson(ctx, personID)
	if err != nil {
		return err
	}
	for _, e := range list {
		if e.At(s.now()).State != Active {
			continue
		}
		if err := s.hold(ctx, e.ID); err != nil {
			return err
		}
		if err := s.settle(ctx, e.ID); err != nil {
			return err
		}
	}
	return nil
}
