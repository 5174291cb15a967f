package sharing

import (
	"errors"
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/card"
	"github.com/atmacena/cocare/internal/certificate/share"
	"github.com/atmacena/cocare/internal/web/kit"
)

// choicePage is where a holder chooses, and finds what to give to others.
type choicePage struct {
	certificate.Certificate
	Public   bool // shared as it is stored, whatever was typed since
	Facts    []kit.Option
	Address  string // to give to others: the public page, or else the verification page
	LinkedIn string // "" for what is no longer valid
	Snippet  string // HTML of the badge
	Badge    string // paths of the images
	Preview  string
	Crumbs   []kit.Link
}

// BadgeWidth and BadgeHeight are of the badge in pixels, the others of the preview.
func (choicePage) BadgeWidth() int    { return card.BadgeWidth }
func (choicePage) BadgeHeight() int   { return card.BadgeHeight }
func (choicePage) PreviewWidth() int  { return card.PreviewWidth }
func (choicePage) PreviewHeight() int { return card.PreviewHeight }

func choicePath(number string) string { return "/certificates/" + number + "/share" }

// The facts as the form sends them.
const (
	showName      = "name"
	showCompleted = "completed"
	showCredit    = "credit"
	showBadge     = "badge"
)

func (h *handler) getChoice(c echo.Context) error {
	typed := c.Param("number")
	cert, choice, err := h.Shares.Own(c.Request().Context(), kit.ViewerOf(c).PersonID, typed)
	if err != nil {
		return orBack(c, err)
	}
	if typed != cert.Number { // as it is written, or what replaced it
		return kit.Redirect(c, choicePath(cert.Number), nil)
	}
	f := kit.NewForm()
	if choice.Shared {
		f.Values.Set("shared", kit.Ticked)
	}
	if choice.Listed {
		f.Values.Set("listed", kit.Ticked)
	}
	for _, s := range []struct {
		on   bool
		name string
	}{{choice.Name, showName}, {choice.Completed, showCompleted}, {choice.Credit, showCredit}, {choice.Badge, showBadge}} {
		if s.on {
			f.Values.Add("shows", s.name)
		}
	}
	return h.showChoice(c, http.StatusOK, cert, choice, f)
}

func (h *handler) showChoice(c echo.Context, status int, cert certificate.Certificate, stored share.Choice, f *kit.Form) error {
	p := choicePage{Certificate: cert, Public: stored.Shared, Address: cert.Facts.VerifyURL, Badge: badgePath(cert.Number), Preview: previewPath(cert.Number),
		Crumbs: []kit.Link{{Label: "Your certificates", Href: "/certificates"}, {Label: cert.Number, Href: "/certificates/" + cert.Number}}}
	var err error
	if p.Facts, err = h.options(c, cert); err != nil {
		return err
	}
	if p.Public {
		p.Address = h.BaseURL + publicPath(cert.Number)
		p.Snippet = h.snippet(cert)
	}
	if cert.State == certificate.Issued {
		if p.LinkedIn, err = linkedIn(cert, p.Address); err != nil {
			return err
		}
	}
	return kit.Render(c, status, "sharing/choice", kit.View{Form: f, NoIndex: true, Data: p})
}

// orBack leads to the certificate, where it is one's own and not issued yet.
func orBack(c echo.Context, err error) error {
	if !errors.Is(err, share.ErrNotIssued) {
		return err
	}
	return kit.Redirect(c, "/certificates/"+url.PathEscape(c.Param("number")), notIssued)
}

