package media

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/media/handout"
	"github.com/atmacena/cocare/internal/media/manifest"
	"github.com/atmacena/cocare/internal/media/picture"
	"github.com/atmacena/cocare/internal/media/sniff"
	"github.com/atmacena/cocare/internal/media/store"
)

type payload struct {
	ID string `json:"id"`
}

// examine is the job: it finds out what an upload is, and keeps its files. Done again
// it does nothing, or the same.
func (s *Service) examine(ctx context.Context, body []byte) error {
	var p payload
	if err := json.Unmarshal(body, &p); err != nil {
		return job.Permanent(fmt.Errorf("media: payload: %w", err))
	}
	u, err := s.findUpload(ctx, "id = ?", p.ID)
	if apperr.Is(err, apperr.NotFound) || err == nil && u.State != Received {
		return nil // it was thrown away, or is done
	}
	if err != nil {
		return err
	}
	list, err := s.parts(ctx, u.ID)
	if err != nil {
		return err
	}
	found, err := s.find(ctx, &whole{ctx: ctx, store: s.Store, parts: list, size: u.Received})
	return s.conclude(ctx, u, list, found, err)
}

// conclude writes down the end of an examination. A fault of the store is no end: the
// job is tried again.
func (s *Service) conclude(ctx context.Context, u Upload, list []part, found Found, err error) error {
	state, reason, result := Ready, "", []byte{}
	if refused, ok := errors.AsType[*sniff.RefusedError](err); ok {
		state, reason = Refused, refused.Reason
	} else if err != nil {
		return fmt.Errorf("media: examine: %w", err)
	} else if result, err = json.Marshal(found); err != nil {
		return job.Permanent(err)
	}
	ok, err := s.settle(ctx, u, state, reason, string(result))
	if err == nil && !ok { // it was thrown away meanwhile
		return s.forget(ctx, found.Files)
	}
	if err != nil {
		return err
	}
	s.release(ctx, objectsOf(list)...)
	return nil
}

// source is a file that can be read anywhere.
type source interface {
	io.ReaderAt
	Size() int64
}

// find examines a file and keeps what a course would show of it.
func (s *Service) find(ctx context.Context, src source) (Found, error) {
	info, err := sniff.Read(src, src.Size())
	if err != nil {
		return Found{}, err
	}
	if src.Size() > manifest.Limit(info.Kind) {
		return Found{}, sniff.Refuse(fmt.Sprintf("The file has %d MB. A file of this kind has %d MB at most: make it smaller, or cut it into parts.",
			src.Size()>>20, manifest.Limit(info.Kind)>>20))
	}
	found := Found{Kind: info.Kind, Seconds: info.Duration.Seconds()}
	if info.Kind == sniff.Image {
		found.Files, err = s.picture(ctx, src)
		return found, err
	}
	if info.Kind == sniff.Handout {
		if err := checkHandout(src); err != nil {
			return Found{}, err
		}
	}
	f := manifest.File{Bytes: src.Size(), Type: info.Type, Width: info.Width, Height: info.Height}
	if f.SHA256, err = hashOf(src); err != nil {
		return Found{}, err
	}
	found.Files = []manifest.File{f}
	return found, s.keep(ctx, f, func() (io.Reader, error) { return reader(src), nil })
}

func reader(src source) io.Reader { return io.NewSectionReader(src, 0, src.Size()) }

