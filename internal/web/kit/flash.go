package kit

import (
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"
)

// Tone colors a message; each has an icon and a word of its own.
type Tone string

// The tones of notices, badges and flashes.
const (
	Success Tone = "ok"
	Info    Tone = "info"
	Warning Tone = "warn"
	Danger  Tone = "bad"
)

// Flash is a message shown once, on the page after a redirect. The cookie
// carries its key and nothing that a person wrote.
type Flash struct {
	key  string
	Tone Tone
	Text string
}

var flashes = struct {
	sync.RWMutex
	m map[string]*Flash
}{m: map[string]*Flash{}}

// NewFlash declares a message, once, in a package-level var. It panics when
// the key is taken.
func NewFlash(key string, tone Tone, text string) *Flash {
	flashes.Lock()
	defer flashes.Unlock()
	if flashes.m[key] != nil {
		panic(fmt.Sprintf("flash %q declared twice", key)) //nolint:forbidigo // a mistake of the program, found when it starts
	}
	f := &Flash{key: key, Tone: tone, Text: text}
	flashes.m[key] = f
	return f
}

const flashCookie = "flash"

// Redirect answers 303 to a path on this site and shows f there; f may be nil.
func Redirect(c echo.Context, to string, f *Flash) error {
	if f != nil {
		setCookie(c, flashCookie, f.key, 60)
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// takeFlash returns the pending message and clears its cookie.
func takeFlash(c echo.Context) *Flash {
	cookie := cookieOf(c, flashCookie)
	if cookie == nil {
		return nil
	}
	setCookie(c, flashCookie, "", -1)
	flashes.RLock()
	defer flashes.RUnlock()
	return flashes.m[cookie.Value]
}

// cookieName adds the __Host- prefix where the base URL is https. The request
// is not asked: its scheme comes from a header that anyone can write.
func cookieName(c echo.Context, name string) string {
	if r, ok := c.Echo().Renderer.(*Renderer); ok && r.opt.HTTPS {
		return "__Host-" + name
	}
	return name
}

// cookieOf returns a cookie of the kit, nil if the request has none. Most have
// none, and looking for the name costs less than parsing what they have.
func cookieOf(c echo.Context, name string) *http.Cookie {
	name = cookieName(c, name)
	for _, line := range c.Request().Header["Cookie"] {
		if strings.Contains(line, name+"=") {
			if cookie, err := c.Cookie(name); err == nil {
				return cookie
			}
		}
	}
	return nil
}

// setCookie sets a cookie of the kit; maxAge is in seconds.
func setCookie(c echo.Context, name, value string, maxAge int) {
	full := cookieName(c, name)
	// #nosec G124 -- Secure wherever the base URL is https; a loopback demo has no https
	c.SetCookie(&http.Cookie{
		Name: full, Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: full != name, SameSite: http.SameSiteLaxMode,
	})
}
