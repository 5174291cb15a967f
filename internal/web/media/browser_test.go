package media_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apptest/chrome"
	"github.com/atmacena/cocare/internal/media"
)

// TestAnUploadGoesOnInABrowser: one part is refused by a server that is down, the next
// meets a connection that breaks off, and the file arrives whole.
func TestAnUploadGoesOnInABrowser(t *testing.T) {
	tab := chrome.Start(t).Tab(t)
	w := newWorld(t)
	var parts atomic.Int32
	w.Pre(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if c.Request().Method != http.MethodPatch {
				return next(c)
			}
			switch parts.Add(1) {
			case 2:
				return c.NoContent(http.StatusServiceUnavailable)
			case 3:
				panic(http.ErrAbortHandler)
			}
			return next(c)
		}
	})
	file := filepath.Join(t.TempDir(), "talk.wav")
	w.must(os.WriteFile(file, wav(1300, 5), 0o600))
	tab.Open(w.As("ira") + at)
	tab.Run(chromedp.SetUploadFiles("input[type=file]", []string{file}))
	tab.Click("[data-upload] button")
	tab.Until(`location.pathname.includes("/uploads/")`)
	tab.Has("being examined")
	w.must(w.queue.Drain(t.Context()))
	list, err := w.media.Uploads(t.Context(), "ira", w.courseID())
	w.must(err)
	if len(list) != 1 || list[0].State != media.Ready || list[0].Found.Seconds != 1300 || list[0].Name != "talk.wav" {
		t.Errorf("%+v", list)
	}
	if n := parts.Load(); n != 5 { // three that arrived
		t.Errorf("%d parts were sent", n)
	}
	tab.Until(`document.body.textContent.includes("Add to the course")`)
}

// TestARefusedUploadSaysWhyInABrowser, and does not promise that anything is kept where
// nothing was sent.
func TestARefusedUploadSaysWhyInABrowser(t *testing.T) {
	tab := chrome.Start(t).Tab(t)
	w := newWorld(t)
	send := func(size int64) (says string) {
		t.Helper()
		file := filepath.Join(t.TempDir(), "talk.wav")
		w.must(os.WriteFile(file, nil, 0o600))
		w.must(os.Truncate(file, size))
		tab.Open(w.As("ira") + at)
		tab.Run(chromedp.SetUploadFiles("input[type=file]", []string{file}))
		tab.Click("[data-upload] button")
		tab.Until(`!document.querySelector("[data-upload] button").disabled && document.querySelector("[data-upload-status]").textContent !== ""`)
		tab.Eval(`document.querySelector("[data-upload-status]").textContent`, &says)
		return says
	}
	if got, want := send(media.MaxBytes+1), "The file is larger than 1 GB. Make it smaller, or cut it into parts."; got != want {
		t.Errorf("too large: it says %q, want %q", got, want)
	}
	w.elsewhere("open", media.Slots)
	if got, want := send(1000), "You have 8 uploads already. Add them to a course or remove them first."; got != want {
		t.Errorf("full: it says %q, want %q", got, want)
	}
}

// TestAnUploadThatStopsSaysWhatIsKept: here the day is full.
func TestAnUploadThatStopsSaysWhatIsKept(t *testing.T) {
	tab := chrome.Start(t).Tab(t)
	w := newWorld(t)
	const part = 4 << 20
	var parts atomic.Int32
	w.Pre(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if c.Request().Method == http.MethodPatch && parts.Add(1) == 2 {
				w.must(w.db.Conn(t.Context()).Exec("UPDATE media_sent SET bytes = ?", media.DayBytes).Error)
			}
			return next(c)
		}
	})
	file := filepath.Join(t.TempDir(), "talk.wav")
	w.must(os.WriteFile(file, wav(1300, 5), 0o600))
	tab.Open(w.As("ira") + at)
	tab.Run(chromedp.SetUploadFiles("input[type=file]", []string{file}))
	tab.Click("[data-upload] button")
	tab.Until(`document.querySelector("[data-upload-status]").textContent.includes("What was sent is kept: choose the file again to go on.")`)
	tab.Has("You have sent 10 GB today")
	list, err := w.media.Uploads(t.Context(), "ira", w.courseID())
	w.must(err)
	if len(list) != 1 || list[0].Received != part {
		t.Errorf("%+v", list)
	}
}

// TestAnUploadGoesOnWhereAnotherTabLeftIt: the server says where that is.
func TestAnUploadGoesOnWhereAnotherTabLeftIt(t *testing.T) {
	tab := chrome.Start(t).Tab(t)
	w := newWorld(t)
	data := wav(1300, 5)
	var parts atomic.Int32
	w.Pre(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if c.Request().Method == http.MethodPatch && parts.Add(1) == 1 {
				list, err := w.media.Uploads(t.Context(), "ira", "")
				w.must(err)
				_, err = w.media.Append(t.Context(), "ira", list[0].ID, 0, bytes.NewReader(data[:5<<20]))
				w.must(err)
			}
			return next(c)
		}
	})
	file := filepath.Join(t.TempDir(), "talk.wav")
	w.must(os.WriteFile(file, data, 0o600))
	tab.Open(w.As("ira") + at)
	tab.Run(chromedp.SetUploadFiles("input[type=file]", []string{file}))
	tab.Click("[data-upload] button")
	tab.Until(`location.pathname.includes("/uploads/")`)
	w.must(w.queue.Drain(t.Context()))
	list, err := w.media.Uploads(t.Context(), "ira", "")
	w.must(err)
	if len(list) != 1 || list[0].State != media.Ready || list[0].Found.Seconds != 1300 {
		t.Errorf("%+v", list)
	}
	if n := parts.Load(); n != 3 { // one that is refused, and two with the rest
		t.Errorf("%d parts were sent", n)
	}
}
