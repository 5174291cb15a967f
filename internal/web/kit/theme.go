package kit

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"
)

const themeCookie = "theme"

// themeOf returns the stored choice, "" to follow the system.
func themeOf(c echo.Context) string {
	cookie := cookieOf(c, themeCookie)
	if cookie != nil && (cookie.Value == "light" || cookie.Value == "dark") {
		return cookie.Value
	}
	return ""
}

// Routes are the kit's own: static files, and the theme form of the footer.
func (r *Renderer) Routes() []Route {
	return []Route{
		{Method: http.MethodGet, Path: StaticPrefix + "*", Name: "static.show", Role: Anyone, Handler: r.opt.Assets.Serve},
		{Method: http.MethodPost, Path: "/theme", Name: "theme.choose", Role: Anyone, Handler: postTheme},
	}
}

// postTheme stores the choice for a year, or forgets it, and goes back to the
// page that asked.
func postTheme(c echo.Context) error {
	f, err := BindForm(c)
	if err != nil {
		return err
	}
	switch theme := f.Str("theme"); theme {
	case "light", "dark":
		setCookie(c, themeCookie, theme, 365*24*3600)
	default:
		setCookie(c, themeCookie, "", -1)
	}
	if WantsJSON(c) {
		return c.NoContent(http.StatusNoContent)
	}
	back := "/"
	if u, err := url.Parse(c.Request().Referer()); err == nil && u.Host == c.Request().Host && Next(c, u.RequestURI()) != "" {
		back = u.RequestURI()
	}
	return Redirect(c, back, nil)
}

type rgb [3]float64 // 0 … 255

// The surfaces that text in the accent color stands on, the darkest of the
// light theme and the lightest of the dark one (see css/1-tokens.css).
var (
	lightSurface = rgb{0xf1, 0xee, 0xe6}
	darkSurface  = rgb{0x26, 0x30, 0x30}
	white, black = rgb{255, 255, 255}, rgb{}
)

// AccentCSS returns the style rules for an organization's accent color, given
// as #rrggbb. Text in it reaches a contrast of 7:1 and controls 4.5:1 in both
// themes; the hue stays, the lightness gives way.
func AccentCSS(hex string) (string, error) {
	if len(hex) != 7 || hex[0] != '#' {
		return "", fmt.Errorf("accent %q: write it as #rrggbb", hex)
	}
	n, err := strconv.ParseUint(hex[1:], 16, 32)
	if err != nil {
		return "", fmt.Errorf("accent %q: write it as #rrggbb", hex)
	}
	c := rgb{float64(n >> 16), float64(n >> 8 & 255), float64(n & 255)}
	fill := c.until(black, white, 5)
	// 0.1 more than promised, for the rounding to whole steps of color.
	text := c.until(black, lightSurface, 7.1)
	darkText := c.until(white, darkSurface, 7.1)
	return fmt.Sprintf(":root{--accent:light-dark(%s,%s);--accent-ink:light-dark(%s,%s)}\n", fill, darkText, text, darkText), nil
}

// until mixes c with toward in small steps until it stands out from on.
func (c rgb) until(toward, on rgb, ratio float64) rgb {
	for step := 0; step < 100 && contrast(c, on) < ratio; step++ {
		for i := range c {
			c[i] += (toward[i] - c[i]) * 0.03
		}
	}
	return c
}

func (c rgb) String() string {
	return fmt.Sprintf("#%02x%02x%02x", int(c[0]), int(c[1]), int(c[2]))
}

func (c rgb) luminance() float64 {
	var l float64
	for i, weight := range [3]float64{0.2126, 0.7152, 0.0722} {
		v := c[i] / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		l += weight * v
	}
	return l
}

// contrast is the WCAG 2.2 contrast ratio of two colors, 1 … 21.
func contrast(a, b rgb) float64 {
	la, lb := a.luminance(), b.luminance()
	return (math.Max(la, lb) + 0.05) / (math.Min(la, lb) + 0.05)
}
