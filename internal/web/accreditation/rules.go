package accreditation

import (
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/account/lists"
	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/credit/pack"
	"github.com/atmacena/cocare/internal/web/kit"
)

// packRow is a pack in the list, with how far its rules were verified.
type packRow struct {
	accreditation.Pack
	Verified, Secondary, Unverified int
}

func (h *handler) getRules(c echo.Context) error {
	packs, err := h.Accreditation.Packs(c.Request().Context())
	if err != nil {
		return err
	}
	rows := make([]packRow, len(packs))
	for i, p := range packs {
		rows[i] = packRow{Pack: p}
		for _, r := range p.Rules.Rows() {
			switch r.Basis.Mark {
			case pack.Verified:
				rows[i].Verified++
			case pack.Secondary:
				rows[i].Secondary++
			case pack.Unverified:
				rows[i].Unverified++
			}
		}
	}
	return kit.Render(c, http.StatusOK, "accreditation/rules", rows)
}

// ruleRow is a rule with who confirmed it, if somebody did.
type ruleRow struct {
	pack.Row
	Confirmed *accreditation.Confirmation
	Seen      string // the hash of what its form shows
}

// Field is the name of the field that the note of this rule is typed into.
func (r ruleRow) Field() string { return noteOf(r.Name) }

func noteOf(rule string) string { return "note_" + rule }

// packPage is a pack with everything that it says.
type packPage struct {
	accreditation.Pack
	history
	Rules                      []ruleRow
	Unverified                 []ruleRow
	Professions, Jurisdictions []string
	Until                      time.Time // the last day; zero if none is set
	Typed                      string    // about a rule that asks for nothing any more
}

func (h *handler) getPack(c echo.Context) error { return h.showPack(c, nil, nil) }

func (h *handler) showPack(c echo.Context, formErr error, f *kit.Form) error {
	ctx := c.Request().Context()
	p, err := h.Accreditation.Pack(ctx, c.Param("code"))
	if err != nil {
		return err
	}
	confirmed, err := h.Accreditation.Confirmations(ctx, p)
	if err != nil {
		return err
	}
	page := packPage{Pack: p, Professions: namesOf(lists.Professions, p.Professions), Jurisdictions: namesOf(lists.Jurisdictions, p.Jurisdictions)}
	if p.Until != nil {
		page.Until = p.Until.AddDate(0, 0, -1)
	}
	people := []string{p.CreatedBy}
	for _, r := range p.Rules.Rows() {
		row := ruleRow{Row: r, Seen: p.RuleHash(r.Name)}
		if by, ok := confirmed[r.Name]; ok {
			row.Confirmed, people = &by, append(people, by.By)
		}
		page.Rules = append(page.Rules, row)
		if r.Basis.Mark == pack.Unverified {
			page.Unverified = append(page.Unverified, row)
		}
	}
	if rule := f.Str("rule"); !slices.ContainsFunc(page.Unverified, func(r ruleRow) bool { return r.Name == rule && r.Confirmed == nil }) {
		page.Typed = f.Str(noteOf(rule))
	}
	if page.history, err = h.history(ctx, "rules", p.Code, people...); err != nil {
		return err
	}
	return kit.Render(c, kit.Status(formErr), "accreditation/pack", kit.View{Title: "Rules: " + p.Short, Form: f, Data: page})
}

func namesOf(list []lists.Choice, codes []string) []string {
	names := make([]string, len(codes))
	for i, code := range codes {
		names[i] = lists.NameOf(list, code)
	}
	return names
}

// getYAML hands out the file as it was written.
func (h *handler) getYAML(c echo.Context) error {
	p, err := h.Accreditation.Pack(c.Request().Context(), c.Param("code"))
	if err != nil {
		return err
	}
	header := c.Response().Header()
	header.Set("Content-Disposition", `attachment; filename="`+p.Code+`.yaml"`)
	header.Set("Cache-Control", "private, no-cache")
	return c.Blob(http.StatusOK, "text/yaml; charset=utf-8", []byte(p.Text))
}

var confirmed = kit.NewFlash("rules.confirmed", kit.Success, "The rule is confirmed as it stands. If its value changes, it asks anew.")

func (h *handler) postConfirm(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	code, rule := c.Param("code"), f.Str("rule")
	err = h.Accreditation.Confirm(c.Request().Context(), code, rule, f.Str(seenField), f.Str(noteOf(rule)), kit.ViewerOf(c).PersonID)
	if err == nil {
		return kit.Redirect(c, "/admin/rules/"+code, confirmed)
	}
	err = renamed(err, "note", noteOf(rule))
	return h.again(err, f, func(err error) error { return h.showPack(c, err, f) })
}

// renamed moves the message about a field to the name that it has in a form.
func renamed(err error, from, to string) error {
	fields := apperr.FieldsOf(err)
	if len(fields) == 0 {
		return err
	}
	var c apperr.Check
	for _, f := range fields {
		if f.Name == from {
			f.Name = to
		}
		c.Field(f.Name, "%s", f.Msg)
	}
	return c.Err()
}
