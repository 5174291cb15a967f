// Package keys has what others need to verify certificates: the public keys, the
// DID document of the site and the status lists.
package keys

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/credential"
	"github.com/atmacena/cocare/internal/certificate/pades"
	"github.com/atmacena/cocare/internal/certificate/proof"
	"github.com/atmacena/cocare/internal/web/kit"
)

// Deps are what the addresses need.
type Deps struct {
	Trust func(ctx context.Context) (proof.Trust, error)
	// FallenLogKeys are keys of the log that are not trusted any more.
	FallenLogKeys func(ctx context.Context) ([]string, error)
	DIDDocument   func(ctx context.Context) ([]byte, error)
	StatusList    func(ctx context.Context, n int64) (credential.Issued, error)
}

type handler struct{ Deps }

var errNoRoot = apperr.New(apperr.NotFound, "There is no such root certificate.")

// Routes returns the area's table.
func Routes(d Deps) []kit.Route {
	h := &handler{d}
	return []kit.Route{
		{Method: http.MethodGet, Path: "/keys", Name: "keys.show", Role: kit.Anyone, Handler: h.getKeys},
		{Method: http.MethodGet, Path: "/keys/issuer.json", Name: "keys.file", Role: kit.Anyone, Handler: h.getFile, ForAll: true},
		{Method: http.MethodGet, Path: "/keys/roots/:file", Name: "keys.root", Role: kit.Anyone, Handler: h.getRoot, ForAll: true},
		{Method: http.MethodGet, Path: "/.well-known/did.json", Name: "did.show", Role: kit.Anyone, Handler: h.getDID, ForAll: true},
		{Method: http.MethodGet, Path: "/credentials/status/:n", Name: "status.show", Role: kit.Anyone, Handler: h.getStatus, ForAll: true},
	}
}

// keysPage is what people read.
type keysPage struct {
	proof.Trust
	Roots     []root
	Badges    []badge
	FallenLog []string // keys of the log that are not trusted any more
}

type root struct {
	Name, Fingerprint string
	Key               string // the SHA-256 of its own
	From, Until       time.Time
	NotTrustedAfter   *time.Time
	Now               bool // its key signs now
	Shared            bool // it is that of a trusted key of ours too
}

type badge struct {
	Key             string
	NotTrustedAfter *time.Time
	Now             bool
}

func (h *handler) getKeys(c echo.Context) error {
	trust, err := h.Trust(c.Request().Context())
	if err != nil {
		return err
	}
	p := keysPage{Trust: trust}
	if p.FallenLog, err = h.FallenLogKeys(c.Request().Context()); err != nil {
		return err
	}
	for i, d := range trust.Documents { // the newest first: that one signs
		p.Roots = append(p.Roots, root{d.Root.Subject.CommonName, pades.Fingerprint(d.Root), d.Key, d.Root.NotBefore, d.Root.NotAfter, d.NotTrustedAfter, i == 0 && d.NotTrustedAfter == nil,
			slices.ContainsFunc(trust.Documents, func(o proof.Document) bool { return o.NotTrustedAfter == nil && o.Root.Equal(d.Root) })})
	}
	for i, k := range trust.Credentials {
		p.Badges = append(p.Badges, badge{credential.Multibase(k.Public), k.NotTrustedAfter, i == 0 && k.NotTrustedAfter == nil})
	}
	return kit.Render(c, http.StatusOK, "keys/show", kit.View{Canonical: "/keys", Data: p,
		Description: "The public keys with which certificates from here are verified."})
}

func (h *handler) getFile(c echo.Context) error {
	trust, err := h.Trust(c.Request().Context())
	if err != nil {
		return err
	}
	text, err := trust.File()
	if err != nil {
		return err
	}
	return public(c, text, "application/json", time.Minute)
}

// getRoot answers a root as the programs read it in which people say whom they
// trust.
func (h *handler) getRoot(c echo.Context) error {
	trust, err := h.Trust(c.Request().Context())
	if err != nil {
		return err
	}
	for _, d := range trust.Documents {
		if name := pades.Fingerprint(d.Root) + ".cer"; name == c.Param("file") {
			c.Response().Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
			return public(c, d.Root.Raw, "application/pkix-cert", time.Minute)
		}
	}
	return errNoRoot
}

func (h *handler) getDID(c echo.Context) error {
	text, err := h.DIDDocument(c.Request().Context())
	if err != nil {
		return err
	}
	return public(c, text, "application/did+json", time.Minute)
}

// getStatus answers as JSON, or as a JWT where that alone is asked for.
func (h *handler) getStatus(c echo.Context) error {
	typed := c.Param("n")
	n, err := strconv.ParseInt(typed, 10, 64)
	if err != nil || strconv.FormatInt(n, 10) != typed {
		return certificate.ErrNotFound
	}
	list, err := h.StatusList(c.Request().Context(), n)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Vary", "Accept")
	if strings.Contains(c.Request().Header.Get("Accept"), "application/vc+jwt") {
		return public(c, []byte(list.JWT), "application/vc+jwt", 30*time.Second)
	}
	return public(c, list.JSON, "application/vc", 30*time.Second)
}

// public answers what verifiers on other sites may read, and keep for so long.
func public(c echo.Context, body []byte, kind string, keep time.Duration) error {
	h := c.Response().Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Cache-Control", "public, max-age="+strconv.Itoa(int(keep.Seconds())))
	return c.Blob(http.StatusOK, kind, body)
}
