package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

type audit struct{ unitOfWork }

func (r audit) Record(ctx context.Context, events ...domain.AuditEvent) error {
	return r.deferExec(ctx, func(q *sqlc.Queries) error { return q.RecordAuditEvents(ctx, auditRows(events...)) })
}

func (r audit) RecordFirst(ctx context.Context, network string, events ...domain.AuditEvent) error {
	p := firstAuditRows(network, events...)
	return r.deferExec(ctx, func(q *sqlc.Queries) error { return q.RecordFirstAuditEvents(ctx, p) })
}

func firstAuditRows(network string, events ...domain.AuditEvent) sqlc.RecordFirstAuditEventsParams {
	p := sqlc.RecordFirstAuditEventsParams{WideNetwork: []byte(network)}
	for _, e := range events {
		p.Ids = append(p.Ids, e.ID)
		p.Ats = append(p.Ats, e.At)
		p.Hours = append(p.Hours, domain.AuditHour(e.At))
		p.Kinds = append(p.Kinds, string(e.Kind))
		p.UserIds = append(p.UserIds, e.UserID.ID)
		p.Networks = append(p.Networks, []byte(e.Network))
	}
	return p
}

func (r audit) TakeCounts(ctx context.Context, before time.Time, limit int) ([]domain.AuditCount, error) {
	rows, err := r.q.TakeAuditCounts(ctx, sqlc.TakeAuditCountsParams{Before: before, MaxRows: maxRows(limit)})
	if err != nil {
		return nil, mapError(err)
	}
	counts := make([]domain.AuditCount, len(rows))
	for i, row := range rows {
		counts[i] = domain.AuditCount{
			Hour: row.Hour.UTC(), Network: string(row.Network), Kind: domain.AuditKind(row.Kind), Count: row.Count,
		}
	}
	return counts, nil
}

func auditRows(events ...domain.AuditEvent) (p sqlc.RecordAuditEventsParams) {
	for _, e := range events {
		p.Ids = append(p.Ids, e.ID)
		p.Ats = append(p.Ats, e.At)
		p.Kinds = append(p.Kinds, string(e.Kind))
		p.UserIds = append(p.UserIds, e.UserID.ID)
		p.SessionIds = append(p.SessionIds, e.SessionID.ID)
		p.EmailIndexes = append(p.EmailIndexes, []byte(e.EmailIndex))
		p.Networks = append(p.Networks, []byte(e.Network))
		p.KeyIds = append(p.KeyIds, e.KeyID)
		p.Counts = append(p.Counts, e.Count)
	}
	return p
}

func (r audit) IsRecorded(ctx context.Context, id domain.ID) (bool, error) {
	isRecorded, err := r.q.IsAuditEventRecorded(ctx, id)
	return isRecorded, mapError(err)
}

func (r audit) LockChain(ctx context.Context) (bool, error) {
	rows, err := r.q.TryAuditLock(ctx)
	return rows == 1, mapError(err)
}

// purgedRows bounds how many rows of the queue one call looks at for rows that do not belong there.
const purgedRows = 10_000

func (r audit) FindUnchained(ctx context.Context, limit int) (events []domain.AuditEvent, more bool, err error) {
	purged, err := r.q.PurgeUnchainedAuditEvents(ctx, purgedRows)
	if err != nil {
		return nil, false, mapError(err)
	}
	rows, err := r.q.FindUnchainedAuditEvents(ctx, maxRows(limit))
	if err != nil {
		return nil, false, mapError(err)
	}
	for _, row := range rows {
		events = append(events, auditEvent(row))
	}
	return events, len(rows) == limit || purged > 0, nil
}

func (r audit) FindOldestUnchained(ctx context.Context) (time.Time, error) {
	at, err := r.q.FindOldestUnchainedAuditEvent(ctx, purgedRows)
	if errors.Is(err, pgx.ErrNoRows) {
		return time.Time{}, nil
	}
	return at.UTC(), mapError(err)
}

func (r audit) FindLastPosition(ctx context.Context) (int64, error) {
	position, err := r.q.FindLastChainPosition(ctx)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	return position, mapError(err)
}

func (r audit) AppendChain(
	ctx context.Context, opening domain.AuditCheckpoint, entries []domain.AuditChainEntry, signing domain.AuditCheckpoint,
) error {
	if err := r.addCheckpoint(ctx, opening); err != nil {
		return err
	}
	var p sqlc.AppendAuditChainParams
	for _, entry := range entries {
		p.Positions = append(p.Positions, entry.Position)
		p.EventIds = append(p.EventIds, entry.EventID)
		p.EventDigests = append(p.EventDigests, entry.Event[:])
		p.ChainDigests = append(p.ChainDigests, entry.Chain[:])
	}
	if err := r.q.AppendAuditChain(ctx, p); err != nil {
		return mapError(err)
	}
	return r.addCheckpoint(ctx, signing)
}

