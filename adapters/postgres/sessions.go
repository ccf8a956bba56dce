package postgres

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

type sessions struct{ unitOfWork }

func (r sessions) Create(
	ctx context.Context, s domain.Session, proven domain.PasswordHash, spent []domain.RateLimit, e domain.AuditEvent,
) error {
	row := sqlc.CreateSessionParams{
		ID: s.ID.ID, UserID: s.UserID.ID, Proven: string(proven), SecretHash: s.SecretHash[:],
		DeviceID: s.DeviceID.ID, Generation: int64(s.Generation),
		CreatedAt: s.CreatedAt, RotatedAt: s.RotatedAt, ExpiresAt: s.ExpiresAt, EndsAt: s.EndsAt,
		EventID: e.ID, EventAt: e.At, EventKind: string(e.Kind), EmailIndex: []byte(e.EmailIndex), Network: []byte(e.Network),
	}
	var created, trimmed int64
	create := func(q *sqlc.Queries) (err error) {
		if created, err = q.CreateSession(ctx, row); err != nil {
			return err
		}
		if err := q.TrimDevices(ctx, sqlc.TrimDevicesParams{
			UserID: s.UserID.ID, NewID: s.DeviceID.ID, Kept: domain.MaxDevices - 1,
		}); err != nil {
			return err
		}
		trimmed, err = q.TrimSessions(ctx, sqlc.TrimSessionsParams{
			UserID: s.UserID.ID, NewID: s.ID.ID, Now: s.CreatedAt, Kept: domain.MaxSessions - 1, MaxRows: domain.MaxTrimmedSessions,
		})
		return err
	}
	if err := r.sendBatch(ctx, afterClearing(ctx, spent, create)...); err != nil {
		return err
	}
	if trimmed > 0 {
		r.announceRevocation()
	}
	return expectRow(created, ports.ErrConflict)
}

// afterClearing are the units of a batch that clears the limits and then creates a session.
func afterClearing(ctx context.Context, limits []domain.RateLimit, create func(q *sqlc.Queries) error) []func(*sqlc.Queries) error {
	clearLimits := func(q *sqlc.Queries) error { return q.RefundRateLimits(ctx, clearParams(limits)) }
	switch {
	case len(limits) == 0:
		return []func(*sqlc.Queries) error{create}
	case slices.ContainsFunc(limits, domain.RateLimit.IsShared):
		// A transaction of its own: the row that all logins share must not stay locked until this session is on disk.
		return []func(*sqlc.Queries) error{clearLimits, create}
	default:
		return []func(*sqlc.Queries) error{func(q *sqlc.Queries) error {
			if err := clearLimits(q); err != nil {
				return err
			}
			return create(q)
		}}
	}
}

func (r sessions) ReadSession(ctx context.Context, c domain.Caller, now time.Time) (domain.Session, error) {
	row, err := r.q.ReadSession(ctx, sqlc.ReadSessionParams{ID: c.SessionID.ID, UserID: c.UserID.ID, Now: now})
	if err != nil {
		return domain.Session{}, mapError(err)
	}
	return session(row), nil
}

func (r sessions) IsLive(ctx context.Context, c domain.Caller, now time.Time) (bool, error) {
	live, err := r.q.IsSessionLive(ctx, sqlc.IsSessionLiveParams{ID: c.SessionID.ID, UserID: c.UserID.ID, Now: now})
	return live, mapError(err)
}

func (r sessions) ListRevocations(ctx context.Context, after domain.RevocationPosition, limit int) ([]domain.Revocation, error) {
	rows, err := r.q.ListRevocations(ctx, sqlc.ListRevocationsParams{After: after.At, AfterID: after.SessionID.ID, MaxRows: maxRows(limit)})
	if err != nil {
		return nil, mapError(err)
	}
	found := make([]domain.Revocation, len(rows))
	for i, row := range rows {
		found[i] = domain.Revocation{
			SessionID: domain.SessionID{ID: row.SessionID}, UserID: domain.UserID{ID: row.UserID}, RevokedAt: row.RevokedAt.UTC(),
		}
	}
	return found, nil
}

func (r sessions) PurgeRevocations(ctx context.Context, before time.Time, limit int) (int, error) {
	purged, err := r.q.PurgeRevocations(ctx, sqlc.PurgeRevocationsParams{Before: before, MaxRows: maxRows(limit)})
	return int(purged), mapError(err)
}

