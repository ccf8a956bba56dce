package main

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/siriusys/user-management-service/adapters/jwt"
	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

// reloadKeysEvery bounds how long a replica misses a change of the signing keys, and so accepts the tokens of a dropped key.
const reloadKeysEvery = 10 * time.Second

// keysTimeout bounds one exchange with the database about keys, so that a connection that died silently blocks nothing.
const keysTimeout = 5 * time.Second

func newSigningKeys(c Config, store *postgres.Store) *app.SigningKeys {
	return app.NewSigningKeys(store.SigningKeys(), c.signingKeyPolicy(), newSigningKey, realRuntime(c))
}

func newSigningKey(now, activeAt time.Time) (domain.SigningKey, error) {
	return jwt.NewKey(rand.Reader, now, activeAt)
}

// openAccessTokens returns the access tokens that are signed with the keys of all replicas. It creates the first key if there
// is none.
func openAccessTokens(ctx context.Context, c Config, store *postgres.Store, keys *app.SigningKeys) (*jwt.AccessTokens, error) {
	if err := keys.Maintain(ctx); err != nil {
		return nil, err
	}
	return jwt.Open(ctx, jwt.Config{
		Issuer: c.TokenIssuer, Audience: c.TokenAudience, ClientID: c.TokenClientID,
		Keys: store.SigningKeys(), Policy: c.signingKeyPolicy(), Now: c.Now,
	})
}

// reloadSigningKeys reloads the keys on a schedule, and immediately when they changed, until ctx ends.
func reloadSigningKeys(ctx context.Context, c Config, changed wakeUp, tokens *jwt.AccessTokens) {
	every(ctx, c.ReloadKeysEvery, changed, func() {
		if err := reload(ctx, tokens); err != nil && ctx.Err() == nil {
			c.Logger.WarnContext(ctx, "signing keys not reloaded", "error", err)
		}
	})
}

func reload(ctx context.Context, tokens *jwt.AccessTokens) error {
	ctx, cancel := context.WithTimeout(ctx, keysTimeout)
	defer cancel()
	return tokens.Reload(ctx)
}
