package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/config"
)

// mediaFile is where a backup keeps the media that lie in a folder.
func mediaFile(backup string) string { return backup + ".media.tar" }

// backUpMedia writes the media beside a backup and returns how many files there are;
// without any, nothing is written. It is whole or not there.
func backUpMedia(ctx context.Context, e *Environment, c *config.Config, backup string) (n int, err error) {
	ctx, end := metered(ctx, e)
	defer end()
	path := mediaFile(backup)
	if _, err := os.Lstat(path); err == nil {
		return 0, fmt.Errorf("%s exists; name a new backup", path)
	}
	partial := path + ".partial"
	out, err := os.OpenFile(partial, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600) // #nosec G304 -- the operator names it
	if err != nil {
		return 0, err
	}
	n, err = app.BackUpMedia(ctx, c, out)
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil || n == 0 {
		return n, errors.Join(err, os.Remove(partial))
	}
	return n, os.Rename(partial, path)
}

// restoreMedia puts the media beside a backup in place; found is false where it has
// none.
func restoreMedia(ctx context.Context, e *Environment, c *config.Config, backup string) (n int, found bool, err error) {
	ctx, end := metered(ctx, e)
	defer end()
	in, err := os.Open(mediaFile(backup)) // #nosec G304 -- the operator names it
	if errors.Is(err, fs.ErrNotExist) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	defer in.Close()
	n, err = app.RestoreMedia(ctx, c, in)
	return n, true, err
}
