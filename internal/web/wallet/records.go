package wallet

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/wallet"
	"github.com/atmacena/cocare/internal/web/kit"
)

// recordPage is the form of a certificate from elsewhere, and its file.
type recordPage struct {
	Record   wallet.Record // with an empty ID: a new one
	Licenses []kit.Option
	Crumbs   []kit.Link
	MaxMB    int
}

// Action is where the form posts to.
func (p recordPage) Action() string { return recordsPath + "/" + cmp.Or(p.Record.ID, "new") }

// Size is how large its file is, in words.
func (p recordPage) Size() string {
	if kb := (p.Record.File.Size + 1023) >> 10; kb < 1024 {
		return fmt.Sprintf("%d KB", kb)
	}
	return fmt.Sprintf("%.1f MB", float64(p.Record.File.Size)/(1<<20))
}

func (h *handler) recordPage(ctx context.Context, personID, id string) (p recordPage, err error) {
	p = recordPage{Crumbs: crumbs(), MaxMB: wallet.MaxFile >> 20}
	if id != "" {
		if p.Record, err = h.Wallet.Record(ctx, personID, id); err != nil {
			return p, err
		}
	}
	list, err := h.Wallet.Licenses(ctx, personID)
	for _, l := range list {
		p.Licenses = append(p.Licenses, kit.Option{Value: l.ID, Label: l.ProfessionName + ", " + l.JurisdictionName + ", " + l.Number,
			Checked: slices.Contains(p.Record.Licenses, l.ID)})
	}
	return p, err
}

func (h *handler) getNewRecord(c echo.Context) error {
	ctx, id := person(c)
	p, err := h.recordPage(ctx, id, "")
	if err != nil {
		return err
	}
	if len(p.Licenses) == 1 { // it is there to count for something
		p.Licenses[0].Checked = true
	}
	return kit.Render(c, http.StatusOK, "wallet/record", kit.View{Form: kit.NewForm(), Data: p})
}

func (h *handler) getRecord(c echo.Context) error {
	ctx, id := person(c)
	p, err := h.recordPage(ctx, id, c.Param("id"))
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "wallet/record", kit.View{Form: recordForm(p.Record), Data: p})
}

func recordForm(r wallet.Record) *kit.Form {
	f := kit.NewForm("title", r.Title, "provider", r.Provider, "approval", r.Approval, "completed_on", r.CompletedOn, "hours", typed(r.Centihours),
		"category", r.Category, "format", string(r.Format))
	for _, id := range r.Licenses {
		f.Values.Add("licenses", id)
	}
	return f
}

var (
	recordAdded = kit.NewFlash("wallet.record_added", kit.Success, "The certificate is saved. Add its file below, so that it is at hand when your board asks.")
	recordSaved = kit.NewFlash("wallet.record", kit.Success, "The certificate is saved.")
)

// postRecord adds a certificate, or changes the one of the address.
func (h *handler) postRecord(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	ctx, personID := person(c)
	r := wallet.Record{ID: c.Param("id"), PersonID: personID, Title: f.Str("title"), Provider: f.Str("provider"), Approval: f.Str("approval"),
		CompletedOn: f.Str("completed_on"), Centihours: centihours(f.Str("hours")), Category: f.Str("category"), Format: wallet.Format(f.Str("format")), Licenses: f.All("licenses")}
	id, err := h.Wallet.SaveRecord(ctx, r, wallet.Sure{Same: f.Bool("same"), Long: f.Bool("long")})
	if err != nil {
		page, e := h.recordPage(ctx, personID, r.ID)
		if e != nil {
			return e
		}
		for i := range page.Licenses { // what was ticked stands in the form
			page.Licenses[i].Checked = false
		}
		return again(c, f, err, "wallet/record", page)
	}
	if r.ID == "" {
		return kit.Redirect(c, recordsPath+"/"+id, recordAdded)
	}
	return kit.Redirect(c, root, recordSaved)
}

func (h *handler) getRemoveRecord(c echo.Context) error {
	ctx, id := person(c)
	p, err := h.recordPage(ctx, id, c.Param("id"))
	if err != nil {
		return err
	}
	return ask(c, act{Question: "Remove “" + p.Record.Title + "”?", Label: "Remove certificate", Text: "It goes with its file, and counts nowhere any more. It cannot be brought back.",
		Post: p.Action() + "/remove", Crumbs: append(p.Crumbs, kit.Link{Label: p.Record.Title, Href: p.Action()})})
}

var recordRemoved = kit.NewFlash("wallet.record_removed", kit.Success, "The certificate is removed.")

func (h *handler) postRemoveRecord(c echo.Context) error {
	if _, err := kit.BindForm(c); err != nil {
		return err
	}
	ctx, id := person(c)
	if err := h.Wallet.RemoveRecord(ctx, id, c.Param("id")); err != nil {
		return err
	}
	return kit.Redirect(c, root, recordRemoved)
}
