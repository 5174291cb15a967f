package store_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/atmacena/cocare/internal/media/store"
)

// both runs a test on every kind of store.
func both(t *testing.T, test func(t *testing.T, s store.Store)) {
	t.Run("folder", func(t *testing.T) { test(t, folder(t, t.TempDir())) })
	t.Run("S3", func(t *testing.T) { test(t, bucket(t, "cocare/")) })
}

func folder(t *testing.T, dir string) *store.Folder {
	t.Helper()
	f := store.NewFolder(dir)
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func fakeS3(t *testing.T) (address string) {
	t.Helper()
	back := s3mem.New()
	if err := back.CreateBucket("media"); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(gofakes3.New(back).Server())
	t.Cleanup(srv.Close)
	return srv.URL
}

func bucket(t *testing.T, prefix string) *store.S3 {
	t.Helper()
	return bucketAt(t, fakeS3(t), prefix)
}

func bucketAt(t *testing.T, address, prefix string) *store.S3 {
	t.Helper()
	s, err := store.NewS3(store.S3Config{Endpoint: address, Bucket: "media", Region: "us-east-1", AccessKey: "a", SecretKey: "b", Prefix: prefix})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func put(t *testing.T, s store.Store, key, text string) {
	t.Helper()
	if err := s.Put(t.Context(), key, strings.NewReader(text), int64(len(text))); err != nil {
		t.Fatal(err)
	}
}

func keysOf(t *testing.T, s store.Store, prefix string) (keys []string) {
	t.Helper()
	err := s.Each(t.Context(), prefix, func(i store.Info) error {
		if i.Size == 0 || time.Since(i.ModifiedAt) > time.Hour {
			t.Errorf("%+v", i)
		}
		keys = append(keys, i.Key)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(keys)
	return keys
}

func TestWhatIsPutCanBeRead(t *testing.T) {
	both(t, func(t *testing.T, s store.Store) {
		put(t, s, "blobs/ab/abc.1", "hello, world")
		put(t, s, "blobs/cd/cde.1", "other")
		put(t, s, "uploads/1/2", "part")
		o, err := s.Open(t.Context(), "blobs/ab/abc.1")
		if err != nil {
			t.Fatal(err)
		}
		defer o.Close()
		if o.Size() != 12 {
			t.Errorf("size %d", o.Size())
		}
		if err := iotest.TestReader(o, []byte("hello, world")); err != nil {
			t.Error(err)
		}
		var part [5]byte
		if _, err := o.ReadAt(part[:], 7); err != nil && !errors.Is(err, io.EOF) || string(part[:]) != "world" {
			t.Errorf("%q, %v", part, err)
		}
		if got := keysOf(t, s, "blobs/"); !slices.Equal(got, []string{"blobs/ab/abc.1", "blobs/cd/cde.1"}) {
			t.Errorf("listed: %v", got)
		}
		if got := keysOf(t, s, ""); len(got) != 3 {
			t.Errorf("listed: %v", got)
		}
	})
}

func TestWhatIsDeletedIsGone(t *testing.T) {
	both(t, func(t *testing.T, s store.Store) {
		put(t, s, "blobs/ab/abc.1", "hello")
		for range 2 {
			if err := s.Delete(t.Context(), "blobs/ab/abc.1"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Open(t.Context(), "blobs/ab/abc.1"); !errors.Is(err, store.ErrMissing) {
			t.Errorf("got %v", err)
		}
		if got := keysOf(t, s, ""); len(got) > 0 {
			t.Errorf("listed: %v", got)
		}
	})
}

// TestNothingHalf: a source that breaks off, or has more than it was to have, leaves
// nothing behind.
func TestNothingHalf(t *testing.T) {
	broken := errors.New("broken")
	both(t, func(t *testing.T, s store.Store) {
		for name, r := range map[string]io.Reader{
			"short":  strings.NewReader("hello"),
			"long":   strings.NewReader("hello, world"),
			"broken": io.MultiReader(strings.NewReader("hello"), iotest.ErrReader(broken)),
		} {
			if err := s.Put(t.Context(), "blobs/ab/abc.1", r, 10); err == nil {
				t.Errorf("%s: stored", name)
			}
			if got := keysOf(t, s, ""); len(got) > 0 {
				t.Errorf("%s: left %v", name, got)
			}
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if err := s.Put(ended, "blobs/ab/abc.2", strings.NewReader("hello"), 5); err == nil {
			t.Error("stored though nobody waits")
		}
		if got := keysOf(t, s, ""); len(got) > 0 {
			t.Errorf("left: %v", got)
		}
	})
}

func TestKeysAreNames(t *testing.T) {
	both(t, func(t *testing.T, s store.Store) {
		for _, key := range []string{"", "/a", "a/../b", "..", "A", "a b", "a//b", "a/", ".a", "tmp/x", strings.Repeat("a", 201)} {
			if err := s.Put(t.Context(), key, strings.NewReader("x"), 1); err == nil {
				t.Errorf("%q is taken", key)
			}
			if _, err := s.Open(t.Context(), key); err == nil {
				t.Errorf("%q is opened", key)
			}
		}
	})
}

// TestAKilledPutLeavesNothing for longer than it may take: what it had written is
// tidied up, and what is being written now is not.
func TestAKilledPutLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	inFolder := folder(t, dir)
	put(t, inFolder, "blobs/ab/abc.1", "hello")
	if err := os.WriteFile(filepath.Join(dir, "tmp", "half"), []byte("ha"), 0o600); err != nil {
		t.Fatal(err)
	}
	tidies(t, inFolder, func() int {
		list, err := os.ReadDir(filepath.Join(dir, "tmp"))
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	})

	address := fakeS3(t)
	raw, err := minio.NewCore(strings.TrimPrefix(address, "http://"), &minio.Options{Creds: credentials.NewStaticV4("a", "b", ""), Region: "us-east-1"})
	if err != nil {
		t.Fatal(err)
	}
	inBucket := bucketAt(t, address, "cocare/")
	put(t, inBucket, "blobs/ab/abc.1", "hello")
	for _, key := range []string{"cocare/blobs/ab/half.1", "other/half"} {
		if _, err := raw.NewMultipartUpload(t.Context(), "media", key, minio.PutObjectOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	half := func(prefix string) int {
		list, err := raw.ListMultipartUploads(t.Context(), "media", prefix, "", "", "", 100)
		if err != nil {
			t.Fatal(err)
		}
		return len(list.Uploads)
	}
	tidies(t, inBucket, func() int { return half("cocare/") })
	if n := half("other/"); n != 1 {
		t.Errorf("%d uploads of somebody else are left", n)
	}
}

// tidies: one thing is half written, beside an object that is whole.
func tidies(t *testing.T, s store.Store, half func() int) {
	t.Helper()
	for i, c := range []struct {
		before time.Duration
		left   int
	}{{-time.Hour, 1}, {time.Hour, 0}, {time.Hour, 0}} {
		if err := s.Tidy(t.Context(), time.Now().Add(c.before)); err != nil {
			t.Fatal(err)
		}
		if got := half(); got != c.left {
			t.Errorf("%s, %d: %d are left half written, not %d", s.Where(), i, got, c.left)
		}
	}
	if got := keysOf(t, s, ""); !slices.Equal(got, []string{"blobs/ab/abc.1"}) {
		t.Errorf("%s: listed: %v", s.Where(), got)
	}
}

func TestMany(t *testing.T) {
	both(t, func(t *testing.T, s store.Store) {
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				key := "uploads/x/" + string(rune('a'+i))
				data := bytes.Repeat([]byte{byte(i)}, 100_000)
				if err := s.Put(t.Context(), key, bytes.NewReader(data), int64(len(data))); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if got := keysOf(t, s, "uploads/"); len(got) != 8 {
			t.Errorf("listed: %v", got)
		}
	})
}

func TestABucketInParts(t *testing.T) {
	s := bucket(t, "")
	data := bytes.Repeat([]byte("0123456789abcdef"), 40<<16)
	if err := s.Put(t.Context(), "blobs/ab/abc.1", bytes.NewReader(data), int64(len(data))); err != nil {
		t.Fatal(err)
	}
	o, err := s.Open(t.Context(), "blobs/ab/abc.1")
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	got, err := io.ReadAll(o)
	if err != nil || !bytes.Equal(got, data) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func TestABucketThatIsNotThere(t *testing.T) {
	address := fakeS3(t)
	s, err := store.NewS3(store.S3Config{Endpoint: address, Bucket: "nobody", Region: "us-east-1", AccessKey: "a", SecretKey: "b"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Check(t.Context()); err == nil {
		t.Error("a bucket that is not there passes")
	}
	if err := bucket(t, "").Check(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := store.NewS3(store.S3Config{Endpoint: "s3.example.org"}); err == nil {
		t.Error("an endpoint without a scheme is taken")
	}
}
