package app

import (
	"context"
	"fmt"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

const (
	// abandonedAfter is how long a signup waits for its verification.
	abandonedAfter = 7 * 24 * time.Hour
	// keepExpired is how long expired sessions and links stay, so that their late use can be distinguished from a forgery.
	keepExpired = 24 * time.Hour
	// keepRevoked is how long revoked sessions stay after the last of their access tokens expired and every follower read of it.
	keepRevoked = 10 * time.Minute
	// cleanUpBatch bounds how many rows one statement removes, so that none runs long.
	cleanUpBatch = 1000
)

// CleanUp removes what no user can use any more: abandoned signups with their waiting messages, expired links, expired sessions,
// old revocations, expired counters, expired histories of messages and idempotent calls.
func (a *Accounts) CleanUp(ctx context.Context) error {
	r, now := a.store.Repos(), a.now()
	purges := []struct {
		what   string
		before time.Time
		purge  func(context.Context, time.Time, int) (int, error)
	}{
		{"abandoned signups", now.Add(-abandonedAfter), r.Accounts.PurgeAbandoned},
		{"expired links", now.Add(-keepExpired), r.Links.PurgeExpired},
		{"expired counters", now, r.RateLimits.PurgeExpired},
		{"idempotent calls", now.Add(-domain.IdempotencyLifetime), r.IdempotentCalls.PurgeExpired},
		{"histories of messages", now, r.MessageSpacing.PurgeExpired},
		{"waiting messages of abandoned signups", now.Add(-abandonedAfter), r.UnverifiedQueue.PurgeWaiting},
		{"networks without waiting messages", now.Add(-keepExpired), r.UnverifiedQueue.PurgeNetworks},
		{"revoked sessions", now.Add(-a.tokens.revocationLifetime() - keepRevoked), r.Sessions.PurgeRevocations},
		{"expired sessions", now.Add(-keepExpired), r.Sessions.PurgeExpired},
	}
	for _, p := range purges {
		for purged := cleanUpBatch; purged == cleanUpBatch; {
			var err error
			if purged, err = p.purge(ctx, p.before, cleanUpBatch); err != nil {
				return fmt.Errorf("purge %s: %w", p.what, err)
			}
		}
	}
	return nil
}
