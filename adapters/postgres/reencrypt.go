package postgres

import (
	"bytes"
	"context"
	"fmt"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

func (d keysetData) ReencryptUsers(
	ctx context.Context, k ports.Keyset, index func(domain.Email) (domain.EmailIndex, error), after domain.UserID, limit int,
) (last domain.UserID, found int, err error) {
	rows, err := d.store.queries().FindUsersUnderOldKeys(ctx, sqlc.FindUsersUnderOldKeysParams{
		After: after.ID, SealedBy: k.SealedPrefix(), TaggedBy: k.TagPrefix(), MaxRows: maxRows(limit),
	})
	if err != nil || len(rows) == 0 {
		return after, 0, mapError(err)
	}
	updates := make([]sqlc.ReencryptUserParams, len(rows))
	for i, row := range rows {
		if updates[i], err = d.reencryptUser(k, index, row); err != nil {
			return after, 0, fmt.Errorf("user %s: %w", row.ID, err)
		}
	}
	err = d.store.inTx(ctx, func(w unitOfWork) error {
		for _, update := range updates {
			if _, err := w.q.ReencryptUser(ctx, update); err != nil {
				return mapError(err)
			}
		}
		return nil
	})
	return domain.UserID{ID: rows[len(rows)-1].ID}, len(rows), err
}

func (d keysetData) reencryptUser(
	k ports.Keyset, index func(domain.Email) (domain.EmailIndex, error), row sqlc.FindUsersUnderOldKeysRow,
) (sqlc.ReencryptUserParams, error) {
	update := sqlc.ReencryptUserParams{
		ID: row.ID, OldEmail: row.Email, OldEmailIndex: row.EmailIndex, OldFullName: row.FullName, OldStateProvince: row.StateProvince,
	}
	address, err := d.store.open(columnEmail, domain.UserID{ID: row.ID}, row.Email)
	if err != nil {
		return update, err
	}
	primary, err := index(domain.RestoreEmail(address))
	if err != nil {
		return update, err
	}
	update.EmailIndex = []byte(primary)
	for _, c := range []struct {
		column sealed
		old    []byte
		into   *[]byte
	}{
		{columnEmail, row.Email, &update.Email},
		{columnFullName, row.FullName, &update.FullName},
		{columnStateProvince, row.StateProvince, &update.StateProvince},
	} {
		if *c.into, err = d.reencryptValue(k, c.column, domain.UserID{ID: row.ID}, c.old); err != nil {
			return update, err
		}
	}
	return update, nil
}

// reencryptValue returns a value unchanged if it is already under the primary key.
func (d keysetData) reencryptValue(k ports.Keyset, c sealed, owner domain.UserID, old []byte) ([]byte, error) {
	if bytes.HasPrefix(old, k.SealedPrefix()) {
		return old, nil
	}
	clear, err := d.store.open(c, owner, old)
	if err != nil {
		return nil, err
	}
	return d.store.seal(c, owner, clear)
}

func (d keysetData) ReencryptSigningKeys(ctx context.Context, k ports.Keyset) (found int, err error) {
	err = d.store.inTx(ctx, func(w unitOfWork) error {
		found = 0
		if err := w.q.LockSigningKeys(ctx); err != nil {
			return mapError(err)
		}
		rows, err := w.q.ListSigningKeys(ctx)
		if err != nil {
			return mapError(err)
		}
		for _, row := range rows {
			if bytes.HasPrefix(row.SealedSeed, k.SealedPrefix()) {
				continue
			}
			if err := d.reencryptSigningKey(ctx, w, row); err != nil {
				return fmt.Errorf("signing key %s: %w", row.ID, err)
			}
			found++
		}
		return nil
	})
	return found, err
}

func (d keysetData) reencryptSigningKey(ctx context.Context, w unitOfWork, row sqlc.SigningKey) error {
	seed, err := d.store.sealer.Open(row.SealedSeed, columnSigningKey.of(row.ID))
	if err != nil {
		return err
	}
	sealedSeed, err := d.store.sealer.Seal(seed, columnSigningKey.of(row.ID))
	if err != nil {
		return err
	}
	return mapError(w.q.ReencryptSigningKey(ctx, sqlc.ReencryptSigningKeyParams{ID: row.ID, SealedSeed: sealedSeed}))
}
