package main

import (
	"context"
	"crypto/rand"
	"sync"
	"time"

	"github.com/siriusys/user-management-service/adapters/jwt"
	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

// reloadKeysEvery bounds how long a replica knows nothing of a change of the signing keys: of a dropped one, too.
const reloadKeysEvery = 10 * time.Second

// keysTimeout bounds one exchange with the database about keys, so that a connection that is dead without a word holds
// nothing up.
const keysTimeout = 5 * time.Second

func newSigningKeys(c Config, store *postgres.Store) *app.SigningKeys {
	return &app.SigningKeys{
		Keys: store.SigningKeys(), Policy: c.signingKeyPolicy(), Now: c.Now, NewID: newID,
		New: func(now, signsAt time.Time) (domain.SigningKey, error) { return jwt.NewKey(rand.Reader, now, signsAt) },
	}
}

// openAccessTokens signs with the keys that all replicas share, and makes the first one where there is none.
func openAccessTokens(ctx context.Context, c Config, keys *app.SigningKeys) (*jwt.AccessTokens, error) {
	if err := keys.Keep(ctx); err != nil {
		return nil, err
	}
	return jwt.Open(ctx, jwt.Config{
		Issuer: c.TokenIssuer, Audience: c.TokenAudience, ClientID: c.TokenClientID,
		Keys: keys.Keys, Policy: keys.Policy, Now: c.Now,
	})
}

// followSigningKeys reads the keys anew on a schedule, and at once when the database tells of a change, until it is told to
// stop.
func followSigningKeys(ctx context.Context, c Config, store *postgres.Store, tokens *jwt.AccessTokens) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	changed := make(chan struct{}, 1)
	var following sync.WaitGroup
	following.Go(func() {
		store.Listen(ctx, postgres.SigningKeysChannel, func() {
			select {
			case changed <- struct{}{}:
			default: // one reading will do for both
			}
		})
	})
	following.Go(func() {
		tick := time.NewTicker(c.ReloadKeysEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			case <-changed:
			}
			if err := reload(ctx, tokens); err != nil && ctx.Err() == nil {
				c.Logger.WarnContext(ctx, "signing keys not reloaded", "error", err)
			}
		}
	})
	return func() {
		cancel()
		following.Wait()
	}
}

func reload(ctx context.Context, tokens *jwt.AccessTokens) error {
	ctx, cancel := context.WithTimeout(ctx, keysTimeout)
	defer cancel()
	return tokens.Reload(ctx)
}
