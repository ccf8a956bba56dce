package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

type audit struct{ work }

func (r audit) Record(ctx context.Context, events ...domain.AuditEvent) error {
	return r.later(ctx, func(q *sqlc.Queries) error { return q.RecordAuditEvents(ctx, auditRows(events...)) })
}

func auditRows(events ...domain.AuditEvent) (p sqlc.RecordAuditEventsParams) {
	for _, e := range events {
		p.Ids = append(p.Ids, e.ID)
		p.Ats = append(p.Ats, e.At)
		p.Kinds = append(p.Kinds, string(e.Kind))
		p.UserIds = append(p.UserIds, e.UserID.ID)
		p.SessionIds = append(p.SessionIds, e.SessionID.ID)
		p.Addresses = append(p.Addresses, []byte(e.Address))
		p.Networks = append(p.Networks, []byte(e.Network))
		p.KeyIds = append(p.KeyIds, e.KeyID)
	}
	return p
}

func (r audit) Unsealed(ctx context.Context, limit int) (newest domain.AuditSeal, events []domain.AuditEvent, err error) {
	mine, err := r.q.TryAuditLock(ctx)
	if err != nil || !mine {
		return domain.AuditSeal{}, nil, translate(err)
	}
	last, err := r.q.NewestAuditSeal(ctx)
	if err = translate(err); err != nil && !errors.Is(err, ports.ErrNotFound) {
		return domain.AuditSeal{}, nil, err
	}
	rows, err := r.q.UnsealedAuditEvents(ctx, maxRows(limit))
	if err != nil {
		return domain.AuditSeal{}, nil, translate(err)
	}
	for _, row := range rows {
		events = append(events, auditEvent(row))
	}
	return auditSeal(last), events, nil
}

func (r audit) Seal(ctx context.Context, seals []domain.AuditSeal, head domain.AuditHead) error {
	var p sqlc.AddAuditSealsParams
	for _, s := range seals {
		p.Positions = append(p.Positions, s.Position)
		p.EventIds = append(p.EventIds, s.EventID)
		p.EventDigests = append(p.EventDigests, s.Event[:])
		p.ChainDigests = append(p.ChainDigests, s.Chain[:])
	}
	if err := r.q.AddAuditSeals(ctx, p); err != nil {
		return translate(err)
	}
	return translate(r.q.AddAuditHead(ctx, sqlc.AddAuditHeadParams{
		Position: head.Position, ChainDigest: head.Chain[:], SignedAt: head.At, Tag: head.Tag,
	}))
}

func (r audit) Sealed(ctx context.Context, after int64, limit int) ([]ports.SealedEvent, error) {
	rows, err := r.q.SealedAuditEvents(ctx, sqlc.SealedAuditEventsParams{After: after, MaxRows: maxRows(limit)})
	if err != nil {
		return nil, translate(err)
	}
	found := make([]ports.SealedEvent, len(rows))
	for i, row := range rows {
		found[i].Seal = auditSeal(sqlc.AuditSeal{Position: row.Position, EventID: row.EventID, EventDigest: row.EventDigest, ChainDigest: row.ChainDigest})
		if row.ID != nil {
			found[i].Event = auditEvent(sqlc.AuditEvent{
				ID: *row.ID, At: orElse(row.At, time.Time{}), Kind: orElse(row.Kind, ""), UserID: row.UserID, SessionID: row.SessionID,
				Address: row.Address, Network: row.Network, KeyID: row.KeyID,
			})
		}
	}
	return found, nil
}

func (r audit) Heads(ctx context.Context, after int64, limit int) ([]domain.AuditHead, error) {
	rows, err := r.q.AuditHeads(ctx, sqlc.AuditHeadsParams{After: after, MaxRows: maxRows(limit)})
	if err != nil {
		return nil, translate(err)
	}
	found := make([]domain.AuditHead, len(rows))
	for i, row := range rows {
		found[i] = domain.AuditHead{Position: row.Position, Chain: domain.AuditDigest(row.ChainDigest), At: row.SignedAt.UTC(), Tag: row.Tag}
	}
	return found, nil
}

func (r audit) Strays(ctx context.Context, after domain.ID, limit int) (strays []domain.ID, next domain.ID, err error) {
	rows, err := r.q.AuditEventsWithState(ctx, sqlc.AuditEventsWithStateParams{After: after, MaxRows: maxRows(limit)})
	if err != nil {
		return nil, domain.ID{}, translate(err)
	}
	for _, row := range rows {
		if !row.Accounted {
			strays = append(strays, row.ID)
		}
	}
	if len(rows) == limit {
		next = rows[limit-1].ID
	}
	return strays, next, nil
}

// auditEvent and auditSeal are the one place where rows become events and seals.
func auditEvent(row sqlc.AuditEvent) domain.AuditEvent {
	return domain.AuditEvent{
		ID: row.ID, At: row.At.UTC(), Kind: domain.AuditKind(row.Kind),
		UserID:    domain.UserID{ID: orElse(row.UserID, domain.ID{})},
		SessionID: domain.SessionID{ID: orElse(row.SessionID, domain.ID{})},
		Address:   domain.EmailIndex(row.Address), Network: string(row.Network), KeyID: orZero(row.KeyID),
	}
}

func auditSeal(row sqlc.AuditSeal) domain.AuditSeal {
	if row.Position == 0 {
		return domain.AuditSeal{}
	}
	return domain.AuditSeal{
		Position: row.Position, EventID: row.EventID,
		Event: domain.AuditDigest(row.EventDigest), Chain: domain.AuditDigest(row.ChainDigest),
	}
}
