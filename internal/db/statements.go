package db

import (
	"context"
	"database/sql"
	"sync"
	"sync/atomic"

	"gorm.io/gorm"
)

// statements is SQLite's writing pool. It keeps prepared statements across
// transactions. GORM's own cache does not: a statement that is first used
// inside a transaction is prepared anew at every use, because database/sql
// refuses to carry it into the next.
type statements struct {
	*sql.DB
	mu     sync.RWMutex
	ready  map[string]*sql.Stmt
	wanted map[string]struct{} // used, not prepared yet
	ran    *atomic.Int64
	check  func() error // whether what is written would be found again
}

// maxStatements bounds the cache: lists of placeholders vary without end.
const maxStatements = 1000

func newStatements(d *sql.DB, ran *atomic.Int64, check func() error) *statements {
	return &statements{DB: d, ran: ran, check: check, ready: map[string]*sql.Stmt{}, wanted: map[string]struct{}{}}
}

// GetDBConn makes gorm.DB.DB work.
func (s *statements) GetDBConn() (*sql.DB, error) { return s.DB, nil }

// BeginTx implements gorm.ConnPoolBeginner. What the last transactions wanted
// is prepared first: inside one the only connection is taken.
func (s *statements) BeginTx(ctx context.Context, opt *sql.TxOptions) (gorm.ConnPool, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	s.prepare(ctx)
	tx, err := s.DB.BeginTx(ctx, opt)
	if err != nil {
		return nil, err
	}
	return &statementTx{Tx: tx, pool: s}, nil
}

func (s *statements) prepare(ctx context.Context) {
	s.mu.Lock()
	var wanted map[string]struct{} // its own from here on: s.wanted is written to meanwhile
	if len(s.wanted) > 0 {
		wanted, s.wanted = s.wanted, map[string]struct{}{}
	}
	s.mu.Unlock()
	for query := range wanted {
		stmt, err := s.PrepareContext(ctx, query)
		if err != nil {
			continue // whoever uses it next hears why
		}
		s.mu.Lock()
		_, twice := s.ready[query]
		if !twice {
			s.ready[query] = stmt
		}
		s.mu.Unlock()
		if twice { // two transactions began at once
			_ = stmt.Close()
		}
	}
}

// get returns the statement of a query that is about to run, nil if it is not
// prepared yet.
func (s *statements) get(query string) *sql.Stmt {
	s.ran.Add(1)
	s.mu.RLock()
	stmt, ok := s.ready[query]
	full := len(s.ready)+len(s.wanted) >= maxStatements
	s.mu.RUnlock()
	if !ok && !full {
		s.mu.Lock()
		s.wanted[query] = struct{}{}
		s.mu.Unlock()
	}
	return stmt
}

func (s *statements) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	if stmt := s.get(query); stmt != nil {
		return stmt.ExecContext(ctx, args...)
	}
	return s.DB.ExecContext(ctx, query, args...)
}

func (s *statements) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	if stmt := s.get(query); stmt != nil {
		return stmt.QueryContext(ctx, args...)
	}
	return s.DB.QueryContext(ctx, query, args...)
}

func (s *statements) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if stmt := s.get(query); stmt != nil {
		return stmt.QueryRowContext(ctx, args...)
	}
	return s.DB.QueryRowContext(ctx, query, args...)
}

// statementTx is a transaction that uses the pool's statements.
type statementTx struct {
	*sql.Tx
	pool *statements
}

func (t *statementTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if stmt := t.pool.get(query); stmt != nil {
		return t.Tx.StmtContext(ctx, stmt).ExecContext(ctx, args...)
	}
	return t.Tx.ExecContext(ctx, query, args...)
}

func (t *statementTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if stmt := t.pool.get(query); stmt != nil {
		return t.Tx.StmtContext(ctx, stmt).QueryContext(ctx, args...)
	}
	return t.Tx.QueryContext(ctx, query, args...)
}

func (t *statementTx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if stmt := t.pool.get(query); stmt != nil {
		return t.Tx.StmtContext(ctx, stmt).QueryRowContext(ctx, args...)
	}
	return t.Tx.QueryRowContext(ctx, query, args...)
}
