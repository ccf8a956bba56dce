package db

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// lockKey is the service's advisory lock in the database: "ums-migr" in ASCII.
	lockKey int64 = 0x756d732d6d696772
	// lockInterval is short, so that replicas that wait at start lose little time.
	lockInterval = 50 * time.Millisecond
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
