package app

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/attendance"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/support"
	webaccount "github.com/atmacena/cocare/internal/web/account"
)

// personalData adds what other rooms hold about a person to the copy that they
// can download. It leaves out what is about others (who granted, who answered)
// and what administrators note among themselves.
func (a *App) personalData(ctx context.Context, personID string) (webaccount.Extra, error) {
	learning, err := a.learningData(ctx, personID)
	if err != nil {
		return webaccount.Extra{}, err
	}
	orders, err := a.orderData(ctx, personID)
	if err != nil {
		return webaccount.Extra{}, err
	}
	certificates, err := a.Certificates.ByPerson(ctx, personID)
	if err != nil {
		return webaccount.Extra{}, err
	}
	for i := range certificates { // no sum without an approval (DECISIONS 10)
		certificates[i].Facts.LearningSum = nil
	}
	shares, err := a.Shares.Copies(ctx, personID)
	if err != nil {
		return webaccount.Extra{}, err
	}
	requests, err := a.requestData(ctx, personID)
	if err != nil {
		return webaccount.Extra{}, err
	}
	accommodations, err := a.Support.Accommodations(ctx, personID)
	if err != nil {
		return webaccount.Extra{}, err
	}
	for i := range accommodations {
		accommodations[i].GrantedBy = ""
	}
	questions, err := a.Conversation.CopiesOf(ctx, personID)
	if err != nil {
		return webaccount.Extra{}, err
	}
	followUps, err := a.Enrollments.FollowUpsOf(ctx, personID)
	if err != nil {
		return webaccount.Extra{}, err
	}
	practice, err := a.Refreshers.Copies(ctx, personID)
	if err != nil {
		return webaccount.Extra{}, err
	}
	lists, err := a.attendanceData(ctx, personID)
	if err != nil {
		return webaccount.Extra{}, err
	}
	wallet, err := a.Wallet.Copy(ctx, personID)
	if err != nil {
		return webaccount.Extra{}, err
	}
	courses, err := a.Team.CopyOf(ctx, personID)
	if err != nil {
		return webaccount.Extra{}, err
	}
	return webaccount.Extra{
		Parts: map[string]any{"follow_ups": followUps, "learning": learning, "orders": orders, "certificates": certificates, "certificate_sharing": shares,
			"requests": requests, "questions": questions, "accommodations": accommodations, "license_wallet": wallet, "attendance_lists": lists,
			"practice_questions": practice, "course_work": courses},
		Lists: map[string]iter.Seq2[any, error]{
			"license_wallet_files":      a.Wallet.FileCopies(ctx, personID),
			"security_record_by_you":    a.records(ctx, personID, audit.Filter{ActorID: personID}),
			"security_record_about_you": a.records(ctx, personID, audit.Filter{ObjectKind: "person", ObjectID: personID}),
		},
	}, nil
}

// attendanceData are the rows of attendance lists that are about a person. Nobody gets
// those of an address that they have not confirmed.
func (a *App) attendanceData(ctx context.Context, personID string) ([]attendance.RowCopy, error) {
	p, err := a.Accounts.Get(ctx, personID)
	if err != nil {
		return nil, err
	}
	if p.State() == account.StateUnconfirmed {
		p.Email = ""
	}
	return a.Attendance.CopiesOf(ctx, personID, p.Email)
}

// learningRecord is one enrollment with everything that was recorded in it.
// Evaluation answers are not in it: nobody can tell whose they are.
type learningRecord struct {
	enrollment.Enrollment
	Evidence    []enrollment.Evidence
	Lessons     map[string]enrollment.LessonRecord // by lesson ID; bookmarks, when notes were written, active time
	Notes       []noteRecord
	Checks      []enrollment.CheckCopy
	Corrections []correctionRecord
	Attempts    []attemptRecord
	Grants      []exam.Grant
	Consents    []enrollment.Consent
}

type noteRecord struct {
	LessonID, Lesson, Text string
	At                     time.Time
}

// correctionRecord is a correction of an edition, with when it was mailed and when the
// learner said to have read it. Text is there for one of their present edition.
type correctionRecord struct {
	enrollment.ErratumRead
	Text string `json:",omitempty"`
}

type attemptRecord struct {
	exam.Attempt
	Answers []exam.AnswerCopy
}

