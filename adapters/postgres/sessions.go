package postgres

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

type sessions struct{ work }

func (r sessions) Open(ctx context.Context, s domain.Session, proven domain.PasswordHash, forgiven []domain.Budget, e domain.AuditEvent) error {
	row := sqlc.OpenSessionParams{
		ID: s.ID.ID, UserID: s.UserID.ID, Proven: string(proven), SecretHash: s.SecretHash[:],
		DeviceID: new(s.DeviceID.ID), Generation: int64(s.Generation), CreatedAt: s.CreatedAt, RotatedAt: s.RotatedAt, ExpiresAt: s.ExpiresAt, EndsAt: s.EndsAt,
		EventID: e.ID, EventAt: e.At, EventKind: string(e.Kind), Address: []byte(e.Address), Network: []byte(e.Network),
	}
	open := func(q *sqlc.Queries) error { return ignoreCount(q.OpenSession(ctx, row)) }
	forgive := func(q *sqlc.Queries) error { return q.GiveBackToBudgets(ctx, forgiveParams(forgiven)) }
	units := []func(*sqlc.Queries) error{open}
	switch {
	case len(forgiven) == 0:
	case slices.ContainsFunc(forgiven, domain.Budget.IsShared):
		// A transaction of its own: what all logins share must not stay locked until this session is on disk.
		units = []func(*sqlc.Queries) error{forgive, open}
	default:
		units = []func(*sqlc.Queries) error{func(q *sqlc.Queries) error { return errors.Join(forgive(q), open(q)) }}
	}
	opened, err := r.together(ctx, units...)
	return changed(opened, err, ports.ErrConflict)
}

func (r sessions) User(ctx context.Context, c domain.Caller, now time.Time) (domain.User, error) {
	return r.store.user(r.q.SessionUser(ctx, sqlc.SessionUserParams{ID: c.SessionID.ID, UserID: c.UserID.ID, Now: now}))
}

func (r sessions) Own(ctx context.Context, c domain.Caller, now time.Time) (domain.Session, error) {
	row, err := r.q.OwnSession(ctx, sqlc.OwnSessionParams{ID: c.SessionID.ID, UserID: c.UserID.ID, Now: now})
	if err != nil {
		return domain.Session{}, translate(err)
	}
	return session(row), nil
}

func (r sessions) IsLive(ctx context.Context, c domain.Caller, now time.Time) (bool, error) {
	live, err := r.q.SessionIsLive(ctx, sqlc.SessionIsLiveParams{ID: c.SessionID.ID, UserID: c.UserID.ID, Now: now})
	return live, translate(err)
}

func (r sessions) Ended(ctx context.Context, after domain.RevocationMark, limit int) ([]domain.Revocation, error) {
	rows, err := r.q.Revocations(ctx, sqlc.RevocationsParams{After: after.At, AfterID: after.SessionID.ID, MaxRows: maxRows(limit)})
	if err != nil {
		return nil, translate(err)
	}
	found := make([]domain.Revocation, len(rows))
	for i, row := range rows {
		found[i] = domain.Revocation{
			SessionID: domain.SessionID{ID: row.SessionID}, UserID: domain.UserID{ID: row.UserID}, EndedAt: row.EndedAt.UTC(),
		}
	}
	return found, nil
}

func (r sessions) ForgetEnds(ctx context.Context, before time.Time, limit int) (int, error) {
	removed, err := r.q.RemoveRevocations(ctx, sqlc.RemoveRevocationsParams{Before: before, MaxRows: maxRows(limit)})
	return int(removed), translate(err)
}

func (r sessions) List(ctx context.Context, c domain.Caller, limit int, now time.Time) ([]domain.Session, error) {
	rows, err := r.q.ListSessions(ctx, sqlc.ListSessionsParams{UserID: c.UserID.ID, ID: c.SessionID.ID, Now: now, MaxRows: maxRows(limit)})
	if err != nil {
		return nil, translate(err)
	}
	if len(rows) == 0 {
		return nil, ports.ErrNotFound
	}
	found := make([]domain.Session, len(rows))
	for i, row := range rows {
		found[i] = session(row)
	}
	return found, nil
}

func (r sessions) Rotate(ctx context.Context, g domain.RefreshGrant, policy domain.SessionPolicy, replay domain.AuditEvent, now time.Time) (domain.Session, error) {
	hash := g.Secret.Hash()
	row, err := r.q.RotateSession(ctx, sqlc.RotateSessionParams{
		ID: g.Session.ID, SecretHash: hash[:], Generation: int64(g.Generation), Now: now,
		IdleUntil: now.Add(policy.Idle), GraceSince: now.Add(-policy.ReplayGrace),
		EventID: replay.ID, EventAt: replay.At, EventKind: string(replay.Kind), Network: []byte(replay.Network),
	})
	if err != nil {
		return domain.Session{}, translate(err)
	}
	return session(sqlc.Session(row)), nil
}

func (r sessions) End(ctx context.Context, c domain.Caller, e domain.AuditEvent, now time.Time) error {
	ended, err := r.q.EndSession(ctx, sqlc.EndSessionParams{
		ID: c.SessionID.ID, UserID: c.UserID.ID, Now: now,
		EventID: e.ID, EventAt: e.At, EventKind: string(e.Kind), Network: []byte(e.Network),
	})
	return changed(ended, err, ports.ErrNotFound)
}

func (r sessions) EndAll(ctx context.Context, c domain.Caller, e domain.AuditEvent, now time.Time) error {
	ended, err := r.q.EndAllSessions(ctx, sqlc.EndAllSessionsParams{
		ID: c.SessionID.ID, UserID: c.UserID.ID, Now: now,
		EventID: e.ID, EventAt: e.At, EventKind: string(e.Kind), Network: []byte(e.Network),
	})
	return changed(ended, err, ports.ErrNotFound)
}

func (r sessions) EndAllOf(ctx context.Context, user domain.UserID, keep domain.SessionID, now time.Time) error {
	return r.later(ctx, func(q *sqlc.Queries) error {
		return q.EndSessionsOf(ctx, sqlc.EndSessionsOfParams{UserID: user.ID, Keep: keep.ID, Now: now})
	})
}

func (r sessions) RemoveExpired(ctx context.Context, before time.Time, limit int) (int, error) {
	removed, err := r.q.RemoveExpiredSessions(ctx, sqlc.RemoveExpiredSessionsParams{Before: before, MaxRows: maxRows(limit)})
	return int(removed), translate(err)
}
