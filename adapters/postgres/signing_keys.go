package postgres

import (
	"context"
	"fmt"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

type signingKeys struct{ store *Store }

// SigningKeys are the keys that the database keeps, sealed, for all replicas.
func (s *Store) SigningKeys() ports.SigningKeys { return signingKeys{s} }

func (k signingKeys) All(ctx context.Context) ([]domain.SigningKey, error) {
	rows, err := sqlc.New(k.store.pool).SigningKeys(ctx)
	if err != nil {
		return nil, translate(err)
	}
	keys := make([]domain.SigningKey, len(rows))
	for i, row := range rows {
		seed, err := k.store.sealer.Open(row.SealedSeed, columnSigningKey.of(row.ID))
		if err != nil {
			return nil, fmt.Errorf("open the signing key %s: %w", row.ID, err)
		}
		keys[i] = domain.SigningKey{ID: row.ID, Seed: seed, CreatedAt: row.CreatedAt.UTC()}
	}
	return keys, nil
}

func (k signingKeys) AddFirst(ctx context.Context, first domain.SigningKey) error {
	seed, err := k.store.sealer.Seal(first.Seed, columnSigningKey.of(first.ID))
	if err != nil {
		return fmt.Errorf("seal a signing key: %w", err)
	}
	return k.store.inTx(ctx, func(w work) error {
		if err := w.q.LockSigningKeys(ctx); err != nil {
			return translate(err)
		}
		return translate(w.q.AddFirstSigningKey(ctx, sqlc.AddFirstSigningKeyParams{ID: first.ID, SealedSeed: seed, CreatedAt: first.CreatedAt}))
	})
}
