package app

import (
	"context"
	"errors"
	"io"

	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/media"
	"github.com/atmacena/cocare/internal/media/store"
)

// BackUpMedia writes the media that lie in a folder as a tar, and returns how many
// files it holds. What lies in a bucket is not written.
func BackUpMedia(ctx context.Context, c *config.Config, w io.Writer) (n int, err error) {
	if c.MediaInS3() {
		return 0, nil
	}
	folder := store.NewFolder(c.Media)
	defer func() { err = errors.Join(err, folder.Close()) }()
	return media.Backup(ctx, folder, w)
}

// RestoreMedia puts what BackUpMedia wrote where the settings keep media, also into a
// bucket, and returns how many files it put.
func RestoreMedia(ctx context.Context, c *config.Config, r io.Reader) (n int, err error) {
	a := &App{Config: c}
	kept, err := a.mediaStore()
	if err != nil {
		return 0, err
	}
	if a.mediaFolder != nil {
		defer func() { err = errors.Join(err, a.mediaFolder.Close()) }()
	}
	return media.Restore(ctx, kept, r)
}
