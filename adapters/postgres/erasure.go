package postgres

import (
	"context"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
)

func (a accounts) EraseTerminated(ctx context.Context, before time.Time, limit int, now time.Time) ([]domain.UserID, error) {
	return a.erase(ctx, now, func(q *sqlc.Queries) ([]domain.ID, error) {
		return q.LockUsersToErase(ctx, sqlc.LockUsersToEraseParams{Before: &before, MaxRows: maxRows(limit)})
	})
}

func (a accounts) EraseAccounts(ctx context.Context, ids []domain.UserID, now time.Time) ([]domain.UserID, error) {
	named := make([]domain.ID, len(ids))
	for i, id := range ids {
		named[i] = id.ID
	}
	return a.erase(ctx, now, func(q *sqlc.Queries) ([]domain.ID, error) { return q.LockUsersByID(ctx, named) })
}

// erase locks the users' rows first and erases in a second statement, which sees the links that were added before the lock.
func (a accounts) erase(
	ctx context.Context, now time.Time, lock func(*sqlc.Queries) ([]domain.ID, error),
) (erased []domain.UserID, err error) {
	err = a.inTx(ctx, func(w unitOfWork) error {
		due, err := lock(w.q)
		erased = make([]domain.UserID, len(due))
		if err != nil || len(due) == 0 {
			return mapError(err)
		}
		for i, id := range due {
			erased[i] = domain.UserID{ID: id}
		}
		return mapError(w.q.EraseUsers(ctx, sqlc.EraseUsersParams{Ids: due, Now: now}))
	})
	if err != nil {
		return nil, err
	}
	return erased, nil
}
