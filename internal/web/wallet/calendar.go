package wallet

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/wallet"
	"github.com/atmacena/cocare/internal/web/kit"
)

// calendarPage is the address of the person's calendar.
type calendarPage struct {
	wallet.Feed
	Crumbs []kit.Link
}

func (h *handler) getCalendar(c echo.Context) error {
	ctx, id := person(c)
	f, err := h.Wallet.Feed(ctx, id)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return kit.Render(c, http.StatusOK, "wallet/calendar", calendarPage{f, crumbs()})
}

var (
	feedMade = kit.NewFlash("wallet.feed", kit.Success, "Your calendar has a new address. An earlier one no longer works.")
	feedOff  = kit.NewFlash("wallet.feed_off", kit.Success, "Your calendar is switched off. Its address no longer works.")
)

func (h *handler) postCalendar(c echo.Context) error {
	if _, err := kit.BindForm(c); err != nil {
		return err
	}
	ctx, id := person(c)
	if err := h.Wallet.MakeFeed(ctx, id); err != nil {
		return err
	}
	return kit.Redirect(c, calendarPath, feedMade)
}

func (h *handler) postCalendarOff(c echo.Context) error {
	if _, err := kit.BindForm(c); err != nil {
		return err
	}
	ctx, id := person(c)
	if err := h.Wallet.DropFeed(ctx, id); err != nil {
		return err
	}
	return kit.Redirect(c, calendarPath, feedOff)
}

// getFeed hands a calendar to whoever knows its address.
func (h *handler) getFeed(c echo.Context) error {
	ctx, token := c.Request().Context(), c.Param("token")
	file, err := h.Wallet.Calendar(ctx, token)
	if apperr.Is(err, apperr.NotFound) {
		if limited := h.Wrong(ctx, c.RealIP()); limited != nil {
			return limited
		}
		return err
	}
	if err != nil {
		return err
	}
	if err := h.Asked(ctx, token); err != nil {
		return err
	}
	sum := sha256.Sum256(file)
	header := c.Response().Header()
	header.Set("Content-Type", "text/calendar; charset=utf-8")
	header.Set("Content-Disposition", `inline; filename="licenses.ics"`)
	header.Set("ETag", `"`+hex.EncodeToString(sum[:])+`"`)
	header.Set("Cache-Control", "private, no-cache")
	header.Set("X-Robots-Tag", "noindex")
	header.Set("Referrer-Policy", "no-referrer")
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, strings.NewReader(string(file)))
	return nil
}
