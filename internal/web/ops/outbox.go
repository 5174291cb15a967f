package ops

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/web/kit"
)

const mailsPerPage = 50

// outboxPage is the list of mails; Next leads to older ones.
type outboxPage struct {
	Mails []mail.Stored
	First bool
	Next  string
}

func (h *handler) getOutbox(c echo.Context) error {
	q, err := kit.ParseList(c, mailsPerPage, 1)
	if err != nil {
		return err
	}
	before := ""
	if len(q.After) == 1 {
		before = q.After[0]
	}
	list, err := h.Outbox.List(c.Request().Context(), before, q.Limit+1)
	if err != nil {
		return err
	}
	page := outboxPage{First: before == ""}
	if len(list) > q.Limit {
		list = list[:q.Limit]
		page.Next = kit.Cursor(list[q.Limit-1].ID)
	}
	page.Mails = list
	return kit.Render(c, http.StatusOK, "ops/outbox", kit.View{NoIndex: true, Data: page})
}

// mailPage is one mail with its text cut into words and links.
type mailPage struct {
	mail.Stored
	Text []piece
}

type piece struct{ Text, Href string }

func (h *handler) getMail(c echo.Context) error {
	m, err := h.mail(c)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "ops/mail", kit.View{Title: m.Subject, NoIndex: true, Data: mailPage{m, cut(m.Plain)}})
}

func (h *handler) mail(c echo.Context) (mail.Stored, error) {
	id, err := kit.PathParam(c, "id")
	if err != nil {
		return mail.Stored{}, err
	}
	return h.Outbox.Get(c.Request().Context(), id)
}

// mailCSP lets a mail have the inline styles that mails need, and nothing else:
// no scripts, forms or pictures, and only our page may frame it.
const mailCSP = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; " +
	"sandbox allow-top-navigation-by-user-activation"

func (h *handler) getMailHTML(c echo.Context) error {
	m, err := h.mail(c)
	if err != nil {
		return err
	}
	header := c.Response().Header()
	header.Set("Content-Security-Policy", mailCSP)
	header.Set("X-Frame-Options", "SAMEORIGIN")
	header.Set("X-Robots-Tag", "noindex")
	header.Set("Cache-Control", "no-store")
	// Links open in the whole window: our pages refuse to be framed.
	return c.HTML(http.StatusOK, strings.Replace(m.HTML, "<head>", `<head><base target="_top">`, 1))
}

var address = regexp.MustCompile(`https?://[^\s<>"]+`)

// cut finds the addresses in a text, without the punctuation that ends a
// sentence.
func cut(text string) (pieces []piece) {
	at := 0
	for _, m := range address.FindAllStringIndex(text, -1) {
		end := m[0] + len(strings.TrimRight(text[m[0]:m[1]], ".,;:!?)"))
		if m[0] > at {
			pieces = append(pieces, piece{Text: text[at:m[0]]})
		}
		pieces = append(pieces, piece{Text: text[m[0]:end], Href: text[m[0]:end]})
		at = end
	}
	if at < len(text) {
		pieces = append(pieces, piece{Text: text[at:]})
	}
	return pieces
}
