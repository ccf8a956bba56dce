package app

import (
	"context"

	"github.com/siriusys/user-management-service/domain"
)

// LogOut ends the caller's session, or all sessions of the caller. Once it returns nil the end is durable, and no token of
// an ended session works here any more. Errors: domain.ErrInvalidAccessToken if the session had ended already.
func (a *App) LogOut(ctx context.Context, c domain.Caller, allSessions bool) error {
	end, kind := a.Store.Repos().Sessions.End, domain.AuditLoggedOut
	if allSessions {
		end, kind = a.Store.Repos().Sessions.EndAll, domain.AuditAllLoggedOut
	}
	event, err := a.callersEvent(kind, c)
	if err != nil {
		return err
	}
	return lost(end(ctx, c, event, a.Now()), domain.ErrInvalidAccessToken)
}
