package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/progress"
)

// backupCommand copies the database.
type backupCommand struct {
	store
	File string `arg:"" help:"File to write; it must not exist."`
	JSON bool   `help:"Print JSON."`
}

// Run implements the command.
func (b *backupCommand) Run(ctx context.Context, e *Environment) error {
	ctx = acting(ctx)
	c, err := b.settings(e)
	if err != nil {
		return err
	}
	if c.DatabaseURL != "" {
		return errors.New("the data is in PostgreSQL: back it up with pg_dump")
	}
	where := app.DatabaseConfig(c)
	where.Existing = true
	d, done, unwritable, err := b.open(ctx, where)
	if err != nil {
		return err
	}
	copied, err := b.copy(ctx, e, d)
	// The copy counts more than its event: a disk that takes no write is a reason
	// to make one.
	noted := unwritable
	if err == nil && noted == nil {
		noted = copied.record(ctx, "database.backup", d)
	}
	if err := errors.Join(err, done()); err != nil {
		return err
	}
	media, err := backUpMedia(ctx, e, c, b.File)
	if err != nil {
		return fmt.Errorf("the database is copied, its media are not: %w", err)
	}
	if noted != nil {
		fmt.Fprintf(e.Err, "cocare: warning: the backup is whole, but the audit log has no event of it: %v\n", noted)
	}
	if b.JSON {
		return printJSON(e.Out, backupView{b.File, copied.bytes, copied.sum, media, noted == nil, false})
	}
	fmt.Fprintf(e.Out, "Wrote %s: %d bytes, SHA-256 %s.\nIt does not hold the master key (COCARE_MASTER_KEY_FILE): keep a copy of that elsewhere. Without it the signing keys in the backup cannot be opened.\n",
		b.File, copied.bytes, copied.sum)
	switch {
	case c.MediaInS3():
		fmt.Fprintf(e.Out, "The media of courses lie in the bucket %s: it is not in this backup.\n", c.S3Bucket)
	case media > 0:
		fmt.Fprintf(e.Out, "Wrote %s: %s of media. Keep it beside the backup.\n", mediaFile(b.File), plural(media, "file"))
	}
	return nil
}

// open returns the database, or, where nothing can be written beside it, a copy in
// the folder of the backup with the reason.
func (b *backupCommand) open(ctx context.Context, where db.Config) (d *db.DB, done func() error, unwritable, err error) {
	d, err = db.Open(ctx, where)
	if err == nil {
		return d, d.Close, nil, nil
	}
	if !db.Unwritable(err) {
		return nil, nil, nil, err
	}
	unwritable = err
	if d, done, err = db.OpenAside(ctx, where.Path, filepath.Dir(b.File)); err != nil {
		return nil, nil, nil, errors.Join(unwritable, err)
	}
	return d, done, unwritable, nil
}

func (b *backupCommand) copy(ctx context.Context, e *Environment, d *db.DB) (backupFile, error) {
	ctx, end := metered(ctx, e)
	defer end()
	if err := d.Backup(ctx, b.File); err != nil {
		return backupFile{}, err
	}
	return describe(ctx, b.File)
}

type backupView struct {
	File              string `json:"file"`
	Bytes             int64  `json:"bytes"`
	SHA256            string `json:"sha256"`
	MediaFiles        int    `json:"media_files"`
	Audited           bool   `json:"audited"`
	MasterKeyIncluded bool   `json:"master_key_included"` // never
}

// restoredView: kept is "" where nothing was there before.
type restoredView struct {
	Restored string `json:"restored"`
	Kept     string `json:"kept"`
	Bytes    int64  `json:"bytes"`
	SHA256   string `json:"sha256"`
	Media    int    `json:"media_files"` // that were not there yet
}

// restoreCommand puts a backup in place.
type restoreCommand struct {
	store
	File string `arg:"" help:"A file that cocare backup wrote." type:"existingfile"`
	JSON bool   `help:"Print JSON."`
}

// Run implements the command.
func (r *restoreCommand) Run(ctx context.Context, e *Environment) error {
	ctx = acting(ctx)
	c, err := r.settings(e)
	if err != nil {
		return err
	}
	target := app.DatabaseConfig(c).Path
	if target == "" {
		return errors.New("the data is in PostgreSQL: restore it with pg_restore or psql")
	}
	source, kept, err := r.replace(ctx, e, target)
	if err != nil {
		return err
	}
	media, found, err := restoreMedia(ctx, e, c, r.File)
	if err != nil {
		return fmt.Errorf("the database is restored, its media are not: %w", err)
	}
	if r.JSON {
		return printJSON(e.Out, restoredView{target, kept, source.bytes, source.sum, media})
	}
	fmt.Fprintf(e.Out, "Restored %s to %s: %d bytes, SHA-256 %s.\n", source.name, target, source.bytes, source.sum)
	if kept != "" {
		fmt.Fprintf(e.Out, "What was there before is kept as %s.\n", kept)
	}
	if found {
		fmt.Fprintf(e.Out, "Restored media: %s that were not there.\n", plural(media, "file"))
	}
	fmt.Fprintln(e.Out, "Next: cocare migrate, then cocare doctor.")
	return nil
}

func (r *restoreCommand) replace(ctx context.Context, e *Environment, target string) (source backupFile, kept string, err error) {
	ctx, end := metered(ctx, e)
	defer end()
	if source, err = describe(ctx, r.File); err != nil {
		return source, "", err
	}
	kept, err = db.Restore(ctx, r.File, target, func(ctx context.Context, d *db.DB) error {
		if err := app.RefuseDemo(ctx, d); err != nil {
			return err
		}
		return source.record(ctx, "database.restore", d)
	})
	return source, kept, err
}

// backupFile is what the audit log says of a backup. Where it lies is not in
// it: paths name machines and people.
type backupFile struct {
	name, sum string
	bytes     int64
}

func describe(ctx context.Context, path string) (backupFile, error) {
	f, err := os.Open(path)
	if err != nil {
		return backupFile{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return backupFile{}, err
	}
	hash := sha256.New()
	n, err := io.Copy(hash, progress.Reader(ctx, f, progress.State{Step: "Hashing the backup", Total: info.Size(), Bytes: true}))
	return backupFile{filepath.Base(path), hex.EncodeToString(hash.Sum(nil)), n}, err
}

// record leaves the event in a database.
func (b backupFile) record(ctx context.Context, action string, d *db.DB) error {
	return audit.New(d, db.Now).Record(ctx, audit.Event{Action: action, ObjectKind: "database",
		Details: map[string]any{"file": b.name, "bytes": b.bytes, "sha256": b.sum}})
}
