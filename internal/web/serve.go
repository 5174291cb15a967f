package web

import (
	"log/slog"
	"net/http"
	"time"
)

// Patience is how long a reader may take for the next stretch of an answer. It
// allows a kilobyte a second, far less than any line that people read over.
const Patience = 60 * time.Second

// stretch is how much of an answer is sent before its reader has to show again
// that they are there.
const stretch = 64 << 10

// NewServer returns the HTTP server of a handler. An answer may take as long as
// its reader goes on reading: who takes no stretch of it within patience is cut,
// so that nobody holds a connection, and what is behind it, by doing nothing.
func NewServer(h http.Handler, log *slog.Logger, patience time.Duration) *http.Server {
	return &http.Server{
		Handler:           patient(h, patience),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       60 * time.Second,
		WriteTimeout:      patience,
		IdleTimeout:       120 * time.Second,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// patient moves the server's deadline on while an answer is being read.
func patient(next http.Handler, patience time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(&patientWriter{ResponseWriter: w, patience: patience, until: time.Now().Add(patience)}, r)
	})
}

type patientWriter struct {
	http.ResponseWriter
	patience time.Duration
	until    time.Time // the deadline that is set
}

// Unwrap lets http.ResponseController reach what it wraps.
func (w *patientWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Write sends p stretch by stretch.
func (w *patientWriter) Write(p []byte) (n int, err error) {
	for {
		part := p[n:min(len(p), n+stretch)]
		if err := w.extend(); err != nil {
			return n, err
		}
		m, err := w.ResponseWriter.Write(part)
		n += m
		if err != nil || n == len(p) {
			return n, err
		}
	}
}

// extend sets a deadline only when some of the last is used up: a page that is
// read at once costs nothing but a look at the clock.
func (w *patientWriter) extend() error {
	now := time.Now()
	if w.until.Sub(now) >= w.patience-w.patience/16 {
		return nil
	}
	w.until = now.Add(w.patience)
	return http.NewResponseController(w.ResponseWriter).SetWriteDeadline(w.until)
}
