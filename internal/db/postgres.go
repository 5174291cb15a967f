package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

func openPostgres(ctx context.Context, cfg Config) (*DB, error) {
	pc, err := pgx.ParseConfig(cfg.DSN)
	if err != nil {
		// The parser's text quotes the DSN, password and all.
		return nil, fmt.Errorf("db: the PostgreSQL DSN cannot be read; write it as postgres://user:password@host:port/name")
	}
	pc.RuntimeParams["timezone"] = "UTC"
	if _, ok := pc.RuntimeParams["application_name"]; !ok {
		pc.RuntimeParams["application_name"] = "cocare"
	}
	s := stdlib.OpenDB(*pc)
	conns := cfg.Readers
	if conns == 0 {
		conns = 20
	}
	s.SetMaxOpenConns(conns)
	s.SetMaxIdleConns(conns)
	s.SetConnMaxIdleTime(5 * time.Minute)
	if err := s.PingContext(ctx); err != nil {
		return nil, errors.Join(connectError{err}, s.Close())
	}
	d, err := wrapPostgres(s)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return d, nil
}

func wrapPostgres(s *sql.DB) (*DB, error) {
	g, err := gorm.Open(pgDialect{&postgres.Dialector{Config: &postgres.Config{Conn: s}}}, gormConfig(false))
	if err == nil {
		err = translateRows(g)
	}
	if err != nil {
		return nil, fmt.Errorf("db: %w", err)
	}
	return &DB{engine: Postgres, write: g, read: g, sqlW: s, sqlR: s}, nil
}

// connectError says on one line what the driver says a line for each try: the
// same address with TLS and without.
type connectError struct{ cause error }

func (e connectError) Error() string {
	var tries []string
	for line := range strings.Lines(e.cause.Error()) {
		if line = strings.TrimSpace(line); !strings.HasSuffix(line, ":") && !slices.Contains(tries, line) {
			tries = append(tries, line)
		}
	}
	return "cannot connect to PostgreSQL; check COCARE_DATABASE_URL and that the server runs: " + strings.Join(tries, "; ")
}

func (e connectError) Unwrap() error { return e.cause }
