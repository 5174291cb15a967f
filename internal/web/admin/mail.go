package admin

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/web/kit"
)

// mailPage is what mail was meant for whom, and what became of it.
type mailPage struct {
	Rows  []mail.Entry
	Kinds []kit.Option
	Pager kit.Pager
}

func mailFilter(c echo.Context) (mail.Filter, error) {
	q, err := kit.ParseList(c, pageSize, 1)
	if err != nil {
		return mail.Filter{}, err
	}
	f := mail.Filter{Query: q.Q, Kind: c.QueryParam("kind"), State: mail.State(q.State), PersonID: q.Person, Sort: q.SortOf(mail.Sorts), Limit: q.Limit}
	if f.State != "" && !slices.Contains(mail.States, f.State) || f.Kind != "" && !slices.Contains(mail.Kinds(), f.Kind) {
		return f, errFilter
	}
	f.After, f.Before = q.Neighbor()
	return f, nil
}

func (h *handler) getMail(c echo.Context) error {
	f, err := mailFilter(c)
	if err != nil {
		return err
	}
	list, err := h.Mail.List(c.Request().Context(), f)
	if err != nil {
		return err
	}
	page := mailPage{Rows: list.Entries}
	for _, kind := range mail.Kinds() {
		page.Kinds = append(page.Kinds, kit.Option{Value: kind, Label: mail.Title(kind)})
	}
	slices.SortFunc(page.Kinds, func(a, b kit.Option) int { return strings.Compare(a.Label, b.Label) })
	page.Kinds = slices.Insert(page.Kinds, 0, kit.Option{Label: "All"})
	prev, next := kit.Ends(list.Entries, func(e mail.Entry) string { return e.ID }, list.Earlier, list.More)
	page.Pager = kit.NewPager(c, int(list.Total), len(list.Entries), prev, next).Counted(list.Over)
	return kit.Render(c, http.StatusOK, "admin/mail", page)
}

func (h *handler) postMailCSV(c echo.Context) error {
	f, err := mailFilter(c)
	if err != nil {
		return err
	}
	header := []string{"id", "kind", "person_id", "person", "address", "state", "reason", "queued_at", "settled_at"}
	return kit.Export(c, h.Fresh, h.exported(c, "mail"), "mail.csv", header, func(write func(...string) error) error {
		return h.Mail.Each(c.Request().Context(), f, func(e mail.Entry) error {
			return write(e.ID, e.Kind, e.PersonID, e.PersonName, e.Address, string(e.State), e.Reason, kit.Stamp(&e.QueuedAt), kit.Stamp(e.SettledAt))
		})
	})
}
