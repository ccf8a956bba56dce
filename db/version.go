package db

import (
	"context"
	"errors"
	"fmt"

	"github.com/golang-migrate/migrate/v4"
	"github.com/golang-migrate/migrate/v4/database"
	"github.com/golang-migrate/migrate/v4/source/iofs"
	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// state is what a database says of its schema. The zero value is a database without one.
type state struct {
	version int
	dirty   bool
}

func readState(ctx context.Context, conn *pgx.Conn) (state, error) {
	var found state
	// The simple protocol makes it one round trip.
	err := conn.QueryRow(ctx, "SELECT version, dirty FROM schema_migrations LIMIT 1", pgx.QueryExecModeSimpleProtocol).
		Scan(&found.version, &found.dirty)
	var failed *pgconn.PgError
	if errors.Is(err, pgx.ErrNoRows) || errors.As(err, &failed) && failed.Code == pgerrcode.UndefinedTable {
		return state{}, nil
	}
	if err != nil {
		return state{}, fmt.Errorf("read the schema version: %w", err)
	}
	return found, nil
}

// isCurrent tells whether the schema is whole and the newest or a later one.
func (m migrations) isCurrent(s state) bool {
	return !s.dirty && s.version >= int(m.newest)
}

// dirtyError says which migration failed half way and how to go on.
func (m migrations) dirtyError(version int) error {
	repair := "DELETE FROM schema_migrations"
	if previous, ok := m.before(version); ok {
		repair = fmt.Sprintf("UPDATE schema_migrations SET version = %d, dirty = false", previous)
	}
	return fmt.Errorf("schema version %d is dirty: that migration failed half way. Find out what it left behind and undo it, "+
		"then run %q and start again: %w", version, repair, migrate.ErrDirty{Version: version})
}

// before returns the version that precedes the given one.
func (m migrations) before(version int) (uint, bool) {
	files, err := iofs.New(m.fsys, m.dir)
	if err != nil || version < 0 {
		return 0, false
	}
	defer files.Close()
	previous, err := files.Prev(uint(version))
	return previous, err == nil
}

// describe drops the migration's text from an error: it is long and the file name and line are enough.
func describe(err error) error {
	var failed database.Error
	if !errors.As(err, &failed) {
		return err
	}
	return fmt.Errorf("line %d: %s: %w", failed.Line, failed.Err, failed.OrigErr)
}
