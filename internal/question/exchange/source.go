package exchange

import (
	"errors"
	"io"
)

// source is where a file lies. It notes its own fault, which every decoder reports
// like a broken file.
type source struct {
	io.ReaderAt
	ended func() error // of the context that it is read in
	fault error
}

// ReadAt implements io.ReaderAt.
func (s *source) ReadAt(p []byte, off int64) (int, error) {
	if err := s.check(); err != nil {
		return 0, err
	}
	n, err := s.ReaderAt.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) {
		s.fault = err
	}
	return n, err
}

// check returns why nothing more is read, for a reason that is not the file's.
func (s *source) check() error {
	if s.fault == nil {
		s.fault = s.ended()
	}
	return s.fault
}