func hashOf(src source) (string, error) {
	h := sha256.New()
	if _, err := io.Copy(h, reader(src)); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func checkHandout(src source) error {
	data, err := io.ReadAll(reader(src))
	if err != nil {
		return err
	}
	return handout.Check(data)
}

// picture keeps a picture in its widths; what was uploaded, with all that a camera
// wrote into it, is not kept.
func (s *Service) picture(ctx context.Context, src source) (files []manifest.File, err error) {
	sizes, err := picture.Make(ctx, src, src.Size())
	if err != nil {
		return nil, err
	}
	for _, size := range sizes {
		sum := sha256.Sum256(size.Data)
		f := manifest.File{SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(size.Data)), Type: size.Type, Width: size.Width, Height: size.Height}
		if err := s.keep(ctx, f, func() (io.Reader, error) { return bytes.NewReader(size.Data), nil }); err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// keepTries bounds how often a blob that vanishes beneath us is put again.
const keepTries = 5

// keep makes sure that a file is kept, once, and counts as used now. What open reads
// must be what f says: its SHA-256 was counted.
func (s *Service) keep(ctx context.Context, f manifest.File, open func() (io.Reader, error)) error {
	for range keepTries {
		was, err := s.findBlob(ctx, f.SHA256)
		there := err == nil
		if err != nil && !apperr.Is(err, apperr.NotFound) {
			return err
		}
		if there && s.sound(ctx, was) {
			if ok, err := s.touch(ctx, f.SHA256, s.now()); err != nil || ok {
				return err
			}
			continue // deleted meanwhile
		}
		b := Blob{SHA256: f.SHA256, Bytes: f.Bytes, Object: "blobs/" + f.SHA256[:2] + "/" + f.SHA256 + "." + db.NewID()}
		r, err := open()
		if err != nil {
			return err
		}
		if err := s.Store.Put(ctx, b.Object, r, b.Bytes); err != nil {
			return err
		}
		ok, err := s.adopt(ctx, b)
		if err != nil || ok {
			return err
		}
		s.drop(ctx, b.Object) // somebody else sent the same bytes at the same time
	}
	return fmt.Errorf("media: %s cannot be kept: it vanishes as often as it is stored", f.SHA256)
}

// adopt makes an object that of its blob, unless there is one already that is sound.
func (s *Service) adopt(ctx context.Context, b Blob) (ok bool, err error) {
	if ok, err = s.insertBlob(ctx, b, s.now()); err != nil || ok {
		return ok, err
	}
	was, err := s.findBlob(ctx, b.SHA256)
	if apperr.Is(err, apperr.NotFound) {
		return false, nil
	}
	if err != nil || s.sound(ctx, was) {
		return false, err
	}
	return s.moveBlob(ctx, b, was.Object, s.now())
}

// sound reports whether the object of a blob is there with its size.
func (s *Service) sound(ctx context.Context, b Blob) bool {
	o, err := s.Store.Open(ctx, b.Object)
	if err != nil {
		return !errors.Is(err, store.ErrMissing)
	}
	defer o.Close()
	return o.Size() == b.Bytes
}

// whole is an upload read over its parts. It holds one part in memory and is not safe
// for concurrent use.
type whole struct {
	ctx   context.Context //nolint:containedctx // io.ReaderAt carries none; it lives as long as one job
	store store.Store
	parts []part
	size  int64

	held  int // index of the part in memory, from 1; 0: none
	bytes []byte
}

func (w *whole) Size() int64 { return w.size }

// ReadAt implements io.ReaderAt.
func (w *whole) ReadAt(p []byte, off int64) (n int, err error) {
	for n < len(p) {
		if off+int64(n) >= w.size {
			return n, io.EOF
		}
		at := off + int64(n)
		data, err := w.part(at)
		if err != nil {
			return n, err
		}
		n += copy(p[n:], data)
	}
	return n, nil
}

// part returns what is held from an offset on, up to the end of its part.
func (w *whole) part(at int64) ([]byte, error) {
	for i, p := range w.parts {
		if at < p.Start || at >= p.Start+p.Bytes {
			continue
		}
		if w.held != i+1 {
			if err := w.load(p); err != nil {
				return nil, err
			}
			w.held = i + 1
		}
		return w.bytes[at-p.Start:], nil
	}
	return nil, fmt.Errorf("media: no part of the upload holds byte %d", at)
}

func (w *whole) load(p part) error {
	w.held = 0
	o, err := w.store.Open(w.ctx, p.Object)
	if err != nil {
		return err
	}
	defer o.Close()
	if o.Size() != p.Bytes || p.Bytes > partBytes {
		return fmt.Errorf("media: a part has %d bytes, not %d", o.Size(), p.Bytes)
	}
	w.bytes = append(w.bytes[:0], make([]byte, p.Bytes)...)
	_, err = io.ReadFull(o, w.bytes)
	return err
}
