package admin

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/web/facts"
	"github.com/atmacena/cocare/internal/web/kit"
)

// auditPage is the log, newest first.
type auditPage struct {
	Rows           []auditRow
	Actions, Kinds []kit.Option
	Pager          kit.Pager
}

// auditRow is an event with its actor and whom or what it concerns.
type auditRow struct {
	facts.Entry
	Actor who
	About about
}

func (h *handler) auditRows(ctx context.Context, entries []audit.Entry) ([]auditRow, error) {
	of, err := h.subjects(ctx, entries)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, e := range entries {
		ids = append(ids, e.ActorID, of[enrollmentID(e)].PersonID)
		for _, key := range facts.Persons {
			id, _ := e.Details[key].(string)
			ids = append(ids, id)
		}
		if e.ObjectKind == "person" {
			ids = append(ids, e.ObjectID)
		}
	}
	name, err := h.people(ctx, ids)
	if err != nil {
		return nil, err
	}
	rows := make([]auditRow, 0, len(entries))
	for _, e := range entries {
		r := auditRow{Actor: name(e.ActorID)}
		if r.About, err = h.about(ctx, e, of, name); err != nil {
			return nil, err
		}
		if r.Entry, err = facts.Tell(e, r.About.currency, func(id string) string { return name(id).Name }); err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// auditFilter reads the address of the log. It marks in the form what nobody
// has; actions and kinds are what occurs in the log.
func (h *handler) auditFilter(c echo.Context, actions, kinds []string) (audit.Filter, *kit.Form, error) {
	q, err := kit.ParseList(c, pageSize, 1)
	if err != nil {
		return audit.Filter{}, nil, err
	}
	form, err := kit.BindQuery(c)
	if err != nil {
		return audit.Filter{}, nil, err
	}
	f := audit.Filter{Action: form.Str("action"), ObjectKind: form.Str("kind"), ObjectID: form.Str("object"), Sort: q.SortOf(audit.Sorts), Limit: q.Limit}
	if len(q.After) == 1 {
		f = f.Next(q.After[0])
	}
	if len(q.Before) == 1 {
		f = f.Previous(q.Before[0])
	}
	if f.Action != "" && !slices.Contains(actions, f.Action) || f.ObjectKind != "" && !slices.Contains(kinds, f.ObjectKind) {
		return f, form, errFilter
	}
	if len(f.ObjectID) > 200 {
		form.Fail("object", "That is no ID.")
	}
	ctx := c.Request().Context()
	if f.ActorID, err = h.byAddress(ctx, form, "actor", form.Str("actor")); err != nil {
		return f, form, err
	}
	if strings.Contains(f.ObjectID, "@") {
		f.ObjectKind = "person"
		f.ObjectID, err = h.byAddress(ctx, form, "object", f.ObjectID)
	}
	return f, form, err
}

// byAddress returns the ID of a person whose address was typed.
func (h *handler) byAddress(ctx context.Context, form *kit.Form, field, email string) (string, error) {
	if email == "" {
		return "", nil
	}
	p, err := h.Accounts.FindByEmail(ctx, email)
	if apperr.Is(err, apperr.NotFound) || apperr.Is(err, apperr.Invalid) {
		form.Fail(field, "Nobody here has this address.")
		return "", nil
	}
	return p.ID, err
}

func (h *handler) getAudit(c echo.Context) error {
	ctx := c.Request().Context()
	actions, kinds, err := h.Audit.Words(ctx)
	if err != nil {
		return err
	}
	f, form, err := h.auditFilter(c, actions, kinds)
	if err != nil {
		return err
	}
	page := auditPage{Actions: words("All", actions, audit.Title), Kinds: words("Anything", kinds, kindWord)}
	if form.Bad() {
		return kit.Render(c, http.StatusUnprocessableEntity, "admin/audit", kit.View{Form: form, Data: page})
	}
	list, err := h.Audit.Page(ctx, f)
	if err != nil {
		return err
	}
	if page.Rows, err = h.auditRows(ctx, list.Entries); err != nil {
		return err
	}
	prev, next := kit.Ends(list.Entries, func(e audit.Entry) string { return e.ID }, list.Earlier, list.More)
	page.Pager = kit.NewPager(c, int(list.Total), len(list.Entries), prev, next).Counted(list.Over)
	return kit.Render(c, http.StatusOK, "admin/audit", kit.View{Form: form, Data: page})
}

// words are the options of a select, in the order of their labels.
func words(first string, list []string, title func(string) string) []kit.Option {
	out := make([]kit.Option, 0, len(list)+1)
	for _, w := range list {
		out = append(out, kit.Option{Value: w, Label: title(w)})
	}
	slices.SortStableFunc(out, func(a, b kit.Option) int { return strings.Compare(a.Label, b.Label) })
	return slices.Insert(out, 0, kit.Option{Label: first})
}

func (h *handler) postAuditCSV(c echo.Context) error {
	ctx := c.Request().Context()
	actions, kinds, err := h.Audit.Words(ctx)
	if err != nil {
		return err
	}
	f, form, err := h.auditFilter(c, actions, kinds)
	if err != nil {
		return err
	}
	if form.Bad() {
		return errFilter
	}
	header := []string{"id", "occurred_at", "actor_id", "actor", "action", "object_kind", "object_id", "details", "ip", "user_agent", "request_id", "seq", "hash"}
	return kit.Export(c, h.Fresh, h.exported(c, "audit"), "audit.csv", header, func(write func(...string) error) error {
		return h.Audit.Each(ctx, f, func(entries []audit.Entry) error {
			ids := make([]string, 0, len(entries))
			for _, e := range entries {
				ids = append(ids, e.ActorID)
			}
			name, err := h.people(ctx, ids)
			if err != nil {
				return err
			}
			for _, e := range entries {
				if err := writeEntry(write, e, name(e.ActorID).Name); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func writeEntry(write func(...string) error, e audit.Entry, actor string) error {
	details, seq := "", ""
	if !e.Erased {
		b, err := json.Marshal(e.Details)
		if err != nil {
			return err
		}
		details = string(b)
	}
	if e.Seq > 0 {
		seq = strconv.FormatInt(e.Seq, 10)
	}
	return write(e.ID, kit.Stamp(&e.OccurredAt), e.ActorID, actor, e.Action, e.ObjectKind, e.ObjectID, details, e.IP, e.UserAgent, e.RequestID, seq, e.Hash)
}

func (h *handler) getVerify(c echo.Context) error {
	return kit.Render(c, http.StatusOK, "admin/audit_verify", (*audit.Report)(nil))
}

// postVerify walks the whole chain, which takes a while on a long log: so it is
// no link that a browser may open ahead.
func (h *handler) postVerify(c echo.Context) error {
	r, err := h.Audit.Verify(c.Request().Context())
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "admin/audit_verify", &r)
}
