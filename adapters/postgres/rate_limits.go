package postgres

import (
	"context"
	"slices"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

type rateLimits struct{ unitOfWork }

func (r rateLimits) Spend(ctx context.Context, limits []domain.RateLimit, now time.Time) (domain.Decision, error) {
	if len(limits) == 0 {
		return domain.NewDecision(nil, nil, -1), nil
	}
	return r.spend(ctx, spendParams(limits, now), limits, func(*sqlc.Queries) error { return nil })
}

// spend spends the limits in one batch with the statements of before, which run first. There must be at least one limit.
// Errors: ports.ErrConflict if the parameters name a device that is not known.
func (r rateLimits) spend(
	ctx context.Context, p sqlc.SpendRateLimitsParams, limits []domain.RateLimit, before func(q *sqlc.Queries) error,
) (domain.Decision, error) {
	rows, err := r.trySpend(ctx, p, limits, before)
	if err == nil && isSnapshotStale(rows, p.Now) {
		// A second statement's snapshot shows until when the limit is blocked.
		rows, err = r.trySpend(ctx, p, limits, before)
	}
	if err != nil {
		return domain.Decision{}, err
	}
	if len(rows) == 0 {
		return domain.Decision{}, ports.ErrConflict
	}
	return decision(rows, limits, p.Now), nil
}

// trySpend runs the statement. If it spent some of the limits only, it refunds them.
func (r rateLimits) trySpend(
	ctx context.Context, p sqlc.SpendRateLimitsParams, limits []domain.RateLimit, before func(q *sqlc.Queries) error,
) ([]sqlc.SpendRateLimitsRow, error) {
	var rows []sqlc.SpendRateLimitsRow
	if err := r.sendBatch(ctx, func(q *sqlc.Queries) (err error) {
		if err := before(q); err != nil {
			return err
		}
		rows, err = q.SpendRateLimits(ctx, p)
		return err
	}); err != nil {
		return nil, err
	}
	var spent []domain.RateLimit
	for i, row := range rows {
		if row.Spent {
			spent = append(spent, limits[i])
		}
	}
	if len(spent) == 0 || len(spent) == len(limits) {
		return rows, nil
	}
	return rows, r.Refund(ctx, spent)
}

func decision(rows []sqlc.SpendRateLimitsRow, limits []domain.RateLimit, now time.Time) domain.Decision {
	counters, refused := make([]domain.Counter, len(rows)), -1
	if isSnapshotStale(rows, now) {
		refused = slices.IndexFunc(rows, func(row sqlc.SpendRateLimitsRow) bool { return !row.Spent })
	}
	for i, row := range rows {
		counters[i] = domain.Counter{Count: int(row.Count), BlockedUntil: row.BlockedUntil.UTC()}
		if refused < 0 && isBlocked(row, now) {
			refused = i
		}
	}
	return domain.NewDecision(limits, counters, refused)
}

func isBlocked(row sqlc.SpendRateLimitsRow, now time.Time) bool {
	return !row.Spent && now.Before(row.BlockedUntil)
}

// isSnapshotStale reports whether a limit refused that was not blocked in the statement's snapshot.
func isSnapshotStale(rows []sqlc.SpendRateLimitsRow, now time.Time) bool {
	refused := func(row sqlc.SpendRateLimitsRow) bool { return !row.Spent }
	blocked := func(row sqlc.SpendRateLimitsRow) bool { return isBlocked(row, now) }
	return slices.ContainsFunc(rows, refused) && !slices.ContainsFunc(rows, blocked)
}

// columns are limits in the form of the queries: an array for each field.
type columns struct {
	ords, maxima    []int32
	scopes          []string
	subjects, parts [][]byte
}

func columnsOf(limits []domain.RateLimit) (c columns) {
	for i, l := range limits {
		c.ords = append(c.ords, int32(i))
		c.maxima = append(c.maxima, int32(l.Limit))
		c.scopes = append(c.scopes, string(l.Scope))
		c.subjects = append(c.subjects, []byte(l.Subject))
		c.parts = append(c.parts, []byte(l.Part))
	}
	return c
}

func spendParams(limits []domain.RateLimit, now time.Time) sqlc.SpendRateLimitsParams {
	c := columnsOf(limits)
	p := sqlc.SpendRateLimitsParams{Now: now, Ords: c.ords, Scopes: c.scopes, Subjects: c.subjects, Parts: c.parts, Maxima: c.maxima}
	for _, l := range limits {
		p.Windows = append(p.Windows, l.Window)
		p.MinBackoffs = append(p.MinBackoffs, l.MinBackoff)
		p.MaxBackoffs = append(p.MaxBackoffs, l.MaxBackoff)
	}
	return p
}

// loginParams are the parameters that spend the limits of a login.
func loginParams(
	email domain.EmailIndexes, device domain.KnownDevice, limits []domain.RateLimit, now time.Time,
) sqlc.SpendRateLimitsParams {
	p := spendParams(limits, now)
	p.HasDevice, p.DeviceUser, p.Device, p.EmailIndexes = !device.IsZero(), device.UserID.ID, device.ID.ID, indexBytes(email)
	return p
}

func (r rateLimits) Refund(ctx context.Context, limits []domain.RateLimit) error {
	return mapError(r.q.RefundRateLimits(ctx, refundParams(limits, func(domain.RateLimit) bool { return false })))
}

func (r rateLimits) Clear(ctx context.Context, limits []domain.RateLimit) error {
	return mapError(r.q.RefundRateLimits(ctx, clearParams(limits)))
}

// clearParams are the parameters of domain.RateLimit.Succeed: they clear the limits that count attempts in a row, refund one of each
// other limit, and leave out those that count right passwords too.
func clearParams(limits []domain.RateLimit) sqlc.RefundRateLimitsParams {
	cleared := slices.DeleteFunc(slices.Clone(limits), func(l domain.RateLimit) bool { return l.CountsSuccess })
	return refundParams(cleared, func(l domain.RateLimit) bool { return l.MinBackoff > 0 })
}

// refundParams are the parameters that clear the limits that clears selects, and refund one of each other limit.
func refundParams(limits []domain.RateLimit, clears func(domain.RateLimit) bool) sqlc.RefundRateLimitsParams {
	c := columnsOf(limits)
	p := sqlc.RefundRateLimitsParams{Ords: c.ords, Scopes: c.scopes, Subjects: c.subjects, Parts: c.parts, Maxima: c.maxima}
	for _, l := range limits {
		p.Clears = append(p.Clears, clears(l))
	}
	return p
}

func (r rateLimits) PurgeExpired(ctx context.Context, before time.Time, limit int) (int, error) {
	purged, err := r.q.PurgeExpiredCounters(ctx, sqlc.PurgeExpiredCountersParams{Before: before, MaxRows: maxRows(limit)})
	return int(purged), mapError(err)
}
