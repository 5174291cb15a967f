// Package media keeps the media of courses: pictures, handouts, audio and video. It
// takes uploads that go on after a broken connection, finds out what they are, and
// keeps each file once, however many courses name it.
//
// It owns the tables media_blobs, media_held, media_uploads, media_parts and media_sent,
// and the objects of its store. Which media a course has is said in its media.yaml (package manifest),
// which belongs to the course and its editions; this package is told of every change.
//
// An upload is a row and its parts. A part is durable in the store before its row
// moves the offset, so a replica that dies loses at most what it had in memory, and
// any other goes on. When all is there, a job examines the whole: it is sniffed,
// pictures are made small and bare, handouts are looked into. What it finds waits,
// for the uploader alone, until it is added to a course, removed, or too old.
//
// Invariants:
//   - A blob is what its SHA-256 says. Its object's key is used once: who deletes an
//     object that no row names cannot hit one that a row names a moment later.
//   - A blob that a draft, an edition or an upload names is never deleted, and one that
//     nothing names stays for two weeks. A sweep notes when it first sees that; naming
//     takes the note away in the transaction that stores the list, and only rows whose
//     note is old are deleted, so that the database settles every race.
//   - A course has of the store only what it holds: its bytes were sent to the course or
//     came with an import, or whoever stored its list may read another that holds them.
//     Who knows the hash of a file has no right to it.
//   - Nothing is deleted in a store that belongs to another installation.
//   - Nobody but the uploader sees an upload.
package media

import (
	"context"
	"log/slog"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/media/manifest"
	"github.com/atmacena/cocare/internal/media/sniff"
	"github.com/atmacena/cocare/internal/media/store"
	"github.com/atmacena/cocare/internal/once"
)

// JobKind names the job that examines an upload.
const JobKind = "media.examine"

// Bounds.
const (
	// MaxBytes is what the largest upload has; kinds have their own limits below it.
	MaxBytes = 1 << 30
	// Slots is how many uploads a person may have at a time, those too that wait to be
	// added to a course.
	Slots = 8
	// DayBytes is how much a person may send on a day (UTC), whatever becomes of it.
	DayBytes = 10 << 30
	// partBytes is how much is in memory before it is durable, and what a broken
	// connection repeats at most.
	partBytes = 4 << 20

	openFor  = 24 * time.Hour      // after the last part
	readyFor = 7 * 24 * time.Hour  // until it is added
	keepFor  = 14 * 24 * time.Hour // what nothing names
	orphan   = 24 * time.Hour      // an object that no row names
	sentFor  = 48 * time.Hour      // how much somebody sent on a day
)

// State of an upload.
type State string

// The states.
const (
	Open     State = "open"     // bytes are awaited
	Received State = "received" // all are there; it is being examined
	Ready    State = "ready"    // it can be added to the course
	Refused  State = "refused"  // Reason says why
)

// Upload is a file on its way into a course.
type Upload struct {
	ID, PersonID, CourseID string
	Name                   string // as the browser says; shown, never believed
	Bytes                  int64  // 0: not known
	Received               int64
	State                  State
	Reason                 string
	CreatedAt, ExpiresAt   time.Time
	Found                  *Found `gorm:"-"` // when Ready
}

// Found is what was found in an upload.
type Found struct {
	Kind    sniff.Kind      `json:"kind"`
	Seconds float64         `json:"seconds,omitempty"`
	Files   []manifest.File `json:"files"`
}

// Blob is a file that is kept.
type Blob struct {
	SHA256, Object string
	Bytes          int64
}

// The errors.
var (
	ErrNotFound = apperr.New(apperr.NotFound, "There is no such upload. Uploads that nobody finishes are deleted.")
	ErrNoBlob   = apperr.New(apperr.NotFound, "There is no such file.")
	ErrFull     = apperr.Newf(apperr.Conflict, "You have %d uploads already. Add them to a course or remove them first.", Slots)
	ErrClosed   = apperr.New(apperr.Conflict, "This upload has all its bytes already.")
	ErrOffset   = apperr.New(apperr.Conflict, "The upload goes on at another place. Ask where, and send from there.")
	ErrTorn     = apperr.New(apperr.Invalid, "The file did not arrive whole. Send it again; what arrived is kept.")
	ErrShort    = apperr.New(apperr.Conflict, "The upload lacks bytes. Send the rest first.")
	ErrEmpty    = apperr.New(apperr.Invalid, "The file is empty.")
	ErrTooLarge = apperr.New(apperr.Invalid, "The file is larger than 1 GB. Make it smaller, or cut it into parts.")
	ErrDay      = apperr.Newf(apperr.Conflict, "You have sent %d GB today, and a day has no more. Go on tomorrow.", DayBytes>>30)
	ErrNotReady = apperr.New(apperr.Conflict, "This upload is not ready yet.")
)

// Deps are what a Service needs.
type Deps struct {
	DB    *db.DB
	Now   func() time.Time
	Queue *job.Queue
	Store store.Store
	// Site is the address at which people reach this installation, "" if it has none
	// that lasts: of two with one database, the store belongs to the first.
	Site string
	Log  *slog.Logger
	// Lists returns the media.yaml of every draft and every edition, each text once, as
	// one statement sees them.
	Lists func(ctx context.Context) ([][]byte, error)
}

// Service takes, examines, keeps and hands out media. It is safe for concurrent use.
type Service struct {
	Deps
	now  func() time.Time
	once *once.Log
}

// New returns the service and registers its job; Queue may be nil where nothing is
// uploaded, as in commands.
func New(d Deps) *Service {
	s := &Service{Deps: d, now: func() time.Time { return db.Truncate(d.Now()) }, once: once.New(d.DB, d.Now)}
	if d.Queue != nil {
		d.Queue.Handle(JobKind, s.examine)
	}
	return s
}
