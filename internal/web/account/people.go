package account

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/account/lists"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/web/kit"
)

const peoplePage = 50

type peopleList struct {
	People        []account.Person
	Pager         kit.Pager
	Roles, States []kit.Option
}

// filter reads the address of the list.
func filter(c echo.Context) (account.Filter, error) {
	q, err := kit.ParseList(c, peoplePage, 2)
	if err != nil {
		return account.Filter{}, err
	}
	f := account.Filter{Q: q.Q, Role: account.Role(c.QueryParam("role")), State: account.State(q.State), Sort: q.SortOf(account.Sorts),
		After: q.After, Before: q.Before, Limit: q.Limit}
	if f.Role != "" && !f.Role.Valid() || f.State != "" && !slices.Contains(account.States, f.State) {
		return f, errFilter
	}
	return f, nil
}

var errFilter = apperr.New(apperr.Invalid, "There is no such filter. Please open the list again from its start.")

func (h *handler) getPeople(c echo.Context) error {
	f, err := filter(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	total, over, err := h.Accounts.Count(ctx, f)
	if err != nil {
		return err
	}
	people, more, err := h.Accounts.List(ctx, f)
	if err != nil {
		return err
	}
	var prev, next string
	if n := len(people); n > 0 {
		back := len(f.Before) > 0
		if len(f.After) > 0 || back && more {
			prev = kit.Cursor(f.Key(people[0])...)
		}
		if back || more {
			next = kit.Cursor(f.Key(people[n-1])...)
		}
	}
	list := peopleList{People: people, Pager: kit.NewPager(c, int(total), len(people), prev, next).Counted(over), Roles: roleOptions("Any role")}
	list.States = []kit.Option{{Label: "Any state"}, {Value: "active", Label: "Active"}, {Value: "unconfirmed", Label: "Unconfirmed"}, {Value: "blocked", Label: "Blocked"}, {Value: "erased", Label: "Erased"}}
	return kit.Render(c, http.StatusOK, "account/people", kit.View{Data: list,
		Form: kit.NewForm("q", f.Q, "role", string(f.Role), "state", string(f.State))})
}

func roleOptions(blank string) []kit.Option {
	options := []kit.Option{{Label: blank}}
	for _, r := range account.Roles {
		options = append(options, kit.Option{Value: string(r), Label: title(r)})
	}
	return options
}

func title(r account.Role) string { return strings.ToUpper(string(r[:1])) + string(r[1:]) }

func (h *handler) postPeopleCSV(c echo.Context) error {
	f, err := filter(c)
	if err != nil {
		return err
	}
	record := func(ctx context.Context) error { return h.Accounts.RecordListExport(ctx, f) }
	header := []string{"id", "name", "legal_name", "email", "roles", "state", "profession", "time_zone", "created_at"}
	return kit.Export(c, Fresh(h.Now), record, "people.csv", header, func(write func(...string) error) error {
		return h.Accounts.Each(c.Request().Context(), f, func(p account.Person) error {
			return write(p.ID, p.Name, p.LegalName, p.Email, roleNames(p.Roles), string(p.State()), p.Profession, p.TimeZone, kit.Stamp(&p.CreatedAt))
		})
	})
}

func roleNames(roles []account.Role) string {
	names := make([]string, len(roles))
	for n, r := range roles {
		names[n] = string(r)
	}
	return strings.Join(names, ", ")
}

type personPage struct {
	account.Person
	BlockReason string
	Profession  string
	Licenses    []licenseRow
	Methods     account.Methods
	Roles       []roleRow
	Links       []kit.Link
	Tables      []kit.Table
	OpenNames   []kit.Option // enrollments where another name was attested
	GuestDay    time.Time    // the last one as a guest, zero for who never was one
}

type roleRow struct {
	Role  account.Role
	Label string
	On    bool
}

func (h *handler) person(c echo.Context) (page personPage, err error) {
	ctx := c.Request().Context()
	if page.Person, err = h.Accounts.Get(ctx, c.Param("id")); err != nil {
		return page, err
	}
	if page.BlockReason, err = h.Accounts.BlockReason(ctx, page.ID); err != nil {
		return page, err
	}
	list, err := h.Accounts.Licenses(ctx, page.ID)
	if err != nil {
		return page, err
	}
	if page.Methods, err = h.Accounts.Methods(ctx, page.ID); err != nil {
		return page, err
	}
	page.Licenses = h.licenseRows(list)
	page.Profession = lists.NameOf(lists.Professions, page.Person.Profession)
	for _, r := range account.Roles {
		page.Roles = append(page.Roles, roleRow{r, title(r), page.Has(r)})
	}
	ends, err := h.Accounts.GuestEnds(ctx, page.ID)
	if err != nil {
		return page, err
	}
	if ends != nil {
		y, month, d := ends.Add(-1).In(h.Zone).Date()
		page.GuestDay = time.Date(y, month, d, 0, 0, 0, 0, time.UTC)
	}
	if h.PersonLinks != nil {
		page.Links = h.PersonLinks(page.ID)
	}
	return page, nil
}

func (h *handler) getPerson(c echo.Context) error {
	page, err := h.person(c)
	if err != nil {
		return err
	}
	if h.PersonTables != nil {
		if page.Tables, err = h.PersonTables(c.Request().Context(), page.ID); err != nil {
			return err
		}
	}
	return kit.Render(c, http.StatusOK, "account/person", kit.View{Title: page.Name, Data: page})
}

// getEditPerson asks for a fresh second factor before anything is typed: what a
// form sends afterwards is not lost on the way to it.
func (h *handler) getEditPerson(c echo.Context) error {
	page, err := h.editPage(c, nil)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "account/person_edit", kit.View{Title: "Change " + page.Name, Data: page})
}

