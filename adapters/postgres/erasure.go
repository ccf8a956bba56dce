package postgres

import (
	"context"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
)

// EraseTerminated locks the users' rows first and erases in a second statement, which sees the links that were added before the
// lock.
func (a accounts) EraseTerminated(ctx context.Context, before time.Time, limit int, now time.Time) ([]domain.UserID, error) {
	var erased []domain.UserID
	err := a.inTx(ctx, func(w unitOfWork) error {
		due, err := w.q.LockUsersToErase(ctx, sqlc.LockUsersToEraseParams{Before: &before, MaxRows: maxRows(limit)})
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
