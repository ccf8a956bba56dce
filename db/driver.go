package db

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/golang-migrate/migrate/v4/database"
	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// noTransaction is the first line of a file whose statements cannot run in a transaction, such as CREATE INDEX CONCURRENTLY. A semicolon
// at the end of a line ends a statement. A kill may leave such a file half applied, and the next start applies all of it again, so
// it must be idempotent: DROP INDEX CONCURRENTLY IF EXISTS goes before CREATE INDEX CONCURRENTLY, since an interrupted one leaves an
// invalid index.
const noTransaction = "-- no transaction\n"

// driver is a database.Driver that applies a file and stores its version in one transaction, on the connection that has the migration
// lock. The drivers of the library store the version before and after the file instead, in transactions of their own: a killed process
// leaves a version that is marked dirty, although PostgreSQL undid the file.
//
// The library calls SetVersion(version, true), Run and SetVersion(version, false) for each file. Lock, Unlock and Close are the caller's
// business: it has the lock and the connection.
type driver struct {
	ctx  context.Context // the methods of database.Driver receive none
	conn *pgx.Conn
	// version is that of the file that is applied.
	version int
	// tx is what Run began and SetVersion commits. It is nil for a file that runs without a transaction.
	tx pgx.Tx
}

func (d *driver) Open(string) (database.Driver, error) { return nil, errors.ErrUnsupported }
func (d *driver) Close() error                         { return nil }
func (d *driver) Lock() error                          { return nil }
func (d *driver) Unlock() error                        { return nil }
func (d *driver) Drop() error                          { return errors.ErrUnsupported }

// Version returns the stored version.
func (d *driver) Version() (int, bool, error) {
	found, err := readState(d.ctx, d.conn)
	if err != nil || found == (state{}) {
		return database.NilVersion, false, err
	}
	return found.version, found.dirty, nil
}

// Run applies a file. It leaves its transaction open for SetVersion.
func (d *driver) Run(file io.Reader) error {
	content, err := io.ReadAll(file)
	if err != nil {
		return err
	}
	text := strings.ReplaceAll(string(content), "\r\n", "\n")
	if strings.HasPrefix(text, noTransaction) {
		return d.runSingly(text)
	}
	tx, err := d.conn.BeginTx(d.ctx, pgx.TxOptions{IsoLevel: pgx.ReadCommitted})
	if err != nil {
		return fmt.Errorf("begin a migration: %w", err)
	}
	err = d.conn.PgConn().Exec(d.ctx, "SET LOCAL lock_timeout = '"+tableLockTimeout+"'").Close()
	if err == nil {
		err = d.exec(text, 0)
	}
	if err == nil && d.conn.PgConn().TxStatus() != 'T' {
		err = errors.New("the file ends the transaction that it runs in")
	}
	if err != nil {
		_ = tx.Rollback(d.ctx) // if that fails, so has the connection, and the server rolls back
		return err
	}
	d.tx = tx
	return nil
}

// runSingly runs each statement in a transaction of its own.
func (d *driver) runSingly(text string) error {
	line := 0
	for _, statement := range strings.SplitAfter(text, ";\n") {
		if err := d.exec(statement, line); err != nil {
			return err
		}
		line += strings.Count(statement, "\n")
	}
	return nil
}

// exec runs statements. An error names the line, counted from linesBefore, and not the text, which is long.
func (d *driver) exec(text string, linesBefore int) error {
	err := d.conn.PgConn().Exec(d.ctx, text).Close()
	failed, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return err
	}
	if failed.Code == pgerrcode.ActiveSQLTransaction {
		err = fmt.Errorf("%w; a file of such statements begins with %q", err, strings.TrimSpace(noTransaction))
	}
	if failed.Position == 0 {
		return err
	}
	// PostgreSQL counts characters from 1.
	before := []rune(text)[:min(int(failed.Position)-1, len([]rune(text)))]
	return fmt.Errorf("line %d: %w", linesBefore+strings.Count(string(before), "\n")+1, err)
}

// SetVersion stores the version of the file that Run applied, and commits both. Nothing is stored before: until the commit, the database
// has the previous version.
func (d *driver) SetVersion(version int, before bool) error {
	if before {
		d.version = version
		return nil
	}
	tx := d.tx
	d.tx = nil
	if tx == nil {
		var err error
		if tx, err = d.conn.BeginTx(d.ctx, pgx.TxOptions{IsoLevel: pgx.ReadCommitted}); err != nil {
			return fmt.Errorf("store the schema version: %w", err)
		}
	}
	defer func() { _ = tx.Rollback(d.ctx) }() // after a commit, it does nothing
	if err := storeVersion(d.ctx, tx, version); err != nil {
		return fmt.Errorf("store the schema version: %w", err)
	}
	if err := tx.Commit(d.ctx); err != nil {
		return fmt.Errorf("commit a migration: %w", err)
	}
	return nil
}
