package db

import (
	"errors"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"
)

// IsUnique reports whether err is a violated primary key or unique index. Both
// engines are asked by code, never by text.
func IsUnique(err error) bool {
	return hasCode(err, "23505", sqlitelib.SQLITE_CONSTRAINT_UNIQUE, sqlitelib.SQLITE_CONSTRAINT_PRIMARYKEY)
}

// IsForeignKey reports whether err is a violated foreign key.
func IsForeignKey(err error) bool {
	return hasCode(err, "23503", sqlitelib.SQLITE_CONSTRAINT_FOREIGNKEY)
}

// IsHeld reports whether err refuses to delete a row that another names by a foreign
// key ON DELETE RESTRICT. SQLite says so as if a trigger had refused it; no migration
// has one that does.
func IsHeld(err error) bool {
	return IsForeignKey(err) || hasCode(err, "23001", sqlitelib.SQLITE_CONSTRAINT_TRIGGER)
}

// What a file can be instead of a SQLite database.
var (
	ErrNoDatabaseFile = errors.New("this file is no SQLite database")
	ErrDamaged        = errors.New("the file is damaged, or was cut short")
)

// fileInWords says what is wrong with a file where SQLite says it in its own way.
func fileInWords(err error) error {
	switch {
	case hasPrimary(err, sqlitelib.SQLITE_NOTADB):
		return ErrNoDatabaseFile
	case hasPrimary(err, sqlitelib.SQLITE_CORRUPT):
		return ErrDamaged
	}
	return err
}

// isRetryable: serialization failure and deadlock on PostgreSQL. SQLite's
// single writer knows neither.
func isRetryable(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

func hasCode(err error, state string, codes ...int) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == state
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		for _, c := range codes {
			if lite.Code() == c {
				return true
			}
		}
	}
	return false
}

// hasPrimary reports whether err is of SQLite and of one of the codes, whatever
// its extension says in more detail.
func hasPrimary(err error, codes ...int) bool {
	lite, ok := errors.AsType[*sqlite.Error](err)
	return ok && slices.Contains(codes, lite.Code()&0xff)
}
