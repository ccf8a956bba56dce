package jwt

import (
	"context"
	"fmt"
	"sync"
	"time"
)

const (
	// reloadAtMost is the least time between two readings of the keys for the sake of an unknown one, however many tokens
	// name such keys.
	reloadAtMost = 5 * time.Second
	// reloadTimeout bounds how long a token with an unknown key waits.
	reloadTimeout = 2 * time.Second
)

// reloader limits what tokens with unknown keys may cause.
type reloader struct {
	mu   sync.Mutex
	last time.Time
}

// Reload reads the keys anew, for all calls that begin afterwards. After an error those in use stay.
func (t *AccessTokens) Reload(ctx context.Context) error {
	all, err := t.config.Keys.All(ctx)
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

// reloadFor reads the keys anew if none of that id verifies at now: another replica may have just made it. Tokens that come
// meanwhile wait for the same reading.
func (t *AccessTokens) reloadFor(kid string, now time.Time) {
	t.unknown.mu.Lock()
	defer t.unknown.mu.Unlock()
	if _, known := t.keys.Load().public(kid, now); known || time.Since(t.unknown.last) < reloadAtMost {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), reloadTimeout)
	defer cancel()
	_ = t.Reload(ctx) // the key stays unknown; who reloads on a schedule reports the error
	t.unknown.last = time.Now()
}
