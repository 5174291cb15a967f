package kit

import (
	"crypto/rand"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
)

// HeaderOptions vary the security headers.
type HeaderOptions struct {
	HTTPS bool // the base URL is https: also send HSTS
	// FormAction are origins that a form may lead to beside our own.
	FormAction []string
}

// documentHeaders mean nothing to a style sheet, a script or a font, but weigh
// half a kilobyte each time.
var documentHeaders = []string{"Content-Security-Policy", "X-Frame-Options", "Referrer-Policy", "Permissions-Policy", "Cross-Origin-Opener-Policy"}

// drawingPolicy is what a drawing of ours needs that is opened as a document:
// nothing from anywhere, no script, no frame around it.
const drawingPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox"

// Headers sets the security headers on every answer. Scripts, styles and fonts
// come from here alone; nothing inline.
func Headers(opt HeaderOptions) echo.MiddlewareFunc {
	csp := strings.Join([]string{
		"default-src 'self'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
		"font-src 'self'", "connect-src 'self'", "object-src 'none'", "base-uri 'none'",
		"frame-ancestors 'none'",
		strings.Join(append([]string{"form-action 'self'"}, opt.FormAction...), " "),
	}, "; ")
	set := map[string]string{
		"Content-Security-Policy":      csp,
		"X-Content-Type-Options":       "nosniff",
		"X-Frame-Options":              "DENY",
		"Referrer-Policy":              "same-origin",
		"Permissions-Policy":           "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
	}
	if opt.HTTPS {
		set["Strict-Transport-Security"] = "max-age=31536000" // not for subdomains, which may be somebody else's
	}
	// One slice each for all answers: adding to one copies it first.
	type header struct {
		name  string
		value []string
	}
	var list []header
	for name, value := range set {
		list = append(list, header{http.CanonicalHeaderKey(name), []string{value}})
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			h := c.Response().Header()
			for _, l := range list {
				h[l.name] = l.value
			}
			return next(c)
		}
	}
}

// RequestID gives every request a random ID, in the X-Request-ID header of the
// answer. What a client sends under that name is not believed.
func RequestID(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set(echo.HeaderXRequestID, rand.Text())
		return next(c)
	}
}

var errCrossOrigin = apperr.New(apperr.Forbidden, "Nothing was done. Please open the page here and try again.")

// CrossOrigin refuses changes that another site asks for (CSRF), by
// http.CrossOriginProtection. trusted are origins besides our own, bypass are
// path patterns of http.ServeMux for callers that are no browsers, such as the
// payment webhook.
func CrossOrigin(trusted, bypass []string) (echo.MiddlewareFunc, error) {
	p := http.NewCrossOriginProtection()
	for _, origin := range trusted {
		if err := p.AddTrustedOrigin(origin); err != nil {
			return nil, err
		}
	}
	for _, pattern := range bypass {
		p.AddInsecureBypassPattern(pattern)
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if err := p.Check(c.Request()); err != nil {
				return errCrossOrigin.Because(err)
			}
			return next(c)
		}
	}, nil
}
