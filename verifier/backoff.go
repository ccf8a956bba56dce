package verifier

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

const (
	// minRetry and maxRetry bound the pause that the stream asks for.
	minRetry = 100 * time.Millisecond
	maxRetry = 5 * time.Second
	// maxBackoff bounds the pause before a reconnection, which delays the end of an outage, unless the service asks for more.
	maxBackoff    = 5 * time.Second
	maxRetryAfter = 30 * time.Second
)

// backoff returns the pause before the next connection after a number of failures in a row. The first pause is retry, which doubles
// then. err may ask for a longer one.
func backoff(failures int, retry time.Duration, err error) time.Duration {
	d := min(max(retry, minRetry), maxRetry)
	for range min(failures, 10) {
		d *= 2
	}
	d = jittered(min(d, maxBackoff))
	if status, ok := errors.AsType[*statusError](err); ok && status.retryAfter > 0 {
		d += min(status.retryAfter, maxRetryAfter)
	}
	return d
}

// jittered returns a random time from half of d to d, so that the clients of a replica that stopped do not return together.
func jittered(d time.Duration) time.Duration { return d/2 + rand.N(d/2+1) } //nolint:gosec // no secret

// sleep waits for d or until ctx is cancelled.
func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
