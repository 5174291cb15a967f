package archive_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/archive"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/once"
)

var began = time.Date(2026, 11, 29, 8, 0, 0, 0, time.UTC)

// world has certificates of random bytes; every fourth was never issued.
type world struct {
	*archive.Service
	t     *testing.T
	db    *db.DB
	queue *job.Queue
	now   time.Time
	many  int
	asked certificate.Filter
	fail  error // of the certificate after half of them
}

func newWorld(t *testing.T) *world {
	t.Helper()
	d := dbtest.New(t)
	w := &world{t: t, db: d, now: began, many: 12}
	clock := func() time.Time { return w.now }
	w.queue = job.New(d, slog.New(slog.DiscardHandler), clock)
	w.Service = archive.New(archive.Deps{DB: d, Now: clock, Audit: audit.New(d, clock), Queue: w.queue, Certificates: w})
	w.must(d.Conn(t.Context()).Exec(`INSERT INTO people (id, email, email_key, name, time_zone, password_hash, created_at)
		VALUES ('dora', 'dora@example.org', 'dora@example.org', 'Dora', 'UTC', 'x', ?)`, began).Error)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func content(number string) []byte {
	seed := sha256.Sum256([]byte(number))
	out := make([]byte, 300<<10)
	_, _ = rand.NewChaCha8(seed).Read(out)
	return out
}

func (w *world) CountIssued(_ context.Context, f certificate.Filter) (n int64, err error) {
	w.asked = f
	return int64(w.many - w.many/4), nil
}

func (w *world) Each(_ context.Context, f certificate.Filter, fn func(certificate.Certificate) error) error {
	w.asked = f
	for i := range w.many {
		c := certificate.Certificate{ID: fmt.Sprint(i), Number: fmt.Sprintf("N%02d", i), State: certificate.Issued, HolderName: "=cmd()", PDFHash: "aa"}
		if i%4 != 3 {
			c.IssuedAt = &w.now
		}
		if i == w.many/2 && w.fail != nil {
			return w.fail
		}
		if err := fn(c); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) PDF(_ context.Context, c certificate.Certificate) ([]byte, error) {
	return content(c.Number), nil
}

func (w *world) only() archive.Archive {
	w.t.Helper()
	list, err := w.List(w.t.Context())
	w.must(err)
	if len(list) != 1 {
		w.t.Fatalf("%d archives", len(list))
	}
	return list[0]
}

func (w *world) bytes(a archive.Archive) []byte {
	w.t.Helper()
	var out []byte
	w.must(w.Copy(w.t.Context(), a, func(part []byte) error { out = append(out, part...); return nil }))
	return out
}

func TestAnArchiveHoldsEveryFileThatWasIssued(t *testing.T) {
	w := newWorld(t)
	ctx := once.With(t.Context(), "form")
	filter := certificate.Filter{Q: "ruiz", State: certificate.Issued, From: began.AddDate(0, 0, -7), After: []string{"", "x"}, Sort: "holder", Limit: 7}
	for range 2 { // the same form, twice
		w.must(w.Request(ctx, filter, "Valid, found by ruiz", "dora"))
	}
	a := w.only()
	if a.Ready() || a.Failed || a.Total != 9 || a.Done != 0 || a.About != "Valid, found by ruiz" {
		t.Errorf("asked for: %+v", a)
	}
	if _, err := w.Open(t.Context(), a.ID); !errors.Is(err, archive.ErrNotReady) {
		t.Errorf("opened before it is written: %v", err)
	}
	w.must(w.queue.Drain(t.Context()))
	if f := w.asked; f.Q != "ruiz" || f.State != certificate.Issued || !f.From.Equal(filter.From) || len(f.After) != 0 || f.Limit != 0 || f.Sort != "reserved" {
		t.Errorf("the job asked for %+v", f)
	}
	a, err := w.Open(t.Context(), a.ID)
	w.must(err)
	file := w.bytes(a)
	if int64(len(file)) != a.Size || a.Done != 9 || a.Total != 9 || len(file) < 9*300<<10 {
		t.Errorf("%d bytes of %+v", len(file), a)
	}
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	w.must(err)
	var index [][]string
	for _, f := range z.File {
		r, err := f.Open()
		w.must(err)
		data, err := io.ReadAll(r) // checks the CRC
		w.must(err)
		if f.Name == "index.csv" {
			index, err = csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff")))).ReadAll()
			w.must(err)
		} else if want := content(f.Name[len("certificate-") : len(f.Name)-len(".pdf")]); !bytes.Equal(data, want) {
			t.Errorf("%s holds other bytes", f.Name)
		}
	}
	if len(z.File) != 10 || len(index) != 10 || index[1][0] != "certificate-N00.pdf" || index[1][3] != "'=cmd()" {
		t.Errorf("%d files, index %q", len(z.File), index)
	}
	var acts []string
	w.must(w.db.Read(t.Context()).Raw("SELECT action FROM audit_events ORDER BY id").Scan(&acts).Error)
	if fmt.Sprint(acts) != "[certificate.archive certificate.archive_download]" {
		t.Errorf("audited: %q", acts)
	}
}

// What a crash left half-written is written anew, and is whole.
func TestAnArchiveIsBegunAnew(t *testing.T) {
	w := newWorld(t)
	w.fail = errors.New("the server was stopped")
	w.must(w.Request(t.Context(), certificate.Filter{}, "All", "dora"))
	if err := w.queue.Drain(t.Context()); err == nil {
		t.Fatal("the failing certificate was passed over")
	}
	if a := w.only(); a.Ready() || a.Failed || a.Done == 0 || a.Size == 0 {
		t.Errorf("half-way: %+v", a)
	}
	w.fail, w.now = nil, began.Add(time.Hour)
	w.must(w.queue.Drain(t.Context()))
	file := w.bytes(w.only())
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil || len(z.File) != 10 {
		t.Fatal(err)
	}
	// Done twice, as after a crash between the last write and the end of the job.
	w.must(w.queue.Enqueue(t.Context(), archive.JobKind, map[string]string{"id": w.only().ID}))
	w.must(w.queue.Drain(t.Context()))
	if !bytes.Equal(file, w.bytes(w.only())) {
		t.Error("a finished archive was written again")
	}
}

func TestWhatCannotBeArchived(t *testing.T) {
	w := newWorld(t)
	for many, want := range map[int]error{0: archive.ErrNothing, 2 * archive.Most: archive.ErrTooMany} {
		w.many = many
		if err := w.Request(t.Context(), certificate.Filter{}, "All", "dora"); !errors.Is(err, want) {
			t.Errorf("%d certificates: %v", many, err)
		}
	}
	if list, err := w.List(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%d archives, %v", len(list), err)
	}
	if _, err := w.Open(t.Context(), "nobody"); !apperr.Is(err, apperr.NotFound) {
		t.Errorf("of none: %v", err)
	}
}

func TestAnArchiveThatNobodyWritesSaysSo(t *testing.T) {
	w := newWorld(t)
	w.fail = job.Permanent(errors.New("a file is damaged"))
	w.must(w.Request(t.Context(), certificate.Filter{}, "All", "dora"))
	_ = w.queue.Drain(t.Context())
	if a := w.only(); !a.Failed || a.Ready() {
		t.Errorf("%+v", a)
	}
}

func TestArchivesGo(t *testing.T) {
	w := newWorld(t)
	w.must(w.Request(t.Context(), certificate.Filter{}, "All", "dora"))
	w.must(w.Request(t.Context(), certificate.Filter{}, "All, again", "dora"))
	w.must(w.queue.Drain(t.Context()))
	list, err := w.List(t.Context())
	w.must(err)
	for range 2 { // a second click
		w.must(w.Delete(t.Context(), list[0].ID))
	}
	if a := w.only(); a.ID != list[1].ID {
		t.Errorf("left: %+v", a)
	}
	w.now = began.Add(24 * time.Hour)
	if _, err := w.Open(t.Context(), list[1].ID); !errors.Is(err, archive.ErrNotFound) {
		t.Errorf("after a day: %v", err)
	}
	if n, err := w.Sweep(t.Context()); err != nil || n != 1 {
		t.Errorf("%d swept, %v", n, err)
	}
	var parts int
	w.must(w.db.Read(t.Context()).Raw("SELECT count(*) FROM archive_parts").Scan(&parts).Error)
	if parts != 0 {
		t.Errorf("%d parts stayed", parts)
	}
	// A job of one that was deleted has nothing to do.
	w.must(w.queue.Enqueue(t.Context(), archive.JobKind, map[string]string{"id": list[0].ID}))
	w.must(w.queue.Drain(t.Context()))
}
