package kit

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
)

// Route is one address with the people it is open to. Name is resource.verb,
// as in course.show; Use holds middleware for this route alone, such as a rate
// limit or a demand for a fresh second factor.
type Route struct {
	Method, Path, Name string
	Role               Role
	Handler            echo.HandlerFunc
	Use                []echo.MiddlewareFunc
	// Uploads: the handler bounds a multipart body itself, so that it can say at the
	// field what was too large.
	Uploads bool
	// ForAll: everybody gets the same answer, which shared caches keep. So nobody's
	// cookies are looked at, nor set, on the way to it.
	ForAll bool
}

// Register adds the routes. A GET route answers HEAD too. It panics on a route
// without role, name or handler: a mistake of the program, found at start.
func Register(e *echo.Echo, routes []Route) {
	for _, r := range routes {
		if r.Role == 0 || r.Name == "" || r.Handler == nil {
			panic(fmt.Sprintf("route %s %s: role, name and handler are required", r.Method, r.Path)) //nolint:forbidigo // a mistake of the program, found when it starts
		}
		use := append([]echo.MiddlewareFunc{guard(r.Role)}, r.Use...)
		e.Add(r.Method, r.Path, r.Handler, use...).Name = r.Name
		if r.Method == http.MethodGet {
			e.HEAD(r.Path, r.Handler, use...).Name = r.Name + ".head"
		}
	}
}

func guard(role Role) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			v := ViewerOf(c)
			switch {
			case role.Allows(v):
				return next(c)
			case v == nil:
				return errSignedOut
			default:
				return errWrongRole
			}
		}
	}
}

var (
	errSignedOut = apperr.New(apperr.Unauthenticated, "Please sign in to see this page.")
	errWrongRole = apperr.New(apperr.Forbidden, "Your account does not have the role that this page needs.")
)

// SafeNext returns next if it is the path of a page on this site, which may be used as the
// target of a redirect, and "" otherwise.
func SafeNext(next string) string {
	if u, err := url.Parse(next); err != nil || !local(next) || takesFormsOnly(u.Path) {
		return ""
	}
	return next
}

// local reports whether an address is a path on this site.
func local(address string) bool {
	if len(address) > 2000 || !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") ||
		strings.ContainsFunc(address, func(r rune) bool { return r < 0x20 || r == '\\' || r == 0x7f }) {
		return false
	}
	u, err := url.Parse(address)
	return err == nil && !u.IsAbs() && u.Host == "" && !strings.HasPrefix(u.Path, "//")
}

// formsOnly are addresses that take forms and have no page, by their end.
var formsOnly = []string{"/logout", "/theme", ".csv", "/enroll", "/passkey", "/challenge", "/resend", "/cancel"}

func takesFormsOnly(path string) bool {
	return slices.ContainsFunc(formsOnly, func(end string) bool { return strings.HasSuffix(path, end) })
}

// LoginURL is the sign-in page that returns to where the visitor was: this
// page, or for a form the page that held it.
func LoginURL(c echo.Context) string {
	r := c.Request()
	next := r.URL.RequestURI()
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		next = formPage(c)
	}
	if next = SafeNext(next); next == "" || next == "/" {
		return "/login"
	}
	return "/login?next=" + url.QueryEscape(next)
}

// PathParam returns a decoded path parameter, NotFound if it is longer than
// 200 bytes or holds anything but letters, digits, "-", "_", "." and "~".
func PathParam(c echo.Context, name string) (string, error) {
	v := c.Param(name)
	if v == "" || len(v) > 200 || strings.ContainsFunc(v, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && !strings.ContainsRune("-_.~", r)
	}) {
		return "", apperr.New(apperr.NotFound, "There is nothing at this address.")
	}
	return v, nil
}
