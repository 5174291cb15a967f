package account

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"maps"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/web/kit"
)

type dataPage struct {
	Tabs []kit.Link
	Full bool // the copy holds what other packages know, too
	// Consents leads to what the person agreed to and can take back.
	Consents []kit.Link
}

func (h *handler) getData(c echo.Context) error {
	page := dataPage{Tabs: tabs(), Full: h.Extra != nil}
	if h.Consents != nil {
		var err error
		if page.Consents, err = h.Consents(c.Request().Context(), identity(c).PersonID); err != nil {
			return err
		}
	}
	return kit.Render(c, http.StatusOK, "account/data", page)
}

// postData sends the person's copy. It is a POST because it leaves an audit
// event.
func (h *handler) postData(c echo.Context) error {
	ctx, i := c.Request().Context(), identity(c)
	d, err := h.Accounts.Export(ctx, i)
	if err != nil {
		return err
	}
	all := map[string]any{"account": d, "exported_at": h.Now().UTC()}
	var more Extra
	if h.Extra != nil {
		if more, err = h.Extra(ctx, i.PersonID); err != nil {
			return err
		}
		maps.Copy(all, more.Parts)
	}
	body, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	header := c.Response().Header()
	header.Set("Content-Type", "application/json")
	header.Set("Content-Disposition", `attachment; filename="my-data.json"`)
	header.Set("Cache-Control", "no-store")
	// From here on an error can only cut the file short, so that no program
	// takes it for whole.
	if _, err := c.Response().Write(bytes.TrimSuffix(body, []byte("\n}"))); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(more.Lists)) {
		if err := writeList(c.Response(), name, more.Lists[name]); err != nil {
			return err
		}
	}
	_, err = io.WriteString(c.Response(), "\n}\n")
	return err
}

// writeList adds a member to a JSON object that is open, entry by entry.
func writeList(w io.Writer, name string, list iter.Seq2[any, error]) error {
	if _, err := fmt.Fprintf(w, ",\n  %q: [", name); err != nil {
		return err
	}
	between := "\n    "
	for entry, err := range list {
		if err != nil {
			return err
		}
		body, err := json.MarshalIndent(entry, "    ", "  ")
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%s%s", between, body); err != nil {
			return err
		}
		between = ",\n    "
	}
	_, err := io.WriteString(w, "\n  ]")
	return err
}
