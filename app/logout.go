package app

import (
	"context"

	"github.com/siriusys/user-management-service/domain"
)

// LogOut ends the caller's session, or all sessions of the caller. Once it returns nil the end is durable, and no token of
// an ended session works here any more. Errors: domain.ErrInvalidAccessToken if the session had ended already.
func (a *App) LogOut(ctx context.Context, c domain.Caller, allSessions bool) error {
	end := a.Store.Repos().Sessions.End
	if allSessions {
		end = a.Store.Repos().Sessions.EndAll
	}
	return lost(end(ctx, c, a.Now()), domain.ErrInvalidAccessToken)
}