func (a *App) learningData(ctx context.Context, personID string) ([]learningRecord, error) {
	list, err := a.Enrollments.ListByPerson(ctx, personID)
	if err != nil {
		return nil, err
	}
	out := make([]learningRecord, len(list))
	for n, e := range list {
		r := &out[n]
		r.Enrollment = e
		l, err := a.Enrollments.Learning(ctx, e)
		if err != nil {
			return nil, err
		}
		r.Lessons = l.Record.Lessons
		if r.Evidence, err = a.Enrollments.Evidence(ctx, e.ID); err != nil {
			return nil, err
		}
		if e.Attendance != nil { // who recorded it is about others
			e.Attendance.RecordedBy = ""
		}
		for _, ev := range r.Evidence {
			delete(ev.Details, "recorded_by")
		}
		if r.Consents, err = a.Enrollments.Consents(ctx, e.ID); err != nil {
			return nil, err
		}
		if err := a.addNotes(ctx, r); err != nil {
			return nil, err
		}
		if r.Checks, err = a.Enrollments.CheckCopies(ctx, e.ID); err != nil {
			return nil, err
		}
		if err := a.addCorrections(ctx, l.Edition, r); err != nil {
			return nil, err
		}
		if err := a.addExam(ctx, r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (a *App) addNotes(ctx context.Context, r *learningRecord) error {
	notes, err := a.Enrollments.Notes(ctx, r.Enrollment)
	for _, n := range notes {
		one := noteRecord{LessonID: n.LessonID, Text: n.Text, At: n.At}
		if n.Lesson != nil {
			one.Lesson = n.Lesson.Title
		}
		r.Notes = append(r.Notes, one)
	}
	return err
}

func (a *App) addCorrections(ctx context.Context, ed *course.Edition, r *learningRecord) error {
	list, err := a.Enrollments.ErrataRead(ctx, r.ID)
	for _, x := range list {
		one := correctionRecord{ErratumRead: x}
		for _, known := range ed.Overlays.Errata {
			if known.ID == x.ErratumID {
				one.Text = known.Text
			}
		}
		r.Corrections = append(r.Corrections, one)
	}
	return err
}

func (a *App) addExam(ctx context.Context, r *learningRecord) error {
	o, err := a.Exams.Overview(ctx, r.Enrollment)
	if errors.Is(err, exam.ErrNoExam) {
		return nil
	}
	if err != nil {
		return err
	}
	answers, err := a.Exams.Answers(ctx, r.Enrollment)
	if err != nil {
		return err
	}
	for _, at := range o.Attempts {
		at.Seed = "" // it draws forms; it says nothing about the person
		r.Attempts = append(r.Attempts, attemptRecord{at, answers[at.ID]})
	}
	r.Grants, err = a.Exams.Grants(ctx, r.ID)
	for i := range r.Grants {
		r.Grants[i].GrantedBy = ""
	}
	return err
}

// orderRecord is an order with the money that moved.
type orderRecord struct {
	payment.Order
	Payments []payment.Payment
	Refunds  []payment.Refund
	Disputes []payment.Dispute
}

func (a *App) orderData(ctx context.Context, personID string) ([]orderRecord, error) {
	orders, err := a.Payments.ByPerson(ctx, personID)
	if err != nil {
		return nil, err
	}
	out := make([]orderRecord, len(orders))
	for i, o := range orders {
		h, err := a.Payments.History(ctx, o.ID)
		if err != nil {
			return nil, err
		}
		o.SessionURL = "" // a key to the payment page
		for n := range h.Refunds {
			h.Refunds[n].Reason, h.Refunds[n].RequestedBy = "", "" // the form says that the buyer does not see it
		}
		out[i] = orderRecord{o, h.Payments, h.Refunds, h.Disputes}
	}
	return out, nil
}

// requestRecord is a request with what was written about it to the person.
type requestRecord struct {
	support.Request
	Answers []support.Message
}

func (a *App) requestData(ctx context.Context, personID string) ([]requestRecord, error) {
	requests, err := a.Support.OwnRequests(ctx, personID)
	if err != nil {
		return nil, err
	}
	out := make([]requestRecord, len(requests))
	for i, r := range requests {
		if out[i].Request, out[i].Answers, err = a.Support.Own(ctx, personID, r.ID); err != nil {
			return nil, err
		}
		for n := range out[i].Answers {
			out[i].Answers[n].AuthorID = nil
		}
	}
	return out, nil
}

// securityRecord is an event of the security record. What an administrator did
// to others is theirs: ID and details of the object are there only where it is
// the person, address and browser only where they acted themselves.
type securityRecord struct {
	OccurredAt    time.Time
	Action        string
	ObjectKind    string
	ObjectID      string         `json:",omitempty"`
	Details       map[string]any `json:",omitempty"`
	IP, UserAgent string         `json:",omitempty"`
	ByYou         bool
}

// records reads events page by page, the newest first: an administrator has
// many.
func (a *App) records(ctx context.Context, personID string, f audit.Filter) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for f.Limit = 500; ; {
			page, err := a.Audit.List(ctx, f)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, e := range page {
				r := securityRecord{OccurredAt: e.OccurredAt, Action: e.Action, ObjectKind: e.ObjectKind, ByYou: e.ActorID == personID}
				if e.ObjectKind == "person" && e.ObjectID == personID {
					r.ObjectID, r.Details = e.ObjectID, e.Details
				}
				if !r.ByYou { // administrators write it for each other
					delete(r.Details, "reason")
				}
				if r.ByYou {
					r.IP, r.UserAgent = e.IP, e.UserAgent
				}
				if !yield(r, nil) {
					return
				}
			}
			if len(page) < f.Limit {
				return
			}
			f.Before = page[len(page)-1].ID
		}
	}
}
