package db

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"testing/fstest"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/atmacena/cocare/internal/progress"
	"github.com/atmacena/cocare/migrations"
)

// ErrNewer means that the database was migrated by a later program: an older
// one would write what the newer schema does not expect.
var ErrNewer = errors.New("the database was migrated by a newer version of cocare; start that version")

// Migrate brings the schema up to date. Any number of processes may call it at
// once: PostgreSQL takes a session lock, SQLite a lock file beside the database.
// It returns the number of steps applied.
func (d *DB) Migrate(ctx context.Context) (int, error) {
	unlock, err := d.lockMigration(ctx)
	if err != nil {
		return 0, err
	}
	defer unlock()
	if err := d.refuseForeign(ctx); err != nil {
		return 0, err
	}
	steps := &steps{}
	p, err := d.provider(goose.WithVerbose(true), goose.WithSlog(slog.New(steps)))
	if err != nil {
		return 0, err
	}
	if err := refuseNewer(ctx, p); err != nil {
		return 0, err
	}
	if steps.total, err = pending(ctx, p); err != nil {
		return 0, err
	}
	results, err := p.Up(ctx)
	if err != nil {
		return len(results), fmt.Errorf("db: migrate: %w", err)
	}
	return len(results), nil
}

// pending counts the steps that were not applied yet.
func pending(ctx context.Context, p *goose.Provider) (n int64, err error) {
	list, err := p.Status(ctx)
	if err != nil {
		return 0, fmt.Errorf("db: read schema version: %w", err)
	}
	for _, s := range list {
		if s.State == goose.StatePending {
			n++
		}
	}
	return n, nil
}

// steps hears from the migrator's log when a step is done.
type steps struct{ done, total int64 }

// Enabled implements slog.Handler.
func (*steps) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements slog.Handler.
func (s *steps) Handle(ctx context.Context, r slog.Record) error {
	if r.Message == "migration completed" {
		s.done++
		progress.Report(ctx, progress.State{Step: "Migrating", Done: s.done, Total: s.total})
	}
	return nil
}

// WithAttrs implements slog.Handler.
func (s *steps) WithAttrs([]slog.Attr) slog.Handler { return s }

// WithGroup implements slog.Handler.
func (s *steps) WithGroup(string) slog.Handler { return s }

// CheckSchema reports whether the schema is exactly the one that this program
// was built for, without changing anything.
func (d *DB) CheckSchema(ctx context.Context) error {
	if ours, others, err := d.look(ctx); err != nil || !ours && others {
		return cmp.Or(err, ErrForeign)
	} else if !ours {
		return errors.New("the database is empty; run: cocare migrate, or restore a backup")
	}
	p, err := d.provider()
	if err != nil {
		return err
	}
	if err := refuseNewer(ctx, p); err != nil {
		return err
	}
	pending, err := p.HasPending(ctx)
	if err != nil {
		return fmt.Errorf("db: read schema version: %w", err)
	}
	if pending {
		return errors.New("the database is older than this program; run: cocare migrate")
	}
	return nil
}

// ErrForeign refuses a database that another program made.
var ErrForeign = errors.New("this is not a database of cocare; name another folder or database")

// refuseForeign keeps our tables out of another program's SQLite file. On
// PostgreSQL a database may be shared.
func (d *DB) refuseForeign(ctx context.Context) error {
	ours, others, err := d.look(ctx)
	if err == nil && !ours && others && d.engine == SQLite {
		err = ErrForeign
	}
	return err
}

// look reports whether a migration of ours ever ran, and whether there are
// tables besides.
func (d *DB) look(ctx context.Context) (ours, others bool, err error) {
	query := "SELECT count(*) FILTER (WHERE name = 'goose_db_version') > 0, count(*) > 0 FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
	if d.engine == Postgres {
		query = "SELECT to_regclass('goose_db_version') IS NOT NULL, false"
	}
	if err = d.sqlR.QueryRowContext(ctx, query).Scan(&ours, &others); err != nil {
		err = fmt.Errorf("db: look at the tables: %w", err)
	}
	return ours, others, err
}

func refuseNewer(ctx context.Context, p *goose.Provider) error {
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("db: read schema version: %w", err)
	}
	if current > target {
		return ErrNewer
	}
	return nil
}

func (d *DB) provider(opts ...goose.ProviderOption) (*goose.Provider, error) {
	files, err := engineFiles(migrations.FS, d.engine)
	if err != nil {
		return nil, err
	}
	if d.engine == Postgres {
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, fmt.Errorf("db: %w", err)
		}
		return goose.NewProvider(goose.DialectPostgres, d.sqlW, files, append(opts, goose.WithSessionLocker(locker))...)
	}
	return goose.NewProvider(goose.DialectSQLite3, d.sqlW, files, opts...)
}

// engineFiles leaves out the files that end in the other engine's name.
func engineFiles(src fs.FS, e Engine) (fs.FS, error) {
	other := "." + string(Postgres) + ".sql"
	if e == Postgres {
		other = "." + string(SQLite) + ".sql"
	}
	out := fstest.MapFS{}
	names, err := fs.Glob(src, "*.sql")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if strings.HasSuffix(name, other) {
			continue
		}
		data, err := fs.ReadFile(src, name)
		if err != nil {
			return nil, err
		}
		out[name] = &fstest.MapFile{Data: data}
	}
	return out, nil
}

// lockMigration keeps two processes from migrating one SQLite file at once.
func (d *DB) lockMigration(ctx context.Context) (func(), error) {
	if d.engine != SQLite {
		return func() {}, nil
	}
	return lockFile(ctx, d.path+".lock", time.Minute)
}
