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

// keyUseBatch is how many users one statement counts, so that none runs long.
const keyUseBatch = 5000

// KeyUse counts what was made with each key of the keyset. Keys are named by how values begin that were made with them.
type KeyUse struct {
	Sealed  map[string]int // sealed values
	Indexed map[string]int // indexes of addresses
	Peppers map[string]int // password hashes, by the pepper's id
}

// KeyUse reads every user, in batches.
func (s *Store) KeyUse(ctx context.Context) (KeyUse, error) {
	use := KeyUse{Sealed: map[string]int{}, Indexed: map[string]int{}, Peppers: map[string]int{}}
	q := sqlc.New(s.pool)
	for after, full := (domain.ID{}), true; full; {
		rows, err := q.UserKeys(ctx, sqlc.UserKeysParams{After: after, MaxRows: keyUseBatch})
		if err != nil {
			return KeyUse{}, translate(err)
		}
		for _, row := range rows {
			if err := use.count(row); err != nil {
				return KeyUse{}, err
			}
			after = row.ID
		}
		full = len(rows) == keyUseBatch
	}
	keys, err := q.SigningKeys(ctx)
	if err != nil {
		return KeyUse{}, translate(err)
	}
	for _, k := range keys {
		use.Sealed[string(k.SealedSeed[:min(markSize, len(k.SealedSeed))])]++
	}
	return use, nil
}

// markSize is how many bytes at the beginning of a value name its key.
const markSize = 5

func (u KeyUse) count(row sqlc.UserKeysRow) error {
	for _, mark := range [][]byte{row.Email, row.FullName, row.StateProvince} {
		u.Sealed[string(mark)]++
	}
	u.Indexed[string(row.EmailIndex)]++
	if row.Pepper == "" {
		return nil
	}
	id, err := base64.RawStdEncoding.DecodeString(row.Pepper)
	if err != nil {
		return fmt.Errorf("read the pepper's id of the user %s: %w", row.ID, err)
	}
	u.Peppers[string(id)]++
	return nil
}

// LiveSessionsWrittenWith counts the sessions whose newest refresh token may carry a tag of that key: those that live and
// were opened or refreshed before the last replica stopped to write with it. A key of which nothing is known may have
// written until now.
func (s *Store) LiveSessionsWrittenWith(ctx context.Context, keyName string, now time.Time) (int, error) {
	q := sqlc.New(s.pool)
	if err := q.RetireReplicas(ctx, sqlc.RetireReplicasParams{Now: now}); err != nil {
		return 0, translate(err)
	}
	until, err := q.KeyLastWrote(ctx, keyName)
	if err = translate(err); errors.Is(err, ports.ErrNotFound) {
		until, err = now, nil
	}
	if err != nil {
		return 0, err
	}
	n, err := q.LiveSessionsRotatedUntil(ctx, sqlc.LiveSessionsRotatedUntilParams{Now: now, Until: until})
	return int(n), translate(err)
}
