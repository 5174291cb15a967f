package archive

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/sheet"
)

// partSize is how much is written at a time: what a transaction takes easily, and
// what a download holds in memory.
const partSize = 1 << 20

// write is the job. It may run twice: each time it begins anew.
func (s *Service) write(ctx context.Context, data []byte) error {
	var p payload
	if err := json.Unmarshal(data, &p); err != nil {
		return job.Permanent(fmt.Errorf("archive: job: %w", err))
	}
	a, err := s.find(ctx, p.ID)
	if errors.Is(err, ErrNotFound) || err == nil && a.Ready() {
		return nil // deleted, or done by the run before
	}
	if err != nil {
		return err
	}
	filter, err := s.filter(ctx, a.ID)
	if err == nil {
		err = s.begin(ctx, a.ID)
	}
	out := &parts{ctx: ctx, s: s, id: a.ID}
	if err == nil {
		err = s.fill(ctx, out, filter)
	}
	switch {
	case errors.Is(err, ErrNotFound): // deleted while it was written
		return nil
	case err != nil:
		return err
	}
	return s.finish(ctx, a.ID, out.done, out.size, s.now())
}

// fill writes the file. PDF files are compressed already, so they are stored.
func (s *Service) fill(ctx context.Context, out *parts, filter certificate.Filter) error {
	z := zip.NewWriter(out)
	var index bytes.Buffer
	rows, err := sheet.New(&index, columnsOfIndex...)
	if err != nil {
		return err
	}
	err = s.certificates.Each(ctx, filter, func(c certificate.Certificate) error {
		if !c.Public() {
			return nil
		}
		if out.done == Most { // issued since it was asked for
			return job.Permanent(ErrTooMany)
		}
		name := "certificate-" + c.Number + ".pdf"
		if err := s.add(ctx, z, name, c); err != nil {
			return err
		}
		out.done++
		return rows.Write(indexRow(c, name)...)
	})
	if err != nil {
		return err
	}
	if err := rows.Flush(); err != nil {
		return err
	}
	w, err := z.CreateHeader(&zip.FileHeader{Name: "index.csv", Method: zip.Deflate, Modified: s.now()})
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	if _, err := w.Write(index.Bytes()); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return out.flush()
}

func (s *Service) add(ctx context.Context, z *zip.Writer, name string, c certificate.Certificate) error {
	file, err := s.certificates.PDF(ctx, c)
	if err != nil {
		return err
	}
	w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store, Modified: c.IssuedAt.UTC()})
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	_, err = io.Copy(w, bytes.NewReader(file))
	return err
}

var columnsOfIndex = []string{"file", "number", "state", "holder", "course", "edition", "edition_sha256", "completed_on", "issued_at", "revoked_at", "revoked_reason", "replaces", "pdf_sha256"}

func indexRow(c certificate.Certificate, file string) []string {
	return []string{file, c.Number, string(c.State), c.HolderName, c.CourseTitle, strconv.Itoa(c.Facts.EditionNumber), c.Facts.EditionHash,
		c.Facts.CompletedOn, sheet.Stamp(c.IssuedAt), sheet.Stamp(c.RevokedAt), c.RevokedReason, c.Facts.Replaces, c.PDFHash}
}

// parts collects what is written and stores it part by part.
type parts struct {
	ctx      context.Context //nolint:containedctx // it lives as long as one run of the job
	s        *Service
	id       string
	buffer   []byte
	position int64
	done     int64 // certificates
	size     int64 // bytes stored
}

// Write implements io.Writer.
func (p *parts) Write(data []byte) (int, error) {
	n := len(data)
	for len(data) > 0 {
		room := min(partSize-len(p.buffer), len(data))
		p.buffer, data = append(p.buffer, data[:room]...), data[room:]
		if len(p.buffer) == partSize {
			if err := p.flush(); err != nil {
				return 0, err
			}
		}
	}
	return n, nil
}

func (p *parts) flush() error {
	if len(p.buffer) == 0 {
		return nil
	}
	err := p.s.storePart(p.ctx, p.id, p.position, p.buffer, p.done, p.size+int64(len(p.buffer)))
	if err != nil {
		return err
	}
	p.size += int64(len(p.buffer))
	p.position++
	p.buffer = p.buffer[:0]
	return nil
}