// editPage is the page with what the form of the legal name asks besides. Every
// name is ticked until somebody sends the form otherwise.
func (h *handler) editPage(c echo.Context, f *kit.Form) (page personPage, err error) {
	if page, err = h.person(c); err != nil || h.OpenNames == nil {
		return page, err
	}
	list, err := h.OpenNames(c.Request().Context(), page.ID)
	sent := f != nil && f.Values.Has("legal_name")
	for _, n := range list {
		page.OpenNames = append(page.OpenNames, kit.Option{Value: n.EnrollmentID, Label: n.Course,
			Hint: "“" + n.Name + "”, " + kit.In(h.Zone, n.At), Checked: !sent || f.Has("enrollment", n.EnrollmentID)})
	}
	return page, err
}

// personAgain shows the page with what was typed and what is wrong with it.
func (h *handler) personAgain(c echo.Context, f *kit.Form, err error) error {
	if !f.Merge(err) {
		return err
	}
	page, e := h.editPage(c, f)
	if e != nil {
		return e
	}
	return kit.Render(c, kit.Status(err), "account/person_edit", kit.View{Title: "Change " + page.Name, Form: f, Data: page})
}

var (
	roleSaved  = kit.NewFlash("account.role", kit.Success, "The roles are changed. The person was told by mail.")
	roleAsIs   = kit.NewFlash("account.role_as_is", kit.Info, "The roles are as you chose. There was nothing to change.")
	roleGiven  = kit.NewFlash("account.role_given_up", kit.Success, "You gave the role up. An administrator can give it back.")
	blocked    = kit.NewFlash("account.blocked", kit.Success, "The account is blocked and signed out everywhere.")
	unblocked  = kit.NewFlash("account.unblocked", kit.Success, "The account is open again.")
	factorsOff = kit.NewFlash("account.factors_off", kit.Success, "The second factors are removed, and the person is signed out everywhere and told by mail.")
	legalSaved = kit.NewFlash("account.legal", kit.Success, "The legal name is changed. Certificates already issued keep the old one until they are superseded.")
)

var (
	errSelf       = apperr.New(apperr.Conflict, "You cannot block yourself.")
	errNoAct      = apperr.New(apperr.Invalid, "Choose whether to give the role or to take it.")
	errOwnFactors = apperr.New(apperr.Conflict, "Remove your own second factors under Security.")
)

func (h *handler) back(c echo.Context, f *kit.Flash) error {
	return kit.Redirect(c, "/admin/people/"+c.Param("id"), f)
}

func (h *handler) postRole(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	act := f.Str("act")
	if act != "grant" && act != "revoke" {
		return h.personAgain(c, f, errNoAct)
	}
	var until *time.Time
	if day := f.Str("until"); day != "" {
		d, err := time.ParseInLocation(time.DateOnly, day, h.Zone)
		if err != nil {
			return h.personAgain(c, f, account.ErrNoDate)
		}
		d = d.AddDate(0, 0, 1) // the day itself is included
		until = &d
	}
	changed, err := h.Accounts.SetRole(c.Request().Context(), c.Param("id"),
		account.RoleChange{Role: account.Role(f.Str("role")), On: act == "grant", Until: until, Reason: f.Get("reason")})
	switch {
	case err != nil && act == "grant" && f.Str("role") == string(account.Administrator):
		return h.giveAgain(c, f, err)
	case err != nil:
		return h.personAgain(c, f, err)
	case act == "revoke" && c.Param("id") == identity(c).PersonID: // these pages may be closed to them now
		return kit.Redirect(c, "/account", roleGiven)
	case !changed:
		return h.back(c, roleAsIs)
	}
	return h.back(c, roleSaved)
}

func (h *handler) postBlock(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	if c.Param("id") == identity(c).PersonID {
		return h.personAgain(c, f, errSelf)
	}
	if err := h.Accounts.Block(c.Request().Context(), c.Param("id"), f.Str("reason")); err != nil {
		return h.personAgain(c, f, err)
	}
	return h.back(c, blocked)
}

func (h *handler) postUnblock(c echo.Context) error {
	if err := h.Accounts.Unblock(c.Request().Context(), c.Param("id")); err != nil {
		return err
	}
	return h.back(c, unblocked)
}

func (h *handler) postLegalName(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	ctx, id, name := c.Request().Context(), c.Param("id"), account.CleanName(f.Str("legal_name"))
	if h.CorrectName == nil {
		err = h.Accounts.SetLegalName(ctx, id, name)
	} else {
		err = h.CorrectName(ctx, id, name, f.All("enrollment"))
	}
	if err != nil {
		return h.personAgain(c, f, err)
	}
	return h.back(c, legalSaved)
}

func (h *handler) postRemoveFactors(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	if c.Param("id") == identity(c).PersonID {
		return h.personAgain(c, f, errOwnFactors)
	}
	if err := h.Accounts.RemoveFactors(c.Request().Context(), c.Param("id")); err != nil {
		return err
	}
	return h.back(c, factorsOff)
}
