package account

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/web/kit"
)

// act is the question before something that cannot be taken back: a page that
// names the thing and has the button. A link leads there, so that nobody does it
// by one careless click, with scripts or without.
type act struct {
	Question, Text string
	Post, Label    string            // where the button posts to, and its words
	Hidden         map[string]string // what it posts
	Crumbs         []kit.Link        // the last one leads back
	People         bool              // the page is the administrator's
	Reason         bool              // it asks why
}

// Back is where nothing happens.
func (a act) Back() string { return a.Crumbs[len(a.Crumbs)-1].Href }

func renderAct(c echo.Context, a act) error {
	return kit.Render(c, http.StatusOK, "account/act", kit.View{Title: a.Question, Data: a})
}

var (
	crumbLicenses = []kit.Link{{Label: "Your account", Href: "/account"}, {Label: "Licenses", Href: "/account/licenses"}}
	crumbSecurity = []kit.Link{{Label: "Your account", Href: "/account"}, {Label: "Security", Href: "/account/security"}}
)

func (h *handler) getRemoveLicense(c echo.Context) error {
	page, err := h.licenses(c.Request().Context(), identity(c), c.Param("id"))
	if err != nil {
		return err
	}
	n := slices.IndexFunc(page.Rows, func(r licenseRow) bool { return r.ID == page.ID })
	if n < 0 {
		return errNoLicense
	}
	l := page.Rows[n]
	return renderAct(c, act{Question: "Remove license " + l.Number + "?", Label: "Remove license",
		Text: l.ProfessionName + ", " + l.JurisdictionName + ". Its renewal periods in your license wallet go with it. Certificates already issued keep what they print, and those from elsewhere stay.",
		Post: "/account/licenses/" + l.ID + "/remove", Crumbs: crumbLicenses})
}

func (h *handler) getEndOthers(c echo.Context) error {
	return renderAct(c, act{Question: "Sign out every other device?", Label: "Sign out everywhere else",
		Text: "You stay signed in here. The other devices ask for your password again.",
		Post: "/account/security/sessions/others/end", Crumbs: crumbSecurity})
}

func (h *handler) getRemoveTOTP(c echo.Context) error {
	m, err := h.Accounts.Methods(c.Request().Context(), identity(c).PersonID)
	if err != nil {
		return err
	}
	if !m.TOTP {
		return kit.Redirect(c, "/account/security", nil)
	}
	return renderAct(c, act{Question: "Remove the authenticator app?", Label: "Remove", Text: afterwards(m.Passkeys > 0),
		Post: "/account/security/totp/remove", Crumbs: crumbSecurity})
}

func (h *handler) getRemovePasskey(c echo.Context) error {
	ctx, i := c.Request().Context(), identity(c)
	list, err := h.Accounts.Passkeys(ctx, i.PersonID)
	if err != nil {
		return err
	}
	n := slices.IndexFunc(list, func(p account.Passkey) bool { return p.ID == c.Param("id") })
	if n < 0 {
		return errNoPasskey
	}
	m, err := h.Accounts.Methods(ctx, i.PersonID)
	if err != nil {
		return err
	}
	return renderAct(c, act{Question: "Remove the passkey " + list[n].Name + "?", Label: "Remove", Text: afterwards(m.TOTP || m.Passkeys > 1),
		Post: "/account/security/passkeys/" + list[n].ID + "/remove", Crumbs: crumbSecurity})
}

// afterwards says how one signs in without the factor.
func afterwards(others bool) string {
	if others {
		return "Your other ways of confirming that it is you stay."
	}
	return "It is your only second factor. Your recovery codes go with it, and your password alone signs you in from then on."
}

// changing are the crumbs of an act on a person.
func changing(p account.Person) []kit.Link {
	return []kit.Link{{Label: "People", Href: "/admin/people"}, {Label: p.Name, Href: "/admin/people/" + p.ID},
		{Label: "Change", Href: "/admin/people/" + p.ID + "/edit"}}
}

// getRole asks before a role is taken, and before somebody is made an
// administrator: that opens everything.
func (h *handler) getRole(c echo.Context) error {
	p, err := h.Accounts.Get(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	switch role := account.Role(c.Param("role")); {
	case p.Has(role):
		return h.askTake(c, p, role)
	case role == account.Administrator:
		return renderAct(c, giving(p))
	}
	return kit.Redirect(c, "/admin/people/"+p.ID+"/edit", nil)
}

// giving asks before a person is made an administrator.
func giving(p account.Person) act {
	return act{Question: "Give " + p.Name + " the role administrator?", Label: "Give the role", Reason: true,
		Text:   "The account " + p.Email + " then opens " + opens[account.Administrator] + ". It can give the role to others, and take yours. The person is told by mail.",
		Hidden: map[string]string{"role": string(account.Administrator), "act": "grant"},
		Post:   "/admin/people/" + p.ID + "/roles", Crumbs: changing(p), People: true}
}

// giveAgain shows that page with what was typed and what is wrong with it.
func (h *handler) giveAgain(c echo.Context, f *kit.Form, err error) error {
	if !f.Merge(err) {
		return err
	}
	p, e := h.Accounts.Get(c.Request().Context(), c.Param("id"))
	if e != nil {
		return e
	}
	a := giving(p)
	return kit.Render(c, kit.Status(err), "account/act", kit.View{Title: a.Question, Form: f, Data: a})
}

func (h *handler) askTake(c echo.Context, p account.Person, role account.Role) error {
	a := act{Question: "Take the role " + string(role) + " from " + p.Name + "?", Label: "Take the role",
		Text:   "What was done in the role is kept. The person is told by mail.",
		Hidden: map[string]string{"role": string(role), "act": "revoke"},
		Post:   "/admin/people/" + p.ID + "/roles", Crumbs: changing(p), People: true}
	if p.ID == identity(c).PersonID {
		a.Question, a.Label = "Give up your own role "+string(role)+"?", "Give up the role"
		a.Text = "You will lose " + opens[role] + " at once. You cannot take the role back: only another administrator can give it to you."
		if role != account.Administrator {
			a.Text = "You will lose " + opens[role] + " at once. As an administrator you can take the role back."
		}
	}
	return renderAct(c, a)
}

// opens says what a role opens, for the person who is about to lose it.
var opens = map[account.Role]string{
	account.Therapist:     "your courses, certificates and orders in the menu",
	account.Instructor:    "grading and the other pages of instructors",
	account.Administrator: "every page of the administration: people, courses, orders, certificates and the audit record",
	account.Guest:         "the courses that a guest was let into",
}

func (h *handler) getRemoveFactors(c echo.Context) error {
	ctx := c.Request().Context()
	p, err := h.Accounts.Get(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	m, err := h.Accounts.Methods(ctx, p.ID)
	if err != nil {
		return err
	}
	if !m.Any() {
		return kit.Redirect(c, "/admin/people/"+p.ID+"/edit", nil)
	}
	return renderAct(c, act{Question: "Remove the second factors of " + p.Name + "?", Label: "Remove the second factors",
		Text: "Make sure who asks. The person is signed out everywhere and told by mail; the password alone opens the account then.",
		Post: "/admin/people/" + p.ID + "/factors/remove", Crumbs: changing(p), People: true})
}
