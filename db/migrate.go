package db

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/golang-migrate/migrate/v4"
	migratepgx "github.com/golang-migrate/migrate/v4/database/pgx/v5"
	"github.com/golang-migrate/migrate/v4/source/iofs"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// Migrate brings the database at databaseURL to the newest embedded version. A database that is there already
// costs one connection and one small query. Any number of replicas may call it at once: one applies the
// migrations, the others wait for it by polling, so that no waiter holds a snapshot that CREATE INDEX
// CONCURRENTLY would wait for.
//
// A database newer than this build is left as it is and is no error, so that the previous release can be started
// again beside or after a newer one; migrations therefore stay readable by the release before them.
//
// ctx bounds the wait for other replicas and stops the work between two migrations; a migration that has begun is
// finished. The connection must be a session of its own: behind PgBouncer use its session mode or the server's own
// address. Errors never contain the URL. After a migration that failed half way the error is a migrate.ErrDirty and
// says what to do.
func Migrate(ctx context.Context, databaseURL string) error {
	return embedded.apply(ctx, databaseURL)
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
	config, err := parseURL(databaseURL)
	if err != nil {
		return err
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("connect to migrate: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))

	state, err := readState(ctx, conn)
	// A version is dirty while another replica works on it too, so only the lock's holder may call it that.
	if err != nil || m.isCurrent(state) {
		return err
	}
	if err := lock(ctx, conn); err != nil {
		return err
	}
	defer unlock(context.WithoutCancel(ctx), conn)
	// Another replica may have done the work while this one waited.
	state, err = readState(ctx, conn)
	switch {
	case err != nil || m.isCurrent(state):
		return err
	case state.dirty:
		return m.dirtyError(state.version)
	}
	return m.up(ctx, config)
}

// parseURL accepts the settings of a pgxpool URL too (pool_max_conns and the like), since the service is given one.
func parseURL(databaseURL string) (*pgx.ConnConfig, error) {
	config, err := pgxpool.ParseConfig(databaseURL)
	var parseError *pgconn.ParseConfigError
	if errors.As(err, &parseError) {
		// The error repeats the connection string; its cause may too. Neither may reach a log.
		return nil, errors.New("parse database URL: it is neither a valid postgres:// URL nor a valid keyword=value string")
	}
	if err != nil {
		return nil, errors.New("parse database URL: a pool setting in it is not valid")
	}
	return config.ConnConfig, nil
}

// up runs what is missing. The caller holds the lock.
func (m migrations) up(ctx context.Context, config *pgx.ConnConfig) error {
	runner, err := m.runner(config)
	if err != nil {
		return err
	}
	defer runner.Close()
	for {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("migrate: stopped before the newest version: %w", err)
		}
		// One step at a time: the library's own way to stop is a data race.
		err := runner.Steps(1)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("migrate: %w", describe(err))
		}
	}
}

func (m migrations) runner(config *pgx.ConnConfig) (*migrate.Migrate, error) {
	files, err := iofs.New(m.fsys, m.dir)
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	pool := stdlib.OpenDB(*config)
	driver, err := migratepgx.WithInstance(pool, &migratepgx.Config{})
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("prepare migrations: %w", err)
	}
	runner, err := migrate.NewWithInstance("embedded files", files, "postgres", driver)
	if err != nil {
		driver.Close()
		return nil, fmt.Errorf("prepare migrations: %w", err)
	}
	return runner, nil
}
