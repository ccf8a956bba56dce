package jwt

import (
	"context"
	"fmt"
	"sync"
	"time"
)

const (
	// reloadInterval is the minimum time between two reads of the keys that tokens with unknown keys cause, however many such
	// tokens there are.
	reloadInterval = 5 * time.Second
	// reloadTimeout bounds how long a token with an unknown key waits for the keys.
	reloadTimeout = 2 * time.Second
)

// reloadLimiter limits the reads that tokens with unknown keys cause.
type reloadLimiter struct {
	mu   sync.Mutex
	last time.Time
}

// Reload reads the keys for all calls that begin afterwards. After an error the previous keys stay in use.
func (t *AccessTokens) Reload(ctx context.Context) error {
	all, err := t.config.Keys.List(ctx)
	if err != nil {
		return fmt.Errorf("read the signing keys: %w", err)
	}
	k, err := newKeys(t.config.Policy, all, t.config.Now())
	if err != nil {
		return err
	}
	t.keys.Store(k)
	return nil
}

// reloadFor reads the keys if none with that kid verifies at now, because another replica may just have added it. Concurrent
// callers wait for the same read.
func (t *AccessTokens) reloadFor(kid string, now time.Time) {
	t.reloads.mu.Lock()
	defer t.reloads.mu.Unlock()
	if _, known := t.keys.Load().public(kid, now); known || time.Since(t.reloads.last) < reloadInterval {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), reloadTimeout)
	defer cancel()
	_ = t.Reload(ctx) // the key stays unknown; the scheduled reload reports the error
	t.reloads.last = time.Now()
}
