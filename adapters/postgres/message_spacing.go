package postgres

import (
	"context"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
)

type messageSpacing struct{ unitOfWork }

func (r messageSpacing) Plan(
	ctx context.Context, to domain.EmailIndex, template domain.MessageTemplate,
	spacing domain.MessageSpacing, job domain.MessageJob, now time.Time,
) (plan domain.MessagePlan, err error) {
	err = r.change(ctx, to, template, func(h domain.MessageHistory) domain.MessageHistory {
		h, plan = spacing.Plan(h, job, now)
		return h
	})
	return plan, err
}

func (r messageSpacing) Refund(
	ctx context.Context, to domain.EmailIndex, template domain.MessageTemplate, plan domain.MessagePlan,
) error {
	return r.change(ctx, to, template, plan.Refund)
}

// change locks the history, so that concurrent changes follow one another.
func (r messageSpacing) change(
	ctx context.Context, to domain.EmailIndex, template domain.MessageTemplate, change func(domain.MessageHistory) domain.MessageHistory,
) error {
	return r.inTx(ctx, func(w unitOfWork) error {
		row, err := w.q.LockMessageHistory(ctx, sqlc.LockMessageHistoryParams{EmailIndex: []byte(to), Template: string(template)})
		if err != nil {
			return mapError(err)
		}
		var sent []time.Time
		for _, at := range row.Sent {
			sent = append(sent, at.UTC())
		}
		h := change(domain.MessageHistory{
			Sent: sent, SentBy: row.SentBy, LinkUntil: row.LinkUntil.UTC(), WaitingJob: row.WaitingJob, WaitingUntil: row.WaitingUntil.UTC(),
		})
		return w.deferExec(ctx, func(q *sqlc.Queries) error {
			return q.SaveMessageHistory(ctx, sqlc.SaveMessageHistoryParams{
				EmailIndex: []byte(to), Template: string(template), Sent: append([]time.Time{}, h.Sent...), SentBy: h.SentBy,
				LinkUntil: h.LinkUntil, WaitingJob: h.WaitingJob, WaitingUntil: h.WaitingUntil, ExpiresAt: h.ExpiresAt(),
			})
		})
	})
}

func (r messageSpacing) PurgeExpired(ctx context.Context, before time.Time, limit int) (int, error) {
	purged, err := r.q.PurgeMessageHistories(ctx, sqlc.PurgeMessageHistoriesParams{Before: before, MaxRows: maxRows(limit)})
	return int(purged), mapError(err)
}
