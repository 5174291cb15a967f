package kit

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
)

// statusOf is the one place that turns a kind into a status.
var statusOf = map[apperr.Kind]int{
	apperr.Internal:        http.StatusInternalServerError,
	apperr.Invalid:         http.StatusUnprocessableEntity,
	apperr.Unauthenticated: http.StatusUnauthorized,
	apperr.Forbidden:       http.StatusForbidden,
	apperr.NotFound:        http.StatusNotFound,
	apperr.Conflict:        http.StatusConflict,
	apperr.Gone:            http.StatusGone,
	apperr.Limited:         http.StatusTooManyRequests,
	apperr.Unavailable:     http.StatusServiceUnavailable,
}

// Status returns the HTTP status of an error, 200 for nil. A form rendered
// again uses it: kit.Render(c, kit.Status(err), …).
func Status(err error) int {
	if err == nil {
		return http.StatusOK
	}
	var he *echo.HTTPError
	if errors.As(err, &he) && apperr.KindOf(err) == apperr.Internal {
		return he.Code
	}
	return statusOf[apperr.KindOf(err)]
}

// headings are the first words of the error page.
var headings = map[int]string{
	http.StatusBadRequest:          "That request could not be read",
	http.StatusUnauthorized:        "Please sign in",
	http.StatusForbidden:           "This page is not for your account",
	http.StatusNotFound:            "There is nothing here",
	http.StatusMethodNotAllowed:    "That request could not be read",
	http.StatusConflict:            "That is not possible right now",
	http.StatusGone:                "This has ended",
	http.StatusUnprocessableEntity: "Something needs correcting",
	http.StatusTooManyRequests:     "Please wait a moment",
	http.StatusServiceUnavailable:  "A service we need does not answer",
}

// details explain statuses that Echo answers by itself.
var details = map[int]string{
	http.StatusNotFound:              "The address may be mistyped, or what was here belongs to somebody else or has moved.",
	http.StatusMethodNotAllowed:      "This address does not take that kind of request. Please go back and try again.",
	http.StatusRequestEntityTooLarge: "That is more than this page takes. Please send less at once.",
	http.StatusTooManyRequests:       "There were too many tries in a short time. Please wait a minute, then try again.",
}

// ErrorPage is the data of pages/error/show.html.
type ErrorPage struct {
	Heading, Message string
	Fields           []apperr.Field
	SignIn           string // address of the sign-in page, "" where it is no help
	Typed            []string
	Paste            string // what to do with Typed
	Next             *Link  // where to go on
}

// ErrorHandler answers every error of every handler: a redirect to the sign-in
// page, a neutral page, or JSON for a script (Accept: application/json). It
// logs our own faults, once, with the request ID and the route's pattern.
func ErrorHandler(log *slog.Logger) echo.HTTPErrorHandler {
	return func(err error, c echo.Context) {
		r := c.Request()
		if c.Response().Committed || errors.Is(err, context.Canceled) && r.Context().Err() != nil {
			return // the reader has gone, or has the beginning of a page
		}
		status := Status(err)
		if status >= http.StatusInternalServerError {
			log.ErrorContext(r.Context(), "request failed", "status", status, "method", r.Method,
				"route", c.Path(), "request_id", c.Response().Header().Get(echo.HeaderXRequestID), "error", err)
		}
		if err := respond(c, status, err); err != nil {
			log.ErrorContext(r.Context(), "error page failed", "route", c.Path(), "error", err)
		}
	}
}

func respond(c echo.Context, status int, err error) error {
	h := c.Response().Header()
	// What the handler said about its own page does not hold for this one.
	for _, name := range []string{"Content-Disposition", "Content-Encoding", "Content-Length", "ETag", "Last-Modified"} {
		h.Del(name)
	}
	h.Set("Cache-Control", "no-store")
	retryAfter(h, status, apperr.AfterOf(err))
	if c.Request().Method == http.MethodHead {
		return c.NoContent(status)
	}
	message := messageOf(status, err)
	if WantsJSON(c) {
		body := map[string]any{"error": message, "request_id": h.Get(echo.HeaderXRequestID)}
		if fields := apperr.FieldsOf(err); len(fields) > 0 {
			byName := map[string]string{}
			for _, f := range fields {
				byName[f.Name] = f.Msg
			}
			body["fields"] = byName
		}
		return c.JSON(status, body)
	}
	if status == http.StatusUnauthorized {
		return c.Redirect(http.StatusSeeOther, LoginURL(c))
	}
	data := ErrorPage{Heading: headings[status], Message: message, Fields: apperr.FieldsOf(err)}
	if data.Heading == "" {
		data.Heading = "That did not work"
	}
	if other, ok := errors.AsType[*otherOwnerError](err); ok {
		data.Heading, data.Typed = "This page belongs to another account", other.typed
		data.Paste = "Copy it, sign in as the person who typed it, and paste it there."
	} else if status == http.StatusServiceUnavailable && len(c.Request().PostForm) > 0 {
		// The page that would show the form again cannot be made either.
		data.Typed, data.Paste = sentBy(c.Request()), "Copy it, so that you can paste it when this works again."
	}
	if errors.Is(err, errWrongRole) { // the role may have been taken while they wrote
		if u := TakeUnsent(c); u != nil {
			data.Typed, data.Paste = u.Typed(), "It was not sent. Copy it if you want to keep it."
		}
	}
	if linked, ok := errors.AsType[*linkedError](err); ok {
		data.Next = &linked.link
	}
	if errors.Is(err, errCrossOrigin) {
		// It is refused before anybody looks who is signed in.
		data.Heading = "This form came from another site"
	} else if status == http.StatusForbidden && ViewerOf(c) == nil {
		data.SignIn = LoginURL(c)
	}
	if err := Render(c, status, "error/show", View{Title: data.Heading, NoIndex: true, Data: data}); err != nil {
		plain := data.Heading + "\n" + message + "\nReference: " + h.Get(echo.HeaderXRequestID) + "\n"
		return errors.Join(err, c.String(status, plain))
	}
	return nil
}

// retryAfter says when to come back to whoever was refused for too many tries:
// in a minute if nobody knows better.
func retryAfter(h http.Header, status int, wait time.Duration) {
	if status != http.StatusTooManyRequests || h.Get("Retry-After") != "" {
		return
	}
	if wait <= 0 {
		wait = time.Minute
	}
	h.Set("Retry-After", strconv.FormatInt(int64((wait+time.Second-1)/time.Second), 10))
}

func messageOf(status int, err error) string {
	if apperr.KindOf(err) != apperr.Internal {
		return apperr.Message(err)
	}
	if text := details[status]; text != "" {
		return text
	}
	if status < http.StatusInternalServerError {
		return "The request could not be read. Please go back and try again."
	}
	return apperr.Message(err)
}

// WantsJSON reports whether a script is asking.
func WantsJSON(c echo.Context) bool {
	accept := c.Request().Header.Get("Accept")
	return strings.Contains(accept, "application/json") && !strings.Contains(accept, "text/html")
}