// options are the facts to choose from, each with what it says of this certificate.
func (h *handler) options(c echo.Context, cert certificate.Certificate) ([]kit.Option, error) {
	all, err := share.Everything(cert)
	if err != nil {
		return nil, err
	}
	completed := kit.Option{Value: showCompleted, Label: "The day you completed it", Hint: kit.Day(time.UTC, *all.CompletedOn)}
	if all.Held != "" {
		completed.Label, completed.Hint = "The day, the place and the presenters", completed.Hint+". "+all.Held
	}
	list := []kit.Option{
		{Value: showName, Label: "Your name", Hint: all.Holder}, completed,
		{Value: showCredit, Label: "Hours and credit", Hint: strings.Join(creditLines(all), "; ")},
	}
	switch _, err := h.Credential(c.Request().Context(), cert); {
	case err == nil:
		believed := "Software checks it without asking us."
		if fell, err := h.Fell(c.Request().Context(), cert); err != nil {
			return nil, err
		} else if fell {
			believed = "Software no longer believes it by itself: the key that signed it was found to be compromised. The verification page still tells that the certificate counts."
		}
		return append(list, kit.Option{Value: showBadge, Label: "The Open Badge file",
			Hint: "It says all of this, every statement, and the profession, the place and the last three characters of each license. " + believed}), nil
	case apperr.Is(err, apperr.Gone): // it has none
		return list, nil
	default:
		return nil, err
	}
}

func creditLines(s share.Shown) (out []string) {
	for _, l := range s.Credit {
		out = append(out, l.String())
	}
	if s.LearningTime != "" {
		out = append(out, s.LearningTime)
	}
	return out
}

// snippet is the badge as HTML for another site.
func (h *handler) snippet(cert certificate.Certificate) string {
	words := card.Facts{Title: cert.Facts.Title, Provider: cert.Facts.Provider}.Words() // without the name: it stays there when the holder hides it here
	return `<a href="` + html.EscapeString(h.BaseURL+publicPath(cert.Number)) + `"><img src="` + html.EscapeString(h.BaseURL+badgePath(cert.Number)) +
		`" width="` + strconv.Itoa(card.BadgeWidth) + `" height="` + strconv.Itoa(card.BadgeHeight) + `" alt="` + html.EscapeString(words) + `"></a>`
}

// linkedIn is the address at which LinkedIn offers to add a certificate to the
// profile of who follows it.
func linkedIn(cert certificate.Certificate, address string) (string, error) {
	issued, err := time.Parse(time.DateOnly, cert.Facts.IssuedOn)
	if err != nil {
		return "", err
	}
	q := url.Values{"startTask": {"CERTIFICATION_NAME"}, "name": {cert.Facts.Title}, "organizationName": {cert.Facts.Provider},
		"issueYear": {issued.Format("2006")}, "issueMonth": {issued.Format("1")}, "certUrl": {address}, "certId": {cert.Number}}
	return "https://www.linkedin.com/profile/add?" + q.Encode(), nil
}

var (
	shareOn   = kit.NewFlash("share.on", kit.Success, "Saved. Your page is public.")
	notIssued = kit.NewFlash("share.not_issued", kit.Info, "A certificate can be shared once it is issued.")
	shareOff  = kit.NewFlash("share.off", kit.Success, "Saved. Your page, its image and the badge are no longer public.")
)

func (h *handler) postChoice(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	ctx, person := c.Request().Context(), kit.ViewerOf(c).PersonID
	cert, stored, err := h.Shares.Own(ctx, person, c.Param("number"))
	if err != nil {
		return orBack(c, err)
	}
	choice := share.Choice{Shared: f.Bool("shared"), Name: f.Has("shows", showName), Completed: f.Has("shows", showCompleted),
		Credit: f.Has("shows", showCredit), Badge: f.Has("shows", showBadge), Listed: f.Bool("listed")}
	err = h.Shares.Save(ctx, person, cert.Number, choice)
	if f.Merge(err) {
		return h.showChoice(c, kit.Status(err), cert, stored, f)
	}
	if err != nil {
		return err
	}
	if choice.Shared {
		return kit.Redirect(c, choicePath(cert.Number), shareOn)
	}
	return kit.Redirect(c, choicePath(cert.Number), shareOff)
}
