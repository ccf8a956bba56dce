package postgres

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// keysetData is the ports.KeysetData of a Store.
type keysetData struct{ store *Store }

// KeysetData returns the ports.KeysetData of the store. Re-encryption writes with the store's sealer, whose primary key must
// be that of the keyset.
func (s *Store) KeysetData() ports.KeysetData { return keysetData{s} }

// countBatch is how many users one statement reads, so that none runs long.
const countBatch = 5000

func (d keysetData) CountValues(ctx context.Context, k ports.Keyset) (map[string]int, error) {
	counts := map[string]int{}
	q := d.store.queries()
	for after, full := (domain.ID{}), true; full; {
		rows, err := q.ListUserKeys(ctx, sqlc.ListUserKeysParams{After: after, MaxRows: countBatch})
		if err != nil {
			return nil, mapError(err)
		}
		for _, row := range rows {
			if err := countValues(counts, k, row); err != nil {
				return nil, err
			}
			after = row.ID
		}
		full = len(rows) == countBatch
	}
	keys, err := q.ListSigningKeys(ctx)
	if err != nil {
		return nil, mapError(err)
	}
	for _, key := range keys {
		counts[k.SealedBy(key.SealedSeed[:min(ports.KeyPrefixSize, len(key.SealedSeed))])]++
	}
	return counts, nil
}

func countValues(counts map[string]int, k ports.Keyset, row sqlc.ListUserKeysRow) error {
	for _, prefix := range [][]byte{row.Email, row.FullName, row.StateProvince} {
		counts[k.SealedBy(prefix)]++
	}
	counts[k.TaggedBy(row.EmailIndex)]++
	if row.Pepper == "" {
		return nil
	}
	id, err := base64.RawStdEncoding.DecodeString(row.Pepper)
	if err != nil {
		return fmt.Errorf("read the pepper's id of the user %s: %w", row.ID, err)
	}
	counts[domain.KeysetPepper+string(id)]++
	return nil
}

func (d keysetData) CountSessions(ctx context.Context, keyName string, now time.Time) (int, error) {
	q := d.store.queries()
	if err := q.RemoveReplicas(ctx, sqlc.RemoveReplicasParams{Now: now}); err != nil {
		return 0, mapError(err)
	}
	until, err := q.FindKeyLastWritten(ctx, keyName)
	if err = mapError(err); errors.Is(err, ports.ErrNotFound) {
		until, err = now, nil
	}
	if err != nil {
		return 0, err
	}
	n, err := q.CountLiveSessionsRotatedUntil(ctx, sqlc.CountLiveSessionsRotatedUntilParams{Now: now, Until: until})
	return int(n), mapError(err)
}

func (d keysetData) CountMessages(ctx context.Context, k ports.Keyset) (int, error) {
	n, err := d.store.queries().CountMessagesUnderOldIndexes(ctx, k.TagPrefix())
	return int(n), mapError(err)
}
