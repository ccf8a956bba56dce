package db

import (
	"context"
	"io/fs"
)

// MigrateFiles is Migrate with the migrations at the root of fsys.
func MigrateFiles(ctx context.Context, databaseURL string, fsys fs.FS) error {
	set, err := readMigrations(fsys, ".")
	if err != nil {
		return err
	}
	return set.apply(ctx, databaseURL)
}

// LockKey is the advisory lock of Migrate.
const LockKey = lockKey
