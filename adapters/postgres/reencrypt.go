package postgres

import (
	"bytes"
	"context"
	"fmt"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
)

// CurrentKeys are those under which everything is to lie.
type CurrentKeys struct {
	// SealMark is how a value begins that the store's Sealer seals now, TagMark how an index begins that Index computes.
	SealMark, TagMark []byte
	// Index computes the current index of an address.
	Index func(domain.Email) (domain.EmailIndex, error)
}

// ReencryptUsers rewrites, in one transaction, what is not under the current keys of at most limit users with ids above
// after, in the order of their ids. It returns the last id and how many users it found; fewer than limit end a pass. A user
// who changes at the same moment is left for the next pass. Doing it twice does nothing twice, so it can stop and go on at
// any time.
func (s *Store) ReencryptUsers(ctx context.Context, k CurrentKeys, after domain.UserID, limit int) (last domain.UserID, found int, err error) {
	rows, err := sqlc.New(s.pool).StaleUsers(ctx, sqlc.StaleUsersParams{
		After: after.ID, SealedBy: k.SealMark, TaggedBy: k.TagMark, MaxRows: maxRows(limit),
	})
	if err != nil || len(rows) == 0 {
		return after, 0, translate(err)
	}
	anew := make([]sqlc.ReencryptUserParams, len(rows))
	for i, row := range rows {
		if anew[i], err = s.reencrypted(k, row); err != nil {
			return after, 0, fmt.Errorf("re-encrypt the user %s: %w", row.ID, err)
		}
	}
	err = s.inTx(ctx, func(w work) error {
		for _, row := range anew {
			if _, err := w.q.ReencryptUser(ctx, row); err != nil {
				return translate(err)
			}
		}
		return nil
	})
	return domain.UserID{ID: rows[len(rows)-1].ID}, len(rows), err
}

func (s *Store) reencrypted(k CurrentKeys, row sqlc.StaleUsersRow) (sqlc.ReencryptUserParams, error) {
	anew := sqlc.ReencryptUserParams{
		ID: row.ID, OldEmail: row.Email, OldEmailIndex: row.EmailIndex, OldFullName: row.FullName, OldStateProvince: row.StateProvince,
	}
	address, err := s.open(columnEmail, domain.UserID{ID: row.ID}, row.Email)
	if err != nil {
		return anew, err
	}
	index, err := k.Index(domain.RestoreEmail(address))
	if err != nil {
		return anew, err
	}
	anew.EmailIndex = []byte(index)
	for _, c := range []struct {
		column sealed
		old    []byte
		into   *[]byte
	}{
		{columnEmail, row.Email, &anew.Email},
		{columnFullName, row.FullName, &anew.FullName},
		{columnStateProvince, row.StateProvince, &anew.StateProvince},
	} {
		if *c.into, err = s.resealed(k, c.column, row.ID, c.old); err != nil {
			return anew, err
		}
	}
	return anew, nil
}

// resealed is a value under the current key: as it is, if that is its key already.
func (s *Store) resealed(k CurrentKeys, c sealed, owner domain.ID, old []byte) ([]byte, error) {
	if bytes.HasPrefix(old, k.SealMark) {
		return old, nil
	}
	id := domain.UserID{ID: domain.ID(owner)}
	clear, err := s.open(c, id, old)
	if err != nil {
		return nil, err
	}
	return s.seal(c, id, clear)
}

// ReencryptSigningKeys rewrites the seeds that are not sealed with the current key, and says how many.
func (s *Store) ReencryptSigningKeys(ctx context.Context, k CurrentKeys) (found int, err error) {
	err = s.inTx(ctx, func(w work) error {
		found = 0
		if err := w.q.LockSigningKeys(ctx); err != nil {
			return translate(err)
		}
		rows, err := w.q.SigningKeys(ctx)
		if err != nil {
			return translate(err)
		}
		for _, row := range rows {
			if bytes.HasPrefix(row.SealedSeed, k.SealMark) {
				continue
			}
			if err := s.reencryptSigningKey(ctx, w, row); err != nil {
				return fmt.Errorf("re-encrypt the signing key %s: %w", row.ID, err)
			}
			found++
		}
		return nil
	})
	return found, err
}

func (s *Store) reencryptSigningKey(ctx context.Context, w work, row sqlc.SigningKey) error {
	seed, err := s.sealer.Open(row.SealedSeed, columnSigningKey.of(row.ID))
	if err != nil {
		return err
	}
	sealedSeed, err := s.sealer.Seal(seed, columnSigningKey.of(row.ID))
	if err != nil {
		return err
	}
	return translate(w.q.ReencryptSigningKey(ctx, sqlc.ReencryptSigningKeyParams{ID: row.ID, SealedSeed: sealedSeed}))
}

// LettersUnderOldIndexes counts the letters that are still to be written to whoever has an address, and know none of the
// address's indexes that begin with tagMark: once the address is stored under that one, they find nobody.
func (s *Store) LettersUnderOldIndexes(ctx context.Context, tagMark []byte) (int, error) {
	n, err := sqlc.New(s.pool).LettersUnderOldIndexes(ctx, tagMark)
	return int(n), translate(err)
}