func (r sessions) ListSessions(ctx context.Context, c domain.Caller, limit int, now time.Time) ([]domain.Session, error) {
	rows, err := r.q.ListSessions(ctx, sqlc.ListSessionsParams{UserID: c.UserID.ID, ID: c.SessionID.ID, Now: now, MaxRows: maxRows(limit)})
	if err != nil {
		return nil, mapError(err)
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

func (r sessions) RefreshToken(
	ctx context.Context, g domain.RefreshGrant, policy domain.SessionPolicy, from domain.NetworkPseudonym,
	e domain.AuditEvent, now time.Time,
) (domain.Session, error) {
	hash := g.Secret.Hash()
	row, err := r.q.RotateSession(ctx, sqlc.RotateSessionParams{
		ID: g.Session.ID, SecretHash: hash[:], Generation: int64(g.Generation), Now: now, RotatedFrom: []byte(from),
		IdleUntil: now.Add(policy.Idle), ReusableSince: now.Add(-policy.ReuseInterval),
	})
	if err == nil {
		return session(row), nil
	}
	if !errors.Is(err, pgx.ErrNoRows) {
		return domain.Session{}, mapError(err)
	}
	var after domain.Session
	err = r.inTx(ctx, func(w unitOfWork) (err error) {
		after, err = sessions{w}.reuse(ctx, g, policy, from, e, now)
		return err
	})
	return after, err
}

// reuse is RefreshToken of a token that is not the newest one. It is rare, so it may take several round trips.
func (r sessions) reuse(
	ctx context.Context, g domain.RefreshGrant, policy domain.SessionPolicy, from domain.NetworkPseudonym,
	e domain.AuditEvent, now time.Time,
) (domain.Session, error) {
	hash := g.Secret.Hash()
	row, err := r.q.LockLiveSession(ctx, sqlc.LockLiveSessionParams{
		ID: g.Session.ID, SecretHash: hash[:], Generation: int64(g.Generation), Now: now,
	})
	if err != nil {
		return domain.Session{}, mapError(err)
	}
	before := session(row)
	after, isEvent := policy.Rotate(before, g.Generation, from, now)
	if after != before {
		if err := r.storeRefresh(ctx, after); err != nil {
			return domain.Session{}, err
		}
	}
	if !isEvent {
		return after, nil
	}
	e.Kind, e.UserID, e.SessionID = after.ReuseKind(), after.UserID, after.ID
	e.Network = domain.AuditPseudonym(e.Network, after.UserID)
	return after, audit(r).Record(ctx, e)
}

func (r sessions) storeRefresh(ctx context.Context, s domain.Session) error {
	if !s.RevokedAt.IsZero() {
		r.announceRevocation()
	}
	return r.deferExec(ctx, func(q *sqlc.Queries) error {
		return q.StoreRefresh(ctx, sqlc.StoreRefreshParams{
			ID: s.ID.ID, Generation: int64(s.Generation), RotatedAt: s.RotatedAt, PreviousRotatedAt: orNull(s.PreviousRotatedAt),
			RotatedFrom: []byte(s.RotatedFrom), ExpiresAt: s.ExpiresAt, ReuseCount: int32(s.Elsewhere.Count),
			ReuseSince: orNull(s.Elsewhere.Since), ReuseNetwork: []byte(s.Elsewhere.Network),
			ReuseRecordedAt: orNull(s.Elsewhere.RecordedAt), RevokedAt: orNull(s.RevokedAt),
		})
	})
}

func (r sessions) RevokeSession(ctx context.Context, c domain.Caller, e domain.AuditEvent, now time.Time) error {
	revoked, err := r.q.RevokeSession(ctx, sqlc.RevokeSessionParams{
		ID: c.SessionID.ID, UserID: c.UserID.ID, Now: now,
		EventID: e.ID, EventAt: e.At, EventKind: string(e.Kind), Network: []byte(e.Network),
	})
	return r.revoked(revoked, err)
}

// revoked returns the error of a statement that revokes the session of the caller, and notifies if it did.
func (r sessions) revoked(rows int64, err error) error {
	if err != nil {
		return mapError(err)
	}
	if rows > 0 {
		r.announceRevocation()
	}
	return expectRow(rows, ports.ErrNotFound)
}

func (r sessions) RevokeAllSessions(ctx context.Context, c domain.Caller, e domain.AuditEvent, now time.Time) error {
	revoked, err := r.q.RevokeAllSessions(ctx, sqlc.RevokeAllSessionsParams{
		ID: c.SessionID.ID, UserID: c.UserID.ID, Now: now,
		EventID: e.ID, EventAt: e.At, EventKind: string(e.Kind), Network: []byte(e.Network),
	})
	return r.revoked(revoked, err)
}

func (r sessions) RevokeSessionsOf(ctx context.Context, user domain.UserID, keep domain.SessionID, now time.Time) error {
	err := r.deferExec(ctx, func(q *sqlc.Queries) error {
		return q.RevokeSessionsOf(ctx, sqlc.RevokeSessionsOfParams{UserID: user.ID, Keep: keep.ID, Now: now})
	})
	if err == nil {
		r.announceRevocation()
	}
	return err
}

func (r sessions) AddDevice(ctx context.Context, d domain.KnownDevice, now time.Time) error {
	return r.deferExec(ctx, func(q *sqlc.Queries) error {
		return q.AddDevice(ctx, sqlc.AddDeviceParams{UserID: d.UserID.ID, ID: d.ID.ID, LastUsedAt: now})
	})
}

func (r sessions) RemoveDevicesOf(ctx context.Context, user domain.UserID, keep domain.DeviceID) error {
	return r.deferExec(ctx, func(q *sqlc.Queries) error {
		return q.RemoveDevicesOf(ctx, sqlc.RemoveDevicesOfParams{UserID: user.ID, Keep: keep.ID})
	})
}

func (r sessions) PurgeExpired(ctx context.Context, before time.Time, limit int) (int, error) {
	purged, err := r.q.PurgeExpiredSessions(ctx, sqlc.PurgeExpiredSessionsParams{Before: before, MaxRows: maxRows(limit)})
	return int(purged), mapError(err)
}

func (r sessions) IsKnownDevice(ctx context.Context, user domain.UserID, device domain.DeviceID) (bool, error) {
	isKnown, err := r.q.IsKnownDevice(ctx, sqlc.IsKnownDeviceParams{UserID: user.ID, ID: device.ID})
	return isKnown, mapError(err)
}
