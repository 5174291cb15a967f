package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
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
		s.Close()
		return nil, fmt.Errorf("db: connect to PostgreSQL: %w", err)
	}
	d, err := wrapPostgres(s)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return d, nil
}

func wrapPostgres(s *sql.DB) (*DB, error) {
	g, err := gorm.Open(postgres.New(postgres.Config{Conn: s}), gormConfig(false))
	if err != nil {
		return nil, fmt.Errorf("db: %w", err)
	}
	return &DB{engine: Postgres, write: g, read: g, sqlW: s, sqlR: s}, nil
}
