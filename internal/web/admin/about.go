package admin

import (
	"context"
	"fmt"
	"strings"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/enrollment"
)

// kindWords name what events are about.
var kindWords = map[string]string{
	"approval": "Approval", "certificate": "Certificate", "course": "Course", "database": "The database", "edition": "Edition of a course", "enrollment": "Enrollment",
	"conversation": "Question of a learner", "edition note": "Note for the next edition",
	"attendance_list": "Attendance list", "live_event": "Live event",
	"exam_attempt": "Attempt at an exam", "exam_item": "Answer in an exam", "job": "Job", "key": "Key", "list": "List", "order": "Order",
	"orders": "List of orders", "people": "List of people", "person": "Person", "policy": "Policy", "request": "Request",
	"rules":    "Rules of an accreditor",
	"requests": "List of requests", "session": "Session",
}

func kindWord(kind string) string {
	if w := kindWords[kind]; w != "" {
		return w
	}
	return kind
}

// about is whom or what an event concerns. Href leads there, "" where there is no
// page. Currency is that of an order.
type about struct{ Text, Href, currency string }

// subjects are the enrollments that a page of events concerns: who is in them is
// known before anybody is named.
type subjects map[string]enrollment.Enrollment

// enrollmentID is the enrollment that an event concerns, "" if it does not.
func enrollmentID(e audit.Entry) string {
	switch e.ObjectKind {
	case "enrollment":
		return e.ObjectID
	case "exam_attempt":
		id, _ := e.Details["enrollment"].(string)
		return id
	}
	return ""
}

func (h *handler) subjects(ctx context.Context, entries []audit.Entry) (subjects, error) {
	found := subjects{}
	for _, e := range entries {
		id := enrollmentID(e)
		if _, known := found[id]; known || id == "" {
			continue
		}
		s, err := h.Enrollments.Get(ctx, id)
		if err != nil && !apperr.Is(err, apperr.NotFound) {
			return nil, err
		}
		found[id] = s
	}
	return found, nil
}

// about says whom or what an event concerns. What is not there any more is named
// by its kind.
func (h *handler) about(ctx context.Context, e audit.Entry, of subjects, name func(id string) who) (about, error) {
	detail := func(key string) string { s, _ := e.Details[key].(string); return s }
	a := about{Text: kindWord(e.ObjectKind)}
	var err error
	switch e.ObjectKind {
	case "person":
		w := name(e.ObjectID)
		if a.Text = w.Name; w.ID != "" {
			a.Href = "/admin/people/" + w.ID
		}
	case "enrollment", "exam_attempt":
		err = h.aboutEnrollment(ctx, &a, of[enrollmentID(e)], name)
	case "order":
		o, missing := h.Payments.Get(ctx, e.ObjectID)
		if err = missing; err == nil {
			a = about{"Order " + o.Number, "/admin/orders/" + o.Number, o.Currency}
		}
	case "approval":
		found, missing := h.Accreditation.Approval(ctx, e.ObjectID)
		if err = missing; err == nil {
			a.Text, a.Href = "Approval "+found.ProviderNumber, "/admin/approvals/"+found.ID
		}
	case "rules":
		a.Text, a.Href = "Rules: "+e.ObjectID, "/admin/rules/"+e.ObjectID
	case "certificate":
		if n := detail("number"); n != "" {
			a.Text, a.Href = "Certificate "+n, "/admin/certificates/"+n
		}
	case "request":
		r, _, missing := h.Support.Get(ctx, e.ObjectID)
		if err = missing; err == nil {
			a.Text, a.Href = "Request "+r.Reference, "/admin/requests/"+r.ID
		}
	case "policy":
		a.Text, a.Href = "Policy: "+e.ObjectID, "/admin/policies/"+e.ObjectID
	case "exam_item":
		a.Text, a.Href = strings.TrimSpace("Answer to question "+detail("question")), "/teach/grading/"+e.ObjectID
	case "edition":
		ed, missing := h.Courses.Edition(ctx, e.ObjectID)
		if err = missing; err == nil {
			a.Text, a.Href = fmt.Sprintf("%s, edition %d", ed.Course.Card.Title, ed.Number), "/courses/"+ed.Slug
		}
	case "live_event":
		a.Text, a.Href = "Live event "+detail("title"), "/admin/certificates/events/"+e.ObjectID
	case "attendance_list":
		if event := detail("event"); event != "" {
			a.Href = "/admin/certificates/events/" + event
		}
	case "conversation":
		a.Href = "/teach/questions/" + e.ObjectID
	case "edition note":
		if slug := detail("course"); slug != "" {
			a.Href = "/teach/" + slug + "/notes"
		}
	case "job":
		a.Text = strings.TrimSpace("Job " + detail("kind"))
	}
	if apperr.Is(err, apperr.NotFound) {
		err = nil
	}
	return a, err
}

func (h *handler) aboutEnrollment(ctx context.Context, a *about, e enrollment.Enrollment, name func(id string) who) error {
	if e.ID == "" {
		return nil
	}
	ed, err := h.Courses.Edition(ctx, e.EditionID)
	if err == nil {
		a.Text, a.Href = name(e.PersonID).Name+", "+ed.Course.Card.Title, "/admin/enrollments/"+e.ID
	}
	return err
}
