package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// SigningKeysChannel is the channel of Listen that is notified when the signing keys change.
const SigningKeysChannel = "signing_keys"

type signingKeys struct{ store *Store }

// SigningKeys returns the signing keys of all replicas. Their seeds are stored encrypted.
func (s *Store) SigningKeys() ports.SigningKeys { return signingKeys{s} }

func (k signingKeys) List(ctx context.Context) ([]domain.SigningKey, error) {
	rows, err := k.store.queries().ListSigningKeys(ctx)
	if err != nil {
		return nil, mapError(err)
	}
	keys := make([]domain.SigningKey, len(rows))
	for i, row := range rows {
		seed, err := k.store.sealer.Open(row.SealedSeed, columnSigningKey.of(row.ID))
		if err != nil {
			return nil, fmt.Errorf("open the signing key %s: %w", row.ID, err)
		}
		keys[i] = domain.SigningKey{ID: row.ID, Seed: seed, CreatedAt: row.CreatedAt.UTC(), ActiveAt: row.SignsAt.UTC()}
	}
	return keys, nil
}

func (k signingKeys) Add(ctx context.Context, added domain.SigningKey, newest string, events ...domain.AuditEvent) error {
	seed, err := k.seal(added)
	if err != nil {
		return err
	}
	return k.change(ctx, func(w unitOfWork) error {
		n, err := w.q.AddSigningKey(ctx, sqlc.AddSigningKeyParams{
			ID: added.ID, SealedSeed: seed, CreatedAt: added.CreatedAt, SignsAt: added.ActiveAt, Newest: newest,
		})
		if err != nil {
			return mapError(err)
		}
		if err := expectRow(n, ports.ErrConflict); err != nil {
			return err
		}
		return audit{w}.Record(ctx, events...)
	})
}

func (k signingKeys) Remove(ctx context.Context, id string, events ...domain.AuditEvent) error {
	err := k.change(ctx, func(w unitOfWork) error {
		n, err := w.q.RemoveSigningKey(ctx, id)
		if err != nil {
			return mapError(err)
		}
		if err := expectRow(n, ports.ErrNotFound); err != nil {
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
	return k.change(ctx, func(w unitOfWork) error {
		n, err := w.q.RemoveSigningKey(ctx, id)
		if err != nil {
			return mapError(err)
		}
		if err := expectRow(n, ports.ErrNotFound); err != nil {
			return err
		}
		err = w.q.InsertSigningKey(ctx, sqlc.InsertSigningKeyParams{ID: by.ID, SealedSeed: seed, CreatedAt: by.CreatedAt, SignsAt: by.ActiveAt})
		if err != nil {
			return mapError(err)
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

// change serializes the changes of all replicas, and notifies the replicas when it commits.
func (k signingKeys) change(ctx context.Context, do func(w unitOfWork) error) error {
	return k.store.inTx(ctx, func(w unitOfWork) error {
		if err := w.q.LockSigningKeys(ctx); err != nil {
			return mapError(err)
		}
		if err := do(w); err != nil {
			return err
		}
		return mapError(w.q.NotifySigningKeysChanged(ctx))
	})
}
