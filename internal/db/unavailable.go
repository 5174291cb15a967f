package db

import (
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"os"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/driver/postgres"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	sqlitelib "modernc.org/sqlite/lib"

	"github.com/atmacena/cocare/internal/apperr"
)

// ErrUnavailable means that the database takes nothing now, through no fault of
// what was sent: the disk is full, it is read-only, it does not answer, its file
// is gone. A form is shown again with what was typed.
var ErrUnavailable = apperr.New(apperr.Unavailable, "This could not be saved: our database does not take anything right now. Nothing was changed. Please try again in a few minutes.")

// Translate turns an error of a driver that means so into ErrUnavailable, and
// leaves others as they are. GORM's have gone through it; what a Row answers when
// it is scanned has not.
func Translate(err error) error {
	if err == nil || errors.Is(err, ErrUnavailable) || !refuses(err) {
		return err
	}
	return ErrUnavailable.Because(err)
}

func refuses(err error) bool {
	if hasPrimary(err, sqlitelib.SQLITE_FULL, sqlitelib.SQLITE_IOERR, sqlitelib.SQLITE_READONLY, sqlitelib.SQLITE_CANTOPEN, sqlitelib.SQLITE_BUSY) ||
		errors.Is(err, errReplaced) || errors.Is(err, driver.ErrBadConn) {
		return true
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	// A connection of the pool that died, under the statement or before it.
	if _, ok := errors.AsType[*net.OpError](err); ok || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || pgconn.SafeToRetry(err) {
		return true
	}
	pg, ok := errors.AsType[*pgconn.PgError](err)
	// Too little of something, the server goes or comes, a standby, a bad disk.
	return ok && (strings.HasPrefix(pg.Code, "53") || strings.HasPrefix(pg.Code, "57P") || pg.Code == "25006" || pg.Code == "58030")
}

// translateRows does for the error of Rows, which gorm's Scan is made of, what gorm
// does for all others.
func translateRows(g *gorm.DB) error {
	return g.Callback().Row().After("gorm:row").Register("cocare:translate", func(tx *gorm.DB) { tx.Error = Translate(tx.Error) })
}

// gorm asks its dialect to translate every error.
type (
	liteDialect struct{ *sqlite.Dialector }
	pgDialect   struct{ *postgres.Dialector }
)

// Translate implements gorm.ErrorTranslator.
func (liteDialect) Translate(err error) error { return Translate(err) }

// Translate implements gorm.ErrorTranslator.
func (pgDialect) Translate(err error) error { return Translate(err) }

// errReplaced tells that what is written goes nowhere: the file was deleted, or
// another was put in its place, under the open database.
var errReplaced = errors.New("db: the file at the database's path is not the one that is open; start the server again")

// checkFile is errReplaced unless the file that is open still lies at its path.
// It costs a fraction of any write.
func checkFile(path string, opened os.FileInfo) error {
	now, err := os.Stat(path)
	if err != nil {
		return errors.Join(errReplaced, err)
	}
	if !os.SameFile(now, opened) {
		return errReplaced
	}
	return nil
}
