package httpapi

import (
	"context"

	"github.com/google/uuid"

	"github.com/siriusys/user-management-service/adapters/httpapi/internal/gen"
	"github.com/siriusys/user-management-service/domain"
)

func (h handlers) ExportAccount(ctx context.Context, _ gen.ExportAccountRequestObject) (gen.ExportAccountResponseObject, error) {
	caller := callerOf(ctx)
	e, err := h.accounts.ExportAccount(ctx, caller)
	if err != nil {
		return nil, err
	}
	return gen.ExportAccount200JSONResponse{
		Account: exportedAccount(e.User), Sessions: exportedSessions(e.Sessions, caller.SessionID),
		Devices: exportedDevices(e.Devices), Links: exportedLinks(e.Links), Events: exportedEvents(e.Events),
	}, nil
}

func exportedAccount(u domain.User) gen.ExportedAccount {
	return gen.ExportedAccount{
		ID: uuid.UUID(u.ID.ID), Email: u.Email.Address(), FullName: u.FullName.Value(), Country: u.Residence.Country(),
		StateProvince: u.Residence.StateProvince(), HasPassword: u.PasswordHash != "", IsActive: u.IsActive, IsTerminated: u.IsTerminated,
		CreatedAt: u.CreatedAt, VerifiedAt: u.VerifiedAt, UpdatedAt: u.UpdatedAt,
	}
}

func exportedSessions(all []domain.ExportedSession, current domain.SessionID) []gen.ExportedSession {
	list := make([]gen.ExportedSession, len(all))
	for i, s := range all {
		list[i] = gen.ExportedSession{
			ID: uuid.UUID(s.ID.ID), DeviceID: uuid.UUID(s.DeviceID.ID), Current: s.ID == current,
			CreatedAt: s.CreatedAt, RefreshedAt: s.RotatedAt, ExpiresAt: s.ExpiresAt, EndsAt: s.EndsAt,
		}
		if !s.RevokedAt.IsZero() {
			list[i].EndedAt = &s.RevokedAt
		}
	}
	return list
}

func exportedDevices(all []domain.ExportedDevice) []gen.ExportedDevice {
	list := make([]gen.ExportedDevice, len(all))
	for i, d := range all {
		list[i] = gen.ExportedDevice{ID: uuid.UUID(d.ID.ID), LastUsedAt: d.LastUsedAt}
	}
	return list
}

func exportedLinks(all []domain.ExportedLink) []gen.ExportedLink {
	list := make([]gen.ExportedLink, len(all))
	for i, l := range all {
		list[i] = gen.ExportedLink{Purpose: string(l.Purpose), ExpiresAt: l.ExpiresAt}
	}
	return list
}

func exportedEvents(all []domain.ExportedEvent) []gen.ExportedEvent {
	list := make([]gen.ExportedEvent, len(all))
	for i, e := range all {
		list[i] = gen.ExportedEvent{At: e.At, Kind: string(e.Kind)}
		if e.SessionID != (domain.SessionID{}) {
			id := uuid.UUID(e.SessionID.ID)
			list[i].SessionID = &id
		}
	}
	return list
}
