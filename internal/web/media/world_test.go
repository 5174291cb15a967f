package media_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"image"
	"image/jpeg"
	"io"
	"io/fs"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/media"
	"github.com/atmacena/cocare/internal/media/store"
	"github.com/atmacena/cocare/internal/web/kit"
	webmedia "github.com/atmacena/cocare/internal/web/media"
)

const (
	slug = "how-learning-is-recorded"
	at   = "/teach/" + slug + "/media"
)

// world is the area with the small course; ira and ida teach, tom learns.
type world struct {
	*area.Server
	t       *testing.T
	db      *db.DB
	courses *course.Service
	media   *media.Service
	queue   *job.Queue
	reads   map[string][]*course.Edition // by person
	now     func() time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), reads: map[string][]*course.Edition{}}
	clock := db.Now()
	var mu sync.Mutex // browsers and connections ask too
	now := func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		clock = clock.Add(time.Millisecond)
		return clock
	}
	w.now = now
	quiet := slog.New(slog.DiscardHandler)
	w.queue = job.New(w.db, quiet, now)
	folder := store.NewFolder(t.TempDir())
	t.Cleanup(func() { _ = folder.Close() })
	w.media = media.New(media.Deps{DB: w.db, Now: now, Queue: w.queue, Store: folder, Log: quiet,
		Lists: func(ctx context.Context) ([][]byte, error) { return w.courses.MediaLists(ctx) }})
	w.courses = course.New(course.Deps{DB: w.db, Now: now, Audit: audit.New(w.db, now), Demo: true, Media: w.media,
		Reads: func(_ context.Context, by string) (func(string) bool, error) {
			return func(string) bool { return by == "root" }, nil // an administrator
		}})
	_, err := w.courses.Import(t.Context(), courses.Bundled()[slug], "command line")
	w.must(err)
	for _, id := range []string{"ira", "ida", "tom"} {
		area.AddPerson(t, w.db, id, id, clock)
	}
	w.Server = area.Serve(t, area.Options{Name: "media", Now: now, Viewer: viewer}, webmedia.Routes(webmedia.Deps{Media: w.media, Courses: w.courses, Now: now,
		Editions: func(_ context.Context, person, of string) ([]*course.Edition, error) {
			if of != slug {
				return nil, nil
			}
			return w.reads[person], nil
		},
		MayRead: func(_ context.Context, v *kit.Viewer, of string) error {
			if v.PersonID == "olga" || of == "closed" || !v.Is("instructor") { // olga teaches other courses
				return course.ErrNotFound
			}
			return nil
		}})...)
	return w
}

func viewer(name string) *kit.Viewer {
	switch name {
	case "":
		return nil
	case "tom", "tim":
		return &kit.Viewer{PersonID: name, Name: name, Roles: kit.Therapist}
	}
	return &kit.Viewer{PersonID: name, Name: name, Roles: kit.Instructor}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// form sends a multipart form: fields are pairs, then the file.
func (w *world) form(person, path, field, name string, data []byte, fields ...string) *httptest.ResponseRecorder {
	w.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for i := 0; i+1 < len(fields); i += 2 {
		w.must(m.WriteField(fields[i], fields[i+1]))
	}
	if name != "" {
		f, err := m.CreateFormFile(field, name)
		w.must(err)
		_, err = f.Write(data)
		w.must(err)
	}
	w.must(m.Close())
	return w.do(person, http.MethodPost, path, &body, "Content-Type", m.FormDataContentType())
}

func (w *world) do(person, method, path string, body io.Reader, headers ...string) *httptest.ResponseRecorder {
	w.t.Helper()
	r := httptest.NewRequestWithContext(w.t.Context(), method, path, body)
	r.Header.Set(area.Person, person)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, r)
	return rec
}

func (w *world) says(rec *httptest.ResponseRecorder, status int, texts ...string) {
	w.t.Helper()
	if rec.Code != status {
		w.t.Fatalf("status %d, want %d: %.3000s", rec.Code, status, rec.Body)
	}
	for _, text := range texts {
		if !strings.Contains(rec.Body.String(), text) {
			w.t.Errorf("nothing says %q in %.3000s", text, rec.Body)
		}
	}
}

// ready sends a file by the form and has it examined; it returns the upload's page.
func (w *world) ready(person string, data []byte) string {
	w.t.Helper()
	rec := w.form(person, at, "file", "file.bin", data)
	w.says(rec, http.StatusSeeOther)
	w.must(w.queue.Drain(w.t.Context()))
	return rec.Header().Get("Location")
}

// add adds a file to the draft under a name.
func (w *world) add(id string, data []byte, fields ...string) {
	w.t.Helper()
	page := w.ready("ira", data)
	rec := w.form("ira", page, "", "", nil, append([]string{"id", id, "title", "Title of " + id}, fields...)...)
	if rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != at {
		w.t.Fatalf("status %d: %.3000s", rec.Code, rec.Body)
	}
}

func (w *world) file(path string) string {
	w.t.Helper()
	f, err := w.courses.DraftFile(w.t.Context(), slug, path)
	w.must(err)
	return string(f.Content)
}

func wav(seconds int, seed byte) []byte {
	n := 8000 * seconds
	head := "RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x40\x1f\x00\x00\x01\x00\x08\x00data" +
		string([]byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)})
	return append([]byte(head), bytes.Repeat([]byte{seed}, n)...)
}

// mp4 is a video of so many seconds, without pictures in it.
func mp4(seconds uint16) []byte {
	box := func(kind string, parts ...string) string {
		body := strings.Join(parts, "")
		n := len(body) + 8
		return string([]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}) + kind + body
	}
	zero := strings.Repeat("\x00", 76)
	clock := zero[:12] + "\x00\x00\x00\x01" + "\x00\x00" + string([]byte{byte(seconds >> 8), byte(seconds)}) + zero[:80-20]
	trak := box("trak", box("tkhd", zero, "\x01\x40\x00\x00\x00\xb4\x00\x00"), box("mdia", box("mdhd", clock), box("hdlr", zero[:8], "vide", zero[:12]),
		box("minf", box("stbl", box("stsd", zero[:4]+"\x00\x00\x00\x01", box("avc1", zero[:8]))))))
	return []byte(box("ftyp", "isom", zero[:4]) + box("moov", box("mvhd", clock), trak) + box("mdat", zero))
}

func photo(t *testing.T, w, h int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = byte(i * 31 >> 3)
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func pdf() []byte { return []byte("%PDF-1.7\n" + strings.Repeat("% x\n", 100) + "%%EOF\n") }

func decode(t *testing.T, rec *httptest.ResponseRecorder) (v struct {
	URL    string
	Offset int64
	Part   int
	State  string
	Error  string
}) {
	t.Helper()
	if err := json.Unmarshal(rec.Body.Bytes(), &v); err != nil {
		t.Fatalf("%v: %s", err, rec.Body)
	}
	return v
}

func hexOf(sum []byte) string { return hex.EncodeToString(sum) }

func sub(t *testing.T, z *zip.Reader) fs.FS {
	t.Helper()
	folder, err := fs.Sub(z, slug)
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

func (w *world) courseID() string {
	w.t.Helper()
	d, err := w.courses.Draft(w.t.Context(), slug)
	w.must(err)
	return d.CourseID
}
