package main

import (
	"context"
	"fmt"

	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/app"
)

// announceKeyset announces which keys this replica has, and renews the announcement until leave is called. A rotation refuses
// each step for which an announced replica lacks the keys.
func announceKeyset(ctx context.Context, c Config, store *postgres.Store) (leave func(), err error) {
	announcer := app.NewKeysetAnnouncer(c.Keyset, store.KeysetReplicas(), realRuntime(c))
	announce := func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, keysTimeout)
		defer cancel()
		return announcer.Announce(ctx)
	}
	if err := announce(ctx); err != nil {
		return nil, fmt.Errorf("announce the keyset: %w", err)
	}
	stop := inBackground(ctx, func(ctx context.Context) {
		every(ctx, c.ReloadKeysEvery, nil, func() {
			if err := announce(ctx); err != nil && ctx.Err() == nil {
				c.Logger.WarnContext(ctx, "keyset not announced", "error", err)
			}
		})
	})
	return func() {
		stop()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keysTimeout)
		defer cancel()
		if err := announcer.Leave(ctx); err != nil {
			c.Logger.WarnContext(ctx, "keyset lease not released", "error", err) // it ends by itself
		}
	}, nil
}
