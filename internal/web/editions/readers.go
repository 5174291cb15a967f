package editions

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

// readersPerPage is how many learners a page lists.
const readersPerPage = 100

type readersPage struct {
	place
	erratumRow
	Edition course.Published
	People  []enrollment.Reader
	Next    string
}

// Address is that of this page and what lies below it.
func (p readersPage) Address(rest string) string { return p.At("/errata/" + p.ID + rest) }

// Crumbs lead to the list of editions.
func (p readersPage) Crumbs() []kit.Link {
	return p.crumbs(kit.Link{Label: "Editions", Href: p.At("/editions")})
}

// erratum finds a correction of any edition of the course.
func (h *handler) erratum(c echo.Context) (p readersPage, err error) {
	if p.place, err = h.place(c); err != nil {
		return p, err
	}
	id, err := kit.PathParam(c, "erratum")
	if err != nil {
		return p, err
	}
	ctx := c.Request().Context()
	list, err := h.published(ctx, p.Slug)
	if err != nil {
		return p, err
	}
	for _, ed := range list {
		if !slices.ContainsFunc(ed.Overlays.Errata, func(x course.Erratum) bool { return x.ID == id }) {
			continue
		}
		rows, err := h.errata(ctx, ed, list[0], true)
		if err != nil {
			return p, err
		}
		for _, x := range rows {
			if x.ID == id {
				p.Edition, p.erratumRow = ed, x
				return p, nil
			}
		}
	}
	return p, enrollment.ErrNoErratum
}

func (h *handler) getReaders(c echo.Context) error {
	p, err := h.erratum(c)
	if err != nil {
		return err
	}
	list, more, err := h.Enrollments.Readers(c.Request().Context(), p.Edition.ID, p.ID, c.QueryParam("after"), readersPerPage)
	if err != nil {
		return err
	}
	p.People = list
	if more {
		p.Next = p.Address("?" + url.Values{"after": {list[len(list)-1].EnrollmentID}}.Encode())
	}
	return kit.Render(c, http.StatusOK, "editions/readers", kit.View{Title: "Who has read a correction", Data: p})
}

func (h *handler) postReadersCSV(c echo.Context) error {
	p, err := h.erratum(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	record := func(ctx context.Context) error {
		return h.Audit.Record(ctx, audit.Event{Action: "erratum.export", ObjectKind: "edition", ObjectID: p.Edition.ID, Details: map[string]any{"erratum": p.ID}})
	}
	return kit.Export(c, h.Fresh, record, "correction-readers.csv", []string{"name", "state", "mailed_at", "not_mailed", "read_at", "moved_on"}, func(write func(...string) error) error {
		for after := ""; ; {
			list, more, err := h.Enrollments.Readers(ctx, p.Edition.ID, p.ID, after, readersPerPage)
			if err != nil {
				return err
			}
			for _, r := range list {
				if err := write(r.Name, string(r.State), stamp(r.ToldAt), string(r.Unreached), stamp(r.ReadAt), strconv.FormatBool(r.Moved)); err != nil {
					return err
				}
				after = r.EnrollmentID
			}
			if !more {
				return nil
			}
		}
	})
}

func stamp(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
