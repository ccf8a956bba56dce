package postgres

import (
	"context"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// restoredData is the ports.RestoredData of a Store.
type restoredData struct{ store *Store }

// RestoredData returns the ports.RestoredData of the store.
func (s *Store) RestoredData() ports.RestoredData { return restoredData{s} }

// RevokeSessions lets the trigger of the table list the revocations.
func (d restoredData) RevokeSessions(
	ctx context.Context, after domain.SessionID, limit int, now time.Time,
) (last domain.SessionID, revoked int, err error) {
	q := d.store.queries()
	ids, err := q.ListSessionIDs(ctx, sqlc.ListSessionIDsParams{After: after.ID, MaxRows: maxRows(limit)})
	if err != nil || len(ids) == 0 {
		return after, 0, mapError(err)
	}
	n, err := q.RevokeSessionsByID(ctx, sqlc.RevokeSessionsByIDParams{Ids: ids, Now: now})
	if err != nil {
		return after, 0, mapError(err)
	}
	if n > 0 {
		d.store.revocations.announce()
	}
	return domain.SessionID{ID: ids[len(ids)-1]}, int(n), nil
}

func (d restoredData) RemoveLinks(ctx context.Context, limit int) (int, error) {
	removed, err := d.store.queries().RemoveLinksExcept(ctx, sqlc.RemoveLinksExceptParams{
		KeptPurpose: string(domain.CancelTermination), MaxRows: maxRows(limit),
	})
	return int(removed), mapError(err)
}

func (d restoredData) RemoveDevices(ctx context.Context, limit int) (int, error) {
	removed, err := d.store.queries().RemoveDevices(ctx, maxRows(limit))
	return int(removed), mapError(err)
}

func (d restoredData) RemoveMessages(ctx context.Context, limit int) (int, error) {
	removed, err := d.store.queries().RemoveMessages(ctx, maxRows(limit))
	return int(removed), mapError(err)
}