func (r audit) addCheckpoint(ctx context.Context, c domain.AuditCheckpoint) error {
	if c.IsZero() {
		return nil
	}
	return mapError(r.q.AddAuditCheckpoint(ctx, sqlc.AddAuditCheckpointParams{
		Number: c.Number, Segment: c.Segment, Position: c.Position, ChainDigest: c.Chain[:],
		PreviousNumber: c.Previous.Number, PreviousDigest: c.Previous.Digest[:],
		SignedAt: c.At, Break: string(c.Break), KeyID: c.Signature.Key, Signature: c.Signature.Value,
	}))
}

func (r audit) ListChain(ctx context.Context, after int64, limit int) ([]ports.ChainedEvent, error) {
	rows, err := r.q.ListAuditChain(ctx, sqlc.ListAuditChainParams{After: after, MaxRows: maxRows(limit)})
	if err != nil {
		return nil, mapError(err)
	}
	found := make([]ports.ChainedEvent, len(rows))
	for i, row := range rows {
		found[i].Entry = domain.AuditChainEntry{
			Position: row.Position, EventID: row.EventID,
			Event: auditDigest(row.EventDigest), Chain: auditDigest(row.ChainDigest),
		}
		if row.ID != nil {
			found[i].Event = auditEvent(sqlc.AuditEvent{
				ID: *row.ID, At: orElse(row.At, time.Time{}), Kind: orElse(row.Kind, ""), UserID: row.UserID, SessionID: row.SessionID,
				EmailIndex: row.EmailIndex, Network: row.Network, KeyID: row.KeyID, Count: row.Count,
			})
		}
	}
	return found, nil
}

func (r audit) ListCheckpoints(ctx context.Context, after int64, limit int) ([]domain.AuditCheckpoint, error) {
	return auditCheckpoints(r.q.ListAuditCheckpoints(ctx, sqlc.ListAuditCheckpointsParams{After: after, MaxRows: maxRows(limit)}))
}

func (r audit) ListNewestCheckpoints(ctx context.Context, limit int) ([]domain.AuditCheckpoint, error) {
	return auditCheckpoints(r.q.ListNewestAuditCheckpoints(ctx, maxRows(limit)))
}

func (r audit) ListBreaks(ctx context.Context, after int64, limit int) ([]domain.AuditCheckpoint, error) {
	return auditCheckpoints(r.q.ListAuditBreaks(ctx, sqlc.ListAuditBreaksParams{AfterSegment: after, MaxRows: maxRows(limit)}))
}

func auditCheckpoints(rows []sqlc.AuditCheckpoint, err error) ([]domain.AuditCheckpoint, error) {
	if err != nil {
		return nil, mapError(err)
	}
	found := make([]domain.AuditCheckpoint, len(rows))
	for i, row := range rows {
		found[i] = domain.AuditCheckpoint{
			Number: row.Number, Segment: row.Segment, Position: row.Position, Chain: auditDigest(row.ChainDigest),
			Previous: domain.AuditCheckpointRef{Number: row.PreviousNumber, Digest: auditDigest(row.PreviousDigest)},
			At:       row.SignedAt.UTC(), Break: domain.AuditBreak(row.Break),
			Signature: domain.AuditSignature{Key: row.KeyID, Value: row.Signature},
		}
	}
	return found, nil
}

// auditDigest is zero for a value of another size, which an owner of the table can store who drops its constraints.
func auditDigest(stored []byte) (d domain.AuditDigest) {
	if len(stored) == len(d) {
		d = domain.AuditDigest(stored)
	}
	return d
}

func (r audit) ListUnaccounted(
	ctx context.Context, after domain.ID, limit int,
) (unaccounted []domain.ID, next domain.ID, err error) {
	rows, err := r.q.ListUnaccountedAuditEvents(ctx, sqlc.ListUnaccountedAuditEventsParams{After: after, MaxRows: maxRows(limit)})
	if err != nil {
		return nil, domain.ID{}, mapError(err)
	}
	for _, row := range rows {
		if !row.Accounted {
			unaccounted = append(unaccounted, row.ID)
		}
	}
	if len(rows) == limit {
		next = rows[limit-1].ID
	}
	return unaccounted, next, nil
}

// auditEvent is the only function that maps a row to an event.
func auditEvent(row sqlc.AuditEvent) domain.AuditEvent {
	return domain.AuditEvent{
		ID: row.ID, At: row.At.UTC(), Kind: domain.AuditKind(row.Kind),
		UserID:     domain.UserID{ID: orElse(row.UserID, domain.ID{})},
		SessionID:  domain.SessionID{ID: orElse(row.SessionID, domain.ID{})},
		EmailIndex: domain.EmailIndex(row.EmailIndex), Network: string(row.Network), KeyID: orZero(row.KeyID),
		Count: orElse(row.Count, 0),
	}
}
