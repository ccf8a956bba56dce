package app

import (
	"context"

	"github.com/siriusys/user-management-service/domain"
)

// sessionsListed is how many sessions a list shows at most.
const sessionsListed = 100

// ListSessions returns the signed-in devices of the caller, the newest first, at most 100.
// Errors: domain.ErrInvalidAccessToken.
func (a *App) ListSessions(ctx context.Context, c domain.Caller) ([]domain.Session, error) {
	found, err := a.Store.Repos().Sessions.List(ctx, c, sessionsListed, a.Now())
	if err != nil {
		return nil, lost(err, domain.ErrInvalidAccessToken)
	}
	return found, nil
}

// EndSession signs one device of the caller out, which may be the caller's own.
// Errors: domain.ErrInvalidAccessToken; domain.ErrNoSuchSession if it is not live or is somebody else's, never which.
func (a *App) EndSession(ctx context.Context, c domain.Caller, id domain.SessionID) error {
	if _, err := a.Profile(ctx, c); err != nil {
		return err
	}
	doomed := domain.Caller{UserID: c.UserID, SessionID: id}
	event, err := a.callersEvent(domain.AuditLoggedOut, c)
	if err != nil {
		return err
	}
	return lost(a.Store.Repos().Sessions.End(ctx, doomed, event, a.Now()), domain.ErrNoSuchSession)
}
