package db

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	// lockKey is the service's advisory lock in the database: "ums-migr" in ASCII.
	lockKey int64 = 0x756d732d6d696772
	// lockInterval is short, so that replicas that wait at start lose little time.
	lockInterval = 50 * time.Millisecond

	// tableLockTimeout is how long a migration waits for the lock on a table. Requests wait behind it, and PostgreSQL looks for deadlocks
	// after a second.
	tableLockTimeout = "500ms"
	// tableLockPause is the time between two attempts, in which requests run.
	tableLockPause = 500 * time.Millisecond
	// tableLockAttempts is for how long a migration is tried, for example while a backup reads the tables.
	tableLockAttempts = 5 * time.Minute
)

// lock acquires the migration lock for the session of conn, polling until ctx ends. Each attempt is a separate statement, so
// a waiting replica has neither a transaction nor a snapshot open.
func lock(ctx context.Context, conn *pgx.Conn) error {
	ticker := time.NewTicker(lockInterval)
	defer ticker.Stop()
	for {
		var locked bool
		if err := conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", lockKey).Scan(&locked); err != nil {
			return fmt.Errorf("acquire the migration lock: %w", err)
		}
		if locked {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for another replica's migration: %w", ctx.Err())
		case <-ticker.C:
		}
	}
}

// unlock ignores errors: the caller closes the connection next, which also releases the lock.
func unlock(ctx context.Context, conn *pgx.Conn) {
	_, _ = conn.Exec(ctx, "SELECT pg_advisory_unlock($1)", lockKey)
}

// tryUntilLocked tries a migration until it gets the locks on its tables, or fails for another reason. PostgreSQL undoes an attempt
// that waits too long, or that it aborts in favor of a request.
func tryUntilLocked(ctx context.Context, migrate func() error) error {
	for deadline := time.Now().Add(tableLockAttempts); ; {
		err := migrate()
		if !isLockConflict(err) || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for the lock on a table: %w", errors.Join(ctx.Err(), err))
		case <-time.After(tableLockPause):
		}
	}
}

func isLockConflict(err error) bool {
	failed, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (failed.Code == pgerrcode.LockNotAvailable || failed.Code == pgerrcode.DeadlockDetected)
}
