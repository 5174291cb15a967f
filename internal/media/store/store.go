// Package store keeps the bytes of media under keys: in a folder of this machine, or
// in a bucket of any S3-compatible service. A key is written once and never changed;
// what it holds is whole or not there. It knows neither courses nor the database.
package store

import (
	"context"
	"errors"
	"io"
	"regexp"
	"strings"
	"time"
)

// The errors.
var (
	ErrMissing = errors.New("store: there is no such object")
	ErrShort   = errors.New("store: the source has fewer or more bytes than it was to have")
	errKey     = errors.New("store: this is no key")
)

// Store keeps objects. It is safe for concurrent use, also by several programs.
type Store interface {
	// Put stores the size bytes of r under a key that was never used. When it
	// returns nil, they are durable; otherwise the key holds nothing.
	Put(ctx context.Context, key string, r io.Reader, size int64) error
	// Open opens an object. Error: ErrMissing.
	Open(ctx context.Context, key string) (Object, error)
	// Delete removes an object; one that is not there is gone already.
	Delete(ctx context.Context, key string) error
	// Each calls fn for every object whose key begins so, until it returns an error.
	Each(ctx context.Context, prefix string, fn func(Info) error) error
	// Tidy removes what calls of Put left that were killed, of those that began before
	// an instant.
	Tidy(ctx context.Context, before time.Time) error
	// Where says to an operator where the objects lie.
	Where() string
}

// Object is an open object. Close it.
type Object interface {
	io.ReadSeekCloser
	io.ReaderAt
	Size() int64
}

// Info describes an object.
type Info struct {
	Key        string
	Size       int64
	ModifiedAt time.Time
}

// keys are parts of letters and digits with points inside, so that they are names of
// files everywhere.
var keys = regexp.MustCompile(`^[a-z0-9]+(?:[.-][a-z0-9]+)*(?:/[a-z0-9]+(?:[.-][a-z0-9]+)*){0,3}$`)

// Key reports whether key may name an object.
func Key(key string) bool {
	return len(key) <= 200 && keys.MatchString(key) && !strings.HasPrefix(key, scratch+"/")
}

// exactly reads size bytes and then the end; ErrShort where the source has fewer, or
// more.
type exactly struct {
	r    io.Reader
	left int64
}

func (e *exactly) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, e.end()
	}
	n, err := e.r.Read(p[:min(int64(len(p)), e.left)])
	e.left -= int64(n)
	if errors.Is(err, io.EOF) && e.left > 0 {
		return n, ErrShort
	}
	if errors.Is(err, io.EOF) { // the end is looked for again
		err = nil
	}
	return n, err
}

// end is io.EOF where the source has not more than it was to have.
func (e *exactly) end() error {
	var one [1]byte
	n, err := io.ReadFull(e.r, one[:])
	if n > 0 {
		return ErrShort
	}
	return err
}
