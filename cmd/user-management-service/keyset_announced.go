package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/tink"
)

// keysetLease is how long a replica counts as running that was not heard of: long against the time between two announcements.
const keysetLease = time.Minute

// announceKeyset tells, until it is left, which keys this replica has, so that no rotation goes on without it.
func announceKeyset(ctx context.Context, c Config, store *postgres.Store) (leave func(), err error) {
	r := postgres.Replica{
		ID: newID(), Reads: names(c.Keyset, tink.KeyCurrent, tink.KeyNext, tink.KeyOld), Writes: names(c.Keyset, tink.KeyCurrent),
	}
	announce := func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, keysTimeout)
		defer cancel()
		return store.Announce(ctx, r, c.Now(), keysetLease)
	}
	if err := announce(ctx); err != nil {
		return nil, fmt.Errorf("announce the keyset: %w", err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var announcing sync.WaitGroup
	announcing.Go(func() {
		tick := time.NewTicker(c.ReloadKeysEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if err := announce(ctx); err != nil && ctx.Err() == nil {
				c.Logger.WarnContext(ctx, "keyset not announced", "error", err)
			}
		}
	})
	return func() {
		cancel()
		announcing.Wait()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keysTimeout)
		defer cancel()
		if err := store.Leave(ctx, r.ID, c.Now()); err != nil {
			c.Logger.WarnContext(ctx, "the end of this replica not announced", "error", err) // its lease will end
		}
	}, nil
}
