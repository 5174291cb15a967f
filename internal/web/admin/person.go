package admin

import (
	"context"
	"fmt"

	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/support"
	"github.com/atmacena/cocare/internal/web/kit"
)

// shortRows is how many rows of each kind the page of a person shows.
const shortRows = 5

// PersonTables tells the page of a person what everybody else knows of them: the
// newest of each kind, and where the rest is.
func PersonTables(d Deps) func(ctx context.Context, personID string) ([]kit.Table, error) {
	h := &handler{d}
	return func(ctx context.Context, personID string) (tables []kit.Table, err error) {
		for _, read := range []func(context.Context, string) (kit.Table, error){
			h.enrollmentsOf, h.ordersOf, h.certificatesOf, h.requestsOf, h.accommodationsOf, h.mailOf,
		} {
			t, err := read(ctx, personID)
			if err != nil {
				return nil, err
			}
			tables = append(tables, t)
		}
		return tables, nil
	}
}

// text and linked are the cells that hold words.
func text(s string) kit.Cell         { return kit.Cell{Text: s} }
func linked(s, href string) kit.Cell { return kit.Cell{Text: s, Href: href} }

func (h *handler) enrollmentsOf(ctx context.Context, personID string) (kit.Table, error) {
	t := kit.Table{ID: "enrollments", Title: "Enrollments", Head: []string{"Course", "State", "Progress", "Enrolled"},
		All: "/admin/enrollments?person=" + personID, None: "This person is enrolled in nothing."}
	list, err := h.Enrollments.List(ctx, enrollment.Filter{PersonID: personID, Limit: shortRows})
	if err != nil {
		return t, err
	}
	for _, e := range list.Entries {
		l, err := h.Enrollments.Learning(ctx, e.Enrollment)
		if err != nil {
			return t, err
		}
		needs, done := l.Requirements(), 0
		for _, r := range needs {
			if r.Done {
				done++
			}
		}
		course := linked(l.Edition.Course.Card.Title, "/admin/enrollments/"+e.ID)
		course.Note = fmt.Sprintf("Edition %d", l.Edition.Number)
		t.Rows = append(t.Rows, []kit.Cell{course, {Kind: "enrollment", Value: e.At(h.Now()).State},
			text(fmt.Sprintf("%d of %d done", done, len(needs))), {Day: &e.EnrolledAt}})
	}
	return t, nil
}

func (h *handler) ordersOf(ctx context.Context, personID string) (kit.Table, error) {
	t := kit.Table{ID: "orders", Title: "Orders", Head: []string{"Order", "Course", "Amount", "State", "Placed"},
		All: "/admin/orders?person=" + personID, None: "This person has bought nothing."}
	list, _, err := h.Payments.List(ctx, payment.Filter{PersonID: personID, Limit: shortRows})
	if err != nil {
		return t, err
	}
	for _, o := range list {
		amount, err := kit.Money(o.AmountCents, o.Currency)
		if err != nil {
			return t, err
		}
		t.Rows = append(t.Rows, []kit.Cell{linked(o.Number, "/admin/orders/"+o.Number), text(o.CourseTitle), text(amount),
			{Kind: "order", Value: o}, {Day: &o.CreatedAt}})
	}
	return t, nil
}

func (h *handler) certificatesOf(ctx context.Context, personID string) (kit.Table, error) {
	t := kit.Table{ID: "certificates", Title: "Certificates", Head: []string{"Number", "Course", "State", "Earned"},
		All: "/admin/certificates?person=" + personID, None: "This person has no certificate."}
	list, err := h.Certificates.List(ctx, certificate.Filter{PersonID: personID, Limit: shortRows})
	if err != nil {
		return t, err
	}
	for _, c := range list.Certificates {
		number := linked(c.Number, "/admin/certificates/"+c.Number)
		number.Note = c.HolderName
		t.Rows = append(t.Rows, []kit.Cell{number, text(c.CourseTitle), {Kind: "certificate", Value: c.State}, {Day: &c.ReservedAt}})
	}
	return t, nil
}

func (h *handler) requestsOf(ctx context.Context, personID string) (kit.Table, error) {
	t := kit.Table{ID: "requests", Title: "Requests", Head: []string{"Reference", "Kind", "State", "Filed"},
		All: "/admin/requests?person=" + personID, None: "This person has asked for nothing."}
	list, err := h.Support.Requests(ctx, support.Filter{PersonID: personID, Limit: shortRows})
	if err != nil {
		return t, err
	}
	for _, r := range list.Rows {
		t.Rows = append(t.Rows, []kit.Cell{linked(r.Reference, "/admin/requests/"+r.ID), text(r.Kind.Title()), {Kind: "request", Value: r.State}, {Day: &r.CreatedAt}})
	}
	return t, nil
}

// granted is an accommodation with the course that it holds for.
type granted struct {
	support.Accommodation
	Where string
}

func (h *handler) accommodationsOf(ctx context.Context, personID string) (kit.Table, error) {
	t := kit.Table{ID: "accommodations", Title: "Accommodations", Head: []string{"Granted", "What", "Until", "Request"}, None: "This person has none."}
	list, err := h.Support.Accommodations(ctx, personID)
	if err != nil || len(list) == 0 {
		return t, err
	}
	titles, err := h.courseTitles(ctx)
	if err != nil {
		return t, err
	}
	for _, a := range list {
		where := "Every course"
		if a.CourseID != nil {
			where = titles[*a.CourseID]
		}
		until, request := kit.Cell{Day: a.EndedAt}, text("None")
		if a.EndedAt == nil {
			until = text("It holds")
		}
		if a.RequestID != nil {
			request = linked("Look at it", "/admin/requests/"+*a.RequestID)
		}
		t.Rows = append(t.Rows, []kit.Cell{{Day: &a.GrantedAt}, {Kind: "accommodation", Value: granted{a, where}}, until, request})
	}
	return t, nil
}

// courseTitles are the titles of the courses by their ID.
func (h *handler) courseTitles(ctx context.Context) (map[string]string, error) {
	list, err := h.Courses.List(ctx)
	titles := make(map[string]string, len(list))
	for _, ed := range list {
		titles[ed.CourseID] = ed.Course.Card.Title
	}
	return titles, err
}

func (h *handler) mailOf(ctx context.Context, personID string) (kit.Table, error) {
	t := kit.Table{ID: "mail", Title: "Mail", Head: []string{"Mail", "To", "State", "Queued"},
		All: "/admin/mail?person=" + personID, None: "No mail was meant for this person."}
	list, err := h.Mail.List(ctx, mail.Filter{PersonID: personID, Limit: shortRows})
	if err != nil {
		return t, err
	}
	for _, e := range list.Entries {
		t.Rows = append(t.Rows, []kit.Cell{text(e.Title()), text(e.Address), {Kind: "mail", Value: e.State, Note: e.Reason}, {Day: &e.QueuedAt}})
	}
	return t, nil
}
