package db

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"

	"github.com/golang-migrate/migrate/v4"
	"github.com/golang-migrate/migrate/v4/source"
	"github.com/golang-migrate/migrate/v4/source/iofs"
	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// state is the schema version in a database. The zero value means no schema.
type state struct {
	version int
	dirty   bool
}

func readState(ctx context.Context, conn *pgx.Conn) (state, error) {
	var found state
	// With the simple protocol, this takes one round trip.
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

// isCurrent reports whether the schema is complete, and of the newest or a later version.
func (m migrations) isCurrent(s state) bool {
	return !s.dirty && s.version >= int(m.newest)
}

// storeVersion replaces the stored version. The table has the form that golang-migrate's own driver gives it.
func storeVersion(ctx context.Context, tx pgx.Tx, version int) error {
	var exists bool
	if err := tx.QueryRow(ctx, "SELECT to_regclass('schema_migrations') IS NOT NULL").Scan(&exists); err != nil {
		return err
	}
	if !exists {
		if _, err := tx.Exec(ctx, "CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL)"); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, "DELETE FROM schema_migrations"); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "INSERT INTO schema_migrations (version, dirty) VALUES ($1, false)", version)
	return err
}

// dirtyError explains a version that an older release left behind, and names both repairs.
func (m migrations) dirtyError(version int) error {
	undone := "DELETE FROM schema_migrations"
	if previous, ok := m.before(version); ok {
		undone = fmt.Sprintf("UPDATE schema_migrations SET version = %d, dirty = false", previous)
	}
	const done = "UPDATE schema_migrations SET dirty = false"
	return fmt.Errorf("schema version %d is dirty: an older release was stopped while it applied the migration %s, or it failed. "+
		"PostgreSQL has applied all of it or nothing: look whether what the file creates exists. If not, run %q, otherwise %q. "+
		"Then start again: %w", version, m.name(version), undone, done, migrate.ErrDirty{Version: version})
}

// name is the file name of a version.
func (m migrations) name(version int) string {
	names, _ := fs.Glob(m.fsys, path.Join(m.dir, "*.up.sql"))
	for _, name := range names {
		if file, err := source.Parse(path.Base(name)); err == nil && file.Version == uint(version) {
			return path.Base(name)
		}
	}
	return fmt.Sprintf("of version %d", version)
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
