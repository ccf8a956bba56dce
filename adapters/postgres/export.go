package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
)

func (a accounts) ExportAccount(
	ctx context.Context, c domain.Caller, limit int, e domain.AuditEvent, now time.Time,
) (domain.Export, error) {
	row, err := a.q.ExportAccount(ctx, sqlc.ExportAccountParams{
		ID: c.SessionID.ID, UserID: c.UserID.ID, Now: now, MaxRows: maxRows(limit),
		EventID: e.ID, EventAt: e.At, EventKind: string(e.Kind), Network: []byte(e.Network),
	})
	if err != nil {
		return domain.Export{}, mapError(err)
	}
	u, err := a.store.user(row.User)
	if err != nil {
		return domain.Export{}, err
	}
	var lists exportedLists
	for list, into := range map[string]struct {
		text []byte
		rows any
	}{
		"sessions": {row.Sessions, &lists.sessions}, "devices": {row.Devices, &lists.devices},
		"links": {row.Links, &lists.links}, "events": {row.Events, &lists.events},
	} {
		if err := json.Unmarshal(into.text, into.rows); err != nil {
			return domain.Export{}, fmt.Errorf("read the %s of an export: %w", list, err)
		}
	}
	return lists.export(u), nil
}

// exportedLists are the rows that PostgreSQL returns as JSON.
type exportedLists struct {
	sessions []struct {
		ID        domain.ID  `json:"id"`
		DeviceID  *domain.ID `json:"device_id"`
		CreatedAt time.Time  `json:"created_at"`
		RotatedAt time.Time  `json:"rotated_at"`
		ExpiresAt time.Time  `json:"expires_at"`
		EndsAt    time.Time  `json:"ends_at"`
		RevokedAt *time.Time `json:"revoked_at"`
	}
	devices []struct {
		ID         domain.ID `json:"id"`
		LastUsedAt time.Time `json:"last_used_at"`
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
			ID: domain.SessionID{ID: s.ID}, DeviceID: domain.DeviceID{ID: orElse(s.DeviceID, s.ID)},
			CreatedAt: s.CreatedAt.UTC(), RotatedAt: s.RotatedAt.UTC(), ExpiresAt: s.ExpiresAt.UTC(),
			EndsAt: s.EndsAt.UTC(), RevokedAt: orZero(s.RevokedAt).UTC(),
		})
	}
	for _, d := range l.devices {
		e.Devices = append(e.Devices, domain.ExportedDevice{ID: domain.DeviceID{ID: d.ID}, LastUsedAt: d.LastUsedAt.UTC()})
	}
	for _, k := range l.links {
		e.Links = append(e.Links, domain.ExportedLink{Purpose: k.Purpose, ExpiresAt: k.ExpiresAt.UTC()})
	}
	for _, v := range l.events {
		e.Events = append(e.Events, domain.ExportedEvent{At: v.At.UTC(), Kind: v.Kind, SessionID: domain.SessionID{ID: v.SessionID}})
	}
	return e
}
