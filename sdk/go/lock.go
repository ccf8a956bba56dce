package accounts

import (
	"context"
	"fmt"
	"os"
	"time"
)

const lockInterval = 20 * time.Millisecond

// lock waits until this process holds the file's lock. The system releases it when the process ends, however it ends. Where the
// system has no such locks, the service's reuse interval alone protects processes that refresh concurrently.
func lock(ctx context.Context, path string) (unlock func(), err error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("accounts: lock the tokens: %w", err)
	}
	for tick := time.NewTicker(lockInterval); ; {
		locked, err := tryLock(file)
		if err != nil {
			_ = file.Close()
			return nil, fmt.Errorf("accounts: lock the tokens: %w", err)
		}
		if locked {
			return func() { _ = file.Close() }, nil // which releases the lock
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			_ = file.Close()
			return nil, fmt.Errorf("accounts: lock the tokens: %w", ctx.Err())
		}
	}
}
