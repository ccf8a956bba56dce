package postgres

import (
	"context"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

type idempotentCalls struct{ unitOfWork }

func (r idempotentCalls) Begin(ctx context.Context, c domain.IdempotentCall) (domain.StoredCall, error) {
	var found []sqlc.IdempotentCall
	err := r.sendBatch(ctx, func(q *sqlc.Queries) (err error) {
		if _, err := q.BeginIdempotentCall(ctx, sqlc.BeginIdempotentCallParams{
			ID: []byte(c.IDs[0]), Input: []byte(c.Inputs[0]), Network: []byte(c.Network), Attempt: c.Attempt, BegunAt: c.At,
			Ids: byteSlices(c.IDs), Inputs: byteSlices(c.Inputs),
			ExpiredBefore: c.At.Add(-domain.IdempotencyLifetime), AbandonedBefore: c.At.Add(-domain.IdempotencyAbandonedAfter),
		}); err != nil {
			return err
		}
		if err := q.TrimIdempotentCalls(ctx, sqlc.TrimIdempotentCallsParams{
			Network: []byte(c.Network), Kept: domain.MaxIdempotentCalls,
		}); err != nil {
			return err
		}
		found, err = q.FindIdempotentCall(ctx, byteSlices(c.IDs))
		return err
	})
	return storedCall(found), err
}

func (r idempotentCalls) Find(ctx context.Context, c domain.IdempotentCall) (domain.StoredCall, error) {
	found, err := r.q.FindIdempotentCall(ctx, byteSlices(c.IDs))
	return storedCall(found), mapError(err)
}

func (r idempotentCalls) Complete(ctx context.Context, c domain.IdempotentCall, device domain.KnownDevice) error {
	p := sqlc.CompleteIdempotentCallParams{CompletedAt: c.At, ID: []byte(c.IDs[0]), Attempt: c.Attempt}
	if !device.IsZero() {
		p.UserID, p.DeviceID = &device.UserID.ID, &device.ID.ID
	}
	completed, err := r.q.CompleteIdempotentCall(ctx, p)
	if err != nil {
		return mapError(err)
	}
	return expectRow(completed, ports.ErrConflict)
}

func (r idempotentCalls) Abandon(ctx context.Context, c domain.IdempotentCall) error {
	return mapError(r.q.AbandonIdempotentCall(ctx, sqlc.AbandonIdempotentCallParams{ID: []byte(c.IDs[0]), Attempt: c.Attempt}))
}

func (r idempotentCalls) PurgeExpired(ctx context.Context, before time.Time, limit int) (int, error) {
	purged, err := r.q.PurgeIdempotentCalls(ctx, sqlc.PurgeIdempotentCallsParams{Before: before, MaxRows: maxRows(limit)})
	return int(purged), mapError(err)
}

// storedCall maps the row, if there is one.
func storedCall(rows []sqlc.IdempotentCall) domain.StoredCall {
	if len(rows) == 0 {
		return domain.StoredCall{}
	}
	row := rows[0]
	return domain.StoredCall{
		Input: string(row.Input), Attempt: row.Attempt, BegunAt: row.BegunAt.UTC(), Completed: row.CompletedAt != nil,
		Device: domain.KnownDevice{
			UserID: domain.UserID{ID: orElse(row.UserID, domain.ID{})}, ID: domain.DeviceID{ID: orElse(row.DeviceID, domain.ID{})},
		},
	}
}

func byteSlices(texts []string) [][]byte {
	all := make([][]byte, len(texts))
	for i, t := range texts {
		all[i] = []byte(t)
	}
	return all
}
