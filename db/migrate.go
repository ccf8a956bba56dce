package db

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/golang-migrate/migrate/v4"
	"github.com/golang-migrate/migrate/v4/source/iofs"
	"github.com/jackc/pgx/v5"
)

// Migrate migrates the database at databaseURL to the newest embedded version. For a current database it needs one
// connection and one small query. Any number of replicas may call it concurrently: one applies the migrations, and the
// others poll, so that no waiting replica has a snapshot that CREATE INDEX CONCURRENTLY would wait for.
//
// Migrate leaves a database that is newer than this build unchanged and returns no error, so that the previous release
// can start beside a newer one or after it. From the first release on, each schema therefore works with the release before it.
//
// ctx limits the wait for other replicas and stops Migrate between two migrations; Migrate finishes a migration that it
// has begun. The connection must have its own session: behind PgBouncer, use session mode or connect to the server
// directly. Errors never contain the URL.
//
// A migration and its version are one transaction. After a failure or a kill the database has the previous version, and the
// next call tries again. Older releases could leave a version that is marked dirty; the error is then a migrate.ErrDirty with the
// steps of the repair.
//
// Migrate also writes the settings of the service's sessions to the role of the URL.
func Migrate(ctx context.Context, databaseURL string) error {
	if err := embedded.apply(ctx, databaseURL); err != nil {
		return err
	}
	return writeRoleSettings(ctx, databaseURL)
}

// migrations is one set of numbered files.
type migrations struct {
	fsys        fs.FS
	dir         string
	newest      uint
	fingerprint string
}

func readMigrations(fsys fs.FS, dir string) (migrations, error) {
	files, err := iofs.New(fsys, dir)
	if err != nil {
		return migrations{}, fmt.Errorf("read migrations: %w", err)
	}
	defer files.Close()
	version, err := files.First()
	if err != nil {
		return migrations{}, fmt.Errorf("read migrations: %w", err)
	}
	newest := version
	for ; err == nil; version, err = files.Next(version) {
		newest = version
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return migrations{}, fmt.Errorf("read migrations: %w", err)
	}
	sum, err := fingerprint(fsys, dir)
	if err != nil {
		return migrations{}, err
	}
	return migrations{fsys: fsys, dir: dir, newest: newest, fingerprint: sum}, nil
}

func (m migrations) apply(ctx context.Context, databaseURL string) error {
	config, err := ParseURL(databaseURL)
	if err != nil {
		return fmt.Errorf("read the database URL: %w", err)
	}
	conn, err := connect(ctx, config.ConnConfig)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))

	state, err := readState(ctx, conn)
	// While a replica of an older release migrates, the version is dirty too, so only the replica with the lock may report it.
	if err != nil || m.isCurrent(state) {
		return err
	}
	if err := lock(ctx, conn); err != nil {
		return err
	}
	defer unlock(context.WithoutCancel(ctx), conn)
	// Another replica may have migrated the database during the wait.
	state, err = readState(ctx, conn)
	switch {
	case err != nil || m.isCurrent(state):
		return err
	case state.dirty:
		return m.dirtyError(state.version)
	}
	return m.up(ctx, conn)
}

// up applies the missing migrations on the connection that has the lock. The lock thus ends with the transaction of a killed process,
// and the next start waits until the server has undone it.
func (m migrations) up(ctx context.Context, conn *pgx.Conn) error {
	files, err := iofs.New(m.fsys, m.dir)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	target := &driver{ctx: context.WithoutCancel(ctx), conn: conn}
	runner, err := migrate.NewWithInstance("embedded files", files, "postgres", target)
	if err != nil {
		return fmt.Errorf("prepare migrations: %w", err)
	}
	defer runner.Close()
	for {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("migrate: stopped before the newest version: %w", err)
		}
		// One step at a time: the library's own way to stop has a data race.
		err := tryUntilLocked(ctx, func() error { return runner.Steps(1) })
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("migration %s: %w", m.name(target.version), err)
		}
	}
}
