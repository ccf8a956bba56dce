package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
)

// EraseTerminated locks the users' rows first and erases by a statement of its own, which then sees the links that were
// added until the lock was taken.
func (a accounts) EraseTerminated(ctx context.Context, before time.Time, limit int, now time.Time) (erased []domain.UserID, err error) {
	err = a.atomically(ctx, func(w work) error {
		due, err := w.q.LockUsersToErase(ctx, sqlc.LockUsersToEraseParams{Before: &before, MaxRows: maxRows(limit)})
		erased = make([]domain.UserID, len(due))
		if err != nil || len(due) == 0 {
			return translate(err)
		}
		p := sqlc.EraseUsersParams{Scope: string(domain.ScopePassword), Now: now}
		for i, row := range due {
			p.Ids = append(p.Ids, row.ID)
			p.Subjects = append(p.Subjects, row.EmailIndex)
			erased[i] = domain.UserID{ID: row.ID}
		}
		return translate(w.q.EraseUsers(ctx, p))
	})
	if err != nil {
		return nil, err
	}
	return erased, nil
}

func (a accounts) Export(ctx context.Context, c domain.Caller, limit int, e domain.AuditEvent, now time.Time) (domain.Export, error) {
	row, err := a.q.ExportUser(ctx, sqlc.ExportUserParams{
		ID: c.SessionID.ID, UserID: c.UserID.ID, Now: now, MaxRows: maxRows(limit),
		EventID: e.ID, EventAt: e.At, EventKind: string(e.Kind), Network: []byte(e.Network),
	})
	u, err := a.store.user(row.User, err)
	if err != nil {
		return domain.Export{}, err
	}
	var lists exportedLists
	for list, into := range map[string]struct {
		text []byte
		rows any
	}{
		"sessions": {row.Sessions, &lists.sessions}, "links": {row.Links, &lists.links}, "events": {row.Events, &lists.events},
	} {
		if err := json.Unmarshal(into.text, into.rows); err != nil {
			return domain.Export{}, fmt.Errorf("read the %s of an export: %w", list, err)
		}
	}
	return lists.export(u), nil
}

// exportedLists are rows as the server writes them in JSON.
type exportedLists struct {
	sessions []struct {
		ID        domain.ID  `json:"id"`
		DeviceID  *domain.ID `json:"device_id"`
		CreatedAt time.Time  `json:"created_at"`
		RotatedAt time.Time  `json:"rotated_at"`
		ExpiresAt time.Time  `json:"expires_at"`
		EndsAt    time.Time  `json:"ends_at"`
		EndedAt   *time.Time `json:"ended_at"`
	}
	links []struct {
		Purpose   domain.LinkPurpose `json:"purpose"`
		ExpiresAt time.Time          `json:"expires_at"`
	}
	events []struct {
		At        time.Time        `json:"at"`
		Kind      domain.AuditKind `json:"kind"`
		SessionID domain.ID        `json:"session_id"`
	}
}

func (l exportedLists) export(u domain.User) domain.Export {
	e := domain.Export{User: u}
	for _, s := range l.sessions {
		e.Sessions = append(e.Sessions, domain.ExportedSession{
			ID: domain.SessionID{ID: domain.ID(s.ID)}, DeviceID: domain.DeviceID{ID: domain.ID(orElse(s.DeviceID, s.ID))},
			CreatedAt: s.CreatedAt.UTC(), RotatedAt: s.RotatedAt.UTC(), ExpiresAt: s.ExpiresAt.UTC(),
			EndsAt: s.EndsAt.UTC(), EndedAt: orZero(s.EndedAt).UTC(),
		})
	}
	for _, k := range l.links {
		e.Links = append(e.Links, domain.ExportedLink{Purpose: k.Purpose, ExpiresAt: k.ExpiresAt.UTC()})
	}
	for _, v := range l.events {
		e.Events = append(e.Events, domain.ExportedEvent{At: v.At.UTC(), Kind: v.Kind, SessionID: domain.SessionID{ID: domain.ID(v.SessionID)}})
	}
	return e
}
