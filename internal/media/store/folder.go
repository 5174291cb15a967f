package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"
	"time"
)

// scratch is the folder of what is being written.
const scratch = "tmp"

// Folder keeps objects as files. Replicas share it if they share the folder, and
// its file system renames within itself at once (local disks and NFS do).
type Folder struct {
	name string

	mu   sync.Mutex
	root *os.Root // nil until it is used
}

// NewFolder keeps objects in a folder. It is made when something is put into it.
func NewFolder(dir string) *Folder { return &Folder{name: dir} }

// open returns the folder; make makes it where it is not there.
func (f *Folder) open(makeIt bool) (*os.Root, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.root != nil {
		return f.root, nil
	}
	if makeIt {
		if err := os.MkdirAll(f.name, 0o700); err != nil {
			return nil, err
		}
	}
	root, err := os.OpenRoot(f.name)
	f.root = root
	return root, err
}

// Close gives the folder back.
func (f *Folder) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.root == nil {
		return nil
	}
	err := f.root.Close()
	f.root = nil
	return err
}

// Where is the folder.
func (f *Folder) Where() string { return "the folder " + f.name }

// Put implements Store.
func (f *Folder) Put(ctx context.Context, key string, r io.Reader, size int64) error {
	if !Key(key) {
		return errKey
	}
	root, err := f.open(true)
	if err == nil {
		err = put(ctx, root, key, r, size)
	}
	if err != nil {
		return fmt.Errorf("store: put %s: %w", key, err)
	}
	return nil
}

func put(ctx context.Context, root *os.Root, key string, r io.Reader, size int64) (err error) {
	if err := makeAll(root, scratch); err != nil {
		return err
	}
	temp := scratch + "/" + strings.ToLower(rand.Text())
	out, err := root.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = root.Remove(temp)
		}
	}()
	_, err = io.Copy(out, &exactly{interruptible{ctx, r}, size})
	if err == nil {
		err = out.Sync()
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return err
	}
	dir := path.Dir(key)
	if err := makeAll(root, dir); err != nil {
		return err
	}
	if err := root.Rename(temp, key); err != nil {
		return err
	}
	return syncNames(root, dir)
}

// makeAll makes a folder with those above it, each durable in the one above.
func makeAll(root *os.Root, dir string) error {
	if dir == "." {
		return nil
	}
	if _, err := root.Stat(dir); err == nil {
		return nil
	}
	above := path.Dir(dir)
	if err := makeAll(root, above); err != nil {
		return err
	}
	if err := root.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncNames(root, above)
}

// syncNames makes the names in a folder durable.
func syncNames(root *os.Root, dir string) error {
	d, err := root.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrInvalid) || errors.Is(err, fs.ErrPermission) {
		err = nil // Windows cannot, and need not
	}
	return errors.Join(err, d.Close())
}

// Open implements Store.
func (f *Folder) Open(_ context.Context, key string) (Object, error) {
	if !Key(key) {
		return nil, errKey
	}
	root, err := f.open(false)
	var file *os.File
	if err == nil {
		file, err = root.Open(key)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrMissing
	}
	if err != nil {
		return nil, fmt.Errorf("store: open %s: %w", key, err)
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = ErrMissing
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return fileObject{file, info.Size()}, nil
}

type fileObject struct {
	*os.File
	size int64
}

func (o fileObject) Size() int64 { return o.size }

// Delete implements Store. Folders stay: somebody may be about to write into one.
func (f *Folder) Delete(_ context.Context, key string) error {
	if !Key(key) {
		return errKey
	}
	root, err := f.open(false)
	if err == nil {
		err = root.Remove(key)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("store: delete %s: %w", key, err)
	}
	return nil
}

// Tidy implements Store.
func (f *Folder) Tidy(ctx context.Context, before time.Time) error {
	return f.walk(ctx, scratch+"/", func(i Info) error {
		if !i.ModifiedAt.Before(before) {
			return nil
		}
		root, err := f.open(false)
		if err == nil {
			err = root.Remove(i.Key)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("store: tidy: %w", err)
		}
		return nil
	})
}

// Each implements Store.
func (f *Folder) Each(ctx context.Context, prefix string, fn func(Info) error) error {
	return f.walk(ctx, prefix, func(i Info) error {
		if strings.HasPrefix(i.Key, scratch+"/") {
			return nil
		}
		return fn(i)
	})
}

// walk calls fn for every file whose path begins so.
func (f *Folder) walk(ctx context.Context, prefix string, fn func(Info) error) error {
	root, err := f.open(false)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist): // deleted meanwhile
			return nil
		case err != nil:
			return err
		case d.IsDir() && name != "." && !strings.HasPrefix(name+"/", prefix) && !strings.HasPrefix(prefix, name+"/"):
			return fs.SkipDir
		case d.IsDir() || !strings.HasPrefix(name, prefix):
			return ctx.Err()
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || !info.Mode().IsRegular() {
			return err
		}
		return fn(Info{name, info.Size(), info.ModTime().UTC()})
	})
}

// interruptible reads until ctx ends.
type interruptible struct {
	ctx context.Context //nolint:containedctx // it lives as long as one call
	r   io.Reader
}

func (i interruptible) Read(p []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	return i.r.Read(p)
}
