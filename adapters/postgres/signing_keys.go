package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// SigningKeysChannel is what to Listen to for a change of the signing keys.
const SigningKeysChannel = "signing_keys"

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
		keys[i] = domain.SigningKey{ID: row.ID, Seed: seed, CreatedAt: row.CreatedAt.UTC(), SignsAt: row.SignsAt.UTC()}
	}
	return keys, nil
}

func (k signingKeys) Add(ctx context.Context, added domain.SigningKey, newest string, events ...domain.AuditEvent) error {
	seed, err := k.seal(added)
	if err != nil {
		return err
	}
	return k.change(ctx, func(w work) error {
		n, err := w.q.AddSigningKey(ctx, sqlc.AddSigningKeyParams{
			ID: added.ID, SealedSeed: seed, CreatedAt: added.CreatedAt, SignsAt: added.SignsAt, Newest: newest,
		})
		if err := changed(n, err, ports.ErrConflict); err != nil {
			return err
		}
		return audit{w}.Record(ctx, events...)
	})
}

func (k signingKeys) Remove(ctx context.Context, id string, events ...domain.AuditEvent) error {
	err := k.change(ctx, func(w work) error {
		n, err := w.q.RemoveSigningKey(ctx, id)
		if err := changed(n, err, ports.ErrNotFound); err != nil {
			return err
		}
		return audit{w}.Record(ctx, events...)
	})
	if errors.Is(err, ports.ErrNotFound) {
		return nil
	}
	return err
}

func (k signingKeys) Replace(ctx context.Context, id string, by domain.SigningKey, events ...domain.AuditEvent) error {
	seed, err := k.seal(by)
	if err != nil {
		return err
	}
	return k.change(ctx, func(w work) error {
		n, err := w.q.RemoveSigningKey(ctx, id)
		if err := changed(n, err, ports.ErrNotFound); err != nil {
			return err
		}
		err = w.q.PutSigningKey(ctx, sqlc.PutSigningKeyParams{ID: by.ID, SealedSeed: seed, CreatedAt: by.CreatedAt, SignsAt: by.SignsAt})
		if err != nil {
			return translate(err)
		}
		return audit{w}.Record(ctx, events...)
	})
}

func (k signingKeys) seal(key domain.SigningKey) ([]byte, error) {
	sealed, err := k.store.sealer.Seal(key.Seed, columnSigningKey.of(key.ID))
	if err != nil {
		return nil, fmt.Errorf("seal a signing key: %w", err)
	}
	return sealed, nil
}

// change makes one change after the other, and tells the replicas when it is committed.
func (k signingKeys) change(ctx context.Context, do func(w work) error) error {
	return k.store.inTx(ctx, func(w work) error {
		if err := w.q.LockSigningKeys(ctx); err != nil {
			return translate(err)
		}
		if err := do(w); err != nil {
			return err
		}
		return translate(w.q.TellSigningKeysChanged(ctx))
	})
}
