package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// S3Config says where a bucket is.
type S3Config struct {
	Endpoint             string // an address such as https://s3.example.org
	Bucket, Region       string
	AccessKey, SecretKey string
	Prefix               string // of every key, such as "cocare/"
}

// S3 keeps objects in a bucket.
type S3 struct {
	client *minio.Client
	c      S3Config
}

// NewS3 makes a client; it connects to nothing yet.
func NewS3(c S3Config) (*S3, error) {
	u, err := url.Parse(c.Endpoint)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("store: the endpoint of S3 is no address")
	}
	client, err := minio.New(u.Host, &minio.Options{
		Creds: credentials.NewStaticV4(c.AccessKey, c.SecretKey, ""), Secure: u.Scheme == "https", Region: c.Region,
	})
	if err != nil {
		return nil, fmt.Errorf("store: S3: %w", err)
	}
	return &S3{client, c}, nil
}

// Where is the bucket.
func (s *S3) Where() string { return "the bucket " + s.c.Bucket + " at " + s.c.Endpoint }

// partSize is what a large object is sent in; as much of it is in memory.
const partSize = 16 << 20

// deleteWithin bounds the deleting of what should not have been stored.
const deleteWithin = time.Minute

// Put implements Store.
func (s *S3) Put(ctx context.Context, key string, r io.Reader, size int64) error {
	if !Key(key) {
		return errKey
	}
	src := &exactly{r, size}
	_, err := s.client.PutObject(ctx, s.c.Bucket, s.c.Prefix+key, src, size, minio.PutObjectOptions{
		ContentType: "application/octet-stream", PartSize: partSize, NumThreads: 1,
		// The bucket compares each part's MD5; services differ in what they make of
		// signed chunks.
		SendContentMd5: true, DisableContentSha256: true,
	})
	if err == nil { // a bucket takes the bytes that were promised, whatever follows them
		if err = src.end(); errors.Is(err, io.EOF) {
			return nil
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), deleteWithin)
		defer cancel()
		err = errors.Join(err, s.Delete(ctx, key))
	}
	return fmt.Errorf("store: put %s: %w", key, err)
}

// Open implements Store. Reads ask for what is read only.
func (s *S3) Open(ctx context.Context, key string) (Object, error) {
	if !Key(key) {
		return nil, errKey
	}
	info, err := s.client.StatObject(ctx, s.c.Bucket, s.c.Prefix+key, minio.StatObjectOptions{})
	if err != nil {
		return nil, missing(key, err)
	}
	o, err := s.client.GetObject(ctx, s.c.Bucket, s.c.Prefix+key, minio.GetObjectOptions{})
	if err != nil {
		return nil, missing(key, err)
	}
	return bucketObject{o, info.Size}, nil
}

func missing(key string, err error) error {
	if code := minio.ToErrorResponse(err).Code; code == "NoSuchKey" || code == "NotFound" {
		return ErrMissing
	}
	return fmt.Errorf("store: open %s: %w", key, err)
}

type bucketObject struct {
	*minio.Object
	size int64
}

func (o bucketObject) Size() int64 { return o.size }

// Delete implements Store.
func (s *S3) Delete(ctx context.Context, key string) error {
	if !Key(key) {
		return errKey
	}
	err := s.client.RemoveObject(ctx, s.c.Bucket, s.c.Prefix+key, minio.RemoveObjectOptions{})
	if err != nil && !errors.Is(missing(key, err), ErrMissing) {
		return fmt.Errorf("store: delete %s: %w", key, err)
	}
	return nil
}

// Each implements Store.
func (s *S3) Each(ctx context.Context, prefix string, fn func(Info) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop() // the listing
	for o := range s.client.ListObjects(ctx, s.c.Bucket, minio.ListObjectsOptions{Prefix: s.c.Prefix + prefix, Recursive: true}) {
		if o.Err != nil {
			return fmt.Errorf("store: list %s: %w", prefix, o.Err)
		}
		if err := fn(Info{strings.TrimPrefix(o.Key, s.c.Prefix), o.Size, o.LastModified.UTC()}); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Tidy implements Store: the parts of an upload that nobody completed are kept, and
// paid for, until somebody aborts it.
func (s *S3) Tidy(ctx context.Context, before time.Time) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop() // the listing
	raw := minio.Core{Client: s.client}
	for u := range s.client.ListIncompleteUploads(ctx, s.c.Bucket, s.c.Prefix, true) {
		err := u.Err
		if err == nil && strings.HasPrefix(u.Key, s.c.Prefix) && u.Initiated.Before(before) {
			err = raw.AbortMultipartUpload(ctx, s.c.Bucket, u.Key, u.UploadID)
		}
		if err != nil && minio.ToErrorResponse(err).Code != "NoSuchUpload" {
			return fmt.Errorf("store: tidy: %w", err)
		}
	}
	return ctx.Err()
}

// Check asks whether the bucket is there and may be used.
func (s *S3) Check(ctx context.Context) error {
	there, err := s.client.BucketExists(ctx, s.c.Bucket)
	if err == nil && !there {
		err = errors.New("there is no such bucket")
	}
	if err != nil {
		return fmt.Errorf("store: %s: %w", s.Where(), err)
	}
	return nil
}
