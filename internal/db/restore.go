package db

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/atmacena/cocare/internal/progress"
)

// CheckIntegrity looks for damage: SQLite checks every page and every foreign
// key; PostgreSQL answers for its own pages.
func (d *DB) CheckIntegrity(ctx context.Context) error {
	if d.engine != SQLite {
		return nil
	}
	var result string
	if err := d.Read(ctx).Raw("PRAGMA integrity_check(1)").Row().Scan(&result); err != nil {
		return fmt.Errorf("db: integrity check: %w", fileInWords(err))
	}
	if result != "ok" {
		return fmt.Errorf("db: the file is damaged: %s", result)
	}
	rows, err := d.Read(ctx).Raw("PRAGMA foreign_key_check").Rows()
	if err != nil {
		return fmt.Errorf("db: foreign key check: %w", fileInWords(err))
	}
	defer rows.Close()
	if rows.Next() {
		return errors.New("db: a row refers to one that does not exist")
	}
	return rows.Err()
}

// Restore puts the SQLite file from in the place of to and returns the name
// under which what was there before is kept ("" if nothing was). It refuses a
// damaged file, one of a newer program, one that accept refuses, a database that
// is no backup (ErrNotWhole), and one that a running server holds open. accept
// sees the copy that will be put in place, and may write into it. Nothing is
// changed unless all is well.
func Restore(ctx context.Context, from, to string, accept func(ctx context.Context, d *DB) error) (kept string, err error) {
	if err := whole(from, to); err != nil {
		return "", err
	}
	made := missing(filepath.Dir(to))
	release, err := Serve(ctx, Config{Path: to})
	if err != nil {
		return "", err
	}
	defer func() {
		release()
		if err != nil && len(made) > 0 { // a folder that was not there has nobody else's lock in it
			for _, path := range append([]string{to + ".serving"}, made...) {
				_ = os.Remove(path)
			}
		}
	}()
	// A copy is examined, not the backup: opening a database writes beside it.
	temp := to + ".restoring"
	defer func() {
		for _, suffix := range []string{"", "-wal", "-shm", ".lock"} {
			os.Remove(temp + suffix)
		}
	}()
	if err := copyFile(ctx, from, temp); err != nil {
		return "", fmt.Errorf("db: restore: %w", err)
	}
	if err := examine(ctx, temp, accept); err != nil {
		return "", err
	}
	return Place(ctx, temp, to)
}

// missing are the folder and those above it that do not exist, the deepest first.
func missing(folder string) (list []string) {
	for {
		if _, err := os.Lstat(folder); !errors.Is(err, fs.ErrNotExist) || folder == filepath.Dir(folder) {
			return list
		}
		list, folder = append(list, folder), filepath.Dir(folder)
	}
}

// ErrNotWhole refuses a database in the place of a backup: the file alone lacks
// what was written last.
var ErrNotWhole = errors.New("this is a database, not a backup: what was written last lies in the -wal file beside it. Make a backup of it (cocare backup FILE --data DIR), and restore that")

// whole refuses a file whose log lies beside it, and the target itself.
func whole(from, to string) error {
	if log, err := os.Stat(from + "-wal"); err == nil && log.Size() > 0 {
		return ErrNotWhole
	}
	a, errA := os.Stat(from)
	b, errB := os.Stat(to)
	if errA == nil && errB == nil && os.SameFile(a, b) {
		return errors.New("the backup and the database are one file: there is nothing to restore")
	}
	return nil
}

func examine(ctx context.Context, path string, accept func(ctx context.Context, d *DB) error) (err error) {
	d, err := Open(ctx, Config{Path: path})
	for _, strange := range []error{ErrNoDatabaseFile, ErrDamaged} {
		if errors.Is(err, strange) { // the name of the copy would mislead
			return fmt.Errorf("%w; name one that cocare backup wrote", strange)
		}
	}
	if err != nil {
		return fmt.Errorf("db: this is no backup that can be opened: %w", err)
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	progress.Report(ctx, progress.State{Step: "Looking for damage"})
	if err := d.CheckIntegrity(ctx); err != nil {
		return err
	}
	if err := d.checkOurs(ctx); err != nil {
		return err
	}
	p, err := d.provider()
	if err != nil {
		return err
	}
	if err := refuseNewer(ctx, p); err != nil {
		return err
	}
	return accept(ctx, d)
}

// checkOurs refuses a file in which no migration of ours ever ran.
func (d *DB) checkOurs(ctx context.Context) error {
	ours, others, err := d.look(ctx)
	switch {
	case err == nil && !ours && !others:
		return errors.New("this file is empty: it is not a database of cocare")
	case err != nil || !ours:
		return ErrForeign
	}
	return nil
}

func copyFile(ctx context.Context, from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, progress.Reader(ctx, in, progress.State{Step: "Copying the backup", Total: info.Size(), Bytes: true})); err != nil {
		return errors.Join(err, out.Close())
	}
	return errors.Join(out.Sync(), out.Close())
}
