package demo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/progress"
)

// The names in the data folder, as packages app and keyring know them.
const (
	databaseFile = "cocare.db"
	masterFile   = "master.key"
	workFolder   = "seeding"
)

// seeded is the setting that says that a database was made here, whole.
const seeded = "demo.seeded"

// ErrForeign refuses a data folder that holds somebody else's database.
var ErrForeign = errors.New("the data folder holds a database that no demonstration made; name another folder with --data")

// Seed makes the demonstration's database in the data folder, unless it is
// there. It comes before app.New, because it plays the past on a clock of its
// own. The database is made in a folder beside and moved into place when it is
// whole: a crash leaves nothing, and the next start begins anew.
func Seed(ctx context.Context, c *config.Config, log *slog.Logger) error {
	path := filepath.Join(c.DataDir, databaseFile)
	if _, err := os.Stat(path); err == nil {
		return checkSeeded(ctx, path)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("demo: %w", err)
	}
	// The play makes much garbage and keeps little; afterwards the server gets
	// its memory back at once.
	percent := debug.SetGCPercent(300)
	err := build(ctx, c)
	debug.SetGCPercent(percent)
	debug.FreeOSMemory()
	if err != nil {
		return fmt.Errorf("demo: seed: %w", err)
	}
	log.Debug("seeded", "path", path)
	return nil
}

func checkSeeded(ctx context.Context, path string) (err error) {
	d, err := db.Open(ctx, db.Config{Path: path, Readers: 1})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if done, err := d.Setting(ctx, seeded); err != nil || done == "" {
		return errors.Join(ErrForeign, err)
	}
	return nil
}

// build plays the year in the work folder and moves the result.
func build(ctx context.Context, c *config.Config) error {
	work := filepath.Join(c.DataDir, workFolder)
	if err := os.RemoveAll(work); err != nil { // what a crash left
		return err
	}
	if err := os.MkdirAll(work, 0o700); err != nil {
		return err
	}
	defer os.RemoveAll(work)
	own := *c
	own.DataDir = work
	if err := play(ctx, &own, db.Now()); err != nil {
		return err
	}
	// The key first: a key without its database is replaced, a database without
	// its key is lost.
	if err := os.Rename(filepath.Join(work, masterFile), filepath.Join(c.DataDir, masterFile)); err != nil {
		return err
	}
	_, err := db.Place(ctx, filepath.Join(work, databaseFile), filepath.Join(c.DataDir, databaseFile))
	return err
}

// play runs the year that ends now.
func play(ctx context.Context, c *config.Config, now time.Time) (err error) {
	clock := &clock{}
	clock.set(now) // the keys are made today
	// Its warnings are part of the play.
	a, err := app.NewTool(ctx, app.Options{Config: c, Log: slog.New(slog.DiscardHandler), Now: clock.Now})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := errors.Join(relax(ctx, a.DB), a.UseSignature(ctx)); err != nil {
		return err
	}
	w := &world{App: a, clock: clock, now: now, people: map[string]string{}}
	progress.Report(ctx, progress.State{Step: "Importing the courses"})
	if err := w.open(progress.With(ctx, nil)); err != nil {
		return err
	}
	w.schedule()
	if err := w.run(ctx); err != nil {
		return err
	}
	return a.DB.SetSetting(ctx, seeded, "yes")
}
